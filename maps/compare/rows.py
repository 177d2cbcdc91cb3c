"""Rows of the comparison page: key figures and districts, scenarios side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.economics.appraisal import Appraisal
from maps.access.rows import KINDS
from maps.base import figures
from maps.base.i18n import Text, either, text

FIGURES: Final = {
    "mean_minutes": "figure_mean_minutes",
    "people_30": "figure_people_30",
    "people_60": "figure_people_60",
    "people_120": "figure_people_120",
    "people_any": "figure_people_any",
    "people_nearer": "figure_people_nearer",
    "people_farther": "figure_people_farther",
    "rural_access": "figure_rural_access",
    "corridor_time_s": "figure_corridor_time",
    "corridor_cost_thb": "figure_corridor_cost",
    "corridor_fuel_l": "figure_corridor_fuel",
    "corridor_co2_kg": "figure_corridor_co2",
    "worst_extra_h": "figure_worst_h",
    "worst_people_cut_off": "figure_worst_cut_off",
    "freight": "figure_freight",
    "saved_time_h": "figure_saved_time",
    "saved_cost_thb": "figure_saved_cost",
    "saved_co2_kg": "figure_saved_co2",
    "cut_off": "figure_cut_off",
    "connected": "figure_connected",
    "lost_days": "figure_lost_days",
    "lost_time_h": "figure_lost_time",
    "lost_cost_thb": "figure_lost_cost",
    "lost_cut_off": "figure_lost_cut_off",
    "construction": "figure_construction",
    "maintenance": "figure_maintenance",
    "first_year_benefit": "figure_first_year",
    "npv": "figure_npv",
    "npv_p10": "figure_npv_p10",
    "npv_p90": "figure_npv_p90",
    "bcr": "figure_bcr",
    "irr": "figure_irr",
    "fyrr": "figure_fyrr",
    "probability_pays": "figure_pays",
}
"""Figures that the page shows, in order, and their phrases."""

MONEY: Final = frozenset({"construction", "maintenance", "first_year_benefit", "npv", "npv_p10",
                          "npv_p90"})  # fmt: skip
SHARES: Final = frozenset({"rural_access", "irr", "fyrr", "probability_pays"})
ONE_DECIMAL: Final = frozenset({"mean_minutes", "corridor_fuel_l"})
PEOPLE_MORE: Final = frozenset({"people_30", "people_60", "people_120", "people_any",
                                "rural_access"})  # fmt: skip
"""Figures of which more is better; of the others with a base, less is."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A scenario as the page shows it.

    Attributes
    ----------
    title
        In both languages.
    changes
        What it changes, in words.
    links
        Table of `geo.compare.tables.links` with its lines.
    places
        Of one kind of destination, vehicle and season: `name_en, name_th, lon, lat,
        population, minutes_base, minutes, minutes_change, state`.
    figures
        Columns `figure, vehicle, season, to_kind, base, value, change`.
    districts
        Columns `name_en, name_th, people, mean_minutes_base, mean_minutes, people_nearer,
        people_farther`.
    appraisal
        None where there are no economics.
    """

    title: Text
    changes: tuple[Text, ...]
    links: gpd.GeoDataFrame
    places: pd.DataFrame
    figures: pd.DataFrame
    districts: pd.DataFrame
    appraisal: Appraisal | None


@dataclass(frozen=True)
class Cell:
    """A value, its change, and whether that is good (1), bad (-1) or neither."""

    value: str
    change: str
    good: int


@dataclass(frozen=True)
class Row:
    """One key figure."""

    name: Text
    base: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """Key figures that belong together; no title where they are of no vehicle."""

    title: Text
    rows: tuple[Row, ...]


def groups(
    shown: Sequence[Shown], names: Mapping[str, Text], vehicles: Mapping[str, Text]
) -> tuple[Group, ...]:
    """Set the key figures of all scenarios side by side.

    Parameters
    ----------
    shown
        The scenarios.
    names
        Of places and products, by id.
    vehicles
        Titles, by id.
    """
    keys = ["figure", "vehicle", "season", "to_kind"]
    tables = [one.figures.set_index(keys) for one in shown]
    order = pd.concat([one.figures[keys] for one in shown]).drop_duplicates()
    rank = {name: at for at, name in enumerate(FIGURES)}
    order = order[order["figure"].isin(rank)]
    order = order.assign(rank=order["figure"].map(rank))
    order = order.sort_values(["vehicle", "rank"], kind="stable", ascending=[False, True])
    made: dict[tuple[str, str], list[Row]] = {}
    for figure, vehicle, season, kind in order[keys].itertuples(index=False):
        key = (figure, vehicle, season, kind)
        rows = [table.loc[[key]].iloc[0] if key in table.index else None for table in tables]
        base = next((float(row["base"]) for row in rows if row is not None), math.nan)
        name = text(FIGURES[figure], kind=kind_name(kind, names))
        cells = tuple(_cell(figure, row) for row in rows)
        made.setdefault((vehicle, season), []).append(Row(name, spelt(figure, base), cells))
    return tuple(
        Group(_group_title(vehicle, season, vehicles), tuple(rows))
        for (vehicle, season), rows in made.items()
    )


def kind_name(kind: str, names: Mapping[str, Text]) -> Text:
    """Return what a kind of destination, a place or a product is called."""
    if kind == "provinces":
        return text("a_capital")
    if kind in KINDS:
        return text(KINDS[kind][0])
    return names.get(kind, (kind, kind))


def district_rows(shown: Shown) -> list[tuple[Text, str, str, str, str, str]]:
    """Return name, people, minutes before and now, people nearer and farther, as written."""
    return [
        (
            either(str(row["name_en"]), str(row["name_th"])),
            figures.whole(float(str(row["people"]))),
            _decimal(float(str(row["mean_minutes_base"]))),
            _decimal(float(str(row["mean_minutes"]))),
            figures.whole(float(str(row["people_nearer"]))),
            figures.whole(float(str(row["people_farther"]))),
        )
        for row in shown.districts.to_dict("records")
    ]


def spelt(figure: str, value: float) -> str:
    """Write a figure as readers see it.

    Examples
    --------
    >>> spelt("corridor_time_s", 5400), spelt("npv", -1.25e9), spelt("irr", 0.123)
    ('1:30', '-1,250', '12.3 %')
    """
    if not math.isfinite(value):
        return figures.NONE
    if figure == "corridor_time_s":
        return figures.hours(value)
    if figure in SHARES:
        return f"{value:.1%}".replace("%", " %")
    if figure in MONEY:
        return figures.whole(value / 1e6)
    if figure == "bcr":
        return f"{value:.2f}"
    return _decimal(value) if figure in ONE_DECIMAL else figures.whole(value)


def _cell(figure: str, row: pd.Series | None) -> Cell:
    if row is None:
        return Cell(figures.NONE, "", 0)
    value, base, change = (float(row[name]) for name in ("value", "base", "change"))
    if not (math.isfinite(base) and math.isfinite(change)):
        return Cell(spelt(figure, value), "", 0)
    shown = spelt(figure, abs(change))
    if not any(digit in "123456789" for digit in shown):
        return Cell(spelt(figure, value), "", 0)
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    good = int(np.sign(change)) * (1 if figure in PEOPLE_MORE else -1)
    return Cell(spelt(figure, value), f"{sign}{shown}", good)


def _group_title(vehicle: str, season: str, vehicles: Mapping[str, Text]) -> Text:
    if not vehicle:
        return text("compare_money")
    named, when = vehicles.get(vehicle, (vehicle, vehicle)), text(f"season_{season}")
    return f"{named[0]}, {when[0]}", f"{named[1]} {when[1]}"


def _decimal(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else figures.NONE
