"""The freight map: what it costs to carry goods from one place to all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.border.crossing import Crossing as Gate
from geo.freight.corridors import Freight
from geo.freight.cost_parts import CostParts, cost_parts
from geo.freight.departures import hourly_waits
from geo.freight.haul import Terms
from geo.freight.haul_profile import Delivery
from geo.freight.road_limits import RoadLimit
from layers.area import read_boundary
from maps.base import figures, overlays
from maps.base.backdrop import backdrop
from maps.base.classes import LegendClass
from maps.base.i18n import Text, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, ground, legend, sign, symbol
from maps.base.legend import crossings as crossing_signs
from maps.base.line_scale import fair_breaks, shade_of, shades
from maps.base.lines import bounds_of
from maps.base.marks import layer_of
from maps.base.style import PALETTE
from maps.base.subject import SEASONS, Subject, place_name
from maps.freight.cost_chart import cost_chart
from maps.freight.crossing_cards import gates_of
from maps.freight.departures import FIRST_HOUR, departure_data
from maps.freight.layers import cities, hubs, other_lines
from maps.freight.refusals import barred_text
from maps.freight.rows import Row, Shut, line_of, row_of, short, shut_of, vehicle_names
from maps.picture.sheet import Sheet, sheet


@dataclass(frozen=True)
class Group:
    """A heading and the deliveries under it, the cheapest first."""

    title: Text
    rows: tuple[Row, ...]
    open: bool


def freight_map(subject: Subject, found: Freight, places: pd.DataFrame) -> Sheet:
    """Draw what freight costs from one place to provinces, crossings and cities beyond.

    Parameters
    ----------
    subject
        The area, its roads, and the language; the season is that of the terms.
    found
        What is drawn, its alternatives too.
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
    terms, others, gates = found.terms, found.alternatives, found.terms.crossings
    deliveries = found.deliveries
    reached = [one for one in deliveries if one.haul.reached]
    breaks = fair_breaks([one.haul.cost_thb_per_t for one in reached])
    rows = [
        row_of(
            at,
            one,
            others=others.get(one.haul.to_id, ()) if not one.haul.crossing else (),
            places=found.places,
            titles=vehicles,
            colour=shade_of(one.haul.cost_thb_per_t, breaks),
        )
        for at, one in enumerate(reached)
    ]
    lines = [line_of(one) for one in reached]
    shape = read_boundary(area)
    near = [line for line, row in zip(lines, rows, strict=True) if not row.gate] or lines
    made = offline_map(
        bounds_of([shape, *near[: max(1, (len(near) + 1) // 2)]]), whole=bounds_of([shape, *lines])
    )
    refusals = {one.haul.crossing: one.haul.refusals for one in deliveries if one.haul.crossing}
    departures = {
        one.haul.crossing: hourly_waits(terms, one.haul) for one in reached if one.haul.crossing
    }
    crossings = gates_of(
        found.crossings,
        gates,
        places=found.places,
        titles=vehicles,
        refusals=refusals,
        waits_s={name: one.wait_s for name, one in departures.items()},
    )
    beyond = {one.place.id: one.place for one, row in zip(reached, rows, strict=True) if row.gate}
    layers = (
        *backdrop(area),
        overlays.roads(network),
        other_lines(
            [
                (row.at, line_of(other), shade_of(other.haul.cost_thb_per_t, breaks))
                for row in rows
                for other in (others.get(row.delivery.haul.to_id, ()) if row.others else ())
            ]
        ),
        overlays.ways(
            lines,
            [PALETTE[row.colour] for row in rows],
            order=[one.haul.cost_thb_per_t for one in reached],
            names=[f"route route-{row.at}" for row in rows],
            layer=layer_of("layer_routes"),
            weight=4,
        ),
        overlays.places(places, home=found.origin),
        cities(list(beyond.values())),
        overlays.crossings(crossings),
        hubs([one.haul for one in reached], terms.hubs, places=found.places, titles=vehicles),
    )
    for layer in layers:
        layer.add_to(made)
    return sheet(
        "freight.html",
        made=made,
        title=text("freight_title", home=place_name(found.origin)),
        lang=subject.lang,
        subtitle=terms_line(terms),
        area=area,
        network=network,
        groups=_groups(rows),
        shut=_shut(deliveries, gates, vehicles),
        legends=_legends(rows, breaks),
        charts={"cost": cost_chart(_parts_of(rows, found), subject.lang)},
        crossings=crossings,
        departures=departure_data(crossings, departures),
        first_hour=FIRST_HOUR,
        barred=_barred(found.barred, vehicles),
    )


def _parts_of(rows: Sequence[Row], found: Freight) -> list[tuple[Text, CostParts]]:
    """Name the parts of what gets there, the cheapest first; cities beyond are left out."""
    parts = [cost_parts(found.terms, row.delivery.haul, found.prices) for row in rows]
    return [(row.name, one) for row, one in zip(rows, parts, strict=True) if one and not row.gate]


def _legends(rows: Sequence[Row], breaks: Sequence[float]) -> list[Legend]:
    """Explain colours by baht per tonne, other lines, and symbols."""
    steps = [sign("swatch", step.label, colour=step.colour) for step in cost_steps(breaks)]
    signs = [*crossing_signs(), *ground()]
    if any(row.changes for row in rows):
        signs.insert(3, symbol("freight_parts.html", "hub_symbol", text("layer_hubs")))
    if any(row.others for row in rows):
        signs.insert(3, sign("stroke dashed", text("legend_others")))
    return [
        *([legend(steps, text("cost_scale"))] if steps else []),
        legend(signs, text("legend")),
    ]


def terms_line(terms: Terms) -> Text:
    """Say on what terms goods are hauled: the line under a title."""
    percent = figures.whole(terms.rules.trips.empty_share * 100)
    parts = [text(SEASONS[terms.season]), text("empty_share", percent=percent)]
    return " · ".join(part[0] for part in parts), " · ".join(part[1] for part in parts)


def cost_steps(breaks: Sequence[float]) -> list[LegendClass]:
    """Return the scale of baht per tonne, cheapest first."""
    return shades(breaks, below="cost_below", between="cost_between", above="cost_above")


def _groups(rows: Sequence[Row]) -> list[Group]:
    """Sort deliveries into provinces and towns, crossings, and cities beyond."""
    sort = {
        "freight_inland": [row for row in rows if not row.delivery.haul.crossing],
        "freight_crossings": [row for row in rows if row.delivery.haul.crossing and not row.gate],
        "freight_beyond": [row for row in rows if row.gate],
    }
    return [
        Group(text(key), tuple(own), open=key != "freight_beyond" or len(own) == len(rows))
        for key, own in sort.items()
        if own
    ]


def _shut(
    deliveries: Sequence[Delivery], gates: Mapping[str, Gate], titles: Mapping[str, Text]
) -> list[Shut]:
    """List what goods do not get to."""
    return [shut_of(one, gates, titles) for one in deliveries if not one.haul.reached]


def _barred(
    barred: Mapping[str, Sequence[RoadLimit]], titles: Mapping[str, Text]
) -> list[tuple[Text, list[Text]]]:
    """Say for each vehicle which roads do not bear it."""
    return [
        (short(titles[vehicle]), [barred_text(one) for one in roads])
        for vehicle, roads in barred.items()
        if roads
    ]
