"""Zones of an area: its districts and subdistricts, or an estimate of them around places."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.area import Area, read_boundary
from layers.crs import LON_LAT
from layers.errors import DataError, in_file
from layers.io.vector import read_shapes

LEVELS: Final = ("district", "subdistrict")
"""Of zones, the wider first."""

ZONE_COLUMNS: Final = ("code", "level", "within", "name_en", "name_th")
"""`within` is the code of the wider zone: a subdistrict's district, a district's province."""


def read_zones(area: Area) -> gpd.GeoDataFrame:
    """Read the districts and subdistricts of an area.

    Returns
    -------
    zones
        Columns `ZONE_COLUMNS` and a geometry in lon, lat; without rows if the area has none.

    Raises
    ------
    MissingFileError, CrsError
        As `layers.io.vector.read_shapes`.
    DataError
        A property is missing or wrong, a code stands twice, or a shape is no valid polygon.
    """
    path = area.layers.zones
    if path is None:
        empty = {name: pd.Series(dtype=str) for name in ZONE_COLUMNS}
        return gpd.GeoDataFrame(empty, geometry=[], crs=LON_LAT)
    table = read_shapes(path, what="zones").to_crs(LON_LAT)
    missing = [name for name in ZONE_COLUMNS if name not in table]
    if missing:
        raise in_file(path, [f"property {name!r} is missing" for name in missing])
    table = table.astype(dict.fromkeys(ZONE_COLUMNS, str))
    wrong = [
        f"zone {code!r}: level {level!r} is none of {', '.join(LEVELS)}"
        for code, level in zip(table["code"], table["level"], strict=True)
        if level not in LEVELS
    ]
    wrong += [f"zone {code!r} stands twice" for code in table["code"][table["code"].duplicated()]]
    sound = table.geometry.is_valid & table.geom_type.isin(["Polygon", "MultiPolygon"])
    wrong += [f"zone {code!r} is no valid polygon" for code in table["code"][~sound]]
    if wrong:
        raise in_file(path, wrong)
    return gpd.GeoDataFrame(table[[*ZONE_COLUMNS, "geometry"]], crs=LON_LAT)


def zones_of(zones: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """Return the zones of one level, index 0…n-1.

    Raises
    ------
    DataError
        There is no such level.
    """
    if level not in LEVELS:
        raise DataError(f"zones: level {level!r} is none of {', '.join(LEVELS)}")
    return zones[zones["level"] == level].reset_index(drop=True)


def zones_around(area: Area, settlements: pd.DataFrame) -> gpd.GeoDataFrame:
    """Divide an area among its settlements: each zone is what lies nearest to one.

    Parameters
    ----------
    area
        Its boundary is divided.
    settlements
        Columns `id, lon, lat` and others, which are kept; points outside the boundary
        get the part of it that is nearest to them, if any.

    Returns
    -------
    zones
        One row per settlement in the same order, in the area's CRS; Voronoi cells of the
        points, clipped to the boundary. They are an estimate, not an administrative map.
    """
    points = gpd.GeoSeries(
        gpd.points_from_xy(settlements["lon"], settlements["lat"]), crs=LON_LAT
    ).to_crs(area.crs)
    whole = gpd.GeoSeries([read_boundary(area)], crs=LON_LAT).to_crs(area.crs).iloc[0]
    if len(points) == 1:
        return gpd.GeoDataFrame(settlements, geometry=[whole], crs=area.crs)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(points.to_numpy()), extend_to=whole.envelope, ordered=True
        )
    )
    clipped = shapely.intersection(cells, whole)
    return gpd.GeoDataFrame(settlements, geometry=np.asarray(clipped), crs=area.crs)


def dissolve(zones: gpd.GeoDataFrame, by: str) -> gpd.GeoDataFrame:
    """Join zones of one value of a column, index by it."""
    shapes = zones[[by, "geometry"]].dissolve(by=by)
    return gpd.GeoDataFrame(shapes, geometry="geometry", crs=zones.crs)
