"""Styles for QGIS 3: the same classes and colours as the page, as QML."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from layers.errors import UnknownNameError
from maps.base.classes import LegendClass
from maps.base.style import PALETTE
from maps.base.time_scale import steps
from maps.qgis.qml import document, fill, label, marker, renderer, symbol, written

FAR: Final = 1_000_000
"""Minutes at which the last class of a vector layer ends; QGIS wants a number there."""

Draw = Callable[[ET.Element, str, str, str], None]
"""What adds the symbol of one class: into which element, name, colour, colour of the edge."""


def styles(layer: str, minutes: tuple[int, ...]) -> str:
    """Return the style of one layer, for the table `layer_styles` of a GeoPackage.

    Parameters
    ----------
    layer
        `isochrones` (polygons, a column `minutes`), `places` (points, columns `minutes,
        name_th, name_en`), `facilities` (points, the same names), `districts` (polygons, the
        columns of `places`), or `surface` (a raster of seconds; its style is saved beside it
        as `.qml`).
    minutes
        Breaks of `maps.base.time_scale`.

    Returns
    -------
    qml
        XML text, with the document type that QGIS writes.

    Raises
    ------
    UnknownNameError
        There is no such layer.
    DataError
        `minutes` do not grow.

    Examples
    --------
    >>> styles("facilities", (30, 60)).splitlines()[0]
    "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    """
    if layer not in LAYERS:
        raise UnknownNameError(f"layer {layer!r} has no style; layers: {', '.join(LAYERS)}")
    scale = steps(minutes)
    root = document()
    LAYERS[layer](root, scale)
    return written(root)


def _isochrones(root: ET.Element, scale: Sequence[LegendClass]) -> None:
    """One category per time, the largest drawn first so that none is covered."""
    drawn = renderer(root, "categorizedSymbol", attr="minutes", enableorderby="1", symbollevels="0")
    entries = ET.SubElement(drawn, "categories")
    symbols = ET.SubElement(drawn, "symbols")
    for at, step in enumerate(scale[:-1]):
        value = f"{step.high:g}"
        ET.SubElement(
            entries,
            "category",
            {"value": value, "type": "double", "symbol": str(at), "label": _up_to(value)}
            | {"render": "true"},
        )
        symbol(symbols, "fill", str(at), "SimpleFill", fill(step.colour, 120))
    order = ET.SubElement(drawn, "orderby")
    clause = ET.SubElement(order, "orderByClause", {"asc": "0", "nullsFirst": "0"})
    clause.text = '"minutes"'


def _places(root: ET.Element, scale: Sequence[LegendClass]) -> None:
    """Circles by class; what is not reached has no minutes, and a ring of its own."""

    def circle(symbols: ET.Element, name: str, colour: str, ring: str) -> None:
        options = marker("circle", colour, ring, "2.6")
        symbol(symbols, "marker", name, "SimpleMarker", options)

    _by_class(root, scale, circle)
    label(root, size="8", bold=False, colour=PALETTE["ink"])


def _districts(root: ET.Element, scale: Sequence[LegendClass]) -> None:
    """Areas by class; where half of the people reach nothing there are no minutes."""

    def area(symbols: ET.Element, name: str, colour: str, ring: str) -> None:
        reached = ring != PALETTE["unreached"]
        symbol(symbols, "fill", name, "SimpleFill", fill(colour if reached else ring, 120))

    _by_class(root, scale, area)
    label(root, size="10", bold=True, colour=PALETTE["ink"], areas=True)


def _by_class(root: ET.Element, scale: Sequence[LegendClass], draw: Draw) -> None:
    """One range per class of `minutes`, and one for what has none."""
    drawn = renderer(
        root, "graduatedSymbol", attr='coalesce("minutes", -1)', graduatedMethod="GraduatedColor"
    )
    entries = ET.SubElement(drawn, "ranges")
    symbols = ET.SubElement(drawn, "symbols")
    rows = [
        (f"{step.low:g}", f"{min(step.high, FAR):g}", _both(step), step.colour, PALETTE["ink"])
        for step in scale
    ]
    rows.append(("-1", "-1", "not reached / เข้าไม่ถึง", PALETTE["surface"], PALETTE["unreached"]))
    for at, (low, high, said, colour, ring) in enumerate(rows):
        ET.SubElement(
            entries,
            "range",
            {"lower": low, "upper": high, "symbol": str(at), "label": said, "render": "true"},
        )
        draw(symbols, str(at), colour, ring)


def _facilities(root: ET.Element, _: Sequence[LegendClass]) -> None:
    """One symbol for all."""
    drawn = renderer(root, "singleSymbol")
    symbols = ET.SubElement(drawn, "symbols")
    options = marker("diamond", PALETTE["facility"], PALETTE["surface"], "4.4")
    symbol(symbols, "marker", "0", "SimpleMarker", options)
    label(root, size="9", bold=True, colour=PALETTE["facility"])


def _surface(root: ET.Element, scale: Sequence[LegendClass]) -> None:
    """Discrete colours of one band of seconds; what is not reached is left clear."""
    pipe = ET.SubElement(root, "pipe")
    drawn = ET.SubElement(
        pipe,
        "rasterrenderer",
        {"type": "singlebandpseudocolor", "band": "1", "opacity": "0.8", "alphaBand": "-1"}
        | {"classificationMin": "0", "classificationMax": f"{scale[-1].low * 60:g}"},
    )
    shader = ET.SubElement(drawn, "rastershader")
    ramp = ET.SubElement(
        shader,
        "colorrampshader",
        {"colorRampType": "DISCRETE", "classificationMode": "1", "clip": "0"}
        | {"minimumValue": "0", "maximumValue": f"{scale[-1].low * 60:g}"},
    )
    for step in scale:
        value = f"{step.high * 60:g}" if math.isfinite(step.high) else "inf"
        ET.SubElement(
            ramp,
            "item",
            {"value": value, "label": _both(step), "color": step.colour, "alpha": "255"},
        )


LAYERS: Final[Mapping[str, Callable[[ET.Element, Sequence[LegendClass]], None]]] = {
    "isochrones": _isochrones,
    "places": _places,
    "facilities": _facilities,
    "districts": _districts,
    "surface": _surface,
}
"""What writes the style of each layer."""


def _both(step: LegendClass) -> str:
    """Write a class in both languages: QGIS has no switch."""
    return " / ".join(step.label)


def _up_to(minutes: str) -> str:
    return f"≤ {minutes} min / นาที"
