"""QML, QGIS 3's files of styles: their pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

from maps.base.style import PALETTE
from maps.base.time_scale import channels

VERSION: Final = "3.34"
"""Of QGIS; newer ones read it as well."""

AROUND: Final = "6"
HORIZONTAL: Final = "4"
"""Of `QgsPalLayerSettings.Placement`: ordered positions around a point, and level."""

NAME: Final = 'coalesce(nullif("name_th", \'\'), "name_en")'
"""What a label says, as an expression of QGIS."""


def document() -> ET.Element:
    """Return an empty style."""
    return ET.Element("qgis", {"version": VERSION, "styleCategories": "AllStyleCategories"})


def written(root: ET.Element) -> str:
    """Return a style as XML text, with the document type that QGIS writes."""
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n"


def renderer(root: ET.Element, kind: str, **attributes: str) -> ET.Element:
    """Add what chooses a symbol for each feature."""
    usual = {"type": kind, "forceraster": "0", "symbollevels": "0", "enableorderby": "0"}
    return ET.SubElement(root, "renderer-v2", usual | attributes)


def symbol(
    symbols: ET.Element, kind: str, name: str, symbol_class: str, options: Mapping[str, str]
) -> None:
    """Add a symbol of one layer."""
    made = ET.SubElement(
        symbols, "symbol", {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1"}
    )
    layer = ET.SubElement(
        made, "layer", {"class": symbol_class, "enabled": "1", "locked": "0", "pass": "0"}
    )
    mapped = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in options.items():
        ET.SubElement(mapped, "Option", {"name": key, "value": value, "type": "QString"})


def fill(colour: str, alpha: int) -> dict[str, str]:
    """Return the options of an area's symbol; alpha from 0 to 255."""
    return {
        "color": rgba(colour, alpha),
        "outline_color": rgba(PALETTE["ink"]),
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "style": "solid",
    }


def marker(shape: str, colour: str, outline: str, size: str) -> dict[str, str]:
    """Return the options of a point's symbol, its size in millimetres."""
    return {
        "name": shape,
        "color": rgba(colour),
        "outline_color": rgba(outline),
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": size,
        "size_unit": "MM",
    }


def label(root: ET.Element, *, size: str, bold: bool, colour: str, areas: bool = False) -> None:
    """Label points beside them, areas level; an area leaves room for the labels in it."""
    labeling = ET.SubElement(root, "labeling", {"type": "simple"})
    settings = ET.SubElement(labeling, "settings")
    style = ET.SubElement(
        settings,
        "text-style",
        {"fieldName": NAME, "isExpression": "1", "fontSize": size, "fontSizeUnit": "Point"}
        | {"fontWeight": "75" if bold else "50", "textColor": rgba(colour)},
    )
    ET.SubElement(
        style,
        "text-buffer",
        {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM"}
        | {"bufferColor": rgba(PALETTE["surface"])},
    )
    place = {"placement": HORIZONTAL if areas else AROUND, "dist": "1", "distUnits": "MM"}
    ET.SubElement(settings, "placement", place)
    ET.SubElement(settings, "rendering", {"drawLabels": "1", "obstacle": "0" if areas else "1"})


def rgba(colour: str, alpha: int = 255) -> str:
    """Write a colour as QGIS does."""
    return ",".join(map(str, (*channels(colour), alpha)))
