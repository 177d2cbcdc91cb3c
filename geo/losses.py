"""What the loss of each segment does to each trip: times before and after, exactly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.engine import CLOSED, Metric
from geo.path import along_one_segment, joining
from geo.replacement import FAR, Graph, Rows, graph_of, replaced
from geo.snap import Snapped
from layers.errors import DataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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

    Weights are those of `geo.engine.matrix` with the segment closed both ways, bit for bit.
    Who stands on the segment itself is then cut off, unless at one of its ends:
    `geo.split.split_at` makes places ends. A segment on no best way changes nothing, and
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
    graph = _graph(metric, origins)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for one in range(int(group.max(initial=-1)) + 1):
            mine = destinations.take(np.flatnonzero(group == one))
            pins, weight = joining(metric.topology.ends, metric.weight, mine, leaving=False)
            own = np.where(_shares(mine, leaving=False) > 0, mine.segment[:, None], -1)
            open_ = np.isfinite(weight)
            # Every node is searched once, however many destinations it leads to.
            nodes, which = np.unique(pins[open_], return_inverse=True)
            found = list(pool.map(partial(replaced, graph), nodes.tolist()))
            stops = _Stops(found, which, weight[open_], own[open_])
            yield _of_group(metric, origins, mine, stops)


class _Stops(NamedTuple):
    """Ways to the nodes from which destinations are reached, on which segment, how far."""

    rows: list[Rows]
    which: Ints
    weight: Floats
    own: Ints


def _shares(snapped: Snapped, *, leaving: bool) -> Floats:
    """Return which part of its segment a position is from each node of `joining`."""
    along, against = snapped.fraction, 1 - snapped.fraction
    return np.column_stack([against, along] if leaving else [along, against])


def _graph(metric: Metric, origins: Snapped) -> Graph:
    """Make the graph of open arcs, with the origins as further nodes."""
    ends, count = metric.topology.ends, len(metric.topology.order)
    nodes, weight = joining(ends, metric.weight, origins, leaving=True)
    share = _shares(origins, leaving=True)
    own = np.where(share > 0, origins.segment[:, None], -1)
    # From a node everything else is reached by its roads.
    weight = np.where((share > 0) & (share <= 0).any(axis=1, keepdims=True), np.inf, weight)
    start = np.repeat(np.arange(count, count + len(origins)), 2)
    tail = np.concatenate([ends.ravel(), start])
    head = np.concatenate([ends[:, ::-1].ravel(), nodes.ravel()])
    segment = np.concatenate([np.repeat(np.arange(len(ends)), 2), own.ravel()])
    scaled = np.rint(np.concatenate([metric.weight.ravel(), weight.ravel()]) / metric.step)
    open_ = np.isfinite(scaled)
    whole = np.minimum(scaled[open_], CLOSED - 1).astype(np.int64)
    return graph_of(
        tail[open_],
        head[open_],
        whole,
        segment[open_],
        origin=count,
        count=count + len(origins),
    )


def _of_group(metric: Metric, origins: Snapped, mine: Snapped, stops: _Stops) -> Losses:
    """Put together the ways by every node and those straight along one segment."""
    count, segments = len(origins), len(metric.weight)
    least = np.column_stack(
        [np.zeros((count, 0)), *(_weights(r.least, metric) for r in stops.rows)]
    )
    through = least[:, stops.which] + stops.weight
    straight = along_one_segment(metric.weight, origins, mine)
    staying = straight == 0
    staying &= origins.fraction[:, None] == mine.fraction
    rest = np.where(staying, straight, np.inf).min(axis=1, initial=np.inf)
    along = straight.min(axis=1, initial=np.inf)
    by_node = through.min(axis=1, initial=np.inf)
    before = np.minimum(by_node, along)
    # Which segments each origin's best way uses: those of a row, the last one, or only one.
    keys = [np.zeros(0, np.int64)]
    directly = np.isfinite(along) & (along <= by_node)
    moving = np.flatnonzero(directly & np.isinf(rest))
    keys.append(moving * segments + origins.segment[moving])
    roads = np.flatnonzero(np.isfinite(by_node) & ~directly)
    chosen = through[roads].argmin(axis=1) if len(roads) else roads
    last = stops.own[chosen]
    keys.append((roads * segments + last)[last >= 0])
    rows = [_keyed(row, segments) for row in stops.rows]
    for at, (key, _) in enumerate(rows):
        keys.append(key[np.isin(key // segments, roads[stops.which[chosen] == at])])
    key = np.unique(np.concatenate(keys))
    origin, segment = key // segments, key % segments
    after = np.where(segment == origins.segment[origin], rest[origin], along[origin])
    at_node = [least[origin, at].copy() for at in range(len(rows))]
    for at, (known, without) in enumerate(rows):
        where = np.minimum(np.searchsorted(known, key), max(len(known) - 1, 0))
        hit = known[where] == key if len(known) else np.zeros(len(key), bool)
        at_node[at][hit] = _weights(without[where[hit]], metric)
    for at, weight, own in zip(stops.which, stops.weight, stops.own, strict=True):
        after = np.minimum(after, np.where(segment == own, np.inf, at_node[at] + weight))
    return Losses(before, origin, segment, after)


def _keyed(rows: Rows, segments: int) -> tuple[Ints, Ints]:
    """Return the rows' weights by origin and segment in one sorted number."""
    origin = np.repeat(np.arange(len(rows.least)), np.diff(rows.first))
    real = np.flatnonzero(rows.segment >= 0)
    # Where a segment stands twice, as that of the origin and further on, the later one counts.
    key, at = np.unique((origin * segments + rows.segment)[real][::-1], return_index=True)
    return key, rows.without[real][::-1][at]


def _weights(integers: Ints, metric: Metric) -> Floats:
    """Turn the engine's integers into weights as `geo.engine.matrix` does."""
    return np.where(integers >= FAR, np.inf, integers * metric.step)
