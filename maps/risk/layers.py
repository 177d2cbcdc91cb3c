"""What lies on the map of risk: one function per overlay, each returning a Folium layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import folium
import numpy as np
import shapely
from markupsafe import Markup

from maps.access.layers import MANY
from maps.base.i18n import spans, text
from maps.base.leaflet import lat_lon
from maps.base.lines import light_lines, line_points
from maps.base.marks import bind_card, layer_of, marker
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.risk.rows import MEASURES, Corridor, Spot, per_cent

LABELLED: Final = 20
"""Corridors of the first ranks that have their name on the map."""

NAMED: Final = 150
"""Places that have a name on the map, the largest first."""

FINE_DEG: Final = 0.0005


def measures() -> list[folium.FeatureGroup]:
    """Make the switch of measures in the layer control; the page paints the lines."""
    return [
        folium.FeatureGroup(name=str(spans(text(key))), overlay=False, show=at == 0)
        for at, key in enumerate(MEASURES.values())
    ]


def corridors(rows: Sequence[Corridor]) -> folium.FeatureGroup:
    """Draw corridors by the rank of the first measure, the worst on top, each with a card."""
    layer = layer_of("layer_corridors")
    parts = [shapely.get_parts(row.shape).tolist() for row in rows]
    points = light_lines([part for mine in parts for part in mine], FINE_DEG)
    ends = np.cumsum([len(mine) for mine in parts]).tolist()
    for row, end in reversed(list(zip(rows, ends, strict=True))):
        colour, weight = row.looks[0]
        line = folium.PolyLine(  # type: ignore[no-untyped-call]
            points[end - len(parts[row.at]) : end],
            color=PALETTE[colour],
            weight=weight,
            class_name=f"route route-{row.at}",
            bubbling_mouse_events=False,
        )
        bind_card(line, fragment("risk_card.html", row=row, spot=None, per_cent=per_cent))
        line.add_to(layer)
    return layer


def corridor_names(rows: Sequence[Corridor]) -> folium.FeatureGroup:
    """Name the corridors of the first ranks in their middle; the page hides what overlaps."""
    layer = layer_of("layer_corridor_names")
    ranked = sorted((row for row in rows if row.ranks[0]), key=lambda row: row.ranks[0])
    for row in ranked[:LABELLED]:
        parts = shapely.get_parts(row.shape)
        longest = parts[int(np.argmax(shapely.length(parts)))]
        middle = shapely.line_interpolate_point(longest, 0.5, normalized=True)
        html = Markup('<span class="label corridor-name">{}</span>').format(spans(row.name))
        marker(middle.x, middle.y, html, "corridor").add_to(layer)
    return layer


def bridges(shapes: Sequence[shapely.Geometry]) -> folium.FeatureGroup:
    """Mark links without which somebody has no way at all: short cross-strokes, as dashes."""
    layer = layer_of("layer_bridges")
    if len(shapes):
        light = shapely.simplify(np.asarray(shapes, dtype=object), FINE_DEG)
        folium.PolyLine(  # type: ignore[no-untyped-call]
            line_points(light.tolist()),
            color=PALETTE["closed"],
            weight=7,
            opacity=0.9,
            dash_array="2 7",
            line_cap="butt",
            interactive=False,
            class_name="bridge",
        ).add_to(layer)
    return layer


def places(rows: Sequence[Spot]) -> folium.FeatureGroup:
    """Mark places by their probability in the rains; a heavy ring has no second way."""
    layer = layer_of("layer_places")
    largest = sorted(rows, key=lambda one: -np.nan_to_num(one.people))
    many = len(rows) > MANY
    for spot in largest:
        whole = 6.5 if math.isnan(spot.people) else 5 + math.sqrt(spot.people) / 50
        circle = folium.CircleMarker(
            lat_lon([[spot.lon, spot.lat]])[0],
            radius=round(whole - (2.5 if many else 0.0), 1),
            color=PALETTE["ink"] if spot.second_way else PALETTE["closed"],
            weight=(0.8 if many else 1.2) if spot.second_way else (1.5 if many else 3),
            fill=True,
            fill_color=PALETTE[spot.colour],
            fill_opacity=1,
            class_name="spot-circle",
        )
        card = fragment("risk_card.html", row=None, spot=spot, per_cent=per_cent)
        bind_card(circle, card).add_to(layer)
    for spot in largest[:NAMED]:
        label = Markup('<span class="label name">{}</span>').format(spans(spot.name))
        marker(spot.lon, spot.lat, label, "spot minor" if many else "spot").add_to(layer)
    return layer
