"""Write the terrain rasters of an area's own folder from larger ones."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import rasterio

from layers.area import Area, read_boundary
from layers.errors import DataError
from layers.io.files import writing
from layers.terrain.geotiff import write_heights
from layers.terrain.grain import thinned
from layers.terrain.terrain import METRES_PER_DEGREE, Terrain, open_terrain
from layers.terrain.window import copy_window

MARGIN_M: Final = 80_000.0
"""How far beyond the boundary and the margin of roads the rasters reach."""


def own_terrain(area: Area) -> Terrain:
    """Open the rasters that an area's own `area.toml` names; errors as `open_terrain`."""
    return open_terrain(*area.layers.terrain, grain_m=area.layers.terrain_grain_m)


def write_own_terrain(area: Area, dem: tuple[Path, ...]) -> list[tuple[Path, float]]:
    """Write the first terrain rasters of an area, one from each file.

    Only the part near the area is kept, in whole metres; cells that are interpolated because
    the terrain is coarser (`terrain_grain_m` of the area) are left out.

    Parameters
    ----------
    area
        With `terrain` and `terrain_grain_m` among its layers.
    dem
        Rasters, or folders of their tiles, in the order of the area's `terrain`.

    Returns
    -------
    written
        Every file with its grain in metres.

    Raises
    ------
    DataError
        The area names fewer rasters or no grains, or a file cannot be used.
    """
    layers = area.layers
    own = len(layers.terrain) - (1 if layers.elevation_grid else 0)
    if len(dem) > own or len(layers.terrain_grain_m) != len(layers.terrain):
        raise DataError(
            f"{area.folder / 'area.toml'}: table 'layers': {len(dem)} rasters are given, but "
            f"'terrain' and 'terrain_grain_m' name {own} that could be made of them"
        )
    west, south, east, north = read_boundary(area).bounds
    reach = (area.margin_km * 1000 + MARGIN_M) / METRES_PER_DEGREE
    aside = reach / np.cos(np.radians((south + north) / 2))
    bounds = (west - aside, south - reach, east + aside, north + reach)
    written = []
    for source, path, grain in zip(dem, layers.terrain, layers.terrain_grain_m, strict=False):
        terrain = open_terrain(source, grain_m=(grain,))
        every = max(1, round(terrain.finest_m / terrain.cell_m))
        with tempfile.TemporaryDirectory() as folder, writing(path) as temporary:
            part = Path(folder) / "part.tif"
            copy_window(terrain, bounds, part)
            with rasterio.open(part) as raster:
                cells, transform = thinned(
                    raster.read(1).astype(np.float64), raster.transform, every
                )
                crs = raster.crs.to_wkt()
            write_heights(
                temporary,
                cells.astype(np.float32),
                transform,
                crs,
                grain_m=terrain.finest_m,
                whole=True,
            )
        written.append((path, terrain.finest_m))
    return written
