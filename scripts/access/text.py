"""How `chaidaen access` prints and writes its tables."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import shapely

from geo.access.access import Access
from geo.access.nearest import nearest_rows
from geo.access.people import facility_names
from geo.driving.vehicle import load_vehicle
from geo.study import Study
from scripts.output import as_geojson, as_json, as_table, with_header

Row = dict[str, Any]

COLUMNS = 80
"""Of a narrow terminal."""

NAME = 26
"""Letters that a name of a facility may have in a table."""


def files(answer: Access) -> dict[str, str]:
    """Return every table as CSV, by name of file; one without rows keeps its header."""
    return {
        f"{name}.csv": with_header(list(table.columns), rows_of(table))
        for name, table in answer.tables.items()
        if len(table.columns)
    }


def text(study: Study, answer: Access, format_: str, lang: str = "en") -> str:
    """Write the answer in a format; CSV is one table, that of all pairs if it was wanted."""
    tables = answer.tables
    if format_ == "json":
        named = {name: rows_of(table) for name, table in tables.items()}
        return as_json({**named, "notes": list(answer.notes)})
    if format_ == "csv":
        shown = tables.get("od", tables["places"])
        return with_header(list(shown.columns), rows_of(shown))
    if format_ == "geojson":
        places = rows_of(tables["places"])
        return as_geojson((row, shapely.Point(row["lon"], row["lat"])) for row in places)
    names = facility_names(answer.facilities, answer.places, answer.kind)
    seasons = answer.seasons
    parts = [
        _title(study, answer, lang),
        _people(tables["people"]),
        _measures(tables["measures"]),
        _groups([tables["districts"], tables["highland"]], answer.minutes, seasons),
        _losers(tables["losers"], answer.minutes) if len(seasons) > 1 else "",
        _losers_since(tables["losers_since"], answer.minutes) if answer.scenario else "",
        _settlements(tables["places"], seasons, names),
        "\n".join(textwrap.fill(note, COLUMNS) for note in answer.notes),
        _extra(tables["places"], answer.extra, seasons),
        _nearest(tables["places"], answer.nearest, seasons, names),
    ]
    return "\n\n".join(part for part in parts if part)


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return a table's rows, None where a number is not known or a place not reached."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _title(study: Study, answer: Access, lang: str) -> str:
    """Say what is asked of which area, for whom and in which world."""
    vehicle = load_vehicle(answer.vehicle)
    area = study.area
    called = (
        (area.title_th, vehicle.title_th) if lang == "th" else (area.title_en, vehicle.title_en)
    )
    world = f", scenario {', '.join(answer.scenario)}" if answer.scenario else ""
    kind = answer.kind.replace("_", " ")
    return textwrap.fill(f"{called[0]}: to the nearest {kind} by {called[1]}{world}", COLUMNS)


def _people(table: pd.DataFrame) -> str:
    rows = [
        (
            f"{row['season']}, {row['group']}",
            f"{row['settlements']}",
            f"{row['people']:,.0f}",
            _percent(row["share"], ".1%"),
        )
        for row in rows_of(table)
    ]
    return as_table(("who", "settlements", "people", "share"), rows)


def _measures(table: pd.DataFrame) -> str:
    rows = [
        (row["measure"], _value(row["value"], row["unit"]), row["unit"]) for row in rows_of(table)
    ]
    return as_table(("measure", "value", "unit"), rows, left=frozenset({0, 2}))


def _groups(
    tables: Sequence[pd.DataFrame], minutes: tuple[int, ...], seasons: tuple[str, ...]
) -> str:
    """Lay out groups of people by season; a group without settlements is left."""
    both = len(seasons) > 1
    rows = [
        (
            row["name_en"],
            f"{row['people']:,.0f}",
            _pair(row, "mean_minutes_{}", lambda value: _minutes(value, none="-"), seasons),
            *(
                _pair(row, f"share_{limit}_{{}}", lambda value: _percent(value, ".0%"), seasons)
                for limit in minutes
            ),
            *([f"{row['people_lose_any']:,.0f}"] if both else []),
        )
        for table in tables
        for row in rows_of(table)
        if row["settlements"]
    ]
    if not rows:
        return ""
    limits = (f"≤ {limit} min" for limit in minutes)
    last = ("cut off wet",) if both else ()
    table = as_table(("/".join(seasons), "people", "mean min*", *limits, *last), rows)
    return f"{table}\n* of those reached: who is cut off is not in the mean"


def _losers(table: pd.DataFrame, minutes: tuple[int, ...]) -> str:
    rows = [
        (
            row["name_en"] or row["name_th"],
            _count(row["population"]),
            _minutes(row["minutes_dry"]),
            _minutes(row["minutes_wet"]),
            _lost(row, minutes),
        )
        for row in rows_of(table)
    ]
    if not rows:
        return "Nobody loses access in the wet season."
    header = ("loses access in the rains", "people", "dry min", "wet min", "no longer")
    return as_table(header, rows, left=frozenset({0, 4}))


def _losers_since(table: pd.DataFrame, minutes: tuple[int, ...]) -> str:
    """Lay out who has lost access against today."""
    rows = [
        (
            f"{row['name_en'] or row['name_th']}, {row['season']}",
            _count(row["population"]),
            _minutes(row["minutes_today"]),
            _minutes(row["minutes"]),
            _lost(row, minutes),
        )
        for row in rows_of(table)
    ]
    if not rows:
        return "Nobody loses access against today."
    header = ("loses access against today", "people", "today", "then", "no longer")
    return as_table(header, rows, left=frozenset({0, 4}))


def _lost(row: Row, minutes: tuple[int, ...]) -> str:
    limits = ", ".join(f"≤ {limit} min" for limit in minutes if row[f"loses_{limit}"])
    return limits or "all access"


def _settlements(places: pd.DataFrame, seasons: tuple[str, ...], names: Mapping[str, str]) -> str:
    rows = [
        (
            row["name_en"] or row["name_th"],
            row["name_th"],
            _count(row["population"]),
            _pair(row, "minutes_{}", _minutes, seasons),
            _named(row[f"nearest_{seasons[0]}"], names),
        )
        for row in rows_of(places)
    ]
    header = ("settlement", "ชื่อ", "people", f"{'/'.join(seasons)} min", "nearest")
    return as_table(header, rows, left=frozenset({0, 1, 4}))


def _extra(places: pd.DataFrame, columns: tuple[str, ...], seasons: tuple[str, ...]) -> str:
    """Lay out the measures of every settlement; a column holds all seasons."""
    pairs = list(dict.fromkeys(name.rpartition("_")[0] for name in columns))
    if not pairs:
        return ""
    rows = [
        (
            row["name_en"] or row["name_th"],
            *(_pair(row, f"{name}_{{}}", _number, seasons) for name in pairs),
        )
        for row in rows_of(places)
    ]
    header = [
        name.replace("_facilities", "").replace("_capacity", "").replace("_", " ") for name in pairs
    ]
    return as_table((f"settlement, {'/'.join(seasons)}", *header), rows)


def _nearest(
    places: pd.DataFrame, k: int, seasons: tuple[str, ...], names: Mapping[str, str]
) -> str:
    """Lay out the k nearest of every settlement; one is in its own table already."""
    if k == 1:
        return ""
    rows = [
        (
            (row["name_en"] or row["name_th"]) if row["rank"] == 1 else "",
            f"{row['rank']}",
            _pair(row, "minutes_{}", lambda value: _minutes(value, none="-"), seasons),
            _named(row[f"nearest_{seasons[0]}"], names),
            *(
                ""
                if row[f"nearest_{one}"] in {"", row[f"nearest_{seasons[0]}"]}
                else _named(row[f"nearest_{one}"], names)
                for one in seasons[1:]
            ),
        )
        for row in rows_of(nearest_rows(places, k))
    ]
    others = (f"{one}, if another" for one in seasons[1:])
    header = ("settlement", "rank", "/".join(seasons), f"nearest {seasons[0]}", *others)
    return as_table(header, rows, left=frozenset({0, 3, 4}))


def _named(place: str, names: Mapping[str, str]) -> str:
    """Return the name of a facility, cut where it would not fit a terminal; none if none."""
    return textwrap.shorten(names.get(place, place), NAME, placeholder="…") if place else ""


def _pair(
    row: Row, column: str, spell: Callable[[float | None], str], seasons: Sequence[str]
) -> str:
    """Spell all seasons of a column."""
    return "/".join(spell(row[column.format(season)]) for season in seasons)


def _value(value: float | None, unit: str) -> str:
    """Spell a measure by its unit; where there is nobody to count, that is said."""
    if value is None:
        return "nobody"
    form = {"people": ",.0f", "minutes": ",.0f", "share of people": ".1%"}
    return format(value, form.get(unit, ",.2f"))


def _minutes(minutes: float | None, none: str = "not reached") -> str:
    """Spell minutes; what is not reached is said in words."""
    return none if minutes is None else f"{minutes:,.0f}"


def _count(people: float | None) -> str:
    return "" if people is None else f"{people:,.0f}"


def _percent(share: float | None, form: str) -> str:
    """Spell a share; of nobody there is none."""
    return "-" if share is None else format(share, form)


def _number(value: float | None) -> str:
    """Spell a measure with three digits that count."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004
