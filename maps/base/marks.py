"""Marks on a map: symbols, names and cards, and the layers that they lie on."""

from __future__ import annotations

from typing import TypeVar

import folium
from folium.elements import MethodCall
from markupsafe import Markup

from layers.tables.places import Place
from maps.base.i18n import either, spans, text
from maps.base.leaflet import html_for_folium, lat_lon

C = TypeVar("C", folium.Marker, folium.CircleMarker, folium.PolyLine)


def bind_card(made: C, card: Markup) -> C:
    """Open a card when something is clicked; what is in it is HTML already."""
    bind = MethodCall(
        made,
        "bind_popup",
        html_for_folium(card),
        max_width=300,
        min_width=220,
        auto_pan_padding_top_left=[12, 108],
    )
    made.add_child(bind)  # type: ignore[no-untyped-call]
    return made


def layer_of(key: str) -> folium.FeatureGroup:
    """Make an empty overlay, named in both languages in the layer control."""
    return folium.FeatureGroup(name=str(spans(text(key))))


def place_marker(kind: str, place: Place) -> folium.Marker:
    """Mark a place by a dot and its name; it is scenery, and lets clicks through."""
    name = spans(either(place.name_en, place.name_th))
    html = Markup('<i class="dot"></i><span class="label name">{}</span>').format(name)
    return marker(place.lon, place.lat, html, f"place {kind}")


def marker(
    lon: float,
    lat: float,
    html: Markup,
    css: str,
    *,
    keyboard: bool = False,
    z_index_offset: int = 0,
) -> folium.Marker:
    """Make a marker out of HTML; without a keyboard it is scenery, and lets clicks through."""
    icon = folium.DivIcon(html=html_for_folium(html), icon_size=(0, 0), class_name=f"mark {css}")
    return folium.Marker(
        lat_lon([[lon, lat]])[0],
        icon=icon,
        keyboard=keyboard,
        interactive=keyboard,
        z_index_offset=z_index_offset,
    )
