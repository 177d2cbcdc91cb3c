"""Drive along segments with mass and power: the compiled part of the speed model."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIMITS: Final = ("class", "legal", "surface", "curve", "grade", "brake", "width", "momentum")
"""What can hold a speed down, by position."""

NEARLY: Final = 0.99
"""This share of the speed that the grade allows is the grade's doing."""

CLASS, LEGAL, SURFACE, CURVE, GRADE, BRAKE, WIDTH, MOMENTUM = range(len(LIMITS))


@njit(cache=True)
def _resistance(grade: float, force: float, rolling: float) -> float:
    """Return rolling and grade resistance in N."""
    cosine = 1.0 / np.sqrt(1.0 + grade * grade)
    resistance: float = force * (rolling * cosine + grade * cosine)
    return resistance


@njit(cache=True)
def _crawl(  # noqa: PLR0913
    grade: float, force: float, rolling: float, drag: float, power: float, cap: float
) -> float:
    """Solve the power balance for the speed in m/s, at most `cap`."""
    resistance = _resistance(grade, force, rolling)
    if cap * (resistance + drag * cap * cap) <= power:
        return cap
    low, high = 0.0, cap
    for _ in range(60):
        middle = 0.5 * (low + high)
        if middle * (resistance + drag * middle * middle) <= power:
            low = middle
        else:
            high = middle
    return low


@njit(cache=True)
def crawl_all(  # noqa: PLR0913
    grade: Floats, force: float, rolling: float, drag: float, power: float, cap: float
) -> Floats:
    """Solve the power balance for many grades.

    Parameters
    ----------
    grade
        Rise over run, shape (n,).
    force, rolling, drag, power
        Weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W.
    cap
        Never more than this, m/s.

    Returns
    -------
    speed
        m/s, shape (n,).
    """
    speed = np.empty(grade.size)
    for i in range(grade.size):
        speed[i] = _crawl(grade[i], force, rolling, drag, power, cap)
    return speed


@njit(cache=True)
def drive(  # noqa: PLR0913
    grade: Floats,
    run: Floats,
    cap: Floats,
    reason: NDArray[np.int8],
    offsets: NDArray[np.int64],
    way: int,
    body: Floats,
    driving: Floats,
) -> tuple[Floats, Floats, NDArray[np.int8]]:
    """Drive every segment one way, carrying momentum from interval to interval.

    Backwards first, so that comfortable braking meets every cap in time; then forwards,
    gaining what the power leaves over and losing what the grade takes. A segment is
    entered at the speed its first grade allows.

    Parameters
    ----------
    grade
        Of every interval in the direction driven, shape (intervals,).
    run, cap, reason
        Its length in m, highest speed in m/s, and what holds that.
    offsets
        Intervals of segment i are `offsets[i]:offsets[i + 1]`.
    way
        1 along the geometry, -1 against it.
    body
        Weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W, mass in kg.
    driving
        Braking and acceleration in m/s², grade below which heavy vehicles brake.

    Returns
    -------
    start, stop
        Speed in m/s at both ends of every interval as driven, shape (intervals,).
    limit
        What holds it: position in `LIMITS`.
    """
    force, rolling, drag, power, mass = body
    braking, thrust, brake_grade = driving
    start, stop = np.empty(grade.size), np.empty(grade.size)
    held, may_start = cap.copy(), np.empty(grade.size)
    limit = reason.copy()
    for segment in range(offsets.size - 1):
        size = offsets[segment + 1] - offsets[segment]
        first = offsets[segment] if way > 0 else offsets[segment + 1] - 1
        following = np.inf
        for step in range(size - 1, -1, -1):
            at = first + way * step
            if grade[at] < brake_grade:
                down = _crawl(-grade[at], force, rolling, drag, power, held[at])
                if down < held[at]:
                    held[at], limit[at] = down, BRAKE
            following = min(following, held[at])
            may_start[at] = min(held[at], np.sqrt(following**2 + 2.0 * braking * run[at]))
            following = may_start[at]
        speed = _crawl(grade[first], force, rolling, drag, power, may_start[first])
        for step in range(size):
            at = first + way * step
            may_stop = held[at] if step == size - 1 else min(held[at], may_start[at + way])
            crawl = _crawl(grade[at], force, rolling, drag, power, held[at])
            pull = power / speed - _resistance(grade[at], force, rolling) - drag * speed**2
            gain = min(pull / mass, thrust)
            reached = np.sqrt(max(speed**2 + 2.0 * gain * run[at], 0.0))
            reached = max(reached, crawl) if gain < 0.0 else min(reached, crawl)
            start[at] = speed
            speed = min(reached, may_stop)
            stop[at] = speed
            if reached < may_stop:
                limit[at] = GRADE if gain < 0.0 or reached > NEARLY * crawl else MOMENTUM
            elif may_stop < NEARLY * held[at]:
                limit[at] = MOMENTUM
    return start, stop, limit
