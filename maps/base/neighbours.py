"""The land around an area: its neighbours' outlines, dimmed, and where it ends abroad."""

from __future__ import annotations

from typing import Final

import folium
import geopandas as gpd
import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from layers.area import Area, read_boundary
from layers.crs import LON_LAT
from layers.io.vector import read_shapes
from maps.base.i18n import spans
from maps.base.leaflet import GROUND
from maps.base.lines import line_points
from maps.base.marks import layer_of, marker
from maps.base.style import PALETTE

OWN: Final = 0.5
"""Share of an outline within the area from which it is the area's own."""

GAP_DEG: Final = 0.03
"""How far a neighbour's coarse outline may stay away from the area's."""

VEIL: Final = 0.45
"""How strongly what lies beyond the area is dimmed."""

WORLD: Final = (-180.0, -85.0, 180.0, 85.0)


def neighbours(area: Area) -> folium.FeatureGroup | None:
    """Draw the outlines and names of what lies around an area, and its border abroad.

    Parameters
    ----------
    area
        Its boundary and its `outlines` are read.

    Returns
    -------
    layer
        None where the area has no outlines.
    """
    if area.layers.outlines is None:
        return None
    layer, own = layer_of("layer_neighbours"), read_boundary(area)
    others = _others(read_shapes(area.layers.outlines, what="outlines").to_crs(LON_LAT), own)
    for name_en, name_th, shape in zip(
        others["name_en"], others["name_th"], others.geometry, strict=True
    ):
        for part in shapely.get_parts(shape):
            _on_ground(
                folium.Polygon(
                    line_points([part.exterior, *part.interiors]),
                    color=PALETTE["boundary"],
                    weight=0.8,
                    opacity=0.7,
                    fill_color=PALETTE["province"],
                    fill_opacity=0.5,
                    class_name="neighbour",
                )
            ).add_to(layer)
        at = shape.representative_point()
        label = Markup('<span class="label neighbour-name">{}</span>').format(
            spans((str(name_en), str(name_th)))
        )
        marker(at.x, at.y, label, "neighbour-mark").add_to(layer)
    abroad = shapely.difference(own.boundary, shapely.buffer(others.union_all(), GAP_DEG))
    lines = [one for one in shapely.get_parts(abroad) if one.length > GAP_DEG]
    if lines and len(others):
        folium.PolyLine(  # type: ignore[no-untyped-call]
            line_points(lines),
            color=PALETTE["closed"],
            weight=2.2,
            opacity=0.9,
            dash_array="9 3 2 3",
            interactive=False,
            class_name="border-abroad",
        ).add_to(layer)
    return layer


def veil(area: Area) -> folium.FeatureGroup:
    """Dim all that lies beyond an area: hills, roads, and what colours the ground."""
    layer = layer_of("layer_veil")
    hole = shapely.simplify(read_boundary(area), 0.001)
    for part in shapely.get_parts(shapely.difference(shapely.box(*WORLD), hole)):
        polygon = folium.Polygon(
            line_points([part.exterior, *part.interiors]),
            stroke=False,
            fill_color=PALETTE["land"],
            fill_opacity=VEIL,
            interactive=False,
            class_name="veil",
        )
        polygon.options["pane"] = "veil"
        polygon.add_to(layer)
    return layer


def _others(outlines: gpd.GeoDataFrame, own: BaseGeometry) -> gpd.GeoDataFrame:
    """Leave out what is the area itself."""
    shared = shapely.area(shapely.intersection(outlines.geometry.to_numpy(), own))
    return outlines[shared < OWN * shapely.area(outlines.geometry.to_numpy())]


def _on_ground(polygon: folium.Polygon) -> folium.Polygon:
    polygon.options["pane"] = GROUND
    return polygon
