"""Goals and indicators: one page, or a section for the page of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from geo.goals.standing import ON_LINE, STATES, Standing, late_steps, step_state
from layers.area import Area
from layers.goals.targets import Goal, Step, Target, Targets
from maps.base.i18n import Text, either, known, text
from maps.base.page import fragment, page
from maps.monitor import words
from maps.monitor.chart import indicator_chart

ALL: Final = 100.0


@dataclass(frozen=True)
class Card:
    """One indicator with everything that is told of it.

    Attributes
    ----------
    name, state, state_text
        What it is, and where it stands.
    facts
        Pairs of what and how much.
    chart
        Inline SVG; empty without any value.
    under
        Where its target comes from.
    """

    name: Text
    state: str
    state_text: Text
    facts: tuple[tuple[Text, Text], ...]
    chart: Markup
    under: str


@dataclass(frozen=True)
class Group:
    """A goal and its indicators."""

    title: Text
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Row:
    """A step of the timetable; `start` and `width` in per cent of the whole of it."""

    title: Text
    time: Text
    responsible: Text
    state: str
    state_text: Text
    start: float
    width: float


def monitor_page(
    *,
    area: Area,
    standings: Sequence[Standing],
    targets: Targets | None,
    day: date,
    source: str,
    lang: str,
) -> str:
    """Write the page of an area's goals and indicators.

    Parameters
    ----------
    area
        The area.
    standings
        Of `geo.goals.standing.standings`.
    targets
        None where there are none.
    day
        Today.
    source
        Of the roads that the figures were computed on; empty without any run.
    lang
        The language the page opens in, `en` or `th`.

    Returns
    -------
    html
        One file that needs no other and no internet.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    return page(
        "monitor.html",
        title=text("monitor_title", area=(area.title_en, area.title_th)),
        lang=known(lang),
        parts=None,
        area=area,
        subtitle=text("monitor_subtitle", date=words.date_of(day)),
        section=monitor_section(
            standings=standings, targets=targets, day=day, source=source, lang=lang
        ),
    )


def monitor_section(
    *,
    standings: Sequence[Standing],
    targets: Targets | None,
    day: date,
    source: str,
    lang: str,
) -> Markup:
    """Write goals, indicators and timetable as a piece of any page; arguments as `monitor_page`.

    Returns
    -------
    html
        Several `<section>`, the first with the id `monitor`.
    """
    aimed = [one for one in standings if one.target]
    others = [one for one in standings if not one.target]
    steps = targets.steps if targets else ()
    runs = {when for one in standings for when, _ in one.points}
    return fragment(
        "monitor_section.html",
        lang=lang,
        note=either(targets.note_en, targets.note_th) if targets else text("no_targets"),
        groups=_groups(targets.goals if targets else (), aimed, day, lang),
        counts=_counts(aimed, steps, day),
        others=[_other(one) for one in others],
        steps=_rows(steps, day),
        today=_today(steps, day),
        aims=bool(targets),
        runs=text(words.SOURCES[source], count=str(len(runs))) if runs else text("no_runs"),
        margin=text("on_line_note", percent=f"{ON_LINE * 100:g}"),
    )


def _groups(goals: Sequence[Goal], aimed: Sequence[Standing], day: date, lang: str) -> list[Group]:
    return [
        Group(
            either(goal.title_en, goal.title_th),
            tuple(
                _card(one, one.target, day, lang)
                for one in aimed
                if one.goal is goal and one.target
            ),
        )
        for goal in goals
    ]


def _card(one: Standing, target: Target, day: date, lang: str) -> Card:
    name, latest = words.name_of(one.indicator), _dated(one, one.latest)
    value = words.value_of(one.indicator, target.target)
    wanted = text("target_by", value=value, date=words.date_of(target.due))
    facts = [
        (text("latest"), latest),
        (text("target"), wanted),
        (text("expected_today"), words.value_of(one.indicator, one.expected)),
        (text("baseline"), _dated(one, (target.baseline_date, target.baseline))),
    ]
    if one.trend:
        facts.append((text("trend"), _trend(one)))
    facts.append((text("owner"), either(target.owner_en, target.owner_th)))
    said = text("chart_said", name=name, latest=latest, target=wanted)
    chart = indicator_chart(one, day=day, said=said, lang=lang)
    state = text(words.STATES[one.state])
    under = f"{target.source} · {target.quality}"
    return Card(name, one.state, state, tuple(facts), chart, under)


def _dated(one: Standing, point: tuple[date, float] | None) -> Text:
    if point is None:
        return text("state_no_data")
    value, when = words.value_of(one.indicator, point[1]), words.date_of(point[0])
    return text("on_date", value=value, date=when)


def _trend(one: Standing) -> Text:
    english, thai = text(words.TRENDS[one.trend])
    change = words.change_of(one.indicator, one.change)
    return f"{english} ({change})", f"{thai} ({change})"


def _counts(
    aimed: Sequence[Standing], steps: Sequence[Step], day: date
) -> list[tuple[str, Text, Text]]:
    """Count indicators by where they stand, and steps that are late."""
    made = [
        (state, text(words.STATES[state]), _of(sum(one.state == state for one in aimed), aimed))
        for state in STATES[:4]
    ]
    if steps:
        late = len(late_steps(steps, day))
        made.append(("late" if late else "on_track", text("steps_late"), _of(late, steps)))
    return made


def _of(count: int, every: Sequence[object]) -> Text:
    return text("count_of", count=str(count), all=str(len(every)))


def _other(one: Standing) -> tuple[Text, Text, Text]:
    """Return name, latest value and trend of a figure without a target."""
    return (
        words.name_of(one.indicator),
        _dated(one, one.latest),
        _trend(one) if one.trend else ("", ""),
    )


def _rows(steps: Sequence[Step], day: date) -> list[Row]:
    """Lay out the timetable; its bars begin with the first step and end with the last."""
    if not steps:
        return []
    made = []
    for step in steps:
        state = step_state(step, day)
        start, width = _at(steps, step.start), _at(steps, step.end)
        made.append(
            Row(
                either(step.title_en, step.title_th),
                text("from_to", start=words.date_of(step.start), end=words.date_of(step.end)),
                either(step.responsible_en, step.responsible_th),
                state,
                text(words.STEP_STATES[state]),
                start,
                max(width - start, 1.0),
            )
        )
    return made


def _today(steps: Sequence[Step], day: date) -> float | None:
    """Return where today stands in the timetable, None where it lies outside."""
    at = _at(steps, day) if steps else -1.0
    return at if 0 <= at <= ALL else None


def _at(steps: Sequence[Step], day: date) -> float:
    first, last = min(step.start for step in steps), max(step.end for step in steps)
    return (day - first).days / max((last - first).days, 1) * ALL
