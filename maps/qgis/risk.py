"""Styles for QGIS 3 of the layers of risk, in the colours of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from layers.errors import UnknownNameError
from maps.base.i18n import Text, text
from maps.base.style import PALETTE
from maps.qgis.qml import document, label, marker, renderer, rgba, symbol, written
from maps.risk.rows import CHANCE_COLOURS, CHANCES, LOOKS, RANKS, chance_labels, rank_labels

LAST: Final = 1_000_000
"""Where the last class ends; QGIS wants a number there."""

MM_PER_PIXEL: Final = 0.25


def risk_styles(layer: str) -> str:
    """Return the style of one layer, for the table `layer_styles` of a GeoPackage.

    Parameters
    ----------
    layer
        `corridors` and `links` (lines, a column `rank`, 0 without one), `places` (points, a
        column `worst_reached`, and `name_en, name_th`), or `lost` (lines).

    Returns
    -------
    qml
        XML text.

    Raises
    ------
    UnknownNameError
        There is no such layer.

    Examples
    --------
    >>> risk_styles("lost").splitlines()[0]
    "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    """
    if layer not in LAYERS:
        raise UnknownNameError(f"layer {layer!r} has no style; layers: {', '.join(LAYERS)}")
    root = document()
    LAYERS[layer](root)
    return written(root)


def _ranked(root: ET.Element) -> None:
    """Lines by classes of ranks, dark and wide the worst; what has no rank is grey and thin."""
    drawn = renderer(root, "graduatedSymbol", attr='"rank"', graduatedMethod="GraduatedColor")
    entries, symbols = ET.SubElement(drawn, "ranges"), ET.SubElement(drawn, "symbols")
    edges = (0.5, *(last + 0.5 for last in RANKS), LAST)
    for at, ((colour, width), said) in enumerate(zip(LOOKS, rank_labels(), strict=True)):
        _range(entries, edges[at], edges[at + 1], at, said)
        _line(symbols, str(at), PALETTE[colour], width * MM_PER_PIXEL)
    _range(entries, 0, 0.5, len(LOOKS), text("cuts_off_heading"))
    _line(symbols, str(len(LOOKS)), PALETTE["unreached"], 0.4)


def _places(root: ET.Element) -> None:
    """Points by their probability in the rains."""
    drawn = renderer(
        root,
        "graduatedSymbol",
        attr='coalesce("worst_reached", 1)',
        graduatedMethod="GraduatedColor",
    )
    entries, symbols = ET.SubElement(drawn, "ranges"), ET.SubElement(drawn, "symbols")
    edges = (1.0, *CHANCES, 0.0)
    for at, (colour, (_, said)) in enumerate(zip(CHANCE_COLOURS, chance_labels(), strict=True)):
        _range(entries, edges[at + 1], edges[at], at, said)
        options = marker("circle", PALETTE[colour], PALETTE["ink"], "2.6")
        symbol(symbols, "marker", str(at), "SimpleMarker", options)
    label(root, size="8", bold=False, colour=PALETTE["ink"])


def _lost(root: ET.Element) -> None:
    """One wide line."""
    symbols = ET.SubElement(renderer(root, "singleSymbol"), "symbols")
    _line(symbols, "0", PALETTE["closed"], 1.4)


def _range(entries: ET.Element, low: float, high: float, at: int, said: Text) -> None:
    ET.SubElement(
        entries,
        "range",
        {"lower": f"{low:g}", "upper": f"{high:.10g}", "symbol": str(at), "render": "true"}
        | {"label": " / ".join(said)},
    )


def _line(symbols: ET.Element, name: str, colour: str, width_mm: float) -> None:
    options = {
        "line_color": rgba(colour),
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        "line_style": "solid",
        "capstyle": "round",
        "joinstyle": "round",
    }
    symbol(symbols, "line", name, "SimpleLine", options)


LAYERS: Final[Mapping[str, Callable[[ET.Element], None]]] = {
    "corridors": _ranked,
    "links": _ranked,
    "places": _places,
    "lost": _lost,
}
"""What writes the style of each layer."""
