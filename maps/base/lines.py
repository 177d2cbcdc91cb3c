"""Lines made light enough for a page, without losing their shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork
from maps.base.leaflet import Bounds, LatLon, lat_lon

ROAD_CLASSES: Final = {
    "trunk": ("motorway", "trunk"),
    "primary": ("primary",),
    "secondary": ("secondary",),
    "tertiary": ("tertiary",),
    "minor": ("unclassified", "road", "ferry"),
    "lane": ("residential", "living_street", "service", "track"),
}
"""Classes as drawn, by importance; a link belongs to the class it links."""

ROAD_POINTS: Final = 200_000
"""Points that the roads of one map may have: about 0.9 MB of HTML."""

FINEST_M: Final = 3.0
"""How far a road may be drawn from where it is, where there are not too many points."""

COARSEST_M: Final = 200.0
"""Beyond this, minor roads are left out rather than all roads drawn still coarser."""

ROUTE_POINTS: Final = 20_000
"""Points that the routes of one map may have together."""

NUMBERED: Final = 120
"""How many highways get their number on the map."""


@dataclass(frozen=True)
class Number:
    """A highway's number and where it goes on the map."""

    ref: str
    lon: float
    lat: float


def road_lines(network: RoadNetwork, *, points: int = ROAD_POINTS) -> dict[str, gpd.GeoSeries]:
    """Return the roads to draw, by class, joined and simplified.

    All are simplified alike, until a page can carry them; if it cannot even then, the least
    important ones are left out. What is left out is not data lost, only not drawn.

    Parameters
    ----------
    network
        The roads.
    points
        How many points there may be.

    Returns
    -------
    lines
        By class of `ROAD_CLASSES`, in lon, lat, the most important first and always there.
    """
    roads = network.segments
    kind = roads["highway"].astype("str").str.removesuffix("_link")
    parts = {
        name: roads.geometry[kind.isin(values).to_numpy()] for name, values in ROAD_CLASSES.items()
    }
    tolerance = FINEST_M
    drawn = {name: light(_joined(part), tolerance) for name, part in parts.items() if len(part)}
    while sum(map(_count, drawn.values())) > points and tolerance < COARSEST_M:
        tolerance *= 2
        drawn = {name: light(lines, tolerance) for name, lines in drawn.items()}
    for name in list(drawn)[:0:-1]:
        if sum(map(_count, drawn.values())) > points:
            del drawn[name]
    return {name: lines.to_crs(LON_LAT) for name, lines in drawn.items()}


def highway_numbers(network: RoadNetwork) -> list[Number]:
    """Say where the numbers of the longest highways go: the middle of their longest part.

    Parameters
    ----------
    network
        The roads.

    Returns
    -------
    numbers
        Longest highway first.
    """
    roads = network.segments
    refs = roads["ref"].astype("str").str.split(";").str[0].str.strip()
    length = roads["length_m"].groupby(refs).sum().drop("", errors="ignore")
    longest = length.sort_values(ascending=False, kind="stable").index[:NUMBERED]
    middles = [_middle(roads.geometry[(refs == ref).to_numpy()]) for ref in longest]
    at = gpd.GeoSeries(middles, crs=roads.crs).to_crs(LON_LAT)
    return [
        Number(str(ref), float(x), float(y)) for ref, x, y in zip(longest, at.x, at.y, strict=True)
    ]


def light(lines: gpd.GeoSeries, tolerance: float) -> gpd.GeoSeries:
    """Simplify lines, each by itself, in a sixth of the time that `GeoSeries.simplify` takes.

    Parameters
    ----------
    lines
        Lines, not areas.
    tolerance
        How far they may leave their points, in units of their coordinates.

    Returns
    -------
    light
        With the index of `lines`; loops that are smaller than that stay as they are.

    Examples
    --------
    >>> light(gpd.GeoSeries.from_wkt(["LINESTRING (0 0, 5 1, 9 0)"]), 2).to_wkt().item()
    'LINESTRING (0 0, 9 0)'
    """
    whole = lines.to_numpy()
    thin = shapely.simplify(whole, tolerance, preserve_topology=False)
    gone = shapely.length(thin) == 0
    thin[gone] = whole[gone]
    return gpd.GeoSeries(thin, index=lines.index, crs=lines.crs)


def line_points(lines: Iterable[shapely.Geometry]) -> list[list[LatLon]]:
    """Return the points of lines, as Folium takes them; multi-part lines in their parts."""
    parts = shapely.get_parts(np.asarray(list(lines), dtype=object))
    return [lat_lon(shapely.get_coordinates(part)) for part in parts]


def light_lines(lines: Sequence[shapely.LineString], tolerance_deg: float) -> list[list[LatLon]]:
    """Return the points of lines in lon, lat, simplified until a page can carry them.

    Parameters
    ----------
    lines
        The lines.
    tolerance_deg
        How far they may leave their points; more where there are too many points.

    Returns
    -------
    points
        Of each line, for Folium; together at most about `ROUTE_POINTS`.
    """
    return [lat_lon(shapely.get_coordinates(line)) for line in simplified(lines, tolerance_deg)]


def simplified(
    lines: Sequence[shapely.LineString], tolerance_deg: float
) -> list[shapely.LineString]:
    """Return lines as `light_lines` draws them; vertices that stay keep their height."""
    light = np.asarray(list(lines), dtype=object)
    while True:
        light = shapely.simplify(light, tolerance_deg)
        if shapely.get_num_coordinates(light).sum() <= ROUTE_POINTS or tolerance_deg > 1:
            return list(light)
        tolerance_deg *= 2


def bounds_of(shapes: Iterable[shapely.Geometry]) -> Bounds:
    """Return the bounds of shapes in lon, lat together.

    Examples
    --------
    >>> bounds_of([shapely.Point(98, 19), shapely.Point(100, 17)])
    (98.0, 17.0, 100.0, 19.0)
    """
    west, south, east, north = shapely.total_bounds(np.asarray(list(shapes), dtype=object))
    return float(west), float(south), float(east), float(north)


def _joined(part: gpd.GeoSeries) -> gpd.GeoSeries:
    """Join segments that continue one another, so that simplifying has something to leave out."""
    whole = shapely.line_merge(shapely.multilinestrings(part.to_numpy()))
    return gpd.GeoSeries(shapely.get_parts(whole), crs=part.crs)


def _middle(part: gpd.GeoSeries) -> shapely.Point:
    joined = _joined(part)
    longest: shapely.LineString = joined.iloc[int(np.argmax(joined.length.to_numpy()))]
    return longest.interpolate(0.5, normalized=True)


def _count(lines: gpd.GeoSeries) -> int:
    return int(shapely.get_num_coordinates(lines.to_numpy()).sum())
