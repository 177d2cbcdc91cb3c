"""Hubs: places where goods change vehicles, and where they could be gathered or stored."""

from __future__ import annotations

import pandas as pd

from layers.area import Area
from layers.io.tables import PROVENANCE, Column, checked, known_in, read_table
from layers.tables.places import read_places

HUB_COLUMNS = (
    Column("id", "id", required=True),
    Column("transload_min", "number", required=True, low=0, high=10080),
    Column("transload_thb_per_t", "number", required=True, low=0, high=100_000),
    Column("candidate", "flag"),
    Column("note"),
    *PROVENANCE,
)
"""`id` is that of a place; `transload_min` is for one load; at a `candidate` a collection
point or a cold store may stand."""


def read_hubs(area: Area) -> pd.DataFrame:
    """Read the hubs of an area.

    Parameters
    ----------
    area
        The area.

    Returns
    -------
    hubs
        Columns `HUB_COLUMNS`, and `name_en, name_th, lon, lat` of the place; none if the area
        has no such table.

    Raises
    ------
    MissingFileError, DataError
        As `read_table`, also where a hub is no place.
    """
    places = read_places(area).set_index("id")
    columns = checked(HUB_COLUMNS, id=known_in(set(places.index), "a place"))
    hubs = read_table(area.layers.hubs, columns, what="a table of hubs")
    at = places.loc[hubs["id"], ["name_en", "name_th", "lon", "lat"]].reset_index(drop=True)
    return pd.concat([hubs, at], axis=1)
