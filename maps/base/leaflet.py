"""A Leaflet map that opens without a network: Folium with everything inside."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import branca.element
import folium
import numpy as np
import xstatic.pkg.leaflet
from branca.element import Element, Figure
from folium.utilities import JsCode
from markupsafe import Markup
from numpy.typing import ArrayLike

DECIMALS = 5
"""Of degrees: about a metre."""

GROUND: Final = "ground"
"""The sheet of areas: above an online map, below all else."""

PANES: Final = {GROUND: 350, "surface": 360, "relief": 370, "roads": 390, "veil": 395}
"""Sheets below Leaflet's own one for lines, lowest first; nothing on them can be clicked."""

DEFAULTS: Final = (
    '"bubblingMouseEvents": true, ',
    '"dashArray": null, ',
    '"dashOffset": null, ',
    '"fillRule": "evenodd", ',
    '"lineCap": "round", ',
    '"lineJoin": "round", ',
    '"noClip": false, ',
    '"opacity": 1.0, ',
    '"smoothFactor": 1.0, ',
    '"stroke": true, ',
)
"""Options of lines that are Leaflet's own; a last one, which no comma follows, stays."""

KEPT: Final = frozenset('"<\\\u2028\u2029')
"""Letters that stay escaped in a script: a quote, a bracket, a backslash, ends of lines."""

PAIR: Final = "\ue000\ue001\ue002"
"""Before English, before Thai and after it: no letters of any language."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

LatLon = list[float]


@dataclass(frozen=True)
class MapParts:
    """A map's pieces, for a page to put in their places.

    Attributes
    ----------
    head, body, script
        Leaflet itself, the element the map fills, and the code that fills it.
    name, control
        JavaScript names of the map and of its layer control.
    """

    head: Markup
    body: Markup
    script: Markup
    name: str
    control: str


def lat_lon(lon_lat: ArrayLike) -> list[LatLon]:
    """Swap (lon, lat) into Leaflet's (lat, lon), rounded: the only place where it happens.

    Parameters
    ----------
    lon_lat
        Shape (points, 2).

    Returns
    -------
    points
        As Folium takes them.

    Examples
    --------
    >>> lat_lon([[98.4405791, 19.3581]])
    [[19.3581, 98.44058]]
    """
    points = np.asarray(lon_lat, np.float64).reshape(-1, 2)[:, ::-1]
    swapped: list[LatLon] = points.round(DECIMALS).tolist()
    return swapped


ALIKE: Final = 8
"""Cards that share a piece of text have it written once from so many on."""

_HEAD: Final = re.compile(r"<thead>(?:(?!</?thead>)[^\n])*</thead>")
_OPENED: Final = re.compile(
    r'^\{\n"maxWidth": \d+,\n"minWidth": \d+,\n"autoPanPaddingTopLeft": \[\n[\d,\n]+\],\n\}$',
    re.MULTILINE,
)
"""How a card opens, as Folium writes it."""


def offline_map(first: Bounds, whole: Bounds | None = None) -> folium.Map:
    """Make an empty map that asks no server for anything.

    Parameters
    ----------
    first
        What it shows at first, on the screen and on paper.
    whole
        All there is to see, where that is more.

    Returns
    -------
    map
        Without tiles; lines are drawn on a canvas, with a tolerance for fingers. Its
        options `first` and `whole` tell the page what to fit.
    """
    (south, west), (north, east) = _corners(first)
    made = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_start=8,
        prefer_canvas=True,
        zoom_snap=0.1,
        zoom_delta=0.5,
        min_zoom=5,
        max_zoom=17,
        first=_corners(first),
        whole=_corners(whole or first),
    )
    made.options["renderer"] = JsCode("L.canvas({tolerance: 6, padding: 0.5})")  # type: ignore[assignment]
    made.default_js = [("leaflet", _leaflet("leaflet.js", "text/javascript"))]
    for name, above in PANES.items():
        folium.map.CustomPane(name, z_index=above).add_to(made)
    made.default_css = [("leaflet_css", _leaflet("leaflet.css", "text/css"))]
    return made


def html_for_folium(html: str) -> str:
    """Return HTML that Folium may be given.

    Folium renders its own output as a template once more; a brace in a place's name
    would be run as one. HTML has another way of writing it.

    Examples
    --------
    >>> html_for_folium("<b>{{ 7 * 7 }}</b>")
    '<b>&#123;&#123; 7 * 7 }}</b>'
    """
    return str(html).replace("{", "&#123;")


def render(made: folium.Map) -> MapParts:
    """Give a map its layer control and render it into its pieces.

    Parameters
    ----------
    made
        A map of `offline_map`, filled; to be rendered once.

    Returns
    -------
    parts
        The same map gives the same bytes: Folium's random ids are replaced by numbers
        in the order of the map's parts.
    """
    control = folium.LayerControl(collapsed=True)
    figure = Figure()
    figure.add_child(made)
    made.add_child(control)
    with _as_said():
        made.render()  # type: ignore[no-untyped-call]
    links = [
        child.render()
        for name, child in figure.header._children.items()  # noqa: SLF001
        if name in {"leaflet", "leaflet_css"}
    ]
    numbers: dict[str, str] = {}
    for element in _walk(figure):
        numbers.setdefault(element._id, str(len(numbers)))  # noqa: SLF001

    def settle(text: str) -> Markup:
        found = re.sub(r"(?<=_)[0-9a-f]{32}", lambda id_: numbers.get(id_[0], id_[0]), text)
        return Markup(re.sub(r"\n\s+", "\n", found))  # noqa: S704

    def light(text: str) -> Markup:
        plain = _unescaped(_without_defaults(settle(text)))
        # Points without a space between them, two bytes each; no text begins a line so.
        close = re.sub(r"(?m)^\[+[-\d][^\"]*$", lambda line: line[0].replace(", ", ","), plain)
        return Markup(_shared(_paired(close)))  # noqa: S704

    return MapParts(
        head=settle("".join(links)),
        body=settle(figure.html.render()),
        script=light(figure.script.render()),
        name=settle(made.get_name()),
        control=settle(control.get_name()),
    )


class _Said:
    """Text where branca expects a template: what is rendered already is said as it is."""

    def __init__(self, text: str) -> None:
        self.text = text.removesuffix("\n")

    def render(self, **_: object) -> str:
        return self.text


@contextmanager
def _as_said() -> Iterator[None]:
    """Keep branca from compiling each piece of HTML and JavaScript that it has rendered.

    It takes every one for a template of its own, which is a third of the time of a map.
    Templates of classes were compiled when these were made.
    """
    module: Any = branca.element
    compiled, module.Template = module.Template, _Said
    try:
        yield
    finally:
        module.Template = compiled


def _without_defaults(script: str) -> str:
    """Leave out what Folium says of every line although Leaflet takes it for granted.

    Within texts quotes are escaped, so that nothing of them looks like an option.
    """
    return re.sub("|".join(map(re.escape, DEFAULTS)), "", script)


def _unescaped(script: str) -> str:
    """Write letters and tags as they are: half the bytes of Thai, a sixth of a bracket.

    What could end or change a script element stays escaped, as does what JavaScript takes
    for the end of a line.
    """
    plain = re.sub(r"(?<!\\)((?:\\\\)*)((?:\\u[0-9a-f]{4})+)", _letters, script)
    return re.sub(r"(?<!\\)((?:\\\\)*)\\u003c(?!!|/?script)", r"\1<", plain, flags=re.IGNORECASE)


def _letters(found: re.Match[str]) -> str:
    return found[1] + _plain(found[2])


@lru_cache(maxsize=1 << 15)
def _plain(run: str) -> str:
    """Write letters in a row as they are: the same words stand on a page over and over."""
    escaped = run.split("\\u")[1:]
    plain = "".join(chr(int(code, 16)) for code in escaped)
    if plain.isprintable() and KEPT.isdisjoint(plain):
        return plain
    return "".join(
        f"\\u{code}" if one in KEPT or not one.isprintable() else one
        for one, code in zip(plain, escaped, strict=True)
    )


def _paired(script: str) -> str:
    """Write words in both languages between three signs, which `network.js` makes spans of.

    That is so in cards and marks; names of layers stay as they are.
    """
    word = rf"([^<\\{PAIR}]*)</span>"
    spans = re.compile(rf'<span lang=\\"en\\">{word}<span lang=\\"th\\">{word}')
    short = rf"{PAIR[0]}\1{PAIR[1]}\2{PAIR[2]}"
    held = re.compile(r'(?m)^(?:.*"html": |"<(?!.*" ?: \w+,$)).*$')
    return held.sub(lambda line: spans.sub(short, line[0]), script)


def _shared(script: str) -> str:
    """Write once what many cards have alike: the heads of their tables, how they open."""
    told: list[str] = []
    # A head is a piece of a text, which is put together again from three.
    for pattern, text, use in ((_HEAD, '"{}"', '" + {} + "'), (_OPENED, "{}", "{}")):
        for same, count in Counter(pattern.findall(script)).items():
            if count >= ALIKE:
                name = f"alike_{len(told)}"
                script = script.replace(same, use.format(name))
                told.append(f"var {name} = {text.format(same)};\n")
    return "".join(told) + script


def _corners(bounds: Bounds) -> list[LatLon]:
    return lat_lon([bounds[:2], bounds[2:]])


def _walk(element: Element) -> Iterator[Element]:
    """Yield an element and all below it, in the order they were added."""
    yield element
    for name in ("header", "html", "script"):
        part = getattr(element, name, None)
        if isinstance(part, Element):
            yield from _walk(part)
    for child in element._children.values():  # noqa: SLF001
        yield from _walk(child)


@cache
def _leaflet(name: str, mime: str) -> str:
    """Return a file of Leaflet as a data URI, without what would ask for other files."""
    text = (Path(xstatic.pkg.leaflet.BASE_DIR) / name).read_text(encoding="utf-8")
    text = re.sub(r"url\(images/[^)]*\)", "none", text)
    text = text.replace("//# sourceMappingURL=leaflet.js.map", "")
    return f"data:{mime};charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"
