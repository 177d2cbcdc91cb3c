"""Tables of least weights, many by many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.routing.graph import CLOSED, Metric
from layers.arrays import Floats, Ints

if TYPE_CHECKING:
    from geo.routing.elimination import Climbed, Tree, Weights

MANY = 100
"""So many positions on each side: fewer are swept from one by one sooner."""


def in_groups(nodes: Ints, weight: Floats, group: Ints) -> tuple[Ints, Floats]:
    """Put positions of one group into one row, so that one sweep finds the nearest of them.

    Parameters
    ----------
    nodes, weight
        Nodes of the engine at which each position joins the graph, and the weight to get there,
        inf where it does not join; shape (positions, 2) each.
    group
        Of every position, shape (positions,).

    Returns
    -------
    nodes, weight
        Shape (groups, 2 · positions of the largest), each node of a group with the least of its
        weights once, and inf in all other places.
    """
    rows = np.repeat(group, 2)
    order = np.lexsort((weight.ravel(), nodes.ravel(), rows))
    row, node, least = rows[order], nodes.ravel()[order], weight.ravel()[order]
    again = (row[1:] == row[:-1]) & (node[1:] == node[:-1])
    least[1:][again] = np.inf
    size = np.bincount(row)
    column = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    shape = len(size), int(size.max(initial=0))
    found, wide = np.zeros(shape, np.int64), np.full(shape, np.inf)
    found[row, column], wide[row, column] = node, least
    return found, wide


def many_by_many(metric: Metric, leave: tuple[Ints, Ints], arrive: tuple[Ints, Ints]) -> Floats:
    """Compute the least integer weight from every position to every other.

    Parameters
    ----------
    metric
        Weights.
    leave, arrive
        Nodes of the engine at which each position joins the graph, and the integer weight to
        get there or from there, `CLOSED` where it does not join; shape (positions, 2) each.

    Returns
    -------
    weight
        Shape (sources, targets), inf where nothing leads.
    """
    # The compiled part is slow to load, and most questions are of few places.
    from geo.routing.elimination import least_sums

    tree = metric.graph.tree
    up, down = metric.climbing
    near, source = _climbed(tree, up, *leave)
    far, target = _climbed(tree, down, *arrive)
    found = least_sums(near, far)
    least = np.full((len(leave[0]), len(arrive[0])), CLOSED, np.uint32)
    # Both nodes of a position nearly always stand in one row; the least of two rows counts.
    wide = np.full((len(least), len(target)), CLOSED, np.uint32)
    np.minimum.at(wide, source, found)
    np.minimum.at(least.T, target, wide.T)
    return np.where(least >= CLOSED, np.inf, least)


def _climbed(tree: Tree, weight: Weights, nodes: Ints, initial: Ints) -> tuple[Climbed, Ints]:
    """Climb from positions; the second value is the position of every row."""
    from geo.routing.elimination import arcs_up, labels

    rank = np.where(initial < CLOSED, tree.rank[nodes], -1)
    swap = (rank[:, 0] < 0) | ((rank[:, 1] >= 0) & (rank[:, 1] < rank[:, 0]))
    rank[swap], initial = rank[swap, ::-1], np.where(swap[:, None], initial[:, ::-1], initial)
    position = np.flatnonzero(rank[:, 0] >= 0)
    rank, initial = rank[position], initial[position]
    two = np.flatnonzero((rank[:, 1] >= 0) & (rank[:, 1] != rank[:, 0]))
    arc = arcs_up(tree.first, tree.above, rank[two, 0], rank[two, 1])
    apart = two[arc < 0]
    alone = np.column_stack([rank[apart, 1], np.full(len(apart), -1)])
    rank[apart, 1] = -1
    starts = np.concatenate([rank, alone]).astype(np.int32)
    weights = np.concatenate([initial, initial[apart, ::-1]]).astype(np.int64)
    rows = labels((tree.first, tree.above, tree.depth), weight, starts, weights)
    return rows, np.concatenate([position, position[apart]])
