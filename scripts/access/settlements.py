"""How `chaidaen access` prints what it knows of every settlement."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.access.nearest import nearest_rows
from scripts.access.spelling import (
    Row,
    called,
    close,
    count,
    minutes_of,
    named,
    number,
    pair,
    percent,
    rows_of,
    short,
)
from scripts.table import as_table
from scripts.words import said, speaks_thai

MANY = 60
"""Settlements of which a terminal shows all; of more only the farthest, and who loses most."""

SHOWN = 20
"""Of so many settlements."""


def losers(table: pd.DataFrame, minutes: tuple[int, ...]) -> str:
    """Lay out who loses access in the rains."""
    most = table if len(table) <= MANY else table.head(SHOWN)
    rows = [
        (
            short(called(row)),
            count(row["population"]),
            minutes_of(row["minutes_dry"]),
            minutes_of(row["minutes_wet"]),
            _lost(row, minutes),
        )
        for row in rows_of(most)
    ]
    if not rows:
        return said("Nobody loses access in the wet season.")
    header = ("loses access in the rains", "people", "dry min", "wet min", "no longer")
    return _with_more(as_table(header, rows, left=frozenset({0, 4})), table, most)


def losers_since(table: pd.DataFrame, minutes: tuple[int, ...]) -> str:
    """Lay out who has lost access against today."""
    most = table if len(table) <= MANY else table.head(SHOWN)
    rows = [
        (
            f"{short(called(row))}, {said(row['season'])}",
            count(row["population"]),
            minutes_of(row["minutes_today"]),
            minutes_of(row["minutes"]),
            _lost(row, minutes),
        )
        for row in rows_of(most)
    ]
    if not rows:
        return said("Nobody loses access against today.")
    header = ("loses access against today", "people", "today", "then", "no longer")
    return _with_more(as_table(header, rows, left=frozenset({0, 4})), table, most)


def _with_more(text: str, table: pd.DataFrame, shown: pd.DataFrame) -> str:
    """Say how many rows of a table are not shown, and where they are."""
    if len(shown) == len(table):
        return text
    more = said(f"… and {len(table) - len(shown)} more: --format csv or json has all")
    return f"{text}\n{more}"


def _lost(row: Row, minutes: tuple[int, ...]) -> str:
    limits = ", ".join(said(f"≤ {limit} min") for limit in minutes if row[f"loses_{limit}"])
    return limits or "all access"


def subdistricts(
    table: pd.DataFrame,
    places: pd.DataFrame,
    minutes: tuple[int, ...],
    seasons: tuple[str, ...],
) -> str:
    """Lay out subdistricts, each with its farthest settlement, where settlements are many."""
    if len(places) <= MANY or table.empty:
        return ""
    limit = minutes[len(minutes) // 2]
    far = places.assign(far=places[f"minutes_{seasons[-1]}"].fillna(float("inf")))
    far = far.sort_values("far", ascending=False, kind="stable").drop_duplicates("tambon")
    farthest = far.set_index("tambon")["name_th" if speaks_thai() else "name_en"]
    rows = [
        (
            called(row),
            f"{row['people']:,.0f}",
            pair(row, "median_minutes_{}", lambda value: minutes_of(value, none="-"), seasons),
            pair(row, f"share_{limit}_{{}}", lambda value: percent(value, ".0%"), seasons),
            short(str(farthest.get(row["code"], ""))),
        )
        for row in rows_of(table)
    ]
    header = (f"subdistrict, {'/'.join(seasons)}", "people", "half within", f"≤ {limit} min")
    return as_table((*header, "farthest village"), rows, left=frozenset({0, 4}))


def settlements(places: pd.DataFrame, seasons: tuple[str, ...], names: Mapping[str, str]) -> str:
    """Lay out settlements: all of few, of many those farthest in the rains."""
    shown = shown_of(places, seasons)
    rows = [
        (
            short(called(row)),
            short(row["name_en"] if speaks_thai() else row["name_th"]),
            count(row["population"]),
            pair(row, "minutes_{}", close, seasons),
            named(row[f"nearest_{seasons[0]}"], names),
        )
        for row in rows_of(shown)
    ]
    other = "English" if speaks_thai() else "ชื่อ"
    header = ("settlement", other, "people", f"{'/'.join(seasons)} min", "nearest")
    return _with_more(as_table(header, rows, left=frozenset({0, 1, 4})), places, shown)


def shown_of(places: pd.DataFrame, seasons: tuple[str, ...]) -> pd.DataFrame:
    """Return all of few settlements, of many those that are farthest in the rains."""
    if len(places) <= MANY:
        return places
    far = places[[f"minutes_{season}" for season in reversed(seasons)]].fillna(float("inf"))
    order = far.sort_values(list(far.columns), ascending=False, kind="stable")
    return places.loc[order.index[:SHOWN]]


def extra(places: pd.DataFrame, columns: tuple[str, ...], seasons: tuple[str, ...]) -> str:
    """Lay out the measures of settlements; a column holds all seasons."""
    pairs = list(dict.fromkeys(name.rpartition("_")[0] for name in columns))
    if not pairs:
        return ""
    shown = shown_of(places, seasons)
    rows = [
        (
            short(called(row)),
            *(pair(row, f"{name}_{{}}", number, seasons) for name in pairs),
        )
        for row in rows_of(shown)
    ]
    header = [
        name.replace("_facilities", "").replace("_capacity", "").replace("_", " ") for name in pairs
    ]
    table = as_table((f"settlement, {'/'.join(seasons)}", *header), rows)
    return _with_more(table, places, shown)


def rainy_days(places: pd.DataFrame) -> str:
    """Lay out on how many days of the rains those get there whom no all-season road serves."""
    if "reached_days_wet" not in places or "minutes_wet" not in places:
        return ""
    lacking = places[places["minutes_wet"].isna()]
    shown = lacking.sort_values("population", ascending=False, kind="stable").head(SHOWN)
    rows = [
        (
            short(called(row)),
            count(row["population"]),
            percent(row["reached_days_wet"], ".0%"),
            minutes_of(row["minutes_open_wet"], none="-"),
        )
        for row in rows_of(shown)
    ]
    header = ("not on all-season roads", "people", "days in the rains", "min when open")
    return _with_more(as_table(header, rows, left=frozenset({0})), lacking, shown) if rows else ""


def others(table: pd.DataFrame, seasons: tuple[str, ...]) -> str:
    """Lay out the minutes of other people's grids beside ours."""
    theirs = [name for name in ("friction", "time") if f"minutes_{name}" in table]
    if not theirs:
        return ""
    shown = shown_of(table, seasons)
    rows = [
        (
            short(called(row)),
            pair(row, "minutes_{}", close, seasons),
            *(close(row[f"minutes_{name}"]) for name in theirs),
        )
        for row in rows_of(shown)
    ]
    header = ("settlement", f"{'/'.join(seasons)} min", *(f"{name}, min" for name in theirs))
    return _with_more(as_table(header, rows, left=frozenset({0})), table, shown)


def nearest(
    places: pd.DataFrame, k: int, seasons: tuple[str, ...], names: Mapping[str, str]
) -> str:
    """Lay out the k nearest of settlements; one is in their own table already."""
    if k == 1:
        return ""
    shown = shown_of(places, seasons)
    rows = [
        (
            short(called(row)) if row["rank"] == 1 else "",
            f"{row['rank']}",
            pair(row, "minutes_{}", lambda value: minutes_of(value, none="-"), seasons),
            named(row[f"nearest_{seasons[0]}"], names),
            *(
                ""
                if row[f"nearest_{one}"] in {"", row[f"nearest_{seasons[0]}"]}
                else named(row[f"nearest_{one}"], names)
                for one in seasons[1:]
            ),
        )
        for row in rows_of(nearest_rows(shown, k))
    ]
    others = (f"{one}, if another" for one in seasons[1:])
    header = ("settlement", "rank", "/".join(seasons), f"nearest {seasons[0]}", *others)
    table = as_table(header, rows, left=frozenset({0, 3, 4}))
    return _with_more(table, places, shown)
