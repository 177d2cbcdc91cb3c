"""Where houses line a road, told by the minor roads around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely
from scipy.ndimage import uniform_filter

from layers.arrays import Floats, Ints
from layers.roads.network import RoadNetwork

VILLAGE_ROADS: Final = ("residential", "living_street", "service")
"""Classes of roads that houses stand on."""

CELL_M: Final = 150.0
AROUND: Final = 5
"""Cells on a side of the square, 750 m, within which minor roads count."""

MOST_CELLS: Final = 20_000_000
"""A larger grid has larger cells."""

FROM_KM: Final = 2.0
TO_KM: Final = 7.0
"""Kilometres of minor road per square kilometre from which a road begins to run past houses,
and from which it does so wholly (unsourced; the first is a hamlet of one lane, the second a
village whose lanes lie 200 m apart)."""


def with_built_up(network: RoadNetwork) -> RoadNetwork:
    """Add the column `built_up`: the share of each segment that is lined by houses, 0 to 1.

    Examples
    --------
    A road through a grid of lanes 150 m apart runs past houses; one far from it does not.
    """
    share = built_up(network)
    if "built_up" in network.segments:
        known = network.segments["built_up"].to_numpy(np.float64)
        share = np.where(np.isnan(known), share, known)
    return replace(network, segments=network.segments.assign(built_up=share))


def built_up(network: RoadNetwork) -> Floats:
    """Compute the share of every segment that is lined by houses, shape (segments,)."""
    share = np.zeros(len(network.segments))
    middle, metres, segment = _pieces(network)
    minor = network.segments["highway"].isin(VILLAGE_ROADS).to_numpy()[segment]
    if not minor.any():
        return share
    low = middle[minor].min(axis=0) - AROUND * CELL_M
    high = middle[minor].max(axis=0) + AROUND * CELL_M
    cell = max(CELL_M, float(np.sqrt(np.prod(high - low) / MOST_CELLS)))
    rows, columns = np.ceil((high - low)[::-1] / cell).astype(int)
    inside = ((middle >= low) & (middle < high)).all(axis=1)
    column, row = ((middle[inside] - low) // cell).astype(np.int64).T
    at = row * columns + column
    of_minor = np.where(minor[inside], metres[inside], 0.0)
    grid = np.bincount(at, of_minor, rows * columns).reshape(rows, columns).astype(np.float32)
    around = uniform_filter(grid, AROUND, mode="constant")
    per_km2 = around.ravel()[at] / 1000.0 / (cell / 1000.0) ** 2
    lined = np.clip((per_km2 - FROM_KM) / (TO_KM - FROM_KM), 0.0, 1.0)
    total = np.bincount(segment, metres, len(share))
    houses = np.bincount(segment[inside], lined * metres[inside], len(share))
    share = houses / np.maximum(total, 1e-9)
    return np.minimum(share, 1.0)


def _pieces(network: RoadNetwork) -> tuple[Floats, Floats, Ints]:
    """Return middles, lengths and segments of all straight pieces, long ones cut in cells."""
    lines = shapely.segmentize(network.lines, CELL_M)
    points, of = shapely.get_coordinates(lines, return_index=True)
    same = of[1:] == of[:-1]
    middle = ((points[1:] + points[:-1]) / 2)[same]
    metres = np.hypot(*(points[1:] - points[:-1]).T)[same]
    return middle, metres, of[1:][same]
