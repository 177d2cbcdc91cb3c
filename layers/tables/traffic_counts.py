"""Counted traffic: how many vehicles pass where on a numbered road."""

from __future__ import annotations

import pandas as pd

from layers.area import Area
from layers.io.tables import LON_LAT, PROVENANCE, Column, read_table

TRAFFIC_COLUMNS = (
    Column("id", "id", required=True),
    Column("ref", required=True),
    Column("km", "number", low=0, high=5000),
    Column("section"),
    *LON_LAT,
    Column("vehicles_per_day", "number", required=True, low=0, high=1e6),
    Column("heavy_percent", "number", low=0, high=100),
    Column("scales", "flag"),
    Column("note"),
    *PROVENANCE,
)


def read_traffic(area: Area) -> pd.DataFrame:
    """Read counts, columns `TRAFFIC_COLUMNS`; errors as `read_table`.

    `vehicles_per_day` is the average of both ways over a year, without motorcycles; rows
    with `scales` are those that estimated trips are scaled to.
    """
    return read_table(area.layers.traffic, TRAFFIC_COLUMNS, what="a table of counted traffic")
