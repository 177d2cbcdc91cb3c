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

from geo.driving.power import crawl, crawl_all
from layers.arrays import Floats, Ints

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
def steady(
    offsets: Ints,
    inverse: Floats,
    less: Floats,
    radius: Floats,
    bend: Floats,
    power: float,
) -> tuple[Floats, Floats]:
    """Combine the limits of segments with those of their bends.

    Parameters
    ----------
    offsets
        Intervals of segment i are `offsets[i]:offsets[i + 1]`.
    inverse
        Σ (1/Vᵢ)^(1/β) over the limits of the segment, V in km/h, shape (segments,).
    less
        km/h that traffic takes off, shape (segments,).
    radius
        Of every interval in m, inf where straight, shape (intervals,).
    bend
        Superelevation and friction at a standstill together, its fall per km/h.
    power
        1/β.

    Returns
    -------
    held
        Steady speed in m/s, shape (intervals,).
    share
        How much of the sum the bend is, 0 to 1, shape (intervals,).
    """
    held, share = np.empty(radius.size), np.zeros(radius.size)
    for segment in prange(offsets.size - 1):
        own = inverse[segment]
        straight = own ** (-1.0 / power)
        for at in range(offsets[segment], offsets[segment + 1]):
            speed = straight
            if np.isfinite(radius[at]):
                limit = curve_speed(radius[at], bend[0], bend[1])
                # Ten times as fast, a limit changes nothing that can be told.
                if limit < 10.0 * straight:
                    more = limit**-power
                    speed = (own + more) ** (-1.0 / power)
                    share[at] = more / (own + more)
            held[at] = max(speed - less[segment], 0.5 * speed) / 3.6
    return held, share


@njit(cache=True, parallel=True)
def engine_held(grade: Floats, held: Floats, body: Floats, power: float) -> Floats:
    """Combine the steady speed of the road with what the engine holds on each grade.

    Parameters
    ----------
    grade
        In the direction driven, shape (intervals,).
    held
        Of `steady`, m/s.
    body
        Weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W, mass in kg.
    power
        1/β.

    Returns
    -------
    goal
        The speed that drivers settle at, m/s, shape (intervals,).
    """
    force, rolling, drag, watt, _ = body
    goal = held.copy()
    for at in prange(grade.size):
        if grade[at] > 0.0:
            # Above three times the speed of the road the engine changes less than 1 %.
            engine = crawl(grade[at], force, rolling, drag, watt, 3.0 * held[at])
            if engine < 2.99 * held[at]:
                goal[at] = held[at] / (1.0 + (held[at] / engine) ** power) ** (1.0 / power)
    return goal


def drive_kph(grade: Floats, body: NDArray[np.float64]) -> Floats:
    """Return what the engine alone holds on a grade, km/h; for reasons told to readers."""
    force, rolling, drag, power, _ = body
    return crawl_all(np.ascontiguousarray(grade), force, rolling, drag, power, FAST) * 3.6
