"""Rasters from outside, read onto a grid: each cell from the nearest of their own."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.vrt import WarpedVRT

from layers.arrays import Bools
from layers.errors import CrsError, DataError
from layers.io.files import existing_file
from layers.io.raster_file import open_raster, why_unread


class Warped(NamedTuple):
    """The first band on a grid, where it says something, and what the file scales it by."""

    cells: NDArray[np.generic]
    known: Bools
    scale: float
    offset: float
    bands: int


def read_warped(
    path: Path, transform: Affine, shape: tuple[int, int], crs: str, *, what: str
) -> Warped:
    """Read the first band of a raster in any coordinate system onto a grid.

    Parameters
    ----------
    path
        GeoTIFF, HGT, DTED or ASCII grid.
    transform, shape, crs
        The grid.
    what
        What it shall hold, for messages.

    Raises
    ------
    MissingFileError
        There is no such file.
    CrsError
        It has no coordinate system.
    DataError
        It is no raster.
    """
    existing_file(path, f"a raster of {what}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # an error of ours says it
            opened = open_raster(path)
        with opened as raster:
            if raster.crs is None:
                raise CrsError(f"{path}: has no coordinate reference system; assign one first")
            with WarpedVRT(
                raster,
                crs=crs,
                transform=transform,
                height=shape[0],
                width=shape[1],
                resampling=Resampling.nearest,
                add_alpha=raster.nodata is None,
            ) as warped:
                known = np.asarray(warped.dataset_mask() > 0, bool)
                scale, offset = float(raster.scales[0]), float(raster.offsets[0])
                return Warped(warped.read(1), known, scale, offset, int(raster.count))
    except RasterioError as error:
        raise DataError(f"{path}: cannot be read as {what}: {why_unread(error)}") from error
