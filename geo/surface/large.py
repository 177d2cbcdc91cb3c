"""Surfaces of areas whose ground does not fit into memory: by road and over land, in tiles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.driving.cost import EdgeCosts
from geo.routing.graph import RoadGraph
from geo.surface.egress import Destinations
from geo.surface.grid import Grid
from geo.surface.ground import OffRoad
from geo.surface.surface import bridged, points_to_start_from
from geo.surface.tiles import spread_tiles, tiled_walks
from layers.arrays import Floats
from layers.roads.network import RoadNetwork


def large_surface(  # noqa: PLR0913
    grid: Grid,
    dem: Callable[[Grid], Floats],
    network: RoadNetwork,
    costs: EdgeCosts,
    destinations: Destinations,
    into: tuple[NDArray[np.float64], NDArray[np.int32]],
    *,
    tile_cells: int = 1024,
    off_road: OffRoad | None = None,
    passable_at_least: float = 0.0,
    graph: RoadGraph | None = None,
    max_s: float = np.inf,
) -> int:
    """Compute `geo.surface.surface.surface_with_roads` tile by tile.

    Roads are held as a whole, ground a tile at a time; times are equal to those of the whole
    to the rounding of sums. Where two destinations are equally near, the other one may stand.

    Parameters
    ----------
    grid
        Where, in the system of the roads.
    dem
        Heights in m of a part of the grid, such as `geo.surface.grid.heights` of a terrain.
    network, costs, destinations, off_road, passable_at_least, graph, max_s
        As for `surface_with_roads`.
    into
        Seconds and nearest destination, shape (rows, columns), filled with inf and -1; arrays
        that lie on a disk (`numpy.memmap`) need no memory.
    tile_cells
        Cells of a tile from side to side.

    Returns
    -------
    spreads
        How many times a tile was spread over.

    Raises
    ------
    DataError
        As `surface_with_roads`.
    """
    way = bridged(network, grid, off_road or OffRoad())
    points = points_to_start_from(
        (grid, way),
        network,
        costs,
        destinations,
        lambda points: tiled_walks(grid, way, dem, tile_cells, destinations, points),
        passable_at_least=passable_at_least,
        graph=graph,
    )
    return spread_tiles(grid, way, dem, tile_cells, points, into, max_s=max_s)
