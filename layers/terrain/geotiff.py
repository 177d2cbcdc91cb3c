"""Write elevations as a GeoTIFF."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine

GRAIN_TAG: Final = "GRAIN_M"
"""Name in a raster's metadata of how fine its terrain really is, in metres."""

NODATA: Final = -32768

TINY: Final = 1e-6
"""Part of a cell that is rounding."""


def write_heights(
    path: Path,
    cells: NDArray[np.float32],
    transform: Affine,
    crs: str,
    *,
    grain_m: float = 0.0,
    whole: bool = False,
) -> None:
    """Write elevations as one compressed GeoTIFF.

    It is made in memory first: of a full disk GDAL tells in words of its own, or, on
    closing a file, not at all.

    Parameters
    ----------
    path
        File to write.
    cells
        Metres, NaN without data, shape (rows, columns).
    transform, crs
        Where the cells lie.
    grain_m
        How fine the terrain really is; the file says so.
    whole
        Whether to keep whole metres only, which take a third of the space.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    if whole:
        kept = np.where(np.isnan(cells), NODATA, np.rint(cells)).astype(np.int16)
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            count=1,
            dtype="int16" if whole else "float32",
            nodata=NODATA if whole else np.nan,
            crs=crs,
            width=cells.shape[1],
            height=cells.shape[0],
            transform=transform,
            compress="deflate",
            predictor=2 if whole else 3,
            zlevel=9 if whole else 6,
            tiled=True,
        ) as target:
            target.write(kept if whole else cells, 1)
            if grain_m:
                target.update_tags(**{GRAIN_TAG: f"{grain_m:.6g}"})
        path.write_bytes(memory.read())


def on_grid(
    bounds: tuple[float, float, float, float], transform: Affine
) -> tuple[float, float, float, float]:
    """Widen an extent to whole cells, so that what is cut out is not shifted by a part of one.

    Parameters
    ----------
    bounds
        Left, bottom, right, top.
    transform
        Of a raster that is north up, in the same system.

    Returns
    -------
    bounds
        On the edges of cells, at least one cell wide and high.

    Examples
    --------
    >>> on_grid((0.3, 0.1, 2.0, 2.9), Affine(1, 0, 0, 0, -1, 10))
    (0.0, 0.0, 2.0, 3.0)
    """
    (left, bottom, right, top), grid = bounds, transform
    first = math.floor((left - grid.c) / grid.a + TINY)
    last = max(math.ceil((right - grid.c) / grid.a - TINY), first + 1)
    upper = math.floor((top - grid.f) / grid.e + TINY)
    lower = max(math.ceil((bottom - grid.f) / grid.e - TINY), upper + 1)
    return (
        grid.c + grid.a * first,
        grid.f + grid.e * lower,
        grid.c + grid.a * last,
        grid.f + grid.e * upper,
    )
