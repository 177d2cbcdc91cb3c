"""Hauliers: a vehicle laden on the way out and empty on the way back, in baht per tonne."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from geo.driving.vehicle import Vehicle
from geo.routing.engine import customise, matrix, reopened
from geo.routing.graph import Metric
from geo.routing.stops import BESIDE_M, Stops, stops_at
from geo.routing.trip import STEPS, Trip
from layers.arrays import Bools, Floats
from layers.errors import DataError, UnknownNameError


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


@contextmanager
def across(hauler: Hauler, crossing_id: str) -> Iterator[tuple[Metric, Metric]]:
    """Open one crossing for a while, with all others closed.

    Parameters
    ----------
    hauler
        Who.
    crossing_id
        The crossing that may be passed.

    Yields
    ------
    out, back
        As `Hauler.out` and `Hauler.back`, which are not to be asked meanwhile.
    """
    segments = np.flatnonzero(hauler.laden.network.crosses == crossing_id)
    out, back = hauler.out.weight.copy(), hauler.back.weight.copy()
    for weight, trip in ((out, hauler.laden), (back, hauler.empty)):
        weight[segments] = trip.costs.weight("cost")[segments]
    with (
        reopened(hauler.out, out, segments) as there,
        reopened(hauler.back, back, segments) as home,
    ):
        yield there, home


def _metric(trip: Trip, open_: Bools) -> Metric:
    weight = np.where(open_[:, None], trip.costs.weight("cost"), np.inf)
    return customise(trip.graph, weight, step=STEPS["cost"])


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


def fleet_at(
    made: tuple[Hauler, ...],
    places: pd.DataFrame,
    kept: Callable[[str, Callable[[], Stops]], Stops] = lambda _, make: make(),
) -> Fleet:
    """Find places on the roads that each vehicle may use.

    Parameters
    ----------
    made
        The vehicles.
    places
        Columns `id, lon, lat`.
    kept
        Gives what is kept of a vehicle's stops, by its id, or finds and keeps them.

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
        {one.vehicle.id: kept(one.vehicle.id, partial(_stops, one, places)) for one in made},
    )


def _stops(hauler: Hauler, places: pd.DataFrame) -> Stops:
    """Find places on the roads that a vehicle may use."""
    trip = hauler.laden
    return stops_at(trip.network, trip.costs, places, beside_m=BESIDE_M)


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


def freight_thb_per_t(
    laden_thb: Floats, empty_thb: Floats, payload_t: float, *, empty_share: float = 1.0
) -> Floats:
    """Compute what carrying one tonne costs, the way back included.

    Parameters
    ----------
    laden_thb
        Cost of the laden way out, any shape.
    empty_thb
        Cost of the empty way back, same shape.
    payload_t
        Tonnes carried out.
    empty_share
        Part of the trips that come back empty; the others carry a paying load.

    Returns
    -------
    cost_thb
        Baht per tonne, same shape.

    Examples
    --------
    >>> freight_thb_per_t(np.array([1550.0]), np.array([1000.0]), 15.5, empty_share=0.5).round(1)
    array([132.3])
    """
    per_tonne: Floats = (laden_thb + empty_share * empty_thb) / payload_t
    return per_tonne
