"""Travel-time surfaces in tiles, for ground that does not fit into memory as a whole.

Every tile is spread over with a halo around it, in which the times of its neighbours stand as
starts; a tile whose halo got nearer is spread over again until none does. A way over the
ground is a row of moves of at most two cells, each of which lies in some tile with its halo:
so where nothing changes any more, times are those of the whole, to the rounding of a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine

from geo.surface.egress import LONGEST_WALK_S, Destinations, door_walks, starting
from geo.surface.grid import Grid
from geo.surface.ground import Ground, OffRoad, ground_of
from geo.surface.spread import EDGE, spread
from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError

Place = tuple[Grid, Ground, OffRoad]

NEAR_CELLS: Final = 3
"""What lies so far outside a tile may still close or open a cell of it."""


@dataclass(frozen=True)
class Tile:
    """Part of a grid: its own cells, and its window with the halo around them.

    Attributes
    ----------
    own, window
        Rows and columns from and to, in the whole grid: `(top, bottom, left, right)`.
    """

    own: tuple[int, int, int, int]
    window: tuple[int, int, int, int]

    @property
    def inner(self) -> tuple[slice, slice]:
        """Its own cells, in its window."""
        top, bottom, left, right = self.own
        up, _, aside, _ = self.window
        return slice(top - up, bottom - up), slice(left - aside, right - aside)


def tiles_of(shape: tuple[int, int], side: int, halo: int = EDGE) -> list[Tile]:
    """Cut a grid into tiles, row by row.

    Parameters
    ----------
    shape
        Rows and columns of the grid.
    side
        Cells of a tile from side to side; the last ones may have fewer.
    halo
        Cells around it that it sees, at least `EDGE`.

    Raises
    ------
    DataError
        A side has no cells, or the halo is narrower than a move is long.

    Examples
    --------
    >>> [tile.window for tile in tiles_of((5, 3), 3, halo=2)]
    [(0, 5, 0, 3), (1, 5, 0, 3)]
    """
    if side < 1 or halo < EDGE:
        raise DataError(f"tiles: {side} cells and a halo of {halo}; at least 1 and {EDGE}")
    found = []
    for top in range(0, shape[0], side):
        for left in range(0, shape[1], side):
            bottom, right = min(top + side, shape[0]), min(left + side, shape[1])
            around = (max(0, top - halo), min(shape[0], bottom + halo))
            aside = (max(0, left - halo), min(shape[1], right + halo))
            found.append(Tile((top, bottom, left, right), (*around, *aside)))
    return found


def window_grid(grid: Grid, window: tuple[int, int, int, int]) -> Grid:
    """Return the part of a grid that a window is."""
    top, bottom, left, right = window
    place = grid.transform @ Affine.translation(left, top)
    return replace(grid, transform=place, shape=(bottom - top, right - left))


def place_of(
    grid: Grid,
    window: tuple[int, int, int, int],
    way: OffRoad,
    dem: Callable[[Grid], Floats],
) -> Place:
    """Return the ground of a window, with what closes and opens its cells."""
    part = window_grid(grid, window)
    width, height = part.cell_m
    west, north = part.transform.c, part.transform.f
    east, south = west + part.shape[1] * width, north - part.shape[0] * height
    margin = NEAR_CELLS * max(width, height)
    box = shapely.box(west - margin, south - margin, east + margin, north + margin)
    near = [
        [one for one in shapes if one.intersects(box)] for shapes in (way.barriers, way.crossings)
    ]
    top, bottom, left, right = window
    cover = None if way.landcover is None else way.landcover[top:bottom, left:right]
    own = replace(way, landcover=cover, barriers=near[0], crossings=near[1])
    return part, ground_of(part, dem(part), own), own


def tiled_walks(
    grid: Grid,
    way: OffRoad,
    dem: Callable[[Grid], Floats],
    side: int,
    destinations: Destinations,
    points: tuple[Floats, Floats],
) -> tuple[Floats, Ints, Bools]:
    """Compute `geo.surface.egress.door_walks`, tile by tile of the doors.

    Around a tile lies all the ground that may be crossed in the longest walk.
    """
    kph = way.slope.base_kph * float(np.exp(way.slope.decay * abs(way.slope.best)))
    kph = max([kph, *(2 * speed for speed, _ in way.speeds.values())])
    reach = int(np.ceil(LONGEST_WALK_S * kph / 3.6 / min(grid.cell_m))) + EDGE
    x, y = destinations.metres(grid)
    cells, inside = grid.cells(x, y)
    index = np.flatnonzero(inside)
    walk = np.full(len(points[0]), np.inf)
    which = np.full(len(points[0]), -1, np.int64)
    stands = np.zeros(len(x), bool)
    for tile in tiles_of(grid.shape, side, reach):
        top, bottom, left, right = tile.own
        row, column = cells.T
        here = (row >= top) & (row < bottom) & (column >= left) & (column < right)
        if not here.any():
            continue
        doors = index[here]
        place = place_of(grid, tile.window, way, dem)
        near = np.flatnonzero(place[0].cells(*points)[1])
        found, whose, landed = door_walks(
            *place,
            (x[doors], y[doors], destinations.initial_s[doors]),
            (points[0][near], points[1][near]),
        )
        stands[doors] = landed
        owner = np.append(doors, -1)[whose]
        better = found < walk[near]
        walk[near[better]], which[near[better]] = found[better], owner[better]
    return walk, which, stands


def spread_tiles(
    grid: Grid,
    way: OffRoad,
    dem: Callable[[Grid], Floats],
    side: int,
    starts: list[tuple[Floats, Floats, Floats, Ints]],
    into: tuple[NDArray[np.float64], NDArray[np.int32]],
    *,
    max_s: float = np.inf,
) -> int:
    """Spread over a grid tile by tile, until no tile gets nearer by its neighbours.

    Parameters
    ----------
    grid, way, dem
        Where, how the ground is crossed, and the heights of a part of the grid.
    side
        Cells of a tile from side to side.
    starts
        x, y, seconds and owner of points to spread from, as for `geo.surface.egress.starting`.
    into
        Times and owners, shape (rows, columns): inf and -1 at first; they may lie on a disk.
    max_s
        Farther cells are inf.

    Returns
    -------
    spreads
        How many times a tile was spread over.
    """
    seconds, owner = into
    tiles = tiles_of(grid.shape, side)
    waiting = dict.fromkeys(range(len(tiles)))
    count = 0
    while waiting:
        at = next(iter(waiting))
        del waiting[at]
        tile = tiles[at]
        place = place_of(grid, tile.window, way, dem)
        found, whose = _spread_one(place, tile, starts, into, max_s)
        count += 1
        top, bottom, left, right = tile.own
        own = np.s_[top:bottom, left:right]
        nearer = found[tile.inner] < seconds[own]
        seconds[own] = np.where(nearer, found[tile.inner], seconds[own])
        owner[own] = np.where(nearer, whose[tile.inner], owner[own])
        rows, columns = np.nonzero(nearer)
        waiting |= dict.fromkeys(_who_sees(tiles, at, rows + top, columns + left))
    return count


def _spread_one(
    place: Place,
    tile: Tile,
    starts: list[tuple[Floats, Floats, Floats, Ints]],
    into: tuple[NDArray[np.float64], NDArray[np.int32]],
    max_s: float,
) -> tuple[Floats, Ints]:
    """Spread over one tile from its own starts and from what stands in its halo."""
    grid, ground, way = place
    near = []
    for x, y, time, whose in starts:
        here = grid.cells(x, y)[1]
        near.append(starting(place, x[here], y[here], time[here], whose[here]))
    top, bottom, left, right = tile.window
    known = np.array(into[0][top:bottom, left:right])
    owners = np.array(into[1][top:bottom, left:right])
    known[tile.inner] = np.inf
    halo = np.argwhere(np.isfinite(known))
    near.append((halo, known[tuple(halo.T)], owners[tuple(halo.T)].astype(np.int64)))
    cells, initial, whose = (np.concatenate(parts) for parts in zip(*near, strict=True))
    found, which = spread(
        ground, cells, initial, slope=way.slope, neighbours=way.neighbours, max_s=max_s
    )
    return found, np.append(whose, -1)[which]


def _who_sees(tiles: list[Tile], at: int, rows: Ints, columns: Ints) -> Iterator[int]:
    """Yield the other tiles in whose windows some cells lie."""
    if not len(rows):
        return
    low, high = (rows.min(), columns.min()), (rows.max(), columns.max())
    for number, tile in enumerate(tiles):
        top, bottom, left, right = tile.window
        if number == at or low[0] >= bottom or high[0] < top or low[1] >= right or high[1] < left:
            continue
        if ((rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)).any():
            yield number
