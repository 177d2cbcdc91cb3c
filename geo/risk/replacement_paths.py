"""The least weight to a node with each segment of the best ways taken out in turn.

A tree of best ways to one node is made once. Taking out a segment of it changes only what
hangs below, and only that is searched again, from the ways out of it to the rest, whose
weights stand (the idea of dynamic shortest paths, Ramalingam and Reps 1996, Journal of
Algorithms 21). Exact in the engine's integers, also with one-way and parallel segments.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numba import njit

from geo.risk.detours import FAR, Arcs, Graph, laid, search
from layers.arrays import Ints


class Rows(NamedTuple):
    """Best ways from every origin to the root, and what each takes without each segment.

    Attributes
    ----------
    least
        Least weight, `FAR` where nothing leads; shape (origins,).
    first
        Segments of origin i are `first[i]:first[i + 1]`; shape (origins + 1,).
    segment
        Of the way, from the origin on, -1 for arcs of no segment; shape (n,).
    without
        Least weight if it is taken out, both ways, `FAR` if nothing leads; shape (n,).
    """

    least: Ints
    first: Ints
    segment: Ints
    without: Ints


def arcs_by(near: Ints, far: Ints, weight: Ints, segment: Ints, *, count: int) -> Arcs:
    """Group arcs by the node at one end.

    Parameters
    ----------
    near, far
        Nodes at that end and at the other, shape (arcs,).
    weight, segment
        Of every arc, weight at least 0; shape (arcs,).
    count
        Number of nodes.

    Returns
    -------
    arcs
        Those of each node in the order given.
    """
    order = np.argsort(near, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(near, minlength=count))])
    return Arcs(first, far[order], weight[order], segment[order])


@njit(cache=True, nogil=True)
def replaced(graph: Graph) -> Rows:  # noqa: C901
    """Find the least weight from every origin to the root, without each segment of its way.

    Parameters
    ----------
    graph
        Open arcs.

    Returns
    -------
    rows
        For every origin, in order.
    """
    count, origin = graph.out.first.size - 1, graph.origin
    least, onward, via, order = _tree(graph, -1)
    place, at, size, wanted, depth = _hang(graph, onward, order)
    first = np.zeros(count - origin + 1, np.int64)
    for one in range(origin, count):
        first[one - origin + 1] = first[one - origin] + depth[one]
    segment = np.full(first[-1], -1, np.int64)
    without = np.full(first[-1], FAR, np.int64)
    detour = np.empty(at.size, np.int64)
    again = np.zeros(graph.last.size, np.bool_)
    tree = laid(graph, place, at, onward, size, least)
    for step in range(1, order.size):
        node = order[step]
        if wanted[node] == 0:
            continue
        start, stop = place[node], place[node] + size[node]
        closed = via[node]
        if closed >= 0 and graph.last[closed]:
            again[closed] = True
        elif closed >= 0:
            search(tree, start, stop, closed, detour)
        for place_of in range(start, stop):
            below = at[place_of]
            if below >= origin:
                row = first[below - origin] + depth[below] - depth[node]
                segment[row] = closed
                more = detour[place_of] if closed >= 0 else 0
                without[row] = min(least[below] + more, FAR)
    # What leads to the root by several arcs hangs in several places: all is searched again.
    for closed in np.flatnonzero(again):
        anew = _tree(graph, int(closed))[0]
        for one in range(origin, count):
            for row in range(first[one - origin], first[one - origin + 1]):
                if segment[row] == closed:
                    without[row] = anew[one]
    return Rows(least[origin:].copy(), first, segment, without)


@njit(cache=True, nogil=True)
def _tree(graph: Graph, closed: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return weights to the root, next nodes, segments to them, and nodes nearest first.

    The segment `closed` is left out, none if it is -1 and all arcs of no segment stay.
    """
    count = graph.out.first.size - 1
    least = np.full(count, FAR, np.int64)
    onward, via = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    done = np.zeros(count, np.bool_)
    order, found = np.empty(count, np.int64), 0
    least[graph.root] = 0
    # One number holds the weight and, below it, the node: a heap of pairs takes twice as long.
    queue = [np.int64(graph.root)]
    while queue:
        now, node = divmod(heapq.heappop(queue), count)
        if done[node]:
            continue
        done[node] = True
        order[found] = node
        found += 1
        for arc in range(graph.into.first[node], graph.into.first[node + 1]):
            before, then = graph.into.other[arc], now + graph.into.weight[arc]
            if then < least[before] and (closed < 0 or graph.into.segment[arc] != closed):
                least[before], onward[before] = then, node
                via[before] = graph.into.segment[arc]
                heapq.heappush(queue, then * count + before)
    return least, onward, via, order[:found].copy()


@njit(cache=True, nogil=True)
def _hang(graph: Graph, onward: Ints, order: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Lay out the tree so that what hangs below node i is `at[place[i]:place[i] + size[i]]`.

    Returns
    -------
    place, at, size, wanted, depth
        `wanted` is the number of origins below; `place` is -1 outside the tree.
    """
    count = onward.size
    size, depth = np.zeros(count, np.int64), np.zeros(count, np.int64)
    wanted = np.zeros(count, np.int64)
    for step in range(order.size - 1, -1, -1):
        node = order[step]
        size[node] += 1
        wanted[node] += node >= graph.origin
        if step > 0:
            size[onward[node]] += size[node]
            wanted[onward[node]] += wanted[node]
    place, at = np.full(count, -1, np.int64), np.empty(order.size, np.int64)
    following = np.zeros(count, np.int64)
    for step in range(order.size):
        node = order[step]
        if step == 0:
            place[node] = 0
        else:
            before = onward[node]
            place[node], depth[node] = following[before], depth[before] + 1
            following[before] += size[node]
        following[node] = place[node] + 1
        at[place[node]] = node
    return place, at, size, wanted, depth
