"""Rasters from outside: opened as the format that their name says, and as no other."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

import rasterio

DRIVERS: Final = {
    ".hgt": "SRTMHGT",
    ".dt0": "DTED",
    ".dt1": "DTED",
    ".dt2": "DTED",
    ".asc": "AAIGrid",
}
"""Formats by suffix; any other file is a GeoTIFF or refused. All hold cells and nothing else."""

PICTURES: Final = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG"}
"""Pictures by their first bytes: opened, so that what is wrong with them can be said."""


def open_raster(name: str | Path) -> rasterio.DatasetReader:
    """Open a raster as GeoTIFF, HGT, DTED or ASCII grid.

    A virtual raster, or the address of a map server, under the name of a raster is neither
    followed nor asked.

    Raises
    ------
    rasterio.errors.RasterioIOError
        It is not what its name says.
    """
    driver = DRIVERS.get(PurePosixPath(str(name)).suffix.lower(), "GTiff")
    if Path(name).is_file():
        with Path(name).open("rb") as file:
            start = file.read(4)
        driver = next((one for first, one in PICTURES.items() if start.startswith(first)), driver)
    return rasterio.open(name, driver=driver)


def why_unread(error: rasterio.errors.RasterioError) -> str:
    """Return what GDAL said of a file; rasterio's own words may only point to it."""
    said = str(error.__cause__ or error)
    if "not recognized as being in a supported file format" in said:
        return "it is no GeoTIFF, HGT, DTED or ASCII grid"
    return said
