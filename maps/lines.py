"""Lines made light enough for a page, without losing their shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from layers.crs import LON_LAT
from layers.network import RoadNetwork
from maps.leaflet import Bounds, LatLon, lat_lon

ROAD_CLASSES: Final = {
    "trunk": ("motorway", "trunk"),
    "primary": ("primary",),
    "secondary": ("secondary",),
    "tertiary": ("tertiary",),
    "minor": ("unclassified", "road", "ferry"),
    "lane": ("residential", "living_street", "service", "track"),
}
"""Classes as drawn, by importance; a link belongs to the class it links."""

ROAD_POINTS: Final = 30_000
"""Points that the roads of one map may have: about 0.6 MB of HTML."""

ROUTE_POINTS: Final = 30_000
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

    The most important class is always there; the next ones as long as the page stays
    light. What is left out is not data lost, only not drawn.

    Parameters
    ----------
    network
        The roads.
    points
        How many points there may be.

    Returns
    -------
    lines
        By class of `ROAD_CLASSES`, in lon, lat.
    """
    roads = network.segments
    kind = roads["highway"].astype("str").str.removesuffix("_link")
    tolerance = _tolerance(roads.total_bounds) if len(roads) else 0.0
    drawn: dict[str, gpd.GeoSeries] = {}
    for name, values in ROAD_CLASSES.items():
        part = roads.geometry[kind.isin(values).to_numpy()]
        if part.empty:
            continue
        lines = _joined(part).simplify(tolerance)
        while not drawn and _count(lines) > points and tolerance < 1000:  # noqa: PLR2004
            tolerance *= 2
            lines = lines.simplify(tolerance)
        points -= _count(lines)
        if points < 0 and drawn:
            break
        drawn[name] = lines.to_crs(LON_LAT)
    return drawn


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


def _tolerance(bounds: Iterable[float]) -> float:
    """Return metres that cannot be seen when the whole extent fills a screen."""
    west, south, east, north = bounds
    return max(15.0, float(np.hypot(east - west, north - south)) / 15_000)


def _count(lines: gpd.GeoSeries) -> int:
    return int(shapely.get_num_coordinates(lines.to_numpy()).sum())
