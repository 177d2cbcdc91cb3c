"""How long a haul takes: its drives differ between drivers and days, its gate between hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.special import ndtri

from geo.border.passage import QUANTILES
from geo.driving.spread import TENTH
from geo.freight.haul import Drive
from layers.arrays import Floats

STEPS: Final = 11
"""Drives that stand for all, each as likely as the others; odd, so that one is the median."""


def drives_spread(drives: Sequence[Drive]) -> float:
    """Return the standard deviation of the logarithm of the driving of a haul.

    Drives of a chain are another vehicle's and another driver's: their variances add up.
    """
    seconds = np.array([drive.out.time_s for drive in drives])
    apart = np.array([drive.log_spread for drive in drives]) * seconds
    total = float(seconds.sum())
    return float(np.sqrt((apart**2).sum()) / total) if total > 0 else 0.0


def hours_spread(
    drives: Sequence[Drive], fixed_s: float, passing_s: Floats | None = None
) -> tuple[float, float, float]:
    """Return the 10th, 50th and 90th percentile of a haul's seconds.

    Parameters
    ----------
    drives
        Of the haul.
    fixed_s
        Halts and transloading.
    passing_s
        What passing the gate takes, any shape of draws, if there is one.
    """
    driving = sum(drive.out.time_s for drive in drives)
    if passing_s is None:
        factor = float(np.exp(TENTH * drives_spread(drives)))
        return driving / factor + fixed_s, driving + fixed_s, driving * factor + fixed_s
    p10, p50, p90 = _quantiles(drawn_s(drives, fixed_s, passing_s))
    return p10, p50, p90


def drawn_s(drives: Sequence[Drive], fixed_s: float, passing_s: Floats) -> Floats:
    """Return equally likely seconds of a haul, shape (draws,)."""
    driving = sum(drive.out.time_s for drive in drives)
    middle = (np.arange(STEPS) + 0.5) / STEPS
    own = driving * np.exp(drives_spread(drives) * ndtri(middle))
    every: Floats = (own[:, None] + passing_s.ravel()[None, :] + fixed_s).ravel()
    return every


def _quantiles(draws: Floats) -> list[float]:
    """Return `QUANTILES` as `numpy.quantile` does, in a third of its time; sorts `draws` in part.

    Examples
    --------
    >>> _quantiles(np.array([30.0, 10.0, 20.0]))
    [12.0, 20.0, 28.0]
    """
    at = [(len(draws) - 1) * share for share in QUANTILES]
    below = [int(place) for place in at]
    above = [min(place + 1, len(draws) - 1) for place in below]
    draws.partition(sorted({*below, *above}))
    found = []
    for place, one, other in zip(at, below, above, strict=True):
        low, high = float(draws[one]), float(draws[other])
        found.append(low if place == one or low == high else low + (high - low) * (place - one))
    return found
