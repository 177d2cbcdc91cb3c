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
from geo.routing.graph import CLOSED, Metric, RoadGraph, integers
from geo.routing.path import Path, along_one_segment, direct_path, joining, whole_path
from geo.routing.snap import Snapped
from geo.routing.tables import MANY, many_by_many
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
    with _translated():
        if order is None:
            lat: Integers = network.nodes["lat"].to_numpy(np.float32)[arcs.node]
            lon: Integers = network.nodes["lon"].to_numpy(np.float32)[arcs.node]
            order = np.asarray(
                cch.compute_order_inertial(count, tail, head, lat, lon), dtype=np.uint32
            )
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
        with _translated():
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
    with _translated():
        updater = cch.CCHMetricPartialUpdater(graph.hierarchy)
        updater.apply(metric.customised(), sides[0])
    try:
        yield Metric(graph, weight, metric.step, metric.customised)
    finally:
        with _translated():
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
    from_nodes, from_weight = joining(metric.graph.joints, metric.weight, sources, leaving=True)
    to_nodes, to_weight = joining(metric.graph.joints, metric.weight, targets, leaving=False)
    leave, arrive = (from_nodes, from_weight), (to_nodes, to_weight)
    # One sweep per position of the shorter side, towards all pinned ones of the other.
    if min(len(sources), len(targets)) >= MANY:
        joins = ((nodes, _whole(weight, metric.step)) for nodes, weight in (leave, arrive))
        result = many_by_many(metric, *joins) * metric.step
    elif len(sources) <= len(targets):
        result = _swept(metric, leave, arrive, cch.CCHOneToMany)
    else:
        result = _swept(metric, arrive, leave, cch.CCHManyToOne).T
    least: Floats = np.minimum(result, along_one_segment(metric.weight, sources, targets))
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
    with _translated():
        sweep = kind(metric.customised(), pins.astype(np.uint32).tolist())
        ask = getattr(sweep, "distances_from_multi", None) or sweep.distances_to_multi
        for row, (nodes, weight) in enumerate(zip(*near, strict=True)):
            open_ = np.isfinite(weight)
            if not open_.any():
                continue
            start = _integers(weight[open_], metric.step)
            reached = ask(list(zip(nodes[open_].tolist(), start, strict=True)))
            at_pin = np.array(reached, np.float64)
            at_pin[np.isnan(at_pin)] = np.inf
            result[row] = (at_pin[pin] + arriving).min(axis=1) * metric.step
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
    out, into = np.isfinite(from_weight[0]), np.isfinite(to_weight[0])
    direct = float(along_one_segment(metric.weight, source, target)[0, 0])
    arcs: list[int] = []
    nodes: list[int] = []
    through = np.inf
    if out.any() and into.any():
        starts = zip(
            from_nodes[0, out].tolist(), _integers(from_weight[0, out], metric.step), strict=True
        )
        stops = zip(
            to_nodes[0, into].tolist(), _integers(to_weight[0, into], metric.step), strict=True
        )
        with _translated():
            found = cch.CCHQuery(metric.customised()).run_multi(list(starts), list(stops))
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
    count = len(metric.graph.order)
    everywhere = list(range(count))
    total = np.zeros(count)
    with _translated():
        for snapped, leaving in ((source, True), (target, False)):
            nodes, weight = joining(metric.graph.joints, metric.weight, snapped, leaving=leaving)
            open_ = np.isfinite(weight[0])
            start = _integers(weight[0, open_], metric.step)
            pairs = list(zip(nodes[0, open_].tolist(), start, strict=True))
            if not pairs:
                return np.full(count, np.inf)
            found = (
                cch.CCHOneToMany(metric.customised(), everywhere).distances_from_multi(pairs)
                if leaving
                else cch.CCHManyToOne(metric.customised(), everywhere).distances_to_multi(pairs)
            )
            total += np.array([np.inf if v is None else v for v in found]) * metric.step
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
    open_ = np.isfinite(initial)
    if not open_.any():
        return np.full(count, np.inf)
    stops = _integers(initial[open_], metric.step)
    with _translated():
        sweep = cch.CCHManyToOne(metric.customised(), list(range(count)))
        found = sweep.distances_to_multi(list(zip(nodes[open_].tolist(), stops, strict=True)))
    least: Floats = np.array([np.inf if v is None else v for v in found]) * metric.step
    return least


def _integers(weight: Floats, step: float) -> list[int]:
    return [int(value) for value in np.minimum(np.rint(weight / step), CLOSED - 1)]


def _whole(weight: Floats, step: float) -> Ints:
    """Return weights in steps, `CLOSED` where they are inf."""
    whole = np.minimum(np.rint(weight / step), CLOSED - 1)
    return np.where(np.isfinite(weight), whole, CLOSED).astype(np.int64)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the binding's panics, which are no `Exception`, into our error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise EngineError(f"the routing library refused its input: {error}") from error
        raise
