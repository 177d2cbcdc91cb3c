"""The surface, isochrones, map and files of `chaidaen access`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.driving.season import all_season
from geo.study import Study
from geo.surface.grid import Grid, grid_for, heights
from geo.surface.ground import OffRoad
from geo.surface.isochrones import isochrones
from geo.surface.surface import Destinations, Surface, surface_with_roads
from layers.area import read_boundary
from layers.crs import LON_LAT
from layers.io.files import write_text
from layers.io.vector import read_shapes
from layers.osm.water import barriers, fords
from layers.rasters.landcover import read_landcover, read_speeds
from layers.store.store import has_terrain, load_terrain, load_water
from layers.tables.zones import dissolve, zones_around
from maps.access.access_map import access_map
from maps.picture.sheet import Sheet
from maps.qgis.access import styles
from scripts.exports import write_cog, write_geopackage, write_workbook


@dataclass(frozen=True)
class Wanted:
    """What the surface is to be like; `wade` is without rivers."""

    kind: str
    vehicle: str
    season: str
    minutes: tuple[int, ...]
    resolution_m: float
    max_minutes: int
    rivers: Path | None = None
    landcover: Path | None = None
    speeds: Path | None = None
    wade: bool = False


@dataclass(frozen=True, eq=False)
class Picture:
    """Surface, isochrones and districts of an answer.

    Attributes
    ----------
    places
        With `minutes` and `nearest_id` of the season.
    districts
        Their table with shapes and, of the season, `minutes`, `population` and `share_<m>`;
        empty where no districts are known.
    tables
        What the workbook holds.
    """

    wanted: Wanted
    facilities: pd.DataFrame
    places: pd.DataFrame
    districts: gpd.GeoDataFrame
    tables: Mapping[str, pd.DataFrame]
    surface: Surface
    isochrones: gpd.GeoDataFrame
    titles: tuple[str, str]


def picture(
    study: Study,
    wanted: Wanted,
    facilities: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
) -> Picture:
    """Spread the travel times over the ground, and gather what the map shows.

    Parameters
    ----------
    study
        The area.
    wanted
        For whom, when and how finely; in the rains only all-season roads count. Where no
        terrain is known the ground is walked as if it were flat.
    facilities
        Where people go.
    tables
        As `chaidaen access` found them; `places` and `districts` are shown.

    Returns
    -------
    picture
        For page and files.
    """
    area, network = study.area, study.network
    shape = read_boundary(area)
    grid = grid_for(shape.bounds, area.crs, wanted.resolution_m)
    trip = study.trip(wanted.vehicle, wanted.season, 1.0, "time")
    costs = trip.costs
    if wanted.season == "wet":
        usable = all_season(network, trip.vehicle)[:, None]
        costs = replace(costs, time_s=np.where(usable, costs.time_s, np.inf))
    surface = surface_with_roads(
        grid,
        heights(grid, load_terrain(area)) if has_terrain(area) else np.zeros(grid.shape),
        network,
        costs,
        Destinations(facilities["lon"].to_numpy(), facilities["lat"].to_numpy()),
        off_road=_off_road(study, wanted, grid),
        graph=study.graph,
        max_s=wanted.max_minutes * 60.0,
    )
    places = tables["places"]
    shown = places.assign(
        minutes=places[f"minutes_{wanted.season}"], nearest_id=places[f"nearest_{wanted.season}"]
    )
    return Picture(
        wanted,
        facilities,
        shown,
        _districts(study, shown, tables["districts"], wanted),
        tables,
        surface,
        isochrones(surface, wanted.minutes),
        (trip.vehicle.title_en, trip.vehicle.title_th),
    )


def page(study: Study, made: Picture, lang: str) -> Sheet:
    """Return the map as a page and as a picture."""
    return access_map(
        area=study.area,
        network=study.network,
        times=made.surface.time_s,
        affine=made.surface.grid.transform,
        isochrones=made.isochrones,
        facilities=made.facilities,
        places=made.places,
        districts=made.districts,
        kind=made.wanted.kind,
        minutes=made.wanted.minutes,
        season=made.wanted.season,
        lang=lang,
        vehicle_title=made.titles,
        flat=not has_terrain(study.area),
    )


def save_files(study: Study, made: Picture, folder: Path) -> None:
    """Write surface.tif with its style, access.gpkg and tables.xlsx into a folder."""
    crs, minutes = study.area.crs, made.wanted.minutes
    points = {
        name: gpd.GeoDataFrame(
            table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=LON_LAT
        ).to_crs(crs)
        for name, table in (("places", made.places), ("facilities", made.facilities))
    }
    layers = {"isochrones": made.isochrones, **points}
    if len(made.districts):
        layers["districts"] = made.districts
    # All pairs may be more rows than a sheet has; they are a CSV file.
    sheets = {name: table for name, table in made.tables.items() if name != "od"}
    sheets["facilities"] = made.facilities
    qml = {name: styles(name, minutes) for name in layers}
    write_geopackage(folder / "access.gpkg", layers, qml)
    write_cog(folder / "surface.tif", made.surface.time_s, made.surface.grid.transform, crs)
    write_text(folder / "surface.qml", styles("surface", minutes))
    write_workbook(folder / "tables.xlsx", sheets)


def _off_road(study: Study, wanted: Wanted, grid: Grid) -> OffRoad:
    """Read land cover with its speeds, and the rivers: those given, else the import's."""
    way = OffRoad()
    if wanted.rivers:
        shapes = read_shapes(wanted.rivers, what="a layer of rivers").to_crs(grid.crs)
        way = replace(way, barriers=list(shapes.geometry))
    elif not wanted.wade and study.network.source.kind != "strategic":
        # A strategic network knows too few bridges: every river would be a wall.
        water, wet = load_water(study.area), wanted.season == "wet"
        way = replace(way, barriers=barriers(water, wet=wet), crossings=fords(water))
    if wanted.landcover and wanted.speeds:
        cover = read_landcover(wanted.landcover, grid.transform, grid.shape, grid.crs)
        # Where the raster says nothing, the ground is walked as without one.
        speeds = {-1: (way.slope.base_kph, 1), **read_speeds(wanted.speeds)}
        way = replace(way, landcover=cover, speeds=speeds)
    return way


def _districts(
    study: Study, places: pd.DataFrame, table: pd.DataFrame, wanted: Wanted
) -> gpd.GeoDataFrame:
    """Give districts shapes: zones around their settlements (an estimate)."""
    season = wanted.season
    shown = table.assign(
        minutes=table[f"median_minutes_{season}"],
        population=table["people"],
        share_unreached=table[f"people_unreached_{season}"] / table["people"],
        **{f"share_{m}": table[f"share_{m}_{season}"] for m in wanted.minutes},
    )
    if shown.empty:
        return gpd.GeoDataFrame(shown, geometry=[], crs=study.area.crs)
    zones = zones_around(study.area, places[places["district"] != ""])
    shapes = dissolve(zones, "district").geometry.reindex(shown["code"])
    return gpd.GeoDataFrame(shown, geometry=shapes.to_numpy(), crs=study.area.crs)
