"""Best ways many to many with all that they take, and how many trips use each segment.

The engine gives the least weight of every pair; here every pair also gets the time, fuel,
CO2 and money of that way, and every segment the trips over it. A tree of best ways from
each place is summed up node by node, each after its parent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from geo.routing.path import along_one_segment, joining
from geo.routing.stops import Stops
from geo.routing.trip import Trip
from geo.traffic.chains import chained
from geo.traffic.tree_sums import sums_along
from layers.arrays import Floats, Ints

QUANTITIES: Final = ("time_s", "cost_thb", "fuel_l", "co2_kg", "distance_m")

DOUBT: Final = "doubt"
"""-ln of the probability that a way can be driven on a day of its season: adds up as they do."""

SUMS: Final = (*QUANTITIES, DOUBT)

LEAST_CHANCE: Final = 1e-9
"""A road that is never passable has so much chance: its logarithm is a number."""

AT_ONCE: Final = 64
"""Trees that one processor grows before it takes others."""


@dataclass(frozen=True, eq=False)
class Ways:
    """What the best ways take, and who uses what.

    Attributes
    ----------
    sums
        By `SUMS`, shape (origins, targets) each; inf where nothing leads.
    use
        Trips on each segment, both ways together, on average over its length; shape
        (segments,), 0 where no demand was given.
    over
        Share of each watched segment that the best way of each pair leads over, shape
        (watched, origins, targets).
    """

    sums: Mapping[str, Floats]
    use: Floats
    over: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))


class _Arcs(NamedTuple):
    """Arcs, each once, sorted by `key`; what leads from and to places is part of a segment."""

    key: Ints
    weight: Floats
    segment: Ints
    column: Ints
    share: Floats
    nodes: int


def best_ways(
    trip: Trip,
    origins: Stops,
    targets: Stops,
    *,
    demand: Floats | None = None,
    watched: Ints | None = None,
) -> Ways:
    """Find the best way from every origin to every target within the country.

    Parameters
    ----------
    trip
        For whom, when and where, and what is best.
    origins, targets
        Places on the roads; one that is not near any has no way.
    demand
        Trips, at least 0, shape (origins, targets).
    watched
        Segments of which is asked who uses them.

    Returns
    -------
    ways
        Sums and use; a place's way to itself takes nothing.
    """
    arcs = _arcs(trip, origins, targets)
    watched = np.zeros(0, np.int64) if watched is None else watched
    values = [
        np.where(arcs.share > 0, getattr(trip.costs, name)[arcs.segment, arcs.column], 0.0)
        * arcs.share
        for name in QUANTITIES
    ]
    # Of a segment part of the way is as doubtful as the share of it that is driven.
    doubt = -np.log(np.maximum(trip.costs.passable, LEAST_CHANCE))
    values.append(doubt[arcs.segment] * arcs.share)
    values += [np.where(arcs.segment == segment, arcs.share, 0.0) for segment in watched]
    total, load = _along(
        arcs, len(trip.graph.order), (len(origins.near), len(targets.near)), values, demand
    )
    use: Floats = np.bincount(arcs.segment, load * arcs.share, len(trip.network.segments)).astype(
        np.float64
    )
    sums = dict(zip(SUMS, total, strict=False))
    over = total[len(SUMS) :]
    return Ways(sums, use, np.where(np.isfinite(over), over, 0.0))


def _arcs(trip: Trip, origins: Stops, targets: Stops) -> _Arcs:
    """Lay out the graph: junctions, then origins, then targets."""
    inland = trip.network.inland
    weight = np.where(inland[:, None], trip.costs.weight(trip.optimise), np.inf)
    roads, count = trip.graph.arcs, len(trip.graph.order)
    # Of a link within a junction nothing is driven: its share of a segment is 0.
    driven = roads.base >= 0
    parts: list[tuple[Any, ...]] = [
        (
            roads.tail,
            roads.head,
            trip.graph.arc_weights(weight),
            np.maximum(roads.base, 0) // 2,
            np.maximum(roads.base, 0) % 2,
            driven.astype(float),
        )
    ]
    start = count + np.arange(len(origins.near))
    stop = count + len(start) + np.arange(len(targets.near))
    for places, own, leaving in ((origins, start, True), (targets, stop, False)):
        nodes, part = joining(trip.graph.joints, weight, places.snapped, leaving=leaving)
        at = places.snapped.fraction
        for column in (0, 1):
            share = at if (column == 0) != leaving else 1 - at
            cost = np.where(places.near, part[:, column], np.inf)
            pair = (own, nodes[:, column]) if leaving else (nodes[:, column], own)
            parts.append((*pair, cost, places.snapped.segment, column, share))
    straight = along_one_segment(weight, origins.snapped, targets.snapped)
    near = origins.near[:, None] & targets.near
    i, j = np.nonzero(np.isfinite(straight) & near)
    ahead = targets.snapped.fraction[j] - origins.snapped.fraction[i]
    for column, chosen in ((0, ahead >= 0), (1, ahead < 0)):
        a, b = i[chosen], j[chosen]
        where = origins.snapped.segment[a]
        parts.append((start[a], stop[b], straight[a, b], where, column, np.abs(ahead[chosen])))
    return _once(parts, count + len(start) + len(stop))


def _once(parts: list[tuple[Any, ...]], nodes: int) -> _Arcs:
    """Put arcs together; of those between the same nodes the one of least weight stays."""
    columns = [
        np.concatenate([np.broadcast_to(np.asarray(p[at]), np.shape(p[0])) for p in parts])
        for at in range(6)
    ]
    open_ = np.isfinite(columns[2])
    tail, head, weight, segment, column, share = (part[open_] for part in columns)
    key = tail * nodes + head
    order = np.lexsort((weight, key))
    key = key[order]
    keep = order[np.append(True, key[1:] != key[:-1])] if len(key) else order
    return _Arcs(
        (tail * nodes + head)[keep], weight[keep], segment[keep], column[keep], share[keep], nodes
    )


def _along(
    arcs: _Arcs,
    first: int,
    shape: tuple[int, int],
    values: list[Floats],
    demand: Floats | None,
) -> tuple[Floats, Floats]:
    """Add up values along best ways, and trips on arcs.

    Trees grow from the fewer of origins and targets, some at a time on each processor.

    Returns
    -------
    sums
        Shape (values, origins, targets), inf where nothing leads.
    loads
        Shape (arcs,).
    """
    tail, head = arcs.key // arcs.nodes, arcs.key % arcs.nodes
    start, stop = first + np.arange(shape[0]), first + shape[0] + np.arange(shape[1])
    back = shape[1] < shape[0]
    if back:
        tail, head, start, stop = head, tail, stop, start
    places = np.zeros(arcs.nodes, bool)
    places[first:] = True
    chains = chained(tail, head, arcs.weight, places)
    none = np.zeros((0, len(stop)))
    trips = none if demand is None else np.ascontiguousarray(demand.T if back else demand, float)
    weight, each = chains.sums(arcs.weight), chains.sums(np.column_stack(values))

    def grown(at: int) -> tuple[Floats, Floats]:
        few = slice(at, at + AT_ONCE)
        return sums_along(chains.first, chains.head, weight, each, start[few], stop, trips[few])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(grown, range(0, len(start), AT_ONCE)))
    sums = np.concatenate([none[None].repeat(len(values), 0), *(sums for sums, _ in parts)], axis=1)
    load = np.sum([np.zeros(len(weight)), *(loads for _, loads in parts)], axis=0)
    whole: Floats = np.bincount(
        chains.arc, np.repeat(load, np.diff(chains.begin)), len(arcs.key)
    ).astype(np.float64)
    return sums.transpose(0, 2, 1) if back else sums, whole
