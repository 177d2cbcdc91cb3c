"""The layers of `chaidaen freight` for QGIS, as one GeoPackage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.border.crossing import Crossing
from geo.border.passage import refusal
from geo.freight.haul import Haul, Terms
from geo.freight.haul_profile import Delivery
from geo.routing.legs import geometry_of
from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork
from layers.tables.places import Place
from maps.qgis.freight import freight_styles
from scripts.exports import write_geopackage
from scripts.freight.text import haul_row

NUMBERS = {
    "corridors": "cost_thb_per_t",
    "chains": "cost_thb_per_t",
    "flows": "tonnes_per_year",
}
"""By which number the lines of a layer are drawn."""


def save_layers(path: Path, layers: Mapping[str, gpd.GeoDataFrame], crs: str) -> None:
    """Write layers with their QGIS styles into a GeoPackage; empty ones are left out.

    Parameters
    ----------
    path
        File to write.
    layers
        By name, in lon, lat.
    crs
        The area's own.
    """
    shown = {name: frame.to_crs(crs) for name, frame in layers.items() if len(frame)}
    styles = {
        name: freight_styles(name, frame[NUMBERS[name]].tolist() if name in NUMBERS else [])
        for name, frame in shown.items()
    }
    write_geopackage(path, shown, styles)


def corridor_layers(
    terms: Terms, found: Sequence[Delivery], others: Mapping[str, Sequence[Delivery]]
) -> dict[str, gpd.GeoDataFrame]:
    """Return corridors as lines, `way` 0 the best and others after it, and crossings."""
    rows: list[dict[str, Any]] = []
    network = _network(terms)
    for one in found:
        if not one.haul.reached:
            continue
        ways = [one] if one.haul.crossing else [one, *others.get(one.place.id, ())]
        rows += [
            {"way": at, **haul_row(terms, way), "geometry": _line(network, way.haul)}
            for at, way in enumerate(ways)
        ]
    return {"corridors": _frame(rows), "crossings": _crossings(terms)}


def flow_layers(
    terms: Terms,
    rows: Sequence[Mapping[str, Any]],
    hauls: Sequence[Haul],
    links: Sequence[tuple[Mapping[str, Any], shapely.Geometry]],
) -> dict[str, gpd.GeoDataFrame]:
    """Return roads with their tonnes, the ways to market as lines, and crossings.

    Parameters
    ----------
    terms
        Who hauls.
    rows, hauls
        The sales as rows, and their hauls.
    links
        Rows of roads with their geometry in lon, lat.
    """
    network = _network(terms)
    chains = [
        {**row, "geometry": _line(network, haul)}
        for row, haul in zip(rows, hauls, strict=True)
        if haul.reached
    ]
    flows = [{**row, "geometry": shape} for row, shape in links]
    return {"flows": _frame(flows), "chains": _frame(chains), "crossings": _crossings(terms)}


def site_layers(
    candidates: Sequence[Place],
    chosen: Sequence[Mapping[str, Any]],
    assigned: Sequence[Mapping[str, Any]],
    places: Mapping[str, Place],
) -> dict[str, gpd.GeoDataFrame]:
    """Return candidates as points, and a straight line from every settlement to its point."""
    sums = {row["site"]: row for row in chosen}
    points = [
        {
            "id": one.id,
            "chosen": "yes" if one.id in sums else "no",
            "name_en": one.name_en,
            "name_th": one.name_th,
            "places": sums[one.id]["places"] if one.id in sums else 0,
            "mean_thb_per_t": sums[one.id]["mean_thb_per_t"] if one.id in sums else None,
            "geometry": shapely.Point(one.lon, one.lat),
        }
        for one in candidates
    ]
    lines = [
        {
            **row,
            "geometry": shapely.LineString(
                [(places[row[end]].lon, places[row[end]].lat) for end in ("from_id", "to_id")]
            ),
        }
        for row in assigned
        if row["to_id"]
    ]
    return {"sites": _frame(points), "assigned": _frame(lines)}


def _crossings(terms: Terms) -> gpd.GeoDataFrame:
    """Return crossings as points, with why the first vehicle's goods do not pass."""
    return _frame([_crossing(one, terms) for one in terms.crossings.values()])


def _crossing(one: Crossing, terms: Terms) -> dict[str, Any]:
    whys = [refusal(one, hauler.vehicle) for hauler in terms.fleet.haulers]
    told = "; ".join(dict.fromkeys(str(why) for why in whys if why)) if all(whys) else ""
    plain = ("id", "name_en", "name_th", "kind", "status", "status_date", "source", "note",
             "neighbour", "beyond", "hours_known", "max_gross_t", "transload",
             "transload_min", "transload_thb_per_t", "fee_thb")  # fmt: skip
    row: dict[str, Any] = {name: getattr(one, name) for name in plain}
    may = {True: "yes", False: "no", None: ""}
    row |= {name: may[getattr(one, name)] for name in ("goods", "persons", "vehicles")}
    return row | {
        "classes": ", ".join(one.classes),
        "hours": one.hours.text,
        "why_not": told,
        "geometry": shapely.Point(one.lon, one.lat),
    }


def _network(terms: Terms) -> RoadNetwork:
    return terms.fleet.haulers[0].laden.network


def _line(network: RoadNetwork, haul: Haul) -> shapely.MultiLineString:
    """Return the drives of a haul, one part each, in lon, lat."""
    return shapely.multilinestrings([geometry_of(network, drive.path) for drive in haul.drives])


def _frame(rows: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    if not rows:
        return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=LON_LAT)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=LON_LAT)
