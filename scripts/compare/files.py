"""The files of `chaidaen compare`: map, CSV, one workbook, one GeoPackage with styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.compare.access import Asked, destinations
from geo.compare.economics import Traffic
from geo.compare.figures import Compared
from geo.driving.vehicle import load_vehicle
from geo.scenario.apply import Touched
from geo.study import Study
from layers.crs import LON_LAT
from layers.tables.places import read_places
from layers.tables.products import read_products
from maps.base.change_words import change_text
from maps.base.i18n import Text, either
from maps.compare.compare_map import compare_map
from maps.compare.rows import Shown
from maps.picture.sheet import Sheet
from maps.qgis.compare import change_style
from scripts.access.text import rows_of
from scripts.exports import write_geopackage, write_workbook
from scripts.output import save_all, with_header
from scripts.pictures import map_files

SHEET_ROWS = 1_000_000
"""A sheet has 1,048,576 rows; longer tables are CSV only."""


TABLES = (
    "figures", "pairs", "places", "people", "districts", "rural", "corridors", "freight", "links",
    "criticality", "works", "tornado", "cash_flows", "counts", "assumptions",
)  # fmt: skip
"""Whatever tables there may be."""


def refuse_existing(map_: Path | None, folder: Path | None, *, overwrite: bool) -> None:
    """Look whether files are in the way, before anything is computed.

    Parameters
    ----------
    map_, folder, overwrite
        As for `save`.

    Raises
    ------
    WriteError
        One is there and may not be replaced.
    """
    names = (
        "map.html",
        "map.png",
        "compare.xlsx",
        "compare.gpkg",
        *(f"{name}.csv" for name in TABLES),
    )
    every = [*([map_] if map_ else []), *([folder / name for name in names] if folder else [])]
    save_all({}, overwrite=overwrite, also=every)


def save(  # noqa: PLR0913
    base: Study,
    found: Sequence[Compared],
    traffic: Traffic | None,
    asked: Asked,
    map_: Path | None,
    folder: Path | None,
    *,
    lang: str,
    overwrite: bool,
    quiet: bool = False,
) -> None:
    """Write what was asked for, after looking whether files are in the way.

    Parameters
    ----------
    base, found, traffic, asked
        What is written.
    map_
        File of the map alone.
    folder
        For all: `map.html`, `map.png`, every table as CSV, `compare.xlsx`, `compare.gpkg`.
    lang
        Of the map at first.
    overwrite
        Whether files that are there may be replaced.
    quiet
        Whether to say nothing of missing fonts.
    """
    drawn = page(base, found, traffic, asked, lang)
    written = map_files(drawn, map_, folder, quiet=quiet)
    also: tuple[Path, ...] = ()
    tables = tables_of(found, traffic) if folder else {}
    if folder:
        written |= {
            folder / f"{name}.csv": with_header(list(table.columns), rows_of(table))
            for name, table in tables.items()
        }
        also = (folder / "compare.xlsx", folder / "compare.gpkg")
    save_all(written, overwrite=overwrite, also=also)
    if folder:
        sheets = {name: table for name, table in tables.items() if len(table) <= SHEET_ROWS}
        write_workbook(folder / "compare.xlsx", sheets)
        layers, styles = layers_of(found)
        write_geopackage(folder / "compare.gpkg", layers, styles)


def page(
    base: Study, found: Sequence[Compared], traffic: Traffic | None, asked: Asked, lang: str
) -> Sheet:
    """Return the page: minutes of the first kind, vehicle and season on the map."""
    kind, vehicle, season = asked.kinds[0], asked.vehicles[0], asked.seasons[0]
    return compare_map(
        area=base.area,
        network=base.network,
        shown=[shown_of(base, one, (kind, vehicle, season)) for one in found],
        goals=destinations(base, kind),
        kind=kind,
        vehicle=vehicle,
        season=season,
        names=names_of(base),
        vehicles={one: _titles(one) for one in asked.vehicles},
        assumptions=traffic.rules.told() if traffic and traffic.known else (),
        misfits=traffic.scale.misfits() if traffic and traffic.known else {},
        lang=lang,
    )


def names_of(base: Study) -> dict[str, Text]:
    """Return the names of places and products, by id."""
    products = read_products(base.area)
    named = pd.concat([base.gazetteer, products])[["id", "name_en", "name_th"]]
    return {
        str(row["id"]): either(str(row["name_en"]), str(row["name_th"]))
        for row in named.to_dict("records")
    }


def shown_of(base: Study, one: Compared, which: tuple[str, str, str]) -> Shown:
    """Return a scenario as a page shows it, for a kind of destination, vehicle and season."""
    segments = one.study.network.segments
    links = gpd.GeoDataFrame(one.links, geometry=segments.geometry.to_numpy(), crs=segments.crs)
    places, districts = (
        table[(table[["to_kind", "vehicle", "season"]] == list(which)).all(axis=1)]
        for table in (one.tables.places, one.tables.districts)
    )
    moved = districts[(districts["people_nearer"] > 0) | (districts["people_farther"] > 0)]
    every = read_places(base.area)
    every = every[every["code"] != ""].drop_duplicates("code").set_index("code")
    titled = {
        name: moved["district"].map(every[name]).fillna(moved["district"])
        for name in ("name_en", "name_th")
    }
    return Shown(
        one.titles,
        tuple((_touched(each, "en"), _touched(each, "th")) for each in one.study.touched),
        links,
        places,
        one.figures,
        moved.assign(**titled),
        one.money.appraisal if one.money else None,
    )


def _touched(one: Touched, lang: str) -> str:
    """Say what a change touched, in a language."""
    unit = "กม." if lang == "th" else "km"
    return change_text(one.change, lang) + (f" ({one.km:,.1f} {unit})" if one.segments else "")


def _titles(vehicle: str) -> tuple[str, str]:
    chosen = load_vehicle(vehicle)
    return chosen.title_en, chosen.title_th


def tables_of(found: Sequence[Compared], traffic: Traffic | None) -> dict[str, pd.DataFrame]:
    """Put the same tables of all scenarios together, a column `scenario` first."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for one in found:
        for name, table in one.by_name().items():
            named = table.copy()
            named.insert(0, "scenario", one.id)
            parts.setdefault(name, []).append(named)
    made = {
        name: pd.concat([t for t in group if len(t)] or group[:1], ignore_index=True)
        for name, group in parts.items()
    }
    if traffic:
        made["counts"] = traffic.scale.counts
        made["assumptions"] = pd.DataFrame(
            traffic.rules.told(), columns=["assumption", "value", "unit", "source"]
        )
    return made


def layers_of(
    found: Sequence[Compared],
) -> tuple[Mapping[str, gpd.GeoDataFrame], Mapping[str, str]]:
    """Return links and places of every scenario, and their QGIS styles."""
    layers: dict[str, gpd.GeoDataFrame] = {}
    styles: dict[str, str] = {}
    for one in found:
        name = one.id.replace(" + ", "_")
        segments = one.study.network.segments
        layers[f"links_{name}"] = gpd.GeoDataFrame(
            one.links, geometry=segments.geometry.to_numpy(), crs=segments.crs
        )
        styles[f"links_{name}"] = change_style("links")
        places = one.tables.places
        points = gpd.points_from_xy(places["lon"], places["lat"], crs=LON_LAT)
        layers[f"places_{name}"] = gpd.GeoDataFrame(places, geometry=points).to_crs(segments.crs)
        styles[f"places_{name}"] = change_style("places")
    return layers, styles
