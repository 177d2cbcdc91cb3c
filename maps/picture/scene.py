"""What lies on a Folium map, in the order in which it is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import folium
import numpy as np
import shapely
from branca.element import Element
from folium.raster_layers import ImageOverlay
from folium.vector_layers import CircleMarker, Polygon, PolyLine
from numpy.typing import NDArray
from shapely.geometry import shape

from maps.base.leaflet import Bounds
from maps.base.spots import SpotLayer

LINES_Z: Final = 400
"""Leaflet's sheet of lines; markers lie above all sheets of lines."""

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Lines, areas or a circle: whatever Leaflet draws on its canvas.

    Attributes
    ----------
    parts
        Lon and lat of each line or ring, shape (points, 2).
    options
        Leaflet's: `color`, `weight`, `fillColor`, …; a circle has a `radius` in pixels.
    closed
        Whether the parts are rings of one area.
    """

    parts: tuple[Points, ...]
    options: Mapping[str, Any]
    closed: bool = False


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture between its edges."""

    url: str
    bounds: Bounds
    opacity: float


@dataclass(frozen=True, eq=False)
class Mark:
    """A marker made of HTML.

    Attributes
    ----------
    classes
        Of its element.
    offset
        By how much it lies above others.
    """

    lon: float
    lat: float
    classes: str
    html: str
    offset: float


@dataclass(frozen=True, eq=False)
class Scene:
    """All of a map.

    Attributes
    ----------
    first
        What it shows at first.
    sheets
        What is drawn, by pane, the lowest first.
    marks
        By pane, above all sheets.
    """

    first: Bounds
    sheets: Mapping[str, Sequence[Drawn | Picture]] = field(default_factory=dict)
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)


def scene_of(made: folium.Map) -> Scene:
    """Read what is shown on a map at first.

    Parameters
    ----------
    made
        A map of `offline_map`. Layers that are not shown are left out; of a route with a
        casing that the page's code adds, the casing comes first.

    Returns
    -------
    scene
        Other layers than Folium's own may be there: one that has a method `lines`, which
        gives `(parts in lon and lat, options)`, is drawn as lines.
    """
    frame: Any = made.options
    (south, west), (north, east) = frame["first"]
    heights = {"": LINES_Z}
    drawn: dict[str, list[Drawn | Picture]] = {}
    marks: dict[str, list[Mark]] = {}
    for element in _shown(made):
        if isinstance(element, folium.map.CustomPane):
            heights[element.name] = int(element.z_index)
            continue
        if isinstance(element, SpotLayer):
            for sheet, point, look in element.spots():
                drawn.setdefault(sheet, []).append(Drawn((point,), look))
            continue
        options = getattr(element, "options", {})
        pane = str(options.get("pane") or getattr(element, "pane", ""))
        if isinstance(element, folium.Marker) and not isinstance(element, CircleMarker):
            marks.setdefault(pane, []).append(_mark(element))
            continue
        drawn.setdefault(pane, []).extend(_drawn(element))
    order = sorted(drawn, key=lambda pane: heights.get(pane, LINES_Z))
    first = (float(west), float(south), float(east), float(north))
    return Scene(first, {pane: _with_casings(drawn[pane]) for pane in order}, marks)


def _shown(element: Element) -> Iterator[Element]:
    """Yield what is in groups that are shown, in order."""
    for child in element._children.values():  # noqa: SLF001
        if isinstance(child, folium.FeatureGroup) and not child.show:
            continue
        yield child
        if isinstance(child, folium.FeatureGroup):
            yield from _shown(child)


def _drawn(element: Any) -> Iterator[Drawn | Picture]:  # noqa: ANN401
    """Turn one layer into what is drawn of it."""
    if isinstance(element, CircleMarker):
        yield Drawn((_lon_lat([element.location]),), element.options)
    elif isinstance(element, Polygon):
        yield Drawn(tuple(_parts(element.locations)), element.options, closed=True)
    elif isinstance(element, PolyLine):
        yield Drawn(tuple(_parts(element.locations)), element.options)
    elif isinstance(element, folium.GeoJson):
        yield from _features(element)
    elif isinstance(element, ImageOverlay):
        (south, west), (north, east) = element.bounds
        opacity = float(str(element.options.get("opacity", 1)))
        yield Picture(element.url, (west, south, east, north), opacity)
    elif callable(getattr(element, "lines", None)):
        for parts, options in element.lines():
            yield Drawn(tuple(np.asarray(part, np.float64)[:, :2] for part in parts), options)


def _features(element: folium.GeoJson) -> Iterator[Drawn]:
    """Turn features into lines and areas, each in its own style."""
    for feature in element.data.get("features", [element.data]):
        if not feature.get("geometry"):
            continue
        options = element.style_function(feature)
        for part in shapely.get_parts(shape(feature["geometry"])).tolist():
            if part.geom_type == "Polygon":
                rings = (part.exterior, *part.interiors)
                parts = tuple(shapely.get_coordinates(ring) for ring in rings)
                yield Drawn(parts, {"fill": True, **options}, closed=True)
            elif part.geom_type == "LineString":
                yield Drawn((shapely.get_coordinates(part),), options)


def _with_casings(drawn: Sequence[Drawn | Picture]) -> list[Drawn | Picture]:
    """Put a white line below every route, as the page's code does."""
    routes = [one for one in drawn if isinstance(one, Drawn) and _is_route(one)]
    if not routes:
        return list(drawn)
    at = drawn.index(routes[0])
    casings = [
        Drawn(
            one.parts,
            {**one.options, "color": "#ffffff", "weight": one.options["weight"] + 4, "opacity": 1},
        )
        for one in routes
    ]
    return [*drawn[:at], *casings, *drawn[at:]]


def _is_route(one: Drawn) -> bool:
    classes = str(one.options.get("className") or "").split()
    return "route" in classes and "quiet" not in classes


def _mark(element: folium.Marker) -> Mark:
    lat, lon = element.location or (math.nan, math.nan)
    icon: dict[str, Any] = dict(element.icon.options) if element.icon else {}
    return Mark(
        float(lon),
        float(lat),
        str(icon.get("class_name", "")),
        str(icon.get("html", "")),
        float(str(element.options.get("z_index_offset") or 0)),
    )


def _parts(locations: Sequence[Any]) -> Iterator[Points]:
    """Yield the lines of one or of many, and of areas with holes."""
    if not len(locations):
        return
    if isinstance(locations[0][0], (int, float)):
        yield _lon_lat(locations)
        return
    for part in locations:
        yield from _parts(part)


def _lon_lat(locations: Sequence[Any]) -> Points:
    return np.asarray(locations, np.float64).reshape(-1, 2)[:, ::-1]
