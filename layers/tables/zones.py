"""Zones around places, where an area has no drawn subdistricts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.area import Area, read_boundary
from layers.crs import LON_LAT


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
