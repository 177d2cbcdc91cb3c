"""The line of a route on the map, in degrees."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString

from geo.routing.legs import ragged
from geo.routing.path import Path
from layers.roads.network import RoadNetwork

SAME_PLACE = 1e-11
"""Degrees between two points of a line that are one: a thousandth of a millimetre."""


def geometry_of(network: RoadNetwork, path: Path) -> LineString:
    """Join the lines of a path in lon, lat, cut at both ends."""
    drawn = network.drawn
    offsets, degrees = drawn.offsets, drawn.degrees(path.segment)
    low, high = offsets[path.segment], offsets[path.segment + 1]
    parts = np.flatnonzero((path.start > 0) | (path.stop < 1))
    for part in parts:
        line = network.lines[path.segment[part]]
        points = shapely.points(shapely.get_coordinates(line))
        located = shapely.line_locate_point(line, points, normalized=True)
        inside = np.flatnonzero((located > path.start[part]) & (located < path.stop[part]))
        first = low[part] + (inside[0] if len(inside) else 0)
        low[part], high[part] = first, first + len(inside)
    rows = degrees[ragged(low, high, path.against)]
    # A piece that is driven in part begins and ends between the points of its line, its
    # beginning before its end: between two stops there may be no point at all.
    sides = [path.start[parts], path.stop[parts]]
    lower, upper = (drawn.between(path.segment[parts], side) for side in sides)
    back = path.against[parts, None]
    ends = np.stack([np.where(back, upper, lower), np.where(back, lower, upper)], axis=1)
    stop = np.cumsum(high - low)[parts]
    at = np.column_stack([stop - (high - low)[parts], stop])
    rows = np.insert(rows, at.ravel(), ends.reshape(-1, 2), axis=0)
    fresh = np.concatenate([[True], (np.abs(np.diff(rows, axis=0)) > SAME_PLACE).any(axis=1)])
    return LineString(rows[fresh] if fresh.sum() > 1 else rows[:2])
