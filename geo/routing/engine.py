"""The routing engine: customizable contraction hierarchies over a network.

Dibbelt, Strasser, Wagner (2016), Customizable contraction hierarchies, ACM JEA 21.
The order depends on the ends of segments only and is kept; a vehicle, a season or a scenario is a
new weight vector. This is the one module that touches the binding.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import routingkit_cch as cch
from numpy.typing import NDArray

from geo.routing.arcs import arcs_of
from geo.routing.graph import CLOSED, Metric, RoadGraph, integers, translated
from geo.routing.path import Path, along_one_segment, direct_path, joining, whole_path
from geo.routing.snap import Snapped
from geo.routing.tables import MANY, in_groups, many_by_many
from layers.arrays import Floats, Ints
from layers.errors import EngineError
from layers.roads.network import RoadNetwork

Integers = Any
"""An array for the binding, which takes arrays as they are though its stubs say lists."""


def contract(network: RoadNetwork, order: NDArray[np.uint32] | None = None) -> RoadGraph:
    """Order and contract the nodes of a network.

    Parameters
    ----------
    network
        The roads.
    order
        A node order kept from an earlier call for the same graph.

    Returns
    -------
    graph
        To be given weights by `customise`.

    Raises
    ------
    EngineError
        The binding refuses the graph or the order.
    """
    arcs = arcs_of(network)
    tail: Integers = arcs.tail.astype(np.uint32)
    head: Integers = arcs.head.astype(np.uint32)
    count = len(arcs.node)
    with translated():
        if order is None:
            lat: Integers = network.nodes["lat"].to_numpy(np.float32)[arcs.node]
            lon: Integers = network.nodes["lon"].to_numpy(np.float32)[arcs.node]
            order = np.asarray(cch.compute_order_inertial(count, tail, head, lat, lon), np.uint32)
        elif not np.array_equal(np.sort(order), np.arange(count)):
            raise EngineError("the kept node order does not fit the network")
        ranked: Integers = order
        return RoadGraph(network.ends, arcs, order, cch.CCH(ranked, tail, head, False))  # noqa: FBT003


def customise(graph: RoadGraph, weight: Floats, *, step: float = 1e-3) -> Metric:
    """Give every segment and direction a weight.

    Parameters
    ----------
    graph
        Of the network.
    weight
        At least 0, inf where it may not be driven; shape (segments, 2).
    step
        What one integer of the engine is worth: 1e-3 makes seconds milliseconds.

    Returns
    -------
    metric
        Ready for queries.

    Raises
    ------
    EngineError
        The weights have another shape, are negative, NaN or too large.
    """
    if weight.shape != graph.ends.shape:
        raise EngineError(f"weights have shape {weight.shape}, not {graph.ends.shape}")
    if weight.size and not weight.min() >= 0:
        raise EngineError("weights must be at least 0, and inf where closed")
    whole: Integers = integers(graph.arc_weights(weight), step)

    @cache
    def customised() -> object:
        with translated():
            return cch.CCHMetric(graph.hierarchy, whole)

    return Metric(graph, weight, step, customised)


@contextmanager
def reopened(metric: Metric, weight: Floats, segments: Ints) -> Iterator[Metric]:
    """Give a few segments other weights for a while; nothing else is customised again.

    Meanwhile the metric that is given is not to be asked.

    Parameters
    ----------
    metric
        Weights.
    weight
        Other weights, shape (segments, 2), which differ on `segments` alone.
    segments
        Positions.

    Yields
    ------
    metric
        With the other weights.
    """
    graph = metric.graph
    here = (2 * segments[:, None] + (0, 1)).ravel()
    arcs = here if graph.arcs.plain else np.flatnonzero(np.isin(graph.arcs.base, here))
    sides = [
        dict(zip(arcs.tolist(), integers(each, metric.step).tolist(), strict=True))
        for each in (
            made.ravel()[arcs] if graph.arcs.plain else graph.arc_weights(made)[arcs]
            for made in (weight, metric.weight)
        )
    ]
    with translated():
        updater = cch.CCHMetricPartialUpdater(graph.hierarchy)
        updater.apply(metric.customised(), sides[0])
    try:
        yield Metric(graph, weight, metric.step, metric.customised)
    finally:
        with translated():
            updater.apply(metric.customised(), sides[1])


def matrix(metric: Metric, sources: Snapped, targets: Snapped) -> Floats:
    """Compute the least weight from every source to every target.

    Parameters
    ----------
    metric
        Weights.
    sources, targets
        Positions along segments.

    Returns
    -------
    weight
        Shape (sources, targets), inf where nothing leads.
    """
    leave = joining(metric.graph.joints, metric.weight, sources, leaving=True)
    arrive = joining(metric.graph.joints, metric.weight, targets, leaving=False)
    # One sweep per position of the shorter side, towards all pinned ones of the other.
    if min(len(sources), len(targets)) >= MANY:
        joins = ((nodes, integers(w, metric.step).astype(np.int64)) for nodes, w in (leave, arrive))
        result = many_by_many(metric, *joins) * metric.step
    elif len(sources) <= len(targets):
        result = _swept(metric, leave, arrive, cch.CCHOneToMany)
    else:
        result = _swept(metric, arrive, leave, cch.CCHManyToOne).T
    least: Floats = np.minimum(result, along_one_segment(metric.weight, sources, targets))
    return least


def to_nearest(metric: Metric, sources: Snapped, targets: Snapped, group: Ints) -> Floats:
    """Compute the least weight from every source to any target of every group.

    Parameters
    ----------
    metric
        Weights.
    sources, targets
        Positions along segments.
    group
        Group of every target, shape (targets,).

    Returns
    -------
    weight
        Shape (sources, groups), inf where nothing leads.
    """
    count = int(group.max(initial=-1)) + 1
    if not 0 < count < min(len(targets), len(sources), MANY):
        straight, least = matrix(metric, sources, targets), np.full((len(sources), count), np.inf)
    else:
        leave = joining(metric.graph.joints, metric.weight, sources, leaving=True)
        arrive = joining(metric.graph.joints, metric.weight, targets, leaving=False)
        # One sweep for all the targets of a group.
        least = _swept(metric, in_groups(*arrive, group), leave, cch.CCHManyToOne).T
        straight = along_one_segment(metric.weight, sources, targets)
    np.minimum.at(least.T, group, straight.T)
    return least


def _swept(
    metric: Metric, near: tuple[Ints, Floats], far: tuple[Ints, Floats], kind: Integers
) -> Floats:
    """Sweep from every near position to all far ones, or back; shape (near, far)."""
    pins, pin = np.unique(far[0], return_inverse=True)
    pin = pin.reshape(far[0].shape)
    # Both ends are integers, as in `shortest_path`: no sum depends on its order.
    arriving = np.rint(far[1] / metric.step)
    result = np.full((len(near[0]), len(far[0])), np.inf)
    if not result.size:
        return result
    with translated():
        sweep = kind(metric.customised(), pins.astype(np.uint32).tolist())
        ask = getattr(sweep, "distances_from_multi", None) or sweep.distances_to_multi
        for row, (nodes, weight) in enumerate(zip(*near, strict=True)):
            if starts := _starts(nodes, weight, metric.step):
                result[row] = (_reached(ask(starts))[pin] + arriving).min(axis=1) * metric.step
    return result


def shortest_path(metric: Metric, source: Snapped, target: Snapped) -> Path | None:
    """Find the way of least weight between two positions.

    Parameters
    ----------
    metric
        Weights.
    source, target
        One position each.

    Returns
    -------
    path
        None if nothing leads there.
    """
    from_nodes, from_weight = joining(metric.graph.joints, metric.weight, source, leaving=True)
    to_nodes, to_weight = joining(metric.graph.joints, metric.weight, target, leaving=False)
    starts = _starts(from_nodes[0], from_weight[0], metric.step)
    stops = _starts(to_nodes[0], to_weight[0], metric.step)
    direct = float(along_one_segment(metric.weight, source, target)[0, 0])
    arcs, nodes = list[int](), list[int]()
    through = np.inf
    if starts and stops:
        with translated():
            found = cch.CCHQuery(metric.customised()).run_multi(starts, stops)
            if found.distance is not None:
                through, arcs, nodes = found.distance * metric.step, found.arc_path, found.node_path
    if direct <= through:
        return None if not np.isfinite(direct) else direct_path(metric.weight, source, target)
    roads = metric.graph.arcs.base[np.array(arcs, np.int64)]
    return whole_path(
        metric.graph.joints,
        metric.weight,
        source,
        target,
        arcs=roads[roads >= 0],
        via=(nodes[0], nodes[-1]),
    )


def through_nodes(metric: Metric, source: Snapped, target: Snapped) -> Floats:
    """Compute the least weight from one position to another by way of every node.

    Parameters
    ----------
    metric
        Weights.
    source, target
        One position each.

    Returns
    -------
    weight
        Shape (nodes of the engine,), inf where no way leads through; those of the network first.
    """
    total = np.zeros(len(metric.graph.order))
    everywhere = list(range(len(total)))
    with translated():
        for snapped, leaving in ((source, True), (target, False)):
            nodes, weight = joining(metric.graph.joints, metric.weight, snapped, leaving=leaving)
            starts = _starts(nodes[0], weight[0], metric.step)
            if not starts:
                return np.full(len(total), np.inf)
            found = (
                cch.CCHOneToMany(metric.customised(), everywhere).distances_from_multi(starts)
                if leaving
                else cch.CCHManyToOne(metric.customised(), everywhere).distances_to_multi(starts)
            )
            total += _reached(found) * metric.step
    return total


def to_nodes(metric: Metric, nodes: Ints, initial: Floats) -> Floats:
    """Compute the least weight from every node to any of some nodes.

    Parameters
    ----------
    metric
        Weights.
    nodes
        Where to go, shape (n,).
    initial
        What is still needed from there, at least 0, inf where it does not count; shape (n,).

    Returns
    -------
    weight
        Shape (nodes of the engine,), inf where nothing leads; those of the network first.
    """
    count = len(metric.graph.order)
    stops = _starts(nodes, initial, metric.step)
    if not stops:
        return np.full(count, np.inf)
    with translated():
        sweep = cch.CCHManyToOne(metric.customised(), list(range(count)))
        return _reached(sweep.distances_to_multi(stops)) * metric.step


def _starts(nodes: Ints, weight: Floats, step: float) -> list[tuple[int, int]]:
    """Return nodes from which one may start, and what it costs to get there, in steps."""
    open_ = np.isfinite(weight)
    whole = np.minimum(np.rint(weight[open_] / step), CLOSED - 1).astype(np.int64)
    return list(zip(nodes[open_].tolist(), whole.tolist(), strict=True))


def _reached(found: Integers) -> Floats:
    """Return what a sweep found in steps, inf where it is None."""
    steps = np.array(found, np.float64)
    return np.where(np.isnan(steps), np.inf, steps)
