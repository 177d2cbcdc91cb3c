"""How far computed times are from published ones, and published ones from one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.calibration.fitting import Fit
from layers.arrays import Floats

NEAR: Final = 0.2
"""An error that is counted as within."""


@dataclass(frozen=True)
class Errors:
    """Errors with each route left out, of some of the times.

    Attributes
    ----------
    what
        Which times.
    rows
        How many.
    median
        Of the absolute errors.
    within
        Share of errors within 20 %.
    mean
        Of the signed errors.
    """

    what: str
    rows: int
    median: float
    within: float
    mean: float


def error_table(fits: Sequence[Fit]) -> tuple[Errors, ...]:
    """Sum up errors by group of vehicles, terrain, class of road and quality, and of all."""
    error = np.concatenate([one.errors for one in fits])
    groups = np.array([one.group for one in fits for _ in one.observations])
    each = [observed for one in fits for observed in one.observations]
    terrain = np.array([one.terrain for one in each])
    highway = np.array([one.highway for one in each])
    found = [_errors("all", error)]
    quality = np.array([f"quality {one.quality}" for one in each])
    for labels in (groups, terrain, highway, quality):
        found += [_errors(str(one), error[labels == one]) for one in np.unique(labels)]
    return tuple(found)


def agreement(fits: Sequence[Fit]) -> tuple[Errors, ...]:
    """Sum up how well published times of one trip agree, and how well ours agree with those.

    Where several were published of the same ends with the same vehicle, each is told by the
    median of the others, as whoever looks it up elsewhere would be. No model can be expected to
    come much nearer to single times than they come to one another.

    Returns
    -------
    errors
        Of the other published times, and of ours with the route left out, on the same rows;
        nothing where no trip was published twice.
    """
    each = [one for fit in fits for one in fit.observations]
    trip = [(one.route, one.vehicle, one.halting) for one in each]
    told = np.array([one.told_h for one in each])
    others = np.full(len(each), np.nan)
    for at, mine in enumerate(trip):
        same = [told[to] for to, one in enumerate(trip) if one == mine and to != at]
        others[at] = np.median(same) if same else np.nan
    twice = ~np.isnan(others)
    if not twice.any():
        return ()
    ours = np.concatenate([one.errors for one in fits])[twice]
    published = others[twice] / told[twice] - 1
    return _errors("another published time of the same trip", published), _errors("ours", ours)


def _errors(what: str, error: Floats) -> Errors:
    """Sum up some errors."""
    size = np.abs(error)
    within = float((size <= NEAR).mean())
    return Errors(what, len(error), float(np.median(size)), within, float(error.mean()))
