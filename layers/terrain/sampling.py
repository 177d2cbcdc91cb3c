"""Read one raster at points, bilinear, in parts that fit into memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import rasterio
from rasterio.errors import RasterioIOError
from rasterio.windows import Window

from layers.arrays import Floats
from layers.crs import Bounds, from_lon_lat
from layers.errors import DataError
from layers.io.raster_file import open_raster, why_unread

BLOCK: Final = 2048
"""Cells of a side that are read at once, so that memory does not grow with the raster."""


LOWEST_M: Final = -500.0
HIGHEST_M: Final = 9000.0

FEET: Final = {"survey": 1200 / 3937, "ft": 0.3048, "feet": 0.3048, "foot": 0.3048}
"""Metres of a foot, by what stands in the name of a band's unit; the first that is there counts."""
"""No land lies lower or higher."""


@dataclass(frozen=True)
class Tile:
    """One raster of a terrain.

    Attributes
    ----------
    name
        As rasterio opens it.
    path
        The file it is in, for messages.
    crs
        Its coordinate system.
    bounds
        Its extent in lon, lat.
    cell_m
        Length of a cell's longer side on the ground.
    grain_m
        How fine the terrain really is: heights closer together than this are interpolated.
        At least `cell_m`; more where a file says so.
    """

    name: str
    path: Path
    crs: str
    bounds: Bounds
    cell_m: float
    grain_m: float


def sample_tile(tile: Tile, lon: Floats, lat: Floats) -> Floats:
    """Read one tile at points inside its bounds, block by block; errors as `Terrain.sample`."""
    x, y = from_lon_lat(tile.crs).transform(lon, lat)
    found = np.full(len(lon), np.nan)
    try:
        with open_raster(tile.name) as raster:
            to_cell = ~raster.transform
            column = to_cell.a * np.asarray(x) + to_cell.b * np.asarray(y) + to_cell.c
            row = to_cell.d * np.asarray(x) + to_cell.e * np.asarray(y) + to_cell.f
            column, row = column - 0.5, row - 0.5
            block = (row // BLOCK).astype(np.int64) * 1_000_000 + (column // BLOCK).astype(np.int64)
            order = np.argsort(block, kind="stable")
            for part in np.split(order, np.flatnonzero(np.diff(block[order])) + 1):
                found[part] = _sample_window(raster, column[part], row[part])
    except RasterioIOError as error:
        raise DataError(f"{tile.path}: cannot be read: {why_unread(error)}") from error
    return found


def _sample_window(raster: rasterio.DatasetReader, column: Floats, row: Floats) -> Floats:
    """Interpolate within the smallest window that holds the points."""
    inside = (column >= -0.5) & (column <= raster.width - 0.5)  # noqa: PLR2004
    inside &= (row >= -0.5) & (row <= raster.height - 0.5)  # noqa: PLR2004
    found = np.full(len(column), np.nan)
    if not inside.any():
        return found
    column = np.clip(column[inside], 0, raster.width - 1)
    row = np.clip(row[inside], 0, raster.height - 1)
    left, top = int(column.min()), int(row.min())
    width = min(int(column.max()) + 2, raster.width) - left
    height = min(int(row.max()) + 2, raster.height) - top
    cells = raster.read(1, window=Window(left, top, width, height), masked=True)
    values = in_metres(np.ma.filled(cells.astype(np.float64), np.nan), raster)
    c0, r0 = (column - left).astype(np.int64), (row - top).astype(np.int64)
    c1, r1 = np.minimum(c0 + 1, width - 1), np.minimum(r0 + 1, height - 1)
    fc, fr = column - left - c0, row - top - r0
    corners = np.stack([values[r0, c0], values[r0, c1], values[r1, c0], values[r1, c1]])
    weights = np.stack([(1 - fr) * (1 - fc), (1 - fr) * fc, fr * (1 - fc), fr * fc])
    found[inside] = weighted_mean(corners, weights)
    return found


def in_metres(values: Floats, raster: rasterio.DatasetReader) -> Floats:
    """Turn raw cells into heights: scale, offset and unit of the band; what no land has is none.

    Many files lose the tag of their voids and keep -32768, -9999 or -3.4e38.
    """
    unit = str(raster.units[0] or "").strip().lower()
    metres = next((one for name, one in FEET.items() if name in unit), 1.0)
    heights: Floats = (values * raster.scales[0] + raster.offsets[0]) * metres
    heights[~((heights >= LOWEST_M) & (heights <= HIGHEST_M))] = np.nan
    return heights


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Average along the first axis, leaving out NaN.

    Parameters
    ----------
    values, weights
        Shape (n, …).

    Returns
    -------
    mean
        Shape (…); NaN where every value with weight is NaN.

    Examples
    --------
    Valhalla's published check of a mean elevation of 0, 15 and nodata:

    >>> float(weighted_mean(np.array([0.0, 15.0, np.nan]), np.ones(3)))
    7.5
    """
    weights = np.where(np.isnan(values), 0.0, weights)
    total = weights.sum(axis=0)
    summed = (np.nan_to_num(values) * weights).sum(axis=0)
    mean: Floats = np.divide(summed, total, out=np.full_like(summed, np.nan), where=total > 0)
    return mean
