"""Hauliers: a vehicle laden on the way out and empty on the way back, in baht per tonne."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.cost import EdgeCosts, freight_thb_per_t
from geo.driving.vehicle import Vehicle
from geo.routing.engine import customise, matrix
from geo.routing.graph import Metric
from geo.routing.path import Path
from geo.routing.route import STEPS, Trip
from geo.routing.snap import MAX_DISTANCE_M, Snapped, snap
from layers.errors import DataError, UnknownNameError
from layers.roads.network import RoadNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BESIDE_M: Final = 1000.0
"""A vehicle stands at a place if its road is at most so much farther than the nearest one."""


@dataclass(frozen=True, eq=False)
class Hauler:
    """A vehicle that carries goods, and what driving takes it.

    Attributes
    ----------
    vehicle
        Which.
    laden, empty
        Trips out with a full load, and back with none; both seek the least cost.
    out, back
        Their weights within the country, customised: no way leads across a border.
    """

    vehicle: Vehicle
    laden: Trip
    empty: Trip
    out: Metric
    back: Metric


@dataclass(frozen=True, eq=False)
class Sums:
    """What a path takes a laden vehicle.

    Attributes
    ----------
    distance_m, time_s, fuel_l, co2_kg, cost_thb
        Sums along it.
    passable
        Probability of getting through in the season.
    """

    distance_m: float
    time_s: float
    fuel_l: float
    co2_kg: float
    cost_thb: float
    passable: float


def hauler(laden: Trip, empty: Trip) -> Hauler:
    """Prepare a vehicle to carry goods.

    Parameters
    ----------
    laden, empty
        Its trips out with a full load and back with none, seeking the least cost.
    """
    vehicle = laden.vehicle
    if not isinstance(vehicle, Vehicle):
        raise DataError(f"{vehicle.id}: carries no goods")
    inland = laden.network.inland
    return Hauler(vehicle, laden, empty, _metric(laden, inland), _metric(empty, inland))


def across(hauler: Hauler, crossing_id: str) -> tuple[Metric, Metric]:
    """Return the weights out and back with one crossing open and all others closed.

    Parameters
    ----------
    hauler
        Who.
    crossing_id
        The crossing that may be passed.

    Returns
    -------
    out, back
        As `Hauler.out` and `Hauler.back`.
    """
    network = hauler.laden.network
    open_ = network.inland | (network.crosses == crossing_id)
    return _metric(hauler.laden, open_), _metric(hauler.empty, open_)


def _metric(trip: Trip, open_: Bools) -> Metric:
    weight = np.where(open_[:, None], trip.costs.weight("cost"), np.inf)
    return customise(trip.graph, weight, step=STEPS["cost"])


@dataclass(frozen=True, eq=False)
class Stops:
    """Places on the roads that a vehicle may use; arrays of shape (places,).

    Attributes
    ----------
    snapped
        The nearest position for each.
    near
        Whether that is near enough (`geo.routing.snap.MAX_DISTANCE_M`) to be the place's own.
    """

    snapped: Snapped
    near: Bools

    def take(self, at: Ints | list[int]) -> Stops:
        """Return some of the places, in the order given."""
        return Stops(self.snapped.take(at), self.near[at])


@dataclass(frozen=True, eq=False)
class Fleet:
    """Vehicles, and where places lie on the roads of each.

    Attributes
    ----------
    haulers
        The vehicles.
    places
        Columns `id, lon, lat`.
    position
        Position of every place's id in `places` and `stops`.
    stops
        The places, by id of the vehicle.
    """

    haulers: tuple[Hauler, ...]
    places: pd.DataFrame
    position: Mapping[str, int]
    stops: Mapping[str, Stops]

    @property
    def vehicles(self) -> tuple[str, ...]:
        """Ids of the vehicles."""
        return tuple(hauler.vehicle.id for hauler in self.haulers)

    def __getitem__(self, vehicle: str) -> Hauler:
        """Return the vehicle of an id.

        Raises
        ------
        UnknownNameError
            It is not in the fleet.
        """
        found = next((one for one in self.haulers if one.vehicle.id == vehicle), None)
        if found is None:
            raise UnknownNameError(f"{vehicle!r} is not in the fleet: {', '.join(self.vehicles)}")
        return found

    def at(self, vehicle: str, ids: Sequence[str]) -> Stops:
        """Return places on the roads of a vehicle."""
        return self.stops[vehicle].take([self.position[name] for name in ids])


def fleet_at(made: tuple[Hauler, ...], places: pd.DataFrame) -> Fleet:
    """Find places on the roads that each vehicle may use.

    Parameters
    ----------
    made
        The vehicles.
    places
        Columns `id, lon, lat`.

    Returns
    -------
    fleet
        A place too far from every road of a vehicle is not near any for it.
    """
    ids = places["id"].astype(str)
    return Fleet(
        made,
        places[["id", "lon", "lat"]],
        {name: at for at, name in enumerate(ids)},
        {one.vehicle.id: stops_at(one.laden.network, one.laden.costs, places) for one in made},
    )


def stops_at(network: RoadNetwork, costs: EdgeCosts, places: pd.DataFrame) -> Stops:
    """Find places, columns `lon, lat`, on the roads that a vehicle may use.

    A place whose own road does not bear the vehicle is not near another that does.
    """
    usable = np.asarray(costs.speeds.open.any(axis=1))
    if not usable.any() or not len(places):
        none = np.zeros(len(places))
        return Stops(Snapped(none.astype(np.int64), none, none), none.astype(bool))
    lon, lat = (places[name].to_numpy(np.float64) for name in ("lon", "lat"))
    snapped, nearest = (
        snap(network, lon, lat, usable=which, max_distance_m=np.inf) for which in (usable, None)
    )
    reach = np.minimum(nearest.offset_m + BESIDE_M, MAX_DISTANCE_M)
    return Stops(snapped, np.asarray(snapped.offset_m <= reach))


def thb_per_t(
    hauler: Hauler,
    sources: Stops,
    targets: Stops,
    *,
    empty_share: float,
    metrics: tuple[Metric, Metric] | None = None,
) -> Floats:
    """Compute the least cost of carrying a tonne between places by one vehicle.

    What a doubtful road adds to the weights of the wet season is in it, as in the search.

    Parameters
    ----------
    hauler
        Who.
    sources, targets
        Its stops.
    empty_share
        Part of the trips that come back empty.
    metrics
        Out and back; the hauler's own, within the country, by default.

    Returns
    -------
    cost_thb
        Baht per tonne, shape (sources, targets); inf where nothing leads there and back.
    """
    out, back = metrics or (hauler.out, hauler.back)
    laden = matrix(out, sources.snapped, targets.snapped)
    empty = np.zeros_like(laden)
    if empty_share > 0:
        empty = matrix(back, targets.snapped, sources.snapped).T
    cost = freight_thb_per_t(laden, empty, hauler.vehicle.payload_t, empty_share=empty_share)
    return np.where(sources.near[:, None] & targets.near, cost, np.inf)


def sums(trip: Trip, path: Path) -> Sums:
    """Add up what a path takes the vehicle of a trip."""
    share, column = path.stop - path.start, path.against.astype(int)
    costs = trip.costs
    total: Mapping[str, float] = {
        name: float((getattr(costs, name)[path.segment, column] * share).sum())
        for name in ("distance_m", "time_s", "fuel_l", "co2_kg", "cost_thb")
    }
    return Sums(**total, passable=float(np.prod(costs.passable[path.segment] ** share)))
