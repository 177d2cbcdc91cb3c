"""From the road to the door: walks over the ground between positions on roads and places.

A position in a cell that can be crossed is in the middle of it. One in a cell that cannot,
such as a road or a hospital on a bank that shares its cell with the river, steps out into
the cells around whose middle it sees without a barrier between: so it stays on its side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from geo.routing.snap import Snapped, snap
from geo.routing.stops import WALK_M
from geo.surface.grid import Grid
from geo.surface.ground import WALKING, Ground, OffRoad
from geo.surface.spread import spread
from layers.arrays import Bools, Floats, Ints
from layers.crs import from_lon_lat
from layers.errors import DataError
from layers.roads.network import RoadNetwork
from layers.roads.profile import sample_fractions

LONGEST_WALK_S: Final = 2 * 3600.0
"""Of the walk between road and door; who is farther from every road is not driven to."""

Walks = Callable[[tuple[Floats, Floats]], tuple[Floats, Ints, Bools]]
"""Gives walks from points, x and y, to doors: what `door_walks` returns."""

_AROUND: Final = np.array([(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if r or c])


@dataclass(frozen=True, eq=False)
class Destinations:
    """Where one wants to be; arrays of shape (destinations,).

    Attributes
    ----------
    lon, lat
        Degrees.
    initial_s
        Time lost there, such as the wait at a door; none by default.
    """

    lon: Floats
    lat: Floats
    initial_s: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        """Fill in waiting times, and refuse places that are none.

        Raises
        ------
        DataError
            Arrays differ in length, a position lies nowhere on Earth, or a time is
            negative or NaN.
        """
        if not len(self.initial_s):
            object.__setattr__(self, "initial_s", np.zeros(len(self.lon)))
        if not len(self.lon) == len(self.lat) == len(self.initial_s):
            raise DataError("destinations: arrays differ in length")
        wrong = ~((np.abs(self.lon) <= 180) & (np.abs(self.lat) <= 90))  # noqa: PLR2004
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise DataError(
                f"destination {at} lies nowhere on Earth: {self.lon[at]:g},{self.lat[at]:g}"
            )
        if not (self.initial_s >= 0).all():
            raise DataError("destinations: times must be at least 0")

    def within(self, grid: Grid) -> tuple[Ints, Ints]:
        """Return row and column of those in a grid, shape (n, 2), and which they are."""
        cells, inside = grid.cells(*self.metres(grid))
        return cells, np.flatnonzero(inside)

    def metres(self, grid: Grid) -> tuple[Floats, Floats]:
        """Return x and y in a grid's system, shape (destinations,) each."""
        to_metres = from_lon_lat(grid.crs)
        x, y = to_metres.transform(self.lon, self.lat)
        return np.asarray(x), np.asarray(y)


@dataclass(frozen=True, eq=False)
class Landings:
    """Where points come to stand on ground that can be crossed; arrays of shape (landings,).

    Attributes
    ----------
    point
        Which point; one in a cell that cannot be crossed may have several landings, or none.
    cells
        Row and column, shape (landings, 2).
    step_s
        Seconds of the step to there from the middle of the point's cell, 0 within that.
    """

    point: Ints
    cells: Ints
    step_s: Floats


def landings(
    grid: Grid, ground: Ground, off_road: OffRoad, x: Floats, y: Floats, *, leaving: bool
) -> Landings:
    """Find where points come to stand on the ground.

    Parameters
    ----------
    grid, ground
        Where, and what can be crossed.
    off_road
        Its barriers are not stepped over.
    x, y
        Points in the grid's system, shape (points,).
    leaving
        Whether one steps from the points to their landings, or back; slope counts.

    Returns
    -------
    landings
        None for points outside the grid or far inside what cannot be crossed.
    """
    cells, inside = grid.cells(x, y)
    passable = ground.passable
    dry = passable[tuple(cells.T)]
    point = np.flatnonzero(inside)
    stuck, around = point[~dry], cells[~dry][:, None] + _AROUND
    within = ((around >= 0) & (around < grid.shape)).all(axis=2)
    near = np.where(within[:, :, None], around, 0)
    row, side = np.nonzero(within & passable[near[..., 0], near[..., 1]])
    to, of = near[row, side], stuck[row]
    across, down = grid.centres()
    starts = np.column_stack([x[of], y[of]])
    ends = np.column_stack([across[to[:, 1]], down[to[:, 0]]])
    tree = shapely.STRtree([shape for shape in off_road.barriers if not shape.is_empty])
    steps = np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1)), dtype=object)
    clear: Bools = np.full(len(steps), fill_value=True)
    clear[tree.query(steps, predicate="intersects")[0]] = False
    to, of, own = to[clear], of[clear], cells[~dry][row[clear]]
    # As long as the grid's own move, so that a barrier makes nothing nearer.
    length = np.hypot(*((to - own) * grid.cell_m[::-1]).T)
    at, slope = tuple(to.T), off_road.slope
    rise = ground.elevation_m[at] - ground.elevation_m[tuple(own.T)]
    grade = np.nan_to_num(rise / length * (1 if leaving else -1))
    slower = np.exp(slope.decay * (np.abs(grade - slope.best) - abs(slope.best)))
    slower[ground.mode[at] != WALKING] = 1.0
    return Landings(
        np.concatenate([point[dry], of]),
        np.concatenate([cells[dry], to]),
        np.concatenate([np.zeros(int(dry.sum())), length * slower * 3.6 / ground.speed_kph[at]]),
    )


def door_walks(
    grid: Grid,
    ground: Ground,
    off_road: OffRoad,
    doors: tuple[Floats, Floats, Floats],
    points: tuple[Floats, Floats],
    *,
    longest_s: float = LONGEST_WALK_S,
) -> tuple[Floats, Ints, Bools]:
    """Compute the walk over the ground from points to the nearest of some doors.

    Within the cell of a door the walk is straight.

    Parameters
    ----------
    grid, ground, off_road
        Where, what is crossed, and how.
    doors
        x and y in the grid's system and the time still needed in s, shape (doors,) each.
    points
        x and y, shape (points,) each.
    longest_s
        Longer walks are left out.

    Returns
    -------
    walk_s
        With the time still needed at the door; inf where the ground leads to none in time.
        Shape (points,).
    which
        The door, -1 where none. Shape (points,).
    stands
        Which doors have a landing, shape (doors,): the others this says nothing of.
    """
    x, y, initial = doors
    begin = landings(grid, ground, off_road, x, y, leaving=False)
    stands = np.zeros(len(x), bool)
    stands[begin.point] = True
    finite = initial[np.isfinite(initial)]
    time, nearest = spread(
        ground,
        begin.cells,
        initial[begin.point] + begin.step_s,
        slope=off_road.slope,
        neighbours=off_road.neighbours,
        max_s=longest_s + finite.max(initial=0.0),
    )
    end = landings(grid, ground, off_road, *points, leaving=True)
    at = tuple(end.cells.T)
    landing = nearest[at]
    walk, which = time[at] + end.step_s, np.append(begin.point, -1)[landing]
    own = (landing >= 0) & (end.step_s == 0) & (np.append(begin.step_s, 1.0)[landing] == 0)
    own[own] = (begin.cells[landing[own]] == end.cells[own]).all(axis=1)
    apart = [points[k][end.point[own]] - doors[k][which[own]] for k in (0, 1)]
    walk[own] = np.hypot(*apart) * 3.6 / off_road.slope.base_kph + initial[which[own]]
    walk[walk - np.append(initial, 0.0)[which] > longest_s] = np.inf
    # Of several landings the nearest: the last one written is the best.
    order = np.argsort(-walk, kind="stable")
    walk_s, whose = np.full(len(points[0]), np.inf), np.full(len(points[0]), -1, np.int64)
    walk_s[end.point[order]], whose[end.point[order]] = walk[order], which[order]
    return walk_s, np.where(np.isfinite(walk_s), whose, -1), stands


def leaving(
    where: tuple[Grid, OffRoad],
    network: RoadNetwork,
    usable: Bools,
    may: Bools,
    samples: tuple[Floats, Floats],
    destinations: Destinations,
    walks: Walks,
) -> tuple[Snapped, Floats, Ints]:
    """Find where one leaves the road for a door.

    Wherever the ground leads on to a door in time. The nearest position of the road comes
    as well, with a straight walk: in the door's own cell, between two samples; and where the
    ground tells nothing, because the door lies outside the grid or inside what cannot be
    crossed.

    Parameters
    ----------
    where
        Grid, and how the ground is crossed.
    network, usable
        Roads, and which may be driven, shape (segments,).
    may
        At which samples one gets off, shape (samples,).
    samples
        x and y, shape (samples,) each.
    destinations
        The doors.
    walks
        Gives what `door_walks` gives to these doors from points, x and y, shape (points,) each.

    Returns
    -------
    spots, walk_s, whose
        Positions on roads, seconds from there, and the destination that they lead to.
    """
    grid, way = where
    if not usable.any() or not len(destinations.lon):
        nothing = np.zeros(0, np.int64)
        return Snapped(nothing, np.zeros(0), np.zeros(0)), np.zeros(0), nothing
    segment, fraction = network.profile.segment, sample_fractions(network.profile.offsets)
    leave = np.flatnonzero(usable[segment] & may)
    xy = destinations.metres(grid)
    walk, which, stands = walks((samples[0][leave], samples[1][leave]))
    leads = np.isfinite(walk)
    leave = leave[leads]
    near = snap(network, destinations.lon, destinations.lat, usable=usable, max_distance_m=np.inf)
    lines = network.segments.geometry.to_numpy()[near.segment]
    on_road = shapely.line_interpolate_point(lines, near.fraction, normalized=True)
    size, corner = np.array(grid.cell_m), np.array([grid.transform.c, grid.transform.f])
    door, gate = (
        np.floor((np.column_stack(points) - corner) / size)
        for points in (xy, (shapely.get_x(on_road), shapely.get_y(on_road)))
    )
    beside = np.where(stands, (door == gate).all(axis=1), near.offset_m <= WALK_M)
    also = np.flatnonzero(beside)
    straight = near.offset_m[also] * 3.6 / way.slope.base_kph + destinations.initial_s[also]
    spots = Snapped(
        np.concatenate([segment[leave], near.segment[also]]),
        np.concatenate([fraction[leave], near.fraction[also]]),
        np.concatenate([np.zeros(len(leave)), near.offset_m[also]]),
    )
    return spots, np.concatenate([walk[leads], straight]), np.concatenate([which[leads], also])


def starting(
    place: tuple[Grid, Ground, OffRoad], x: Floats, y: Floats, seconds: Floats, whose: Ints
) -> tuple[Ints, Floats, Ints]:
    """Return cells to spread from, with times and owners.

    A point has its landings; one in a cell that cannot be crossed has that cell too, from
    which nothing spreads.
    """
    grid, ground, way = place
    land = landings(grid, ground, way, x, y, leaving=False)
    own, inside = grid.cells(x, y)
    stuck = ~ground.passable[tuple(own.T)]
    of = np.concatenate([land.point, np.flatnonzero(inside)[stuck]])
    step = np.concatenate([land.step_s, np.zeros(int(stuck.sum()))])
    return np.concatenate([land.cells, own[stuck]]), seconds[of] + step, whose[of]
