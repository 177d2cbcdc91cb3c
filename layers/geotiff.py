"""Write elevations as a GeoTIFF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine


def write_heights(path: Path, cells: NDArray[np.float32], transform: Affine, crs: str) -> None:
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

    Raises
    ------
    OSError
        The file cannot be written.
    """
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            count=1,
            dtype="float32",
            nodata=np.nan,
            crs=crs,
            width=cells.shape[1],
            height=cells.shape[0],
            transform=transform,
            compress="deflate",
            predictor=3,
            tiled=True,
        ) as target:
            target.write(cells, 1)
        path.write_bytes(memory.read())
