"""Segments as ways of numbered nodes, as OpenStreetMap draws roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.arrays import Floats, Ints
from layers.crs import to_lon_lat
from layers.osm.junctions import Lines
from layers.roads.network import RoadNetwork

SAME_DEG: Final = 1e-6
"""Vertices closer than this are one: OSRM keeps six decimals of a degree, about 0.1 m."""


@dataclass(frozen=True, eq=False)
class DrawnWays:
    """Segments as rows of nodes.

    Attributes
    ----------
    lines
        One per segment; the nodes of the network keep their position, the vertices between
        follow them.
    share
        Where along its segment each vertex lies, 0 to 1, shape (vertices,).
    lon, lat
        Degrees of every node, shape (nodes,).
    """

    lines: Lines
    share: Floats
    lon: Floats
    lat: Floats


def draw_ways(network: RoadNetwork) -> DrawnWays:
    """Give every vertex of all segments a number.

    Two vertices next to each other never coincide, and two nodes are never joined by two
    straight lines: of several such segments each gets a vertex in its middle, so that a pair of
    nodes names one road.

    Parameters
    ----------
    network
        The roads.

    Returns
    -------
    drawn
        Ways that meet in exactly the nodes of the network.
    """
    lines = _parted_twins(network)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    degrees = to_lon_lat(network.crs)
    lon, lat = degrees.transform(xy[:, 0], xy[:, 1])
    share = _shares(xy, line)
    first = np.searchsorted(line, np.arange(len(lines)), side="left")
    last = np.searchsorted(line, np.arange(len(lines)), side="right") - 1
    inner = np.ones(len(line), bool)
    inner[first] = inner[last] = False
    inner &= _apart(lon, lat, line, last)
    count = len(network.nodes)
    node = np.empty(len(line), np.int64)
    node[first], node[last] = network.ends.T
    node[inner] = count + np.arange(inner.sum())
    kept = inner.copy()
    kept[first] = kept[last] = True
    offsets = np.append(0, np.cumsum(np.bincount(line[kept], minlength=len(lines))))
    return DrawnWays(
        Lines(node[kept], offsets.astype(np.int64)),
        share[kept],
        np.append(network.nodes["lon"].to_numpy(np.float64), lon[inner]),
        np.append(network.nodes["lat"].to_numpy(np.float64), lat[inner]),
    )


def _parted_twins(network: RoadNetwork) -> NDArray[np.object_]:
    """Return the lines, with a vertex in the middle of straight ones that have a twin."""
    lines: NDArray[np.object_] = network.segments.geometry.to_numpy().copy()
    straight = np.flatnonzero(shapely.get_num_coordinates(lines) == 2)  # noqa: PLR2004
    pair = np.sort(network.ends[straight], axis=1)
    _, kind, times = np.unique(pair, axis=0, return_inverse=True, return_counts=True)
    twins = straight[(times[kind.ravel()] > 1) | (pair[:, 0] == pair[:, 1])]
    half = np.maximum(shapely.length(lines[twins]) / 2, SAME_DEG)
    lines[twins] = shapely.segmentize(lines[twins], half * (1 + 1e-9))
    return lines


def _shares(xy: Floats, line: Ints) -> Floats:
    """Return where along its line every vertex lies, 0 to 1."""
    step = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))
    step[1:][line[1:] != line[:-1]] = 0.0
    along = np.cumsum(step)
    first = np.searchsorted(line, line, side="left")
    last = np.searchsorted(line, line, side="right") - 1
    whole = along[last] - along[first]
    share: Floats = np.divide(along - along[first], whole, out=np.zeros(len(line)), where=whole > 0)
    return share


def _apart(lon: Floats, lat: Floats, line: Ints, last: Ints) -> NDArray[np.bool_]:
    """Say which vertices lie elsewhere than the one before and the last of their line."""
    place = np.rint(np.column_stack([lon, lat]) / SAME_DEG)
    apart = np.ones(len(line), bool)
    apart[1:] = (place[1:] != place[:-1]).any(axis=1)
    apart &= (place != place[last[line]]).any(axis=1)
    return apart
