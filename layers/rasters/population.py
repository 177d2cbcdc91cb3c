"""Where people live: a population raster, read by window, summed on its own grid.

A cell holds a number of people (WorldPop's `ppp` and any other count, not a density).
Zones in another coordinate system are brought to the raster, never the raster to them, so
that no resampling makes or loses people.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.transform import Affine
from shapely.geometry.base import BaseGeometry

from layers.arrays import Floats
from layers.crs import LON_LAT, extent, to_lon_lat
from layers.errors import CrsError, DataError
from layers.rasters.population_raster import Block, PopulationRaster, open_population, read_blocks

__all__ = ["PopulationRaster", "open_population", "people_cells", "people_in", "people_on_grid"]


CHUNK: Final = 100_000
"""Cells of another grid that are summed at once."""

EDGE_DEGREES: Final = 0.01
EDGE_M: Final = 1000.0
"""How long a zone's edge may be before it is cut, so that it bends when it is reprojected."""


def people_in(zones: gpd.GeoDataFrame, raster: PopulationRaster) -> pd.Series:
    """Count the people in zones, exactly: a cell counts by the part of it that is inside.

    The parts are single-precision fractions: sums are good to about a ten-millionth. Nodata,
    NaN and negative cells hold nobody. What lies beyond the raster's edge is not counted.

    Parameters
    ----------
    zones
        Polygons in any coordinate system.
    raster
        From `open_population`.

    Returns
    -------
    people
        Indexed as the zones; NaN for a zone wholly outside the raster, of which nothing is
        known, 0 for an empty one.

    Raises
    ------
    CrsError
        The zones have no coordinate system.
    DataError
        A zone is no valid polygon, no zone touches the raster, or it cannot be read.
    """
    people = _count(_on_raster(zones, raster), raster)
    if len(people) and np.isnan(people).all():
        raise _elsewhere(zones, raster)
    return pd.Series(people, index=zones.index, name="people")


def people_on_grid(
    raster: PopulationRaster, *, transform: Affine, shape: tuple[int, int], crs: str
) -> Floats:
    """Count the people on every cell of another grid, such as one of travel times.

    Parameters
    ----------
    raster
        From `open_population`.
    transform, shape, crs
        Of the grid: rows and columns, north up or not.

    Returns
    -------
    people
        Shape `shape`; their sum is that of the raster below the grid. 0 beyond the raster.

    Raises
    ------
    DataError
        The grid does not touch the raster, or it cannot be read.
    """
    row, column = np.divmod(np.arange(shape[0] * shape[1]), shape[1])
    people = np.zeros(len(row))
    touched = False
    for first in range(0, len(row), CHUNK):
        part = slice(first, first + CHUNK)
        corners = [
            (column[part] + right, row[part] + down)
            for right, down in ((0, 0), (1, 0), (1, 1), (0, 1))
        ]
        xy = [
            (
                transform.a * c + transform.b * r + transform.c,
                transform.d * c + transform.e * r + transform.f,
            )
            for c, r in corners
        ]
        cells = shapely.polygons(np.array(xy).transpose(2, 0, 1))
        zones = gpd.GeoDataFrame(geometry=cells, crs=crs)
        found = _count(_on_raster(zones, raster), raster)
        touched |= bool(np.isfinite(found).any())
        people[part] = np.nan_to_num(found)
    if not touched:
        raise _elsewhere(zones, raster)
    return people.reshape(shape)


def people_cells(raster: PopulationRaster, within: BaseGeometry) -> pd.DataFrame:
    """Return the cells with people of an area as points.

    Parameters
    ----------
    raster
        From `open_population`.
    within
        Polygons in lon, lat.

    Returns
    -------
    cells
        Columns `lon, lat` of the centres and `population`, of which a cell on the edge has
        the part inside; their sum is that of `people_in`.

    Raises
    ------
    DataError
        As for `people_in`.
    """
    zone = gpd.GeoDataFrame(geometry=[within], crs=LON_LAT)
    shapes = _on_raster(zone, raster)
    if not shapely.intersects(shapes, shapely.box(*raster.bounds)).any():
        raise _elsewhere(zone, raster)
    parts = []
    for block, inside in read_blocks(raster, shapes):
        wanted = ["values", "coverage", "center_x", "center_y"]
        row = _extract(block, raster, shapes[inside], wanted).iloc[0]
        parts.append(
            pd.DataFrame(
                {
                    "lon": row["center_x"],
                    "lat": row["center_y"],
                    "population": np.asarray(row["values"]) * np.asarray(row["coverage"]),
                }
            )
        )
    found = pd.concat(parts, ignore_index=True)
    found = found[found["population"] > 0].reset_index(drop=True)
    degrees = to_lon_lat(raster.crs)
    lon, lat = degrees.transform(found["lon"].to_numpy(), found["lat"].to_numpy())
    return found.assign(lon=lon, lat=lat)


def _on_raster(zones: gpd.GeoDataFrame, raster: PopulationRaster) -> NDArray[np.object_]:
    """Bring zones to the raster's coordinate system, their long edges cut so that they bend."""
    if zones.crs is None:
        raise CrsError("zones have no coordinate reference system")
    shapes = zones.geometry
    wrong = np.flatnonzero(
        ~(shapes.is_valid & shapes.geom_type.isin(["Polygon", "MultiPolygon"]) | shapes.is_empty)
    )
    if len(wrong):
        at = int(wrong[0])
        why = shapely.is_valid_reason(shapes.iloc[at])
        raise DataError(
            f"zone {zones.index[at]!r} is no valid polygon: {shapes.geom_type.iloc[at]}, {why}"
        )
    target = CRS.from_wkt(raster.crs)
    if zones.crs != target:
        edge = EDGE_DEGREES if zones.crs.is_geographic else EDGE_M
        shapes = shapes.segmentize(edge).to_crs(target)
    found: NDArray[np.object_] = shapes.to_numpy()
    return found


def _count(shapes: NDArray[np.object_], raster: PopulationRaster) -> Floats:
    """Count the people in shapes on the raster's system; NaN for those wholly outside it."""
    touches = shapely.intersects(shapes, shapely.box(*raster.bounds))
    people = np.where(touches | shapely.is_empty(shapes), 0.0, np.nan)
    at = np.flatnonzero(touches)
    for block, inside in read_blocks(raster, shapes[at]):
        found = _extract(block, raster, shapes[at[inside]], ["sum"])
        people[at[inside]] += np.nan_to_num(found["sum"].to_numpy(np.float64))
    return people


def _extract(
    block: Block, raster: PopulationRaster, shapes: NDArray[np.object_], wanted: list[str]
) -> pd.DataFrame:
    """Ask exactextract for statistics of shapes over a block."""
    left, bottom, right, top = block.bounds
    cells = NumPyRasterSource(block.people, left, bottom, right, top, srs_wkt=raster.crs)
    zones = gpd.GeoDataFrame(geometry=shapes, crs=raster.crs)
    found: pd.DataFrame = exact_extract(cells, zones, wanted, output="pandas")
    return found


def _elsewhere(zones: gpd.GeoDataFrame, raster: PopulationRaster) -> DataError:
    """Say that zones and raster do not meet."""
    west, south, east, north = zones.to_crs(LON_LAT).total_bounds.tolist()
    return DataError(
        f"{raster.path}: lies elsewhere: it covers {extent(raster.extent)}, "
        f"the zones {extent((west, south, east, north))}"
    )
