"""Make an area's terrain raster from its tables of heights."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from scipy.interpolate import griddata

from layers.area import Area, read_boundary
from layers.arrays import Floats
from layers.crs import LON_LAT as LON_LAT_CRS
from layers.errors import DataError
from layers.io.files import existing_file, write_bytes
from layers.io.tables import LON_LAT, NAMES, QUALITIES, Column, read_table
from layers.io.toml_file import read_utf8
from layers.tables.places import gazetteer

SPOT_COLUMNS = (
    Column("id", "id", required=True),
    NAMES[0],
    *LON_LAT,
    Column("elevation_m", "number", required=True, low=-500, high=9000),
    Column("kind"),
    Column("source", required=True),
    Column("quality", required=True, choices=QUALITIES),
)
NODATA = -32768
MARGIN_CELLS = 5
"""How far beyond the boundary the raster reaches."""


def rebuild_terrain(area: Area) -> tuple[Path, int, int]:
    """Write the last `terrain` of an area from `elevation_grid`, `spot_heights` and its places.

    Cells that the grid lacks, and those it does not reach, are interpolated linearly
    between grid, spot heights and heights of places, beyond them from the nearest. Band 2
    tells them apart: 1 from the grid, 0 interpolated.

    Parameters
    ----------
    area
        With these layers.

    Returns
    -------
    path, known, filled
        The file written, and how many cells are from the grid and interpolated.

    Raises
    ------
    DataError
        A layer is not named in `area.toml`, or a table has problems.
    """
    layers = area.layers
    if not layers.terrain or layers.elevation_grid is None:
        raise DataError(
            f"{area.folder / 'area.toml'}: table 'layers': 'terrain' and 'elevation_grid' "
            "are needed to rebuild the terrain"
        )
    lon, lat, height = read_grid(layers.elevation_grid)
    step = float(np.median(np.diff(lon)))
    west, south, east, north = read_boundary(area).bounds
    reach = MARGIN_CELLS * step
    left = lon[0] - step * np.ceil(max(0, lon[0] - west + reach) / step)
    top = lat[0] + step * np.ceil(max(0, north + reach - lat[0]) / step)
    width = int(np.ceil(round((max(lon[-1], east + reach) - left) / step, 6))) + 1
    depth = int(np.ceil(round((top - min(lat[-1], south - reach)) / step, 6))) + 1
    cells = np.full((depth, width), np.nan)
    column, row = np.rint((lon - left) / step), np.rint((top - lat) / step)
    cells[np.ix_(row.astype(int), column.astype(int))] = height
    known = np.isfinite(cells)
    grid_lon, grid_lat = np.meshgrid(left + step * np.arange(width), top - step * np.arange(depth))
    x, y, z = _points(area)
    points = np.column_stack([np.append(grid_lon[known], x), np.append(grid_lat[known], y)])
    values = np.append(cells[known], z)
    wanted = (grid_lon[~known], grid_lat[~known])
    between = griddata(points, values, wanted, method="linear")
    nearest = griddata(points, values, wanted, method="nearest")
    cells[~known] = np.where(np.isnan(between), nearest, between)
    corner = from_origin(left - step / 2, top + step / 2, step, step)
    # In memory first: of a full disk GDAL does not always tell.
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            count=2,
            dtype="int16",
            nodata=NODATA,
            crs=LON_LAT_CRS,
            width=width,
            height=depth,
            transform=corner,
            compress="deflate",
            predictor=2,
        ) as raster:
            raster.write(np.rint(cells).astype(np.int16), 1)
            raster.write(known.astype(np.int16), 2)
            raster.set_band_description(1, "elevation, metres")
            raster.set_band_description(2, "1 from the grid, 0 interpolated")
        write_bytes(layers.terrain[-1], memory.read())
    return layers.terrain[-1], int(known.sum()), int((~known).sum())


def read_grid(path: Path) -> tuple[Floats, Floats, Floats]:
    """Read a table of heights: `lat`, one column per longitude, `source`.

    Returns
    -------
    lon, lat
        Ascending and descending, evenly spaced.
    height
        Metres, NaN where empty, shape (lat, lon).

    Raises
    ------
    DataError
        A heading or cell is no number, rows differ in length, or spacing is uneven.
    """
    text = read_utf8(existing_file(path, "a grid of heights"))
    every = enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
    numbered = [(number, row) for number, row in every if row]
    rows = [row for _, row in numbered]
    header = rows[0] if rows else [""]
    if header[0] != "lat" or header[-1] != "source":
        raise DataError(f"{path}: the header is 'lat', one column per longitude, 'source'")
    for number, row in numbered[1:]:
        if len(row) != len(header):
            raise DataError(
                f"{path}: row {number}: {len(row)} cells where the header has {len(header)}"
            )
    try:
        lon = np.array(header[1:-1], np.float64)
        lat = np.array([row[0] for row in rows[1:]], np.float64)
        height = np.array([[c or "nan" for c in row[1:-1]] for row in rows[1:]], np.float64)
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error
    down = np.argsort(-lat)
    lat, height = lat[down], height[down]
    if not (
        np.allclose(np.diff(lon), lon[1] - lon[0]) and np.allclose(np.diff(lat), lon[0] - lon[1])
    ):
        raise DataError(
            f"{path}: longitudes and latitudes must be evenly spaced, the same both ways"
        )
    return lon, lat, height


def _points(area: Area) -> tuple[Floats, Floats, Floats]:
    """Gather single heights: spot heights and places that have one."""
    spots = read_table(area.layers.spot_heights, SPOT_COLUMNS, what="a table of spot heights")
    places = gazetteer(area)
    places = places[places["elevation_m"].notna()]
    parts = [frame[["lon", "lat", "elevation_m"]].to_numpy(np.float64) for frame in (spots, places)]
    x, y, z = np.unique(np.concatenate(parts), axis=0).T
    return x, y, z
