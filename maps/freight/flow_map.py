"""The flow map: from where a product grows to its markets, as wide as its tonnes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from geo.border.crossing import Crossing
from geo.freight.product_flows import ProductFlows
from geo.freight.value_chain import Product, Sale
from geo.routing.lines import geometry_of
from layers.area import read_boundary
from layers.tables.places import Place
from maps.base import overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, circles, ground, legend, sign, symbol
from maps.base.lines import bounds_of
from maps.base.marks import layer_of
from maps.base.style import PALETTE
from maps.base.subject import Subject, place_name
from maps.freight.corridor_costs_map import terms_line
from maps.freight.flow_layers import flow_lines, markets, origins, widths
from maps.freight.flow_rows import crops, ends, harvest_tonnes, product_name, sale_rows
from maps.freight.layers import hubs
from maps.freight.refusals import refusal_text
from maps.freight.rows import Shut, joined, short, vehicle_names
from maps.picture.sheet import Sheet, sheet

MANY: Final = 60
"""With more origins of products than this, a page lists and draws the `LISTED` first of them:
each of their ways is a line, and those of hundreds of villages weigh tens of megabytes."""

LISTED: Final = 14

NAMED: Final = 12
"""Places by product whose unknown tonnes are told by name."""

SPLITS = {"all": "split_all", "logit": "split_logit"}


def flow_map(subject: Subject, found: ProductFlows, places: pd.DataFrame) -> Sheet:
    """Draw the value chains of products, and the tonnes that are known of them.

    Parameters
    ----------
    subject
        The area, its roads, and the language; the season is that of the terms.
    found
        What is drawn; tonnes that are not known are in no line, and listed.
    places
        Table of those that the map names.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    vehicles = vehicle_names(found.terms.fleet)
    area, network = subject.area, subject.network
    sent, products, known = found.flows, found.products, found.places
    gates = found.terms.crossings
    rows = sale_rows(
        found.sales, products, found.harvests, sent.to_market, places=known, titles=vehicles
    )
    grown = harvest_tonnes(found.harvests)
    from_, to = ends(rows, grown, known)
    every = crops(rows, grown)
    listed = every if len(every) <= MANY else every[:LISTED]
    drawn = [row for crop in listed for row in crop.rows]
    lines = [
        joined([geometry_of(network, drive.path) for drive in row.sale.haul.drives])
        for row in drawn
    ]
    shape = read_boundary(area)
    most = float(sent.tonnes.max(initial=0.0))
    used = [line for line, row in zip(lines, drawn, strict=True) if row.tonnes > 0] or lines
    made = offline_map(bounds_of([shape, *used]), whole=bounds_of([shape, *lines]))
    for layer in (
        *backdrop(area),
        overlays.roads(network),
        flow_lines(network, sent.tonnes),
        overlays.ways(
            lines,
            [PALETTE["route-3"]] * len(drawn),
            order=[row.sale.haul.cost_thb_per_t for row in drawn],
            names=[f"route route-{row.at}{' quiet' if most else ''}" for row in drawn],
            layer=layer_of("layer_routes"),
            weight=3,
            opacity=0 if most else 0.8,
            interactive=not most,
        ),
        overlays.places(places),
        origins(from_),
        hubs([row.sale.haul for row in rows], found.terms.hubs, places=known, titles=vehicles),
        markets(to),
    ):
        layer.add_to(made)
    names = [product_name(one) for one in products.values()]
    one = names[0] if len(names) == 1 else text("all_products")
    terms = terms_line(found.terms)
    how = text(SPLITS[found.split])
    return sheet(
        "flow.html",
        made=made,
        title=text("flow_title", product=one, area=(area.title_en, area.title_th)),
        lang=subject.lang,
        legends=_legends(most, changes=any(row.changes for row in rows)),
        subtitle=(f"{terms[0]} · {how[0]}", f"{terms[1]} · {how[1]}"),
        area=area,
        network=network,
        crops=listed,
        more=len(every) - len(listed),
        to_market=_to_market(sent.to_market, products, known),
        unknown=_unknown(sent.unknown, products, known),
        shut=_shut(found.sales, gates, known, vehicles),
    )


def _legends(most: float, *, changes: bool) -> list[Legend]:
    """Explain widths by tonnes a year, and symbols."""
    lines = [sign("flowline", one.label, colour="flow", high=one.px) for one in widths(most)]
    signs = [
        circles("origins", text("legend_origins")),
        circles("none", text("legend_origins_unknown")),
        symbol("freight_parts.html", "market_symbol", text("market")),
        *([symbol("freight_parts.html", "hub_symbol", text("layer_hubs"))] if changes else []),
        *ground(),
    ]
    return [
        *([legend(lines, text("tonnes_year"))] if lines else []),
        legend(signs, text("legend")),
    ]


def _to_market(
    table: pd.DataFrame, products: Mapping[str, Product], places: Mapping[str, Place]
) -> list[tuple[Text, float]]:
    """Add up tonnes by product and market, the most first."""
    columns = (table[name] for name in ("product", "to_id", "tonnes_per_year"))
    total: dict[tuple[str, str], float] = {}
    for product, to, tonnes in zip(*columns, strict=True):
        total[product, to] = total.get((product, to), 0.0) + float(tonnes)
    return [
        (
            text(
                "crop_to",
                product=product_name(products[product]),
                place=short(place_name(places[to])),
            ),
            tonnes,
        )
        for (product, to), tonnes in sorted(total.items(), key=lambda one: -one[1])
    ]


def _unknown(
    table: pd.DataFrame, products: Mapping[str, Product], places: Mapping[str, Place]
) -> list[tuple[Text, list[Text], int]]:
    """Say by product at which places nobody knows the tonnes: some by name, and how many more."""
    return [
        (
            product_name(products[str(name)]),
            [place_name(places[one]) for one in own["place_id"].head(NAMED)],
            max(len(own) - NAMED, 0),
        )
        for name, own in table.groupby("product", sort=False)
    ]


def _shut(
    sold: Sequence[Sale],
    gates: Mapping[str, Crossing],
    places: Mapping[str, Place],
    titles: Mapping[str, Text],
) -> list[Shut]:
    """List the markets that goods do not get to, each once, and why."""
    missed = {sale.haul.to_id: sale.haul for sale in sold if not sale.haul.reached}
    return [
        Shut(
            short(place_name(places[to])),
            gates[haul.crossing].status if haul.crossing in gates else "",
            tuple(refusal_text(one, titles) for one in haul.refusals),
            gates[haul.crossing].source if haul.crossing in gates else "",
        )
        for to, haul in missed.items()
    ]
