"""Snap points to the nearest position along a segment, not to the nearest node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.arrays import Floats
from layers.crs import from_lon_lat
from layers.errors import NoRoadError
from layers.roads.network import RoadNetwork

MAX_DISTANCE_M = 20_000.0
"""Farther from any road than this, a point is refused."""

ABROAD_M = 2_000.0
"""A road at home counts before one across the border, unless it is so much farther."""

NOWHERE_M = 1e12
"""Where points are put that do not lie on Earth, such as one of latitude 98."""

MOST_RECENT = 8
"""So many indexes are known by the very array with which they were asked for."""


@dataclass(frozen=True, eq=False)
class Snapped:
    """Positions along segments; arrays of shape (points,).

    Attributes
    ----------
    segment
        Segment of every point.
    fraction
        How far along its length, 0 at `u`, 1 at `v`.
    offset_m
        Distance from the point to that position, straight over the ground.
    """

    segment: NDArray[np.int64]
    fraction: Floats
    offset_m: Floats

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.segment)

    def take(self, at: NDArray[np.int64] | list[int]) -> Snapped:
        """Return some of the points, in the order given."""
        return Snapped(self.segment[at], self.fraction[at], self.offset_m[at])


def snap(
    network: RoadNetwork,
    lon: Floats,
    lat: Floats,
    *,
    usable: NDArray[np.bool_] | None = None,
    labels: tuple[str, ...] = (),
    max_distance_m: float = MAX_DISTANCE_M,
) -> Snapped:
    """Find the nearest position on a road for every point, at home rather than abroad.

    Parameters
    ----------
    network
        The roads.
    lon, lat
        Points in degrees, shape (points,).
    usable
        Segments that may be used, shape (segments,); all by default.
    labels
        Names of the points, for messages.
    max_distance_m
        Farther from a road than this, a point is refused.

    Returns
    -------
    snapped
        One position per point.

    Raises
    ------
    NoRoadError
        A point lies too far from any usable road; the message tells how far.
    """
    allowed, tree = road_index(network, usable)
    if not len(allowed):
        raise NoRoadError("no road may be used by this vehicle")
    x, y = from_lon_lat(network.crs).transform(lon, lat)
    points = np.asarray(
        shapely.points(*(np.where(np.isfinite(part), part, NOWHERE_M) for part in (x, y)))
    )
    found, distance = tree.query_nearest(points, return_distance=True, all_matches=False)
    nearest = allowed[found[1]]
    away = network.abroad[nearest]
    own, tree = road_index(network, usable, home=True) if away.any() else (allowed[:0], tree)
    if len(own):
        found, apart = tree.query_nearest(points[away], return_distance=True, all_matches=False)
        back = apart <= distance[away] + ABROAD_M
        rows = np.flatnonzero(away)[back]
        nearest[rows], distance[rows] = own[found[1]][back], apart[back]
    far = np.flatnonzero(distance > max_distance_m)
    if len(far):
        raise NoRoadError(_too_far(network, int(far[0]), labels, (lon, lat), distance))
    fraction = shapely.line_locate_point(network.lines[nearest], points, normalized=True)
    # Without the last digits' noise, or a place might lie behind itself on a one-way street.
    fraction = np.round(fraction, 9)
    return Snapped(nearest, np.clip(fraction, 0.0, 1.0), distance)


def road_index(
    network: RoadNetwork, usable: NDArray[np.bool_] | None, *, home: bool = False
) -> tuple[NDArray[np.int64], shapely.STRtree]:
    """Return the segments that may be used and their spatial index, made once per network.

    Parameters
    ----------
    network
        The roads.
    usable
        Which may be used, all by default; not to be changed afterwards.
    home
        Whether only those of the area's own country are meant.
    """
    for asked, at_home, index in network.recent:
        if asked is usable and at_home == home:
            return index
    chosen = usable
    if home:
        chosen = ~network.abroad if usable is None else usable & ~network.abroad
    key = b"" if chosen is None else np.packbits(chosen).tobytes()
    if key not in network.indexes:
        allowed = np.arange(len(network.segments)) if chosen is None else np.flatnonzero(chosen)
        network.indexes[key] = (allowed, shapely.STRtree(network.lines[allowed]))
    network.recent.append((usable, home, network.indexes[key]))
    del network.recent[:-MOST_RECENT]
    return network.indexes[key]


def _too_far(
    network: RoadNetwork,
    at: int,
    labels: tuple[str, ...],
    lon_lat: tuple[Floats, Floats],
    distance: Floats,
) -> str:
    """Say which point is how far from the roads, and whether it looks swapped."""
    lon, lat = float(lon_lat[0][at]), float(lon_lat[1][at])
    name = repr(labels[at]) if labels else f"{lon:g},{lat:g}"
    nodes = network.nodes
    west, east = nodes["lon"].min(), nodes["lon"].max()
    south, north = nodes["lat"].min(), nodes["lat"].max()
    inside_if_swapped = west <= lat <= east and south <= lon <= north
    off_earth = distance[at] > NOWHERE_M / 10
    how_far = f"{distance[at] / 1000:,.0f} km from the nearest road"
    hint = f"; longitude comes first: {lat:g},{lon:g}?" if inside_if_swapped else ""
    return (
        f"point {name} is {'nowhere on Earth' if off_earth else how_far}{hint} "
        f"(roads lie within lon {west:.2f} to {east:.2f}, lat {south:.2f} to {north:.2f})"
    )
