"""Roads whose limits divert a vehicle from its unrestricted cheapest route."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.cost import EdgeCosts, edge_costs
from geo.driving.limits import SIZE_LIMITS, barred_by, who_drives
from geo.driving.permits import size_limits
from geo.driving.vehicle import Vehicle
from geo.freight.fleet import Fleet
from geo.routing.engine import customise, shortest_path
from geo.routing.stops import stops_at
from geo.routing.trip import STEPS
from layers.arrays import Bools
from layers.roads.network import RoadNetwork
from layers.roads.signs import SAME_AS, without

BY_COLUMN: Final = {limit.column: limit for limit in SIZE_LIMITS}


@dataclass(frozen=True, order=True)
class RoadLimit:
    """A road that does not bear a vehicle.

    Attributes
    ----------
    ref
        Its number, or its name where it has none.
    column
        Which limit: one of `geo.driving.limits.SIZE_LIMITS`, or `hgv`.
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
        unit, what = self.column.rsplit("_", 1)[1], BY_COLUMN[self.column].what
        return f"{self.ref} bears {self.limit:g} {unit}; the vehicle is {self.own:g} {unit} {what}"


def diverting_limits(
    fleet: Fleet,
    vehicle: str,
    origin: str,
    targets: Sequence[str],
    *,
    cost: Callable[[RoadNetwork, Vehicle, str], EdgeCosts] | None = None,
) -> tuple[RoadLimit, ...]:
    """Find the roads that a vehicle would take but may not, for its weight or size.

    Parameters
    ----------
    fleet
        Vehicles and places.
    vehicle
        Its id.
    origin, targets
        Ids of places.
    cost
        Costs roads for a vehicle in a season, such as `Study.costs_on`, which keeps them;
        computed anew by default.

    Returns
    -------
    limits
        Each road and limit once; none where all ways bear the vehicle.
    """
    hauler = fleet[vehicle]
    trip = hauler.laden
    limits = barred_by(trip.network, hauler.vehicle)
    barred = np.logical_or.reduce(list(limits.values()))
    if not barred.any():
        return ()
    free = _unlimited(trip.network, hauler.vehicle)
    if cost:
        costs = cost(free, hauler.vehicle, trip.season)
    else:
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


def limits_arrays(limits: Sequence[RoadLimit]) -> Mapping[str, NDArray[Any]]:
    """Return limits as arrays by name, to be kept."""
    kinds = {"ref": str, "column": str, "limit": float, "own": float}
    return {
        name: np.array([getattr(one, name) for one in limits], kind) for name, kind in kinds.items()
    }


def limits_of(arrays: Mapping[str, NDArray[Any]]) -> tuple[RoadLimit, ...]:
    """Put limits together again from what `limits_arrays` gave."""
    columns = (arrays[one.name].tolist() for one in fields(RoadLimit))
    return tuple(RoadLimit(*row) for row in zip(*columns, strict=True))


def _unlimited(network: RoadNetwork, vehicle: Vehicle) -> RoadNetwork:
    """Return a network whose roads bear a vehicle."""
    segments = network.segments
    bears = {
        limit.column: segments[limit.column].clip(lower=getattr(vehicle.body, limit.own))
        for limit in SIZE_LIMITS
    }
    trucks = {base for limit in SIZE_LIMITS for base in SAME_AS[limit.column]} | {"hgv"}
    signs = segments["signs"].cat
    free = np.array([without(text, trucks) for text in signs.categories], object)
    return replace(
        network,
        segments=segments.assign(
            **bears,
            hgv=pd.Categorical([""] * len(segments)),
            signs=pd.Categorical(free[signs.codes.to_numpy()]),
        ),
    )


def _named(
    network: RoadNetwork, vehicle: Vehicle, limits: dict[str, Bools]
) -> tuple[RoadLimit, ...]:
    """Name the roads of segments, each road and limit once."""
    segments = network.segments
    ref = segments["ref"].astype(str)
    name = ref.where(ref != "", segments["name_en"].astype(str)).to_numpy()
    found = set()
    for column, mask in limits.items():
        kind = BY_COLUMN.get(column)
        own = getattr(vehicle.body, kind.own) if kind else np.nan
        borne = size_limits(network, who_drives(vehicle, "dry"), column) if kind else None
        for at in np.flatnonzero(mask).tolist():
            limit = float(borne[at]) if borne is not None else np.nan
            found.add((str(name[at]), column, limit, own))
    return tuple(RoadLimit(*one) for one in sorted(found, key=lambda one: one[:2]))
