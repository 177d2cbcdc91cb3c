"""Time, fuel, CO2 and money of every segment, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.drive import Drive, Driven, Near, on_intervals
from geo.driving.limits import by_category, obeyed_by
from geo.driving.permits import Obeyed
from geo.driving.roughness import Rougher, rougher, soft_fuel_l_per_km
from geo.driving.season import passable
from geo.driving.setting import read_road_rules, roughness
from geo.driving.vehicle import Traveller, Vehicle
from geo.rules.seasons import Rain, read_rain
from layers.arrays import Bools, Floats, Ints, distinct
from layers.roads.network import RoadNetwork

if TYPE_CHECKING:
    from geo.driving.speed import Speeds

OPTIMISE: Final = ("time", "cost", "distance")

SUMS: Final = ("time_s", "fuel_l", "co2_kg", "cost_thb", "distance_m")
"""What adds up over segments; inf where one may not drive."""

FEW: Final = 12
"""So many questions for speeds are answered each for itself."""

KEPT: Final = (*SUMS, "passable", "open", "ends_only", "banned")
"""What is kept of costs between runs."""


@dataclass(frozen=True, eq=False)
class EdgeCosts:
    """What driving a whole segment takes; arrays of shape (segments, 2).

    Column 0 along the geometry, column 1 against it; inf where it may not be driven.

    Attributes
    ----------
    time_s, fuel_l, co2_kg, cost_thb
        Sums over the segment.
    distance_m
        Its length.
    passable
        Probability that a segment can be passed in the season, shape (segments,).
    open
        Whether a segment may be driven, shape (segments, 2).
    ends_only
        Whether a segment may only be the beginning or end of a journey, shape (segments, 2).
    banned
        Which turn restrictions hold, shape (restrictions,).
    blocked_h
        Hours that whoever finds a road impassable waits.
    drive
        Gives speeds when they are asked for: many questions need none, and there are a hundred
        times as many of them.
    found
        What others find of the segments once and look up often, by name.
    """

    time_s: Floats
    fuel_l: Floats
    co2_kg: Floats
    cost_thb: Floats
    distance_m: Floats
    passable: Floats
    open: NDArray[np.bool_]
    ends_only: NDArray[np.bool_]
    banned: NDArray[np.bool_]
    blocked_h: float
    drive: Drive
    found: dict[str, Bools] = field(default_factory=dict, init=False, repr=False)
    _weights: dict[str, Floats] = field(default_factory=dict, init=False, repr=False)
    _near: list[Near] = field(default_factory=list, init=False, repr=False)

    @property
    def obeyed(self) -> Obeyed:
        """What is obeyed besides weights, for `geo.routing.graph.RoadGraph.obeying`."""
        return Obeyed(self.ends_only, self.banned)

    @cached_property
    def usable(self) -> Bools:
        """Which segments the vehicle may use at all in the season, shape (segments,)."""
        return np.asarray(self.open.any(axis=1) & (self.passable > 0))

    @cached_property
    def speeds(self) -> Speeds:
        """Speed on every interval, and what holds it."""
        return replace(self.drive(), open=self.open)

    def speeds_at(self, segment: Ints, step: Ints, way: Ints) -> Driven:
        """Return the speed on some intervals, as `geo.driving.drive.on_intervals`.

        The first who ask have only the roads around driven; when many ask, all roads are.
        """
        known = "speeds" in self.__dict__
        for near in () if known else self._near:
            if near.has(segment):
                return near.at(segment, step, way)
        if known or len(self._near) >= FEW:
            return on_intervals(self.speeds, self.drive.network, segment, step, way)
        self.drive_near(segment)
        return self._near[-1].at(segment, step, way)

    def drive_near(self, segment: Ints) -> None:
        """Drive some segments for all who will ask about them."""
        self._near.append(self.drive.near(distinct(segment)))

    def weight(self, optimise: str) -> Floats:
        """Return the array to minimise: `time`, `cost` or `distance`.

        A doubtful road is dearer by what waiting for it costs: `blocked_h` hours, or the
        money or distance of driving so long, times -ln(probability).
        """
        if optimise not in self._weights:
            self._weights[optimise] = self._weight(optimise)
        return self._weights[optimise]

    def _weight(self, optimise: str) -> Floats:
        base = {"time": self.time_s, "cost": self.cost_thb, "distance": self.distance_m}[optimise]
        with np.errstate(divide="ignore"):
            doubt = -np.log(self.passable)
        if not doubt.any():
            return base
        open_ = np.isfinite(self.time_s)
        rate = float(base[open_].sum() / self.time_s[open_].sum()) if open_.any() else 0.0
        waiting = self.blocked_h * 3600 * rate
        return base + waiting * doubt[:, None]


def edge_costs(
    network: RoadNetwork,
    vehicle: Traveller,
    *,
    season: str = "dry",
    load: float = 1.0,
    hazards: pd.DataFrame | None = None,
    rain: Rain | None = None,
    at: datetime | None = None,
) -> EdgeCosts:
    """Compute what every segment takes a vehicle.

    Parameters
    ----------
    network
        The roads.
    vehicle
        The vehicle, or someone on foot.
    season
        `dry` or `wet`.
    load
        0 empty, 1 full.
    hazards
        Places where roads were cut, for the wet season.
    rain
        Parameters of the rains; those shipped by default.
    at
        Local time, for what holds at some hours only; daytime of a working day by default.

    Returns
    -------
    costs
        Shape (segments, 2) each.
    """
    drive = Drive(network, vehicle, season, load, at)
    speed = drive()
    time_s, fuel = _time_and_fuel(network, vehicle, speed, load)
    length = np.repeat(network.length_m[:, None], 2, axis=1)
    rough = _rougher(network, vehicle)
    fuel = fuel + (rough.fuel_l_per_km + _soft(network, vehicle, load))[:, None] * length / 1000
    fuel = np.maximum(fuel, 0.0)
    money, co2_per_l = _money(vehicle, fuel, length / 1000, time_s / 3600, rough)
    time_s, fuel, co2, money, length = (
        np.where(speed.open, part, np.inf)
        for part in (time_s, fuel, fuel * co2_per_l, money, length)
    )
    rain = rain or read_rain()
    through = passable(network, vehicle, season, hazards=hazards, rain=rain)
    obeyed = obeyed_by(network, vehicle, season, at)
    return EdgeCosts(
        time_s,
        fuel,
        co2,
        money,
        length,
        through,
        speed.open,
        obeyed.ends_only,
        obeyed.banned,
        rain.blocked_h,
        drive,
    )


def close(costs: EdgeCosts, closed: NDArray[np.bool_]) -> EdgeCosts:
    """Close segments both ways; nothing else is computed again.

    Speeds at the junctions of a closed road stay as they were with it.

    Parameters
    ----------
    costs
        With these segments open.
    closed
        Shape (segments,).

    Returns
    -------
    costs
        New ones.
    """
    if not closed.any():
        return costs
    shut = closed[:, None]
    sums: dict[str, Any] = {name: np.where(shut, np.inf, getattr(costs, name)) for name in SUMS}
    return replace(costs, **sums, open=costs.open & ~shut)


def repriced(costs: EdgeCosts, vehicle: Traveller) -> EdgeCosts:
    """Count the money anew for the same vehicle at other prices; nothing else depends on them.

    Parameters
    ----------
    costs
        At any prices.
    vehicle
        With the prices that hold.
    """
    rough = _rougher(costs.drive.network, vehicle)
    money, _ = _money(vehicle, costs.fuel_l, costs.distance_m / 1000, costs.time_s / 3600, rough)
    drive = replace(costs.drive, traveller=vehicle)
    return replace(costs, cost_thb=np.where(costs.open, money, np.inf), drive=drive)


def cost_arrays(costs: EdgeCosts) -> dict[str, NDArray[Any]]:
    """Return the arrays of costs by name, to be kept; `costs_of` puts them together again."""
    return {name: getattr(costs, name) for name in KEPT}


def costs_of(arrays: Mapping[str, NDArray[Any]], blocked_h: float, drive: Drive) -> EdgeCosts:
    """Put costs together from what `cost_arrays` gave; `drive` gives the speeds if asked."""
    return EdgeCosts(**{name: arrays[name] for name in KEPT}, blocked_h=blocked_h, drive=drive)


def _rougher(network: RoadNetwork, vehicle: Traveller) -> Rougher:
    """Return what the roughness of each segment adds to the costs."""
    rules = read_road_rules()
    return rougher(roughness(network, rules), vehicle, rules.roughness_costs)


def _soft(network: RoadNetwork, vehicle: Traveller, load: float) -> Floats:
    """Return litres per km that soft ground takes, shape (segments,)."""
    more = by_category(network, "surface", read_road_rules().roughness_costs.rolling_more)
    return soft_fuel_l_per_km(np.nan_to_num(more, nan=0.0), vehicle, load)


def _money(
    vehicle: Traveller, fuel: Floats, km: Floats, hours: Floats, rough: Rougher
) -> tuple[Floats, float]:
    """Return baht, and kilograms of CO2 per litre of fuel."""
    if not isinstance(vehicle, Vehicle):
        return hours * vehicle.running.crew_thb_per_h, 0.0
    running, engine = vehicle.running, vehicle.engine
    money = (
        fuel * engine.fuel_thb_per_l
        + km * (running.tyres_thb_per_km * rough.tyres[:, None])
        + km * (running.maintenance_thb_per_km * rough.upkeep[:, None])
        + hours * (running.crew_thb_per_h + running.capital_thb_per_h)
    )
    return money, engine.fuel_co2_kg_per_l


def _time_and_fuel(
    network: RoadNetwork, vehicle: Traveller, speed: Speeds, load: float
) -> tuple[Floats, Floats]:
    """Add up seconds and litres on every segment, both ways, shape (segments, 2)."""
    from geo.driving.power import time_and_work
    from geo.driving.speed import physics

    profile = network.profile
    offsets = profile.offsets - np.arange(len(profile.offsets))
    grade, run = profile.grade(), profile.run()
    body = np.array(physics(vehicle, load) if isinstance(vehicle, Vehicle) else [0.0] * 5)
    ends = [np.ascontiguousarray(part.T) for part in (speed.start_kph, speed.stop_kph)]
    sums = [
        time_and_work(grade, run, ends[0][c], ends[1][c], offsets, body, way)
        for c, way in enumerate((1, -1))
    ]
    time, work = (np.column_stack(part) for part in zip(*sums, strict=True))
    litres = fuel_l(work, time, vehicle) if isinstance(vehicle, Vehicle) else np.zeros_like(time)
    return time, litres


def fuel_l(work_j: Floats, time_s: Floats, vehicle: Vehicle) -> Floats:
    """Turn the work of the wheels into litres of fuel.

    Litres = work / (η_drive·η_engine·energy per litre) + idling; work is the integral of
    max(F, 0) over the way, F the force against rolling, grade, air and inertia, so that
    nothing comes back downhill (Gillespie 1985, UMTRI-85-39).

    Parameters
    ----------
    work_j
        Joule, any shape.
    time_s
        Seconds, same shape.
    vehicle
        Whose engine.

    Returns
    -------
    fuel_l
        Same shape.
    """
    engine = vehicle.engine
    joule_per_l = engine.drive_efficiency * engine.engine_efficiency * engine.fuel_mj_per_l * 1e6
    litres: Floats = work_j / joule_per_l + engine.idle_l_per_h * time_s / 3600
    return litres
