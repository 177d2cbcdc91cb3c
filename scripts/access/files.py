"""The map and files of `chaidaen access`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd

from geo.access.access import Access
from geo.access.view import SeasonView, season_view
from geo.study import Study
from geo.surface.ground import OffRoad
from geo.surface.to_facilities import area_grid, off_road, travel_time_surface
from layers.crs import LON_LAT
from layers.io.files import write_text
from layers.rasters.landcover import read_landcover, read_speeds
from maps.access.access_map import access_map
from maps.base.subject import subject_of
from maps.picture.sheet import Sheet
from maps.qgis.access import styles
from scripts.exports import write_cog, write_geopackage
from scripts.workbook import save_workbook


@dataclass(frozen=True)
class Ground:
    """What the surface is to be like."""

    resolution_m: float
    max_minutes: int
    landcover: Path | None = None
    speeds: Path | None = None


def view_of(study: Study, found: Access, season: str, ground: Ground) -> SeasonView:
    """Spread an answer over the ground, as it is in a season."""
    surface = travel_time_surface(
        study,
        found.kind,
        vehicle=found.vehicle,
        season=season,
        resolution_m=ground.resolution_m,
        max_minutes=ground.max_minutes,
        ways=ways_of(study, season, ground),
    )
    return season_view(study, found, surface, season)


def page(study: Study, found: Access, view: SeasonView, lang: str) -> Sheet:
    """Return the map as a page and as a picture."""
    subject = subject_of(study, [found.vehicle], season=view.season, lang=lang)
    return access_map(subject, found, view)


def layers_of(study: Study, found: Access, view: SeasonView) -> dict[str, gpd.GeoDataFrame]:
    """Return what QGIS shows of a season."""
    points = {
        name: gpd.GeoDataFrame(
            table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=LON_LAT
        ).to_crs(study.area.crs)
        for name, table in (("places", view.places), ("facilities", found.facilities))
    }
    layers = {"isochrones": view.isochrones, **points}
    return layers | ({"districts": view.districts} if len(view.districts) else {})


def save_files(study: Study, found: Access, view: SeasonView, folder: Path, lang: str) -> None:
    """Write surface.tif with its style, access.gpkg and tables.xlsx into a folder."""
    layers = layers_of(study, found, view)
    # All pairs may be more rows than a sheet has; they are a CSV file.
    sheets = {name: table for name, table in found.tables.items() if name != "od"}
    sheets["facilities"] = found.facilities
    qml = {name: styles(name, found.minutes) for name in layers}
    write_geopackage(folder / "access.gpkg", layers, qml)
    surface = view.surface
    write_cog(folder / "surface.tif", surface.time_s, surface.grid.transform, study.area.crs)
    write_text(folder / "surface.qml", styles("surface", found.minutes))
    save_workbook(
        folder / "tables.xlsx",
        study,
        sheets,
        found.notes,
        lang=lang,
        kinds=[found.kind],
    )


def ways_of(study: Study, season: str, ground: Ground) -> OffRoad:
    """Read land cover with its speeds, beside what stops who walks."""
    way = off_road(study, season)
    if ground.landcover and ground.speeds:
        grid = area_grid(study, ground.resolution_m)
        cover = read_landcover(ground.landcover, grid.transform, grid.shape, grid.crs)
        # Where the raster says nothing, the ground is walked as without one.
        speeds = {-1: (way.slope.base_kph, 1), **read_speeds(ground.speeds)}
        way = replace(way, landcover=cover, speeds=speeds)
    return way
