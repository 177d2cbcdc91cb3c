"""Isochrones: outlines of travel-time surfaces, for maps.

People are counted on the surface itself. An outline follows the cells, never a hull.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes
from rasterio.transform import Affine
from scipy import ndimage

from geo.surface.grid import Grid
from geo.surface.surface import Surface
from layers.arrays import Bools
from layers.errors import DataError

Bands = NDArray[np.int16]

MIN_CELLS: Final = 10
"""Patches and holes of fewer cells are slivers, unless a caller says otherwise."""

TOLERANCE_CELLS: Final = 1.0
"""Side of the square, in cells, whose area a corner must have to stay."""

ALL_AROUND: Final = np.ones((3, 3), bool)
"""Cells that touch at corners, too."""


def isochrones(
    surface: Surface,
    minutes: Sequence[float],
    *,
    bands: bool = False,
    min_area_m2: float | None = None,
    tolerance_m: float | None = None,
) -> gpd.GeoDataFrame:
    """Draw outlines of what lies within some times.

    Holes smaller than `min_area_m2` are filled, then smaller patches left out; a gap at the
    edge of the grid is no hole. Corners are
    then cut by Visvalingam and Whyatt's (1993) method for coverages, so that neighbouring
    bands keep their border in common. Outlines of longer times hold those of shorter ones.

    Parameters
    ----------
    surface
        Times.
    minutes
        Rising, above 0.
    bands
        Each outline without those of shorter times, instead of all within the time.
    min_area_m2
        Ten cells by default.
    tolerance_m
        Side of the square of the area up to which corners are cut; one cell by default,
        0 keeps every corner of every cell.

    Returns
    -------
    table
        Columns `minutes` and `geometry`, one row for each time, in the grid's system. A
        time within which nothing lies has an empty polygon.

    Raises
    ------
    DataError
        The minutes do not rise, or a size is negative.
    """
    cell = surface.grid.cell_m
    area = MIN_CELLS * cell[0] * cell[1] if min_area_m2 is None else min_area_m2
    tolerance = TOLERANCE_CELLS * max(cell) if tolerance_m is None else tolerance_m
    if not len(minutes) or minutes[0] <= 0 or (np.diff(minutes) <= 0).any():
        raise DataError(f"isochrones: minutes must rise from above 0, not {list(minutes)}")
    if not (area >= 0 and tolerance >= 0):
        raise DataError("isochrones: the least area and the tolerance are at least 0")
    fewest = area / (cell[0] * cell[1])
    band = np.zeros(surface.time_s.shape, np.int16)
    for rank, limit in reversed(list(enumerate(minutes, start=1))):
        band[_without_slivers(surface.time_s <= limit * 60, fewest)] = rank
    parts = _coverage(band, surface.grid, len(minutes), tolerance)
    if not bands:
        parts = [shapely.coverage_union_all(parts[: rank + 1]) for rank in range(len(parts))]
    geometry = shapely.make_valid(np.array(parts, dtype=object))
    return gpd.GeoDataFrame(
        {"minutes": np.array(minutes, np.float64)}, geometry=geometry, crs=surface.grid.crs
    )


def _without_slivers(inside: Bools, fewest: float) -> Bools:
    """Fill small holes, then drop small patches.

    Both keep what holds more cells, so that what lay within a larger area still does.
    """
    gap, count = ndimage.label(~inside, ALL_AROUND)
    sizes = np.bincount(gap.ravel(), minlength=count + 1).astype(np.float64)
    sizes[0] = np.inf
    for edge in (gap[0], gap[-1], gap[:, 0], gap[:, -1]):
        sizes[edge] = np.inf
    filled = inside | (sizes[gap] < fewest)
    patch, count = ndimage.label(filled)
    sizes = np.bincount(patch.ravel(), minlength=count + 1).astype(np.float64)
    sizes[0] = 0.0
    large: Bools = sizes[patch] >= max(fewest, 1)
    return large


def _coverage(band: Bands, grid: Grid, count: int, tolerance: float) -> list[shapely.Geometry]:
    """Outline the bands 1 to `count`, together, so that neighbours share their borders."""
    found: list[list[shapely.Geometry]] = [[] for _ in range(count)]
    for outline, value in shapes(band, mask=band > 0, transform=Affine.identity()):
        found[int(value) - 1].append(shapely.geometry.shape(outline))
    pieces = np.array([piece for part in found for piece in part], dtype=object)
    if not len(pieces):
        return [shapely.Polygon()] * count
    # A corner wherever cells meet, so that neighbours have theirs in the same places.
    pieces = shapely.make_valid(shapely.segmentize(pieces, 1.0))
    pieces = shapely.transform(pieces, lambda at: _to_metres(np.rint(at), grid))
    pieces = shapely.coverage_simplify(pieces, tolerance)
    ends = np.cumsum([len(part) for part in found])
    return [
        shapely.coverage_union_all(part) if len(part) else shapely.Polygon()
        for part in np.split(pieces, ends[:-1])
    ]


def _to_metres(corners: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Turn corners of cells, column and row, into coordinates."""
    width, height = grid.cell_m
    return np.column_stack(
        [grid.transform.c + corners[:, 0] * width, grid.transform.f - corners[:, 1] * height]
    )
