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
from geo.freight.collection_points import CollectionPoints
from geo.freight.corridors import Freight, corridor_table
from geo.freight.haul import Haul, Terms
from geo.freight.product_flows import ProductFlows
from geo.routing.lines import geometry_of
from layers.crs import LON_LAT
from maps.qgis.freight import freight_styles
from scripts.exports import write_geopackage

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


def corridor_layers(found: Freight) -> dict[str, gpd.GeoDataFrame]:
    """Return corridors as lines, `way` 0 the best and others after it, and crossings."""
    ways = [
        (at, way)
        for one in found.deliveries
        if one.haul.reached
        for at, way in enumerate(
            [one] if one.haul.crossing else [one, *found.alternatives.get(one.place.id, ())]
        )
    ]
    table = corridor_table(found.terms, [way for _, way in ways])
    table.insert(0, "way", [at for at, _ in ways])
    lines = [_line(found.terms, way.haul) for _, way in ways]
    return {"corridors": _frame(table, lines), "crossings": _crossings(found.terms)}


def flow_layers(found: ProductFlows, most: int | None = None) -> dict[str, gpd.GeoDataFrame]:
    """Return roads with their tonnes, the ways to market as lines, and crossings.

    With more ways than `most` there are none: each is as long as the province.
    """
    layers = {"flows": found.links, "crossings": _crossings(found.terms)}
    reached = [sale.haul.reached for sale in found.sales]
    if most is not None and sum(reached) > most:
        return layers
    lines = [_line(found.terms, sale.haul) for sale in found.sales if sale.haul.reached]
    return layers | {"chains": _frame(found.chains[reached], lines)}


def site_layers(found: CollectionPoints) -> dict[str, gpd.GeoDataFrame]:
    """Return candidates as points, and a straight line from every settlement to its point."""
    sums = found.sites.set_index("site")
    ids = [one.id for one in found.candidates]
    points = pd.DataFrame(
        {
            "id": ids,
            "chosen": ["yes" if one in sums.index else "no" for one in ids],
            "name_en": [one.name_en for one in found.candidates],
            "name_th": [one.name_th for one in found.candidates],
            "places": sums["places"].reindex(ids, fill_value=0).to_numpy(),
            "mean_thb_per_t": sums["mean_thb_per_t"].reindex(ids).to_numpy(),
        }
    )
    at = {one.id: (one.lon, one.lat) for one in found.candidates}
    where = found.settlements.set_index("id")[["lon", "lat"]]
    assigned = found.assigned[found.assigned["to_id"] != ""]
    lines = [
        shapely.LineString([tuple(where.loc[start]), at[stop]])
        for start, stop in zip(assigned["from_id"], assigned["to_id"], strict=True)
    ]
    shapes = [shapely.Point(one.lon, one.lat) for one in found.candidates]
    return {"sites": _frame(points, shapes), "assigned": _frame(assigned, lines)}


def _crossings(terms: Terms) -> gpd.GeoDataFrame:
    """Return crossings as points, with why the first vehicle's goods do not pass."""
    gates = list(terms.crossings.values())
    table = pd.DataFrame([_crossing(one, terms) for one in gates])
    return _frame(table, [shapely.Point(one.lon, one.lat) for one in gates])


def _crossing(one: Crossing, terms: Terms) -> dict[str, Any]:
    whys = [refusal(one, hauler.vehicle) for hauler in terms.fleet.haulers]
    told = "; ".join(dict.fromkeys(str(why) for why in whys if why)) if all(whys) else ""
    plain = (
        "id",
        "name_en",
        "name_th",
        "kind",
        "status",
        "status_date",
        "source",
        "note",
        "neighbour",
        "beyond",
        "hours_known",
        "max_gross_t",
        "transload",
        "transload_min",
        "transload_thb_per_t",
        "fee_thb",
    )
    row: dict[str, Any] = {name: getattr(one, name) for name in plain}
    may = {True: "yes", False: "no", None: ""}
    row |= {name: may[getattr(one, name)] for name in ("goods", "persons", "vehicles")}
    return row | {
        "classes": ", ".join(one.classes),
        "hours": one.hours.text,
        "why_not": told,
    }


def _line(terms: Terms, haul: Haul) -> shapely.MultiLineString:
    """Return the drives of a haul, one part each, in lon, lat."""
    network = terms.fleet.haulers[0].laden.network
    return shapely.multilinestrings([geometry_of(network, drive.path) for drive in haul.drives])


def _frame(table: pd.DataFrame, shapes: Sequence[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=LON_LAT)
