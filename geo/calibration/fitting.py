"""Least squares of how vehicles are driven: few parameters, none of them a road's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import least_squares

from geo.calibration.observed import Observation, roads_of
from geo.driving.cost import edge_costs
from geo.driving.vehicle import Vehicle, load_vehicle
from layers.arrays import Floats, Ints
from layers.errors import DataError
from layers.roads.network import RoadNetwork

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "car": ("car", "pickup", "ambulance"),
    "motorcycle": ("motorcycle",),
    "bus": ("bus",),
    "truck": ("truck_6w", "truck_10w", "semi_trailer"),
}
"""Vehicles that share what is fitted; of each, one factor on each of its own values."""

PRIORS: Final[Mapping[str, float]] = {
    "free_share": 0.10,
    "speed_beta": 0.15,
    "town_kph": 0.15,
    "bend_unease": 0.50,
    "curve_friction": 0.15,
}
"""How far factors may stray: standard deviations of their logarithms (unsourced)."""

BETA: Final = (0.15, 0.40)
"""β of vehicles stays within."""

TOLD: Final = 0.12
"""Standard deviation of the logarithm of a published time: what rows of one route differ by."""

STEP: Final = 0.03
"""Of a logarithm, for slopes."""

ROUNDS: Final = 8

NEAR: Final = 0.2
"""An error that is counted as within."""


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
        """Left-one-route-out hours over published driving hours, less 1."""
        told = np.array([one.driving_h for one in self.observations])
        errors: Floats = self.left_out_hours / told - 1
        return errors


def adjusted(vehicle: Vehicle, factors: Mapping[str, float]) -> Vehicle:
    """Return a vehicle driven by other parameters: each times its factor."""
    driving = vehicle.driving
    times = {name: value for name, value in factors.items() if name != "curve_friction"}
    changed = {name: getattr(driving, name) * value for name, value in times.items()}
    if "speed_beta" in changed:
        changed["speed_beta"] = float(np.clip(changed["speed_beta"], *BETA))
    grip = factors.get("curve_friction", 1.0)
    changed |= {
        name: getattr(driving, name) * grip for name in ("curve_friction_dry", "curve_friction_wet")
    }
    return replace(vehicle, driving=replace(driving, **changed))


def fit(network: RoadNetwork, observations: Sequence[Observation]) -> tuple[Fit, ...]:
    """Fit every group of vehicles that somebody timed.

    Log ratios of computed to published hours and log factors over their priors are least
    squares together. Errors with a route left out come from the linear part at the optimum
    (Gauss-Newton), so that no fit is done again.

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
    found = []
    for group, vehicles in GROUPS.items():
        own = tuple(one for one in observations if one.vehicle in vehicles)
        if own:
            found.append(_fit_group(group, roads, place, own))
    return tuple(found)


def hours_of(
    roads: RoadNetwork,
    place: Ints,
    observations: Sequence[Observation],
    factors: Mapping[str, float],
) -> Floats:
    """Compute the hours of every observation with factors on its vehicle, shape (observations,)."""
    costs = {}
    hours = np.empty(len(observations))
    for at, one in enumerate(observations):
        key = one.vehicle, one.season
        if key not in costs:
            vehicle = load_vehicle(one.vehicle)
            if not isinstance(vehicle, Vehicle):
                raise DataError(f"calibrate: {one.vehicle} is no vehicle")
            changed = adjusted(vehicle, factors)
            costs[key] = edge_costs(roads, changed, season=one.season).time_s
        path = one.path
        time_s = costs[key][place[path.segment], path.against.astype(np.int64)]
        hours[at] = (time_s * (path.stop - path.start)).sum() / 3600
    return hours


def _fit_group(group: str, roads: RoadNetwork, place: Ints, own: tuple[Observation, ...]) -> Fit:
    """Fit one group, and tell what it says of each route without that route."""
    names, deviation = list(PRIORS), np.array(list(PRIORS.values()))
    told = np.log([one.driving_h for one in own])
    # Many tellings of one route count as two, not as many: they share what is wrong here.
    routes = [one.route for one in own]
    crowd = np.array([max(routes.count(route) / 2, 1.0) for route in routes])
    doubt = np.array([2.0 if one.quality == "C" else 1.0 for one in own])
    weight = 1.0 / (TOLD * doubt * np.sqrt(crowd))

    def logs(logged: Floats) -> Floats:
        factors = dict(zip(names, np.exp(logged).tolist(), strict=True))
        found: Floats = np.log(hours_of(roads, place, own, factors))
        return found

    def slopes(logged: Floats) -> Floats:
        here = logs(logged)
        return np.column_stack([(logs(logged + one) - here) / STEP for one in STEP * unit])

    unit = np.eye(len(names))
    best = least_squares(
        lambda logged: np.concatenate([(logs(logged) - told) * weight, logged / deviation]),
        np.zeros(len(names)),
        jac=lambda logged: np.vstack([slopes(logged) * weight[:, None], unit / deviation]),
        max_nfev=ROUNDS,
    )
    slope, computed = best.jac[: len(own)] / weight[:, None], logs(best.x)
    without = np.empty(len(own))
    for route in set(routes):
        mine = np.array([one == route for one in routes])
        rest = weight[~mine]
        system = np.vstack([slope[~mine] * rest[:, None], unit / deviation])
        # The linear model around the optimum, fitted to the other routes.
        wanted = (told - computed + slope @ best.x)[~mine] * rest
        answer = np.linalg.lstsq(system, np.append(wanted, np.zeros(len(names))), rcond=None)[0]
        without[mine] = computed[mine] + slope[mine] @ (answer - best.x)
    factors = dict(zip(names, np.exp(best.x).tolist(), strict=True))
    return Fit(group, factors, own, np.exp(computed), np.exp(without))


@dataclass(frozen=True)
class Errors:
    """Errors with each route left out, of some of the times.

    Attributes
    ----------
    what
        Which times.
    rows
        How many.
    median
        Of the absolute errors.
    within
        Share of errors within 20 %.
    mean
        Of the signed errors.
    """

    what: str
    rows: int
    median: float
    within: float
    mean: float


def error_table(fits: Sequence[Fit]) -> tuple[Errors, ...]:
    """Sum up errors by group of vehicles, terrain and class of road, and of all."""
    error = np.concatenate([one.errors for one in fits])
    groups = np.array([one.group for one in fits for _ in one.observations])
    each = [observed for one in fits for observed in one.observations]
    terrain = np.array([one.terrain for one in each])
    highway = np.array([one.highway for one in each])
    found = [_errors("all", error)]
    for labels in (groups, terrain, highway):
        found += [_errors(str(one), error[labels == one]) for one in np.unique(labels)]
    return tuple(found)


def _errors(what: str, error: Floats) -> Errors:
    """Sum up some errors."""
    size = np.abs(error)
    within = float((size <= NEAR).mean())
    return Errors(what, len(error), float(np.median(size)), within, float(error.mean()))
