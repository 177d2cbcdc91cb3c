"""Rows of freight tables, and what their places are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.tables.places import Place


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of a table; None where something is not known."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(name): cell for name, cell in row.items()} for row in plain.to_dict("records")]


def name_of(row: Mapping[str, Any], places: Mapping[str, Place], lang: str) -> str:
    """Return the name of a row's destination, and of the crossing on the way there."""
    name = short(places[row["to_id"]].name(lang))
    beyond = row["crossing"] and row["crossing"] != row["to_id"]
    return f"{name} ← {short(places[row['crossing']].name(lang))}" if beyond else name


def short(name: str) -> str:
    """Leave out what stands in brackets: a table has no room for it."""
    return name.split(" (", maxsplit=1)[0]
