"""The elimination tree of a contracted graph, and weights on it: for tables of many by many.

Every shortest way climbs from its start along nodes that the order contracts later, and comes
down again to its goal. The nodes that one can climb to are the ancestors in the elimination
tree, so that the least weight between two nodes is the least sum over the ancestors they share.
Dibbelt, Strasser, Wagner (2016), Customizable contraction hierarchies, ACM JEA 21, sections 4
and 6; Bauer, Columbus, Rutter, Wagner (2016), Search-space size in contraction hierarchies.

The binding answers few by few; what it has inside it does not hand over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.arrays import Bools, Ints, distinct

FAR = np.int64(2**31 - 1)
"""No way; a sum of two is still a number of 32 bits."""

Small = NDArray[np.int32]
Weights = NDArray[np.int64]
Climbed = tuple[NDArray[np.uint32], Small]
"""What `labels` gives."""


@dataclass(frozen=True, eq=False)
class Tree:
    """Nodes by rank, with the arcs and shortcuts to those above them.

    Attributes
    ----------
    rank
        Of every node of the engine, shape (nodes,).
    first
        Arcs up from rank r are `first[r]:first[r + 1]`, shape (nodes + 1,).
    above
        Rank that each leads to, ascending from every node: the first is its parent.
    depth
        Number of ancestors of every rank, shape (nodes,).
    arc
        Arc up that every arc of the engine is, shape (arcs,); -1 for a loop.
    upward
        Whether it is driven up, shape (arcs,).
    """

    rank: Ints
    first: Ints
    above: Small
    depth: Small
    arc: Ints
    upward: Bools


def tree_of(order: NDArray[np.uint32], tail: Ints, head: Ints) -> Tree:
    """Find the elimination tree of a graph whose nodes are contracted in an order.

    Parameters
    ----------
    order
        Nodes, the first contracted first.
    tail, head
        Nodes of every arc, shape (arcs,).
    """
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ends = rank[np.column_stack([tail, head])]
    low, high = ends.min(axis=1), ends.max(axis=1)
    own = low != high
    pairs = distinct(low[own] * np.int64(len(order)) + high[own])
    low_of, high_of = np.divmod(pairs, max(len(order), 1))
    offsets = np.searchsorted(low_of, np.arange(len(order) + 1))
    first, above = _filled(offsets, high_of.astype(np.int32))
    depth = _depths(first, above)
    arc = arcs_up(first, above, low, high)
    return Tree(rank, first, above, depth, arc, ends[:, 0] == low)


def weights_on(tree: Tree, weight: NDArray[np.uint32]) -> tuple[Weights, Weights]:
    """Give every arc up the least weight of climbing it, and of coming down it.

    Parameters
    ----------
    tree
        Of the graph.
    weight
        Of every arc of the engine, `FAR` where closed, shape (arcs,).
    """
    up, down = (np.full(len(tree.above), FAR) for _ in range(2))
    _laid(tree.arc, tree.upward, weight, up, down)
    _shortened(tree.first, tree.above, up, down)
    return up, down


@njit(cache=True)
def _filled(offsets: Ints, high: Small) -> tuple[Ints, Small]:
    """Add the shortcuts that contracting nodes one by one needs; arcs up by rank."""
    count = len(offsets) - 1
    first = np.zeros(count + 1, np.int64)
    above = np.empty(max(2 * len(high), 16), np.int32)
    child, sibling = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    seen = np.full(count, -1, np.int32)
    used = 0
    for node in range(count):
        begin = used
        if used + count - node > len(above):
            more = np.empty(2 * len(above) + count - node, np.int32)
            more[:used] = above[:used]
            above = more
        for at in range(offsets[node], offsets[node + 1]):
            seen[high[at]] = node
            above[used] = high[at]
            used += 1
        below = child[node]
        while below >= 0:
            for at in range(first[below] + 1, first[below + 1]):
                if seen[above[at]] != node:
                    seen[above[at]] = node
                    above[used] = above[at]
                    used += 1
            below = sibling[below]
        above[begin:used].sort()
        first[node + 1] = used
        if used > begin:
            sibling[node], child[above[begin]] = child[above[begin]], node
    return first, above[:used].copy()


@njit(cache=True)
def _depths(first: Ints, above: Small) -> Small:
    depth = np.zeros(len(first) - 1, np.int32)
    for node in range(len(depth) - 1, -1, -1):
        if first[node] < first[node + 1]:
            depth[node] = depth[above[first[node]]] + 1
    return depth


@njit(cache=True)
def arcs_up(first: Ints, above: Small, low: Ints, high: Ints) -> Ints:
    """Find the arcs up from some ranks to others, -1 where there is none; shape (n,)."""
    found = np.full(len(low), -1)
    for at in range(len(low)):
        begin, end = first[low[at]], first[low[at] + 1]
        place = begin + np.searchsorted(above[begin:end], high[at])
        if place < end and above[place] == high[at]:
            found[at] = place
    return found


@njit(cache=True)
def _laid(arc: Ints, upward: Bools, weight: NDArray[np.uint32], up: Weights, down: Weights) -> None:
    """Give arcs up the weights of the engine's arcs, the least of several beside one another."""
    for at in range(len(arc)):
        if arc[at] >= 0:
            side = up if upward[at] else down
            side[arc[at]] = min(side[arc[at]], np.int64(weight[at]))


@njit(cache=True)
def _shortened(first: Ints, above: Small, up: Weights, down: Weights) -> None:
    """Let every shortcut be as short as the way over each node below it, rank by rank."""
    for node in range(len(first) - 1):
        end = first[node + 1]
        for one in range(first[node], end):
            to_one, from_one = up[one], down[one]
            if to_one >= FAR and from_one >= FAR:
                continue
            place = first[above[one]]
            for other in range(one + 1, end):
                while above[place] != above[other]:
                    place += 1
                up[place] = min(up[place], from_one + up[other])
                down[place] = min(down[place], down[other] + to_one)


@njit(cache=True)
def labels(
    tree: tuple[Ints, Small, Small], weight: Weights, starts: Small, initial: Weights
) -> Climbed:
    """Climb from some nodes to all their ancestors.

    Parameters
    ----------
    tree
        `first, above, depth` of a `Tree`.
    weight
        Of the arcs up.
    starts
        Up to two ranks of every row, the lower first, of which the second is an ancestor of
        the first, or -1; shape (rows, 2).
    initial
        Weight to get there, shape (rows, 2).

    Returns
    -------
    reached, chain
        Least weight to the ancestor at each depth, and its rank (-1 below the row's own);
        shape (rows, depths).
    """
    first, above, depth = tree
    deep = 1
    for row in range(len(starts)):
        deep = max(deep, depth[starts[row, 0]] + 1)
    reached = np.full((len(starts), deep), np.uint32(FAR), np.uint32)
    chain = np.full((len(starts), deep), np.int32(-1), np.int32)
    least = np.empty(deep, np.int64)
    for row in range(len(starts)):
        least[:] = FAR
        for side in range(2):
            if starts[row, side] >= 0:
                at = depth[starts[row, side]]
                least[at] = min(least[at], initial[row, side])
        node = starts[row, 0]
        for at in range(depth[node], -1, -1):
            chain[row, at] = node
            here = least[at]
            if here < FAR:
                reached[row, at] = np.uint32(here)
                for arc in range(first[node], first[node + 1]):
                    there = depth[above[arc]]
                    least[there] = min(least[there], here + weight[arc])
            if at:
                node = above[first[node]]
    return reached, chain


@njit(cache=True)
def least_sums(near: Climbed, far: Climbed) -> NDArray[np.uint32]:
    """Add up what two sides need to the ancestors they share; the least, shape (near, far)."""
    up, chain = near
    down, other = far
    found = np.full((len(up), len(down)), np.uint32(FAR), np.uint32)
    for row in range(len(up)):
        for col in range(len(down)):
            # Two nodes share their uppermost ancestors: the last they share is sought.
            low, high = 0, min(up.shape[1], down.shape[1])
            while low < high:
                middle = (low + high) // 2
                if chain[row, middle] >= 0 and chain[row, middle] == other[col, middle]:
                    low = middle + 1
                else:
                    high = middle
            best = np.uint32(FAR)
            for at in range(low):
                total = np.uint32(up[row, at] + down[col, at])
                best = min(best, total)
            found[row, col] = best
    return found
