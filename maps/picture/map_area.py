"""A map drawn as SVG into a frame, from the same Folium map that the page shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from markupsafe import escape

from maps.base.style import PALETTE
from maps.picture.frame import BESIDE, Frame, Points, fitted
from maps.picture.furniture import north_arrow, scale_bar, warning_drawn
from maps.picture.marks import Box, Placed, marks
from maps.picture.scene import Drawn, Picture, Scene

HALF: Final = 9.0
"""A mark that is nearer to an edge would be cut, and is left out."""

BELOW: Final = 44.0
"""Pixels between what a map is to show and its lower edge, where the scale bar is."""

AROUND: Final = 40.0
"""Pixels around the frame within which what is drawn ends."""

THREE: Final = 3
"""Points that a line must have for one of them to be left out."""

NEAR: Final = 0.25
"""Pixels by which a line may leave the points that it does not pass."""


def map_drawn(
    scene: Scene,
    box: Box,
    *,
    lang: str,
    hidden: Collection[str] = (),
    warning: str = "",
    name: str = "map",
) -> tuple[str, list[Placed]]:
    """Draw a map into a box, with scale bar and north arrow.

    Parameters
    ----------
    scene
        What lies on the map.
    box
        Where it goes, in pixels.
    lang
        Of names.
    hidden
        Panes that are left out.
    warning
        At its upper edge.
    name
        Unique among the maps of one picture.

    Returns
    -------
    svg, names
        The map with all names, and where these are.
    """
    note, note_box = warning_drawn(warning, box)
    frame = fitted(scene.first, box, above=note_box.bottom - box.top + BESIDE, below=BELOW)
    bar, bar_box = scale_bar(frame, lang)
    north, north_box = north_arrow(box)
    shown = [
        (mark, float(x), float(y))
        for pane, several in scene.marks.items()
        if pane not in hidden
        for mark in several
        for x, y in frame.at(np.array([[mark.lon, mark.lat]]))
        if box.left + HALF < x < box.right - HALF and box.top + HALF < y < box.bottom - HALF
    ]
    symbols, names = marks(
        shown, zoom=frame.zoom, frame=_inside(box), taken=(bar_box, north_box, note_box), lang=lang
    )
    drawn = "".join(
        svg
        for pane, several in scene.sheets.items()
        if pane not in hidden
        for svg in _sheet(several, frame)
    )
    edges = (
        f'x="{box.left:g}" y="{box.top:g}" width="{box.right - box.left:g}" '
        f'height="{box.bottom - box.top:g}"'
    )
    svg = (
        f'<clipPath id="{name}"><rect {edges}/></clipPath><g clip-path="url(#{name})">'
        f'<rect {edges} fill="{PALETTE["land"]}"/>{drawn}{symbols}'
        f"{''.join(one.svg for one in reversed(names))}{north}{bar}{note}</g>"
        f'<rect {edges} fill="none" stroke="{PALETTE["muted"]}" stroke-width=".8"/>'
    )
    return svg, names


def _inside(box: Box) -> Box:
    return Box(box.left + 2, box.top + 1, box.right - 2, box.bottom - 1)


def _sheet(several: Sequence[Drawn | Picture], frame: Frame) -> Iterator[str]:
    """Draw what is on one sheet; circles come last, as the page has them."""
    circles = []
    for one in several:
        if isinstance(one, Picture):
            yield _image(one, frame)
        elif "radius" in one.options:
            circles.append(_circle(one, frame))
        else:
            yield _path(one, frame)
    yield from circles


def _path(one: Drawn, frame: Frame) -> str:
    """Draw lines or an area, without what lies outside of the frame."""
    box = frame.box
    parts = []
    for part in one.parts:
        at = frame.at(part)
        low, high = at.min(axis=0), at.max(axis=0)
        if (low > (box.right + 20, box.bottom + 20)).any() or (
            high < (box.left - 20, box.top - 20)
        ).any():
            continue
        for piece in _within(_thinned(at), box, closed=one.closed):
            points = " ".join(f"{x:g},{y:g}" for x, y in piece.round(1).tolist())
            parts.append(f"M{points}{'z' if one.closed else ''}")
    if not parts:
        return ""
    return f'<path d="{"".join(parts)}"{_look(one.options)}/>'


def _within(at: Points, box: Box, *, closed: bool) -> list[Points]:
    """Cut off what reaches far beyond the frame: whoever draws it needs room for all of it."""
    edges = (box.left - AROUND, box.top - AROUND, box.right + AROUND, box.bottom + AROUND)
    if (at >= edges[:2]).all() and (at <= edges[2:]).all():
        return [at]
    ring = closed and len(at) > THREE
    whole = shapely.polygons(at) if ring else shapely.linestrings(at) if len(at) > 1 else None
    if whole is None or not shapely.is_valid(whole):
        return [at]
    left = shapely.get_parts(shapely.clip_by_rect(whole, *edges))
    rings = [
        line for part in left for line in ([part.exterior, *part.interiors] if ring else [part])
    ]
    return [shapely.get_coordinates(line) for line in rings if not shapely.is_empty(line)]


def _thinned(at: Points) -> Points:
    """Leave out points that nobody sees, even on paper."""
    if len(at) < THREE:
        return at
    light = shapely.simplify(shapely.LineString(at), NEAR, preserve_topology=False)
    left: Points = shapely.get_coordinates(light)
    return left


def _circle(one: Drawn, frame: Frame) -> str:
    ((x, y),) = frame.at(one.parts[0]).tolist()
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{one.options["radius"]:g}"{_look(one.options)}/>'


def _look(options: Mapping[str, Any]) -> str:
    """Return Leaflet's options as attributes."""
    fill = options.get("fill") and options.get("fillColor")
    said = {
        "fill": fill or "none",
        "fill-opacity": options.get("fillOpacity") if fill else None,
        "fill-rule": "evenodd" if fill else None,
    }
    if options.get("stroke", True) and options.get("weight", 3) and options.get("opacity", 1):
        opacity = float(options.get("opacity", 1))
        said |= {
            "stroke": options.get("color", "#3388ff"),
            "stroke-width": options.get("weight", 3),
            "stroke-opacity": opacity if opacity < 1 else None,
            "stroke-linecap": options.get("lineCap") or "round",
            "stroke-linejoin": options.get("lineJoin") or "round",
            "stroke-dasharray": options.get("dashArray"),
        }
    return "".join(
        f' {name}="{escape(str(value))}"' for name, value in said.items() if value is not None
    )


def _image(one: Picture, frame: Frame) -> str:
    """Lay a picture between its edges; its cells stay sharp."""
    west, south, east, north = one.bounds
    (x, bottom), (right, y) = frame.at(np.array([[west, south], [east, north]])).tolist()
    return (
        f'<image x="{x:.2f}" y="{y:.2f}" width="{right - x:.2f}" height="{bottom - y:.2f}" '
        f'preserveAspectRatio="none" opacity="{one.opacity:g}" image-rendering="optimizeSpeed" '
        f'href="{escape(one.url)}"/>'
    )
