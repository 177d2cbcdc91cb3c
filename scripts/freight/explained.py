"""What the hours of freight corridors are made of, as text."""

from __future__ import annotations

from typing import Any, Final

from geo.freight.corridors import Freight
from geo.freight.explained import explained
from maps.base.i18n import text
from maps.route.slow_stretches import PHRASES
from scripts.freight.rows import name_of, records
from scripts.output import as_table, hours, plain

HOURS: Final = ("time_p50", "driving", "rests", "nights", "changing", "gate")
"""Columns of `geo.freight.explained.explained`, in seconds, that a table shows."""


def explained_table(found: Freight, lang: str) -> str:
    """Lay out what hours are made of, and what holds the speed while driving."""
    header = ("hours to", "P50", "driving", "rest", "nights", "changing", "gate", "held by")
    at = 1 if lang == "th" else 0
    body = [
        (
            name_of(row, found.places, lang),
            *(hours(row[f"{part}_s"]) for part in HOURS),
            ", ".join(f"{text(PHRASES[one.limit])[at]} {one.time:.0%}" for one in row["held_by"]),
        )
        for row in records(explained(found))
    ]
    return as_table(header, body, left=frozenset({0, 7}))


def explained_rows(found: Freight) -> list[dict[str, Any]]:
    """Return what hours are made of as plain values."""
    return [
        {**row, "held_by": [plain(one) for one in row["held_by"]]}
        for row in records(explained(found))
    ]
