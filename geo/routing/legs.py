"""What lies along a path: samples, legs, geometry, the steepest stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from geo.driving.cost import EdgeCosts
from geo.routing.path import Path
from layers.arrays import Bools, Floats, Ints
from layers.crs import to_lon_lat
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
    """Return the numbers of the roads of a route in order, without short connections."""
    refs = [leg.ref for leg in legs if leg.distance_m >= SHORT_M]
    return [ref for at, ref in enumerate(refs) if ref and (at == 0 or refs[at - 1] != ref)]


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
    middle = np.searchsorted(profile.distance_m, start + over / 2)
    steepest = np.zeros(count)
    np.maximum.at(steepest, piece[np.minimum(middle, len(piece) - 1)], grade)
    return steepest


def along(network: RoadNetwork, costs: EdgeCosts, path: Path) -> tuple[RouteProfile, Ints]:
    """Join the samples of a path, and tell which piece each belongs to."""
    profile = network.profile
    low, high = profile.offsets[path.segment], profile.offsets[path.segment + 1]
    at, piece = _ragged(low, high, path.against)
    length = network.length_m[path.segment]
    lower, upper = path.start * length, path.stop * length
    raw = profile.distance_m[at]
    partly = (path.start > 0) | (path.stop < 1)
    keep = _driven_samples(raw, piece, path.against, partly, (lower, upper))
    at, piece, raw = at[keep], piece[keep], raw[keep]
    back, below, above = path.against[piece], lower[piece], upper[piece]
    place = np.clip(raw, below, above)
    elevation = profile.elevation_m[at]
    for part in np.flatnonzero(partly):
        mine, whole = piece == part, slice(low[part], high[part])
        elevation[mine] = np.interp(
            place[mine], profile.distance_m[whole], profile.elevation_m[whole]
        )
    driven = length * (path.stop - path.start)
    before = (np.cumsum(driven) - driven)[piece]
    distance = before + np.where(back, above - place, place - below)
    last = np.concatenate([piece[1:] != piece[:-1], [True]])
    segment = path.segment[piece]
    step = at - profile.offsets[segment] - np.where(back, 1, 0)
    # The last sample of a piece has no interval of its own: that before it goes on.
    before_it = np.maximum(np.arange(len(step)) - last, 0)
    step, segment, way = step[before_it], segment[before_it], back.astype(int)
    start, stop, limit = costs.speeds_at(segment, step, way)
    return RouteProfile(distance, elevation, (start + stop) / 2, limit), piece


def _driven_samples(
    raw: Floats, piece: Ints, against: Bools, partly: Bools, ends: tuple[Floats, Floats]
) -> Bools:
    """Say which samples lie on the driven part of their piece, or next to it on each side.

    Of the samples beyond the driven part, the nearest on each side moves to its end.
    """
    keep = np.ones(len(raw), bool)
    cut = np.flatnonzero(partly[piece])
    part = piece[cut]
    back, metres = against[part], raw[cut]
    lower, upper = (end[part] for end in ends)
    early = np.where(back, metres > upper, metres < lower)
    late = np.where(back, metres < lower, metres > upper)
    begins = np.concatenate([[True], part[1:] != part[:-1]])
    last_early = early & ~np.concatenate([early[1:] & ~begins[1:], [False]])
    first_late = late & ~np.concatenate([[False], late[:-1] & ~begins[1:]])
    keep[cut] = ~(early | late) | last_early | first_late
    return keep


def _ragged(low: Ints, high: Ints, backward: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """List `low[i]:high[i]` for every i in a row, some backward, with i of each."""
    counts = high - low
    piece = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.where(backward[piece], high[piece] - 1 - within, low[piece] + within), piece


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


def geometry_of(network: RoadNetwork, path: Path) -> LineString:
    """Join the lines of a path in lon, lat, cut at both ends."""
    lines = network.lines[path.segment]
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(line, minlength=len(lines))
    stop = np.cumsum(counts)
    at, piece = _ragged(stop - counts, stop, path.against)
    rows, inside = coordinates[at], np.ones(len(at), bool)
    partly = (path.start > 0) | (path.stop < 1)
    cut = np.flatnonzero(partly[piece])
    located = shapely.line_locate_point(
        lines[piece[cut]], shapely.points(rows[cut]), normalized=True
    )
    inside[cut] = (located > path.start[piece[cut]]) & (located < path.stop[piece[cut]])
    # A piece that is driven in part begins and ends between the points of its line.
    parts = np.flatnonzero(partly)
    lower, upper = (
        shapely.get_coordinates(
            shapely.line_interpolate_point(lines[parts], side[parts], normalized=True)
        )
        for side in (path.start, path.stop)
    )
    back = path.against[parts, None]
    rows, piece = rows[inside], piece[inside]
    sides = [np.searchsorted(piece, parts, side) for side in ("left", "right")]
    # Each piece's beginning before its end: between two stops there may be no point at all.
    ends = np.stack([np.where(back, upper, lower), np.where(back, lower, upper)], axis=1)
    rows = np.insert(rows, np.stack(sides, axis=1).ravel(), ends.reshape(-1, 2), axis=0)
    fresh = np.concatenate([[True], (np.abs(np.diff(rows, axis=0)) > 1e-6).any(axis=1)])  # noqa: PLR2004
    degrees = to_lon_lat(network.segments.crs)
    rows = rows[fresh] if fresh.sum() > 1 else rows[:2]
    return LineString(np.column_stack(degrees.transform(*rows.T)))
