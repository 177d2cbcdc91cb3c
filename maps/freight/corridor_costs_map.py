"""The freight map: what it costs to carry goods from one place to all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.border.crossing import Crossing as Gate
from geo.freight.cost_parts import CostParts
from geo.freight.haul_profile import Delivery
from geo.freight.road_limits import Barred
from layers.area import Area, read_boundary
from layers.roads.network import RoadNetwork
from layers.tables.places import Place
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
from maps.freight.cost_chart import cost_chart
from maps.freight.crossing_cards import gates_of
from maps.freight.departures import FIRST_HOUR, Departures, departure_data
from maps.freight.layers import cities, hubs, other_lines
from maps.freight.refusals import barred_text
from maps.freight.rows import Row, Shut, line_of, row_of, short, shut_of
from maps.picture.sheet import Sheet, sheet
from maps.route.corridor_map import SEASONS, place_name


@dataclass(frozen=True)
class Group:
    """A heading and the deliveries under it, the cheapest first."""

    title: Text
    rows: tuple[Row, ...]
    open: bool


def freight_map(  # noqa: PLR0913 - what the map shows
    *,
    area: Area,
    network: RoadNetwork,
    start: Place,
    deliveries: Sequence[Delivery],
    others: Mapping[str, Sequence[Delivery]],
    table: pd.DataFrame,
    gates: Mapping[str, Gate],
    departures: Mapping[str, Departures],
    hub_table: pd.DataFrame,
    places: Mapping[str, Place],
    place_table: pd.DataFrame,
    titles: Mapping[str, Text],
    barred: Mapping[str, Sequence[Barred]],
    season: str,
    empty_share: float,
    lang: str,
    parts: Sequence[CostParts | None] = (),
) -> Sheet:
    """Draw what freight costs from one place to provinces, crossings and cities beyond.

    Parameters
    ----------
    area, network
        The area and the roads below.
    start
        Where goods start.
    deliveries
        All that was asked for, the cheapest first; also those that do not get there.
    others
        Other ways, by id of the destination.
    table, gates
        Crossings as a table and, by id, as freight takes them.
    departures
        Of some crossings, what leaving at each hour means there.
    hub_table
        Columns `id, transload_min, transload_thb_per_t`.
    places, place_table
        All places by id, and the table of those that a map names.
    titles
        Of vehicles by id, English and Thai.
    barred
        Roads that do not bear a vehicle, by vehicle.
    season, empty_share
        On what terms goods are hauled.
    lang
        The language the page opens in, `en` or `th`.
    parts
        What the cost of each delivery is made of; no chart without.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    found = [one for one in deliveries if one.haul.reached]
    breaks = fair_breaks([one.haul.cost_thb_per_t for one in found])
    rows = [
        row_of(
            at,
            one,
            others=others.get(one.haul.to_id, ()) if not one.haul.crossing else (),
            places=places,
            titles=titles,
            colour=shade_of(one.haul.cost_thb_per_t, breaks),
        )
        for at, one in enumerate(found)
    ]
    lines = [line_of(one) for one in found]
    shape = read_boundary(area)
    near = [line for line, row in zip(lines, rows, strict=True) if not row.gate] or lines
    made = offline_map(
        bounds_of([shape, *near[: max(1, (len(near) + 1) // 2)]]), whole=bounds_of([shape, *lines])
    )
    refusals = {one.haul.crossing: one.haul.refusals for one in deliveries if one.haul.crossing}
    crossings = gates_of(
        table,
        gates,
        places=places,
        titles=titles,
        refusals=refusals,
        waits_s={name: one.wait_s for name, one in departures.items()},
    )
    beyond = {one.place.id: one.place for one, row in zip(found, rows, strict=True) if row.gate}
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
            order=[one.haul.cost_thb_per_t for one in found],
            names=[f"route route-{row.at}" for row in rows],
            layer=layer_of("layer_routes"),
            weight=4,
        ),
        overlays.places(place_table, home=start),
        cities(list(beyond.values())),
        overlays.crossings(crossings),
        hubs([one.haul for one in found], hub_table, places=places, titles=titles),
    )
    for layer in layers:
        layer.add_to(made)
    return sheet(
        "freight.html",
        made=made,
        title=text("freight_title", home=place_name(start)),
        lang=lang,
        subtitle=terms_line(season, empty_share),
        area=area,
        network=network,
        groups=_groups(rows),
        shut=_shut(deliveries, gates, titles),
        legends=_legends(rows, breaks),
        charts={"cost": cost_chart(_parts_of(rows, deliveries, parts), lang)},
        crossings=crossings,
        departures=departure_data(crossings, departures),
        first_hour=FIRST_HOUR,
        barred=_barred(barred, titles),
    )


def _parts_of(
    rows: Sequence[Row], deliveries: Sequence[Delivery], parts: Sequence[CostParts | None]
) -> list[tuple[Text, CostParts]]:
    """Name the parts of what gets there, the cheapest first; cities beyond are left out."""
    known = [one for delivery, one in zip(deliveries, parts, strict=False) if delivery.haul.reached]
    return [(row.name, one) for row, one in zip(rows, known, strict=False) if one and not row.gate]


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


def terms_line(season: str, empty_share: float) -> Text:
    """Say on what terms goods are hauled: the line under a title."""
    parts = [text(SEASONS[season]), text("empty_share", percent=figures.whole(empty_share * 100))]
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
    barred: Mapping[str, Sequence[Barred]], titles: Mapping[str, Text]
) -> list[tuple[Text, list[Text]]]:
    """Say for each vehicle which roads do not bear it."""
    return [
        (short(titles[vehicle]), [barred_text(one) for one in roads])
        for vehicle, roads in barred.items()
        if roads
    ]
