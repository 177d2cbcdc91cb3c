"""Drive along segments with mass and power: the compiled part of the speed model."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LIMITS: Final = ("class", "legal", "surface", "curve", "grade", "brake", "width", "momentum")
"""What can hold a speed down, by position."""

TOLERANCE: Final = 1e-7
"""m/s, to which the power balance is solved."""

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
    """Solve the power balance for the speed in m/s, at most `cap`.

    Newton's method from above: the balance is convex, so it comes down to the root.
    """
    resistance = _resistance(grade, force, rolling)
    speed = cap
    for _ in range(40):
        surplus = speed * (resistance + drag * speed * speed) - power
        if surplus <= 0.0:
            break
        step = surplus / (resistance + 3.0 * drag * speed * speed)
        speed -= step
        if step < TOLERANCE:
            break
    return speed


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


@njit(cache=True, parallel=True)
def hold_back(  # noqa: PLR0913
    grade: Floats,
    run: Floats,
    cap: Floats,
    leave: Floats,
    offsets: Ints,
    way: int,
    body: Floats,
    driving: Floats,
) -> tuple[Floats, Floats]:
    """Lower caps to what brakes allow on descents, and see how fast each interval may begin.

    Parameters
    ----------
    grade
        Of every interval in the direction driven, shape (intervals,).
    run, cap
        Its length in m and highest speed in m/s.
    leave
        Highest speed at the end of every segment, shape (segments,).
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
    held
        Caps with the brakes' limit, m/s, shape (intervals,).
    may_start
        Highest speed at the start of an interval from which comfortable braking still
        meets everything ahead, m/s, shape (intervals,).
    """
    force, rolling, drag, power, _ = body
    braking, _, brake_grade = driving
    held, may_start = cap.copy(), np.empty(grade.size)
    for segment in prange(offsets.size - 1):
        size = offsets[segment + 1] - offsets[segment]
        first = offsets[segment] if way > 0 else offsets[segment + 1] - 1
        following = leave[segment]
        for step in range(size - 1, -1, -1):
            at = first + way * step
            if grade[at] < brake_grade:
                held[at] = _crawl(-grade[at], force, rolling, drag, power, held[at])
            following = min(following, held[at])
            may_start[at] = min(held[at], np.sqrt(following**2 + 2.0 * braking * run[at]))
            following = may_start[at]
    return held, may_start


@njit(cache=True, parallel=True)
def drive(  # noqa: PLR0913
    grade: Floats,
    run: Floats,
    held: Floats,
    may_start: Floats,
    enter: Floats,
    leave: Floats,
    offsets: Ints,
    way: int,
    body: Floats,
    driving: Floats,
) -> tuple[Floats, Floats, NDArray[np.int8]]:
    """Drive every segment one way, carrying momentum from interval to interval.

    The vehicle gains what its power leaves over and loses what the grade takes.

    Parameters
    ----------
    grade, run, offsets, way, body, driving
        As for `hold_back`.
    held, may_start
        From `hold_back`.
    enter
        Speed in m/s with which every segment is entered, shape (segments,); where it is
        NaN, the speed that its first grade allows.
    leave
        Highest speed at its end.

    Returns
    -------
    start, stop
        Speed in m/s at both ends of every interval as driven, shape (intervals,).
    limit
        `GRADE` or `MOMENTUM` where those hold it, else -1: the interval's own cap.
    """
    force, rolling, drag, power, mass = body
    _, thrust, _ = driving
    start, stop = np.empty(grade.size), np.empty(grade.size)
    limit = np.full(grade.size, -1, np.int8)
    for segment in prange(offsets.size - 1):
        size = offsets[segment + 1] - offsets[segment]
        first = offsets[segment] if way > 0 else offsets[segment + 1] - 1
        speed = min(enter[segment], may_start[first])
        if np.isnan(enter[segment]):
            speed = _crawl(grade[first], force, rolling, drag, power, may_start[first])
        for step in range(size):
            at = first + way * step
            ahead = leave[segment] if step == size - 1 else may_start[at + way]
            may_stop = min(held[at], ahead)
            pull = power / speed - _resistance(grade[at], force, rolling) - drag * speed**2
            gain = min(pull / mass, thrust)
            reached = np.sqrt(max(speed**2 + 2.0 * gain * run[at], 0.0))
            steep = gain < 0.0
            if steep or reached < held[at]:
                crawl = _crawl(grade[at], force, rolling, drag, power, held[at])
                reached = max(reached, crawl) if steep else min(reached, crawl)
                steep = steep or NEARLY * crawl < reached < NEARLY * held[at]
            start[at] = speed
            speed = min(reached, may_stop)
            stop[at] = speed
            if reached < may_stop:
                limit[at] = GRADE if steep else MOMENTUM
            elif may_stop < NEARLY * held[at]:
                limit[at] = MOMENTUM
    return start, stop, limit
