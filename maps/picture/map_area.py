"""A map drawn as SVG into a frame, from the same Folium map that the page shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from markupsafe import escape

from layers.arrays import Ints
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

FAR: Final = 9999
"""Pixels beyond every picture."""

NEAR: Final = 0.25
"""Pixels by which a line may leave the points that it does not pass."""


def map_drawn(
    scene: Scene,
    box: Box,
    *,
    lang: str,
    hidden: Collection[str] = (),
    warning: str = "",
    name: str = "",
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
        Unique among the maps of one picture, which are cut off at their boxes. The only map
        needs none: paper is laid around it, which is drawn in a fifth of the time, and all
        else has to be drawn after it.

    Returns
    -------
    svg, names
        The map with all names, and where these are.
    """
    note, note_box = warning_drawn(warning, box)
    frame = fitted(scene.first, box, above=note_box.bottom - box.top + BESIDE, below=BELOW)
    bar, bar_box = scale_bar(frame, lang)
    north, north_box = north_arrow(box)
    every = [
        mark for pane, several in scene.marks.items() if pane not in hidden for mark in several
    ]
    places = frame.at(np.array([(mark.lon, mark.lat) for mark in every], np.float64)).tolist()
    shown = [
        (mark, x, y)
        for mark, (x, y) in zip(every, places, strict=True)
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
        f'<rect {edges} fill="{PALETTE["land"]}"/>{drawn}{symbols}'
        f"{''.join(one.svg for one in reversed(names))}{north}{bar}{note}"
    )
    if name:
        cut = f'<clipPath id="{name}"><rect {edges}/></clipPath>'
        svg = f'{cut}<g clip-path="url(#{name})">{svg}</g>'
    else:
        svg = f"<g>{svg}{_paper(box)}</g>"
    svg += f'<rect {edges} fill="none" stroke="{PALETTE["muted"]}" stroke-width=".8"/>'
    return svg, names


def _paper(box: Box) -> str:
    """Cover all but a box."""
    wide, high = box.right - box.left, box.bottom - box.top
    return (
        f'<path d="M{-FAR} {-FAR}h{2 * FAR}v{2 * FAR}h{-2 * FAR}z'
        f'M{box.left:g} {box.top:g}h{wide:g}v{high:g}h{-wide:g}z" '
        'fill="#ffffff" fill-rule="evenodd"/>'
    )


def _inside(box: Box) -> Box:
    return Box(box.left + 2, box.top + 1, box.right - 2, box.bottom - 1)


def _sheet(several: Sequence[Drawn | Picture], frame: Frame) -> Iterator[str]:
    """Draw what is on one sheet; circles come last, as the page has them."""
    circles = [one for one in several if isinstance(one, Drawn) and "radius" in one.options]
    lines = [one for one in several if isinstance(one, Drawn) and "radius" not in one.options]
    drawn = iter(_paths(lines, frame))
    for one in several:
        if isinstance(one, Picture):
            yield _image(one, frame)
        elif "radius" not in one.options:
            yield next(drawn)
    at = frame.at(np.array([one.parts[0] for one in circles], np.float64))
    for one, (x, y) in zip(circles, at.tolist(), strict=True):
        yield _circle(one, x, y)


def _paths(several: Sequence[Drawn], frame: Frame) -> list[str]:
    """Draw lines and areas, without what lies outside of the frame; all of them at once."""
    box, found = frame.box, [list[str]() for _ in several]
    parts = [(number, part) for number, one in enumerate(several) for part in one.parts]
    parts = [(number, part) for number, part in parts if len(part)]
    if not parts:
        return [""] * len(several)
    size = np.array([len(part) for _, part in parts])
    begin = np.cumsum(size) - size
    at = frame.at(np.concatenate([part for _, part in parts]))
    low, high = (edge.reduceat(at, begin, axis=0) for edge in (np.minimum, np.maximum))
    seen = (low <= (box.right + 20, box.bottom + 20)).all(axis=1)
    seen &= (high >= (box.left - 20, box.top - 20)).all(axis=1)
    edges = _edges(box)
    inside = np.asarray((low >= edges[:2]).all(axis=1) & (high <= edges[2:]).all(axis=1))
    shown = np.flatnonzero(seen)
    for piece_of, thin in zip(shown.tolist(), _thinned(at, begin, size, shown), strict=True):
        number = parts[piece_of][0]
        closed = several[number].closed
        for piece in [thin] if inside[piece_of] else _within(thin, box, closed=closed):
            points = " ".join(["%g,%g"] * len(piece)) % tuple(piece.round(1).ravel().tolist())
            found[number].append(f"M{points}{'z' if closed else ''}")
    return [
        f'<path d="{"".join(made)}"{_look(one.options)}/>' if made else ""
        for one, made in zip(several, found, strict=True)
    ]


def _edges(box: Box) -> tuple[float, float, float, float]:
    """Return how far lines are drawn beyond a frame."""
    return (box.left - AROUND, box.top - AROUND, box.right + AROUND, box.bottom + AROUND)


def _within(at: Points, box: Box, *, closed: bool) -> list[Points]:
    """Cut off what reaches far beyond the frame: whoever draws it needs room for all of it."""
    edges = _edges(box)
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


def _thinned(at: Points, begin: Ints, size: Ints, shown: Ints) -> list[Points]:
    """Return parts without points that nobody sees, even on paper."""
    long = shown[size[shown] >= THREE]
    rows = np.repeat(begin[long] - np.cumsum(size[long]) + size[long], size[long])
    lines = shapely.linestrings(
        at[rows + np.arange(len(rows))], indices=np.repeat(np.arange(len(long)), size[long])
    )
    light = shapely.simplify(lines, NEAR, preserve_topology=False)
    left, of = shapely.get_coordinates(light, return_index=True)
    kept = dict(
        zip(long.tolist(), np.split(left, np.flatnonzero(np.diff(of)) + 1), strict=True)
        if len(long)
        else ()
    )
    return [
        kept[one] if one in kept else at[begin[one] : begin[one] + size[one]]
        for one in shown.tolist()
    ]


def _circle(one: Drawn, x: float, y: float) -> str:
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
