"""The map of risk: which roads must not fail, and who gets through in the rains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.risk.risk import Criticality
from layers.crs import LON_LAT
from maps.base import figures, overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, spans, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, ground, legend, sign
from maps.base.lines import bounds_of
from maps.base.page import json_data
from maps.base.style import PALETTE
from maps.base.subject import SEASONS
from maps.picture.sheet import Sheet, sheet
from maps.risk import layers as risk_layers
from maps.risk.rank_chart import rank_chart
from maps.risk.rows import (
    LOOKS,
    MEASURES,
    Corridor,
    Spot,
    chance_labels,
    corridor_rows,
    kind_name,
    most_cutting,
    per_cent,
    rank_labels,
    road_name,
    spot_rows,
)

LISTED = 60
"""Corridors that the page lists and draws in rank, and places that it lists; the rest is in
the tables."""

WORST = 20
"""Places that it lists where there are more than `LISTED`."""


def risk_map(found: Criticality, lang: str) -> Sheet:
    """Draw corridors by what their loss costs, and places by how they fare in the rains.

    Parameters
    ----------
    found
        Of `geo.risk.risk.criticality`.
    lang
        The language the page opens in, `en` or `th`.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    roads, names, places = found.roads, found.roads.names, found.places
    area, network, vehicle = roads.study.area, roads.study.network, roads.flows[0].trip.vehicle
    corridors = pd.DataFrame(found.corridors.drop(columns="geometry"))
    alone = found.links["bridge"] & (found.links["people_cut_off"] > 0)
    bridges = found.links.geometry[alone.to_numpy(bool)].to_crs(LON_LAT).tolist()
    rows = corridor_rows(corridors, found.corridors.geometry.tolist(), names)
    shown = rows[:LISTED]
    spots = spot_rows(places, [(kind, kind_name(kind, names)) for kind in found.kinds])
    shape = roads.study.tables.boundary
    made = offline_map(bounds_of([shape]), whole=bounds_of([shape, *(row.shape for row in shown)]))
    for layer in (
        *risk_layers.measures(),
        *backdrop(area),
        overlays.roads(network),
        risk_layers.corridors(shown),
        risk_layers.bridges(bridges),
        risk_layers.corridor_names(shown),
        *([risk_layers.places(spots)] if spots else []),
    ):
        layer.add_to(made)
    season_text = text(SEASONS[roads.season])
    drawn = bool(spots) and bool(np.isfinite(spots[0].worst))
    return sheet(
        "risk.html",
        made=made,
        title=text("risk_title", area=(area.title_en, area.title_th)),
        lang=lang,
        legends=_legends(drawn=drawn),
        subtitle=(
            f"{vehicle.title_en} · {season_text[0]}",
            f"{vehicle.title_th} · {season_text[1]}",
        ),
        area=area,
        network=network,
        rows=shown,
        cutting=sorted(
            (row for row in shown if row.row["people_cut_off"] > 0),
            key=lambda row: -row.row["people_cut_off"],
        ),
        spots=_listed(spots),
        every=len(spots),
        numbers=_numbers(rows, places),
        measures=[text(key) for key in MEASURES.values()],
        drawn=drawn,
        charts={"ranks": rank_chart(rows, found.correlation, lang)},
        per_cent=per_cent,
        tonnes=any(flow.demand.unit == "tonnes" for flow in roads.flows),
        data=json_data(
            {
                "measures": [str(spans(text(key))) for key in MEASURES.values()],
                "looks": [[[PALETTE[c], w] for c, w in row.looks] for row in shown],
            }
        ),
    )


def _listed(spots: Sequence[Spot]) -> Sequence[Spot]:
    """Return the places of the page's table: where there are many, those that fare worst."""
    if len(spots) <= LISTED:
        return spots
    ranked = sorted(spots, key=lambda one: (np.nan_to_num(one.worst, nan=1.0), one.second_way))
    return ranked[:WORST]


def _legends(*, drawn: bool) -> list[Legend]:
    """Explain lines by their rank, places by their days in the rains, and what lies below."""
    lines = [
        sign("rankline", label, colour=colour, high=width)
        for (colour, width), label in zip(LOOKS, rank_labels(), strict=True)
    ]
    days = chance_labels() if drawn else []
    return [
        legend([*lines, sign("rankline dashes", text("legend_bridge"))], text("corridors_ranked")),
        legend(
            [
                *(sign("swatch round", label, colour=colour) for colour, label in days),
                sign("swatch round alone", text("legend_alone")),
            ],
            text("places_in_rains"),
        ),
        legend(ground(), text("legend")),
    ]


def _numbers(rows: Sequence[Corridor], places: pd.DataFrame) -> list[tuple[Text, Text, Text]]:
    """Return the figures that the page begins with: what, how much, and where."""
    found = []
    worst = next((row for row in rows if row.ranks[0] == 1), None)
    if worst:
        value = text("hours_a_day", value=figures.whole(worst.amounts[0]))
        found.append((text("worst_corridor"), value, worst.name))
    only = most_cutting([row.row for row in rows])
    if only:
        people = text("people_value", value=figures.whole(only["people_cut_off"]))
        found.append((text("most_cut_off"), people, road_name(only)))
    if len(places):
        alone = places[~places["second_way"].astype(bool)]
        people = text("people_value", value=figures.whole(float(alone["population"].sum())))
        count = text("places_value", value=str(len(alone)))
        found.append((text("no_second_way"), people, count))
    best = next((row for row in rows if row.row["rank_worth"] == 1), None)
    if best:
        value = text("baht_a_year", value=figures.whole(best.row["worth_thb"]))
        ratio = float(best.row["worth_per_cost"])
        if ratio < 1:
            value = text("none_pays", ratio=f"{ratio:.2f}")
        found.append((text("best_protected"), value, best.name))
    return found
