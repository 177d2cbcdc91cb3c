"""Rasters of a hazard: flood depth, landslide susceptibility, anything in cells."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError, WindowError
from rasterio.transform import Affine
from rasterio.windows import Window, from_bounds

from layers.arrays import Floats
from layers.crs import Bounds, extent, from_lon_lat
from layers.errors import CrsError, DataError
from layers.io.files import existing_file
from layers.io.raster_file import open_raster, why_unread


@dataclass(frozen=True, eq=False)
class HazardRaster:
    """Cells of a hazard.

    Attributes
    ----------
    cells
        Values in the raster's own unit, NaN where there are no data; shape (rows, columns).
    transform
        From (column, row) to the coordinates of a cell's corner; may be turned.
    crs
        Coordinate system, metric or not.
    """

    cells: Floats
    transform: Affine
    crs: str

    def __post_init__(self) -> None:
        """Refuse what lies nowhere.

        Raises
        ------
        DataError
            There are no rows and columns, or cells have no extent.
        CrsError
            The coordinate system is none.
        """
        if self.cells.ndim != 2 or self.transform.is_degenerate:  # noqa: PLR2004
            raise DataError("hazard raster: cells must be rows and columns with an extent")
        try:
            CRS.from_user_input(self.crs)
        except CRSError as error:
            raise CrsError(f"hazard raster: {self.crs!r} is no coordinate system") from error


def read_hazard_raster(path: Path, bounds: Bounds) -> HazardRaster:
    """Read the part of a raster within an extent.

    Parameters
    ----------
    path
        Any raster of one band in any coordinate system.
    bounds
        Extent in lon, lat.

    Returns
    -------
    raster
        Cells as they are: nothing is warped or averaged.

    Raises
    ------
    MissingFileError
        There is no such file.
    CrsError
        It has no coordinate system, or one that cannot be used.
    DataError
        It is no raster, a picture, or lies elsewhere.
    """
    existing_file(path, "a raster of a hazard")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # an error of ours says it
            opened = open_raster(path)
        with opened as raster:
            if raster.count != 1:
                raise DataError(f"{path}: has {raster.count} bands; a hazard has one")
            if raster.crs is None:
                raise CrsError(f"{path}: has no coordinate reference system; assign one first")
            to_raster = from_lon_lat(raster.crs)
            window = _window(raster, to_raster.transform_bounds(*bounds))
            if window is None:
                raise DataError(f"{path}: lies elsewhere than the roads: {extent(bounds)}")
            read = raster.read(1, window=window, masked=True).astype(np.float64)
            cells = np.ma.filled(read, np.nan)
            return HazardRaster(cells, raster.window_transform(window), raster.crs.to_wkt())
    except RasterioIOError as error:
        raise DataError(f"{path}: cannot be read: {why_unread(error)}") from error
    except ProjError as error:
        raise CrsError(f"{path}: its coordinate system cannot be used: {error}") from error


def _window(raster: rasterio.DatasetReader, around: Bounds) -> Window | None:
    """Return the cells within an extent, None if there are none; all of a turned raster."""
    whole = Window(0, 0, raster.width, raster.height)
    if raster.transform.b or raster.transform.d or raster.transform.e > 0:
        return whole
    try:
        window = from_bounds(*around, transform=raster.transform).intersection(whole)
    except WindowError:
        return None
    window = window.round_offsets().round_lengths(op="ceil")
    return window.intersection(whole) if window.width and window.height else None
