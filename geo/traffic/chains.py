"""A graph made small for best ways between places: no dead ends, and chains of arcs as one.

Most roads of a real network lead past houses and end, and most junctions on the others are where
these begin. No best way between two places leads into a dead end without a place, and where
roads go on without a choice they are one arc.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from layers.arrays import Bools, Floats, Ints, distinct


class Chains(NamedTuple):
    """Arcs in a row without a choice between, grouped by the node where they begin.

    Attributes
    ----------
    first
        Chains from node i are `first[i]` to before `first[i + 1]`, shape (nodes + 1,).
    head
        Where each leads, shape (chains,).
    begin
        Arcs of chain i are `arc[begin[i]:begin[i + 1]]`, shape (chains + 1,).
    arc
        In the order driven.
    """

    first: Ints
    head: Ints
    begin: Ints
    arc: Ints

    def sums(self, values: Floats) -> Floats:
        """Add up values of arcs, shape (arcs, …), along each chain."""
        if not len(self.head):
            return np.zeros((0, *values.shape[1:]))
        total: Floats = np.add.reduceat(values[self.arc], self.begin[:-1], axis=0)
        return total


def chained(tail: Ints, head: Ints, weight: Floats, places: Bools) -> Chains:
    """Leave out dead ends and put together what goes on without a choice.

    Parameters
    ----------
    tail, head
        Nodes of every arc, each pair once; shape (arcs,).
    weight
        At least 0.
    places
        Nodes that ways begin or end at, shape (nodes,).

    Returns
    -------
    chains
        Of those between the same two nodes the one of least weight.
    """
    count = len(places)
    order = np.argsort(tail, kind="stable")
    first = first_rows(tail, count)
    degree = neighbours(tail, head, places)
    starts, sizes, arcs = walked(first, order, head, degree, places)
    begin = np.concatenate([[0], np.cumsum(sizes)])
    ends = head[arcs[begin[1:] - 1]] if len(sizes) else np.zeros(0, np.int64)
    made = Chains(first, ends, begin, arcs)
    best = np.lexsort((made.sums(weight), ends, starts))
    new = np.ones(len(best), bool)
    new[1:] = (np.diff(starts[best]) != 0) | (np.diff(ends[best]) != 0)
    kept = best[new & (starts[best] != ends[best])]
    of = np.repeat(begin[kept] - np.cumsum(np.append(0, sizes[kept]))[:-1], sizes[kept])
    return Chains(
        first_rows(starts[kept], count),
        ends[kept],
        np.concatenate([[0], np.cumsum(sizes[kept])]),
        arcs[of + np.arange(len(of))],
    )


def neighbours(tail: Ints, head: Ints, places: Bools) -> Ints:
    """Count how many nodes each is joined to when dead ends are left out.

    Parameters
    ----------
    tail, head
        Nodes of every arc, shape (arcs,).
    places
        Nodes that are no dead end, shape (nodes,).

    Returns
    -------
    count
        0 in a dead end, shape (nodes,).

    Examples
    --------
    >>> ends = np.array([True, False, True, False])
    >>> neighbours(np.array([0, 1, 1]), np.array([1, 2, 3]), ends).tolist()
    [1, 2, 1, 0]
    """
    count = len(places)
    pair = distinct(np.minimum(tail, head) * count + np.maximum(tail, head))
    one = np.concatenate([pair // count, pair % count])
    other = np.concatenate([pair % count, pair // count])
    beside = other[np.argsort(one, kind="stable")]
    return np.asarray(_left(first_rows(one, count), beside, places), np.int64)


def first_rows(node: Ints, count: int) -> Ints:
    """Return where the rows of each node begin when sorted by it."""
    return np.concatenate([[0], np.cumsum(np.bincount(node, minlength=count))])


@njit(cache=True)
def _left(first: Ints, beside: Ints, places: Bools) -> Ints:
    """Take dead ends away until none is left; the number of neighbours of what stays, else 0."""
    degree = first[1:] - first[:-1]
    stack, high = np.empty(len(degree), np.int64), 0
    for node in range(len(degree)):
        if degree[node] == 1 and not places[node]:
            stack[high] = node
            high += 1
    while high > 0:
        high -= 1
        node = stack[high]
        degree[node] = 0
        for at in range(first[node], first[node + 1]):
            other = beside[at]
            if degree[other] > 0:
                degree[other] -= 1
                if degree[other] == 1 and not places[other]:
                    stack[high] = other
                    high += 1
    return degree


@njit(cache=True)
def walked(  # noqa: C901
    first: Ints, order: Ints, head: Ints, degree: Ints, places: Bools
) -> tuple[Ints, Ints, Ints]:
    """Follow every arc from where there is a choice to the next such node.

    Returns
    -------
    starts, sizes, arcs
        Node where each chain begins and its number of arcs; all arcs, chain by chain.
    """
    starts, sizes = np.empty(len(head), np.int64), np.empty(len(head), np.int64)
    arcs, chains, used = np.empty(len(head), np.int64), 0, 0
    for start in range(len(degree)):
        if degree[start] == 0 or (degree[start] == 2 and not places[start]):  # noqa: PLR2004
            continue
        for row in range(first[start], first[start + 1]):
            before, arc, size = start, order[row], 0
            while arc >= 0:
                node = head[arc]
                if degree[node] == 0:
                    size = -1
                    break
                arcs[used + size] = arc
                size += 1
                if degree[node] != 2 or places[node]:  # noqa: PLR2004
                    break
                arc = -1
                for onward in range(first[node], first[node + 1]):
                    there = head[order[onward]]
                    if there != before and degree[there] > 0:
                        arc = order[onward]
                before = node
                if arc < 0:
                    # A road that is one-way against us.
                    size = -1
            if size > 0:
                starts[chains], sizes[chains] = start, size
                chains += 1
                used += size
    return starts[:chains].copy(), sizes[:chains].copy(), arcs[:used].copy()
