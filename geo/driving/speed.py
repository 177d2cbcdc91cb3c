"""Speed on mountain roads: class, law, surface, bends, grade and momentum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.junctions import junction_delay_s
from geo.driving.limit_names import CLASS, GRADE, SURFACE
from geo.driving.limiting import goals
from geo.driving.limits import class_kph, may_drive, surface_kph
from geo.driving.momentum import brake_ahead, drive, fastest_other, finish
from geo.driving.power import crawl_all
from geo.driving.setting import read_road_rules
from geo.driving.vehicle import Slope, Traveller, Vehicle, Walker
from geo.driving.wishes import wishes
from layers.arrays import Bools, Floats, Ints, Singles
from layers.roads.network import RoadNetwork

GRAVITY: Final = 9.81
"""m/s²."""

ROUNDS: Final = 3
"""How often speeds at junctions are settled; each round they reach one segment further."""

SETTLED: Final = 0.1
"""m/s, by which a speed at a junction may still change."""


@dataclass(frozen=True, eq=False)
class Speeds:
    """Speed on every interval between samples, in both directions.

    Attributes
    ----------
    start_kph, stop_kph
        Speed at the two ends of an interval as it is driven, shape (intervals, 2).
    limit
        What holds it: position in `geo.driving.momentum.LIMITS`, shape (intervals, 2).
    open
        Whether a segment may be driven, shape (segments, 2).
    """

    start_kph: Floats
    stop_kph: Floats
    limit: NDArray[np.int8]
    open: Bools

    @property
    def mean_kph(self) -> Floats:
        """Mean speed over time of every interval (constant acceleration), shape (intervals, 2)."""
        return (self.start_kph + self.stop_kph) / 2


def crawl_kph(grade: Floats, vehicle: Vehicle, load: float, *, cap_kph: float = 200.0) -> Floats:
    """Compute the speed that a vehicle holds on a long constant grade.

    The check of `speeds` against published tables; a route meets no grade that is so long.

    Solves η·P = v·[m·g·(Crr·cosθ + sinθ) + ½·rho·CdA·v²] (Rakha and others 2001,
    J. Transp. Eng. 127; Gillespie 1985, UMTRI-85-39).

    Parameters
    ----------
    grade
        Rise over run, any shape.
    vehicle
        The vehicle.
    load
        0 empty, 1 full.
    cap_kph
        Never more than this.

    Returns
    -------
    speed_kph
        Same shape.
    """
    force, rolling, drag, power, _ = physics(vehicle, load)
    flat = np.ascontiguousarray(grade, dtype=np.float64).ravel()
    speed = crawl_all(flat, force, rolling, drag, power, cap_kph / 3.6)
    crawl: Floats = speed.reshape(np.shape(grade)) * 3.6
    return crawl


def walking_kph(grade: Floats, slope: Slope) -> Floats:
    """Compute walking speed by slope, going that way.

    Tobler (1993), scaled so that flat is the base speed:
    v = v_base · e^(decay·|best|) · e^(-decay·|s - best|), as in AccessMod 5.

    Parameters
    ----------
    grade
        Rise over run in the direction walked, any shape.
    slope
        Base speed, best slope and decay.

    Returns
    -------
    speed_kph
        Same shape.

    Examples
    --------
    >>> tobler = Slope(base_kph=5.0, best=-0.05, decay=3.5)
    >>> walking_kph(np.array([-0.3, -0.05, 0.0, 0.1]), tobler).round(4).tolist()
    [2.4829, 5.9562, 5.0, 3.5234]
    """
    speed: Floats = slope.base_kph * np.exp(
        -slope.decay * (np.abs(grade - slope.best) - abs(slope.best))
    )
    return speed


def speeds(
    network: RoadNetwork,
    traveller: Traveller,
    *,
    season: str,
    load: float,
    at: datetime | None = None,
) -> Speeds:
    """Compute how fast a vehicle goes, or a person walks, on every interval, both ways.

    At junctions a vehicle keeps the speed of the fastest road that goes on, so that a
    road's time does not depend on how many side roads meet it.

    Parameters
    ----------
    network
        The roads.
    traveller
        The vehicle or walker.
    season
        `dry` or `wet`.
    load
        0 empty, 1 full.
    at
        Local time, for what holds at some hours only; `USUAL` of the season by default.

    Returns
    -------
    speeds
        With the reason of each.
    """
    open_ = may_drive(network, traveller, season, at)
    if isinstance(traveller, Walker):
        return _walk(network, traveller, season, open_)
    profile, driving = network.profile, traveller.driving
    friction = driving.curve_friction_wet if season == "wet" else driving.curve_friction_dry
    grip = np.array([driving.curve_superelevation + friction, driving.friction_fall_per_kph])
    brakes = np.array([driving.brake_grade, driving.brake_power_share])
    body = np.array(physics(traveller, load))
    wish, power = wishes(network, traveller, season, at), 1.0 / driving.speed_beta
    usual = read_road_rules().traffic
    truck = (usual.truck_w_per_kg, usual.truck_kph, usual.truck_rolling, usual.truck_climb)
    offsets = profile.offsets - np.arange(len(profile.offsets))
    settled = goals(
        offsets,
        (wish.inverse, wish.top, wish.reason),
        (wish.loss_kph, wish.ahead, np.array(truck)),
        profile.radius_m,
        profile.grade(),
        (grip, brakes, body, power),
    )
    # Where the engine is more than half of all that holds back, it is the grade's doing.
    steep = 2.0**-driving.speed_beta
    pedals = np.array([driving.braking_m_s2, driving.acceleration_m_s2, steep])
    road = _Road(profile.grade(), profile.run(), offsets, network.ends, open_)
    driven = _drive_all(road, settled, body, pedals)
    delay = junction_delay_s(network, open_, read_road_rules().junctions)
    finish(road.run, driven, offsets, delay)
    start, stop, limit = driven
    return Speeds(start.T, stop.T, limit.T, open_)


@dataclass(frozen=True, eq=False)
class _Road:
    """What the momentum pass needs of a network: intervals and junctions."""

    grade: Floats
    run: Floats
    offsets: Ints
    ends: Ints
    open: Bools


Parts = tuple[Singles, NDArray[np.int8], Singles]
"""What `geo.driving.limiting.goals` gives."""


def _drive_all(
    road: _Road, settled: Parts, body: Floats, pedals: Floats
) -> tuple[Floats, Floats, NDArray[np.int8]]:
    """Drive all segments both ways, settling the speeds at junctions.

    Returns
    -------
    start, stop, limit
        m/s at both ends of every interval and what holds it, shape (2, intervals), for
        `geo.driving.momentum.finish`.
    """
    run, offsets = road.run, road.offsets
    first = np.stack([offsets[:-1], offsets[1:] - 1])
    ways = np.arange(2)[:, None]
    leave = np.full((2, len(road.ends)), np.inf)
    may_start = np.full((2, len(run)), np.nan)
    slower = np.ones(leave.shape, bool)
    for turn in range(ROUNDS + 1):
        brake_ahead(run, settled[0], leave, offsets, pedals[0], may_start, slower)
        if turn == ROUNDS:
            break
        # Whoever arrives at a node may leave it as fast as the fastest other road there begins.
        onward = fastest_other(road.ends, road.open, may_start[ways, first], 1, np.inf)
        leave, slower = onward, onward != leave
    enter = np.full_like(leave, np.nan)
    driven = (
        np.full((2, len(run)), np.nan),
        np.empty((2, len(run))),
        np.empty((2, len(run)), np.int8),
    )
    changed = np.ones(leave.shape, bool)
    for turn in range(ROUNDS + 1):
        own = (body, pedals)
        drive((road.grade, run, offsets), settled, may_start, enter, leave, own, driven, changed)
        if turn == ROUNDS:
            break
        left = driven[1][ways, first[::-1]]
        met = fastest_other(road.ends, road.open, left, 0, np.nan)
        same = (np.abs(met - enter) < SETTLED) | (np.isnan(met) & np.isnan(enter))
        changed = ~same | (turn == ROUNDS - 1)
        enter = met
    return driven


def _walk(network: RoadNetwork, walker: Walker, season: str, open_: Bools) -> Speeds:
    """Walk every interval at the speed of its slope, class and surface."""
    profile = network.profile
    segment = profile.segment[profile.starts]
    usual = np.nan_to_num(class_kph(network, walker), nan=1.0)
    ground = surface_kph(network, walker, season)
    cap = np.minimum(usual, ground)[segment]
    grade = profile.grade()
    slope = np.column_stack([walking_kph(way * grade, walker.slope) for way in (1, -1)])
    # The best slope may be faster than flat, where the way itself does not hold one back.
    bound = np.where(cap < walker.slope.base_kph, cap, np.inf)[:, None]
    kph = np.minimum(slope, bound)
    held = np.where(ground < usual, SURFACE, CLASS)[segment][:, None]
    limit = np.where(slope <= bound, GRADE, held).astype(np.int8)
    return Speeds(kph, kph, limit, open_)


def physics(vehicle: Vehicle, load: float) -> tuple[float, float, float, float, float]:
    """Return weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W, and mass in kg."""
    body, engine = vehicle.body, vehicle.engine
    mass = vehicle.mass_t(load) * 1000
    drag = 0.5 * body.air_density_kg_m3 * body.drag_area_m2
    power = engine.power_kw * 1000 * engine.drive_efficiency
    return mass * GRAVITY, body.rolling, drag, power, mass
