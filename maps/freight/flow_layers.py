"""What lies on the map of flows: lines as wide as their tonnes, origins, markets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import folium
import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.leaflet import lat_lon
from maps.base.lines import line_points
from maps.base.marks import bind_card, layer_of, marker
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.freight.flow_rows import End
from maps.freight.rows import short

WIDEST: Final = 14.0
"""Pixels of the line that carries most; others in proportion."""

THINNEST: Final = 1.2

LABELLED: Final = 100
"""Origins that have a name on the map, those of most tonnes first."""

CARD_ROWS: Final = 12
"""Rows of a card, the cheapest; fewer where there are more origins than have names."""

CARD_ROWS_MANY: Final = 2

TOLERANCE_M: Final = 40.0
"""How far a line may leave its points."""


@dataclass(frozen=True)
class Width:
    """One line of the legend: tonnes, and the pixels of their line."""

    label: Text
    px: float


def width_px(tonnes: float, most: float) -> float:
    """Return the width of a line: in proportion to its tonnes, but never invisible.

    Examples
    --------
    >>> width_px(31_000, 31_000), width_px(15_500, 31_000), width_px(1, 31_000)
    (14.0, 7.0, 1.2)
    """
    return round(max(THINNEST, WIDEST * tonnes / most), 1)


def widths(most: float) -> list[Width]:
    """Return what the legend shows: round tonnes and their widths, the widest first.

    Examples
    --------
    >>> [(one.label[0], one.px) for one in widths(31_000)]
    [('30,000 t a year', 13.5), ('15,000 t a year', 6.8), ('5,000 t a year', 2.3)]
    """
    if most <= 0:
        return []
    unit = 10.0 ** math.floor(math.log10(most))
    top = unit * math.floor(most / unit)
    return [
        Width(text("tonnes_a_year", value=figures.whole(part)), width_px(part, most))
        for part in (top, top / 2, _round(top / 6))
        if part >= 1
    ]


def _round(value: float) -> float:
    """Round to one digit that is not 0."""
    unit = 10.0 ** math.floor(math.log10(value))
    return unit * round(value / unit)


def flow_lines(network: RoadNetwork, tonnes: np.ndarray) -> folium.FeatureGroup:
    """Draw the roads that carry anything, by their tonnes, each with a card.

    Parameters
    ----------
    network
        The roads.
    tonnes
        A year, shape (segments,).

    Returns
    -------
    layer
        One line per road and amount, the widest lowest.
    """
    layer = layer_of("layer_flows")
    carry = np.flatnonzero(tonnes > 0)
    if not len(carry):
        return layer
    roads = network.segments.iloc[carry]
    table = gpd.GeoDataFrame(
        {
            "tonnes": tonnes[carry].round(),
            "ref": roads["ref"].astype(str).to_numpy(),
            "en": roads["name_en"].astype(str).to_numpy(),
            "th": roads["name_th"].astype(str).to_numpy(),
        },
        geometry=roads.geometry.to_numpy(),
        crs=roads.crs,
    )
    most = float(table["tonnes"].max())
    groups = list(table.groupby(["tonnes", "ref"], sort=True))
    for (load, ref), own in reversed(groups):
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(own.geometry)))
        light = gpd.GeoSeries(shapely.simplify(merged, TOLERANCE_M), crs=table.crs)
        road = _name(str(ref), str(own["en"].iloc[0]), str(own["th"].iloc[0]))
        line = folium.PolyLine(  # type: ignore[no-untyped-call]
            line_points(light.to_crs(LON_LAT)),
            color=PALETTE["flow"],
            weight=width_px(float(load), most),
            opacity=0.9,
            class_name="flow",
            bubbling_mouse_events=False,
        )
        card = fragment("flow_card.html", road=road, tonnes=figures.whole(float(load)))
        bind_card(line, card).add_to(layer)
    return layer


def origins(shown: Sequence[End]) -> folium.FeatureGroup:
    """Mark where goods grow: larger for more tonnes, a ring where nobody knows them."""
    layer = layer_of("layer_origins")
    most = max((one.tonnes for one in shown if math.isfinite(one.tonnes)), default=0.0)
    rows = CARD_ROWS if len(shown) <= LABELLED else CARD_ROWS_MANY
    for at, one in enumerate(sorted(shown, key=lambda end: -np.nan_to_num(end.tonnes))):
        known = math.isfinite(one.tonnes)
        part = one.tonnes / most if known and most else 0.0
        circle = folium.CircleMarker(
            lat_lon([[one.place.lon, one.place.lat]])[0],
            radius=round((4 if known or len(shown) <= LABELLED else 2.5) + 6 * math.sqrt(part), 1),
            color=PALETTE["ink"] if known else PALETTE["unreached"],
            weight=1.5 if known or len(shown) > LABELLED else 2.5,
            fill=True,
            fill_color=PALETTE["origin"] if known else PALETTE["surface"],
            fill_opacity=1,
            class_name="origin-circle",
        )
        bind_card(circle, end_card(one, origin=True, rows=rows)).add_to(layer)
        if at >= LABELLED:
            continue
        label = fragment("label.html", name=one.name)
        quiet = "spot minor" if len(shown) > LABELLED else "spot"
        marker(one.place.lon, one.place.lat, label, quiet).add_to(layer)
    return layer


def markets(shown: Sequence[End]) -> folium.FeatureGroup:
    """Mark markets with a symbol of their own, and a card on click."""
    layer = layer_of("layer_markets")
    for one in shown:
        made = marker(
            one.place.lon,
            one.place.lat,
            fragment("market_icon.html", name=short(one.name)),
            "market",
            keyboard=True,
            z_index_offset=2500,
        )
        bind_card(made, end_card(one, origin=False)).add_to(layer)
    return layer


def end_card(end: End, *, origin: bool, rows: int = CARD_ROWS) -> Markup:
    """Set what an origin or a market sells or gets as a small card of so many rows."""
    many = len({row.sale.product for row in end.rows}) > 1
    return fragment("flow_end_card.html", end=end, origin=origin, many=many, rows=rows)


def _name(ref: str, english: str, thai: str) -> Text:
    if ref:
        return text("highway_number", ref=ref)
    return (english or thai, thai or english) if english or thai else text("unnamed")
