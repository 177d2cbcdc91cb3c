"""Rows of the comparison page: key figures and districts, scenarios side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.compare.compare import Comparison, Comparisons
from geo.compare.figures import FIGURES
from geo.driving.vehicle import load_vehicle
from geo.economics.appraisal import Appraisal
from geo.scenario.apply import Touched
from maps.access.rows import KINDS
from maps.base import figures
from maps.base.change_words import change_text, with_names
from maps.base.i18n import Text, either, text
from maps.base.names import names_in
from maps.compare.figures import by_key, change, label, spelt


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
        Columns `geo.compare.figures.COLUMNS`.
    districts
        Those where anybody is nearer or farther; columns `name_en, name_th, people,
        mean_minutes_base, mean_minutes, people_nearer, people_farther`.
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
class Subject:
    """Whom the map's minutes are of.

    Attributes
    ----------
    kind
        A kind of facility, or `provinces`.
    vehicle
        Id.
    season
        Of the base.
    """

    kind: str
    vehicle: str
    season: str


def subject_of(found: Comparisons) -> Subject:
    """Return what a page shows: the first kind, vehicle and season that were asked for."""
    asked = found.asked
    return Subject(asked.kinds[0], asked.vehicles[0], asked.seasons[0])


def shown_of(one: Comparison, subject: Subject, names: Mapping[str, Text]) -> Shown:
    """Return a scenario as a page shows it; names are those of `names_of`."""
    who = [subject.kind, subject.vehicle, subject.season]
    places, districts = (
        table[(table[["to_kind", "vehicle", "season_base"]] == who).all(axis=1)]
        for table in (one.places, one.districts)
    )
    moved = districts[(districts["people_nearer"] > 0) | (districts["people_farther"] > 0)]
    title = one.title_en, one.title_th
    odd = [season for season in places["season"].unique() if season != subject.season]
    if odd:
        when = text(f"season_{odd[0]}")
        if not any(said in own for own, said in zip(title, when, strict=True)):
            title = f"{title[0]} ({when[0]})", f"{title[1]} ({when[1]})"
    changes = tuple(
        (_touched(each, names, "en"), _touched(each, names, "th")) for each in one.touched
    )
    return Shown(title, changes, one.links, places, one.figures, moved, one.appraisal)


def names_of(found: Comparisons) -> dict[str, Text]:
    """Return the names of places, products, crossings, hazards and vehicles, by id."""
    return names_in(found.base, (each for one in found for each in one.touched))


def vehicles_of(found: Comparisons) -> dict[str, Text]:
    """Return the titles of the vehicles, by id."""
    loaded = [load_vehicle(name) for name in found.asked.vehicles]
    return {one.id: (one.title_en, one.title_th) for one in loaded}


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
    tables = [by_key(one.figures) for one in shown]
    rank = {name: at for at, (name, one) in enumerate(FIGURES.items()) if one.page}
    keys = [
        key for key in dict.fromkeys(key for table in tables for key in table) if key[0] in rank
    ]
    # Vehicles first, the last of the alphabet first; then what is of none.
    keys.sort(key=lambda key: rank[key[0]])
    keys.sort(key=lambda key: key[1], reverse=True)
    made: dict[tuple[str, str], list[Row]] = {}
    for key in keys:
        figure, vehicle, season, kind = key
        rows = [table.get(key) for table in tables]
        base = next((float(row["base"]) for row in rows if row is not None), math.nan)
        name = label(figure, kind_name(kind, names))
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


def _cell(figure: str, row: Mapping[str, Any] | None) -> Cell:
    if row is None:
        return Cell(figures.NONE, "", 0)
    value, base, more = (float(row[name]) for name in ("value", "base", "change"))
    return Cell(spelt(figure, value), *(change(figure, more) if math.isfinite(base) else ("", 0)))


def _group_title(vehicle: str, season: str, vehicles: Mapping[str, Text]) -> Text:
    if not vehicle:
        return text("compare_money")
    named, when = vehicles.get(vehicle, (vehicle, vehicle)), text(f"season_{season}")
    return f"{named[0]}, {when[0]}", f"{named[1]} {when[1]}"


def _decimal(value: float) -> str:
    return f"{value:z,.1f}" if math.isfinite(value) else figures.NONE


def _touched(one: Touched, names: Mapping[str, Text], lang: str) -> str:
    """Say what a change touched, in a language."""
    unit = "กม." if lang == "th" else "km"
    said = change_text(with_names(one.change, names, lang), lang)
    return said + (f" ({one.km:,.1f} {unit})" if one.segments else "")
