"""Published travel times between places, which the speeds of vehicles are fitted to."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from layers.io.tables import PROVENANCE, Column, read_table

SHIPPED: Final = Path(__file__).parents[1] / "shared" / "travel_times.csv"

STOPS: Final = ("yes", "no", "unknown")

TRAVEL_TIME_COLUMNS: Final = (
    Column("id", "id", required=True),
    Column("from_id", required=True),
    Column("to_id", required=True),
    Column("via"),
    Column("through"),
    Column("vehicle", required=True),
    Column("told_of"),
    Column("season", required=True, choices=("dry", "wet", "any")),
    Column("hours_min", "number", required=True, low=0.05, high=300),
    Column("hours_max", "number", required=True, low=0.05, high=300),
    Column("stops", required=True, choices=STOPS),
    Column("km", "number", low=0.1, high=10_000),
    Column("note"),
    Column("left_out"),
    *PROVENANCE,
)


def read_travel_times(path: Path | None = None) -> pd.DataFrame:
    """Read published times, columns `TRAVEL_TIME_COLUMNS`; errors as `read_table`.

    `from_id` and `to_id` are ids of places, names, or `lon,lat`; `through` has ids of places
    that the way leads through, with a space between; `stops` says whether the hours count
    halts; `left_out` says why a row is no usual drive and is not compared.

    Parameters
    ----------
    path
        Another table than the one that ships.
    """
    return read_table(path or SHIPPED, TRAVEL_TIME_COLUMNS, what="a table of travel times")
