"""Which of the tables that areas share a new area names, and where its corridors start."""

from __future__ import annotations

import dataclasses

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.area import SHARED, Layers
from layers.io.tables import read_table
from layers.tables.places import PLACE_COLUMNS

SEATS = ("province_capital", "district", "town")
"""Kinds of places where corridors may start, the first ones first."""


def shared_keys(shape: BaseGeometry) -> tuple[str, str]:
    """Return what an `area.toml` says to share the tables of the country, both empty elsewhere.

    Parameters
    ----------
    shape
        Boundary of the area in lon, lat. The tables are of use where one of their towns lies
        inside.

    Returns
    -------
    head, layers
        Lines for the file itself, and for its table `layers`.
    """
    places = read_table(SHARED / "places.csv", PLACE_COLUMNS, what="a table of places")
    places = places[places["kind"].isin(SEATS)]
    here = places[shapely.contains_xy(shape, places[["lon", "lat"]].to_numpy())]
    if here.empty:
        return "", ""
    seat = pd.Categorical(here["kind"], SEATS, ordered=True)
    people = -here["population"].fillna(0.0)
    order = here.assign(seat=seat, people=people).sort_values(["seat", "people", "id"])
    names = [one.name for one in dataclasses.fields(Layers)]
    tables = [name for name in names if (SHARED / f"{name}.csv").is_file()]
    return (
        f'home = "{order["id"].iloc[0]}"\nsources_from = "shared:sources.toml"\n',
        "".join(f'{name} = "shared:{name}.csv"\n' for name in tables),
    )
