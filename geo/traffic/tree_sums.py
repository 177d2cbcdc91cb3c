"""Trees of best ways, and sums along them: the compiled kernel of assignment."""

from __future__ import annotations

import numpy as np
from numba import njit

from layers.arrays import Floats, Ints


@njit(cache=True, nogil=True)
def sums_along(  # noqa: C901, PLR0912, PLR0915
    first: Ints,
    head: Ints,
    weight: Floats,
    values: Floats,
    roots: Ints,
    targets: Ints,
    demand: Floats,
) -> tuple[Floats, Floats]:
    """Find best ways (Dijkstra 1959), add up what they take, and put trips on them.

    Parameters
    ----------
    first, head
        Arcs from node i are `first[i]` to before `first[i + 1]`, and lead to `head`.
    weight
        Of arcs, at least 0.
    values
        What to add up, shape (arcs, quantities).
    roots, targets
        Nodes; no node is twice among the targets.
    demand
        Trips, shape (roots, targets); without targets there are none.

    Returns
    -------
    sums
        Shape (quantities, roots, targets), inf where nothing leads.
    loads
        Trips on every arc, shape (arcs,).
    """
    nodes, kinds = len(first) - 1, values.shape[1]
    sums = np.full((kinds, len(roots), len(targets)), np.inf)
    loads = np.zeros(len(head))
    column = np.full(nodes, -1, np.int64)
    column[targets] = np.arange(len(targets))
    least, via, above = np.empty(nodes), np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    done = np.empty(nodes, np.bool_)
    total, below = np.zeros((nodes, kinds)), np.zeros(nodes)
    order, way = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    needed = np.zeros(nodes, np.bool_)
    keys, names = np.empty(len(head) + 1), np.empty(len(head) + 1, np.int64)
    for tree in range(len(roots)):
        least[:] = np.inf
        done[:] = False
        root = roots[tree]
        least[root], via[root], above[root], total[root] = 0.0, -1, -1, 0.0
        keys[0], names[0], size = 0.0, root, 1
        settled, wanted = 0, len(targets)
        while size > 0 and wanted > 0:
            node = names[0]
            size -= 1
            key, name, at = keys[size], names[size], 0
            while 2 * at + 1 < size:
                child = 2 * at + 1
                if child + 1 < size and keys[child + 1] < keys[child]:
                    child += 1
                if keys[child] >= key:
                    break
                keys[at], names[at] = keys[child], names[child]
                at = child
            keys[at], names[at] = key, name
            if done[node]:
                continue
            done[node] = True
            order[settled] = node
            settled += 1
            if column[node] >= 0:
                wanted -= 1
            for arc in range(first[node], first[node + 1]):
                there, then = head[arc], least[node] + weight[arc]
                if then < least[there]:
                    least[there], via[there], above[there] = then, arc, node
                    at = size
                    size += 1
                    while at > 0 and keys[(at - 1) // 2] > then:
                        keys[at], names[at] = keys[(at - 1) // 2], names[(at - 1) // 2]
                        at = (at - 1) // 2
                    keys[at], names[at] = then, there
        # Only what lies on a way to a target counts from here on: `passed`, nearest first.
        passed = 0
        for step in range(settled - 1, -1, -1):
            node = order[step]
            if needed[node] or column[node] >= 0 or step == 0:
                if step > 0:
                    needed[above[node]] = True
                needed[node] = False
                passed += 1
                way[settled - passed] = node
        for step in range(settled - passed, settled):
            node = way[step]
            if via[node] >= 0:
                for kind in range(kinds):
                    total[node, kind] = total[above[node], kind] + values[via[node], kind]
            if column[node] >= 0:
                for kind in range(kinds):
                    sums[kind, tree, column[node]] = total[node, kind]
        if demand.size == 0:
            continue
        for step in range(settled - passed, settled):
            node = way[step]
            below[node] = demand[tree, column[node]] if column[node] >= 0 else 0.0
        for step in range(settled - 1, settled - passed, -1):
            node = way[step]
            loads[via[node]] += below[node]
            below[above[node]] += below[node]
    return sums, loads
