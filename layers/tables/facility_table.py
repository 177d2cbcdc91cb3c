"""Facilities of an area's own table: what people go to, each with its source and quality."""

from __future__ import annotations

from typing import Final

import pandas as pd

from layers.area import Area
from layers.io.tables import LON_LAT, NAMES, PROVENANCE, Column, read_table
from layers.tables.facility_kinds import facility_kinds


def _kind(text: str) -> None:
    if text not in facility_kinds():
        raise ValueError(f"{text!r} is none of {', '.join(facility_kinds())}")


FACILITY_TABLE: Final = (
    Column("id", "id", required=True),
    Column("kind", required=True, check=_kind),
    *NAMES,
    *LON_LAT,
    Column("capacity", "number", low=0),
    *PROVENANCE,
)
"""`capacity` is beds or places, empty where nobody said."""


def read_facilities(area: Area) -> pd.DataFrame:
    """Read the facilities of an area, columns as `FACILITY_TABLE`; none if it has no table.

    Raises
    ------
    DataError
        Cells are wrong; one message names them all.
    """
    return read_table(area.layers.facilities, FACILITY_TABLE, what="a table of facilities")
