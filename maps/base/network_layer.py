"""Thousands of lines as one layer of a map, drawn by `assets/network.js`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import shapely
from folium.template import Template
from numpy.typing import NDArray

from maps.base.polylines import FROM, GRID, encode

ON_PAPER: Final = 10.0
"""Zoom whose classes a picture shows."""

ROADS: Final = "roads"
"""The sheet that it lies on: above areas and surfaces, below all other lines."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Lines that look alike.

    Attributes
    ----------
    name
        Of their class.
    lines
        In lon, lat.
    colour
        As `#rrggbb`.
    width
        Pixels where the whole area is in view; lines grow as a reader zooms in.
    zoom
        From which zoom they are drawn.
    casing
        Whether they have a light edge on either side, seen from near.
    """

    name: str
    lines: gpd.GeoSeries
    colour: str
    width: float
    zoom: float = 0.0
    casing: bool = False


class NetworkLayer(folium.map.Layer):
    """Lines that the page draws on one canvas, fewer points and classes from afar.

    Attributes
    ----------
    drawn
        What is drawn, the most important first: for whoever draws it elsewhere.
    pane
        The sheet that it lies on.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "var {{ this.get_name() }} = L.network({{ this.data|tojson }});\n"
        "{% endmacro %}"
    )

    def __init__(self, drawn: Sequence[Drawn], pane: str = ROADS) -> None:
        super().__init__(control=False)
        self._name = "Network"
        self.drawn = tuple(drawn)
        self.pane = pane
        self.data = {
            "pane": pane,
            "grid": GRID,
            "from": FROM,
            "classes": [
                [len(one.lines), one.colour, one.width, one.zoom, int(one.casing)]
                for one in self.drawn
            ],
            "lines": _encoded(self.drawn),
        }

    def lines(self) -> Iterator[tuple[list[NDArray[np.float64]], dict[str, Any]]]:
        """Yield lines in lon, lat and how they look, the least important first: for a picture."""
        for one in reversed(self.drawn):
            if one.zoom > ON_PAPER:
                continue
            parts = shapely.get_parts(one.lines.to_numpy())
            options = {"stroke": True, "color": one.colour, "weight": one.width, "opacity": 1}
            yield [shapely.get_coordinates(part) for part in parts], options


@lru_cache(maxsize=8)
def _encoded(drawn: tuple[Drawn, ...]) -> str:
    """Write lines once for all the maps of a report that show the same."""
    return encode([line for one in drawn for line in one.lines])
