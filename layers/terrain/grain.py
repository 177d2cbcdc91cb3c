"""How fine a raster of elevations really is, and the raster without what is interpolated."""

from __future__ import annotations

from typing import Final

import numpy as np
import rasterio
from rasterio.errors import RasterioIOError
from rasterio.transform import Affine
from rasterio.windows import Window

from layers.arrays import Floats
from layers.errors import DataError
from layers.io.raster_file import open_raster, why_unread
from layers.terrain.sampling import Tile, in_metres

SIDE: Final = 512
"""Cells of a side of a block that is looked at."""

BLOCKS: Final = 4
"""Blocks each way that are looked at: all of a small raster, a part of a large one."""

LAGS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24)
"""Cells over which heights are compared."""

SMOOTH: Final = 1.7
"""Second differences of what is interpolated grow with the square of the distance; of ground,
with a power of 0.5 to 1.4 (SRTM 3″ of the Thai hills and of Andorra, measured)."""

ROUGH: Final = 1.2
"""Where the power has fallen to this, the terrain itself speaks."""

LEAST_M: Final = 0.8
"""Second differences below this are the rounding to whole metres and tell nothing."""


def estimated_grain_m(tile: Tile) -> float:
    """Estimate how fine the terrain of a raster really is from its roughness at each scale.

    The root mean square of second differences over h cells grows as a power of h: 2 where
    heights are interpolated, less where they are terrain. The grain is where the power falls
    below `ROUGH`, if over the nearest cells it is above `SMOOTH`. Of a raster of uneven grain
    the coarser counts as soon as a quarter of its blocks have it.

    Parameters
    ----------
    tile
        The raster.

    Returns
    -------
    grain_m
        `tile.cell_m` unless it is clearly coarser.

    Raises
    ------
    DataError
        It cannot be read.
    """
    try:
        with open_raster(tile.name) as raster:
            blocks = [_block(raster, at, under) for at in range(BLOCKS) for under in range(BLOCKS)]
    except RasterioIOError as error:
        raise DataError(f"{tile.path}: cannot be read: {why_unread(error)}") from error
    grains = [grain for block in blocks if (grain := _grain_cells(block)) > 0]
    if not grains:
        return tile.cell_m
    return tile.cell_m * float(np.quantile(grains, 0.75, method="higher"))


def _block(raster: rasterio.DatasetReader, at: int, under: int) -> Floats:
    """Read one of the blocks, spread evenly over the raster; NaN without data."""
    width, height = min(SIDE, raster.width // BLOCKS), min(SIDE, raster.height // BLOCKS)
    left = at * (raster.width - width) // (BLOCKS - 1)
    top = under * (raster.height - height) // (BLOCKS - 1)
    cells = raster.read(1, window=Window(left, top, width, height), masked=True)
    values: Floats = np.ma.filled(cells.astype(np.float64), np.nan)
    return in_metres(values, raster)


def _grain_cells(cells: Floats) -> float:
    """Return the grain of a block in cells, 1 if it is its cells, 0 if it tells nothing."""
    lags = [lag for lag in LAGS if 4 * lag < min(cells.shape)]
    if len(lags) < 3 or np.isnan(cells).mean() > 0.5:  # noqa: PLR2004
        return 0.0
    rough = np.array([_roughness(cells, lag) for lag in lags])
    if np.isnan(rough).any() or rough[0] <= 0 or rough[1] < LEAST_M:
        return 0.0
    power = np.diff(np.log(rough)) / np.diff(np.log(lags))
    if power[0] < SMOOTH:
        return 1.0
    below = np.flatnonzero(power < ROUGH)
    if not len(below):
        return float(lags[-1])
    at = int(below[0])
    middle = np.sqrt(np.array(lags[:-1]) * np.array(lags[1:]))
    return float(np.interp(ROUGH, power[[at, at - 1]], middle[[at, at - 1]]))


def _roughness(cells: Floats, lag: int) -> float:
    """Return the root mean square of second differences over a lag, both ways."""
    down = cells[2 * lag :] - 2 * cells[lag:-lag] + cells[: -2 * lag]
    right = cells[:, 2 * lag :] - 2 * cells[:, lag:-lag] + cells[:, : -2 * lag]
    square = np.concatenate([down.ravel(), right.ravel()]) ** 2
    known = square[~np.isnan(square)]
    return float(np.sqrt(known.mean())) if len(known) else float("nan")


def thinned(cells: Floats, transform: Affine, every: int) -> tuple[Floats, Affine]:
    """Leave out interpolated cells: keep one of `every` both ways.

    Of all rows and columns that could be kept, those are taken from which a cubic spline
    gives the others back best: the posts that the raster was made from.

    Parameters
    ----------
    cells
        Metres, NaN without data, shape (rows, columns).
    transform
        Where they lie.
    every
        At least 1.

    Returns
    -------
    posts
        Shape (rows / every, columns / every).
    transform
        Of cells with a post in their middle.

    Examples
    --------
    >>> ramp = np.add.outer(np.arange(6.0), np.zeros(6))
    >>> thinned(ramp, Affine(1, 0, 0, 0, -1, 6), 1)[0].shape
    (6, 6)
    """
    if every <= 1:
        return cells, transform
    first = (_phase(cells.T, every), _phase(cells, every))
    posts = cells[first[1] :: every, first[0] :: every]
    shift = Affine.translation(first[0] + 0.5 - every / 2, first[1] + 0.5 - every / 2)
    return posts, transform @ shift @ Affine.scale(every)


def _phase(cells: Floats, every: int) -> int:
    """Return the first of the rows from which the others come back best."""
    from scipy.interpolate import CubicSpline

    filled = np.where(np.isnan(cells), np.nanmean(cells) if cells.size else 0.0, cells)
    columns = filled[:, :: max(1, cells.shape[1] // 400)]
    inner = np.arange(2 * every, cells.shape[0] - 2 * every)
    if len(inner) < every:
        return every // 2
    errors = []
    for first in range(every):
        rows = np.arange(first, len(columns), every)
        back = CubicSpline(rows, columns[rows])(inner)
        errors.append(float(((back - columns[inner]) ** 2).mean()))
    return int(np.argmin(errors))
