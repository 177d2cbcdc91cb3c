"""Decay: how much less an opportunity counts the longer the way to it; a function each."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from layers.arrays import Floats
from layers.errors import DataError

Decay = Callable[[Floats], Floats]
"""From minutes, inf where nothing leads, to weights from 0 to 1 of the same shape."""


def step(minutes: float) -> Decay:
    """Count everything up to a time in full, and nothing beyond.

    Examples
    --------
    >>> step(30)(np.array([0.0, 30.0, 30.1, np.inf])).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    limit = _positive(minutes, "minutes")
    return lambda t: (t <= limit).astype(np.float64)


def linear(minutes: float) -> Decay:
    """Fall evenly from 1 at the door to 0 at a time.

    Examples
    --------
    >>> linear(60)(np.array([0.0, 15.0, 60.0, np.inf])).tolist()
    [1.0, 0.75, 0.0, 0.0]
    """
    limit = _positive(minutes, "minutes")
    return lambda t: np.clip(1.0 - t / limit, 0.0, 1.0)


def exponential(half_minutes: float) -> Decay:
    """Halve with every `half_minutes`: 0.5^(t/h).

    Examples
    --------
    >>> exponential(20)(np.array([0.0, 20.0, 40.0, np.inf])).tolist()
    [1.0, 0.5, 0.25, 0.0]
    """
    half = _positive(half_minutes, "half_minutes")
    return lambda t: np.asarray(0.5 ** (t / half), dtype=np.float64)


def logistic(centre_minutes: float, spread_minutes: float) -> Decay:
    """Fall along an S: g(c, 0)/g(c, t), g(c, t) = 1 + exp((t - c)·π/(s·√3)).

    The form of Conveyal R5's `LogisticDecayFunction`: a cut-off that is not the same for
    everybody but is spread with the standard deviation s around c.

    Parameters
    ----------
    centre_minutes
        Where about half is left, c.
    spread_minutes
        Standard deviation of the cut-off, s.

    Returns
    -------
    decay
        1 at 0 minutes.

    Examples
    --------
    >>> logistic(60, 10)(np.array([30.0, 60.0, 90.0, np.inf])).round(6).tolist()
    [0.995704, 0.500009, 0.004315, 0.0]
    """
    centre = _positive(centre_minutes, "centre_minutes")
    slope = math.pi / (_positive(spread_minutes, "spread_minutes") * math.sqrt(3))
    at_door = np.logaddexp(0.0, -centre * slope)
    # In logarithms, or the far end would overflow.
    return lambda t: np.asarray(np.exp(at_door - np.logaddexp(0.0, (t - centre) * slope)))


def _positive(value: float, name: str) -> float:
    """Return a parameter that must be above 0 and finite."""
    if not (math.isfinite(value) and value > 0):
        raise DataError(f"decay: {name} is {value!r}; it must be above 0")
    return value
