"""The files of `chaidaen compare`: map, CSV, one workbook, one GeoPackage with styles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.compare.access import PROVINCES
from geo.compare.compare import Comparisons
from layers.crs import LON_LAT
from maps.compare.compare_map import compare_map
from maps.compare.layers import MOST_MARKED
from maps.qgis.compare import change_style
from scripts.exports import View, write_geopackage
from scripts.output import results, save_all, table_csv
from scripts.pictures import map_files
from scripts.workbook import save_workbook

SHEET_ROWS = 1_000_000
"""A sheet has 1,048,576 rows; longer tables are CSV only."""


TABLES = (
    "figures",
    "pairs",
    "places",
    "people",
    "districts",
    "rural",
    "corridors",
    "freight",
    "links",
    "criticality",
    "works",
    "tornado",
    "prices",
    "cash_flows",
    "trips",
    "counts",
    "assumptions",
    "ranking",
    "sensitivity",
    "package",
)
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


def save(
    found: Comparisons,
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
    found
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
    page = compare_map(found, lang=lang)
    with results(folder, map_, overwrite=overwrite) as (made, drawn_map):
        written = map_files(page, drawn_map, made, quiet=quiet)
        if made:
            tables = found.tables()
            written |= {made / f"{name}.csv": table_csv(table) for name, table in tables.items()}
            sheets = {name: table for name, table in tables.items() if len(table) <= SHEET_ROWS}
            save_workbook(
                made / "compare.xlsx",
                found.base,
                sheets,
                found.notes,
                lang=lang,
                kinds=[one for one in found.asked.kinds if one != PROVINCES],
                more={one.id: (one.title_en, one.title_th) for one in found.scenarios},
            )
            drawn = layers_of(found)
            write_geopackage(made / "compare.gpkg", drawn.layers, drawn.styles, views=drawn.views)
        save_all(written, overwrite=True)


OF_BASE: Final = ("ref", "name_en", "name_th", "length_m", "kph_base", "vehicles_per_day_base")
"""Columns of links that are the same whatever the scenario."""

OF_SCENARIO: Final = (
    "state",
    "kph",
    "time_change_s",
    "vehicles_per_day",
    "vehicles_per_day_change",
)
"""Columns of links that every scenario has for itself."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What QGIS shows: layers, views of them, and styles of either by name."""

    layers: Mapping[str, gpd.GeoDataFrame]
    views: Mapping[str, View]
    styles: Mapping[str, str]


def layers_of(found: Comparisons, begun: str = "") -> Drawn:
    """Return links and places of every scenario, and their QGIS styles.

    Links with traffic or with a change are one layer, since ten scenarios would else repeat
    the same lines ten times: `links` has the columns of each with its name behind, and a view
    `links_<scenario>` shows those of one.

    Parameters
    ----------
    found
        The scenarios.
    begun
        What all names begin with.
    """
    layers, views, styles = {}, {}, {}
    named = {one.id.replace(" + ", "_"): one for one in found}
    lines = f"{begun}links"
    layers[lines] = _links({name: one.links for name, one in named.items()})
    styles[lines] = change_style("links", f"_{next(iter(named))}")
    for name, one in named.items():
        columns = {own: own for own in OF_BASE} | {f"{own}_{name}": own for own in OF_SCENARIO}
        views[f"{lines}_{name}"] = View(lines, columns, known=f"state_{name}")
        styles[f"{lines}_{name}"] = change_style("links")
        for own, places in _each_alone(one.places, f"{begun}places_{name}").items():
            points = gpd.points_from_xy(places["lon"], places["lat"], crs=LON_LAT)
            layers[own] = gpd.GeoDataFrame(places, geometry=points).to_crs(one.links.crs)
            styles[own] = change_style("places")
    return Drawn(layers, views, styles)


def _each_alone(places: pd.DataFrame, name: str) -> dict[str, pd.DataFrame]:
    """Give every destination, vehicle and season a layer: on one they lie on top of each other."""
    several = [
        one for one in ("to_kind", "vehicle", "season_base") if len(places[one].unique()) > 1
    ]
    if not several:
        return {name: places}
    return {
        "_".join([name, *map(str, own)]): table.reset_index(drop=True)
        for own, table in places.groupby(several, sort=False)
    }


def _links(tables: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put the links of all scenarios that tell something side by side: each line once."""
    parts = []
    for name, table in tables.items():
        use = np.maximum(table["vehicles_per_day_base"], table["vehicles_per_day"])
        other = table["state"] != "same"
        # A season changes every road: then only those that somebody drives.
        told = table[(use > 0) | (other if other.mean() < MOST_MARKED else False)]
        own = {column: f"{column}_{name}" for column in OF_SCENARIO}
        told = told.assign(line=told.geometry.to_wkb()).drop_duplicates("line")
        parts.append(told.rename(columns=own).set_index("line"))
    wide = parts[0]
    for part in parts[1:]:
        new = part.columns.difference(wide.columns, sort=False)
        wide = wide.combine_first(part[wide.columns.intersection(part.columns)]).join(part[new])
    every = [f"{column}_{name}" for name in tables for column in OF_SCENARIO]
    shown = wide[[*OF_BASE, *every, "geometry"]].sort_index()
    return gpd.GeoDataFrame(shown.reset_index(drop=True), crs=next(iter(tables.values())).crs)
