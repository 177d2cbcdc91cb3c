"""Where places meet the roads: one rule for routes, tables of times, freight and risk.

A place stands at the nearest position on a road that its vehicle may use. How far that may
be depends on what the answer is for; these are all the limits there are:

========== ======= =======================================================================
`TRIP_M`     20 km  somebody named the place and asks for the way: the far end of a valley
                    is meant, a coordinate in the next country is a mistake
`WALK_M`      5 km  a table of many people: an hour on foot; who lives farther from every
                    road is not reached by a vehicle, and is told so
`BESIDE_M`    1 km  goods: a truck does not serve a village from another road than its own,
                    so its road may be only so much farther than the nearest of all
`ASIDE_M`   500 m  a piece of road from which one cannot get on, such as a parking aisle that
                    joins nothing or a one-way street without an end, is passed over where a
                    road from which one can is at most so much farther
========== ======= =======================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.cost import EdgeCosts
from geo.routing.ashore import Water, keep_ashore
from geo.routing.snap import MAX_DISTANCE_M, Snapped, snap
from geo.routing.trip import Trip
from layers.arrays import Bools, Floats, Ints
from layers.io.files import fingerprint
from layers.roads.network import RoadNetwork
from layers.store.kept import code_fingerprint, kept_or_made
from layers.tables.places import Place

TRIP_M: Final = MAX_DISTANCE_M
WALK_M: Final = 5000.0
BESIDE_M: Final = 1000.0
ASIDE_M: Final = 500.0

ISLAND_M: Final = 1000.0
"""A piece of the network of at most so many metres of road is no place to get on from."""
WORTH_KEEPING: Final = 10_000
"""Segments of a network whose pieces take longer to find than to read."""


@dataclass(frozen=True, eq=False)
class Stops:
    """Places on the roads that a vehicle may use; arrays of shape (places,).

    Attributes
    ----------
    snapped
        The nearest position for each.
    near
        Whether that is near enough to be the place's own.
    """

    snapped: Snapped
    near: Bools

    def take(self, at: Ints | list[int]) -> Stops:
        """Return some of the places, in the order given."""
        return Stops(self.snapped.take(at), self.near[at])


def stops_arrays(stops: Stops) -> Mapping[str, NDArray[Any]]:
    """Return stops as arrays by name, to be kept."""
    return {**vars(stops.snapped), "near": stops.near}


def stops_of(arrays: Mapping[str, NDArray[Any]]) -> Stops:
    """Put stops together again from what `stops_arrays` gave."""
    snapped = Snapped(*(arrays[one.name] for one in fields(Snapped)))
    return Stops(snapped, arrays["near"])


def stops_at(
    network: RoadNetwork,
    costs: EdgeCosts,
    places: pd.DataFrame,
    *,
    reach_m: float = TRIP_M,
    beside_m: float | None = None,
    usable: Bools | None = None,
    water: Water | None = None,
) -> Stops:
    """Find places on the roads that a vehicle may use.

    Parameters
    ----------
    network, costs
        The roads, and what they take the vehicle in a season.
    places
        Columns `lon, lat` (degrees).
    reach_m
        A place farther from every road than this is not near any.
    beside_m
        How much farther than the nearest road of all, which may not bear the vehicle, its
        road may be; as far as it likes by default.
    usable
        Segments that may be used, shape (segments,), of those that are open to the vehicle;
        all by default.
    water
        What no place is walked across: the nearest road on its own side counts.

    Returns
    -------
    stops
        None is near where no road may be used.
    """
    open_ = costs.usable if usable is None else costs.usable & usable
    if not open_.any() or not len(places):
        none = np.zeros(len(places))
        return Stops(Snapped(none.astype(np.int64), none, none), none.astype(bool))
    lon, lat = (places[name].to_numpy(np.float64) for name in ("lon", "lat"))
    snapped = snap(network, lon, lat, usable=open_, max_distance_m=np.inf)
    snapped = _onto_the_network(network, costs, open_, (lon, lat), snapped)
    near = snapped.offset_m <= reach_m
    if water is not None:
        snapped, near = keep_ashore(network, open_, (lon, lat), snapped, water, reach_m)
    if beside_m is not None:
        nearest = snap(network, lon, lat, max_distance_m=np.inf)
        near &= snapped.offset_m <= nearest.offset_m + beside_m
    return Stops(snapped, np.asarray(near))


def snap_places(trip: Trip, places: Sequence[Place]) -> Snapped:
    """Find named places on the roads that a trip's vehicle may use.

    Raises
    ------
    NoRoadError
        One is farther than `TRIP_M` from every such road; the message names it.
    """
    lon, lat = (np.array([getattr(place, side) for place in places]) for side in ("lon", "lat"))
    usable = trip.costs.usable
    labels = tuple(place.name_en for place in places)
    snapped = snap(trip.network, lon, lat, usable=usable, labels=labels, max_distance_m=TRIP_M)
    # Between places beside one road of a piece one gets without leaving it.
    if len(np.unique(snapped.segment)) == 1:
        return snapped
    return _onto_the_network(trip.network, trip.costs, usable, (lon, lat), snapped)


def passed_over(trip: Trip, places: Sequence[Place]) -> tuple[str, ...]:
    """Say of which places the nearest road was passed over, and why; a sentence each."""
    lon, lat = (np.array([getattr(place, side) for place in places]) for side in ("lon", "lat"))
    usable = trip.costs.usable
    nearest = snap(trip.network, lon, lat, usable=usable, max_distance_m=np.inf)
    taken = snap_places(trip, places)
    return tuple(
        f"{place.name_en}: the nearest road, {nearest.offset_m[at]:.0f} m away, is a detached "
        f"piece from which one cannot get on; the next one is taken, {taken.offset_m[at]:.0f} m "
        "away."
        for at, place in enumerate(places)
        if taken.segment[at] != nearest.segment[at]
    )


def _onto_the_network(
    network: RoadNetwork,
    costs: EdgeCosts,
    usable: Bools,
    lon_lat: tuple[Floats, Floats],
    nearest: Snapped,
) -> Snapped:
    """Move places off pieces of road from which one cannot get on."""
    lost = detached(network, costs, usable)
    moved = np.flatnonzero(lost[nearest.segment])
    if not len(moved) or lost[usable].all():
        return nearest
    lon, lat = lon_lat
    there = snap(network, lon[moved], lat[moved], usable=usable & ~lost, max_distance_m=np.inf)
    near = there.offset_m <= nearest.offset_m[moved] + ASIDE_M
    columns = (nearest.segment, nearest.fraction, nearest.offset_m)
    news = (there.segment, there.fraction, there.offset_m)
    for column, new in zip(columns, news, strict=True):
        column[moved[near]] = new[near]
    return nearest


def detached(network: RoadNetwork, costs: EdgeCosts, usable: Bools) -> Bools:
    """Say which segments belong to a small piece from which one cannot get on and back.

    A piece is what can be reached from each of its nodes and back; a segment between two pieces
    is one of its own.
    """
    of_all = usable is costs.usable
    if of_all and "detached" in costs.found:
        return costs.found["detached"]
    open_ = costs.open & usable[:, None]
    key = np.packbits(np.column_stack([open_, usable])).tobytes()
    if key not in network.detached:
        whole = (network.ends.tobytes(), network.length_m.tobytes(), key)
        rule = code_fingerprint(Path(__file__))
        kept = fingerprint("detached", rule, *whole) if len(usable) > WORTH_KEEPING else ""
        made = kept_or_made(kept, lambda: {"lost": _detached(network, open_, usable)})
        network.detached[key] = made["lost"]
    if of_all:
        costs.found["detached"] = network.detached[key]
    return network.detached[key]


def _detached(network: RoadNetwork, open_: Bools, usable: Bools) -> Bools:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = network.ends
    tail = np.concatenate([ends[open_[:, 0], 0], ends[open_[:, 1], 1]])
    head = np.concatenate([ends[open_[:, 0], 1], ends[open_[:, 1], 0]])
    count = len(network.nodes)
    graph = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(count, count))
    pieces, piece = connected_components(graph, directed=True, connection="strong")
    one = piece[ends]
    within = (one[:, 0] == one[:, 1]) & usable
    metres = np.bincount(one[within, 0], network.length_m[within], pieces)
    own = np.where(within, metres[one[:, 0]], network.length_m)
    small: Bools = own <= ISLAND_M
    # Between two large pieces, as a one-way bridge is, one gets on at its end.
    through = ~within & (metres[one] > ISLAND_M).all(axis=1)
    lost: Bools = small & ~through
    return lost
