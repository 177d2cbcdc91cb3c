"""How numbers and names are spelt in the tables of `chaidaen access`."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.words import said, speaks_thai

Row = dict[str, Any]

NAME = 24
"""Letters that a name of a facility may have in a table."""

VILLAGE = 20
"""Letters that a name of a settlement may have."""


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return a table's rows, None where a number is not known or a place not reached."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def called(row: Row) -> str:
    """Return the name of a row in the language of the terminal, or the one that it has."""
    first, other = ("name_th", "name_en") if speaks_thai() else ("name_en", "name_th")
    return str(row[first] or row[other])


def pair(
    row: Row, column: str, spell: Callable[[float | None], str], seasons: Sequence[str]
) -> str:
    """Spell all seasons of a column."""
    return "/".join(spell(row[column.format(season)]) for season in seasons)


def value(found: float | None, unit: str) -> str:
    """Spell a measure by its unit; where there is nobody to count, that is said."""
    if found is None:
        return said("nobody")
    form = {"people": ",.0f", "minutes": ",.0f", "share of people": ".1%"}
    return format(found, form.get(unit, ",.2f"))


def minutes_of(minutes: float | None, none: str = "not reached") -> str:
    """Spell minutes, rounded up as on the map, so that they fit their limit; or say `none`."""
    return said(none) if minutes is None else f"{math.ceil(minutes - 1e-6):,}"


def close(minutes: float | None) -> str:
    """Spell minutes where two seasons share a narrow column."""
    return minutes_of(minutes, none="-")


def count(people: float | None) -> str:
    """Spell a number of people, nothing where it is not known."""
    return "" if people is None else f"{people:,.0f}"


def percent(share: float | None, form: str) -> str:
    """Spell a share; of nobody there is none."""
    return "-" if share is None else format(share, form)


def number(value: float | None) -> str:
    """Spell a measure with three digits that count."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004


def named(place: str, names: Mapping[str, str]) -> str:
    """Return the name of a facility, cut where it would not fit a terminal; none if none."""
    return textwrap.shorten(names.get(place, place), NAME, placeholder="…") if place else ""


def short(name: str) -> str:
    """Cut a name of a settlement where it would not fit a terminal."""
    return name if len(name) <= VILLAGE else f"{name[: VILLAGE - 1]}…"
