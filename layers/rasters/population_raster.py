"""A raster of people: opened by name, read block by block, nobody where there are no data."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.windows import Window

from layers.arrays import Floats
from layers.crs import Bounds, to_lon_lat
from layers.errors import CrsError, DataError
from layers.io.files import existing_file
from layers.io.raster_file import open_raster, why_unread

BLOCK: Final = 2048
"""Cells of a side that are read at once, so that memory does not grow with the raster."""


class Block(NamedTuple):
    """Part of a raster: people in every cell, at least 0, and where it lies."""

    people: Floats
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class PopulationRaster:
    """A raster of people, of which nothing is read yet.

    Attributes
    ----------
    path
        The file.
    crs
        Its coordinate system.
    bounds
        Left, bottom, right, top in that system.
    extent
        The same in lon, lat.
    """

    path: Path
    crs: str
    bounds: tuple[float, float, float, float]
    extent: Bounds


def open_population(path: Path) -> PopulationRaster:
    """Open a raster of people.

    Parameters
    ----------
    path
        WorldPop or any other GeoTIFF whose cells count people.

    Returns
    -------
    raster
        To be read by the functions of this module.

    Raises
    ------
    MissingFileError
        There is no such file.
    CrsError
        It has no coordinate system, or one that cannot be used.
    DataError
        It is no raster, a picture, or turned against its coordinate system.
    """
    existing_file(path, "a population raster")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # an error of ours says it
            opened = open_raster(path)
        with opened as raster:
            if raster.count != 1:
                raise DataError(f"{path}: has {raster.count} bands; a population raster has one")
            if raster.crs is None:
                raise CrsError(f"{path}: has no coordinate reference system; assign one first")
            grid = raster.transform
            if grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
                raise DataError(f"{path}: is turned or upside down; write it north up first")
            crs = raster.crs.to_wkt()
            degrees = to_lon_lat(crs)
            left, bottom, right, top = raster.bounds
            around = degrees.transform_bounds(left, bottom, right, top)
            return PopulationRaster(path, crs, (left, bottom, right, top), around)
    except RasterioIOError as error:
        reason = why_unread(error)
        raise DataError(f"{path}: cannot be read as a population raster: {reason}") from error
    except ProjError as error:
        raise CrsError(f"{path}: its coordinate system cannot be used: {error}") from error


def read_blocks(
    raster: PopulationRaster, shapes: NDArray[np.object_]
) -> Iterator[tuple[Block, NDArray[np.int64]]]:
    """Read the blocks that shapes touch, each with the positions of those shapes.

    Parameters
    ----------
    raster
        From `open_population`.
    shapes
        In the raster's coordinate system.

    Yields
    ------
    block, inside
        Cells without data, and negative ones, hold nobody.

    Raises
    ------
    DataError
        The raster cannot be read.
    """
    tree = shapely.STRtree(shapes)
    try:
        with open_raster(raster.path) as dataset:
            for top in range(0, dataset.height, BLOCK):
                for left in range(0, dataset.width, BLOCK):
                    width = min(BLOCK, dataset.width - left)
                    height = min(BLOCK, dataset.height - top)
                    window = Window(left, top, width, height)
                    around = dataset.window_bounds(window)
                    inside = np.sort(tree.query(shapely.box(*around), predicate="intersects"))
                    if not len(inside):
                        continue
                    cells = dataset.read(1, window=window, masked=True).astype(np.float64)
                    # Voids stay 0: an offset is none of theirs.
                    cells = np.ma.filled(cells * dataset.scales[0] + dataset.offsets[0], 0.0)
                    cells = np.where(np.isfinite(cells) & (cells > 0), cells, 0.0)
                    yield Block(cells, around), inside
    except RasterioIOError as error:
        raise DataError(f"{raster.path}: cannot be read: {why_unread(error)}") from error
