"""Sums along trees of best ways, each node once: the compiled kernel of assignment."""

from __future__ import annotations

import numpy as np
from numba import njit

from layers.arrays import Floats, Ints


@njit(cache=True, nogil=True)
def _order(parent: Ints, order: Ints, done: Ints, stack: Ints, mark: int) -> int:
    """List the nodes of a tree, each after its parent; return how many there are.

    `done` is `mark` for those listed; a node without a parent is a root, or not reached.
    """
    count = 0
    for node in range(len(parent)):
        at, high = node, 0
        while parent[at] >= 0 and done[at] != mark:
            stack[high] = at
            high += 1
            at = parent[at]
        while high > 0:
            high -= 1
            at = stack[high]
            done[at] = mark
            order[count] = at
            count += 1
    return count


@njit(cache=True, nogil=True)
def arcs_above(parent: Ints, first: Ints, head: Ints) -> Ints:
    """Find the arc from the parent to every node.

    Parameters
    ----------
    parent
        -1 if none, shape (trees, nodes).
    first, head
        Arcs from node i are `first[i]` to before `first[i + 1]`, and lead to `head`.

    Returns
    -------
    arc
        -1 where there is no parent, shape (trees, nodes).
    """
    trees, nodes = parent.shape
    arc = np.full((trees, nodes), -1)
    for tree in range(trees):
        for node in range(nodes):
            above = parent[tree, node]
            if above >= 0:
                at = first[above]
                while head[at] != node:
                    at += 1
                arc[tree, node] = at
    return arc


@njit(cache=True, nogil=True)
def sums_down(parent: Ints, arc: Ints, values: Floats, first: int) -> Floats:
    """Add up values of arcs from the root of every tree to its nodes.

    Parameters
    ----------
    parent, arc
        Parent of every node, -1 if none, and the arc from it; shape (trees, nodes).
    values
        Shape (arcs, quantities).
    first
        Only nodes from here on are asked for.

    Returns
    -------
    sums
        Shape (quantities, trees, nodes - first); 0 where there is no parent.
    """
    trees, nodes = parent.shape
    kinds = values.shape[1]
    sums = np.zeros((kinds, trees, nodes - first))
    total = np.zeros((nodes, kinds))
    order, stack = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    done = np.full(nodes, -1)
    for tree in range(trees):
        count = _order(parent[tree], order, done, stack, tree)
        for row in range(nodes):
            if parent[tree, row] < 0:
                total[row] = 0.0
        for row in range(count):
            node = order[row]
            for kind in range(kinds):
                total[node, kind] = total[parent[tree, node], kind] + values[arc[tree, node], kind]
        for row in range(first, nodes):
            for kind in range(kinds):
                sums[kind, tree, row - first] = total[row, kind]
    return sums


@njit(cache=True, nogil=True)
def loads_up(parent: Ints, arc: Ints, load: Floats, first: int, arcs: int) -> Floats:
    """Add up on every arc the loads of all nodes below it.

    Parameters
    ----------
    parent, arc
        As for `sums_down`.
    load
        Of the nodes from `first` on, shape (trees, nodes - first).
    first
        Nodes before have no load of their own.
    arcs
        How many arcs there are.

    Returns
    -------
    loads
        Shape (arcs,).
    """
    trees, nodes = parent.shape
    loads = np.zeros(arcs)
    below = np.zeros(nodes)
    order, stack = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    done = np.full(nodes, -1)
    for tree in range(trees):
        count = _order(parent[tree], order, done, stack, tree)
        below[:first] = 0.0
        below[first:] = load[tree]
        for row in range(count - 1, -1, -1):
            node = order[row]
            loads[arc[tree, node]] += below[node]
            below[parent[tree, node]] += below[node]
    return loads
