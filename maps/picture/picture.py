"""A map as a picture for paper: title, map, legend, scale and sources, drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import folium
import numpy as np
import resvg_py
from numpy.typing import NDArray

from layers.area import Area
from layers.roads.network import RoadNetwork
from maps.base.credits import credits_of
from maps.base.i18n import Text, date, known, text
from maps.base.legend import Legend
from maps.base.png import png, read, reduced, webp
from maps.base.source_notes import for_answers, source_note, source_title
from maps.base.style import PALETTE
from maps.picture.frame import shape_of
from maps.picture.legend_box import in_columns, legend_drawn, legend_lines
from maps.picture.lettering import font_rules, letters, measure_ahead, wrapped
from maps.picture.map_area import map_drawn
from maps.picture.marks import Box
from maps.picture.scene import Scene, scene_of

WIDTH: Final = 900.0
"""Of a picture in the pixels of a page: on A4 its text is as large as print is."""

WIDE_PX: Final = 1100.0
"""The same for three maps side by side, whose marks would else lie on one another."""

SEVERAL: Final = 3

PIXELS: Final = 2480
"""Of a picture, printed as wide as A4 is (21 cm) with `DPI` of them per inch."""

DPI: Final = 300.0

MARGIN: Final = 24.0

LEGEND: Final = 204.0
"""Width of a legend beside a map."""

WIDE: Final = 1.7
"""A map that is wider than so many times its height has its legend below."""

COLUMNS: Final = 3

HEADING: Final = 18.0
"""Height of a line of the heading of one of several maps."""

HIGH: Final = ((420.0, 800.0), (300.0, 560.0))
"""Least and greatest height of one map, and of one of several."""


@dataclass(frozen=True)
class Panel:
    """One of several maps side by side: its heading, and the panes that it leaves out."""

    title: Text
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Plate:
    """What a picture of a map holds.

    Attributes
    ----------
    made
        The map, as the page shows it.
    title, subtitle
        Above it.
    legend
        Beside or below it.
    notes
        Warnings and sources, below it.
    warning
        On the map itself, None where there is none.
    panels
        Side by side, where there is more than one map.
    """

    made: folium.Map
    title: Text
    subtitle: Text
    legend: tuple[Legend, ...]
    notes: tuple[Text, ...]
    warning: Text | None = None
    panels: tuple[Panel, ...] = ()

    @cached_property
    def scene(self) -> Scene:
        """What lies on the map: read once for the pictures in both languages."""
        return scene_of(self.made)


def plate_of(
    made: folium.Map,
    area: Area,
    network: RoadNetwork,
    *,
    title: Text,
    subtitle: Text,
    legend: Sequence[Legend],
    panels: Sequence[Panel] = (),
) -> Plate:
    """Put a map together with where it comes from.

    Parameters
    ----------
    made, title, subtitle, legend, panels
        As in `Plate`.
    area, network
        Whose sources are named.
    """
    source = network.source
    roads = text("roads_from", title=source_title(area, source.title))
    if source.date:
        roads = _joined([roads, date(source.date)])
    named = "; ".join(credits_of(area, network))
    return Plate(
        made,
        title,
        subtitle,
        tuple(legend),
        (
            *(source_note(note) for note in for_answers(source.notes)),
            roads,
            *([(named, named)] if named else []),
        ),
        text("strategic") if source.kind == "strategic" else None,
        tuple(panels),
    )


def map_picture(plate: Plate, *, lang: str, width: float | None = None) -> str:
    """Draw a map as a picture that stands alone.

    Parameters
    ----------
    plate
        What it holds.
    lang
        `en` or `th`.
    width
        In the pixels of a page, `WIDTH` by default, `WIDE_PX` for three maps and more; the
        height follows from what it shows.

    Returns
    -------
    svg
        The same inputs give the same bytes on the same computer; text stays text.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    at = int(known(lang) == "th")
    width = width or (WIDTH if len(plate.panels) < SEVERAL else WIDE_PX)
    inner = width - 2 * MARGIN
    measure_ahead(_lines(plate, at))
    y = 34.0
    parts = [f'<rect width="{width:g}" height="6" fill="{PALETTE["accent"]}"/>']
    for line in wrapped(plate.title[at], inner, 22, 700):
        y += 10
        parts.append(_line(line, MARGIN, y, 22, weight=700))
        y += 18
    for line in wrapped(plate.subtitle[at], inner, 12.5):
        parts.append(_line(line, MARGIN, y, 12.5, colour="muted"))
        y += 17
    svg, y = _body(plate, at, y, inner)
    # What a map draws beyond its box lies below all else.
    parts.insert(0, svg)
    y += 8
    for note in plate.notes:
        for line in wrapped(note[at], inner, 9.5):
            y += 13
            parts.append(_line(line, MARGIN, y, 9.5, colour="muted"))
    return _whole("".join(parts), width, y + 18)


def _lines(plate: Plate, at: int) -> Iterator[tuple[str, int]]:
    """Yield what is written around a map, and how heavily."""
    yield plate.title[at], 700
    yield plate.subtitle[at], 400
    yield from ((note[at], 400) for note in plate.notes)
    yield from ((_begun(panel.title[at]), 700) for panel in plate.panels)
    yield from legend_lines(plate.legend, at)


def picture_png(svg: str, *, pixels: int = PIXELS, dpi: float = DPI) -> bytes:
    """Turn a picture into pixels.

    Parameters
    ----------
    svg
        As `map_picture` gives it.
    pixels
        How many it is wide.
    dpi
        Pixels per inch on paper, written into the file.

    Returns
    -------
    png
        With a palette of 256 colours; the same picture gives the same bytes.
    """
    return png(*reduced(picture_pixels(svg, pixels)), dpi=dpi)


def picture_pixels(svg: str, pixels: int) -> NDArray[np.uint8]:
    """Turn a picture into pixels in full colours, shape (rows, `pixels`, 3)."""
    drawn = read(resvg_py.svg_to_bytes(svg_string=svg, width=pixels, background="#ffffff"))
    return drawn[..., :3]


def picture_webp(svg: str, *, pixels: int) -> bytes:
    """Turn a picture into pixels for a page: light, and good enough for a screen."""
    return webp(picture_pixels(svg, pixels))


def _body(plate: Plate, at: int, y: float, inner: float) -> tuple[str, float]:
    """Draw maps and legend; return where they end."""
    scene = plate.scene
    shape = shape_of(scene.first)
    lang = ("en", "th")[at]
    panels = plate.panels or (Panel(("", "")),)
    several = len(panels) > 1
    beside = bool(plate.legend) and not several and shape < WIDE
    legend, high = legend_drawn(plate.legend, LEGEND, at) if beside else ("", 0.0)
    # Four stand two by two, without a hole.
    across = 2 if len(panels) == SEVERAL + 1 else min(len(panels), SEVERAL)
    each = (
        (inner - 14 * (across - 1)) / across if several else inner - (LEGEND + 18 if beside else 0)
    )
    low, most = HIGH[several]
    tall = max(min(max(each / shape, low), most), high)
    headings = [wrapped(_begun(panel.title[at]), each, 14, 700) for panel in panels]
    head = HEADING * max(map(len, headings)) + 6 if several else 0.0
    parts = []
    row = y
    for number, panel in enumerate(panels):
        left = MARGIN + (number % across) * (each + 14)
        row = y + (number // across) * (tall + head + 10)
        top = row + head
        parts += [
            _line(line, left, row + HEADING * at_line, 14, weight=700)
            for at_line, line in enumerate(headings[number], start=1)
            if several
        ]
        box = Box(left, top, left + each, top + tall)
        svg, _ = map_drawn(
            scene,
            box,
            lang=lang,
            hidden=panel.hidden,
            warning=plate.warning[at] if plate.warning else "",
            name=f"map{number}" if several else "",
        )
        parts.append(svg)
        row = top + tall
    if beside:
        parts.append(f'<g transform="translate({MARGIN + each + 18:g} {y:g})">{legend}</g>')
    elif plate.legend:
        below, high = in_columns(plate.legend, inner, COLUMNS, at)
        parts.append(f'<g transform="translate({MARGIN:g} {row + 10:g})">{below}</g>')
        row += 10 + high
    return "".join(parts), row


def _begun(title: str) -> str:
    """Begin a heading with a capital."""
    return title[:1].upper() + title[1:]


def _line(
    words: str,
    x: float,
    y: float,
    size: float,
    *,
    weight: int = 400,
    colour: str = "ink",
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="{PALETTE[colour]}">{letters(words)}</text>'
    )


def _whole(inside: str, width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:.0f}" '
        f'viewBox="0 0 {width:g} {height:.0f}"><style>{font_rules()}</style>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{inside}</svg>'
    )


def _joined(parts: Sequence[Text]) -> Text:
    english, thai = (" · ".join(part[at] for part in parts) for at in range(2))
    return english, thai
