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


@dataclass(frozen=True, eq=False)
class Path:
    """A way through the network, part of its first and last segment.

    Attributes
    ----------
    segment
        Segments in order, shape (n,).
    against
        Whether each is driven against its geometry, shape (n,).
    start, stop
        From which to which fraction of its length, in the direction of its geometry,
        each is driven; shape (n,).
    weight
        Sum of weights.
    """

    segment: Ints
    against: NDArray[np.bool_]
    start: Floats
    stop: Floats
    weight: float


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
    from_nodes, from_weight = _ends(metric, sources, leaving=True)
    to_nodes, to_weight = _ends(metric, targets, leaving=False)
    pins, pin = np.unique(to_nodes, return_inverse=True)
    pin = pin.reshape(to_nodes.shape)
    result = np.full((len(sources), len(targets)), np.inf)
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
    least: Floats = np.minimum(result, _along_one_segment(metric, sources, targets))
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
    from_nodes, from_weight = _ends(metric, source, leaving=True)
    to_nodes, to_weight = _ends(metric, target, leaving=False)
    out, into = np.isfinite(from_weight[0]), np.isfinite(to_weight[0])
    direct = float(_along_one_segment(metric, source, target)[0, 0])
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
        return None if not np.isfinite(direct) else _direct(source, target, direct)
    return _whole(metric, source, target, np.array(arcs, np.int64), nodes[0], nodes[-1])


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
            nodes, weight = _ends(metric, snapped, leaving=leaving)
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


def at_node(metric: Metric, node: int) -> Snapped:
    """Return a node as a position: an end of one of its open segments."""
    ends = metric.topology.ends
    here = np.flatnonzero((ends == node).any(axis=1) & np.isfinite(metric.weight).any(axis=1))
    side = ends[here[:1], 0] != node
    return Snapped(here[:1], side.astype(np.float64), np.zeros(1))


def _ends(metric: Metric, snapped: Snapped, *, leaving: bool) -> tuple[Ints, Floats]:
    """Return the nodes where a position joins the graph and the weight to get there.

    Leaving along the geometry reaches `v`, against it `u`; arriving along it comes from
    `u`, against it from `v`. Shapes (points, 2).
    """
    weight = metric.weight[snapped.segment]
    along, against = snapped.fraction, 1 - snapped.fraction
    share = np.column_stack([against, along] if leaving else [along, against])
    nodes = metric.topology.ends[snapped.segment]
    # inf · 0 is no number: at the very end of a closed direction it is still closed.
    part = np.where(np.isfinite(weight), share * np.where(np.isfinite(weight), weight, 0), np.inf)
    at_end = share <= 0
    part = np.where(at_end, 0.0, part)
    return (nodes[:, ::-1] if leaving else nodes), part


def _along_one_segment(metric: Metric, sources: Snapped, targets: Snapped) -> Floats:
    """Return the weight of going straight along where both ends lie on one segment."""
    same = sources.segment[:, None] == targets.segment[None, :]
    share = targets.fraction[None, :] - sources.fraction[:, None]
    weight = metric.weight[sources.segment]
    forward = np.where(share >= 0, np.where(share > 0, weight[:, :1], 0) * np.abs(share), np.inf)
    back = np.where(share < 0, weight[:, 1:] * np.abs(share), np.inf)
    return np.where(same, np.fmin(forward, back), np.inf)


def _direct(source: Snapped, target: Snapped, weight: float) -> Path:
    """Make the path between two positions on one segment."""
    start, stop = float(source.fraction[0]), float(target.fraction[0])
    return Path(
        source.segment[:1].copy(),
        np.array([stop < start]),
        np.array([min(start, stop)]),
        np.array([max(start, stop)]),
        weight,
    )


def _whole(  # noqa: PLR0913
    metric: Metric, source: Snapped, target: Snapped, arcs: Ints, first: int, last: int
) -> Path:
    """Make a path from its arcs, with the parts of segments at both ends."""
    leaving, at_start = int(source.segment[0]), float(source.fraction[0])
    arriving, at_stop = int(target.segment[0]), float(target.fraction[0])
    out_against = _cheaper_end(metric, source, first, leaving=True)
    in_against = _cheaper_end(metric, target, last, leaving=False)
    segment = np.concatenate([[leaving], arcs // 2, [arriving]])
    against = np.concatenate([[out_against], arcs % 2 == 1, [in_against]]).astype(bool)
    start = np.zeros(len(segment))
    stop = np.ones(len(segment))
    start[0], stop[0] = (0.0, at_start) if out_against else (at_start, 1.0)
    start[-1], stop[-1] = (at_stop, 1.0) if in_against else (0.0, at_stop)
    driven = stop > start
    segment, against, start, stop = segment[driven], against[driven], start[driven], stop[driven]
    weight = metric.weight[segment, against.astype(int)] * (stop - start)
    return Path(segment, against, start, stop, float(weight.sum()))


def _cheaper_end(metric: Metric, snapped: Snapped, node: int, *, leaving: bool) -> bool:
    """Say whether the end at `node` is reached against the geometry."""
    nodes, weight = _ends(metric, snapped, leaving=leaving)
    cost = np.where(nodes[0] == node, weight[0], np.inf)
    return bool(cost[1] < cost[0])


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
