"""The map and files of `chaidaen risk`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.risk.failure import Stretch
from geo.risk.loaded_roads import Roads
from layers.crs import LON_LAT
from maps.base.i18n import Text
from maps.picture.sheet import Sheet
from maps.qgis.risk import risk_styles
from maps.risk.failure_map import failure_map
from maps.risk.risk_map import risk_map
from scripts.exports import write_geopackage, write_workbook
from scripts.output import save_all
from scripts.pictures import map_files
from scripts.risk.text import Answer, files, plain_tables


def page(roads: Roads, answer: Answer) -> Sheet:
    """Return the map of a ranking as a page."""
    links = answer.tables["links"]
    only = (links["bridge"] & (links["people_cut_off"] > 0)).to_numpy(bool)
    lines = roads.network.segments.geometry[only].to_crs(LON_LAT).tolist()
    vehicle = roads.flows[0].trip.vehicle
    return risk_map(
        area=roads.study.area,
        network=roads.study.network,
        corridors=answer.tables["corridors"],
        shapes=answer.shapes,
        bridges=lines,
        places=answer.tables.get("places", pd.DataFrame()),
        kinds=answer.kinds,
        correlation=answer.tables["correlation"],
        names=names_of(roads),
        season=roads.season,
        vehicle_title=(vehicle.title_en, vehicle.title_th),
        tonnes=any(flow.demand.unit == "tonnes" for flow in roads.flows),
        lang=answer.lang,
    )


def failure_page(
    roads: Roads, answer: Answer, stretches: tuple[Stretch, ...], days: float
) -> Sheet:
    """Return the map of a failure as a page."""
    vehicle = roads.flows[0].trip.vehicle
    ends = pd.concat([flow.demand.origins[["id", "lon", "lat"]] for flow in roads.flows])
    return failure_map(
        area=roads.study.area,
        network=roads.study.network,
        shape=answer.shapes[0],
        stretches=[(one.ref, one.km_from, one.km_to) for one in stretches],
        days=days,
        detours=answer.tables["detours"],
        totals=answer.tables["totals"],
        names=names_of(roads),
        positions={str(one): (lon, lat) for one, lon, lat in ends.itertuples(index=False)},
        season=roads.season,
        vehicle_title=(vehicle.title_en, vehicle.title_th),
        lang=answer.lang,
    )


def save(
    roads: Roads,
    answer: Answer,
    draw: Callable[[], Sheet],
    *,
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
    written = map_files(draw(), map_, output, quiet=quiet)
    also: tuple[Path, ...] = ()
    if output:
        written |= {output / name: text for name, text in files(answer).items()}
        also = (output / "risk.xlsx", output / "risk.gpkg")
    save_all(written, overwrite=overwrite, also=also)
    if output:
        write_workbook(also[0], plain_tables(answer))
        layers = layers_of(roads, answer)
        write_geopackage(also[1], layers, {name: risk_styles(name) for name in layers})


def layers_of(roads: Roads, answer: Answer) -> dict[str, gpd.GeoDataFrame]:
    """Return what QGIS shows, in the area's own coordinates."""
    tables, crs = plain_tables(answer), roads.study.area.crs
    if "detours" in tables:
        lost = gpd.GeoDataFrame(tables["totals"], geometry=list(answer.shapes), crs=LON_LAT)
        return {"lost": lost.to_crs(crs)}
    corridors = gpd.GeoDataFrame(tables["corridors"], geometry=list(answer.shapes), crs=LON_LAT)
    links = gpd.GeoDataFrame(
        tables["links"], geometry=roads.network.segments.geometry.to_numpy(),
        crs=roads.network.segments.crs,
    )  # fmt: skip
    used = ((links["demand_on_link"] > 0) | (links["rank_worth"] > 0)).to_numpy(bool)
    found = {"corridors": corridors.to_crs(crs), "links": links[used].to_crs(crs)}
    if "places" in tables:
        places = tables["places"]
        points = gpd.points_from_xy(places["lon"], places["lat"])
        found["places"] = gpd.GeoDataFrame(places, geometry=points, crs=LON_LAT).to_crs(crs)
    return found


def names_of(roads: Roads) -> dict[str, Text]:
    """Return the names of places and settlements by id; where one is missing, the other one."""
    tables = [roads.study.gazetteer, *(flow.demand.origins for flow in roads.flows)]
    every = pd.concat([table[["id", "name_en", "name_th"]] for table in tables]).astype(str)
    return {
        one: (english or thai, thai or english)
        for one, english, thai in every.itertuples(index=False)
    }
