"""Read from an OpenStreetMap file what stops who walks: rivers, canals, lakes; and fords.

A barrier is `waterway=river` or `canal` above ground, and `natural=water` but for ponds and
basins. Streams, ditches and drains are stepped over, and a lake of less than `SMALL_M2` is
walked around at once; neither is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.crs import LON_LAT, utm_for
from layers.osm.near import NearNodes
from layers.osm.objects import holes_of, read_objects, shape_of
from layers.osm.tags import is_set, word

WATER_COLUMNS: Final[dict[str, str]] = {"id": "str", "kind": "str", "intermittent": "bool"}
"""`kind` is one of `BARRIERS` or `ford`; `intermittent` has water only in the rains."""

BARRIERS: Final = ("river", "canal", "water")

SMALL_M2: Final = 10_000.0
"""A hectare, a cell of 100 m."""

SMALL: Final = frozenset(
    {
        "pond",
        "basin",
        "pool",
        "stream_pool",
        "reflecting_pool",
        "wastewater",
        "fountain",
        "fishpond",
        "stream",
        "ditch",
        "drain",
    }
)
"""Values of `water` that are no barrier."""

TAGS: Final = (
    ("waterway", "river"),
    ("waterway", "canal"),
    ("waterway", "riverbank"),
    ("natural", "water"),
    ("highway", "ford"),
)


def scan_water(
    path: Path,
    *,
    within: BaseGeometry | None = None,
    near: NearNodes | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> gpd.GeoDataFrame:
    """Read rivers, canals, lakes and fords of a file.

    Parameters
    ----------
    path
        A file with one of `layers.osm.file.ENDINGS`.
    within
        Polygons in lon, lat; only what touches them is kept, whole.
    near
        Nodes of the file in and around `within`, if they are there; the rest is not looked at.
    progress
        Called with a short sentence.

    Returns
    -------
    water
        Columns `WATER_COLUMNS` and `geometry` in lon, lat, sorted by id; a river is a line
        or an area, a ford a point or a line.

    Raises
    ------
    MissingFileError, DataError
        As for `layers.osm.objects.read_objects`.
    """
    progress(f"{path.name}: reading rivers and fords")
    import osmium

    filters = osmium.filter.TagFilter(*TAGS), osmium.filter.KeyFilter("ford")
    found = read_objects(path, *filters, near=near)
    rows: list[dict[str, Any]] = []
    for key in sorted(found.tags):
        tags = found.tags[key]
        kind, shape = _kind(tags), shape_of(found, key)
        if not kind or shape is None or (kind != "ford" and shape.geom_type == "Point"):
            continue
        # A river or canal that flows in a ring encloses land, not water.
        if kind in {"river", "canal"} and tags.get("waterway") != "riverbank":
            shape = shape.boundary if "Polygon" in shape.geom_type else shape
        if "Polygon" in shape.geom_type:
            shape = shapely.make_valid(shape).difference(holes_of(found, key))
        dry = word(tags.get("intermittent", "")) == "yes" or is_set(tags.get("seasonal", ""))
        rows.append({"id": key, "kind": kind, "intermittent": dry, "geometry": shape})
    table = pd.DataFrame(rows, columns=[*WATER_COLUMNS, "geometry"]).astype(WATER_COLUMNS)
    water = gpd.GeoDataFrame(table, geometry="geometry", crs=LON_LAT)
    if within is not None:
        shapely.prepare(within)
        water = water[water.intersects(within)]
    return _large(water).reset_index(drop=True)


def barriers(water: gpd.GeoDataFrame, *, wet: bool) -> list[BaseGeometry]:
    """Return what stops who walks; what is intermittent does so in the rains only."""
    stops = water[water["kind"] != "ford"]
    return list(stops.geometry if wet else stops.geometry[~stops["intermittent"].astype(bool)])


def fords(water: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Return where one wades, in both seasons."""
    return list(water.geometry[water["kind"] == "ford"])


def _kind(tags: Mapping[str, str]) -> str:
    """Return what an object is to who walks, empty if nothing."""
    if is_set(tags.get("ford", "")) or tags.get("highway") == "ford":
        return "ford"
    if is_set(tags.get("tunnel", "")):
        return ""
    waterway = tags.get("waterway", "")
    if waterway in {"river", "canal"}:
        return waterway
    if waterway == "riverbank" or word(tags.get("water", "")) == "river":
        return "river"
    if tags.get("natural") == "water" and word(tags.get("water", "")) not in SMALL:
        return "water"
    return ""


def _large(water: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out small lakes."""
    lakes = water["kind"] == "water"
    if not lakes.any():
        return water
    west, south, east, north = water.total_bounds
    area = water.geometry.to_crs(utm_for((west, south, east, north))).area
    return water[~lakes | np.asarray(area >= SMALL_M2)]
