"""Drive along segments with mass and power: the compiled part of the speed model."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from geo.driving.limit_names import GRADE, JUNCTION, LIMITS, MOMENTUM
from geo.driving.power import resistance
from layers.arrays import Floats, Ints, Singles

NEARLY: Final = 0.99
"""This share of the speed that the grade allows is the grade's doing."""

HALTED: Final = 0.5
"""Slower than this share, an interval is held by the junction at its end."""

SLOWING: Final = len(LIMITS)
"""Losing speed, until it is known for what."""


@njit(cache=True, parallel=True)
def brake_ahead(
    run: Floats,
    held: Singles,
    leave: Floats,
    offsets: Ints,
    braking: float,
    may_start: Floats,
    changed: NDArray[np.bool_],
) -> None:
    """See how fast each interval may begin, so that comfortable braking meets all ahead.

    Parameters
    ----------
    run
        Length of every interval in m, shape (intervals,).
    held
        Highest speed on it, m/s, along the geometry and against it, shape (2, intervals).
    leave
        Highest speed at the end of every segment, shape (2, segments).
    offsets
        Intervals of segment i are `offsets[i]:offsets[i + 1]`.
    braking
        m/s².
    may_start
        m/s, shape (2, intervals), written into: NaN at first, else what an earlier call left.
    changed
        Segments whose `leave` is another now, shape (2, segments).
    """
    for segment in prange(offsets.size - 1):
        size = offsets[segment + 1] - offsets[segment]
        for way in range(2):
            if not changed[way, segment]:
                continue
            step = 1 - 2 * way
            at = offsets[segment + 1] - 1 if way == 0 else offsets[segment]
            following = leave[way, segment]
            for _ in range(size):
                following = min(following, held[way, at])
                following = min(
                    held[way, at], np.sqrt(following * following + 2.0 * braking * run[at])
                )
                if following == may_start[way, at]:
                    # From here on all is as it was.
                    break
                may_start[way, at] = following
                at -= step


@njit(cache=True)
def _advance(
    speed: float, grade: float, run: float, goal: float, body: Floats, thrust: float
) -> float:
    """Drive one interval towards the speed one settles at: the speed reached.

    Below that speed all power is used, as far as people like to be pushed; above it, which
    only a climb brings about, no more than would hold it.
    """
    force, rolling, drag, power, mass = body
    held_back = resistance(grade, force, rolling)
    if speed <= goal:
        pull = power / speed - held_back - drag * speed * speed
        gain = min(pull / mass, thrust)
        faster: float = min(np.sqrt(max(speed * speed + 2.0 * gain * run, 0.0)), goal)
        return faster
    used = goal * (held_back + drag * goal * goal)
    pull = used / speed - held_back - drag * speed * speed
    slower: float = max(np.sqrt(max(speed * speed + 2.0 * pull / mass * run, 0.0)), goal)
    return slower


@njit(cache=True)
def _entered(enter: float, goal: float, may_start: float) -> float:
    """Return the speed a segment is entered with; NaN asks for what it begins with."""
    return min(goal if np.isnan(enter) else enter, may_start)


@njit(cache=True, parallel=True)
def drive(
    road: tuple[Floats, Floats, Ints],
    settled: tuple[Singles, NDArray[np.int8], Singles],
    may_start: Floats,
    enter: Floats,
    leave: Floats,
    vehicle: tuple[Floats, Floats],
    driven: tuple[Floats, Floats, NDArray[np.int8]],
    changed: NDArray[np.bool_],
) -> None:
    """Drive segments both ways, carrying momentum from interval to interval.

    The vehicle gains what its power leaves over and loses what the grade takes.

    Parameters
    ----------
    road
        Grade of every interval along the geometry, its length in m, and where segments begin.
    settled, may_start
        From `geo.driving.limiting.goals` and `brake_ahead`.
    enter
        Speed in m/s with which every segment is entered, shape (2, segments); where it is
        NaN, the speed that its first grade settles at.
    leave
        Highest speed at its end.
    vehicle
        Its body as for `geo.driving.limiting.goals`; comfortable braking and acceleration in
        m/s², and the share of the steady speed below which the engine is what holds.
    driven
        Speed in m/s at both ends of every interval, and what holds it (position in
        `LIMITS`; see `finish`), shape (2, intervals) each; written into: NaN at first, else
        what an earlier call left.
    changed
        Segments that are entered otherwise now: each is driven until it goes as before.
    """
    grade, run, offsets = road
    body, driving = vehicle
    held, own, goal = settled
    start, stop, limit = driven
    for segment in prange(offsets.size - 1):
        size = offsets[segment + 1] - offsets[segment]
        for way in range(2):
            if not changed[way, segment]:
                continue
            on = 1 - 2 * way
            at = offsets[segment] if way == 0 else offsets[segment + 1] - 1
            speed = _entered(enter[way, segment], goal[way, at], may_start[way, at])
            for step in range(size):
                if speed == start[way, at]:
                    # From here on it goes as before.
                    break
                ahead = leave[way, segment] if step == size - 1 else may_start[way, at + on]
                most, wish = held[way, at], goal[way, at]
                may_stop = min(most, ahead)
                start[way, at] = speed
                reached = _advance(speed, on * grade[at], run[at], wish, body, driving[1])
                speed = min(reached, may_stop)
                stop[way, at] = speed
                why = own[way, at]
                if wish < driving[2] * most:
                    why = GRADE
                elif reached < NEARLY * min(may_stop, wish):
                    why = MOMENTUM
                elif may_stop < NEARLY * most:
                    why = SLOWING
                limit[way, at] = why
                at += on


@njit(cache=True, parallel=True)
def finish(
    run: Floats,
    driven: tuple[Floats, Floats, NDArray[np.int8]],
    offsets: Ints,
    delay_s: Floats,
) -> None:
    """Turn what `drive` gave into km/h with causes and what is lost at junctions, in place.

    Gaining and losing speed is given to its cause (see `_attribute`); the last interval before
    a junction is slowed by what is lost there.

    Parameters
    ----------
    run, offsets
        Length of every interval in m, and where segments begin.
    driven
        As for `drive`.
    delay_s
        Lost at the end of every segment, each way, shape (segments, 2).
    """
    start, stop, limit = driven
    for segment in prange(offsets.size - 1):
        size = offsets[segment + 1] - offsets[segment]
        for way in range(2):
            first = offsets[segment] if way == 0 else offsets[segment + 1] - 1
            _attribute(limit[way], first, 1 - 2 * way, size)
            for at in range(offsets[segment], offsets[segment + 1]):
                start[way, at] *= 3.6
                stop[way, at] *= 3.6
            if delay_s[segment, way] > 0.0:
                last = offsets[segment + 1] - 1 if way == 0 else offsets[segment]
                own = run[last] / ((start[way, last] + stop[way, last]) / 7.2)
                slower = own / (own + delay_s[segment, way])
                start[way, last] *= slower
                stop[way, last] *= slower
                if slower < HALTED:
                    limit[way, last] = JUNCTION


@njit(cache=True)
def _attribute(limit: NDArray[np.int8], first: int, way: int, size: int) -> None:
    """Give gaining speed to what held it before, and losing speed to what holds it ahead.

    What lies beyond the segment is not known: there it stays `MOMENTUM`.
    """
    behind = MOMENTUM
    for step in range(size):
        at = first + way * step
        if limit[at] == MOMENTUM:
            limit[at] = behind
        elif limit[at] != SLOWING:
            behind = limit[at]
    ahead = MOMENTUM
    for step in range(size - 1, -1, -1):
        at = first + way * step
        if limit[at] == SLOWING:
            limit[at] = ahead
        else:
            ahead = limit[at]


@njit(cache=True)
def fastest_other(
    ends: Ints, open_: NDArray[np.bool_], speed: Floats, leaving: int, otherwise: float
) -> Floats:
    """Find the highest speed among the other segments that meet each segment.

    Parameters
    ----------
    ends
        Nodes `u, v` of every segment, shape (segments, 2).
    open_
        Whether a segment may be driven, shape (segments, 2).
    speed
        Speed at the start of every segment and direction if `leaving`, else at its end,
        shape (2, segments).
    leaving
        1 to look at the end of each direction, where others leave; 0 at its start, where
        others arrive.
    otherwise
        What holds where no other segment is open.

    Returns
    -------
    highest
        Shape (2, segments).
    """
    nodes = ends.max() + 1
    best, second = np.full(nodes, -1.0), np.full(nodes, -1.0)
    whose = np.full(nodes, -1, np.int64)
    for segment in range(len(ends)):
        for way in range(2):
            if not open_[segment, way]:
                continue
            # Direction 0 starts at u and ends at v; direction 1 the other way.
            node = ends[segment, way if leaving else 1 - way]
            value = speed[way, segment]
            if whose[node] == segment:
                best[node] = max(best[node], value)
            elif value > best[node]:
                second[node] = best[node]
                best[node], whose[node] = value, segment
            elif value > second[node]:
                second[node] = value
    highest = np.empty(speed.shape)
    for segment in range(len(ends)):
        for way in range(2):
            node = ends[segment, 1 - way if leaving else way]
            found = second[node] if whose[node] == segment else best[node]
            highest[way, segment] = found if found >= 0.0 else otherwise
    return highest
