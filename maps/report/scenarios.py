"""The report's chapter on scenarios: what each changes, and whether it pays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from geo.compare.compare import Comparisons
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.tabled import Cell, Column, Table, per_cent
from maps.compare.figures import change, label, spelt
from maps.compare.more_tables import more_tables
from maps.compare.rows import Shown, kind_name, names_of, shown_of, subject_of
from maps.compare.tornado import tornado_chart
from maps.compare.whom import PAYS
from maps.report.chapter import Chapter, Number, View

TORNADOS = 1
"""So many, of the scenarios that pay best."""


def scenario_chapter(found: Comparisons, *, lang: str, views: Sequence[View] = ()) -> Chapter:
    """Tell what scenarios change against today.

    Parameters
    ----------
    found
        The scenarios; minutes are to the first kind of destination.
    lang
        Of the charts.
    views
        Pages that show it.
    """
    kind = found.asked.kinds[0]
    names = names_of(found)
    shown = [shown_of(one, subject_of(found), names) for one in found]
    goal = kind_name(kind, names)
    ranked = sorted(shown, key=lambda one: -_rank(one))
    tables = (_people(shown, kind, goal), _money(ranked), _lasting(shown), *more_tables(found))
    return Chapter(
        "scenarios",
        text("report_scenarios"),
        _headline(shown, ranked),
        numbers=tuple(_numbers(ranked, shown, kind, goal)),
        views=tuple(views),
        charts=tuple(_tornados(ranked, lang)),
        tables=tuple(table for table in tables if table.rows),
        notes=(text("key_note"), text("compare_note"), text("compare_limits")),
    )


def _tornados(ranked: Sequence[Shown], lang: str) -> list[Markup]:
    """Draw what the present value of those hangs on that pay best."""
    built = [one for one in ranked if one.appraisal and len(one.appraisal.tornado)]
    return [
        tornado_chart(one.appraisal, title=text("tornado_title", name=one.title), lang=lang)
        for one in built[:TORNADOS]
        if one.appraisal
    ]


def figure(one: Shown, name: str, kind: str = "") -> tuple[float, float, float]:
    """Return base, value and change of a figure; NaN where it is not known."""
    table = one.figures
    found = table[table["figure"] == name]
    if kind:
        found = found[found["to_kind"] == kind]
    if found.empty:
        return math.nan, math.nan, math.nan
    row = found.iloc[0]
    return float(row["base"]), float(row["value"]), float(row["change"])


def _rank(one: Shown) -> float:
    ratio = figure(one, "bcr")[1]
    return ratio if math.isfinite(ratio) else -math.inf


def _built(one: Shown) -> bool:
    """Whether money is spent on it."""
    return math.isfinite(figure(one, "bcr")[1])


_HEADLINES: Final = {
    (True, False): "report_scenarios_headline",
    (True, True): "report_scenarios_headline_one",
    (False, False): "report_scenarios_unpaid",
    (False, True): "report_scenarios_unpaid_one",
}
"""By whether any pays, and whether one alone builds something."""


def _headline(shown: Sequence[Shown], ranked: Sequence[Shown]) -> Text:
    built = [one for one in ranked if _built(one)]
    if not built:
        return text("report_scenarios_none", count=str(len(shown)))
    best = built[0]
    paying = sum(figure(one, "bcr")[1] >= PAYS for one in built)
    return text(
        _HEADLINES[paying > 0, len(built) == 1],
        count=str(len(shown)),
        built=str(len(built)),
        paying=str(paying),
        best=best.title,
        ratio=f"{figure(best, 'bcr')[1]:z.2f}",
        chance=per_cent(figure(best, "probability_pays")[1]),
    )


def _numbers(
    ranked: Sequence[Shown], shown: Sequence[Shown], kind: str, goal: Text
) -> list[Number]:
    found = []
    if ranked and _built(ranked[0]):
        ratio = f"{figure(ranked[0], 'bcr')[1]:z.2f}"
        found.append(Number(text("report_best_ratio"), (ratio, ratio), ranked[0].title))
    nearer = max(shown, key=lambda one: _known(figure(one, "people_nearer", kind)[1]))
    people = figure(nearer, "people_nearer", kind)[1]
    if _known(people) > 0:
        value = text("people_value", value=figures.whole(people))
        found.append(Number(text("report_most_nearer", kind=goal), value, nearer.title))
    farther = max(shown, key=lambda one: _known(figure(one, "people_farther", kind)[1]))
    people = figure(farther, "people_farther", kind)[1]
    if _known(people) > 0:
        value = text("people_value", value=figures.whole(people))
        found.append(Number(text("report_most_farther", kind=goal), value, farther.title))
    return found


def _people(shown: Sequence[Shown], kind: str, goal: Text) -> Table:
    columns = (
        Column(text("report_scenario"), numeric=False),
        Column(label("mean_minutes", goal)),
        Column(label("people_60", goal)),
        Column(text("people_nearer")),
        Column(text("people_farther")),
        Column(text("report_worst_loss")),
    )
    rows = tuple(
        (
            Cell(one.title, aside=_words(one)),
            _moved(one, "mean_minutes", kind),
            _moved(one, "people_60", kind),
            _plain(one, "people_nearer", kind),
            _plain(one, "people_farther", kind),
            _moved(one, "worst_extra_h", ""),
        )
        for one in shown
    )
    return Table(text("report_scenario_people"), columns, rows)


def _money(shown: Sequence[Shown]) -> Table:
    """Set side by side what is built, the best ratio first."""
    names = ("construction", "first_year_benefit", "npv", "bcr", "irr", "probability_pays")
    columns = (
        Column(text("report_scenario"), numeric=False),
        *(Column(label(name)) for name in names),
    )
    rows = tuple(
        (Cell(one.title), *(_plain(one, name) for name in names)) for one in shown if _built(one)
    )
    return Table(text("report_scenario_money"), columns, rows)


def _lasting(shown: Sequence[Shown]) -> Table:
    """Tell what closures cost in the days that they last."""
    names = ("lost_days", "lost_time_h", "lost_cost_thb", "lost_cut_off")
    columns = (
        Column(text("report_scenario"), numeric=False),
        *(Column(label(name)) for name in names),
    )
    rows = tuple(
        (Cell(one.title), *(_plain(one, name) for name in names))
        for one in shown
        if math.isfinite(figure(one, "lost_days")[1])
    )
    return Table(text("report_scenario_days"), columns, rows)


def _words(one: Shown) -> Text:
    """Say what a scenario changes, in a line."""
    return "; ".join(two[0] for two in one.changes), "; ".join(two[1] for two in one.changes)


def _moved(one: Shown, name: str, kind: str) -> Cell:
    """Show a value with its change, which is better or worse."""
    _, value, more = figure(one, name, kind)
    told, good = change(name, more)
    if not told:
        return Cell(spelt(name, value), _known(value))
    return Cell(spelt(name, value), _known(value), told, "better" if good > 0 else "worse")


def _plain(one: Shown, name: str, kind: str = "") -> Cell:
    value = figure(one, name, kind)[1]
    return Cell(spelt(name, value), _known(value))


def _known(value: float) -> float:
    return value if math.isfinite(value) else -math.inf
