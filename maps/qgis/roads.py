"""Styles for QGIS 3 of exported roads, in the colours and widths of the page."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from layers.errors import UnknownNameError
from maps.base.i18n import text
from maps.base.lines import ROAD_CLASSES
from maps.base.overlays import ROAD_STYLES
from maps.base.style import PALETTE
from maps.qgis.qml import document, marker, renderer, rgba, symbol, written

MM_PER_PIXEL: Final = 0.3

NAMES: Final = {
    "trunk": "road_trunk",
    "primary": "road_primary",
    "secondary": "road_secondary",
    "tertiary": "road_tertiary",
    "minor": "road_minor",
    "lane": "road_lane",
}
"""Phrase of each class of `maps.base.lines.ROAD_CLASSES`."""


def road_style(layer: str) -> str:
    """Return the style of one layer, for the table `layer_styles` of a GeoPackage.

    Parameters
    ----------
    layer
        `segments` (lines, columns `highway`, `open_forward` and `open_backward`) or `nodes`.

    Returns
    -------
    qml
        XML text.

    Raises
    ------
    UnknownNameError
        There is no such layer.
    """
    if layer not in {"segments", "nodes"}:
        raise UnknownNameError(f"layer {layer!r} has no style; layers: segments, nodes")
    root = document()
    if layer == "nodes":
        symbols = ET.SubElement(renderer(root, "singleSymbol"), "symbols")
        options = marker("circle", PALETTE["surface"], PALETTE["ink"], "1.2")
        symbol(symbols, "marker", "0", "SimpleMarker", options)
    else:
        _segments(root)
    return written(root)


def _segments(root: ET.Element) -> None:
    """Lines by class; dashed in red where the vehicle may not drive at all."""
    drawn = renderer(root, "RuleRenderer")
    rules, symbols = ET.SubElement(drawn, "rules", key="root"), ET.SubElement(drawn, "symbols")
    shut = 'not coalesce("open_forward", 0) and not coalesce("open_backward", 0)'
    _rule(rules, 0, shut, " / ".join(text("not_for_vehicle")))
    _line(symbols, "0", PALETTE["closed"], 0.4, "dash")
    for at, (name, values) in enumerate(ROAD_CLASSES.items(), start=1):
        listed = ", ".join(f"'{one}', '{one}_link'" for one in values)
        test = f'"highway" in ({listed}) and not ({shut})'
        _rule(rules, at, test, " / ".join(text(NAMES[name])))
        colour, width, _ = ROAD_STYLES[name]
        _line(symbols, str(at), PALETTE[colour], width * MM_PER_PIXEL, "solid")
    other = len(ROAD_CLASSES) + 1
    _rule(rules, other, "ELSE", " / ".join(text("road_path")))
    _line(symbols, str(other), PALETTE["road-minor"], 0.2, "dot")


def _rule(rules: ET.Element, at: int, test: str, said: str) -> None:
    ET.SubElement(
        rules, "rule", {"key": f"rule{at}", "symbol": str(at), "filter": test, "label": said}
    )


def _line(symbols: ET.Element, name: str, colour: str, width_mm: float, dash: str) -> None:
    options = {
        "line_color": rgba(colour),
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        "line_style": dash,
        "capstyle": "round",
        "joinstyle": "round",
    }
    symbol(symbols, "line", name, "SimpleLine", options)
