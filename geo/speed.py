"""Speed on mountain roads: class, law, surface, bends, grade and momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.limits import class_kph, curve_kph, may_drive, segment_limits, surface_kph
from geo.momentum import BRAKE, CLASS, CURVE, GRADE, SURFACE, crawl_all, drive, hold_back
from geo.vehicle import Slope, Traveller, Vehicle, Walker
from layers.network import RoadNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

GRAVITY: Final = 9.81
"""m/s²."""

ROUNDS: Final = 2
"""How often speeds at junctions are settled; a junction's speed reaches one segment on."""


@dataclass(frozen=True, eq=False)
class Speeds:
    """Speed on every interval between samples, in both directions.

    Attributes
    ----------
    start_kph, stop_kph
        Speed at the two ends of an interval as it is driven, shape (intervals, 2).
    limit
        What holds it: position in `geo.momentum.LIMITS`, shape (intervals, 2).
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
    force, rolling, drag, power, _ = _physics(vehicle, load)
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


def speeds(network: RoadNetwork, traveller: Traveller, *, season: str, load: float) -> Speeds:
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

    Returns
    -------
    speeds
        With the reason of each.
    """
    open_ = may_drive(network, traveller)
    if isinstance(traveller, Walker):
        return _walk(network, traveller, season, open_)
    profile = network.profile
    segment = profile.segment[profile.starts]
    by_segment, why = segment_limits(network, traveller, season)
    driving = traveller.driving
    friction = driving.curve_friction_wet if season == "wet" else driving.curve_friction_dry
    bend = curve_kph(profile.radius(), driving.curve_superelevation, friction)
    cap = np.minimum(by_segment[segment], bend)
    reason = np.where(bend < by_segment[segment], CURVE, why[segment]).astype(np.int8)
    road = _Road(
        profile.grade(),
        profile.run(),
        cap / 3.6,
        profile.offsets - np.arange(len(profile.offsets)),
        network.ends,
        open_,
    )
    return _drive_all(road, reason, np.array(_physics(traveller, load)), traveller)


@dataclass(frozen=True, eq=False)
class _Road:
    """What the momentum pass needs of a network: intervals, and how segments meet."""

    grade: Floats
    run: Floats
    cap: Floats
    offsets: Ints
    ends: Ints
    open: Bools


def _drive_all(road: _Road, reason: NDArray[np.int8], body: Floats, vehicle: Vehicle) -> Speeds:
    """Drive all segments both ways, settling the speeds at junctions."""
    driving = vehicle.driving
    pedals = np.array([driving.braking_m_s2, driving.acceleration_m_s2, driving.brake_grade])
    count = len(road.ends)
    first = np.column_stack([road.offsets[:-1], road.offsets[1:] - 1])
    leave = np.full((count, 2), np.inf)
    enter = np.full((count, 2), np.nan)
    passed: list[tuple[Floats, Floats, Floats]] = []
    for turn in range(ROUNDS + 1):
        passed = []
        for column, way in enumerate((1, -1)):
            grade = way * road.grade
            held, may_start = hold_back(
                grade, road.run, road.cap, leave[:, column].copy(), road.offsets, way, body, pedals
            )
            passed.append((grade, held, may_start))
        if turn == ROUNDS:
            break
        # Whoever arrives at a node may leave it as fast as the fastest other road there begins.
        begins = np.column_stack([passed[c][2][first[:, c]] for c in (0, 1)])
        leave = _at_far_node(road, begins, leaving=True, otherwise=np.inf)
    driven = []
    for _ in range(ROUNDS):
        driven = [
            drive(grade, road.run, held, may_start, enter[:, c].copy(), leave[:, c].copy(),
                  road.offsets, way, body, pedals)
            for c, (way, (grade, held, may_start)) in enumerate(zip((1, -1), passed, strict=True))
        ]  # fmt: skip
        ends = np.column_stack([driven[0][1][first[:, 1]], driven[1][1][first[:, 0]]])
        enter = _at_far_node(road, ends, leaving=False, otherwise=np.nan)
    start, stop, why = (np.stack(part, axis=1) for part in zip(*driven, strict=True))
    held = np.stack([part[1] for part in passed], axis=1)
    own = np.where(held < road.cap[:, None], BRAKE, reason[:, None])
    limit = np.where(why >= 0, why, own).astype(np.int8)
    return Speeds(start * 3.6, stop * 3.6, limit, road.open)


def _at_far_node(road: _Road, speed: Floats, *, leaving: bool, otherwise: float) -> Floats:
    """Find the highest speed among the other segments at a node of every segment.

    Parameters
    ----------
    road
        How segments meet.
    speed
        For `leaving`, speed at the start of every segment and direction; else at its end.
    leaving
        Whether the result is for the end of each direction (where others leave) or for
        its start (where others arrive).
    otherwise
        What holds where no other segment is open.

    Returns
    -------
    highest
        Shape (segments, 2).
    """
    count = len(road.ends)
    segment = np.repeat(np.arange(count), 2)
    # Direction 0 starts at u and ends at v; direction 1 the other way.
    near, far = road.ends.ravel(), road.ends[:, ::-1].ravel()
    told_at, asked_at = (near, far) if leaving else (far, near)
    value = np.where(road.open, speed, -np.inf).ravel()
    order = np.lexsort((-value, told_at))
    node, ranked = told_at[order], segment[order]
    begins = np.concatenate([[True], node[1:] != node[:-1]])
    best_at = np.flatnonzero(begins)
    nodes = node[best_at]
    # The next entry of another segment is at most two further: a segment tells at most twice.
    last = np.append(best_at[1:], len(node)) - 1
    where = np.searchsorted(nodes, asked_at)
    result = np.full(2 * count, -np.inf)
    for step in (2, 1, 0):
        at = np.minimum(
            best_at[np.minimum(where, len(nodes) - 1)] + step, last[where.clip(max=len(nodes) - 1)]
        )
        other = (ranked[at] != segment) & (node[at] == asked_at)
        result = np.where(other, value[order][at], result)
    return np.where(np.isfinite(result), result, otherwise).reshape(count, 2)


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


def _physics(vehicle: Vehicle, load: float) -> tuple[float, float, float, float, float]:
    """Return weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W, mass in kg."""
    body, engine = vehicle.body, vehicle.engine
    mass = vehicle.mass_t(load) * 1000
    drag = 0.5 * body.air_density_kg_m3 * body.drag_area_m2
    power = engine.power_kw * 1000 * engine.drive_efficiency
    return mass * GRAVITY, body.rolling, drag, power, mass
