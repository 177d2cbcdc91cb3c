"""People on the cells of a raster, each with minutes of its own: nobody is moved to a village.

Minutes of a cell are those of the travel-time surface at its middle: on foot over the ground,
by road, and on foot again. For measures that share supply among people, which need the time to
every facility, cells are gathered into blocks of `BLOCK_M`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.access.nearest import COLUMNS, seasons_in
from geo.study import Study
from geo.surface.to_facilities import travel_time_surface
from layers.arrays import Floats, Ints
from layers.crs import LON_LAT
from layers.rasters.population import people_cells
from layers.rasters.population_raster import open_population
from layers.tables.villages import DISTRICT_DIGITS
from layers.tables.zones import zones_of

BLOCK_M: Final = 1000.0
"""Side of the blocks for which the time to every facility is computed."""


def read_cells(study: Study, people: pd.DataFrame, raster: Path) -> pd.DataFrame:
    """Read the people of a raster within an area, cell by cell.

    Parameters
    ----------
    study
        The area.
    people
        Settlements, columns `COLUMNS`.
    raster
        People by cell.

    Returns
    -------
    cells
        `COLUMNS` and `settlement`, the position of the nearest settlement. District and
        subdistrict are those drawn at the cell's middle, where none is drawn those of that
        settlement; the height is that of the terrain.

    Raises
    ------
    DataError, CrsError, MissingFileError
        As `layers.rasters.population_raster.open_population` and `people_cells`.
    """
    cells = people_cells(open_population(raster), study.tables.boundary)
    x, y = _metres(study, cells)
    near = cKDTree(np.column_stack(_metres(study, people))).query(np.column_stack([x, y]))[1]
    ground, terrain = np.full(len(cells), np.nan), study.tables.terrain
    if terrain is not None:
        ground = terrain.sample(cells["lon"].to_numpy(), cells["lat"].to_numpy())
    district = people["district"].to_numpy(object)[near]
    tambon = people["tambon"].to_numpy(object)[near]
    zones = zones_of(study.tables.zones, "subdistrict")
    if len(zones):
        at = _zone_of(zones, cells)
        codes = zones["code"].to_numpy(object)[at]
        tambon = np.where(at < 0, tambon, codes)
        district = np.where(at < 0, district, [code[:DISTRICT_DIGITS] for code in codes])
    names = np.arange(len(cells)).astype(str)
    made = cells.assign(id=names, name_en="", name_th="", kind="cell", quality="")
    made = made.assign(district=district, tambon=tambon, elevation_m=ground)
    return made[list(COLUMNS)].assign(settlement=near)


def with_minutes(
    study: Study, cells: pd.DataFrame, to: str, vehicle: str, resolution_m: float
) -> pd.DataFrame:
    """Give cells their minutes to the nearest facility in every season of a world.

    Parameters
    ----------
    study
        The area in its world.
    cells
        Of `read_cells`.
    to
        Kind of facility.
    vehicle
        Id of what people go with.
    resolution_m
        Side of a cell of the surface.

    Returns
    -------
    cells
        With `minutes_dry, minutes_wet`, those of the seasons that there are; NaN where
        nothing is reached.
    """
    x, y = _metres(study, cells)
    made = {}
    for season in seasons_in(study):
        surface = travel_time_surface(
            study, to, vehicle=vehicle, season=season, resolution_m=resolution_m
        )
        spots, inside = surface.grid.cells(x, y)
        seconds = np.full(len(cells), np.inf)
        seconds[inside] = surface.time_s[spots[:, 0], spots[:, 1]]
        made[f"minutes_{season}"] = np.where(np.isfinite(seconds), seconds / 60, np.nan)
    return cells.assign(**made)


def around(people: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Give settlements, as `population`, the people of the cells nearest to each."""
    counted = np.bincount(
        cells["settlement"].to_numpy(), cells["population"].to_numpy(), len(people)
    )
    return people.assign(population=counted)


def blocks(study: Study, cells: pd.DataFrame) -> pd.DataFrame:
    """Gather cells into blocks of `BLOCK_M`, each where its people are in the mean.

    Returns
    -------
    blocks
        Columns `id, lon, lat, district, population`; their people are those of the cells.
    """
    x, y = (np.floor(metres / BLOCK_M) for metres in _metres(study, cells))
    people = cells["population"].to_numpy(np.float64)
    table = pd.DataFrame({"x": x, "y": y, "population": people, "district": cells["district"]})
    for name in ("lon", "lat"):
        table[name] = cells[name].to_numpy(np.float64) * people
    sums = table.groupby(["x", "y", "district"], as_index=False).sum()
    for name in ("lon", "lat"):
        sums[name] /= sums["population"]
    ids = [f"block {at}" for at in range(len(sums))]
    return sums.assign(id=ids)[["id", "lon", "lat", "district", "population"]]


def named_by(study: Study, living: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Call blocks by the settlement nearest to each: columns `name_en, name_th` besides."""
    tree = cKDTree(np.column_stack(_metres(study, people)))
    near = tree.query(np.column_stack(_metres(study, living)))[1]
    names = {name: people[name].to_numpy(object)[near] for name in ("name_en", "name_th")}
    return living.assign(**names)


def block_note(raster: Path, count: int) -> str:
    """Say where people of a raster are counted who set out from blocks."""
    return (
        f"People are those of {raster.name}, where they live: in {count:,} blocks of "
        f"{BLOCK_M:g} m, each called by the settlement nearest to it."
    )


def _metres(study: Study, table: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return x and y of rows with `lon` and `lat` in the area's metric system."""
    to_metres = Transformer.from_crs(LON_LAT, study.area.crs, always_xy=True)
    x, y = to_metres.transform(table["lon"].to_numpy(), table["lat"].to_numpy())
    return np.asarray(x), np.asarray(y)


def _zone_of(zones: gpd.GeoDataFrame, cells: pd.DataFrame) -> Ints:
    """Return in which zone each cell's middle lies, -1 in none."""
    points = np.asarray(shapely.points(cells["lon"].to_numpy(), cells["lat"].to_numpy()))
    found = np.full(len(cells), -1)
    hits = shapely.STRtree(points).query(zones.geometry.to_numpy(), predicate="contains")
    found[hits[1]] = hits[0]
    return found
