"""Time along roads to the nearest of many places, from every node and every sample."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.routing.engine import to_nodes
from geo.routing.graph import Metric
from geo.routing.path import joining
from geo.routing.snap import Snapped
from layers.arrays import Floats, Ints
from layers.roads.network import RoadNetwork
from layers.roads.profile import sample_fractions


def time_to_nearest(metric: Metric, targets: Snapped, initial_s: Floats) -> tuple[Floats, Ints]:
    """Compute the least time from every node to the nearest target, going that way.

    Parameters
    ----------
    metric
        Seconds.
    targets
        Positions along segments.
    initial_s
        Time still needed from each, such as the walk from the road to the door; inf
        leaves one out. Shape (targets,).

    Returns
    -------
    node_time
        Shape (nodes of the engine,), inf where nothing leads.
    which
        The target that is nearest, -1 where none.
    """
    count = len(metric.graph.order)
    nodes, part = joining(metric.graph.joints, metric.weight, targets, leaving=False)
    nodes, part = nodes.ravel(), (part + initial_s[:, None]).ravel()
    # Of a node's many targets the engine needs the nearest alone.
    order = np.lexsort((part, nodes))
    once, first = np.unique(nodes[order], return_index=True)
    node_time = to_nodes(metric, once, part[order][first])
    which = np.full(count, -1, np.int64)
    open_ = np.flatnonzero(np.isfinite(part))
    # A node belongs to a target that it reaches by roads on which no time is lost: along
    # them the engine's integers add up.
    ticks = np.where(np.isfinite(node_time), np.rint(node_time / metric.step), -1).astype(np.int64)
    exact = open_[np.rint(part[open_] / metric.step) == ticks[nodes[open_]]]
    if not len(exact):
        return node_time, which
    seeds, first = np.unique(nodes[exact], return_index=True)
    seed_of = np.full(count, -1, np.int64)
    seed_of[seeds] = exact[first] // 2
    tail, head = metric.graph.arcs.tail, metric.graph.arcs.head
    step = np.rint(metric.graph.arc_weights(metric.weight) / metric.step)
    tight = (ticks[head] >= 0) & (step + ticks[head] == ticks[tail])
    back = csr_array((np.ones(int(tight.sum())), (head[tight], tail[tight])), shape=(count, count))
    *_, nearest = dijkstra(
        back, indices=seeds, unweighted=True, min_only=True, return_predecessors=True
    )
    reached = nearest >= 0
    which[reached] = seed_of[nearest[reached]]
    return node_time, which


def times_along(
    network: RoadNetwork,
    metric: Metric,
    targets: Snapped,
    initial_s: Floats,
    samples: Ints | None = None,
) -> tuple[Floats, Ints]:
    """Compute the least time from every sample of every segment to the nearest target.

    By way of either end of its segment, or straight along it if a target lies on it too.
    A part of a segment takes its share of the whole, as everywhere in the engine.

    Parameters
    ----------
    network
        The roads.
    metric, targets, initial_s
        As for `time_to_nearest`.
    samples
        Positions of those that are asked for; all by default.

    Returns
    -------
    time_s
        Shape (samples,), inf where nothing leads.
    which
        The target that is nearest, -1 where none.
    """
    node_time, node_which = time_to_nearest(metric, targets, initial_s)
    offsets = network.profile.offsets
    segment, fraction = network.profile.segment, sample_fractions(offsets)
    if samples is not None:
        segment, fraction = segment[samples], fraction[samples]
    v, u = metric.graph.joints.leave[segment].T
    weight = metric.weight[segment]
    ways = np.stack(
        [
            _share(1 - fraction, weight[:, 0]) + node_time[v],
            _share(fraction, weight[:, 1]) + node_time[u],
        ]
    )
    time = ways.min(axis=0)
    which = np.where(ways[0] <= ways[1], node_which[v], node_which[u])
    straight, target = _straight_along(metric.weight, segment, fraction, targets, initial_s)
    nearer = straight < time
    time[nearer], which[nearer] = straight[nearer], target[nearer]
    which[np.isinf(time)] = -1
    return time, which


def _straight_along(
    weight: Floats, segment: Ints, fraction: Floats, targets: Snapped, initial_s: Floats
) -> tuple[Floats, Ints]:
    """Compute the least time from every sample to a target on its own segment; which it is."""
    time, which = np.full(len(segment), np.inf), np.full(len(segment), -1, np.int64)
    shared = np.zeros(len(weight), bool)
    shared[targets.segment] = True
    sample = np.flatnonzero(shared[segment])
    # Samples and targets in one row along each segment; a target names itself.
    of = np.concatenate([segment[sample], targets.segment])
    at = np.concatenate([fraction[sample], targets.fraction])
    name = np.concatenate([np.full(len(sample), -1), np.arange(len(targets))])
    order = np.lexsort((at, of))
    own = np.append(initial_s, np.inf)[name[order]]
    found, whose = _sweep(of[order], at[order], own, name[order], weight)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    back = back[: len(sample)]
    time[sample], which[sample] = found[back], whose[back]
    return time, which


@njit(cache=True)
def _sweep(
    segment: Ints, fraction: Floats, own: Floats, name: Ints, weight: Floats
) -> tuple[Floats, Ints]:
    """Carry the best target along rows of positions, down each segment and up again.

    The best one behind stays the best one behind as one goes on, since all of them become
    dearer alike.
    """
    time, which = own.copy(), name.copy()
    count = len(segment)
    for down in (True, False):
        best = -1
        for step in range(count):
            at = step if down else count - 1 - step
            if best >= 0 and segment[best] != segment[at]:
                best = -1
            there = np.inf
            if best >= 0:
                gap = abs(fraction[at] - fraction[best])
                # inf · 0 is no number: staying where one is costs nothing.
                there = own[best] + (gap * weight[segment[at], 1 if down else 0] if gap else 0.0)
            if there < time[at]:
                time[at], which[at] = there, name[best]
            if own[at] < np.inf and own[at] <= there:
                best = at
    return time, which


def _share(share: Floats, whole: Floats) -> Floats:
    """Return part of a weight; no part of a closed road costs nothing."""
    part: Floats = np.where(share > 0, whole, 0.0) * share
    return part
