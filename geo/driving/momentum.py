"""Drive along segments with mass and power: the compiled part of the speed model."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from geo.driving.limit_names import BRAKE, GRADE, LIMITS, MOMENTUM
from geo.driving.power import crawl, resistance
from layers.arrays import Floats, Ints

NEARLY: Final = 0.99
"""This share of the speed that the grade allows is the grade's doing."""

SLOWING: Final = len(LIMITS)
"""Losing speed, until it is known for what."""


@njit(cache=True, parallel=True)
def hold_back(
    grade: Floats,
    cap: Floats,
    reason: NDArray[np.int8],
    body: Floats,
    brakes: Floats,
    power: float,
) -> tuple[Floats, NDArray[np.int8]]:
    """Lower steady speeds to what brakes can hold for long on descents.

    The power balance of a climb turned round: the brakes hold back what gravity gives and
    rolling resistance does not take.

    Parameters
    ----------
    grade
        Of every interval in the direction driven, shape (intervals,).
    cap, reason
        Steady speed in m/s, and what holds it: position in `LIMITS`.
    body
        Weight in N, Crr, ½·rho·CdA in kg/m, power at the wheels in W, mass in kg.
    brakes
        Grade below which they are needed, and their power as a share of the engine's.
    power
        1/β of `geo.driving.limiting`.

    Returns
    -------
    held, own
        Speeds and reasons with the brakes' limit, shape (intervals,).
    """
    force, rolling, _, watt, _ = body
    held, own = cap.copy(), reason.copy()
    for at in prange(grade.size):
        if grade[at] < brakes[0]:
            down = crawl(-grade[at], force, -rolling, 0.0, watt * brakes[1], 3.0 * cap[at])
            if down < 2.99 * cap[at]:
                held[at] = cap[at] / (1.0 + (cap[at] / down) ** power) ** (1.0 / power)
            if down < cap[at]:
                own[at] = BRAKE
    return held, own


@njit(cache=True, parallel=True)
def brake_ahead(
    run: Floats,
    held: Floats,
    leave: Floats,
    offsets: Ints,
    way: int,
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
        Highest speed on it, m/s.
    leave
        Highest speed at the end of every segment, shape (segments,).
    offsets
        Intervals of segment i are `offsets[i]:offsets[i + 1]`.
    way
        1 along the geometry, -1 against it.
    braking
        m/s².
    may_start
        m/s, shape (intervals,), written into: NaN at first, else what an earlier call left.
    changed
        Segments whose `leave` is another now, shape (segments,).
    """
    for segment in prange(offsets.size - 1):
        if not changed[segment]:
            continue
        size = offsets[segment + 1] - offsets[segment]
        first = offsets[segment] if way > 0 else offsets[segment + 1] - 1
        following = leave[segment]
        for step in range(size - 1, -1, -1):
            at = first + way * step
            following = min(following, held[at])
            following = min(held[at], np.sqrt(following**2 + 2.0 * braking * run[at]))
            if following == may_start[at]:
                # From here on all is as it was.
                break
            may_start[at] = following


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
def drive(  # noqa: PLR0913
    grade: Floats,
    run: Floats,
    held: Floats,
    own: NDArray[np.int8],
    goal: Floats,
    may_start: Floats,
    enter: Floats,
    leave: Floats,
    offsets: Ints,
    way: int,
    body: Floats,
    driving: Floats,
    driven: tuple[Floats, Floats, NDArray[np.int8]],
    changed: NDArray[np.bool_],
) -> None:
    """Drive segments one way, carrying momentum from interval to interval.

    The vehicle gains what its power leaves over and loses what the grade takes.

    Parameters
    ----------
    grade, run, offsets, way, body, driving
        As for `hold_back`.
    held, own, goal, may_start
        From `hold_back`, `geo.driving.limiting.engine_held` and `brake_ahead`.
    enter
        Speed in m/s with which every segment is entered, shape (segments,); where it is
        NaN, the speed that its first grade settles at.
    leave
        Highest speed at its end.
    driven
        Speed in m/s at both ends of every interval, and what holds it (position in
        `LIMITS`; see `attributed`), shape (intervals,) each; written into: NaN at first,
        else what an earlier call left.
    changed
        Segments that are entered otherwise now: each is driven until it goes as before.
    """
    start, stop, limit = driven
    for segment in prange(offsets.size - 1):
        if not changed[segment]:
            continue
        size = offsets[segment + 1] - offsets[segment]
        first = offsets[segment] if way > 0 else offsets[segment + 1] - 1
        speed = _entered(enter[segment], goal[first], may_start[first])
        for step in range(size):
            at = first + way * step
            if speed == start[at]:
                # From here on it goes as before.
                break
            ahead = leave[segment] if step == size - 1 else may_start[at + way]
            may_stop = min(held[at], ahead)
            start[at] = speed
            reached = _advance(speed, grade[at], run[at], goal[at], body, driving[1])
            speed = min(reached, may_stop)
            stop[at] = speed
            limit[at] = own[at]
            if goal[at] < driving[2] * held[at]:
                limit[at] = GRADE
            elif reached < NEARLY * min(may_stop, goal[at]):
                limit[at] = MOMENTUM
            elif may_stop < NEARLY * held[at]:
                limit[at] = SLOWING


@njit(cache=True, parallel=True)
def attributed(limit: NDArray[np.int8], offsets: Ints, way: int) -> NDArray[np.int8]:
    """Give gaining and losing speed on every segment to their causes; see `_attribute`."""
    cause = limit.copy()
    for segment in prange(offsets.size - 1):
        size = offsets[segment + 1] - offsets[segment]
        first = offsets[segment] if way > 0 else offsets[segment + 1] - 1
        _attribute(cause, first, way, size)
    return cause


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
        shape (segments, 2).
    leaving
        1 to look at the end of each direction, where others leave; 0 at its start, where
        others arrive.
    otherwise
        What holds where no other segment is open.

    Returns
    -------
    highest
        Shape (segments, 2).
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
            value = speed[segment, way]
            if whose[node] == segment:
                best[node] = max(best[node], value)
            elif value > best[node]:
                second[node] = best[node]
                best[node], whose[node] = value, segment
            elif value > second[node]:
                second[node] = value
    highest = np.empty(ends.shape)
    for segment in range(len(ends)):
        for way in range(2):
            node = ends[segment, 1 - way if leaving else way]
            found = second[node] if whose[node] == segment else best[node]
            highest[segment, way] = found if found >= 0.0 else otherwise
    return highest
