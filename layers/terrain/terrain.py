"""Terrain: elevation rasters, opened by name and read by window."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import rasterio
from pyproj.exceptions import ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

from layers.arrays import Floats
from layers.crs import Bounds, to_lon_lat
from layers.errors import CrsError, DataError
from layers.io.expansion import check_archive
from layers.io.files import existing_file
from layers.io.raster_file import open_raster, why_unread
from layers.terrain.geotiff import GRAIN_TAG
from layers.terrain.sampling import Tile, sample_tile

METRES_PER_DEGREE = 111_320.0
"""Length of a degree of latitude."""

PICTURE_BANDS = 3
"""Red, green and blue: a raster of so many bands holds no elevations."""

LOOKED_AT: Final = 24
"""Points each way at which the grain of a terrain is looked at."""

LARGEST_GRAIN_M: Final = 50_000.0


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

    @property
    def finest_m(self) -> float:
        """Grain of the finest tile."""
        return min(tile.grain_m for tile in self.tiles)

    def usual_grain_m(self, bounds: Bounds) -> float:
        """Return the grain of the terrain in the middle of all places of an extent that has one.

        The coarsest tile's where nothing of the extent is covered.
        """
        if len({tile.grain_m for tile in self.tiles}) == 1:
            return self.finest_m
        west, south, east, north = bounds
        share = (np.arange(LOOKED_AT) + 0.5) / LOOKED_AT
        lon, lat = np.meshgrid(west + (east - west) * share, south + (north - south) * share)
        _, grain = self.sample_with_grain(lon.ravel(), lat.ravel())
        known = grain[~np.isnan(grain)]
        if not len(known):
            return max(tile.grain_m for tile in self.tiles)
        return float(np.sort(known)[len(known) // 2])

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
        return self.sample_with_grain(lon, lat)[0]

    def sample_with_grain(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Read elevations, and how fine the terrain is that tells them; errors as `sample`.

        Returns
        -------
        elevation_m, grain_m
            Shape (points,); NaN where no tile has data.
        """
        found, grain = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
        for tile in self.tiles:
            west, south, east, north = tile.bounds
            open_ = (
                np.isnan(found) & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            )
            where = np.flatnonzero(open_)
            if len(where):
                found[where] = sample_tile(tile, lon[where], lat[where])
                grain[where] = np.where(np.isnan(found[where]), np.nan, tile.grain_m)
        return found, grain

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


def open_terrain(*paths: Path, grain_m: Sequence[float] = ()) -> Terrain:
    """Open elevation files: GeoTIFF, HGT, zipped HGT, one or several, also whole folders.

    Parameters
    ----------
    *paths
        Files, or folders of them. The first that has data at a point wins.
    grain_m
        How fine the terrain really is, for every one of `paths`; 0 where it is what the file
        says of itself (metadata `GRAIN_M`), else its cells. Never finer than its cells.

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
        A file is no raster, a folder holds none, or there are not as many grains as paths.
    """
    told = list(grain_m) or [0.0] * len(paths)
    if len(told) != len(paths):
        raise DataError(
            f"terrain: {len(paths)} rasters and {len(told)} grains; give one for each, in order"
        )
    return Terrain(
        tuple(
            _with_grain(_tile(name, file), grain)
            for path, grain in zip(paths, told, strict=True)
            for name, file in _names(path)
        )
    )


def _with_grain(tile: Tile, told: float) -> Tile:
    """Return a tile with the grain it is told to have, if any and not finer than its cells."""
    return replace(tile, grain_m=max(told, tile.cell_m)) if told else tile


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
            raster = open_raster(name)
        with raster:
            if raster.count >= PICTURE_BANDS:
                raise DataError(f"{path}: is a picture of {raster.count} bands, no terrain")
            if raster.crs is None:
                raise CrsError(f"{path}: has no coordinate reference system; assign one first")
            grid = raster.transform
            if grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
                raise DataError(
                    f"{path}: is turned or upside down; write it north up first, e.g. with gdalwarp"
                )
            crs = raster.crs.to_wkt()
            bounds = to_lon_lat(crs).transform_bounds(*raster.bounds)
            across = (bounds[2] - bounds[0]) / raster.width * np.cos(np.radians(bounds[1]))
            down = (bounds[3] - bounds[1]) / raster.height
            cell = float(max(across, down) * METRES_PER_DEGREE)
            return Tile(name, path, crs, bounds, cell, max(cell, _own_grain(raster, path)))
    except RasterioIOError as error:
        raise DataError(f"{path}: cannot be read as terrain: {why_unread(error)}") from error
    except ProjError as error:
        raise CrsError(f"{path}: its coordinate system cannot be used: {error}") from error


def _own_grain(raster: rasterio.DatasetReader, path: Path) -> float:
    """Read what a file says of its grain; 0 if nothing."""
    text = str(raster.tags().get(GRAIN_TAG, 0))
    try:
        grain = float(text)
    except ValueError:
        grain = np.nan
    if not 0 <= grain <= LARGEST_GRAIN_M:
        raise DataError(
            f"{path}: its metadata {GRAIN_TAG} is {text!r}, no number of metres "
            f"from 0 to {LARGEST_GRAIN_M:,.0f}"
        )
    return grain
