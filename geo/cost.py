"""Time, fuel, CO2 and money of every segment, both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.season import passable, read_rain
from geo.speed import GRAVITY, Speeds, speeds
from geo.vehicle import Traveller, Vehicle
from layers.network import RoadNetwork

Floats = NDArray[np.float64]

OPTIMISE: Final = ("time", "cost", "distance")


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
    speeds
        Speed on every interval, and what holds it.
    """

    time_s: Floats
    fuel_l: Floats
    co2_kg: Floats
    cost_thb: Floats
    distance_m: Floats
    passable: Floats
    speeds: Speeds

    def weight(self, optimise: str) -> Floats:
        """Return the array to minimise: `time`, `cost` or `distance`.

        A doubtful road is dearer by what waiting for it costs: `blocked_h` hours, or the
        money or distance of driving so long, times -ln(probability).
        """
        base = {"time": self.time_s, "cost": self.cost_thb, "distance": self.distance_m}[optimise]
        with np.errstate(divide="ignore"):
            doubt = -np.log(self.passable)
        if not doubt.any():
            return base
        open_ = np.isfinite(self.time_s)
        rate = float(base[open_].sum() / self.time_s[open_].sum()) if open_.any() else 0.0
        waiting = read_rain().blocked_h * 3600 * rate
        return base + waiting * doubt[:, None]


def edge_costs(
    network: RoadNetwork,
    vehicle: Traveller,
    *,
    season: str = "dry",
    load: float = 1.0,
    hazards: pd.DataFrame | None = None,
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

    Returns
    -------
    costs
        Shape (segments, 2) each.
    """
    speed = speeds(network, vehicle, season=season, load=load)
    profile = network.profile
    run = profile.run()
    time = run[:, None] / (speed.mean_kph / 3.6)
    litres = (
        fuel_l(profile.grade(), run, speed, vehicle, load)
        if isinstance(vehicle, Vehicle)
        else np.zeros_like(time)
    )
    time_s, fuel = (
        np.column_stack([profile.sum_by_segment(part[:, way]) for way in (0, 1)])
        for part in (time, litres)
    )
    length = np.repeat(network.length_m[:, None], 2, axis=1)
    money, co2_per_l = _money(vehicle, fuel, length / 1000, time_s / 3600)
    time_s, fuel, co2, money, length = (
        np.where(speed.open, part, np.inf)
        for part in (time_s, fuel, fuel * co2_per_l, money, length)
    )
    through = passable(network, vehicle, season, hazards=hazards)
    return EdgeCosts(time_s, fuel, co2, money, length, through, speed)


def _money(vehicle: Traveller, fuel: Floats, km: Floats, hours: Floats) -> tuple[Floats, float]:
    """Return baht, and kilograms of CO2 per litre of fuel."""
    if not isinstance(vehicle, Vehicle):
        return hours * vehicle.running.crew_thb_per_h, 0.0
    running, engine = vehicle.running, vehicle.engine
    money = (
        fuel * engine.fuel_thb_per_l
        + km * (running.tyres_thb_per_km + running.maintenance_thb_per_km)
        + hours * (running.crew_thb_per_h + running.capital_thb_per_h)
    )
    return money, engine.fuel_co2_kg_per_l


def fuel_l(grade: Floats, run: Floats, speed: Speeds, vehicle: Vehicle, load: float) -> Floats:
    """Compute the litres burnt on every interval, both ways.

    Litres per 100 km = max(F, 0)·10⁵ / (η_drive·η_engine·MJ per litre), F the force at
    the wheels against rolling, grade, air and inertia, plus idling; nothing comes back
    downhill (Gillespie 1985, UMTRI-85-39).

    Parameters
    ----------
    grade, run
        Grade along the geometry and length in metres, shape (intervals,).
    speed
        Of the same intervals.
    vehicle, load
        The vehicle; 0 empty, 1 full.

    Returns
    -------
    fuel_l
        Shape (intervals, 2).
    """
    body, engine = vehicle.body, vehicle.engine
    mass = vehicle.mass_t(load) * 1000
    slope = np.column_stack([grade, -grade])
    cosine = 1 / np.sqrt(1 + slope**2)
    start, stop, mean = (v / 3.6 for v in (speed.start_kph, speed.stop_kph, speed.mean_kph))
    force = mass * GRAVITY * (body.rolling * cosine + slope * cosine)
    force += 0.5 * body.air_density_kg_m3 * body.drag_area_m2 * mean**2
    force += mass * (stop**2 - start**2) / (2 * run[:, None])
    joule_per_l = engine.drive_efficiency * engine.engine_efficiency * engine.fuel_mj_per_l * 1e6
    driving = np.maximum(force, 0) * run[:, None] / joule_per_l
    idling: Floats = engine.idle_l_per_h * run[:, None] / mean / 3600
    burnt: Floats = driving + idling
    return burnt
