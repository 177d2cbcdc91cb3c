"""Travel-time surfaces: from everywhere to the nearest destination, by road and over land."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from geo.cost import EdgeCosts
from geo.engine import contract, customise
from geo.grid import Grid
from geo.ground import Ground, OffRoad, SpeedTable, ground_of
from geo.nearest import times_along
from geo.snap import MAX_DISTANCE_M, snap
from geo.spread import spread
from geo.topology import Topology
from layers.crs import LON_LAT
from layers.drape import points_along
from layers.errors import DataError
from layers.network import RoadNetwork
from layers.profile import sample_fractions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ACCESS_KPH: Final = 5.0
"""Of the walk from the road to the door, straight; the flat speed of AccessMod."""


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
        to_metres = Transformer.from_crs(LON_LAT, grid.crs, always_xy=True)
        cells, inside = grid.cells(*map(np.asarray, to_metres.transform(self.lon, self.lat)))
        return cells, np.flatnonzero(inside)


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


def travel_time(  # noqa: PLR0913
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
    `geo.spread` tells what is the same and what is not.

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
    topology: Topology | None = None,
    max_s: float = np.inf,
) -> Surface:
    """Compute travel time by road and over the ground: walk to a road, drive, walk.

    A destination is reached by road from the nearest one that may be driven, with a
    straight walk from there to the door, or on foot all the way. One gets on a road
    anywhere along it, at the nearest sample (at most 20 m), but not in a tunnel or on a
    ferry. A cell takes the least time of its samples, up to half a cell of driving too
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
    topology
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
    if not network.segments.crs.equals(grid.crs):
        raise DataError(f"roads are in {network.segments.crs}, the grid in {grid.crs}")
    way = off_road or OffRoad()
    segments = network.segments
    bridges = segments.geometry[segments["bridge"].to_numpy(bool)]
    way = replace(way, crossings=[*way.crossings, *bridges])
    closed = (costs.passable < passable_at_least) | (costs.passable <= 0)
    weight = np.where(closed[:, None], np.inf, costs.time_s)
    seconds, which = _on_roads(network, weight, topology or contract(network), destinations)
    off = np.flatnonzero(np.isfinite(seconds) & _may_get_on(network))
    x, y = points_along(
        segments.geometry.to_numpy(),
        sample_fractions(network.profile.offsets),
        network.profile.offsets,
    )
    cells, inside = grid.cells(x[off], y[off])
    off = off[inside]
    own_cells, own = destinations.within(grid)
    starts = (
        np.concatenate([own_cells, cells]),
        np.concatenate([destinations.initial_s[own], seconds[off]]),
        np.concatenate([own, which[off]]),
    )
    return _surface(grid, ground_of(grid, dem, way), way, starts, max_s)


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
    network: RoadNetwork, weight: Floats, topology: Topology, destinations: Destinations
) -> tuple[Floats, Ints]:
    """Compute seconds from every sample to the nearest destination, and which that is."""
    usable: Bools = np.asarray(np.isfinite(weight).any(axis=1))
    count = len(network.profile.distance_m)
    if not usable.any() or not len(destinations.lon):
        return np.full(count, np.inf), np.full(count, -1, np.int64)
    spots = snap(network, destinations.lon, destinations.lat, usable=usable, max_distance_m=np.inf)
    walk = spots.offset_m / (ACCESS_KPH / 3.6) + destinations.initial_s
    walk = np.where(spots.offset_m <= MAX_DISTANCE_M, walk, np.inf)
    abroad = network.segments["crossing"].astype(str).to_numpy() != ""
    inland = np.where(abroad[:, None], np.inf, weight)
    seconds, which = times_along(network, customise(topology, inland), spots, walk)
    if not abroad.any():
        return seconds, which
    through, other = times_along(network, customise(topology, weight), spots, walk)
    # A road across the border is no way round if both its ends are reached without it.
    offsets = network.profile.offsets
    lost = np.isinf(seconds)
    cut_off = lost & np.repeat(lost[offsets[:-1]] | lost[offsets[1:] - 1], np.diff(offsets))
    return np.where(cut_off, through, seconds), np.where(cut_off, other, which)


def _may_get_on(network: RoadNetwork) -> Bools:
    """Say at which samples one can get on a road, shape (samples,)."""
    segments, offsets = network.segments, network.profile.offsets
    inside = (segments["tunnel"].to_numpy(bool)) | (segments["highway"] == "ferry").to_numpy()
    may: Bools = ~inside[network.profile.segment]
    # At its ends a tunnel meets the open.
    may[offsets[:-1]] = may[offsets[1:] - 1] = True
    return may
