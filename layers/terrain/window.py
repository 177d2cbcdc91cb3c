"""The part of a terrain that an area keeps, as one raster."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np
from rasterio.errors import RasterioIOError
from rasterio.merge import merge
from shapely.geometry.base import BaseGeometry

from layers.crs import Bounds, extent, from_lon_lat
from layers.errors import CrsError, DataError
from layers.io.raster_file import open_raster, why_unread
from layers.terrain.geotiff import on_grid, write_heights
from layers.terrain.sampling import Tile, in_metres
from layers.terrain.terrain import METRES_PER_DEGREE, Terrain

MOST_CELLS: Final = 1_000_000_000
"""More are not kept: 4 GB; a country of 500 km each way in cells of 16 m."""

AROUND_DEG: Final = 0.02
"""Two kilometres around: who walks off the roads does so as far, and a road along a parallel has
an extent without a height."""

SAME_GRAIN: Final = 0.3
"""Grains that differ by less than this share are one: cells of a degree narrow to the north."""


def copy_by_grain(terrain: Terrain, bounds: Bounds, folder: Path) -> None:
    """Write the part of a terrain within an extent: a raster for tiles of a grain in a row.

    They are `terrain.tif`, `terrain_2.tif` and so on, the first to be asked first; tiles that
    lie elsewhere are left out.

    Parameters
    ----------
    terrain, bounds
        As for `copy_window`.
    folder
        Where they are written.

    Raises
    ------
    CrsError, DataError
        As `copy_window`; also if no tile reaches into the extent.
    """
    here = tuple(tile for tile in terrain.tiles if _meet(tile.bounds, bounds))
    groups: list[list[Tile]] = []
    for tile in here or terrain.tiles:
        like = groups[-1][0] if groups else None
        if like and like.crs == tile.crs and abs(tile.grain_m / like.grain_m - 1) < SAME_GRAIN:
            groups[-1].append(tile)
        else:
            groups.append([tile])
    for number, group in enumerate(groups, start=1):
        name = f"terrain_{number}.tif" if number > 1 else "terrain.tif"
        copy_window(Terrain(tuple(group)), bounds, folder / name)


def ground_of(roads: Bounds, boundary: BaseGeometry | None) -> Bounds:
    """Return the extent of which the terrain is kept: all that is driven, or walked off the roads.

    Parameters
    ----------
    roads
        Their extent in lon, lat.
    boundary
        Of the area, in lon, lat.
    """
    every = [roads] if boundary is None else [roads, boundary.bounds]
    west, south, east, north = zip(*every, strict=True)
    around = AROUND_DEG
    return min(west) - around, min(south) - around, max(east) + around, max(north) + around


def _meet(one: Bounds, other: Bounds) -> bool:
    """Say whether two extents have a part in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def copy_window(terrain: Terrain, bounds: Bounds, path: Path) -> None:
    """Write the part of a terrain within an extent as one compressed GeoTIFF.

    Parameters
    ----------
    terrain
        What to copy from.
    bounds
        Extent in lon, lat.
    path
        File to write.

    Raises
    ------
    CrsError
        The tiles differ in coordinate system.
    DataError
        The terrain does not reach into the extent, is too fine for it, or cannot be read.
    """
    first = terrain.tiles[0]
    if any(tile.crs != first.crs for tile in terrain.tiles):
        raise CrsError(f"{first.path}: terrain tiles must share one coordinate system")
    west, south, east, north = (
        pick(mine, wanted)
        for pick, mine, wanted in zip((max, max, min, min), terrain.bounds, bounds, strict=True)
    )
    if west >= east or south >= north:
        raise DataError(
            f"{first.path}: terrain lies elsewhere: it covers {extent(terrain.bounds)}, "
            f"the roads {extent(bounds)}"
        )
    cells_across = [
        degrees * METRES_PER_DEGREE / first.cell_m for degrees in (east - west, north - south)
    ]
    if cells_across[0] * cells_across[1] > MOST_CELLS:
        raise DataError(
            f"{first.path}: cells of {first.cell_m:.3g} m are too fine for an area so large; "
            "make them coarser, e.g. with gdal_translate -tr"
        )
    to_tile = from_lon_lat(first.crs)
    with ExitStack() as stack:
        try:
            rasters = [stack.enter_context(open_raster(tile.name)) for tile in terrain.tiles]
            cells, transform = merge(
                rasters,
                bounds=on_grid(
                    to_tile.transform_bounds(west, south, east, north), rasters[0].transform
                ),
                nodata=np.nan,
                dtype="float32",
            )
        except RasterioIOError as error:
            raise DataError(f"{first.path}: cannot be read: {why_unread(error)}") from error
        units = {(raster.scales[0], raster.offsets[0], raster.units[0]) for raster in rasters}
        if len(units) > 1:
            raise DataError(f"{first.path}: terrain tiles differ in scale, offset or unit")
        heights = in_metres(cells[0].astype(np.float64), rasters[0]).astype(np.float32)
    write_heights(path, heights, transform, first.crs, grain_m=first.grain_m)
