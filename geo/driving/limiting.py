"""The steady speed of drivers: a probabilistic minimum of what holds them.

Drivers do not hold the lowest limit of every metre: each limit is a distribution over
drivers and vehicles, and the mean of the least of them lies below the least mean
(Watanatada, Dhareshwar and Rezende Lima 1987, Vehicle Speeds and Operating Costs, World Bank;
HDM-4 volume 4). With Weibull limits of one shape the mean is

    V = (Σ (1/Vᵢ)^(1/β))^-β

so that two equal limits give V·2^-β, and one that is far above the others counts nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from geo.driving.limit_names import BRAKE, CURVE
from geo.driving.power import crawl, crawl_all
from layers.arrays import Floats, Ints, Singles

FAST: Final = 70.0
"""m/s: no engine is asked for more."""


def least_kph(limits: Floats, beta: float) -> Floats:
    """Return the steady speed under several limits.

    Parameters
    ----------
    limits
        km/h, shape (limits, …); inf where one does not hold.
    beta
        Spread of the limits; 0.15 to 0.40 for vehicles.

    Returns
    -------
    speed_kph
        Shape (…).

    Examples
    --------
    >>> least_kph(np.array([[80.0, 80.0], [80.0, np.inf]]), 0.3).round(2).tolist()
    [64.98, 80.0]
    """
    inverse = np.power(limits, -1.0 / beta).sum(axis=0)
    speed: Floats = np.power(inverse, -beta)
    return speed


@njit(cache=True)
def curve_speed(radius: float, grip: float, fall: float) -> float:
    """Return the speed in km/h at which a bend asks for the side friction that drivers accept.

    V² = 127·R·(grip - fall·V): superelevation and friction of a standstill, less what drivers
    give up with each km/h.
    """
    pull = 127.0 * radius
    half = 0.5 * pull * fall
    speed: float = np.sqrt(half * half + pull * grip) - half
    return speed


@njit(cache=True, parallel=True)
def goals(
    offsets: Ints,
    whole: tuple[Floats, Floats, NDArray[np.int8]],
    traffic: tuple[Floats, Floats, Floats],
    radius: Floats,
    grade: Floats,
    vehicle: tuple[Floats, Floats, Floats, float],
) -> tuple[Singles, NDArray[np.int8], Singles]:
    """Combine the limits of segments with those of their bends, of brakes and of the engine.

    One pass over all intervals, both ways: what is made anew for each of them costs more than
    the reckoning.

    Parameters
    ----------
    offsets
        Intervals of segment i are `offsets[i]:offsets[i + 1]`; its samples begin i later.
    whole
        What holds on the whole of a segment, shape (segments, 2) each: Σ (1/Vᵢ)^(1/β), V in
        km/h; the largest share of it; whose that is, position in `LIMITS`.
    traffic
        km/h that it takes off, shape (segments,); trucks ahead, from
        `geo.driving.setting.trucks_ahead`, shape (segments, 2); and how they climb: W/kg, km/h
        at most, rolling resistance, and the grade from which they are slow.
    radius
        At every sample in m, inf where straight, shape (intervals + segments,).
    grade
        Of every interval along the geometry, shape (intervals,).
    vehicle
        Of bends: superelevation and friction at a standstill together, its fall per km/h. Of
        brakes: grade below which they are needed, their power as a share of the engine's. Of
        the body: weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W, mass in kg.
        And 1/β.

    Returns
    -------
    held
        Steady speed in m/s, shape (2, intervals): along the geometry, and against it. Seven
        digits are far more than anybody knows, and half the memory of sixteen.
    own
        What holds it: position in `LIMITS`.
    goal
        The speed that drivers settle at with their engine, m/s.
    """
    inverse, top, why = whole
    bend, brakes, body, power = vehicle
    less, ahead, truck = traffic
    own_power = body[3] / body[4]
    size = grade.size
    held, goal = np.empty((2, size), np.float32), np.empty((2, size), np.float32)
    own = np.empty((2, size), np.int8)
    for segment in prange(offsets.size - 1):
        straight = inverse[segment, 0] ** (-1.0 / power)
        against = straight
        if inverse[segment, 1] != inverse[segment, 0]:
            against = inverse[segment, 1] ** (-1.0 / power)
        for at in range(offsets[segment], offsets[segment + 1]):
            tight = min(radius[at + segment], radius[at + segment + 1])
            limit = curve_speed(tight, bend[0], bend[1]) if np.isfinite(tight) else np.inf
            # Ten times as fast, a limit changes nothing that can be told.
            bends = limit < 10.0 * max(straight, against)
            more = limit**-power if bends else 0.0
            for way in range(2):
                speed, reason = straight if way == 0 else against, why[segment, way]
                if bends:
                    if way == 1 and against == straight:
                        speed = held[0, at]
                    else:
                        speed = (inverse[segment, way] + more) ** (-1.0 / power)
                    if more > top[segment, way] * inverse[segment, way]:
                        reason = CURVE
                held[way, at], own[way, at] = speed, reason
            for way in range(2):
                speed = held[way, at]
                speed = max(speed - less[segment], 0.5 * speed)
                climb = grade[at] if way == 0 else -grade[at]
                speed = behind_trucks(speed, climb, ahead[segment], own_power, truck) / 3.6
                if climb < brakes[0]:
                    speed, braked = braked_speed(climb, speed, brakes[1], body, power)
                    own[way, at] = BRAKE if braked else own[way, at]
                held[way, at] = speed
                goal[way, at] = engine_speed(climb, speed, body, power) if climb > 0.0 else speed
    return held, own, goal


@njit(cache=True)
def behind_trucks(
    speed: float, grade: float, ahead: Floats, own_power: float, truck: Floats
) -> float:
    """Return the speed on a climb with a truck ahead now and then, km/h.

    Trucks enter at random, q an hour. Who could drive at v, where they climb at u, is held from
    where the next one ahead is caught up with to where it may be passed: over d kilometres
    without passing, D - (1 - e^(-q·D))/q hours in the mean, with D = d·(1/u - 1/v).

    Parameters
    ----------
    speed
        Of the vehicle with nobody ahead, km/h.
    grade
        Of the climb.
    ahead
        q and d; see `geo.driving.setting.trucks_ahead`.
    own_power
        W/kg at the wheels: who climbs no faster is not held.
    truck
        How trucks climb: W/kg, km/h at most, rolling resistance, and from which grade on.
    """
    if grade <= truck[3] or ahead[0] <= 0.0:
        return speed
    per_kph = 9.81 * (truck[2] + grade) / 3.6
    slow = min(truck[0] / per_kph, truck[1])
    free = min(speed, own_power / per_kph)
    late = ahead[1] * (1.0 / slow - 1.0 / free)
    if late <= 0.0:
        return speed
    hours = late + np.expm1(-ahead[0] * late) / ahead[0]
    held: float = 1.0 / (1.0 / speed + hours / ahead[1])
    return held


@njit(cache=True)
def braked_speed(
    grade: float, held: float, share: float, body: Floats, power: float
) -> tuple[float, bool]:
    """Lower a steady speed to what brakes can hold for long on a descent.

    The power balance of a climb turned round: the brakes hold back what gravity gives and
    rolling resistance does not take.

    Returns
    -------
    speed, braked
        m/s, and whether it is the brakes' doing.
    """
    force, rolling, _, watt, _ = body
    down = crawl(-grade, force, -rolling, 0.0, watt * share, 3.0 * held)
    if down < 2.99 * held:
        speed = held / (1.0 + (held / down) ** power) ** (1.0 / power)
        return speed, down < held
    return held, False


@njit(cache=True)
def engine_speed(grade: float, held: float, body: Floats, power: float) -> float:
    """Combine the steady speed of the road, m/s, with what the engine holds on a climb."""
    force, rolling, drag, watt, _ = body
    # Above three times the speed of the road the engine changes less than 1 %.
    engine = crawl(grade, force, rolling, drag, watt, 3.0 * held)
    if engine < 2.99 * held:
        speed: float = held / (1.0 + (held / engine) ** power) ** (1.0 / power)
        return speed
    return held


def drive_kph(grade: Floats, body: NDArray[np.float64]) -> Floats:
    """Return what the engine alone holds on a grade, km/h; for reasons told to readers."""
    force, rolling, drag, power, _ = body
    return crawl_all(np.ascontiguousarray(grade), force, rolling, drag, power, FAST) * 3.6
