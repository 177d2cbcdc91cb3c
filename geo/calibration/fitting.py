"""Least squares of how vehicles are driven: few parameters, none of them a road's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from geo.calibration.observed import Observation, roads_of
from geo.driving.cost import edge_costs
from geo.driving.setting import built_up
from geo.driving.stops import halts
from geo.driving.vehicle import Stops, Vehicle, load_vehicle
from layers.arrays import Floats, Ints
from layers.errors import DataError
from layers.io.toml_file import read_toml
from layers.roads.network import RoadNetwork

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "car": ("car", "pickup", "ambulance"),
    "motorcycle": ("motorcycle",),
    "minivan": ("minivan", "songthaew"),
    "bus": ("bus",),
    "truck": ("truck_6w", "truck_10w", "semi_trailer"),
}
"""Vehicles that share what is fitted; of each, one factor on each of its own values."""

PRIORS: Final[Mapping[str, float]] = {
    "free_share": 0.10,
    "speed_beta": 0.15,
    "town": 0.15,
    "bend_unease": 0.50,
    "curve_friction": 0.15,
}
"""How far factors may stray: standard deviations of their logarithms (unsourced)."""

FEWEST: Final = 5
"""With fewer times than this, a group of vehicles is compared and not fitted."""

BETA: Final = (0.15, 0.40)
"""β of vehicles stays within."""

OF: Final[Mapping[str, tuple[str, ...]]] = {
    "town": ("town_kph", "town_dual_kph"),
    "curve_friction": ("curve_friction_dry", "curve_friction_wet"),
}
"""Fields of `Driving` that one factor is for; others are named as theirs."""

TOLD: Final = 0.12
"""Standard deviation of the logarithm of a published time: what rows of one route differ by."""

STEP: Final = 0.03
"""Of a logarithm, for slopes."""

ROUNDS: Final = 6
"""Of Gauss and Newton, at most."""

SETTLED: Final = 0.003
"""Of a logarithm: a step that changes nothing."""

FAR: Final = 1.0
"""Standard deviations from which a published time is trusted less."""


_START: Final = Path(__file__).parent / "start.toml"


@dataclass(frozen=True)
class Start:
    """What a vehicle is fitted from; as in `geo.driving.vehicle.Driving`."""

    speed_beta: float
    free_share: float
    town_kph: float
    town_dual_kph: float
    bend_unease: float
    curve_friction_dry: float
    curve_friction_wet: float


@dataclass(frozen=True)
class _Starts:
    """All of them, by vehicle."""

    vehicles: Mapping[str, Start]


@cache
def read_start() -> Mapping[str, Start]:
    """Read what the vehicles that ship are fitted from; all others start from their own files."""
    return read_toml(_START, _Starts, what="a start of the fit").vehicles


@dataclass(frozen=True, eq=False)
class Fit:
    """What came out for one group of vehicles.

    Attributes
    ----------
    group
        One of `GROUPS`.
    factors
        By parameter, on what the vehicles' files say.
    observations
        What it was fitted to.
    hours
        Of each with the fitted factors, shape (observations,).
    left_out_hours
        Of each when its route is left out of the fit.
    """

    group: str
    factors: Mapping[str, float]
    observations: tuple[Observation, ...]
    hours: Floats
    left_out_hours: Floats

    @property
    def errors(self) -> Floats:
        """Left-one-route-out hours over published hours, less 1."""
        told = np.array([one.told_h for one in self.observations])
        errors: Floats = self.left_out_hours / told - 1
        return errors


def adjusted(vehicle: Vehicle, factors: Mapping[str, float]) -> Vehicle:
    """Return a vehicle driven by other parameters: each what it starts from times its factor."""
    before = read_start().get(vehicle.id)
    changed = {
        name: getattr(before or vehicle.driving, name) * factor
        for parameter, factor in factors.items()
        for name in OF.get(parameter, (parameter,))
    }
    if "speed_beta" in changed:
        changed["speed_beta"] = float(np.clip(changed["speed_beta"], *BETA))
    return replace(vehicle, driving=replace(vehicle.driving, **changed))


def fit(network: RoadNetwork, observations: Sequence[Observation]) -> tuple[Fit, ...]:
    """Fit every group of vehicles that somebody timed.

    Log ratios of computed to published hours and log factors over their priors are least
    squares together, those far off by their distance only (Huber 1964), since some tell of
    another kind of drive. Errors with a route left out come from the linear part at the
    optimum (Gauss-Newton), so that no fit is done again.

    Parameters
    ----------
    network
        The roads of the study.
    observations
        At least one.

    Raises
    ------
    DataError
        There is nothing to fit to.
    """
    if not observations:
        raise DataError("calibrate: no published time has a way on these roads")
    roads, place = roads_of(network, observations)
    return tuple(
        _fit_group(group, roads, place, own)
        if len(own) >= FEWEST
        else _as_it_is(group, roads, place, own)
        for group, own in _grouped(observations)
    )


def as_they_are(network: RoadNetwork, observations: Sequence[Observation]) -> tuple[Fit, ...]:
    """Compute every group's hours with the vehicles as their files are; nothing is fitted.

    Raises
    ------
    DataError
        There is nothing to compare with.
    """
    if not observations:
        raise DataError("calibrate: no published time has a way on these roads")
    roads, place = roads_of(network, observations)
    return tuple(_as_it_is(group, roads, place, own) for group, own in _grouped(observations))


def _grouped(
    observations: Sequence[Observation],
) -> list[tuple[str, tuple[Observation, ...]]]:
    """Sort times by group of vehicles, those without any left out."""
    own = [
        (group, tuple(one for one in observations if one.vehicle in vehicles))
        for group, vehicles in GROUPS.items()
    ]
    return [(group, some) for group, some in own if some]


def _as_it_is(group: str, roads: RoadNetwork, place: Ints, own: tuple[Observation, ...]) -> Fit:
    """Compare one group without a fit."""
    hours = hours_of(roads, place, own, {})
    return Fit(group, {}, own, hours, hours)


def hours_of(
    roads: RoadNetwork,
    place: Ints,
    observations: Sequence[Observation],
    factors: Mapping[str, float],
) -> Floats:
    """Compute the hours of every observation with factors on its vehicle, shape (observations,)."""
    costs, houses = {}, built_up(roads)
    hours = np.empty(len(observations))
    for at, one in enumerate(observations):
        key = one.vehicle, one.season
        if key not in costs:
            vehicle = load_vehicle(one.vehicle)
            if not isinstance(vehicle, Vehicle):
                raise DataError(f"calibrate: {one.vehicle} is no vehicle")
            changed = adjusted(vehicle, factors)
            costs[key] = edge_costs(roads, changed, season=one.season).time_s, vehicle.stops
        time_s, stops = costs[key]
        path = one.path
        segment, share = place[path.segment], path.stop - path.start
        drive_s = float((time_s[segment, path.against.astype(np.int64)] * share).sum())
        lined_m = float((houses * roads.length_m)[segment] @ share)
        stands = halts(stops if one.halting else Stops(), drive_s, lined_m)
        hours[at] = (drive_s + stands.total_s) / 3600
    return hours


def _fit_group(group: str, roads: RoadNetwork, place: Ints, own: tuple[Observation, ...]) -> Fit:
    """Fit one group, and tell what it says of each route without that route."""
    names, deviation = list(PRIORS), np.array(list(PRIORS.values()))
    told = np.log([one.told_h for one in own])
    # Many tellings of one route count as two, not as many: they share what is wrong here.
    routes = [one.route for one in own]
    crowd = np.array([max(routes.count(route) / 2, 1.0) for route in routes])
    doubt = np.array([2.0 if one.quality == "C" else 1.0 for one in own])
    weight = 1.0 / (TOLD * doubt * np.sqrt(crowd))

    def logs(logged: Floats) -> Floats:
        factors = dict(zip(names, np.exp(logged).tolist(), strict=True))
        found: Floats = np.log(hours_of(roads, place, own, factors))
        return found

    def slopes(logged: Floats) -> tuple[Floats, Floats]:
        here = logs(logged)
        steps = [(logs(logged + one) - here) / STEP for one in STEP * unit]
        return np.column_stack(steps), here

    unit = np.eye(len(names))
    best: Floats = np.zeros(len(names))
    for _ in range(ROUNDS):
        slope, computed = slopes(best)
        # What lies far off counts by its distance, not by its square (Huber 1964).
        away = np.abs(told - computed) * weight / FAR
        trusted = weight / np.sqrt(np.maximum(away, 1.0))
        wanted = told - computed + slope @ best
        found = _solved(slope, wanted, trusted, deviation)
        moved = float(np.abs(found - best).max())
        best = found
        if moved < SETTLED:
            break
    computed = logs(best)
    without = np.empty(len(own))
    for route in set(routes):
        mine = np.array([one == route for one in routes])
        answer = _solved(slope[~mine], wanted[~mine], trusted[~mine], deviation)
        # The linear model around the optimum, fitted to the other routes.
        without[mine] = computed[mine] + slope[mine] @ (answer - best)
    factors = dict(zip(names, np.exp(best).tolist(), strict=True))
    return Fit(group, factors, own, np.exp(computed), np.exp(without))


def _solved(slope: Floats, wanted: Floats, trusted: Floats, deviation: Floats) -> Floats:
    """Solve for logarithms of factors under their priors."""
    system = np.vstack([slope * trusted[:, None], np.diag(1.0 / deviation)])
    right = np.append(wanted * trusted, np.zeros(len(deviation)))
    answer: Floats = np.linalg.lstsq(system, right, rcond=None)[0].astype(np.float64)
    return answer
