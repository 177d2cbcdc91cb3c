"""The power balance: what a vehicle's engine can hold on a grade."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOLERANCE: Final = 1e-7
"""m/s, to which the power balance is solved."""


@njit(cache=True)
def resistance(grade: float, force: float, rolling: float) -> float:
    """Return rolling and grade resistance in N."""
    cosine = 1.0 / np.sqrt(1.0 + grade * grade)
    newton: float = force * (rolling * cosine + grade * cosine)
    return newton


@njit(cache=True)
def crawl(  # noqa: PLR0913
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
        speed[i] = crawl(grade[i], force, rolling, drag, power, cap)
    return speed
