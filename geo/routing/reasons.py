"""Why a route takes as long as it does: what limits the speed, and where it is slowest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.limit_names import LIMITS
from geo.routing.legs import RouteProfile
from layers.arrays import Floats

Intervals = tuple[Floats, Floats, NDArray[np.int8]]
"""Metres, seconds and limit between samples of a way, shape (n,) each."""

STANDSTILL_KPH: Final = 0.1

PARTS: Final = 50
"""A slow stretch is this part of the way long, but at least `SHORTEST_M`."""

SHORTEST_M: Final = 1000.0


@dataclass(frozen=True)
class Share:
    """How much of a route one limit holds, as parts of 1: of its length and of its time."""

    limit: str
    distance: float
    time: float


@dataclass(frozen=True)
class Stretch:
    """A stretch of a route that is slower than others.

    Attributes
    ----------
    start_m, end_m
        From the start of the route.
    speed_kph
        Mean over it.
    limit
        What limits the speed for most of its time.
    """

    start_m: float
    end_m: float
    speed_kph: float
    limit: str


def metres_along(profile: RouteProfile) -> Floats:
    """Return the distance of each sample from the first, never falling, shape (samples,)."""
    along: Floats = np.maximum.accumulate(profile.distance_m - profile.distance_m[0])
    return along


def shares(profile: RouteProfile) -> tuple[Share, ...]:
    """Return what each limit takes of a route, exactly; the most time first.

    Parameters
    ----------
    profile
        At least two samples.

    Returns
    -------
    shares
        Of the limits that occur; distances and times each add up to 1.
    """
    return merged_shares([intervals(profile)])


def merged_shares(ways: Sequence[Intervals]) -> tuple[Share, ...]:
    """Return what each limit takes of several ways together; the most time first.

    Parameters
    ----------
    ways
        Of `intervals`, at least one.
    """
    metres, seconds, limit = (np.concatenate(parts) for parts in zip(*ways, strict=True))
    distance, time = (np.bincount(limit, part, len(LIMITS)) for part in (metres, seconds))
    occurring = np.flatnonzero(distance > 0)
    order = occurring[np.argsort(-time[occurring], kind="stable")]
    return tuple(
        Share(LIMITS[at], float(distance[at] / metres.sum()), float(time[at] / seconds.sum()))
        for at in order
    )


def slowest(profile: RouteProfile, most: int = 5) -> tuple[Stretch, ...]:
    """Return the slowest stretches of a route, the slowest first.

    Parameters
    ----------
    profile
        At least two samples.
    most
        How many.

    Returns
    -------
    stretches
        Of one length each, none over another; fewer where the way is short.
    """
    metres, seconds, limit = intervals(profile)
    along = metres_along(profile)
    clock = np.concatenate([[0.0], np.cumsum(seconds)])
    long = min(max(along[-1] / PARTS, SHORTEST_M), float(along[-1]))
    starts = np.append(np.arange(0.0, along[-1] - long, long / 4), along[-1] - long)
    spent = np.interp(starts + long, along, clock) - np.interp(starts, along, clock)
    found: list[Stretch] = []
    for at in np.argsort(-spent, kind="stable").tolist():
        start = float(starts[at])
        if len(found) == most:
            break
        if any(abs(start - one.start_m) < long for one in found):
            continue
        inside = (along[:-1] >= start - metres) & (along[:-1] < start + long)
        held = np.bincount(limit[inside], seconds[inside], len(LIMITS)).argmax()
        kph = long / max(float(spent[at]), 1e-9) * 3.6
        found.append(Stretch(start, start + long, kph, LIMITS[held]))
    return tuple(found)


def intervals(profile: RouteProfile) -> Intervals:
    """Return metres, seconds and limit between one sample and the next."""
    metres = np.diff(metres_along(profile))
    seconds = metres / np.maximum(profile.speed_kph[:-1], STANDSTILL_KPH) * 3.6
    return metres, seconds, profile.limit[:-1]
