"""What a comparison tells besides its key figures: trips, a ranking, and what a budget buys."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from geo.compare.compare import Comparisons
from geo.compare.figures import FIGURES
from geo.traffic.estimate import Traffic
from geo.traffic.trips import GOODS, HARVEST, MARKETS
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.tabled import Cell, Column, Table, decimal, per_cent, share, whole
from maps.base.terminal_words import in_thai
from maps.compare.figures import change, label, spelt
from maps.compare.rows import kind_name, names_of

PURPOSES: Final = {
    "hospital": "purpose_hospital",
    "market": "purpose_market",
    "school": "purpose_school",
    "capital": "purpose_capital",
    "city": "purpose_city",
    "towns": "purpose_towns",
    "visitors": "purpose_visitors",
    GOODS: "purpose_goods",
}
"""Phrases for why people go; an area's own purpose is called by its own word."""

GOALS: Final = {
    "capital": "to_capital",
    "city": "to_city",
    "towns": "to_towns",
    "places": "to_places",
    MARKETS: "to_markets",
    "": "to_anywhere",
}
"""Phrases for where trips lead that go to no kind of facility."""

CHOSEN: Final = {"yes": "package_yes", "no": "package_no"}


def more_tables(found: Comparisons) -> tuple[Table, ...]:
    """Return the tables that a comparison has besides its key figures.

    Parameters
    ----------
    found
        Those of `extra` are shown where there are any, and the trips where they are known.
    """
    names = names_of(found)
    made = []
    if "ranking" in found.extra:
        weights = found.extra["sensitivity"]
        made = [
            _ranking(found, found.extra["ranking"], weights, names),
            _sensitivity(found, weights, names),
        ]
    if "package" in found.extra and len(found.extra["package"]):
        made.append(_package(found, found.extra["package"]))
    if found.traffic and found.traffic.known:
        made.append(trips_table(found.traffic, names))
    return tuple(made)


def trips_table(traffic: Traffic, names: Mapping[str, Text]) -> Table:
    """Tell why people go, how many by what is stated, and how many by the counts."""
    columns = (
        Column(text("trips_purpose"), numeric=False),
        Column(text("trips_to"), numeric=False),
        Column(text("trips_stated")),
        Column(text("trips_fitted")),
        Column(text("trips_vehicles")),
    )
    grown = {
        f"{HARVEST} {row['product']}": (row["name_en"], row["name_th"])
        for row in _rows(traffic.trips.harvests)
    }
    rows = tuple(
        (
            Cell(_purpose(row, grown)),
            Cell(_goal(row["to"], names)),
            whole(row["stated_people_per_day"]),
            whole(row["people_per_day"]),
            whole(row["vehicles_per_day"]),
        )
        for row in _rows(traffic.trips.table(traffic.rules))
    )
    return Table(text("trips_title"), columns, rows, text("trips_note"))


def _ranking(
    found: Comparisons, table: pd.DataFrame, weights: pd.DataFrame, names: Mapping[str, Text]
) -> Table:
    weight = dict(zip(weights["criterion"], weights["weight"], strict=True))
    columns = (
        Column(text("rank_of")),
        Column(text("report_scenario"), numeric=False),
        Column(text("rank_score")),
        *(Column(_weighed(name, weight[name], names)) for name in weight),
    )
    rows = tuple(
        (
            Cell(f"{int(row['rank'])}", float(row["rank"])),
            Cell(_title(found, row["scenario"])),
            decimal(row["score"], 2),
            *(_scored(row, name) for name in weight),
        )
        for row in _rows(table)
    )
    return Table(text("rank_title"), columns, rows, _told(found, "ranking"))


def _scored(row: Mapping[str, Any], name: str) -> Cell:
    """Show what a criterion is by its figure, and the points for it below."""
    figure, value = name.split(" ", maxsplit=1)[0], float(row[f"{name} value"])
    shown = spelt(figure, value)
    if FIGURES[figure].better:
        # What has a base is judged by its change.
        shown = change(figure, value).spelt or ("=" if math.isfinite(value) else figures.NONE)
    points = f"{float(row[name]):.2f}"
    return Cell(shown, float(row[name]), text("rank_points", points=points))


def _weighed(name: str, weight: float, names: Mapping[str, Text]) -> Text:
    english, thai = _criterion(name, names)
    return f"{english} ({per_cent(weight)})", f"{thai} ({per_cent(weight)})"


def _criterion(name: str, names: Mapping[str, Text]) -> Text:
    """Name a criterion of `geo.rules.priorities`: a figure, and where people go."""
    figure, _, kind = name.partition(" ")
    return label(figure, kind_name(kind, names) if kind else "")


def _sensitivity(found: Comparisons, table: pd.DataFrame, names: Mapping[str, Text]) -> Table:
    columns = (
        Column(text("rank_criterion"), numeric=False),
        Column(text("rank_weight")),
        Column(text("rank_stays")),
        Column(text("rank_other"), numeric=False),
    )
    rows = tuple(
        (
            Cell(_criterion(row["criterion"], names)),
            share(row["weight"]),
            Cell(f"{per_cent(row['weight_low'])}-{per_cent(row['weight_high'])}"),
            Cell(_title(found, row["other"]) if row["other"] else text("rank_never")),
        )
        for row in _rows(table)
    )
    first = _title(found, str(table["first"].iloc[0])) if len(table) else ("", "")
    return Table(text("rank_sensitivity", name=first), columns, rows)


def _package(found: Comparisons, table: pd.DataFrame) -> Table:
    columns = (
        Column(text("report_scenario"), numeric=False),
        Column(label("construction")),
        Column(label("npv")),
        Column(text("package_ratio")),
        Column(text("package_chosen"), numeric=False),
    )
    rows = tuple(
        (
            Cell(_title(found, row["scenario"])),
            Cell(spelt("construction", row["construction_thb"]), row["construction_thb"]),
            Cell(spelt("npv", row["npv_thb"]), row["npv_thb"]),
            decimal(row["npv_per_baht"], 2),
            Cell(text(CHOSEN[row["chosen"]])),
        )
        for row in _rows(table)
    )
    return Table(text("package_title"), columns, rows, _told(found, "package"))


def _told(found: Comparisons, name: str) -> Text | None:
    """Return what is said of a table, in both languages."""
    said = found.told.get(name, ())
    return (" ".join(said), " ".join(map(in_thai, said))) if said else None


def _title(found: Comparisons, name: str) -> Text:
    """Return the title of a scenario by its id."""
    return next(((one.title_en, one.title_th) for one in found if one.id == name), (name, name))


def _goal(to: str, names: Mapping[str, Text]) -> Text:
    """Say where trips of a purpose lead."""
    return text(GOALS[to]) if to in GOALS else kind_name(to, names)


def _purpose(row: Mapping[str, Any], grown: Mapping[str, Text]) -> Text:
    """Say why trips are made; of a harvest, whether it goes in the lorries above or besides."""
    name = row["purpose"]
    if name in grown:
        key = "purpose_harvest" if row["part_of"] == GOODS else "purpose_harvest_besides"
        return text(key, product=grown[name])
    return text(PURPOSES[name]) if name in PURPOSES else (name.replace("_", " "),) * 2


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
