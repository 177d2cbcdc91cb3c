"""Trips: for whom, when and in which world ways are sought, and what a way takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from geo.driving.cost import EdgeCosts
from geo.driving.setting import built_up, read_road_rules
from geo.driving.spread import log_deviation, variation
from geo.driving.stops import Halts, halts_along, stops_of
from geo.driving.vehicle import Stops, Traveller
from geo.routing.engine import customise
from geo.routing.graph import Metric, RoadGraph
from geo.routing.path import Path
from layers.arrays import Floats
from layers.roads.network import RoadNetwork

STEPS: Final = {"time": 1e-3, "cost": 1e-3, "distance": 1e-2}
"""What one integer of the engine is worth: milliseconds, milli-baht, centimetres."""

SUMMED: Final = ("distance_m", "time_s", "fuel_l", "co2_kg", "cost_thb")
"""What adds up along a path."""


@dataclass(frozen=True, eq=False)
class Trip:
    """For whom, when and in which world routes are sought.

    Attributes
    ----------
    network, graph, costs
        Roads, their contracted graph, and what they take `vehicle`.
    vehicle, season, scenario
        As `edge_costs` was given them.
    optimise
        `time`, `cost` or `distance`.
    halting
        Whether the times of ways count the vehicle's halts; what is best does not.
    """

    network: RoadNetwork
    graph: RoadGraph
    costs: EdgeCosts
    vehicle: Traveller
    season: str = "dry"
    scenario: tuple[str, ...] = ()
    optimise: str = "time"
    halting: bool = True

    def __post_init__(self) -> None:
        """Let the graph obey what the vehicle has to."""
        object.__setattr__(self, "graph", self.graph.obeying(self.costs.obeyed))

    def metric(self) -> Metric:
        """Return the weights to minimise, customised once."""
        return self._whole

    def inland_metric(self) -> Metric:
        """Return the same weights with no way across a border, customised once."""
        return self._inland

    @cached_property
    def variation(self) -> Floats:
        """How much times differ between drivers and days; as `geo.driving.spread.variation`."""
        return variation(self.network, read_road_rules().spread)

    @cached_property
    def _whole(self) -> Metric:
        step = STEPS[self.optimise]
        return customise(self.graph, self.costs.weight(self.optimise), step=step)

    @cached_property
    def _inland(self) -> Metric:
        whole = self._whole
        weight = np.where(self.network.inland[:, None], whole.weight, np.inf)
        return customise(self.graph, weight, step=whole.step)


@dataclass(frozen=True, eq=False)
class Sums:
    """What a path takes a vehicle.

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


Taken = Mapping[str, Floats]
"""What every piece of a path takes: `SUMMED` by name, shape (pieces,) each."""


def pieces(costs: EdgeCosts, path: Path) -> Taken:
    """Return what every piece of a path takes."""
    share, column = path.stop - path.start, path.against.astype(int)
    return {name: getattr(costs, name)[path.segment, column] * share for name in SUMMED}


def sums(trip: Trip, path: Path, taken: Taken | None = None) -> Sums:
    """Add up what a path takes the vehicle of a trip; `taken` where its pieces are known."""
    taken = taken or pieces(trip.costs, path)
    totals = {name: float(values.sum()) for name, values in taken.items()}
    through = trip.costs.passable[path.segment] ** (path.stop - path.start)
    return Sums(**totals, passable=float(np.prod(through)))


def stood_s(trip: Trip, path: Path, taken: Taken | None = None) -> tuple[Floats, Floats, Floats]:
    """Tell how long the vehicle has stood at the end of every piece; see `halts_along`."""
    network, taken = trip.network, taken or pieces(trip.costs, path)
    metres = network.length_m[path.segment] * (path.stop - path.start)
    lined = np.cumsum(metres * built_up(network)[path.segment])
    own = stops_of(trip.vehicle) if trip.halting else Stops()
    return halts_along(own, np.cumsum(taken["time_s"]), lined)


def halts_on(trip: Trip, path: Path) -> Halts:
    """Tell how long the vehicle of a trip stands along a path."""
    return Halts(*(float(part[-1]) for part in stood_s(trip, path)))


def log_spread(trip: Trip, path: Path, taken: Taken | None = None) -> float:
    """Return the standard deviation of the logarithm of a path's driving time."""
    rules, network = read_road_rules().spread, trip.network
    time_s = (taken or pieces(trip.costs, path))["time_s"]
    metres = float(network.length_m[path.segment] @ (path.stop - path.start))
    deviation = float(time_s @ trip.variation[path.segment])
    return log_deviation(float(time_s.sum()), deviation, metres, rules)
