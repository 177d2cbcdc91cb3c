"""The files of an area that did not exist before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from layers.area import DataSource
from layers.crs import Bounds
from layers.store.shared_tables import shared_keys

BOUNDARY: Final = "boundary.geojson"
"""Name of the boundary file of a new area."""

OSM: Final = DataSource(
    name="OpenStreetMap",
    licence="ODbL 1.0",
    attribution="© OpenStreetMap contributors",
    url="https://www.openstreetmap.org/copyright",
)

BESIDE_DEG: Final = 0.005
"""How far an area of one straight road reaches to both sides of it: half a kilometre."""

SLIVER_DEG: Final = 1e-6


def box_of(extent: Bounds) -> BaseGeometry:
    """Return the box of roads, also of one that runs straight along a parallel or a meridian.

    Examples
    --------
    >>> box_of((98.0, 18.0, 98.05, 18.0)).bounds
    (98.0, 17.995, 98.05, 18.005)
    """
    west, south, east, north = extent
    wide, high = (BESIDE_DEG if span < SLIVER_DEG else 0.0 for span in (east - west, north - south))
    return shapely.box(west - wide, south - high, east + wide, north + high)


def write_area(
    folder: Path,
    name: str,
    crs: str,
    shape: BaseGeometry,
    *,
    sources: Sequence[DataSource] = (OSM,),
    country: str = "",
    shared: bool = False,
) -> None:
    """Write the `area.toml` and boundary of a new area.

    Parameters
    ----------
    folder
        Where; the caller makes it whole or not at all.
    name
        Slug of the area, of which its titles are made.
    crs
        Its metric coordinate system.
    shape
        Its boundary in lon, lat.
    sources
        Where its data are from.
    country
        ISO 3166 code, empty if unknown.
    shared
        Whether it names the tables that areas share, if they know a town inside.
    """
    head, tables = shared_keys(shape) if shared else ("", "")
    title = name.replace("_", " ").title()
    (folder / BOUNDARY).write_text(boundary_text(shape, title), encoding="utf-8")
    (folder / "area.toml").write_text(
        f"""# Written by chaidaen; yours to edit. Add tables under [layers]:
# places, crossings, highways, waypoints, hazards, products; those of the whole country are
# there already: highways = "shared:highways.csv" and so on (see `chaidaen new`).
title_en = {_text(title)}
title_th = {_text(title)}
crs = {_text(crs)}
country = {_text(country)}
{head}
[layers]
boundary = "{BOUNDARY}"
{tables}"""
        + sources_text(sources),
        encoding="utf-8",
        newline="\n",
    )


def sources_text(sources: Sequence[DataSource]) -> str:
    """Return sources as the tables of an `area.toml`."""
    return "".join(
        f"\n[[sources]]\nname = {_text(row.name)}\nlicence = {_text(row.licence)}\n"
        f"attribution = {_text(row.attribution)}\nurl = {_text(row.url)}\n"
        + (f"date = {_text(row.date)}\n" if row.date else "")
        for row in sources
    )


def boundary_text(shape: BaseGeometry, title: str) -> str:
    """Return a boundary as GeoJSON."""
    feature = {
        "type": "Feature",
        "properties": {"name_en": title},
        "geometry": json.loads(shapely.to_geojson(shape)),
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)


def _text(value: str) -> str:
    """Quote a text for TOML, whose escapes JSON shares."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
