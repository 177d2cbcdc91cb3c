"""Many scenarios of closed roads at once, and networks that grew out of a contracted one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.routing.engine import contract, customise, matrix, reweigh
from geo.routing.graph import Metric, RoadGraph
from geo.routing.snap import Snapped
from layers.errors import EngineError
from layers.roads.network import RoadNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ROUNDING = 4
"""Steps of the engine by which two sums of the same weights may differ."""

MANY = 500
"""A closure with more junctions than this may touch every pair."""


def recontract(graph: RoadGraph, network: RoadNetwork) -> RoadGraph:
    """Contract a network that grew out of another, by the other's order.

    New nodes come first: where a road was only cut, what is left is the old graph.

    Parameters
    ----------
    graph
        Of the other network.
    network
        With the other's nodes before its own; closing, slowing and banning change none.

    Returns
    -------
    graph
        The same one if no road was added or cut.

    Raises
    ------
    EngineError
        The network has fewer nodes than the other.
    """
    if np.array_equal(graph.ends, network.ends):
        return graph
    before, now = len(graph.order), len(network.nodes)
    if now < before:
        raise EngineError("a network that grew out of another has at least its nodes")
    fresh = np.arange(before, now, dtype=np.uint32)
    return contract(network, np.concatenate([fresh, graph.order]))


def closed_matrices(
    metric: Metric, closures: Sequence[Ints], sources: Snapped, targets: Snapped
) -> Floats:
    """Compute the least weights with roads closed, one closure at a time.

    Only pairs whose least weight a closed road can have been part of are computed again:
    those for which going by one of its ends is no longer than the best way.

    Parameters
    ----------
    metric
        With all roads open; left as it is.
    closures
        Segments closed both ways, each once, shape (any,) each.
    sources, targets
        Positions along segments.

    Returns
    -------
    weight
        Shape (closures, sources, targets), inf where nothing leads.
    """
    base = matrix(metric, sources, targets)
    result = np.repeat(base[None], len(closures), axis=0)
    touched = _touched(metric, closures, sources, targets, base)
    own, shut = customise(metric.graph, metric.weight, step=metric.step), np.zeros(0, np.int64)
    for at in np.flatnonzero(touched.any(axis=(1, 2))).tolist():
        rows, columns = (np.flatnonzero(touched[at].any(axis=axis)) for axis in (1, 0))
        weight = metric.weight.copy()
        weight[closures[at]] = np.inf
        own = reweigh(own, weight, np.union1d(shut, closures[at]))
        again = matrix(own, sources.take(rows), targets.take(columns))
        result[at][np.ix_(rows, columns)] = again
        shut = closures[at]
    return result


def _touched(
    metric: Metric, closures: Sequence[Ints], sources: Snapped, targets: Snapped, base: Floats
) -> Bools:
    """Say which pairs each closure may touch, shape (closures, sources, targets)."""
    count = len(closures)
    touched = np.zeros((count, *base.shape), bool)
    if not count or not base.size:
        return touched
    ends = [np.unique(metric.graph.ends[closed]) for closed in closures]
    few = [nodes for nodes in ends if len(nodes) <= MANY]
    known = np.unique(np.concatenate([np.zeros(0, np.int64), *few]))
    pins = _at_nodes(metric.graph, known)
    there, back = matrix(metric, sources, pins), matrix(metric, pins, targets)
    slack = ROUNDING * metric.step
    for at, (closed, nodes) in enumerate(zip(closures, ends, strict=True)):
        if len(nodes) > MANY:
            touched[at] = True
            continue
        used = np.searchsorted(known, nodes)
        through = (there[:, used, None] + back[None, used]).min(axis=1, initial=np.inf)
        touched[at] = np.isfinite(base) & (through <= base + slack)
        touched[at][np.isin(sources.segment, closed)] = True
        touched[at][:, np.isin(targets.segment, closed)] = True
    return touched


def _at_nodes(graph: RoadGraph, nodes: Ints) -> Snapped:
    """Return nodes as positions: an end of one of their segments each."""
    ends = graph.ends.ravel()
    order = np.argsort(ends, kind="stable")
    arc = order[np.searchsorted(ends[order], nodes)]
    return Snapped(arc // 2, (arc % 2).astype(np.float64), np.zeros(len(nodes)))
