"""The map and files of `chaidaen risk`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

from geo.risk.failure import Failure
from geo.risk.risk import Criticality
from layers.crs import LON_LAT
from maps.picture.sheet import Sheet
from maps.qgis.risk import risk_styles
from maps.risk.failure_map import failure_map
from maps.risk.risk_map import risk_map
from scripts.exports import write_geopackage
from scripts.output import results, save_all
from scripts.pictures import map_files
from scripts.risk.text import files, plain_tables
from scripts.workbook import save_workbook


def page(found: Criticality | Failure, lang: str) -> Sheet:
    """Return the map of a ranking, or of a failure, as a page."""
    return failure_map(found, lang) if isinstance(found, Failure) else risk_map(found, lang)


def save(
    found: Criticality | Failure,
    draw: Callable[[], Sheet],
    *,
    lang: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write the map, and into a folder tables as CSV and XLSX, layers and the map.

    Raises
    ------
    WriteError
        A file is there and may not be replaced, or cannot be written.
    """
    if not (map_ or output):
        return
    with results(output, map_, overwrite=overwrite) as (folder, drawn_map):
        written = map_files(draw(), drawn_map, folder, quiet=quiet)
        if folder:
            written |= {folder / name: text for name, text in files(found).items()}
            save_workbook(
                folder / "risk.xlsx",
                found.roads.study,
                plain_tables(found),
                found.notes,
                lang=lang,
            )
            layers = layers_of(found)
            styles = {name: risk_styles(name) for name in layers}
            write_geopackage(folder / "risk.gpkg", layers, styles)
        save_all(written, overwrite=True)


def layers_of(found: Criticality | Failure) -> dict[str, gpd.GeoDataFrame]:
    """Return what QGIS shows, in the area's own coordinates."""
    tables, crs = plain_tables(found), found.roads.study.area.crs
    if isinstance(found, Failure):
        shapes = [found.shape] * len(found.totals)
        lost = gpd.GeoDataFrame(tables["totals"], geometry=shapes, crs=LON_LAT)
        return {"lost": lost.to_crs(crs)}
    corridors = gpd.GeoDataFrame(tables["corridors"], geometry=found.corridors.geometry)
    links = gpd.GeoDataFrame(tables["links"], geometry=found.links.geometry)
    used = ((links["demand_on_link"] > 0) | (links["rank_worth"] > 0)).to_numpy(bool)
    layers = {"corridors": corridors.to_crs(crs), "links": links[used].to_crs(crs)}
    if "places" in tables:
        places = tables["places"]
        points = gpd.points_from_xy(places["lon"], places["lat"])
        layers["places"] = gpd.GeoDataFrame(places, geometry=points, crs=LON_LAT).to_crs(crs)
    return layers
