"""Between which places times are exported."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
import pandas as pd

from layers.io.tables import LON_LAT, Column, read_table

BETWEEN_PLACES: Final = ("matrix", "omx")
"""Formats of times between places."""

COLUMNS: Final = (
    Column("id", "id", required=True),
    *LON_LAT,
    *(Column(name, optional=True) for name in ("name", "name_en", "name_th", "kind")),
)


def known_places(path: Path | None, format_: str) -> pd.DataFrame | None:
    """Read the places of `--places`; None without any."""
    if path is None:
        return None
    if format_ not in BETWEEN_PLACES:
        raise click.UsageError(
            f"--places: only {' and '.join(BETWEEN_PLACES)} are between places, not {format_}"
        )
    return read_table(path, COLUMNS, what="a table of places")
