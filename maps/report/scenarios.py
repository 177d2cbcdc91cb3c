"""The report's chapter on scenarios: what each changes, and whether it pays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from maps.base import figures
from maps.base.i18n import Text, text
from maps.compare.rows import Shown, kind_name, spelt
from maps.report.chapter import Cell, Chapter, Column, Number, Table, View, per_cent

PAYS = 1.0
"""Of a benefit-cost ratio."""


def scenario_chapter(
    shown: Sequence[Shown],
    *,
    kind: str,
    names: Mapping[str, Text],
    views: Sequence[View] = (),
    charts: Sequence[Markup] = (),
) -> Chapter:
    """Tell what scenarios change against today.

    Parameters
    ----------
    shown
        The scenarios.
    kind
        Where people go: the facility whose minutes are told.
    names
        Of places and products, by id.
    views, charts
        What shows it.
    """
    goal = kind_name(kind, names)
    ranked = sorted(shown, key=lambda one: -_rank(one))
    tables = (_people(shown, kind, goal), _money(ranked), _lasting(shown))
    return Chapter(
        "scenarios",
        text("report_scenarios"),
        _headline(shown, ranked),
        numbers=tuple(_numbers(ranked, shown, kind, goal)),
        views=tuple(views),
        charts=tuple(charts),
        tables=tuple(table for table in tables if table.rows),
        notes=(text("key_note"), text("compare_note"), text("compare_limits")),
    )


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


def _headline(shown: Sequence[Shown], ranked: Sequence[Shown]) -> Text:
    built = [one for one in ranked if _built(one)]
    if not built:
        return text("report_scenarios_none", count=str(len(shown)))
    best = built[0]
    paying = sum(figure(one, "bcr")[1] >= PAYS for one in built)
    return text(
        "report_scenarios_headline",
        count=str(len(shown)),
        built=str(len(built)),
        paying=str(paying),
        best=best.title,
        ratio=f"{figure(best, 'bcr')[1]:.2f}",
        chance=per_cent(figure(best, "probability_pays")[1]),
    )


def _numbers(
    ranked: Sequence[Shown], shown: Sequence[Shown], kind: str, goal: Text
) -> list[Number]:
    found = []
    if ranked and _built(ranked[0]):
        ratio = f"{figure(ranked[0], 'bcr')[1]:.2f}"
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
        Column(text("figure_mean_minutes", kind=goal)),
        Column(text("figure_people_60", kind=goal)),
        Column(text("people_nearer")),
        Column(text("people_farther")),
        Column(text("report_worst_loss")),
    )
    rows = tuple(
        (
            Cell(one.title, aside=_words(one)),
            _moved(one, "mean_minutes", kind, better=-1),
            _moved(one, "people_60", kind, better=1),
            _plain(one, "people_nearer", kind),
            _plain(one, "people_farther", kind),
            _moved(one, "worst_extra_h", "", better=-1),
        )
        for one in shown
    )
    return Table(text("report_scenario_people"), columns, rows)


def _money(shown: Sequence[Shown]) -> Table:
    """Set side by side what is built, the best ratio first."""
    names = ("construction", "first_year_benefit", "npv", "bcr", "irr", "probability_pays")
    keys = {
        "construction": text("figure_construction"),
        "first_year_benefit": text("figure_first_year"),
        "npv": text("figure_npv"),
        "bcr": text("figure_bcr"),
        "irr": text("figure_irr"),
        "probability_pays": text("figure_pays"),
    }
    columns = (
        Column(text("report_scenario"), numeric=False),
        *(Column(keys[name]) for name in names),
    )
    rows = tuple(
        (Cell(one.title), *(_plain(one, name) for name in names)) for one in shown if _built(one)
    )
    return Table(text("report_scenario_money"), columns, rows)


def _lasting(shown: Sequence[Shown]) -> Table:
    """Tell what closures cost in the days that they last."""
    columns = (
        Column(text("report_scenario"), numeric=False),
        Column(text("figure_lost_days")),
        Column(text("figure_lost_time")),
        Column(text("figure_lost_cost")),
        Column(text("figure_lost_cut_off")),
    )
    names = ("lost_days", "lost_time_h", "lost_cost_thb", "lost_cut_off")
    rows = tuple(
        (Cell(one.title), *(_plain(one, name) for name in names))
        for one in shown
        if math.isfinite(figure(one, "lost_days")[1])
    )
    return Table(text("report_scenario_days"), columns, rows)


def _words(one: Shown) -> Text:
    """Say what a scenario changes, in a line."""
    return "; ".join(two[0] for two in one.changes), "; ".join(two[1] for two in one.changes)


def _moved(one: Shown, name: str, kind: str, *, better: int) -> Cell:
    """Show a value with its change, which is better or worse."""
    _, value, change = figure(one, name, kind)
    told = spelt(name, abs(change))
    if not any(digit in "123456789" for digit in told):
        return Cell(spelt(name, value), _known(value))
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    tone = "better" if change * better > 0 else "worse"
    return Cell(spelt(name, value), _known(value), f"{sign}{told}", tone)


def _plain(one: Shown, name: str, kind: str = "") -> Cell:
    value = figure(one, name, kind)[1]
    return Cell(spelt(name, value), _known(value))


def _known(value: float) -> float:
    return value if math.isfinite(value) else -math.inf
