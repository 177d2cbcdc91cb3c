"""The luck of links on days of storms: those near one another share some of it.

A Gaussian copula: the luck of a link is the normal number √c·F + √(1-c)·E, where c is the
correlation, E its own and F of where it lies; it is cut when that passes the number that a
normal one passes as often as the link is cut. So every link is cut as often as without storms,
and the luck of two links d apart is alike by c·exp(-(d/reach)²). F is white noise on cells of a
quarter of the reach, smoothed by a bell whose squares sum to one: exactly normal everywhere.
That what rains here rains there, less and less with distance, is the usual law of rain
(Kagan 1966, in the WMO's guide to the design of gauge networks); how strong and how far it is
for cuts of roads is in no source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.ndimage import correlate1d
from scipy.special import ndtri

from geo.risk.reliability import BATCH, Draws, cut_on_days
from geo.rules.risk import Storm
from layers.arrays import Bools, Floats
from layers.errors import DataError

CELLS: Final = 4
"""So many cells to the reach."""
BELL: Final = 3.0
"""The bell is cut off after so many of its widths."""
OWN: Final = 1
"""Stream of random numbers of the weather, apart from that of the links' own luck."""


def cut_in_storms(passable: Floats, xy_m: Floats, draws: Draws, storm: Storm) -> Iterator[Bools]:
    """Draw which links are cut on each day, where links near one another fail together.

    Parameters
    ----------
    passable
        Probability that each can be passed on a day, shape (links,).
    xy_m
        Where each lies, metres, shape (links, 2).
    draws
        How many days; the own luck of links is that of `geo.risk.reliability.cut_on_days`, so
        that a correlation of 0 draws the very same cuts.
    storm
        How alike their luck is.

    Yields
    ------
    cut
        Of up to `BATCH` days, shape (days, links).

    Raises
    ------
    DataError
        Probabilities are none, or positions have another shape.
    """
    if xy_m.shape != (len(passable), 2):
        raise DataError(f"storms: positions {xy_m.shape} for {len(passable)} links")
    doubtful = np.flatnonzero((passable > 0) & (passable < 1))
    if storm.correlation == 0 or not len(doubtful):
        yield from cut_on_days(passable, draws)
        return
    if not ((passable >= 0) & (passable <= 1)).all():
        raise DataError("passability must be probabilities from 0 to 1")
    cell, shape = _cells(xy_m[doubtful], storm)
    bell = _bell()
    limit = ndtri(passable[doubtful])
    shared, own = np.sqrt([storm.correlation, 1 - storm.correlation])
    for first in range(0, draws.days, BATCH):
        cut = np.tile(passable == 0, (min(BATCH, draws.days - first), 1))
        for row, day in enumerate(range(first, first + len(cut))):
            luck = np.random.default_rng([draws.seed, day]).random(len(passable))[doubtful]
            weather = _field(np.random.default_rng([draws.seed, day, OWN]), shape, bell)
            cut[row, doubtful] = shared * weather[cell] + own * ndtri(luck) >= limit
        yield cut


def _cells(xy_m: Floats, storm: Storm) -> tuple[tuple[np.ndarray, np.ndarray], tuple[int, int]]:
    """Return the cell of each position, and how many cells there are along x and y."""
    side = storm.reach_km * 1000 / CELLS
    # Counted from the origin of the coordinates: which others there are moves no cell.
    at = np.floor(xy_m / side).astype(np.int64)
    at -= at.min(axis=0)
    across, up = (at.max(axis=0) + 1).tolist()
    return (at[:, 0], at[:, 1]), (across, up)


def _bell() -> Floats:
    """Return weights along one axis: noise smoothed by them is alike by exp(-(d/reach)²)."""
    # Smoothing by exp(-d²/2s²) makes what is d apart alike by exp(-d²/4s²): s is half the reach.
    width = CELLS / 2
    step = np.arange(-int(BELL * width), int(BELL * width) + 1)
    weights = np.exp(-(step**2) / (2 * width**2))
    found: Floats = weights / np.sqrt((weights**2).sum())
    return found


def _field(rng: np.random.Generator, shape: tuple[int, int], bell: Floats) -> Floats:
    """Draw the weather of a day, a normal number for each cell."""
    rim = len(bell) // 2
    field = rng.standard_normal((shape[0] + 2 * rim, shape[1] + 2 * rim))
    for axis in (0, 1):
        field = correlate1d(field, bell, axis=axis, mode="constant")
    found: Floats = field[rim : rim + shape[0], rim : rim + shape[1]]
    return found
