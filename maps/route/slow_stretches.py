"""Why a route is as slow as it is: what limits the speed, where, and for how long."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.limit_names import LIMITS
from geo.routing.legs import RouteProfile
from geo.routing.reasons import intervals, metres_along
from layers.arrays import Floats

PHRASES: Final = {
    "class": "limit_class",
    "legal": "limit_legal",
    "surface": "limit_surface",
    "curve": "limit_curve",
    "grade": "limit_grade",
    "brake": "limit_brake",
    "width": "limit_width",
    "momentum": "limit_momentum",
    "town": "limit_town",
    "junction": "limit_junction",
}
"""What readers call each of `geo.driving.limit_names.LIMITS`: keys of `maps/i18n`."""

RUNS: Final = 800
"""No run is shorter than this part of the way, 300 m in 240 km: finer cannot be seen."""

FAR_RUNS: Final = 150
"""The same for a map on which the whole way is seen at once."""


@dataclass(frozen=True)
class Run:
    """A stretch as drawn, short ones merged into longer ones.

    Attributes
    ----------
    start_m, end_m
        From the start of the route.
    time_s
        What it takes.
    limit
        What limits the speed for most of that time.
    """

    start_m: float
    end_m: float
    time_s: float
    limit: str

    @property
    def speed_kph(self) -> float:
        """Mean speed."""
        return (self.end_m - self.start_m) / max(self.time_s, 1e-9) * 3.6


def runs(profile: RouteProfile, *, most: int = RUNS) -> tuple[Run, ...]:
    """Cut a route where its limit changes; a run too short to see joins its longer neighbour.

    Parameters
    ----------
    profile
        At least two samples.
    most
        How many runs there may be: the shortest is this part of the way.

    Returns
    -------
    runs
        In order, without gap or overlap, from 0 to the length; neighbours differ. Made for
        drawing: `shares` is exact.

    Examples
    --------
    >>> distance, limit = np.array([0.0, 60, 63, 100]), np.array([3, 7, 0, 0], np.int8)
    >>> flat = RouteProfile(distance, distance * 0, distance * 0 + 36, limit)
    >>> [(run.start_m, run.end_m, run.limit) for run in runs(flat, most=10)]
    [(0.0, 63.0, 'curve'), (63.0, 100.0, 'class')]
    """
    along = metres_along(profile)
    metres, seconds, limit = intervals(profile)
    first = np.flatnonzero(np.append(True, limit[1:] != limit[:-1]))
    spent = np.zeros((len(first), len(LIMITS)))
    spent[np.arange(len(first)), limit[first]] = np.add.reduceat(seconds, first)
    kept = _merged(np.add.reduceat(metres, first).tolist(), spent, along[-1] / most)
    holds = spent[kept].argmax(axis=1)
    new = np.flatnonzero(np.append(True, holds[1:] != holds[:-1]))
    starts = along[first[kept[new]]].tolist()
    times = np.add.reduceat(spent[kept].sum(axis=1), new).tolist()
    ends = [*starts[1:], float(along[-1])]
    names = [LIMITS[at] for at in holds[new]]
    return tuple(map(Run, starts, ends, times, names))


def _merged(length: list[float], spent: Floats, shortest: float) -> NDArray[np.int64]:
    """Merge groups, the shortest first, until none is too short; their times are added up.

    Returns the first group of each; `length` and the local `spent` are worked on.
    """
    count = len(length)
    before, after = list(range(-1, count - 1)), list(range(1, count + 1))
    waiting = [(size, at) for at, size in enumerate(length)]
    heapq.heapify(waiting)
    while waiting:
        size, at = heapq.heappop(waiting)
        if size != length[at]:
            continue  # it has grown, or gone
        if size >= shortest or (before[at] < 0 and after[at] == count):
            break
        left = before[at] >= 0 and (after[at] == count or length[before[at]] >= length[after[at]])
        one = before[at] if left else at
        other = after[one]
        length[one] += length[other]
        spent[one] += spent[other]
        length[other] = -1.0
        after[one] = after[other]
        if after[one] < count:
            before[after[one]] = one
        heapq.heappush(waiting, (length[one], one))
    return np.flatnonzero(np.asarray(length) >= 0)
