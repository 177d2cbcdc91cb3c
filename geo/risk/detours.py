"""How much longer the way to a node becomes for all who hang below a segment taken out."""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.arrays import Ints

FAR = 2**31 - 1
"""Weight of what is not reached, as in the engine."""
NEVER = 2**40
"""A detour that there is not: more than any weight."""


class Arcs(NamedTuple):
    """Arcs grouped by the node at one end: those of node i are `first[i]:first[i + 1]`."""

    first: Ints
    other: Ints
    weight: Ints
    segment: Ints


class Graph(NamedTuple):
    """Open arcs by their tail (`out`) and by their head (`into`).

    Node `root` is where to: arcs only lead to it. The nodes from `origin` on are the origins:
    arcs only leave them. An arc of no segment has -1. A segment may lead to the root by
    several arcs: `last` says which do, shape (segments,).
    """

    out: Arcs
    into: Arcs
    root: int
    origin: int
    last: NDArray[np.bool_]


class Tree(NamedTuple):
    """Nodes numbered as they hang below the root: what hangs below one comes right after it.

    Weights of arcs are what a way over them is longer than the best: 0 on the tree itself.

    Attributes
    ----------
    out, into
        Arcs between nodes of the tree; `into` without those that the tree consists of.
    above
        The next node on the best way, -1 for the root; shape (nodes,).
    size
        How many nodes hang below each, itself included; shape (nodes,).
    origin
        Whether ways begin there, shape (nodes,).
    low, high
        The first and the last node that an arc leads to, shape (nodes,).
    """

    out: Arcs
    into: Arcs
    above: Ints
    size: Ints
    origin: NDArray[np.bool_]
    low: Ints
    high: Ints


@njit(cache=True, nogil=True)
def laid(graph: Graph, place: Ints, at: Ints, onward: Ints, size: Ints, least: Ints) -> Tree:
    """Lay out nodes as they hang: what is searched together lies together."""
    count = at.size
    above, origin = np.full(count, -1, np.int64), np.zeros(count, np.bool_)
    for row in range(count):
        origin[row] = at[row] >= graph.origin
        if row > 0:
            above[row] = place[onward[at[row]]]
    out = _renumbered(graph.out, place, at, least, above, 1)
    into = _renumbered(graph.into, place, at, least, above, -1)
    low, high = np.full(count, count, np.int64), np.full(count, -1, np.int64)
    for row in range(count):
        for arc in range(out.first[row], out.first[row + 1]):
            low[row] = min(low[row], out.other[arc])
            high[row] = max(high[row], out.other[arc])
    return Tree(out, into, above, size[at], origin, low, high)


@njit(cache=True, nogil=True)
def _renumbered(arcs: Arcs, place: Ints, at: Ints, least: Ints, above: Ints, way: int) -> Arcs:
    """Return arcs by the places of their nodes, without those to nodes outside the tree.

    `way` is 1 for arcs from nodes, -1 for arcs to them: these are without the tree's own.
    """
    first = np.zeros(at.size + 1, np.int64)
    other, weight = np.empty(arcs.other.size, np.int64), np.empty(arcs.other.size, np.int64)
    segment, many = np.empty(arcs.other.size, np.int64), 0
    for row in range(at.size):
        for arc in range(arcs.first[at[row]], arcs.first[at[row] + 1]):
            there = place[arcs.other[arc]]
            if there < 0:
                continue
            further = least[arcs.other[arc]] - least[at[row]]
            more = arcs.weight[arc] + way * further
            if way > 0 or more > 0 or above[there] != row:
                other[many], weight[many], segment[many] = there, more, arcs.segment[arc]
                many += 1
        first[row + 1] = many
    return Arcs(first, other[:many], weight[:many], segment[:many])


@njit(cache=True, nogil=True)
def search(  # noqa: C901, PLR0912
    tree: Tree, start: int, stop: int, closed: int, detour: Ints
) -> None:
    """Find how much longer the way is from each node below a segment taken out.

    First down the tree: what hangs below a node can do as that node does. Then only where
    another way is less is there anything to search; what is found for a node goes down the tree
    at once, without the queue.
    """
    out, into, fewest = tree.out, tree.into, NEVER
    for node in range(start, stop):
        best = detour[tree.above[node]] if node != start else NEVER
        if tree.low[node] < start or tree.high[node] >= stop:
            for arc in range(out.first[node], out.first[node + 1]):
                head = out.other[arc]
                if (head < start or head >= stop) and out.segment[arc] != closed:
                    best = min(best, out.weight[arc])
        detour[node] = best
        fewest = min(fewest, best)
    count = tree.size.size
    queue = [np.int64(0) for _ in range(0)]
    bound = 0
    for node in range(start, stop):
        best = detour[node]
        if best > fewest:  # Nobody does better than the best way out.
            for arc in range(out.first[node], out.first[node + 1]):
                head = out.other[arc]
                if start <= head < stop and out.segment[arc] != closed:
                    best = min(best, detour[head] + out.weight[arc])
            if best < detour[node]:
                detour[node] = best
                queue.append(best * count + node)
        if tree.origin[node]:
            bound = max(bound, detour[node])
    heapq.heapify(queue)
    while queue:
        now, top = divmod(heapq.heappop(queue), count)
        if now >= bound:
            break
        if now > detour[top]:
            continue
        node, last = int(top), int(top + tree.size[top])
        while node < last:
            if node != top and detour[node] <= now:
                node += int(tree.size[node])
                continue
            detour[node] = now
            for arc in range(into.first[node], into.first[node + 1]):
                before, then = into.other[arc], now + into.weight[arc]
                if start <= before < stop and then < detour[before] and into.segment[arc] != closed:
                    detour[before] = then
                    heapq.heappush(queue, then * count + before)
            node += 1
