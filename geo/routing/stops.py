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
========== ======= =======================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.driving.cost import EdgeCosts
from geo.routing.snap import MAX_DISTANCE_M, Snapped, snap
from geo.routing.trip import Trip
from layers.arrays import Bools, Ints
from layers.roads.network import RoadNetwork
from layers.tables.places import Place

TRIP_M: Final = MAX_DISTANCE_M
WALK_M: Final = 5000.0
BESIDE_M: Final = 1000.0


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


def usable_roads(costs: EdgeCosts) -> Bools:
    """Say which segments a vehicle may use at all in the season, shape (segments,)."""
    return np.asarray(costs.open.any(axis=1) & (costs.passable > 0))


def stops_at(
    network: RoadNetwork,
    costs: EdgeCosts,
    places: pd.DataFrame,
    *,
    reach_m: float = TRIP_M,
    beside_m: float | None = None,
    usable: Bools | None = None,
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

    Returns
    -------
    stops
        None is near where no road may be used.
    """
    open_ = usable_roads(costs) if usable is None else usable_roads(costs) & usable
    if not open_.any() or not len(places):
        none = np.zeros(len(places))
        return Stops(Snapped(none.astype(np.int64), none, none), none.astype(bool))
    lon, lat = (places[name].to_numpy(np.float64) for name in ("lon", "lat"))
    snapped = snap(network, lon, lat, usable=open_, max_distance_m=np.inf)
    near = snapped.offset_m <= reach_m
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
    return snap(
        trip.network,
        np.array([place.lon for place in places]),
        np.array([place.lat for place in places]),
        usable=usable_roads(trip.costs),
        labels=tuple(place.name_en for place in places),
        max_distance_m=TRIP_M,
    )
