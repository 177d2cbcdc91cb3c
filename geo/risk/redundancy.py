"""Who has no second way: links without which nothing leads."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numba import njit

from geo.risk.link_losses import Losses, losses
from geo.routing.graph import Metric
from geo.routing.snap import Snapped
from layers.arrays import Bools, Ints


def bridges(count: int, ends: Ints) -> Bools:
    """Find the bridges of a graph: edges without which a part of it falls apart.

    One pass in depth (Tarjan 1974, Information Processing Letters 2). Directions do not
    count; one of two parallel edges is no bridge, nor is a loop.

    Parameters
    ----------
    count
        Number of nodes.
    ends
        Nodes of every edge, shape (edges, 2).

    Returns
    -------
    bridge
        Shape (edges,).

    Examples
    --------
    >>> bridges(4, np.array([[0, 1], [1, 2], [2, 1], [2, 3]])).tolist()
    [True, False, False, True]
    """
    both = np.concatenate([ends, ends[:, ::-1]])
    order = np.argsort(both[:, 0], kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=count))])
    edge = np.tile(np.arange(len(ends)), 2)[order]
    found: Bools = _bridges(first.astype(np.int64), both[order, 1], edge)
    return found


def second_ways(
    metric: Metric,
    origins: Snapped,
    destinations: Snapped,
    *,
    group: Ints | None = None,
    lost: Iterable[Losses] | None = None,
) -> pd.DataFrame:
    """Tell from where no second way leads, and over which links the only one does.

    Parameters
    ----------
    metric
        Weights, inf where closed; one-way roads count as they are.
    origins, destinations
        Positions along segments. Who stands on a segment depends on it, unless at its end:
        split roads at places first (`geo.routing.split.split_at`).
    group
        Group of every destination, shape (destinations,): any of it will do. By default
        each is a group of its own.
    lost
        Of `geo.risk.link_losses.losses` for the same, if they are there.

    Returns
    -------
    table
        One row per origin and group: `origin, group`, `reached`, `second_way` (no single
        segment lost leaves it without a way; False also where it has none),
        `only_by` (segments each of which it depends on, in order).
    """
    parts = []
    lost = losses(metric, origins, destinations, group=group) if lost is None else lost
    for number, found in enumerate(lost):
        cut = np.isinf(found.after)
        sizes = np.bincount(found.origin[cut], minlength=len(origins))
        only_by = np.split(found.segment[cut], np.cumsum(sizes)[:-1])
        reached = np.isfinite(found.before)
        parts.append(
            pd.DataFrame(
                {
                    "origin": np.arange(len(origins)),
                    "group": number,
                    "reached": reached,
                    "second_way": reached & (sizes == 0),
                    "only_by": [tuple(part.tolist()) for part in only_by[: len(origins)]],
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["origin", "group"], kind="stable", ignore_index=True)


@njit(cache=True)
def _bridges(first: Ints, other: Ints, edge: Ints) -> Bools:
    """Walk in depth; a bridge is an edge down from which nothing leads back above it."""
    count = first.size - 1
    bridge = np.zeros(edge.max() + 1 if edge.size else 0, np.bool_)
    number, low = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    by, after = np.full(count, -1, np.int64), first[:-1].copy()
    stack, found = np.empty(count, np.int64), 0
    for root in range(count):
        if number[root] >= 0:
            continue
        number[root] = low[root] = found
        found += 1
        stack[0], height = root, 1
        while height > 0:
            node = stack[height - 1]
            if after[node] < first[node + 1]:
                arc = after[node]
                after[node] += 1
                there = other[arc]
                if number[there] < 0:
                    number[there] = low[there] = found
                    found += 1
                    by[there], stack[height] = edge[arc], there
                    height += 1
                elif edge[arc] != by[node]:
                    low[node] = min(low[node], number[there])
                continue
            height -= 1
            if height > 0:
                above = stack[height - 1]
                low[above] = min(low[above], low[node])
                bridge[by[node]] = low[node] > number[above]
    return bridge
