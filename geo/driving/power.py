"""The power balance: what an engine can hold on a grade, and the work of the wheels."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit, prange

from layers.arrays import Floats, Ints

TOLERANCE: Final = 1e-7
"""m/s, to which the power balance is solved."""


@njit(cache=True)
def resistance(grade: float, force: float, rolling: float) -> float:
    """Return rolling and grade resistance in N."""
    cosine = 1.0 / np.sqrt(1.0 + grade * grade)
    newton: float = force * (rolling * cosine + grade * cosine)
    return newton


@njit(cache=True)
def crawl(
    grade: float, force: float, rolling: float, drag: float, power: float, cap: float
) -> float:
    """Solve the power balance for the speed in m/s, at most `cap`.

    Newton's method from above: the balance is convex, so it comes down to the root.
    """
    held = resistance(grade, force, rolling)
    speed = cap
    for _ in range(40):
        surplus = speed * (held + drag * speed * speed) - power
        if surplus <= 0.0:
            break
        step = surplus / (held + 3.0 * drag * speed * speed)
        speed -= step
        if step < TOLERANCE:
            break
    return speed


@njit(cache=True)
def crawl_all(
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
        speed[i] = crawl(grade[i], force, rolling, drag, power, cap)
    return speed


@njit(cache=True, parallel=True)
def time_and_work(
    grade: Floats, run: Floats, start: Floats, stop: Floats, offsets: Ints, body: Floats, way: int
) -> tuple[Floats, Floats]:
    """Add up time and the work of the wheels on every segment.

    Parameters
    ----------
    grade, run
        Of every interval along the geometry, and its length in m.
    start, stop
        Speed in km/h at its ends, as they are driven.
    offsets
        Intervals of segment i are `offsets[i]:offsets[i + 1]`.
    body
        Weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W, mass in kg; zeros
        for someone on foot.
    way
        1 along the geometry, -1 against it.

    Returns
    -------
    time
        Seconds, shape (segments,).
    work
        Joule against rolling, grade, air and inertia; nothing comes back downhill.
    """
    force, rolling, drag, _, mass = body
    time, work = np.zeros(offsets.size - 1), np.zeros(offsets.size - 1)
    for segment in prange(offsets.size - 1):
        for at in range(offsets[segment], offsets[segment + 1]):
            enter, leave = start[at] / 3.6, stop[at] / 3.6
            mean = 0.5 * (enter + leave)
            inertia = mass * (leave * leave - enter * enter) / (2.0 * run[at])
            pull = resistance(way * grade[at], force, rolling) + drag * mean * mean + inertia
            time[segment] += run[at] / mean
            work[segment] += max(pull, 0.0) * run[at]
    return time, work
