"""What lies on the access map: one function per overlay, each returning a Folium layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from layers.crs import LON_LAT
from layers.tables.villages import NAMELESS
from maps.access.rows import District, Spot, district_rows, percent
from maps.base.i18n import Text, either, spans, text
from maps.base.leaflet import GROUND, lat_lon
from maps.base.lines import line_points
from maps.base.marks import bind_card, layer_of, marker
from maps.base.page import fragment
from maps.base.raster_layer import Surface
from maps.base.seats import seats
from maps.base.style import PALETTE

LABELLED: Final = 150
"""How many places may have their name on the map, the largest first."""

MANY: Final = 100
"""Places beyond which circles are smaller, and only towns have names in a wide view."""

TOWNS: Final = ("city", "town")
"""Kinds whose names come before those of other places."""

OUTLINE_DEG: Final = 0.001
"""How far an outline may leave its points."""


def surface_layer(made: Surface) -> folium.FeatureGroup:
    """Lay the travel times on the map; districts may take their place."""
    west, south, east, north = made.bounds
    layer = _base("layer_surface", show=True)
    folium.raster_layers.ImageOverlay(
        made.url,
        lat_lon([[west, south], [east, north]]),
        opacity=0.8,
        alt=" / ".join(text("layer_surface")),
        class_name="surface",
        pane="surface",
    ).add_to(layer)
    return layer


def districts(table: gpd.GeoDataFrame, minutes: Sequence[int]) -> folium.FeatureGroup:
    """Colour districts by the minutes of half of their people, each named with its figures.

    Parameters
    ----------
    table
        Columns of `maps.access.rows.district_rows` and a geometry.
    minutes
        Breaks of the scale.

    Returns
    -------
    layer
        To be shown in place of the surface.
    """
    layer = _base("layer_districts", show=False)
    shapes = table.geometry.to_crs(LON_LAT)
    light = shapely.simplify(shapes.to_numpy(), OUTLINE_DEG)
    for at, shape in enumerate(light):
        (row,) = district_rows(table.iloc[[at]], minutes)
        if shape is None or shape.is_empty:
            continue
        for part in shapely.get_parts(shape):
            polygon = folium.Polygon(
                line_points([part.exterior, *part.interiors]),
                color=PALETTE["surface"],
                weight=1.5,
                fill_color=row.colour,
                fill_opacity=0.8 if math.isfinite(row.minutes) else 0.25,
                class_name="district-area",
            )
            polygon.options["pane"] = GROUND
            polygon.add_to(layer)
        at_point = shape.representative_point()
        marker(at_point.x, at_point.y, _district_label(row), "zone").add_to(layer)
    return layer


def isochrones(table: gpd.GeoDataFrame, inside: BaseGeometry | None = None) -> folium.FeatureGroup:
    """Draw the outlines of isochrones, the nearest heaviest, each with its minutes.

    Parameters
    ----------
    table
        Column `minutes` and a geometry; rows of one time belong together.
    inside
        Polygon in lon, lat; lines end at its edge, if there is one.

    Returns
    -------
    layer
        One multi-line per time.
    """
    layer = layer_of("layer_isochrones")
    shapes = table.geometry.to_crs(LON_LAT)
    values = table["minutes"].to_numpy(np.float64)
    for rank, minutes in enumerate(np.unique(values)):
        found = shapes[values == minutes].to_numpy()
        parts = shapely.get_parts(shapely.simplify(found[~shapely.is_missing(found)], OUTLINE_DEG))
        if inside is not None:
            parts = shapely.get_parts(shapely.intersection(shapely.make_valid(parts), inside))
        polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        parts = parts[polygons & ~shapely.is_empty(parts)]
        if not len(parts):
            continue
        rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
        folium.PolyLine(  # type: ignore[no-untyped-call]
            line_points(rings),
            color=PALETTE["ink"],
            weight=max(1.6 - 0.3 * rank, 0.7),
            opacity=0.75,
            dash_array=f"{8 - min(rank, 3) * 2} 3" if rank else None,
            interactive=False,
            class_name="isochrone",
        ).add_to(layer)
        ring = shapely.get_coordinates(parts[int(np.argmax(shapely.area(parts)))].exterior)
        top = ring[int(np.argmax(ring[:, 1]))]
        label = Markup('<span class="label iso">{}</span>').format(
            spans(text("minutes_value", value=f"{minutes:g}"))
        )
        marker(float(top[0]), float(top[1]), label, "isochrone-mark").add_to(layer)
    return layer


def facilities(table: pd.DataFrame, one: Text) -> folium.FeatureGroup:
    """Mark facilities with a symbol of their own and a card on click.

    Parameters
    ----------
    table
        Columns `name_en, name_th, lon, lat`.
    one
        What one of them is called.

    Returns
    -------
    layer
        Above all places.
    """
    layer = layer_of("layer_facilities")
    for row in table.to_dict("records"):
        name = either(str(row["name_en"]), str(row["name_th"]))
        made = marker(
            float(str(row["lon"])),
            float(str(row["lat"])),
            fragment("facility_icon.html", name=name, one=one),
            "facility",
            keyboard=True,
            z_index_offset=1000,
        )
        bind_card(made, fragment("access_card.html", name=name, one=one, spot=None)).add_to(layer)
    return layer


def places(shown: Sequence[Spot], districts: Sequence[Text] = ()) -> folium.FeatureGroup:
    """Mark places as circles coloured by their minutes, larger for more people.

    Parameters
    ----------
    shown
        The places; one that reaches nothing is a ring.
    districts
        Names of the districts: a town that one is called after is named before all others.

    Returns
    -------
    layer
        The largest `LABELLED` places have names; the page hides those that would overlap.
    """
    layer = layer_of("layer_places")
    many = len(shown) > MANY
    largest = sorted(shown, key=lambda spot: -np.nan_to_num(spot.people))
    for spot in largest:
        circle = folium.CircleMarker(
            lat_lon([[spot.lon, spot.lat]])[0],
            radius=radius(spot.people) - (1.5 if many else 0.0),
            color=PALETTE["ink"] if spot.reached else PALETTE["unreached"],
            weight=1.2 if spot.reached else 2.5,
            fill=True,
            fill_color=spot.colour if spot.reached else PALETTE["surface"],
            fill_opacity=1,
            class_name="spot-circle",
        )
        bind_card(circle, fragment("access_card.html", name=spot.name, one=None, spot=spot))
        circle.add_to(layer)
    named = [spot for spot in largest if not spot.name[0].startswith(NAMELESS)]
    seat = dict(zip(map(id, named), seats([spot.name for spot in named], districts), strict=True))
    # Where seats are known, a town that is none is named from near only.
    towns = {key for key, yes in seat.items() if yes} or {
        id(spot) for spot in named if spot.kind in TOWNS
    }
    first = sorted(named, key=lambda spot: (id(spot) not in towns, spot.kind not in TOWNS))
    for spot in first[:LABELLED]:
        label = Markup('<span class="label name">{}</span>').format(spans(spot.name))
        quiet = "spot minor" if many else "spot"
        marker(spot.lon, spot.lat, label, "town" if id(spot) in towns else quiet).add_to(layer)
    return layer


def radius(people: float) -> float:
    """Return a circle's radius in pixels: its area grows with people, within reason.

    Examples
    --------
    >>> radius(math.nan), radius(2_500), radius(1e6)
    (4.0, 5.0, 8.0)
    """
    known = people if math.isfinite(people) and people > 0 else 0.0
    return round(min(8.0, 4.0 + math.sqrt(known) / 50), 1)


def _district_label(row: District) -> Markup:
    said = row.time
    if not row.reached and row.unreached > 0:
        # Half of the people have no time; how many there are is more than "not reached".
        said = text("not_reached_percent", percent=percent(row.unreached))
    return Markup('<span class="label zone-name">{}<br><b>{}</b></span>').format(
        spans(row.name), spans(said)
    )


def _base(key: str, *, show: bool) -> folium.FeatureGroup:
    """Make a layer that is shown in place of others of its sort."""
    return folium.FeatureGroup(name=str(spans(text(key))), overlay=False, show=show)
