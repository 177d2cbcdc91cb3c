"""Which roads a track ran along: a hidden Markov model over positions on roads.

Newson and Krumm (2009), Hidden Markov map matching through noise and sparseness: a position is
the likelier the nearer it lies to a point of the track, and a step between positions the likelier
the less its way along the roads differs from the straight line.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from geo.routing.engine import matrix, shortest_path
from geo.routing.graph import Metric
from geo.routing.path import Path, join_paths
from geo.routing.snap import Snapped
from layers.arrays import Bools, Floats, Ints
from layers.errors import NoRoadError
from layers.roads.network import RoadNetwork

STEP_M: Final = 150.0
"""Points nearer to the last one tell nothing new, so noise does not count as way."""

NOISE_M: Final = 15.0
"""Standard deviation of a point of a track across the road: receivers of telephones, and roads
drawn some metres aside."""

DETOUR_M: Final = 40.0
"""By which steps along the roads are longer than straight, in the mean: mountain roads bend."""

REACH_M: Final = 100.0
"""A road farther from a point is not the one."""

MOST: Final = 8
"""Positions that are looked at per point."""


def thinned(x: Floats, y: Floats, step_m: float = STEP_M) -> Ints:
    """Choose points that lie so far apart, the first and the last included, shape (chosen,)."""
    chosen, last = [0], 0
    for at in range(1, len(x)):
        if np.hypot(x[at] - x[last], y[at] - y[last]) >= step_m:
            chosen.append(at)
            last = at
    if chosen[-1] != len(x) - 1:
        chosen.append(len(x) - 1)
    return np.array(chosen)


def match(network: RoadNetwork, metric: Metric, usable: Bools, x: Floats, y: Floats) -> Path:
    """Find the way that a track most likely ran along.

    Parameters
    ----------
    network
        The roads.
    metric
        Their lengths as weights, for who drove.
    usable
        Segments that may be driven, shape (segments,).
    x, y
        Points in the CRS of the network, in the order of the drive, shape (points,).

    Returns
    -------
    path
        From the first point that lies near a road to the last.

    Raises
    ------
    NoRoadError
        Fewer than two points lie near roads, or nothing leads on from some point to the next.
    """
    near = _positions(network, usable, x, y)
    steps = [at for at in range(len(x)) if len(near[at])]
    if len(steps) < 2:  # noqa: PLR2004
        raise NoRoadError(f"the track runs nowhere within {REACH_M:g} m of a road")
    score = [-0.5 * (near[steps[0]].offset_m / NOISE_M) ** 2]
    came: list[Ints] = []
    for last, at in pairwise(steps):
        way = matrix(metric, near[last], near[at])
        straight = np.hypot(x[at] - x[last], y[at] - y[last])
        step = score[-1][:, None] - np.abs(way - straight) / DETOUR_M
        came.append(step.argmax(axis=0))
        best = step.max(axis=0)
        if not np.isfinite(best).any():
            raise NoRoadError(f"nothing leads on from point {last + 1} of the track")
        score.append(best - 0.5 * (near[at].offset_m / NOISE_M) ** 2)
    chosen = [int(np.argmax(score[-1]))]
    for back in reversed(came):
        chosen.append(int(back[chosen[-1]]))
    chosen.reverse()
    parts = []
    for (last, here), (at, there) in pairwise(zip(steps, chosen, strict=True)):
        part = shortest_path(metric, near[last].take([here]), near[at].take([there]))
        if part is not None:
            parts.append(part)
    return join_paths(parts)


def _positions(network: RoadNetwork, usable: Bools, x: Floats, y: Floats) -> list[Snapped]:
    """Find the nearest position on each of the roads near every point."""
    allowed = np.flatnonzero(usable)
    tree = shapely.STRtree(network.lines[allowed])
    points = np.asarray(shapely.points(x, y))
    of, found = tree.query(points, predicate="dwithin", distance=REACH_M)
    segment = allowed[found]
    away = shapely.distance(network.lines[segment], points[of])
    share = np.round(
        shapely.line_locate_point(network.lines[segment], points[of], normalized=True), 9
    )
    every = Snapped(segment, np.clip(share, 0.0, 1.0), away)
    order = np.lexsort([away, of])
    bounds = np.searchsorted(of[order], np.arange(len(x) + 1))
    return [every.take(order[bounds[at] : bounds[at + 1]][:MOST]) for at in range(len(x))]
