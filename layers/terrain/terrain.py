"""Terrain: elevation rasters, opened by name and read by window."""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from pyproj.exceptions import ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.windows import Window

from layers.arrays import Floats
from layers.crs import Bounds, from_lon_lat, to_lon_lat
from layers.errors import CrsError, DataError
from layers.io.expansion import check_archive
from layers.io.files import existing_file

METRES_PER_DEGREE = 111_320.0
"""Length of a degree of latitude."""

PICTURE_BANDS = 3
"""Red, green and blue: a raster of so many bands holds no elevations."""

BLOCK = 2048
"""Cells of a side that are read at once, so that memory does not grow with the raster."""


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
    """

    name: str
    path: Path
    crs: str
    bounds: Bounds
    cell_m: float


@dataclass(frozen=True)
class Terrain:
    """Elevation in metres from one raster or several; nodata is NaN, never 0."""

    tiles: tuple[Tile, ...]

    @property
    def bounds(self) -> Bounds:
        """Extent of all tiles in lon, lat."""
        west, south, east, north = zip(*(tile.bounds for tile in self.tiles), strict=True)
        return min(west), min(south), max(east), max(north)

    @property
    def cell_m(self) -> float:
        """Size on the ground of the coarsest tile's cells."""
        return max(tile.cell_m for tile in self.tiles)

    def sample(self, lon: Floats, lat: Floats) -> Floats:
        """Read elevations at points, bilinear between cell centres.

        A cell without data does not count: the other neighbours share its weight.

        Parameters
        ----------
        lon, lat
            Degrees, shape (points,).

        Returns
        -------
        elevation_m
            Shape (points,); NaN where no tile has data.

        Raises
        ------
        DataError
            A tile cannot be read.
        """
        found = np.full(len(lon), np.nan)
        for tile in self.tiles:
            west, south, east, north = tile.bounds
            open_ = (
                np.isnan(found) & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            )
            where = np.flatnonzero(open_)
            if len(where):
                found[where] = _sample_tile(tile, lon[where], lat[where])
        return found

    def slope(self, lon: Floats, lat: Floats, *, step_m: float = 30.0) -> Floats:
        """Compute the steepest slope of the ground at points.

        Parameters
        ----------
        lon, lat
            Degrees, shape (points,).
        step_m
            Distance to each side over which heights are compared.

        Returns
        -------
        slope
            Rise over run, at least 0, shape (points,); NaN where data lack.
        """
        dlat = step_m / METRES_PER_DEGREE
        dlon = dlat / np.cos(np.radians(lat))
        east = self.sample(lon + dlon, lat) - self.sample(lon - dlon, lat)
        north = self.sample(lon, lat + dlat) - self.sample(lon, lat - dlat)
        slope: Floats = np.hypot(east, north) / (2 * step_m)
        return slope


def open_terrain(*paths: Path) -> Terrain:
    """Open elevation files: GeoTIFF, HGT, zipped HGT, one or several, also whole folders.

    Parameters
    ----------
    *paths
        Files, or folders of them. The first that has data at a point wins.

    Returns
    -------
    terrain
        Nothing is read yet.

    Raises
    ------
    MissingFileError
        A file is not there.
    CrsError
        A raster has no coordinate system.
    DataError
        A file is no raster, or a folder holds none.
    """
    names = [name for path in paths for name in _names(path)]
    return Terrain(tuple(_tile(name, path) for name, path in names))


def _names(path: Path) -> list[tuple[str, Path]]:
    """Return what rasterio is to open for a file or folder, with the file for messages."""
    if path.is_dir():
        endings = {".tif", ".tiff", ".hgt", ".zip", ".vrt"}
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in endings)
        if not inside:
            raise DataError(f"{path}: holds no terrain; endings read: {', '.join(sorted(endings))}")
        return [name for entry in inside for name in _names(entry)]
    existing_file(path, "terrain")
    if path.suffix.lower() != ".zip":
        return [(str(path), path)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [n for n in archive.namelist() if n.lower().endswith((".hgt", ".tif"))]
            check_archive(path, archive, members)
    except zipfile.BadZipFile as error:
        raise DataError(f"{path}: is no ZIP file, or a broken one") from error
    if not members:
        raise DataError(f"{path}: holds no .hgt or .tif")
    return [(f"/vsizip/{path.as_posix()}/{member}", path) for member in members]


def _tile(name: str, path: Path) -> Tile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # an error of ours says it
            raster = rasterio.open(name)
        with raster:
            if raster.count >= PICTURE_BANDS:
                raise DataError(f"{path}: is a picture of {raster.count} bands, no terrain")
            if raster.crs is None:
                raise CrsError(f"{path}: has no coordinate reference system; assign one first")
            crs = raster.crs.to_wkt()
            bounds = to_lon_lat(crs).transform_bounds(*raster.bounds)
            across = (bounds[2] - bounds[0]) / raster.width * np.cos(np.radians(bounds[1]))
            down = (bounds[3] - bounds[1]) / raster.height
            return Tile(name, path, crs, bounds, float(max(across, down) * METRES_PER_DEGREE))
    except RasterioIOError as error:
        raise DataError(f"{path}: cannot be read as terrain: {why(error)}") from error
    except ProjError as error:
        raise CrsError(f"{path}: its coordinate system cannot be used: {error}") from error


def why(error: RasterioIOError) -> str:
    """Return what GDAL said of a file; rasterio's own words may only point to it."""
    return str(error.__cause__ or error)


def _sample_tile(tile: Tile, lon: Floats, lat: Floats) -> Floats:
    """Read one tile at points inside its bounds, block by block."""
    x, y = from_lon_lat(tile.crs).transform(lon, lat)
    found = np.full(len(lon), np.nan)
    try:
        with rasterio.open(tile.name) as raster:
            to_cell = ~raster.transform
            column = to_cell.a * np.asarray(x) + to_cell.b * np.asarray(y) + to_cell.c
            row = to_cell.d * np.asarray(x) + to_cell.e * np.asarray(y) + to_cell.f
            column, row = column - 0.5, row - 0.5
            block = (row // BLOCK).astype(np.int64) * 1_000_000 + (column // BLOCK).astype(np.int64)
            order = np.argsort(block, kind="stable")
            for part in np.split(order, np.flatnonzero(np.diff(block[order])) + 1):
                found[part] = _sample_window(raster, column[part], row[part])
    except RasterioIOError as error:
        raise DataError(f"{tile.path}: cannot be read: {why(error)}") from error
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
    values = np.ma.filled(cells.astype(np.float64), np.nan)
    c0, r0 = (column - left).astype(np.int64), (row - top).astype(np.int64)
    c1, r1 = np.minimum(c0 + 1, width - 1), np.minimum(r0 + 1, height - 1)
    fc, fr = column - left - c0, row - top - r0
    corners = np.stack([values[r0, c0], values[r0, c1], values[r1, c0], values[r1, c1]])
    weights = np.stack([(1 - fr) * (1 - fc), (1 - fr) * fc, fr * (1 - fc), fr * fc])
    found[inside] = weighted_mean(corners, weights)
    return found


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
