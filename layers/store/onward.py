"""Streets over which main roads go on where only main roads are kept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from layers.arrays import Bools, Ints
from layers.roads.bare import BareRoads


def onward(roads: BareRoads, kept: Bools, streets: Bools, within_m: float) -> Bools:
    """Say over which streets numbered roads go on to the next road that is kept.

    A highway may enter a town as a street of a lesser class: without it the road ends in front
    of the town, and the way on is a long one round.

    Parameters
    ----------
    roads
        All roads.
    kept
        Those that are kept in any case, shape (segments,).
    streets
        Those that may be kept besides, shape (segments,).
    within_m
        So long may the way over streets be, in metres.

    Returns
    -------
    more
        Shape (segments,): the shortest way from each end of a numbered road, if there is one.
    """
    ends, count = roads.ends, len(roads.nodes)
    numbered = kept & (roads.segments["ref"].astype(str) != "").to_numpy()
    touched = np.bincount(ends[kept].ravel(), minlength=count)
    loose = (touched == 1) & (np.bincount(ends[numbered].ravel(), minlength=count) == 1)
    rows = np.flatnonzero(streets & ~kept)
    # Of two streets between the same nodes the shorter one is the way.
    rows = rows[np.argsort(roads.length_m[rows], kind="stable")]
    pair = np.sort(ends[rows], axis=1)
    rows = rows[np.unique(pair, axis=0, return_index=True)[1]]
    used = np.zeros(count, bool)
    used[ends[rows]] = True
    place = np.cumsum(used) - 1
    a, b = place[ends[rows]].T
    size = int(used.sum())
    between = coo_array((np.maximum(roads.length_m[rows], 0.01), (a, b)), (size, size)).tocsr()
    of_pair = coo_array((np.arange(1, len(rows) + 1), (a, b)), (size, size)).tocsr()
    goal = (touched > 0)[used]
    more = np.zeros(len(kept), bool)
    for node in np.flatnonzero(loose & used):
        path = _path(between, int(place[node]), goal, within_m)
        for at, back in pairwise(path):
            more[rows[int(of_pair[at, back] or of_pair[back, at]) - 1]] = True
    return more


def _path(between: csr_array, start: int, goal: Bools, within_m: float) -> Ints:
    """Return the nodes from the nearest goal back to the start; one alone if there is none."""
    metres, before = dijkstra(
        between, directed=False, indices=start, limit=within_m, return_predecessors=True
    )
    metres = np.where(goal, metres, np.inf)
    metres[start] = np.inf
    at = int(metres.argmin())
    nodes = [at] if np.isfinite(metres[at]) else [start]
    while nodes[-1] != start:
        nodes.append(int(before[nodes[-1]]))
    return np.array(nodes, np.int64)
