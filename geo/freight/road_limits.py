"""Why a vehicle does not take the way that it would take if every road bore it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.cost import edge_costs
from geo.driving.vehicle import Vehicle
from geo.freight.fleet import Fleet
from geo.routing.engine import customise, shortest_path
from geo.routing.stops import stops_at
from geo.routing.trip import STEPS
from layers.roads.network import RoadNetwork

Bools = NDArray[np.bool_]

LIMITS: Final = {
    "maxweight_t": "gross_t",
    "maxaxleload_t": "axle_load_t",
    "maxheight_m": "height_m",
    "maxlength_m": "length_m",
    "width_m": "width_m",
}
"""Columns of segments that bar a vehicle, and the field of its body that they hold against."""


@dataclass(frozen=True, order=True)
class Barred:
    """A road that does not bear a vehicle.

    Attributes
    ----------
    ref
        Its number, or its name where it has none.
    column
        Which limit: one of `LIMITS`, or `hgv`.
    limit, own
        What the road bears and what the vehicle is, in the column's unit; NaN for `hgv`.
    """

    ref: str
    column: str
    limit: float
    own: float

    def __str__(self) -> str:
        """Say it in a sentence."""
        if self.column == "hgv":
            return f"{self.ref} is closed to trucks"
        name, unit = self.column.rsplit("_", 1)
        what = {"maxlength": "long", "maxheight": "high", "width": "wide"}.get(name, "heavy")
        return f"{self.ref} bears {self.limit:g} {unit}; the vehicle is {self.own:g} {unit} {what}"


def barred_roads(
    fleet: Fleet, vehicle: int, origin: str, targets: Sequence[str]
) -> tuple[Barred, ...]:
    """Find the roads that a vehicle would take but may not, for its weight or size.

    Parameters
    ----------
    fleet
        Vehicles and places.
    vehicle
        Position of the vehicle.
    origin, targets
        Ids of places.

    Returns
    -------
    barred
        Each road and limit once; none where all ways bear the vehicle.
    """
    hauler = fleet.haulers[vehicle]
    trip = hauler.laden
    limits = _limits(trip.network, hauler.vehicle)
    barred = np.logical_or.reduce(list(limits.values()))
    if not barred.any():
        return ()
    free = _unlimited(trip.network)
    costs = edge_costs(free, hauler.vehicle, season=trip.season)
    inland = free.inland
    weight = np.where(inland[:, None], costs.weight("cost"), np.inf)
    metric = customise(trip.graph, weight, step=STEPS["cost"])
    ids = [origin, *targets]
    rows = fleet.places.iloc[[fleet.position[name] for name in ids]]
    ends = stops_at(free, costs, rows).snapped
    met = np.zeros(len(barred), bool)
    for at in range(1, len(ids)):
        path = shortest_path(metric, ends.take([0]), ends.take([at]))
        if path is not None:
            met[path.segment] = True
    return _named(trip.network, hauler.vehicle, {k: v & met for k, v in limits.items()})


def _limits(network: RoadNetwork, vehicle: Vehicle) -> dict[str, Bools]:
    """Say for each limit which segments it bars to a vehicle."""
    segments = network.segments
    found = {
        column: segments[column].to_numpy() < getattr(vehicle.body, own)
        for column, own in LIMITS.items()
    }
    truck = vehicle.kind == "truck"
    found["hgv"] = segments["hgv"].isin(("no", "private")).to_numpy() & truck
    return found


def _unlimited(network: RoadNetwork) -> RoadNetwork:
    """Return a network whose roads bear everything."""
    anything = dict.fromkeys((c for c in LIMITS if c != "width_m"), np.nan)
    segments = network.segments.assign(
        **anything,
        width_m=network.segments["width_m"].clip(lower=3.0),
        hgv=pd.Categorical([""] * len(network.segments)),
    )
    return replace(network, segments=segments)


def _named(network: RoadNetwork, vehicle: Vehicle, limits: dict[str, Bools]) -> tuple[Barred, ...]:
    """Name the roads of segments, each road and limit once."""
    segments = network.segments
    ref = segments["ref"].astype(str)
    name = ref.where(ref != "", segments["name_en"].astype(str)).to_numpy()
    found = set()
    for column, mask in limits.items():
        own = getattr(vehicle.body, LIMITS[column]) if column in LIMITS else np.nan
        for at in np.flatnonzero(mask).tolist():
            limit = float(segments[column].iloc[at]) if column in LIMITS else np.nan
            found.add((str(name[at]), column, limit, own))
    return tuple(Barred(*one) for one in sorted(found, key=lambda one: one[:2]))
