"""The files of `chaidaen compare`: map, CSV, one workbook, one GeoPackage with styles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd

from geo.compare.compare import Comparisons
from layers.crs import LON_LAT
from maps.compare.compare_map import compare_map
from maps.qgis.compare import change_style
from scripts.access.spelling import rows_of
from scripts.exports import write_geopackage, write_workbook
from scripts.output import results, save_all, with_header
from scripts.pictures import map_files

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
    "cash_flows",
    "counts",
    "assumptions",
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
    drawn = compare_map(found, lang=lang)
    with results(folder, overwrite=overwrite) as made:
        written = map_files(drawn, map_, made, quiet=quiet)
        if made:
            tables = found.tables()
            written |= {
                made / f"{name}.csv": with_header(list(table.columns), rows_of(table))
                for name, table in tables.items()
            }
            sheets = {name: table for name, table in tables.items() if len(table) <= SHEET_ROWS}
            write_workbook(made / "compare.xlsx", sheets)
            write_geopackage(made / "compare.gpkg", *layers_of(found))
        save_all(written, overwrite=overwrite)


def layers_of(
    found: Comparisons,
) -> tuple[Mapping[str, gpd.GeoDataFrame], Mapping[str, str]]:
    """Return links and places of every scenario, and their QGIS styles."""
    layers: dict[str, gpd.GeoDataFrame] = {}
    styles: dict[str, str] = {}
    for one in found:
        name = one.id.replace(" + ", "_")
        layers[f"links_{name}"] = one.links
        styles[f"links_{name}"] = change_style("links")
        points = gpd.points_from_xy(one.places["lon"], one.places["lat"], crs=LON_LAT)
        places = gpd.GeoDataFrame(one.places, geometry=points)
        layers[f"places_{name}"] = places.to_crs(one.links.crs)
        styles[f"places_{name}"] = change_style("places")
    return layers, styles
