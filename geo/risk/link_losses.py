"""What the loss of each segment does to each trip: times before and after, exactly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np

from geo.risk.detours import FAR, Arcs, Graph
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
    asked = _asked(metric, origins, destinations, group)
    groups = range(asked.origin - asked.root)
    members = [destinations.take(np.flatnonzero(group == one)) for one in groups]
    # The search holds no lock of the interpreter: groups share the cores.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(partial(_of_group, metric, origins, asked), groups, members)


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


class _Asked(NamedTuple):
    """Everything that is looked for, in one graph: what all groups share is made once.

    Attributes
    ----------
    out, into
        Chains of open arcs by their tail and by their head.
    chains
        What they consist of.
    chain
        Group of segments that each segment is in, -1 for none; shape (segments,).
    root
        Node that stands for the first group; those of the others follow.
    origin
        The node that is the first origin; the others follow.
    """

    out: Arcs
    into: Arcs
    chains: LinkChains
    chain: Ints
    root: int
    origin: int


def _asked(metric: Metric, origins: Snapped, destinations: Snapped, group: Ints) -> _Asked:
    """Make the graph of open arcs, with origins and what is looked for as further nodes."""
    arcs, root = metric.graph.arcs, len(metric.graph.order)
    first = root + int(group.max(initial=-1)) + 1
    start, out, from_ = _joints(metric, origins, leaving=True)
    stop, into, to = _joints(metric, destinations, leaving=False)
    origin = np.repeat(np.arange(first, first + len(origins)), 2)
    tail = np.concatenate([arcs.tail, origin, stop.ravel()])
    head = np.concatenate([arcs.head, start.ravel(), np.repeat(root + group, 2)])
    # A link of a junction is no segment: // leaves its -1 as it is.
    segment = np.concatenate([arcs.base // 2, from_.ravel(), to.ravel()])
    own = metric.graph.arc_weights(metric.weight)
    weight = np.concatenate([own, out.ravel(), into.ravel()]) / metric.step
    open_ = np.isfinite(weight)
    whole = np.minimum(np.rint(weight[open_]), CLOSED - 1).astype(np.int64)
    # No best way, with a segment lost or without, leads into a dead end.
    ends = np.arange(first + len(origins)) >= root
    open_arcs = tail[open_], head[open_], whole, segment[open_]
    chains = link_chains(open_arcs, ends, segments=len(metric.weight))
    put = partial(arcs_by, weight=chains.weight, segment=chains.group, count=len(ends))
    chain = np.full(len(metric.weight), -1)
    chain[chains.segment] = np.repeat(np.arange(len(chains.begin) - 1), np.diff(chains.begin))
    out_of, into_ = put(chains.tail, chains.head), put(chains.head, chains.tail)
    return _Asked(out_of, into_, chains, chain, root, first)


def _of_group(
    metric: Metric, origins: Snapped, asked: _Asked, number: int, mine: Snapped
) -> Losses:
    """Put together the ways through nodes and those straight along one segment."""
    segments, chains = len(metric.weight), asked.chains
    # Each of its places leads to the root, so that losing its segment closes several arcs.
    several = np.zeros(len(chains.begin) - 1, bool)
    several[asked.chain[mine.segment][asked.chain[mine.segment] >= 0]] = True
    graph = Graph(asked.out, asked.into, asked.root + number, asked.origin, several)
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
