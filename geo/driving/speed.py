"""Speed on mountain roads: class, law, surface, bends, grade and momentum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.junctions import junction_delay_s
from geo.driving.limit_names import CLASS, CURVE, GRADE, JUNCTION, SURFACE
from geo.driving.limiting import engine_held, steady
from geo.driving.limits import class_kph, may_drive, surface_kph
from geo.driving.momentum import (
    attributed,
    brake_ahead,
    drive,
    fastest_other,
    hold_back,
)
from geo.driving.power import crawl_all
from geo.driving.setting import read_road_rules
from geo.driving.vehicle import Slope, Traveller, Vehicle, Walker
from geo.driving.wishes import wishes
from layers.arrays import Bools, Floats, Ints
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
    profile = network.profile
    driving = traveller.driving
    friction = driving.curve_friction_wet if season == "wet" else driving.curve_friction_dry
    grip = np.array([driving.curve_superelevation + friction, driving.friction_fall_per_kph])
    offsets = profile.offsets - np.arange(len(profile.offsets))
    segment, radius = profile.segment[profile.starts], profile.radius()
    wish, power = wishes(network, traveller, season, at), 1.0 / driving.speed_beta
    caps: list[Floats] = []
    reasons: list[NDArray[np.int8]] = []
    for way in (0, 1):
        if way and wish.same:
            caps, reasons = caps * 2, reasons * 2
            break
        cap, share = steady(offsets, wish.inverse[:, way], wish.loss_kph, radius, grip, power)
        bends = share > wish.top[segment, way] * (1.0 - share)
        caps.append(cap)
        reasons.append(np.where(bends, CURVE, wish.reason[segment, way]).astype(np.int8))
    road = _Road(profile.grade(), profile.run(), tuple(caps), offsets, network.ends, open_)
    driven = _drive_all(road, reasons, np.array(physics(traveller, load)), traveller)
    delay = junction_delay_s(network, open_, read_road_rules().junctions)
    return _halted(driven, delay, profile.run(), offsets)


def _halted(driven: Speeds, delay_s: Floats, run: Floats, offsets: Ints) -> Speeds:
    """Slow the last interval before each junction by what is lost there."""
    start, stop, limit = driven.start_kph.copy(), driven.stop_kph.copy(), driven.limit.copy()
    for way, last in ((0, offsets[1:] - 1), (1, offsets[:-1])):
        own = run[last] / ((start[last, way] + stop[last, way]) / 7.2)
        slower = own / (own + delay_s[:, way])
        start[last, way] *= slower
        stop[last, way] *= slower
        limit[last, way] = np.where(slower < 0.5, JUNCTION, limit[last, way])  # noqa: PLR2004
    return replace(driven, start_kph=start, stop_kph=stop, limit=limit)


@dataclass(frozen=True, eq=False)
class _Road:
    """What the momentum pass needs of a network: intervals, their caps each way, junctions."""

    grade: Floats
    run: Floats
    cap: tuple[Floats, ...]
    offsets: Ints
    ends: Ints
    open: Bools


def _drive_all(
    road: _Road, reason: Sequence[NDArray[np.int8]], body: Floats, vehicle: Vehicle
) -> Speeds:
    """Drive all segments both ways, settling the speeds at junctions."""
    driving, run, offsets = vehicle.driving, road.run, road.offsets
    power = 1.0 / driving.speed_beta
    # Where the engine is more than half of all that holds back, it is the grade's doing.
    steep = 2.0**-driving.speed_beta
    pedals = np.array([driving.braking_m_s2, driving.acceleration_m_s2, steep])
    first = np.column_stack([offsets[:-1], offsets[1:] - 1])
    ways = ((0, 1, road.grade), (1, -1, -road.grade))
    brakes = np.array([driving.brake_grade, driving.brake_power_share])
    held = [hold_back(g, road.cap[c], reason[c], body, brakes, power) for c, _, g in ways]
    goals = [engine_held(g, held[c][0], body, power) for c, _, g in ways]
    leave = np.full((2, len(road.ends)), np.inf)
    may_start = [np.full(len(run), np.nan) for _ in ways]
    slower = np.ones(leave.shape, bool)
    for turn in range(ROUNDS + 1):
        for c, way, _ in ways:
            brake_ahead(run, held[c][0], leave[c], offsets, way, pedals[0], may_start[c], slower[c])
        if turn == ROUNDS:
            break
        # Whoever arrives at a node may leave it as fast as the fastest other road there begins.
        begins = np.column_stack([may_start[c][first[:, c]] for c in (0, 1)])
        onward = np.ascontiguousarray(fastest_other(road.ends, road.open, begins, 1, np.inf).T)
        leave, slower = onward, onward != leave
    enter = np.full_like(leave, np.nan)
    size = len(run)
    driven = [(np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, np.int8)) for _ in ways]
    changed = np.ones(leave.shape, bool)
    for turn in range(ROUNDS + 1):
        for c, way, grade in ways:
            drive(
                grade,
                run,
                *held[c],
                goals[c],
                may_start[c],
                enter[c],
                leave[c],
                offsets,
                way,
                body,
                pedals,
                driven[c],
                changed[c],
            )
        if turn == ROUNDS:
            break
        left = np.column_stack([driven[c][1][first[:, 1 - c]] for c in (0, 1)])
        met = np.ascontiguousarray(fastest_other(road.ends, road.open, left, 0, np.nan).T)
        same = (np.abs(met - enter) < SETTLED) | (np.isnan(met) & np.isnan(enter))
        changed = ~same | (turn == ROUNDS - 1)
        enter = met
    cause = [attributed(driven[c][2], offsets, way) for c, way, _ in ways]
    start, stop = (np.stack([driven[c][end] for c in (0, 1)]) for end in (0, 1))
    start *= 3.6
    stop *= 3.6
    return Speeds(start.T, stop.T, np.stack(cause).T, road.open)


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
