"""The routing engine: customizable contraction hierarchies over a network.

Dibbelt, Strasser, Wagner (2016), Customizable contraction hierarchies, ACM JEA 21.
The order depends on topology only and is kept; a vehicle, a season or a scenario is a
new weight vector. This is the one module that touches the binding.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import routingkit_cch as cch
from numpy.typing import NDArray

from geo.path import Path, along_one_segment, direct_path, joining, whole_path
from geo.snap import Snapped
from layers.errors import EngineError
from layers.files import fingerprint
from layers.network import RoadNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLOSED = 2**31 - 1
"""Weight of an arc that may not be driven."""

Integers = Any
"""An array for the binding, which takes arrays as they are though its stubs say lists."""


@dataclass(frozen=True, eq=False)
class Topology:
    """The directed graph of a network, contracted.

    Arc 2·i runs along segment i, arc 2·i + 1 against it.

    Attributes
    ----------
    ends
        Nodes `u, v` of every segment, shape (segments, 2).
    order
        Node order, shape (nodes,).
    hierarchy
        The binding's own structure.
    """

    ends: Ints
    order: NDArray[np.uint32]
    hierarchy: cch.CCH


@dataclass(frozen=True, eq=False)
class Metric:
    """One weight for every arc, customised.

    Attributes
    ----------
    topology
        What it is on.
    weight
        Weight of every segment and direction, inf where closed, shape (segments, 2).
    step
        What one integer of the engine is worth, in units of the weight.
    customised
        The binding's own structure.
    """

    topology: Topology
    weight: Floats
    step: float
    customised: cch.CCHMetric


def topology_key(network: RoadNetwork) -> str:
    """Hash what the order of a network depends on."""
    ends = np.ascontiguousarray(network.ends)
    return fingerprint("order", len(network.nodes), ends.tobytes())


def contract(network: RoadNetwork, order: NDArray[np.uint32] | None = None) -> Topology:
    """Order and contract the nodes of a network.

    Parameters
    ----------
    network
        The roads.
    order
        A node order kept from an earlier call for the same topology.

    Returns
    -------
    topology
        To be given weights by `customise`.

    Raises
    ------
    EngineError
        The binding refuses the graph or the order.
    """
    ends = network.ends
    tail: Integers = ends.ravel().astype(np.uint32)
    head: Integers = ends[:, ::-1].ravel().astype(np.uint32)
    count = len(network.nodes)
    with _translated():
        if order is None:
            lat: Integers = network.nodes["lat"].to_numpy(np.float32)
            lon: Integers = network.nodes["lon"].to_numpy(np.float32)
            order = np.asarray(
                cch.compute_order_inertial(count, tail, head, lat, lon), dtype=np.uint32
            )
        elif not np.array_equal(np.sort(order), np.arange(count)):
            raise EngineError("the kept node order does not fit the network")
        ranked: Integers = order
        return Topology(ends, order, cch.CCH(ranked, tail, head, False))  # noqa: FBT003


def recontract(topology: Topology, network: RoadNetwork) -> Topology:
    """Contract a network that grew out of another, by the other's order.

    New nodes come first: where a road was only cut, what is left is the old graph.

    Parameters
    ----------
    topology
        Of the other network.
    network
        With the other's nodes before its own; closing, slowing and banning change none.

    Returns
    -------
    topology
        The same one if no road was added or cut.

    Raises
    ------
    EngineError
        The network has fewer nodes than the other.
    """
    if np.array_equal(topology.ends, network.ends):
        return topology
    before, now = len(topology.order), len(network.nodes)
    if now < before:
        raise EngineError("a network that grew out of another has at least its nodes")
    fresh = np.arange(before, now, dtype=np.uint32)
    return contract(network, np.concatenate([fresh, topology.order]))


def customise(topology: Topology, weight: Floats, *, step: float = 1e-3) -> Metric:
    """Give every segment and direction a weight.

    Parameters
    ----------
    topology
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
    if weight.shape != topology.ends.shape:
        raise EngineError(f"weights have shape {weight.shape}, not {topology.ends.shape}")
    if np.isnan(weight).any() or (weight < 0).any():
        raise EngineError("weights must be at least 0, and inf where closed")
    scaled = np.rint(weight.ravel() / step)
    open_ = np.isfinite(scaled)
    if (scaled[open_] >= CLOSED).any():
        raise EngineError("weights are too large for the engine; use a larger step")
    integers: Integers = np.where(open_, scaled, CLOSED).astype(np.uint32)
    with _translated():
        return Metric(topology, weight, step, cch.CCHMetric(topology.hierarchy, integers))


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
    from_nodes, from_weight = joining(metric.topology.ends, metric.weight, sources, leaving=True)
    to_nodes, to_weight = joining(metric.topology.ends, metric.weight, targets, leaving=False)
    pins, pin = np.unique(to_nodes, return_inverse=True)
    pin = pin.reshape(to_nodes.shape)
    result = np.full((len(sources), len(targets)), np.inf)
    if not len(targets):
        return result
    with _translated():
        sweep = cch.CCHOneToMany(metric.customised, pins.astype(np.uint32).tolist())
        for row in range(len(sources)):
            open_ = np.isfinite(from_weight[row])
            if not open_.any():
                continue
            start = _integers(from_weight[row, open_], metric.step)
            pairs = list(zip(from_nodes[row, open_].tolist(), start, strict=True))
            reached = sweep.distances_from_multi(pairs)
            at_pin = np.array([np.inf if v is None else v for v in reached]) * metric.step
            result[row] = (at_pin[pin] + to_weight).min(axis=1)
    least: Floats = np.minimum(result, along_one_segment(metric.weight, sources, targets))
    return least


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
    from_nodes, from_weight = joining(metric.topology.ends, metric.weight, source, leaving=True)
    to_nodes, to_weight = joining(metric.topology.ends, metric.weight, target, leaving=False)
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
            found = cch.CCHQuery(metric.customised).run_multi(list(starts), list(stops))
            if found.distance is not None:
                through, arcs, nodes = found.distance * metric.step, found.arc_path, found.node_path
    if direct <= through:
        return None if not np.isfinite(direct) else direct_path(metric.weight, source, target)
    return whole_path(
        metric.topology.ends,
        metric.weight,
        source,
        target,
        arcs=np.array(arcs, np.int64),
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
        Shape (nodes,), inf where no way leads through.
    """
    count = len(metric.topology.order)
    everywhere = list(range(count))
    total = np.zeros(count)
    with _translated():
        for snapped, leaving in ((source, True), (target, False)):
            nodes, weight = joining(metric.topology.ends, metric.weight, snapped, leaving=leaving)
            open_ = np.isfinite(weight[0])
            start = _integers(weight[0, open_], metric.step)
            pairs = list(zip(nodes[0, open_].tolist(), start, strict=True))
            if not pairs:
                return np.full(count, np.inf)
            found = (
                cch.CCHOneToMany(metric.customised, everywhere).distances_from_multi(pairs)
                if leaving
                else cch.CCHManyToOne(metric.customised, everywhere).distances_to_multi(pairs)
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
        Shape (nodes of the network,), inf where nothing leads.
    """
    count = len(metric.topology.order)
    open_ = np.isfinite(initial)
    if not open_.any():
        return np.full(count, np.inf)
    stops = _integers(initial[open_], metric.step)
    with _translated():
        sweep = cch.CCHManyToOne(metric.customised, list(range(count)))
        found = sweep.distances_to_multi(list(zip(nodes[open_].tolist(), stops, strict=True)))
    least: Floats = np.array([np.inf if v is None else v for v in found]) * metric.step
    return least


def at_node(metric: Metric, node: int) -> Snapped:
    """Return a node as a position: an end of one of its open segments."""
    ends = metric.topology.ends
    here = np.flatnonzero((ends == node).any(axis=1) & np.isfinite(metric.weight).any(axis=1))[:1]
    side = ends[here, 0] != node
    return Snapped(here, side.astype(np.float64), np.zeros(len(here)))


def _integers(weight: Floats, step: float) -> list[int]:
    return [int(value) for value in np.minimum(np.rint(weight / step), CLOSED - 1)]


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the binding's panics, which are no `Exception`, into our error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise EngineError(f"the routing library refused its input: {error}") from error
        raise
