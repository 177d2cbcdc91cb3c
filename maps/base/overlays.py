"""What lies on a map: one function per overlay, each returning a Folium layer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import folium
import pandas as pd
import shapely
from markupsafe import Markup

from geo.routing.route import Route
from layers.area import Area, read_boundary
from layers.roads.network import RoadNetwork
from layers.tables.places import Place, places_of
from maps.base.crossings import Crossing, crossing_card, crossing_icon
from maps.base.leaflet import GROUND
from maps.base.lines import (
    ROAD_POINTS,
    Number,
    highway_numbers,
    light_lines,
    line_points,
    road_lines,
)
from maps.base.marks import bind_card, layer_of, marker, place_marker
from maps.base.network_layer import Drawn, NetworkLayer
from maps.base.style import PALETTE

ROAD_STYLES: Final = {
    "trunk": ("road", 2.6, 0.0),
    "primary": ("road", 2.2, 0.0),
    "secondary": ("road", 1.7, 0.0),
    "tertiary": ("road-minor", 1.3, 7.0),
    "minor": ("road-minor", 0.9, 10.0),
    "lane": ("road-minor", 0.6, 12.0),
}
"""Colour, width in pixels and first zoom of each class of `maps.base.lines.ROAD_CLASSES`."""

CASED: Final = ("trunk", "primary", "secondary")
"""Classes with a light edge on either side, seen from near."""

LABELLED: Final = ("province_capital", "district")
"""Kinds of places that a map names, most important first."""


def boundary(area: Area) -> folium.FeatureGroup:
    """Draw the area: lighter than the land around it, with a dashed edge.

    Parameters
    ----------
    area
        Its boundary is read.

    Returns
    -------
    layer
        One polygon per part.
    """
    layer = layer_of("layer_boundary")
    shape = shapely.simplify(read_boundary(area), 0.001)
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors]
        polygon = folium.Polygon(
            line_points(rings),
            color=PALETTE["boundary"],
            weight=1.5,
            dash_array="6 4",
            fill_color=PALETTE["province"],
            fill_opacity=1,
            class_name="area",
        )
        polygon.options["pane"] = GROUND
        polygon.add_to(layer)
    return layer


def roads(network: RoadNetwork, *, points: int = ROAD_POINTS) -> folium.FeatureGroup:
    """Draw the network, wider for more important roads, with highway numbers.

    Parameters
    ----------
    network
        The roads; the nearer a reader looks, the more classes and points are drawn.
    points
        How many points they may have.

    Returns
    -------
    layer
        One `NetworkLayer`, and a mark for each number.
    """
    layer = layer_of("layer_roads")
    drawn, numbers = _of_network(network, points)
    if drawn:
        NetworkLayer(drawn).add_to(layer)
    for number in numbers:
        html = Markup('<span class="label shield">{}</span>').format(number.ref)
        marker(number.lon, number.lat, html, "shield-icon").add_to(layer)
    return layer


@lru_cache(maxsize=2)
def _of_network(network: RoadNetwork, points: int) -> tuple[tuple[Drawn, ...], tuple[Number, ...]]:
    """Make roads ready once for all the maps of a report: lines, and where numbers go."""
    drawn = tuple(
        Drawn(name, lines, PALETTE[colour], width, zoom, casing=name in CASED)
        for name, lines in road_lines(network, points=points).items()
        for colour, width, zoom in [ROAD_STYLES[name]]
    )
    return drawn, tuple(highway_numbers(network))


def routes(
    drawn: Sequence[Route], colours: Sequence[str], *, tolerance_deg: float = 0.0005
) -> folium.FeatureGroup:
    """Draw routes; the shortest lies on top. The page puts a white casing under each.

    Parameters
    ----------
    drawn
        The routes.
    colours
        Of each, a name in `PALETTE`.
    tolerance_deg
        How far a line may leave its points.

    Returns
    -------
    layer
        Lines of class `route route-<position>`, so that the page can find them.
    """
    return ways(
        [route.geometry for route in drawn],
        [PALETTE[colour] for colour in colours],
        order=[route.time_s for route in drawn],
        names=[f"route route-{at}" for at in range(len(drawn))],
        layer=layer_of("layer_routes"),
        tolerance_deg=tolerance_deg,
        weight=4,
    )


def ways(
    lines: Sequence[shapely.LineString],
    colours: Sequence[str],
    *,
    order: Sequence[float],
    names: Sequence[str],
    layer: folium.FeatureGroup,
    tolerance_deg: float = 0.0005,
    **style: float | str | bool | None,
) -> folium.FeatureGroup:
    """Draw lines by which the page's code finds them; the least in order lies on top.

    Parameters
    ----------
    lines
        In lon, lat.
    colours
        Of each, `#rrggbb`.
    order
        Of each.
    names
        Of each, its CSS classes: the page gives a `route` a casing and lets it be chosen.
    layer
        Where they go.
    tolerance_deg
        How far a line may leave its points.
    **style
        Options of Folium's `PolyLine`.

    Returns
    -------
    layer
        The same, filled.
    """
    points = light_lines(lines, tolerance_deg)
    for at in sorted(range(len(lines)), key=lambda at: -order[at]):
        folium.PolyLine(  # type: ignore[no-untyped-call]
            points[at],
            color=colours[at],
            class_name=names[at],
            bubbling_mouse_events=False,
            **style,
        ).add_to(layer)
    return layer


def places(table: pd.DataFrame, *, home: Place | None = None) -> folium.FeatureGroup:
    """Name capitals and districts; the page hides names that would overlap.

    Parameters
    ----------
    table
        Places as `layers.tables.places.read_places` gives them.
    home
        Where the corridors start, marked and never hidden.

    Returns
    -------
    layer
        Most important first.
    """
    layer = layer_of("layer_places")
    if home is not None:
        place_marker("home", home).add_to(layer)
    for kind in LABELLED:
        for place in places_of(table[table["kind"] == kind]):
            if home is None or place.id != home.id:
                place_marker(kind, place).add_to(layer)
    return layer


def ends(drawn: Sequence[Route]) -> folium.FeatureGroup:
    """Mark where routes start, pass and end.

    Parameters
    ----------
    drawn
        Routes between the same places.

    Returns
    -------
    layer
        Each place once.
    """
    layer = layer_of("layer_places")
    marked: dict[tuple[float, float], tuple[str, Place]] = {}
    for route in drawn:
        for kind, place in (
            ("home", route.from_place),
            ("end", route.to_place),
            *(("via", place) for place in route.via),
        ):
            marked.setdefault((place.lon, place.lat), (kind, place))
    for kind, place in marked.values():
        place_marker(kind, place).add_to(layer)
    return layer


def crossings(shown: Sequence[Crossing]) -> folium.FeatureGroup:
    """Mark crossings by colour and shape of their status, with a card on click.

    Parameters
    ----------
    shown
        The crossings.

    Returns
    -------
    layer
        The symbols of open ones lie above the others.
    """
    layer = layer_of("layer_crossings")
    for one in shown:
        made = marker(
            one.lon,
            one.lat,
            crossing_icon(one),
            f"crossing {one.status}",
            keyboard=True,
            z_index_offset=2000 if one.status == "open" else 1000,
        )
        bind_card(made, crossing_card(one)).add_to(layer)
    return layer
