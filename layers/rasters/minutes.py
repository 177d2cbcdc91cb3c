"""Rasters of time from elsewhere: minutes to cross a metre, or to get somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from affine import Affine

from layers.arrays import Floats
from layers.errors import DataError
from layers.rasters.warped import read_warped

CROSSED: Final = 1e-9
"""A metre takes longer than this; so much and less is what rasters have instead of nodata."""

SLOWEST: Final = 1.0
"""Minutes a metre may take: 60 m/h. More are other units, such as seconds."""


def read_minutes(
    path: Path, transform: Affine, shape: tuple[int, int], crs: str, *, per_metre: bool
) -> Floats:
    """Read minutes onto a grid, each cell from the nearest of the raster's own.

    Parameters
    ----------
    path
        GeoTIFF of one band in any coordinate system; scale and offset of the file count.
    transform, shape, crs
        The grid.
    per_metre
        Whether it holds minutes per metre, such as the friction surfaces of the Malaria Atlas
        Project (Weiss and others 2018, 2020), or minutes to the nearest goal.

    Returns
    -------
    minutes
        NaN where the raster says nothing; of a friction also where it is 0 or less.

    Raises
    ------
    MissingFileError
        There is no such file.
    CrsError
        It has no coordinate system.
    DataError
        It is no raster, has several bands, lies elsewhere, or holds other than minutes.
    """
    what = "minutes per metre" if per_metre else "minutes"
    read = read_warped(path, transform, shape, crs, what=what)
    if read.bands != 1:
        raise DataError(f"{path}: has {read.bands} bands; one holds {what}")
    cells = read.cells.astype(np.float64) * read.scale + read.offset
    minutes = np.where(read.known & np.isfinite(cells), cells, np.nan)
    # Minutes that cannot be: nodata that no tag tells of.
    minutes = np.where(minutes > CROSSED if per_metre else minutes >= 0, minutes, np.nan)
    if np.isnan(minutes).all():
        raise DataError(f"{path}: says nothing of the area: it lies elsewhere or holds no {what}")
    usual = float(np.nanmedian(minutes))
    if per_metre and usual > SLOWEST:
        raise DataError(
            f"{path}: half of its cells say {usual:g} and more; as minutes per metre that is "
            f"slower than {60 / SLOWEST / 1000:g} km/h, so they are something else"
        )
    return np.asarray(minutes, np.float64)
