"""Grids of square cells in an area's metric system, and what is burned into them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS
from rasterio.features import rasterize
from rasterio.transform import Affine
from shapely.geometry.base import BaseGeometry

from layers.arrays import Bools, Floats, Ints
from layers.crs import Bounds, from_lon_lat, to_lon_lat
from layers.errors import CrsError, DataError
from layers.terrain.terrain import Terrain

ROWS = 256
"""Rows whose heights are read at once."""


@dataclass(frozen=True)
class Grid:
    """Where the cells of an array lie.

    Attributes
    ----------
    transform
        From (column, row) to (x, y) of a cell's upper left corner; north is up.
    shape
        Rows and columns.
    crs
        Coordinate system in metres.
    """

    transform: Affine
    shape: tuple[int, int]
    crs: str

    def __post_init__(self) -> None:
        """Refuse a grid that is turned, empty, or not in metres.

        Raises
        ------
        DataError
            It is turned, north is not up, or it has no cells.
        CrsError
            Its system is not in metres.
        """
        _, turned, _, also, _, _ = tuple(self.transform)[:6]
        if turned or also or self.transform.a <= 0 or self.transform.e >= 0:
            raise DataError("grid: rows must run east and columns south")
        if min(self.shape) < 1:
            raise DataError(f"grid: {self.shape[0]} rows of {self.shape[1]} columns are no grid")
        if not CRS.from_user_input(self.crs).is_projected:
            raise CrsError(f"grid: {self.crs} is not in metres")

    @property
    def cell_m(self) -> tuple[float, float]:
        """Width and height of a cell."""
        return float(self.transform.a), float(-self.transform.e)

    def cells(self, x: Floats, y: Floats) -> tuple[Ints, Bools]:
        """Find the cells that points lie in.

        Parameters
        ----------
        x, y
            In the grid's system, shape (points,).

        Returns
        -------
        cells
            Row and column, shape (points inside, 2).
        inside
            Which points lie in the grid, shape (points,).
        """
        width, height = self.cell_m
        with np.errstate(invalid="ignore"):
            row = np.floor((self.transform.f - np.asarray(y)) / height)
            column = np.floor((np.asarray(x) - self.transform.c) / width)
            inside = (row >= 0) & (row < self.shape[0]) & (column >= 0) & (column < self.shape[1])
        return np.column_stack([row[inside], column[inside]]).astype(np.int64), inside

    def centres(self) -> tuple[Floats, Floats]:
        """Return x of every column and y of every row, at the middle of cells."""
        width, height = self.cell_m
        x = self.transform.c + (np.arange(self.shape[1]) + 0.5) * width
        y = self.transform.f - (np.arange(self.shape[0]) + 0.5) * height
        return x, y


def grid_for(bounds: Bounds, crs: str, resolution_m: float) -> Grid:
    """Lay a grid over an extent; its edges are whole multiples of the resolution.

    Parameters
    ----------
    bounds
        Extent in lon, lat.
    crs
        Of the grid, in metres.
    resolution_m
        Side of a cell.

    Returns
    -------
    grid
        Covers the whole extent.

    Raises
    ------
    DataError
        The resolution is no length, or the extent does not lie in the system.

    Examples
    --------
    >>> grid_for((97.9, 19.2, 98.0, 19.3), "EPSG:32647", 100.0).shape
    (112, 107)
    """
    if not 0 < resolution_m < math.inf:
        raise DataError(f"a grid's cells cannot be {resolution_m} m wide")
    to_metres = from_lon_lat(crs)
    edges = to_metres.transform_bounds(*bounds)
    if not np.isfinite(edges).all():
        raise DataError(f"{bounds} does not lie in {crs}")
    west, south = (math.floor(edge / resolution_m) for edge in edges[:2])
    east, north = (math.ceil(edge / resolution_m) for edge in edges[2:])
    corner = (west * resolution_m, north * resolution_m)
    transform = Affine(resolution_m, 0.0, corner[0], 0.0, -resolution_m, corner[1])
    return Grid(transform, (max(north - south, 1), max(east - west, 1)), crs)


def heights(grid: Grid, terrain: Terrain) -> Floats:
    """Read the height in the middle of every cell.

    Parameters
    ----------
    grid
        Where.
    terrain
        Bilinear between its own cells.

    Returns
    -------
    elevation_m
        Shape (rows, columns), NaN without data.
    """
    to_degrees = to_lon_lat(grid.crs)
    x, y = grid.centres()
    found = np.empty(grid.shape)
    for top in range(0, len(y), ROWS):
        part = np.s_[top : top + ROWS]
        across, down = np.meshgrid(x, y[part])
        lon, lat = to_degrees.transform(across.ravel(), down.ravel())
        found[part] = terrain.sample(lon, lat).reshape(across.shape)
    return found


def walls(grid: Grid, barriers: Iterable[BaseGeometry], crossings: Iterable[BaseGeometry]) -> Bools:
    """Burn what cannot be crossed, with gaps where it can.

    A line is as thick as one cell: its cells touch at sides or corners, which is a wall to
    `geo.surface.spread`. A crossing opens every cell that it touches: a line (a bridge, a ford)
    with one cell more at both ends, a point with one cell around it.

    Parameters
    ----------
    grid
        Where.
    barriers
        Lines or areas, in the grid's system.
    crossings
        Lines, points or areas that open them.

    Returns
    -------
    closed
        Shape (rows, columns).
    """
    closed = [g for g in barriers if not g.is_empty]
    if not closed:
        return np.zeros(grid.shape, bool)
    # An area narrower than a cell holds no centre of one; its outline does not fail so.
    closed += [g.boundary for g in closed if g.geom_type in {"Polygon", "MultiPolygon"}]
    reach = math.hypot(*grid.cell_m)
    parts = shapely.get_parts(np.array([g for g in crossings if not g.is_empty], dtype=object))
    open_ = [_reaching(part, reach) for part in parts]
    return _burn(grid, closed, all_touched=False) & ~_burn(grid, open_, all_touched=True)


def _burn(grid: Grid, shapes: list[BaseGeometry], *, all_touched: bool) -> Bools:
    """Say which cells shapes cover."""
    if not shapes:
        return np.zeros(grid.shape, bool)
    burned: Bools = rasterize(
        shapes, grid.shape, transform=grid.transform, all_touched=all_touched, dtype="uint8"
    ).astype(bool)
    return burned


def _reaching(shape: BaseGeometry, reach: float) -> BaseGeometry:
    """Make a point an area and a line longer, straight on at both ends."""
    if shape.geom_type == "Point":
        return shape.buffer(reach / 2)
    if shape.geom_type != "LineString" or shape.length == 0:
        return shape
    points = shapely.get_coordinates(shape)
    points = points[np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])]
    ends = [
        end + (end - inner) * reach / np.hypot(*(end - inner))
        for end, inner in ((points[0], points[1]), (points[-1], points[-2]))
    ]
    return shapely.LineString([ends[0], *points, ends[1]])
