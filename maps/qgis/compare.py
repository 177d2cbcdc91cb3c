"""Styles for QGIS 3 of what a scenario changes, in the colours of the page."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from maps.base.change_scale import MINUTES, VEHICLES, changes
from maps.base.style import PALETTE
from maps.qgis.qml import document, label, marker, renderer, rgba, symbol, written

FAR: Final = 1_000_000
"""Where the outer classes end; QGIS wants a number there."""


def change_style(layer: str, of: str = "") -> str:
    """Return the style of a layer of changes.

    Parameters
    ----------
    layer
        `links` (lines, a column `vehicles_per_day_change`) or `places` (points, columns
        `minutes_change, name_th, name_en`).
    of
        What the name of the column of changes ends with.

    Returns
    -------
    qml
        XML text, with the document type that QGIS writes.
    """
    root, links = document(), layer == "links"
    scale = changes(VEHICLES, "vehicles") if links else changes(MINUTES, "minutes")
    attribute = "vehicles_per_day_change" if links else "minutes_change"
    drawn = renderer(
        root,
        "graduatedSymbol",
        attr=f'coalesce("{attribute}{of}", 0)',
        graduatedMethod="GraduatedColor",
    )
    entries, symbols = (ET.SubElement(drawn, name) for name in ("ranges", "symbols"))
    for at, one in enumerate(scale):
        low, high = (f"{max(min(end, FAR), -FAR):g}" for end in (one.low, one.high))
        row = {"lower": low, "upper": high, "symbol": str(at), "label": " / ".join(one.label)}
        ET.SubElement(entries, "range", row | {"render": "true"})
        if links:
            line = {"line_color": rgba(one.colour), "line_width": "0.8", "line_width_unit": "MM"}
            symbol(symbols, "line", str(at), "SimpleLine", line)
        else:
            options = marker("circle", one.colour, PALETTE["ink"], "2.8")
            symbol(symbols, "marker", str(at), "SimpleMarker", options)
    if not links:
        label(root, size="8", bold=False, colour=PALETTE["ink"])
    return written(root)
