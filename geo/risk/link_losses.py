"""What the loss of each segment does to each trip: times before and after, exactly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np

from geo.risk.detours import FAR, Graph
from geo.risk.link_chains import LinkChains, link_chains
from geo.risk.replacement_paths import arcs_by, replaced
from geo.routing.graph import CLOSED, Metric
from geo.routing.path import along_one_segment, joining
from geo.routing.snap import Snapped
from layers.arrays import Floats, Ints
from layers.errors import DataError


class Losses(NamedTuple):
    """The segments on the best ways to one group of destinations, each lost in turn.

    Attributes
    ----------
    before
        Least weight of every origin, inf where nothing leads; shape (origins,).
    origin, segment
        Every segment on the best way of every origin, in their order; shape (n,).
    after
        Least weight of that origin without that segment, inf where nothing leads; shape (n,).
    """

    before: Floats
    origin: Ints
    segment: Ints
    after: Floats


def losses(
    metric: Metric, origins: Snapped, destinations: Snapped, *, group: Ints | None = None
) -> Iterator[Losses]:
    """Take out every segment of every best way, one at a time.

    Weights are those of `geo.routing.engine.matrix` with the segment closed both ways, bit for bit.
    Who stands on the segment itself is then cut off, unless at one of its ends:
    `geo.routing.split.split_at` makes places ends. A segment on no best way changes nothing, and
    of ways of equal weight one is taken.

    Parameters
    ----------
    metric
        Weights.
    origins, destinations
        Positions along segments.
    group
        The group of every destination, 0…n-1, shape (destinations,); the nearest of a group
        counts, also when a segment is lost. By default each is a group of its own.

    Yields
    ------
    losses
        Of one group after the other.

    Raises
    ------
    DataError
        A group has another shape or is negative.
    """
    group = np.arange(len(destinations)) if group is None else group
    if group.shape != (len(destinations),) or (group < 0).any():
        raise DataError("groups: every destination needs a number from 0 up")
    members = [
        destinations.take(np.flatnonzero(group == one))
        for one in range(int(group.max(initial=-1)) + 1)
    ]
    # The search holds no lock of the interpreter: groups share the cores.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(partial(_of_group, metric, origins), members)


def _shares(snapped: Snapped, *, leaving: bool) -> Floats:
    """Return which part of its segment a position is from each node of `joining`."""
    along, against = snapped.fraction, 1 - snapped.fraction
    return np.column_stack([against, along] if leaving else [along, against])


def _joints(metric: Metric, snapped: Snapped, *, leaving: bool) -> tuple[Ints, Floats, Ints]:
    """Return the nodes where positions join the graph, the weight to there, and on what.

    Shapes (positions, 2); the segment is -1 where the position is that node. From a node
    everything else is reached by its roads.
    """
    nodes, weight = joining(metric.graph.joints, metric.weight, snapped, leaving=leaving)
    share = _shares(snapped, leaving=leaving)
    at_node = (share <= 0).any(axis=1, keepdims=True)
    weight = np.where(at_node & (share > 0), np.inf, weight)
    return nodes, weight, np.where(share > 0, snapped.segment[:, None], -1)


def _graph(metric: Metric, origins: Snapped, mine: Snapped) -> tuple[Graph, LinkChains]:
    """Make the graph of open arcs, with origins and what is looked for as further nodes."""
    arcs, root = metric.graph.arcs, len(metric.graph.order)
    start, out, from_ = _joints(metric, origins, leaving=True)
    stop, into, to = _joints(metric, mine, leaving=False)
    origin = np.repeat(np.arange(root + 1, root + 1 + len(origins)), 2)
    tail = np.concatenate([arcs.tail, origin, stop.ravel()])
    head = np.concatenate([arcs.head, start.ravel(), np.full(stop.size, root)])
    # A link of a junction is no segment: // leaves its -1 as it is.
    segment = np.concatenate([arcs.base // 2, from_.ravel(), to.ravel()])
    own = metric.graph.arc_weights(metric.weight)
    weight = np.concatenate([own, out.ravel(), into.ravel()]) / metric.step
    open_ = np.isfinite(weight)
    whole = np.minimum(np.rint(weight[open_]), CLOSED - 1).astype(np.int64)
    # No best way, with a segment lost or without, leads into a dead end.
    ends = np.arange(root + 1 + len(origins)) >= root
    open_arcs = tail[open_], head[open_], whole, segment[open_]
    chains = link_chains(open_arcs, ends, segments=len(metric.weight))
    last = np.zeros(len(metric.weight), bool)
    last[mine.segment] = True
    groups = np.repeat(np.arange(len(chains.begin) - 1), np.diff(chains.begin))
    several = np.bincount(groups, last[chains.segment], len(chains.begin) - 1) > 0
    put = partial(arcs_by, weight=chains.weight, segment=chains.group, count=len(ends))
    made = Graph(put(chains.tail, chains.head), put(chains.head, chains.tail), root, several)
    return made, chains


def _of_group(metric: Metric, origins: Snapped, mine: Snapped) -> Losses:
    """Put together the ways through nodes and those straight along one segment."""
    segments = len(metric.weight)
    graph, chains = _graph(metric, origins, mine)
    rows = replaced(graph)
    through = _weights(rows.least, metric)
    straight = along_one_segment(metric.weight, origins, mine)
    along = straight.min(axis=1, initial=np.inf)
    # Who is there already needs no road.
    there = origins.fraction[:, None] == mine.fraction
    staying = np.where(there, straight, np.inf).min(axis=1, initial=np.inf)
    before = np.minimum(through, along)
    directly = np.isfinite(along) & (along <= through)
    of_row = np.repeat(np.arange(len(origins)), np.diff(rows.first))
    on = np.flatnonzero(rows.segment >= 0)
    # Every segment of a chain is lost as the others are.
    first, many = chains.begin[rows.segment[on]], np.diff(chains.begin)[rows.segment[on]]
    real = np.repeat(on, many)
    lost = chains.segment[np.repeat(first - np.cumsum(many) + many, many) + np.arange(many.sum())]
    known, at = np.unique(of_row[real] * segments + lost, return_index=True)
    moving = np.flatnonzero(directly & np.isinf(staying))
    key = np.concatenate(
        [known[~directly[known // segments]], moving * segments + origins.segment[moving]]
    )
    key = np.sort(key)
    origin, segment = key // segments, key % segments
    after = through[origin]
    where = np.minimum(np.searchsorted(known, key), max(len(known) - 1, 0))
    hit = known[where] == key if len(known) else np.zeros(len(key), bool)
    after[hit] = _weights(rows.without[real[at[where[hit]]]], metric)
    own = np.where(segment == origins.segment[origin], staying[origin], along[origin])
    return Losses(before, origin, segment, np.minimum(after, own))


def _weights(integers: Ints, metric: Metric) -> Floats:
    """Turn the engine's integers into weights as `geo.routing.engine.matrix` does."""
    return np.where(integers >= FAR, np.inf, integers * metric.step)
