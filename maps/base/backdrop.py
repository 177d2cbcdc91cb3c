"""What lies below everything on every map, with no internet: the area, its hills and rivers."""

from __future__ import annotations

from typing import Final

import folium
import geopandas as gpd
import numpy as np
import shapely

from layers.area import Area, read_boundary
from layers.crs import LON_LAT
from layers.store.points import load_water
from layers.store.rivers import load_rivers
from layers.store.store import has_terrain, load_terrain
from layers.terrain.rivers import Rivers
from maps.base.i18n import text
from maps.base.kept_relief import kept_relief
from maps.base.leaflet import GROUND, lat_lon
from maps.base.lines import line_points
from maps.base.marks import layer_of
from maps.base.neighbours import neighbours
from maps.base.network_layer import Drawn, NetworkLayer
from maps.base.overlays import boundary
from maps.base.style import PALETTE

AROUND_DEG: Final = 0.5
"""How far hills are drawn beyond an area whose neighbours are known."""

FINEST_M: Final = 6.0
"""How far a river may leave its points."""

GREAT_KM2: Final = 2000.0
"""So much drains through a great river."""

LAKE_M2: Final = 20_000.0
"""Smaller lakes are not drawn."""


def backdrop(area: Area) -> tuple[folium.FeatureGroup, ...]:
    """Draw the ground of a map: the area, and its hills and rivers where they are known.

    Parameters
    ----------
    area
        Its boundary, its terrain and the waters of its import are read.

    Returns
    -------
    layers
        Lowest first.
    """
    around = neighbours(area)
    layers = [*([] if around is None else [around]), boundary(area)]
    if has_terrain(area):
        shape = read_boundary(area)
        wide = shape if around is None else shapely.box(*shape.buffer(AROUND_DEG).bounds)
        picture = kept_relief(load_terrain(area), wide)
        if picture is not None:
            west, south, east, north = picture.bounds
            layers.append(layer_of("layer_relief"))
            folium.raster_layers.ImageOverlay(
                picture.url,
                lat_lon([[west, south], [east, north]]),
                alt=" / ".join(text("layer_relief")),
                class_name="relief",
                pane="relief",
            ).add_to(layers[-1])
    water = load_water(area)
    if len(water):
        layers.append(_water(water))
    elif (found := load_rivers(area)) is not None and len(found.lines):
        layers.append(_rivers(found))
    return tuple(layers)


def _rivers(found: Rivers) -> folium.FeatureGroup:
    """Draw the main rivers of the terrain, the great ones wider."""
    layer = layer_of("layer_rivers")
    great = found.basin_km2 >= GREAT_KM2
    drawn = [
        Drawn(name, gpd.GeoSeries(found.lines[which], crs=LON_LAT), PALETTE["water"], width)
        for name, which, width in (("great river", great, 2.4), ("main river", ~great, 1.2))
        if which.any()
    ]
    NetworkLayer(drawn).add_to(layer)
    return layer


def _water(table: gpd.GeoDataFrame) -> folium.FeatureGroup:
    """Draw rivers as lines, lakes and broad rivers as areas."""
    layer = layer_of("layer_water")
    shapes = np.asarray(shapely.get_parts(table.geometry.to_numpy()), dtype=object)
    broad = shapely.area(shapes) > LAKE_M2
    lakes = gpd.GeoSeries(shapely.simplify(shapes[broad], FINEST_M), crs=table.crs)
    for lake in lakes.to_crs(LON_LAT):
        polygon = folium.Polygon(
            line_points([lake.exterior, *lake.interiors]),
            stroke=False,
            fill_color=PALETTE["water"],
            fill_opacity=1,
            class_name="water",
            interactive=False,
        )
        polygon.options["pane"] = GROUND
        polygon.add_to(layer)
    line = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    rivers = gpd.GeoSeries(shapely.simplify(shapes[line], FINEST_M), crs=table.crs)
    if len(rivers):
        drawn = Drawn("river", rivers.to_crs(LON_LAT), PALETTE["water"], 1.4)
        NetworkLayer([drawn]).add_to(layer)
    return layer
