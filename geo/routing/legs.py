"""What lies along a path: samples, legs, geometry, the steepest stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.cost import EdgeCosts
from geo.routing.path import Path
from layers.arrays import Bools, Floats, Ints
from layers.roads.network import CALLED, RoadNetwork
from layers.roads.profile import MAX_GRADE, SPACING_M

GRADE_OVER_M = 100.0
"""The steepest grade of a route is that of its steepest stretch of this length."""

SHORT_M = 500.0
"""A leg shorter than this is a connection that nobody names."""


@dataclass(frozen=True)
class Leg:
    """One stretch of a route on one road.

    Attributes
    ----------
    ref, name, name_th, name_en, highway
        The road, as the network names it.
    distance_m, time_s, climb_m, descent_m
        Sums over the stretch.
    max_grade_pct
        Steepest climb or descent over 100 m in it, as a positive number.
    """

    ref: str
    name: str
    name_th: str
    name_en: str
    highway: str
    distance_m: float
    time_s: float
    climb_m: float
    descent_m: float
    max_grade_pct: float


@dataclass(frozen=True, eq=False)
class RouteProfile:
    """What a route is like along its way; arrays of one length.

    Attributes
    ----------
    distance_m
        Distance from the start at every sample.
    elevation_m
        Elevation there.
    speed_kph
        Speed from there to the next sample (the last repeats).
    limit
        What holds the speed there: position in `geo.driving.limit_names.LIMITS`.
    """

    distance_m: Floats
    elevation_m: Floats
    speed_kph: Floats
    limit: NDArray[np.int8]


ALONE_M: Final = 300.0
"""A leg shorter than this is no line of its own in a list of roads."""

STREETS: Final = "streets"
"""`Leg.highway` of several short streets in a row."""


def road_numbers(legs: Sequence[Leg]) -> list[str]:
    """Return the numbers of the roads of a way in order, without connections in between."""
    refs = [leg.ref for leg in legs if leg.ref and leg.distance_m >= SHORT_M]
    return [ref for ref, _ in groupby(refs)]


def gathered(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """Gather what is too short to be told alone, so that the sums stay those of the route.

    A leg is short under `ALONE_M`. Short ones in a row belong to the road that they interrupt,
    else to the longer leg beside them, and together, from `ALONE_M` on, are streets of a town
    (`highway` is then `STREETS`). A way without name under `SHORT_M` interrupts a road, too.
    """
    runs: list[Leg] = []
    for leg in legs:
        short = leg.distance_m < ALONE_M
        if short and runs and runs[-1].highway == STREETS:
            runs[-1] = _with(runs[-1], leg)
        else:
            # Alone it keeps its name until it is known what becomes of it.
            runs.append(_street(leg) if short else leg)
    found: list[Leg] = []
    for at, leg in enumerate(runs):
        after = runs[at + 1] if at + 1 < len(runs) else None
        nameless = leg.highway == STREETS or not (leg.ref or leg.name)
        if (found and _road(found[-1]) == _road(leg)) or (
            nameless
            and found
            and after is not None
            and leg.distance_m < SHORT_M
            and _road(found[-1]) == _road(after)
        ):
            found[-1] = _with(found[-1], leg)
        elif leg.highway == STREETS and leg.distance_m < ALONE_M and (found or after):
            if after is None or (found and found[-1].distance_m >= after.distance_m):
                found[-1] = _with(found[-1], leg)
            else:
                runs[at + 1] = _with(after, leg)
        else:
            found.append(leg)
    return tuple(found)


def _street(leg: Leg) -> Leg:
    """Return a leg without a name of its own."""
    return replace(leg, ref="", name="", name_th="", name_en="", highway=STREETS)


def _road(leg: Leg) -> tuple[str, ...]:
    """Return what a leg is called by."""
    return leg.ref, leg.name, leg.name_th, leg.name_en, leg.highway


def _with(leg: Leg, more: Leg) -> Leg:
    """Return a leg with what another one adds to it."""
    return replace(
        leg,
        distance_m=leg.distance_m + more.distance_m,
        time_s=leg.time_s + more.time_s,
        climb_m=leg.climb_m + more.climb_m,
        descent_m=leg.descent_m + more.descent_m,
        max_grade_pct=max(leg.max_grade_pct, more.max_grade_pct),
    )


def steepest_grade(profile: RouteProfile, piece: Ints, count: int) -> Floats:
    """Return the steepest grade in percent of each piece, measured over `GRADE_OVER_M`."""
    whole = float(profile.distance_m[-1])
    over = min(GRADE_OVER_M, whole)
    start = np.append(np.arange(0.0, whole - over, SPACING_M), whole - over)
    low, high = (np.interp(start + d, profile.distance_m, profile.elevation_m) for d in (0, over))
    grade = np.minimum(np.abs(high - low) / max(over, 1.0), MAX_GRADE) * 100
    # A stretch belongs to the piece in which the first sample after its middle lies.
    last = np.append(np.flatnonzero(piece[1:] != piece[:-1]), len(piece) - 1)
    stop = np.searchsorted(start + over / 2, profile.distance_m[last], side="right")
    stop[-1] = len(start)
    begin = np.concatenate([[0], stop[:-1]])
    some = stop > begin
    steepest = np.zeros(count)
    steepest[piece[last[some]]] = np.maximum.reduceat(grade, begin[some])
    return steepest


def along(network: RoadNetwork, costs: EdgeCosts, path: Path) -> tuple[RouteProfile, Ints]:
    """Join the samples of a path, and tell which piece each belongs to."""
    profile, against = network.profile, path.against
    low, high = profile.offsets[path.segment], profile.offsets[path.segment + 1]
    length = network.length_m[path.segment]
    lower, upper = path.start * length, path.stop * length
    parts = np.flatnonzero((path.start > 0) | (path.stop < 1))
    whole = {int(part): slice(low[part], high[part]) for part in parts}
    for part, its in whole.items():
        # Of the samples beyond the driven part, the nearest on each side moves to its end.
        metres = profile.distance_m[its]
        first = max(int(np.searchsorted(metres, lower[part])) - 1, 0)
        last = int(np.searchsorted(metres, upper[part], side="right"))
        low[part], high[part] = its.start + first, min(its.start + last + 1, its.stop)
    at, counts = ragged(low, high, against), high - low
    place, elevation = profile.distance_m[at], profile.elevation_m[at]
    ends = np.cumsum(counts)
    for part, its in whole.items():
        mine = slice(ends[part] - counts[part], ends[part])
        place[mine] = np.clip(place[mine], lower[part], upper[part])
        elevation[mine] = np.interp(place[mine], profile.distance_m[its], profile.elevation_m[its])
    driven = length * (path.stop - path.start)
    sign = np.where(against, -1.0, 1.0)
    distance = np.repeat(sign, counts) * (
        place - np.repeat(np.where(against, upper, lower), counts)
    )
    distance += np.repeat(np.cumsum(driven) - driven, counts)
    # The last sample of a piece has no interval of its own: that before it goes on.
    own = np.arange(len(at))
    lasts = ends - 1
    own[lasts] = np.maximum(lasts - 1, 0)
    piece = np.repeat(np.arange(len(counts)), counts)
    step = at - np.repeat(profile.offsets[path.segment] + against, counts)
    step, piece_of = step[own], piece[own]
    start, stop, limit = costs.speeds_at(
        path.segment[piece_of], step, against.astype(int)[piece_of]
    )
    return RouteProfile(distance, elevation, (start + stop) / 2, limit), piece


def ragged(low: Ints, high: Ints, backward: Bools) -> Ints:
    """List `low[i]:high[i]` for every i in a row, some backward.

    Examples
    --------
    >>> ragged(np.array([0, 7]), np.array([3, 9]), np.array([False, True])).tolist()
    [0, 1, 2, 8, 7]
    """
    counts = high - low
    some = counts > 0
    if not some.all():
        return ragged(low[some], high[some], backward[some])
    step = np.repeat(np.where(backward, -1, 1), counts)
    first = np.where(backward, high - 1, low)
    last = np.where(backward, low, high - 1)
    step[np.cumsum(counts) - counts] = first - np.concatenate([[0], last[:-1]])
    return np.cumsum(step)


def legs_of(
    network: RoadNetwork, path: Path, sums: dict[str, Floats], steepest: Floats
) -> tuple[Leg, ...]:
    """Join pieces of one road in a row into legs."""
    road = network.roads[path.segment]
    begins = np.concatenate([[True], road[1:] != road[:-1]])
    leg = np.cumsum(begins) - 1
    count = int(leg[-1]) + 1
    wanted = ("distance_m", "time_s", "climb_m", "descent_m")
    totals = {name: np.bincount(leg, sums[name], count) for name in wanted}
    worst = np.zeros(count)
    np.maximum.at(worst, leg, steepest)
    names = {name: _of_legs(network, name, path, np.flatnonzero(begins)) for name in CALLED}
    return tuple(
        Leg(
            ref=names["ref"][at],
            name=names["name"][at],
            name_th=names["name_th"][at],
            name_en=names["name_en"][at],
            highway=names["highway"][at],
            distance_m=float(totals["distance_m"][at]),
            time_s=float(totals["time_s"][at]),
            climb_m=float(totals["climb_m"][at]),
            descent_m=float(totals["descent_m"][at]),
            max_grade_pct=float(worst[at]),
        )
        for at in range(count)
    )


def _of_legs(network: RoadNetwork, column: str, path: Path, first: Ints) -> list[str]:
    """Return what a column says of each leg, empty where its pieces differ.

    Sections of one numbered highway have names of their own: none holds for the whole leg.
    """
    codes, words = network.called[column]
    mine = codes[path.segment]
    least, most = np.minimum.reduceat(mine, first), np.maximum.reduceat(mine, first)
    return [str(word) for word in np.where(least == most, words[least], "")]
