"""Travel-time surfaces: from everywhere to the nearest destination, by road and over land."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.driving.cost import EdgeCosts
from geo.routing.engine import contract, customise
from geo.routing.graph import RoadGraph
from geo.routing.snap import Snapped
from geo.surface.egress import Destinations, Walks, door_walks, leaving, starting
from geo.surface.grid import Grid
from geo.surface.ground import Ground, OffRoad, SpeedTable, ground_of
from geo.surface.road_times import times_along
from geo.surface.spread import spread
from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError
from layers.roads.network import RoadNetwork
from layers.roads.profile import sample_fractions
from layers.terrain.drape import points_along

__all__ = ["Destinations", "Surface", "surface_with_roads", "travel_time"]


@dataclass(frozen=True, eq=False)
class Surface:
    """Time from every cell to the nearest destination.

    Attributes
    ----------
    grid
        Where the cells lie.
    time_s
        Shape (rows, columns); inf where no destination can be reached.
    allocation
        Which destination is nearest, -1 where none. Same shape.
    """

    grid: Grid
    time_s: NDArray[np.float32]
    allocation: NDArray[np.int32]


def travel_time(
    grid: Grid,
    dem: Floats,
    landcover: Ints,
    speeds: SpeedTable,
    destinations: Destinations,
    *,
    max_s: float = np.inf,
    neighbours: int = 16,
) -> Surface:
    """Compute travel time over a merged land cover, roads being classes of it.

    This is AccessMod's accessibility analysis, anisotropic and towards the facilities;
    `geo.surface.spread` tells what is the same and what is not.

    Parameters
    ----------
    grid
        Where.
    dem
        Heights in m, shape (rows, columns).
    landcover
        Classes, same shape.
    speeds
        By class: speed in km/h and mode (1 walking, 2 cycling, 3 motorised).
    destinations
        Where to; those outside the grid do not count.
    max_s
        Farther cells are inf.
    neighbours
        8 or 16.

    Returns
    -------
    surface
        Time to the nearest destination.

    Raises
    ------
    DataError
        As `ground_of`.
    """
    off_road = OffRoad(landcover, speeds, neighbours=neighbours)
    ground = ground_of(grid, dem, off_road)
    cells, index = destinations.within(grid)
    return _surface(grid, ground, off_road, (cells, destinations.initial_s[index], index), max_s)


def surface_with_roads(  # noqa: PLR0913
    grid: Grid,
    dem: Floats,
    network: RoadNetwork,
    costs: EdgeCosts,
    destinations: Destinations,
    *,
    off_road: OffRoad | None = None,
    passable_at_least: float = 0.0,
    graph: RoadGraph | None = None,
    max_s: float = np.inf,
) -> Surface:
    """Compute travel time by road and over the ground: walk to a road, drive, walk.

    A destination is reached from any road that may be driven, with a walk over the ground
    from there to the door of at most two hours (`geo.surface.egress`), or on foot all the way. Only
    where the ground tells nothing, at a destination outside the grid or inside what cannot
    be crossed, is that walk a straight one, from the nearest road. One gets on and off a
    road anywhere along it, at the nearest sample (at most 20 m), but not in a tunnel or on
    a ferry. A cell takes the least time of its samples, up to half a cell of driving too
    little for its middle. A way across a border counts only where no other leads. That a
    road is doubtful in the rains costs no time here.

    Parameters
    ----------
    grid
        Where, in the system of the roads.
    dem
        Heights in m, shape (rows, columns).
    network, costs
        The roads, and what they take a vehicle in a season.
    destinations
        Where to.
    off_road
        How the ground is crossed; its land cover may depend on the season.
    passable_at_least
        Roads that are less likely passable are closed.
    graph
        Of the network, if the caller has it already.
    max_s
        Farther cells are inf.

    Returns
    -------
    surface
        Time to the nearest destination.

    Raises
    ------
    DataError
        As `ground_of`, or the roads have another coordinate system.
    """
    way = bridged(network, grid, off_road or OffRoad())
    ground = ground_of(grid, dem, way)
    place = (grid, ground, way)
    doors = (*destinations.metres(grid), destinations.initial_s)
    points = points_to_start_from(
        (grid, way),
        network,
        costs,
        destinations,
        lambda points: door_walks(*place, doors, points),
        passable_at_least=passable_at_least,
        graph=graph,
    )
    starts = [starting(place, *these) for these in points]
    cells, initial, owner = (np.concatenate(parts) for parts in zip(*starts, strict=True))
    return _surface(grid, ground, way, (cells, initial, owner), max_s)


def bridged(network: RoadNetwork, grid: Grid, way: OffRoad) -> OffRoad:
    """Let the bridges of roads lead walkers across, too.

    Raises
    ------
    DataError
        The roads have another coordinate system than the grid.
    """
    segments = network.segments
    if not segments.crs.equals(grid.crs):
        raise DataError(f"roads are in {segments.crs}, the grid in {grid.crs}")
    bridges = segments.geometry[segments["bridge"].to_numpy(bool)]
    return replace(way, crossings=[*way.crossings, *bridges])


def points_to_start_from(
    where: tuple[Grid, OffRoad],
    network: RoadNetwork,
    costs: EdgeCosts,
    destinations: Destinations,
    walks: Walks,
    *,
    passable_at_least: float = 0.0,
    graph: RoadGraph | None = None,
) -> list[tuple[Floats, Floats, Floats, Ints]]:
    """Return the points that the ground is spread over from: destinations, and roads.

    Parameters
    ----------
    where
        Grid, and how the ground is crossed.
    network, costs, destinations, passable_at_least, graph
        As for `surface_with_roads`.
    walks
        As for `geo.surface.egress.leaving`.

    Returns
    -------
    points
        x and y, seconds from there, and which destination that is; of destinations and of
        samples of roads.
    """
    closed = (costs.passable < passable_at_least) | (costs.passable <= 0)
    weight = np.where(closed[:, None], np.inf, costs.time_s)
    samples = _sample_points(network)
    may = _may_get_on(network)
    usable: Bools = np.asarray(np.isfinite(weight).any(axis=1))
    spots, walk_s, whose = leaving(where, network, usable, may, samples, destinations, walks)
    graph = (graph or contract(network)).obeying(costs.obeyed)
    seconds, which = _on_roads(network, weight, graph, spots, walk_s)
    off = np.flatnonzero(np.isfinite(seconds) & may)
    doors = destinations.metres(where[0])
    goals = (*doors, destinations.initial_s, np.arange(len(destinations.lon)))
    return [goals, (samples[0][off], samples[1][off], seconds[off], whose[which[off]])]


@lru_cache(maxsize=1)
def _sample_points(network: RoadNetwork) -> tuple[Floats, Floats]:
    """Return x and y of every sample, once for all kinds of facilities and seasons."""
    offsets = network.profile.offsets
    lines = network.segments.geometry.to_numpy()
    return points_along(lines, sample_fractions(offsets), offsets)


def _surface(
    grid: Grid, ground: Ground, way: OffRoad, starts: tuple[Ints, Floats, Ints], max_s: float
) -> Surface:
    """Spread from cells with their times; the third of `starts` is whose they are."""
    cells, initial, whose = starts
    seconds, which = spread(
        ground, cells, initial, slope=way.slope, neighbours=way.neighbours, max_s=max_s
    )
    owner = np.append(whose, -1)[which].astype(np.int32)
    return Surface(grid, seconds.astype(np.float32), owner)


def _on_roads(
    network: RoadNetwork, weight: Floats, graph: RoadGraph, spots: Snapped, walk: Floats
) -> tuple[Floats, Ints]:
    """Compute seconds from every sample by road to any spot, and which that is."""
    if not len(spots):
        count = len(network.profile.distance_m)
        return np.full(count, np.inf), np.full(count, -1, np.int64)
    abroad = ~network.inland
    inland = np.where(abroad[:, None], np.inf, weight)
    # One does not come to the door by a road across the border either.
    at_home = np.where(abroad[spots.segment], np.inf, walk)
    seconds, which = times_along(network, customise(graph, inland), spots, at_home)
    if not abroad.any():
        return seconds, which
    # A road across the border is no way round if both its ends are reached without it.
    offsets = network.profile.offsets
    lost = np.isinf(seconds)
    cut_off = np.flatnonzero(
        lost & np.repeat(lost[offsets[:-1]] | lost[offsets[1:] - 1], np.diff(offsets))
    )
    if len(cut_off):
        through = times_along(network, customise(graph, weight), spots, walk, cut_off)
        seconds[cut_off], which[cut_off] = through
    return seconds, which


def _may_get_on(network: RoadNetwork) -> Bools:
    """Say at which samples one can get on a road, shape (samples,)."""
    segments, offsets = network.segments, network.profile.offsets
    inside = (segments["tunnel"].to_numpy(bool)) | (segments["highway"] == "ferry").to_numpy()
    may: Bools = ~inside[network.profile.segment]
    # At its ends a tunnel meets the open.
    may[offsets[:-1]] = may[offsets[1:] - 1] = True
    return may
