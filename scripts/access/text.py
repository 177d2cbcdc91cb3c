"""How `chaidaen access` prints and writes its tables."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely

from geo.access.nearest import nearest_rows
from geo.rules.seasons import SEASONS
from scripts.output import as_geojson, as_json, as_table, with_header

Row = dict[str, Any]

COLUMNS = 80
"""Of a narrow terminal."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What `chaidaen access` found.

    Attributes
    ----------
    tables
        By name: `places`, `people`, `measures`, `districts`, `highland`, `losers`, and `od`
        if it was wanted.
    minutes
        Limits of the shares.
    nearest
        How many facilities of each settlement.
    extra
        Columns of `places` that were asked for with `--measure`.
    notes
        What the reader must know.
    """

    tables: Mapping[str, pd.DataFrame]
    minutes: tuple[int, ...]
    nearest: int
    extra: tuple[str, ...]
    notes: tuple[str, ...]


def files(answer: Answer) -> dict[str, str]:
    """Return every table as CSV, by name of file; one without rows keeps its header."""
    return {
        f"{name}.csv": with_header(list(table.columns), rows_of(table))
        for name, table in answer.tables.items()
        if len(table.columns)
    }


def text(answer: Answer, format_: str) -> str:
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
    parts = [
        _people(tables["people"]),
        _measures(tables["measures"]),
        _groups([tables["districts"], tables["highland"]], answer.minutes),
        _losers(tables["losers"], answer.minutes),
        _settlements(tables["places"]),
        "\n".join(textwrap.fill(note, COLUMNS) for note in answer.notes),
        _extra(tables["places"], answer.extra),
        _nearest(tables["places"], answer.nearest),
    ]
    return "\n\n".join(part for part in parts if part)


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return a table's rows, None where a number is not known or a place not reached."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


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
    rows = [(row["measure"], _value(row["value"], row["unit"]), row["unit"])
            for row in rows_of(table)]  # fmt: skip
    return as_table(("measure", "value", "unit"), rows, left=frozenset({0, 2}))


def _groups(tables: Sequence[pd.DataFrame], minutes: tuple[int, ...]) -> str:
    """Lay out groups of people, every figure dry and wet; a group without settlements is left."""
    rows = [
        (
            row["name_en"],
            f"{row['people']:,.0f}",
            _pair(row, "mean_minutes_{}", lambda value: _minutes(value, none="-")),
            *(_pair(row, f"share_{limit}_{{}}", lambda value: _percent(value, ".0%"))
              for limit in minutes),
            f"{row['people_lose_any']:,.0f}",
        )
        for table in tables
        for row in rows_of(table)
        if row["settlements"]
    ]  # fmt: skip
    if not rows:
        return ""
    limits = (f"≤ {limit} min" for limit in minutes)
    table = as_table(("dry/wet", "people", "mean min*", *limits, "cut off wet"), rows)
    return f"{table}\n* of those reached: who is cut off is not in the mean"


def _losers(table: pd.DataFrame, minutes: tuple[int, ...]) -> str:
    rows = [
        (
            row["name_en"] or row["name_th"],
            _count(row["population"]),
            _minutes(row["minutes_dry"]),
            _minutes(row["minutes_wet"]),
            ", ".join(f"≤ {limit} min" for limit in minutes if row[f"loses_{limit}"])
            or "all access",
        )
        for row in rows_of(table)
    ]
    if not rows:
        return "Nobody loses access in the wet season."
    header = ("loses access in the rains", "people", "dry min", "wet min", "no longer")
    return as_table(header, rows, left=frozenset({0, 4}))


def _settlements(places: pd.DataFrame) -> str:
    rows = [
        (
            row["name_en"] or row["name_th"],
            row["name_th"],
            _count(row["population"]),
            _pair(row, "minutes_{}", _minutes),
            row["nearest_dry"],
        )
        for row in rows_of(places)
    ]
    header = ("settlement", "ชื่อ", "people", "dry/wet min", "nearest")
    return as_table(header, rows, left=frozenset({0, 1, 4}))


def _extra(places: pd.DataFrame, columns: tuple[str, ...]) -> str:
    """Lay out the measures of every settlement; a column holds both seasons."""
    pairs = list(dict.fromkeys(name.rpartition("_")[0] for name in columns))
    if not pairs:
        return ""
    rows = [
        (row["name_en"] or row["name_th"], *(_pair(row, f"{name}_{{}}", _number) for name in pairs))
        for row in rows_of(places)
    ]
    header = [name.replace("_facilities", "").replace("_capacity", "").replace("_", " ")
              for name in pairs]  # fmt: skip
    return as_table(("settlement, dry/wet", *header), rows)


def _nearest(places: pd.DataFrame, k: int) -> str:
    """Lay out the k nearest of every settlement; one is in its own table already."""
    if k == 1:
        return ""
    rows = [
        (
            (row["name_en"] or row["name_th"]) if row["rank"] == 1 else "",
            f"{row['rank']}",
            _pair(row, "minutes_{}", lambda value: _minutes(value, none="-")),
            row["nearest_dry"],
            "" if row["nearest_wet"] in {"", row["nearest_dry"]} else row["nearest_wet"],
        )
        for row in rows_of(nearest_rows(places, k))
    ]
    header = ("settlement", "rank", "dry/wet", "nearest dry", "wet, if another")
    return as_table(header, rows, left=frozenset({0, 3, 4}))


def _pair(row: Row, column: str, spell: Callable[[float | None], str]) -> str:
    """Spell both seasons of a column."""
    return "/".join(spell(row[column.format(season)]) for season in SEASONS)


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
