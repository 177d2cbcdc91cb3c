"""Where roads were cut, by what and when."""

from __future__ import annotations

import pandas as pd

from layers.area import Area
from layers.io.tables import LON_LAT, NAMES, QUALITIES, Column, read_table

HAZARD_COLUMNS = (
    Column("id", "id", required=True),
    Column("ref"),
    Column("km_from", "number", low=0, high=5000),
    Column("km_to", "number", low=0, high=5000),
    *LON_LAT,
    Column("kind", required=True, choices=("landslide", "flood", "closure", "accident_spot")),
    Column("date_from"),
    Column("date_to"),
    *NAMES,
    Column("note"),
    Column("source", required=True),
    Column("quality", required=True, choices=QUALITIES),
)


def read_hazards(area: Area) -> pd.DataFrame:
    """Read where roads were cut, columns `HAZARD_COLUMNS`; errors as `read_table`."""
    return read_table(area.layers.hazards, HAZARD_COLUMNS, what="a table of hazards")
