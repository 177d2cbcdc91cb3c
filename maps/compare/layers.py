"""What lies on either side of the swipe: today, and a scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.elements import MethodCall
from markupsafe import Markup
from numpy.typing import NDArray

from layers.crs import LON_LAT
from layers.terrain.terrain import METRES_PER_DEGREE
from maps.access.layers import radius
from maps.base.change_scale import COLOURS, MINUTES, VEHICLES, changes
from maps.base.classes import class_of
from maps.base.i18n import Text, either, text
from maps.base.leaflet import html_for_folium, lat_lon
from maps.base.lines import line_points
from maps.base.marks import layer_of, marker
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.base.time_scale import steps
from maps.compare.rows import Shown

LIMITS: Final = (30, 60, 120)
"""Breaks of the minutes of today."""

WIDTHS: Final = ((0.0, 1.2), (500.0, 2.2), (2000.0, 3.6), (10_000.0, 5.2))
"""From so many vehicles a day a line is so wide, pixels."""

LEAST_KPH_SHARE: Final = 0.05
"""Links whose speed changes by less are not marked as built on."""

MOST_MARKED: Final = 0.5
"""Where more of all links change their speed, it is no work but a season."""

QUIET: Final = 20.0
"""Vehicles a day below which a road where nothing changes is left to the map beneath: there are
fifty thousand of them."""

GRID_DEG: Final = 1e-4
"""Points of traffic stand on a grid of 11 m."""

POINTS_M: Final = 60.0
"""How far a line may leave its points."""


def panes(count: int) -> list[folium.map.CustomPane]:
    """Make the sheets that are clipped: one for today, one for every scenario."""
    names = ["before", *(f"after-{at}" for at in range(count))]
    return [folium.map.CustomPane(name, z_index=420, pointer_events=True) for name in names]


def before(shown: Shown) -> folium.FeatureGroup:
    """Draw today: roads as wide as their traffic, places by their minutes."""
    layer = folium.FeatureGroup(name="before", control=False)
    links = _light(_told(shown.links[shown.links["state"] != "new"]))
    use = links["vehicles_per_day_base"].to_numpy(np.float64)
    _by_width(layer, links, use, np.zeros(len(links), np.int8), (PALETTE["road"],), "before")
    scale = steps(LIMITS)
    found = class_of(shown.places["minutes_base"].to_numpy(np.float64), LIMITS)
    _places(layer, shown.places, [scale[at].colour if at >= 0 else "" for at in found], "before")
    return layer


def after(shown: Shown, at: int) -> folium.FeatureGroup:
    """Draw a scenario: roads by what changes on them, new ones and closed ones marked."""
    pane = f"after-{at}"
    layer = folium.FeatureGroup(name=pane, control=False)
    links = _light(_told(shown.links))
    state = links["state"].to_numpy(object)
    kph = links["kph"].to_numpy(np.float64) / links["kph_base"].to_numpy(np.float64) - 1
    built = (np.abs(np.nan_to_num(kph)) > LEAST_KPH_SHARE) & (state == "changed")
    if 0 < built.sum() < MOST_MARKED * len(shown.links):
        _line(layer, links[built], pane, color=PALETTE["works"], weight=11, opacity=0.55)
    old = ~np.isin(state, ("new", "closed"))
    _by_width(
        layer,
        links[old],
        links["vehicles_per_day"].to_numpy(np.float64)[old],
        class_of(links["vehicles_per_day_change"], VEHICLES)[old],
        COLOURS,
        pane,
    )
    new, closed = links[state == "new"], links[state == "closed"]
    _line(layer, new, pane, color=PALETTE["surface"], weight=9, opacity=1)
    _line(layer, new, pane, color=PALETTE["new-road"], weight=5.5, opacity=1)
    _line(layer, closed, pane, color=PALETTE["surface"], weight=7, opacity=1)
    _line(layer, closed, pane, color=PALETTE["closed"], weight=3.5, opacity=1, dash_array="2 7")
    for line in closed.geometry[closed["length_m"] >= closed["length_m"].median()]:
        point = line.interpolate(0.5, normalized=True)
        cross = marker(point.x, point.y, Markup('<i class="cut">&times;</i>'), "cut-mark")
        cross.options["pane"] = pane
        cross.add_to(layer)
    scale = changes(MINUTES, "minutes")
    found = class_of(shown.places["minutes_change"], MINUTES)
    _places(layer, shown.places, [scale[at].colour if at >= 0 else "" for at in found], pane)
    return layer


def _told(links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the links that tell something: with traffic, or changed."""
    use = np.maximum(links["vehicles_per_day_base"], links["vehicles_per_day"])
    return links[(links["state"] != "same") | (use >= QUIET)]


def _light(links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Simplify lines until nobody sees more, and turn them to lon, lat."""
    light = links.geometry.simplify(POINTS_M)
    return links.set_geometry(light).to_crs(LON_LAT)


def _by_width(
    layer: folium.FeatureGroup,
    links: gpd.GeoDataFrame,
    use: NDArray[np.float64],
    colour: NDArray[np.int8],
    colours: Sequence[str],
    pane: str,
) -> None:
    """Draw links together by width and colour, the same colour as ever lowest."""
    wide = np.searchsorted([least for least, _ in WIDTHS], use, side="right") - 1
    middle = (len(colours) - 1) / 2
    for one in sorted(range(len(colours)), key=lambda at: abs(at - middle)):
        for at, (_, width) in enumerate(WIDTHS):
            mine = links[(colour == one) & (wide == at)]
            more = 1.0 if one != middle else 0.0
            _line(layer, mine, pane, color=colours[one], weight=width + more, opacity=0.95)


def _line(
    layer: folium.FeatureGroup, links: gpd.GeoDataFrame, pane: str, **options: object
) -> None:
    if not len(links):
        return
    # Pieces in a row are one line: it needs fewer points.
    whole = shapely.line_merge(shapely.multilinestrings(links.geometry.to_numpy()))
    light = gpd.GeoSeries(shapely.get_parts(whole)).simplify(POINTS_M / METRES_PER_DEGREE)
    light = shapely.set_precision(light.to_numpy(), GRID_DEG, mode="pointwise")
    line = folium.PolyLine(  # type: ignore[no-untyped-call]
        line_points(light), interactive=False, class_name="link", **options
    )
    line.options["pane"] = pane
    line.add_to(layer)


def _places(
    layer: folium.FeatureGroup, places: pd.DataFrame, colours: Sequence[str], pane: str
) -> None:
    """Mark places, larger for more people; one that reaches nothing is a ring."""
    for row, colour in zip(places.to_dict("records"), colours, strict=True):
        cut_off = str(row["state"]) == "lost" and pane != "before"
        edge = "closed" if cut_off else "ink" if colour else "unreached"
        circle = folium.CircleMarker(
            lat_lon([[float(str(row["lon"])), float(str(row["lat"]))]])[0],
            radius=radius(float(str(row["population"]))),
            color=PALETTE[edge],
            weight=1.2 if colour else 2.5,
            fill=True,
            fill_color=colour or PALETTE["surface"],
            fill_opacity=1,
            class_name="spot-circle",
        )
        circle.options["pane"] = pane
        name = either(str(row["name_en"]), str(row["name_th"]))
        card = fragment(
            "compare_card.html",
            name=name,
            people=float(str(row["population"])),
            base=_minutes(float(str(row["minutes_base"]))),
            now=_minutes(float(str(row["minutes"]))),
            change=_change(float(str(row["minutes_change"]))),
        )
        bind = MethodCall(circle, "bind_popup", html_for_folium(card), max_width=280)
        circle.add_child(bind)  # type: ignore[no-untyped-call]
        circle.add_to(layer)


def names(places: pd.DataFrame) -> folium.FeatureGroup:
    """Name the places above both sides, the largest first."""
    layer = layer_of("layer_places")
    for row in places.sort_values("population", ascending=False).to_dict("records"):
        name = either(str(row["name_en"]), str(row["name_th"]))
        label = fragment("compare_name.html", name=name)
        marker(float(str(row["lon"])), float(str(row["lat"])), label, "spot").add_to(layer)
    return layer


def bounds(links: gpd.GeoDataFrame, within: shapely.Geometry) -> tuple[float, ...]:
    """Return the bounds of the area and of what is built or closed near it, in lon, lat."""
    moved = links[links["state"].isin(("new", "closed"))].to_crs(LON_LAT)
    return tuple(shapely.total_bounds(np.array([within, *moved.geometry], object)))


def _minutes(value: float) -> Text:
    if not math.isfinite(value):
        return text("not_reached")
    return text("minutes_value", value=f"{math.ceil(value):,}")


def _change(value: float) -> Text:
    if not math.isfinite(value):
        return ("\N{EN DASH}",) * 2
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return text("minutes_value", value=f"{sign}{abs(value):,.1f}")
