"""Styles for QGIS 3 of the layers of freight, in the colours of the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from layers.errors import UnknownNameError
from maps.base.crossings import STATUSES
from maps.base.i18n import text
from maps.base.line_scale import CLASSES, fair_breaks
from maps.base.style import PALETTE
from maps.qgis.qml import document, label, marker, renderer, rgba, symbol, written

FAR: Final = 1_000_000_000
"""Where the last class ends; QGIS wants a number there."""

SHAPES: Final = {"open": "circle", "closed": "square", "unknown": "triangle"}

WIDEST_MM: Final = 4.0
"""Width of the line that carries most."""


def freight_styles(layer: str, values: Sequence[float]) -> str:
    """Return the style of one layer, for the table `layer_styles` of a GeoPackage.

    Parameters
    ----------
    layer
        `corridors` and `chains` (lines, a column `cost_thb_per_t`), `crossings` (points, a
        column `status`), `flows` (lines, a column `tonnes_per_year`), `sites` (points, a
        column `chosen`), or `assigned` (lines); points have `name_en, name_th`.
    values
        Of the layer's number, by which classes are made; may be empty.

    Returns
    -------
    qml
        XML text.

    Raises
    ------
    UnknownNameError
        There is no such layer.
    """
    if layer not in LAYERS:
        raise UnknownNameError(f"layer {layer!r} has no style; layers: {', '.join(LAYERS)}")
    root = document()
    LAYERS[layer](root, values)
    return written(root)


def _costs(root: ET.Element, values: Sequence[float]) -> None:
    """Lines by classes of baht per tonne."""
    edges = (0.0, *fair_breaks(values), float(FAR))
    drawn = renderer(
        root, "graduatedSymbol", attr='"cost_thb_per_t"', graduatedMethod="GraduatedColor"
    )
    entries, symbols = ET.SubElement(drawn, "ranges"), ET.SubElement(drawn, "symbols")
    for at in range(min(len(edges) - 1, CLASSES)):
        low, high = edges[at], edges[at + 1]
        key = "cost_between" if high < FAR else "cost_above"
        said = " / ".join(text(key, low=f"{low:,.0f}", high=f"{high:,.0f}"))
        ET.SubElement(
            entries,
            "range",
            {"lower": f"{low:g}", "upper": f"{high:.0f}", "symbol": str(at)}
            | {"label": said, "render": "true"},
        )
        _line(symbols, str(at), PALETTE[f"hours-{at + 1}"], "0.9")


def _crossings(root: ET.Element, _: Sequence[float]) -> None:
    """Points by status, each with a shape of its own."""
    drawn = renderer(root, "categorizedSymbol", attr="status")
    entries, symbols = ET.SubElement(drawn, "categories"), ET.SubElement(drawn, "symbols")
    for at, (status, key) in enumerate(STATUSES.items()):
        ET.SubElement(
            entries,
            "category",
            {"value": status, "type": "string", "symbol": str(at), "render": "true"}
            | {"label": " / ".join(text(key))},
        )
        options = marker(SHAPES[status], PALETTE[status], PALETTE["surface"], "3.6")
        symbol(symbols, "marker", str(at), "SimpleMarker", options)
    label(root, size="8", bold=False, colour=PALETTE["ink"])


def _flows(root: ET.Element, values: Sequence[float]) -> None:
    """Lines in one colour, as wide as their tonnes."""
    symbols = ET.SubElement(renderer(root, "singleSymbol"), "symbols")
    most = max(values, default=1.0)
    _line(symbols, "0", PALETTE["flow"], "1")
    layer = symbols.find("symbol/layer")
    if layer is not None:
        _varied(layer, f'max(0.3, {WIDEST_MM} * "tonnes_per_year" / {most:.6g})')


def _sites(root: ET.Element, _: Sequence[float]) -> None:
    """Chosen points full, other candidates hollow."""
    drawn = renderer(root, "categorizedSymbol", attr="chosen")
    entries, symbols = ET.SubElement(drawn, "categories"), ET.SubElement(drawn, "symbols")
    kinds = (("yes", "site", PALETTE["site-1"]), ("no", "candidate", PALETTE["surface"]))
    for at, (value, key, colour) in enumerate(kinds):
        ET.SubElement(
            entries,
            "category",
            {"value": value, "type": "string", "symbol": str(at), "render": "true"}
            | {"label": " / ".join(text(key))},
        )
        options = marker("diamond", colour, PALETTE["ink"], "4.4")
        symbol(symbols, "marker", str(at), "SimpleMarker", options)
    label(root, size="9", bold=True, colour=PALETTE["ink"])


def _assigned(root: ET.Element, _: Sequence[float]) -> None:
    """Thin lines from settlements to their points."""
    symbols = ET.SubElement(renderer(root, "singleSymbol"), "symbols")
    _line(symbols, "0", PALETTE["muted"], "0.3")


def _line(symbols: ET.Element, name: str, colour: str, width_mm: str) -> None:
    options = {
        "line_color": rgba(colour),
        "line_width": width_mm,
        "line_width_unit": "MM",
        "line_style": "solid",
        "capstyle": "round",
        "joinstyle": "round",
    }
    symbol(symbols, "line", name, "SimpleLine", options)


def _varied(layer: ET.Element, expression: str) -> None:
    """Let the width of a line follow an expression."""
    held = ET.SubElement(layer, "data_defined_properties")
    outer = ET.SubElement(held, "Option", {"type": "Map"})
    ET.SubElement(outer, "Option", {"name": "name", "value": "", "type": "QString"})
    properties = ET.SubElement(outer, "Option", {"name": "properties", "type": "Map"})
    width = ET.SubElement(properties, "Option", {"name": "outlineWidth", "type": "Map"})
    for name, value, kind in (
        ("active", "true", "bool"),
        ("expression", expression, "QString"),
        ("type", "3", "int"),
    ):
        ET.SubElement(width, "Option", {"name": name, "value": value, "type": kind})
    ET.SubElement(outer, "Option", {"name": "type", "value": "collection", "type": "QString"})


LAYERS: Final[Mapping[str, Callable[[ET.Element, Sequence[float]], None]]] = {
    "corridors": _costs,
    "chains": _costs,
    "crossings": _crossings,
    "flows": _flows,
    "sites": _sites,
    "assigned": _assigned,
}
"""What writes the style of each layer."""
