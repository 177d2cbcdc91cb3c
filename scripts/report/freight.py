"""Freight in the report: corridors to provinces and across the border, and value chains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from geo.driving.vehicle import load_vehicle
from geo.freight.corridors import Freight, freight
from geo.freight.product_flows import product_flows
from geo.routes import corridors
from geo.study import Study
from maps.base.i18n import Text, either, text
from maps.base.subject import subject_of
from maps.freight.refusals import refusal_text
from maps.freight.rows import vehicle_names
from maps.qgis.freight import freight_styles
from maps.report.chapter import View
from maps.report.freight import freight_chapter
from maps.route.corridor_map import corridor_map, corridor_rows
from scripts.freight.answers import Answer, of_corridors, of_flows
from scripts.freight.files import NUMBERS
from scripts.options import say
from scripts.output import route_row
from scripts.report.across import across
from scripts.report.part import Asked, Part

OTHER_WAYS = 1

FINEST_M = 5.0
"""How far a way may leave its points: ways of hundreds of kilometres share most of their roads."""

MOST_CHAINS = 500
"""More chains than this are rows of a table alone: each line is a whole way, and those of
hundreds of villages weigh half a gigabyte that the flows on links show as well."""


def freight_part(study: Study, asked: Asked) -> Part:
    """Compute what a tonne costs to the provinces, the crossings and the markets."""
    say("… freight to the provinces and through the crossings", quiet=asked.quiet)
    goods = freight(study, alternatives=OTHER_WAYS)
    results = {"freight": of_corridors(study, goods, "table", asked.lang)}
    products = _products(study)
    if products:
        say("… value chains", quiet=asked.quiet)
        results["products"] = of_flows(
            study, product_flows(study), "table", asked.lang, most=MOST_CHAINS
        )
    chosen = load_vehicle(asked.vehicle)
    driver = chosen.title_en, chosen.title_th
    say(f"… routes by {chosen.title_en}", quiet=asked.quiet)
    routes = corridors(study, vehicle=asked.vehicle)
    titles = {
        "freight": text("report_view_freight"),
        "products": text("report_view_products"),
        "routes": text("report_routes", vehicle=driver),
    }
    sheets = {name: one.draw() for name, one in results.items() if one.draw}
    if routes:
        sheets["routes"] = corridor_map(
            subject_of(study, [asked.vehicle], lang=asked.lang),
            routes,
            crossings=study.tables.crossings,
            places=study.tables.places,
        )
    titled = vehicle_names(goods.terms.fleet)
    crossed = across(study, goods, asked.lang, asked.scenarios)
    named = {one: either(place.name_en, place.name_th) for one, place in goods.places.items()}
    chains = results["products"].tables["chains"] if products else ()
    chapter = freight_chapter(
        results["freight"].tables["corridors"],
        start=_name(goods.origin.id, named),
        names=named,
        vehicles=titled,
        whys=_whys(goods, titled),
        routes=corridor_rows(routes),
        driver=driver,
        chains=chains,
        products=products,
        views=[View(f"{name}.html", titles[name]) for name in sheets],
        charts=[*sheets["freight"].charts.values(), *crossed.charts.values()],
        measured=crossed.measured,
    )
    tables = {
        f"freight_{name}": pd.DataFrame(rows)
        for one in results.values()
        for name, rows in one.tables.items()
    }
    tables["freight_routes"] = pd.DataFrame([route_row(route) for route in routes])
    tables["freight_measures"] = crossed.table
    return _with_layers(study, Part(chapter, sheets, charts=crossed.charts, tables=tables), results)


def _with_layers(study: Study, part: Part, results: Mapping[str, Answer]) -> Part:
    """Add what QGIS shows."""
    layers, styles = {}, {}
    for result in results.values():
        for name, frame in (result.layers() if result.layers else {}).items():
            if len(frame):
                numbers = frame[NUMBERS[name]].tolist() if name in NUMBERS else []
                there = frame.to_crs(study.area.crs)
                layers[f"freight_{name}"] = there.set_geometry(there.simplify(FINEST_M))
                styles[f"freight_{name}"] = freight_styles(name, numbers)
    return replace(part, layers=layers, styles=styles)


def _products(study: Study) -> dict[str, Text]:
    table = study.tables.products
    return {
        str(row["id"]): either(str(row["name_en"]), str(row["name_th"]))
        for row in table.to_dict("records")
    }


def _whys(goods: Freight, titles: Mapping[str, Text]) -> dict[str, Text]:
    """Say why goods do not get to a place, by its id."""
    found = {}
    for one in goods.deliveries:
        if not one.haul.reached:
            told = [refusal_text(why, titles) for why in one.haul.refusals]
            unique = list(dict.fromkeys(told))
            found[one.place.id] = "; ".join(t[0] for t in unique), "; ".join(t[1] for t in unique)
    return found


def _name(place: str, names: Mapping[str, Text]) -> Text:
    return names.get(place, (place, place))
