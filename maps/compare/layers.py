"""What lies on either side of the swipe: today, and a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from layers.crs import LON_LAT
from layers.terrain.terrain import METRES_PER_DEGREE
from maps.base.change_scale import COLOURS, VEHICLES
from maps.base.classes import class_of
from maps.base.lines import light, line_points
from maps.base.marks import marker
from maps.base.network_layer import Drawn, NetworkLayer
from maps.base.style import PALETTE
from maps.compare.rows import Shown

WIDTHS: Final = ((0.0, 1.2), (500.0, 2.2), (2000.0, 3.6), (10_000.0, 5.2))
"""From so many vehicles a day a line is so wide, pixels."""

LEAST_KPH_SHARE: Final = 0.05
"""Links whose speed changes by less are not marked as built on."""

MOST_MARKED: Final = 0.5
"""Where more of all links change their speed, it is no work but a season."""

QUIET: Final = 20.0
"""Vehicles a day below which a road where nothing changes is left to the map beneath: there are
fifty thousand of them."""

WORKS_PX: Final = 11.0
"""Width of what is below a road that is built on."""

MOST_CROSSES: Final = 8
"""How many crosses stand on what is closed, on its longest pieces."""

NEAR_DEG: Final = 0.2
"""How far beyond the area what is built or closed is in the first view."""

POINTS_M: Final = 60.0
"""How far a line may leave its points."""


def panes(count: int) -> list[folium.map.CustomPane]:
    """Make the sheets that are clipped: one for today, one for every scenario."""
    names = ["before", *(f"after-{at}" for at in range(count))]
    return [folium.map.CustomPane(name, z_index=420, pointer_events=True) for name in names]


def before(shown: Shown) -> folium.FeatureGroup:
    """Draw the roads of today, as wide as their traffic."""
    layer = folium.FeatureGroup(name="before", control=False)
    links = _light(_told(shown.links[shown.links["state"] != "new"]))
    use = links["vehicles_per_day_base"].to_numpy(np.float64)
    same = np.zeros(len(links), np.int8)
    NetworkLayer(_by_width(links, use, same, (PALETTE["road"],)), "before").add_to(layer)
    return layer


def after(shown: Shown, at: int) -> folium.FeatureGroup:
    """Draw a scenario: roads by what changes on them, new ones and closed ones marked."""
    pane = f"after-{at}"
    layer = folium.FeatureGroup(name=pane, control=False)
    links = _light(_told(shown.links))
    state = links["state"].to_numpy(object)
    kph = links["kph"].to_numpy(np.float64) / links["kph_base"].to_numpy(np.float64) - 1
    built = (np.abs(np.nan_to_num(kph)) > LEAST_KPH_SHARE) & (state == "changed")
    works = links[built] if built.sum() < MOST_MARKED * len(shown.links) else links[:0]
    old = ~np.isin(state, ("new", "closed"))
    drawn = _by_width(
        links[old],
        links["vehicles_per_day"].to_numpy(np.float64)[old],
        class_of(links["vehicles_per_day_change"], VEHICLES)[old],
        COLOURS,
    )
    if len(works):
        drawn.append(Drawn("works", _joined(works), _pale(PALETTE["works"]), WORKS_PX))
    NetworkLayer(drawn, pane).add_to(layer)
    new, closed = links[state == "new"], links[state == "closed"]
    _line(layer, new, pane, color=PALETTE["surface"], weight=9, opacity=1)
    _line(layer, new, pane, color=PALETTE["new-road"], weight=5.5, opacity=1)
    _line(layer, closed, pane, color=PALETTE["surface"], weight=7, opacity=1)
    _line(layer, closed, pane, color=PALETTE["closed"], weight=3.5, opacity=1, dash_array="2 7")
    longest = closed.sort_values("length_m", ascending=False, kind="stable")[:MOST_CROSSES]
    for line in longest.geometry[longest["length_m"] >= closed["length_m"].median()]:
        point = line.interpolate(0.5, normalized=True)
        cross = marker(point.x, point.y, Markup('<i class="cut">&times;</i>'), "cut-mark")
        cross.options["pane"] = pane
        cross.add_to(layer)
    return layer


def _told(links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the links that tell something: with traffic, or changed."""
    use = np.maximum(links["vehicles_per_day_base"], links["vehicles_per_day"])
    return links[(links["state"] != "same") | (use >= QUIET)]


def _light(links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Simplify lines until nobody sees more, and turn them to lon, lat."""
    return links.set_geometry(light(links.geometry, POINTS_M)).to_crs(LON_LAT)


def _by_width(
    links: gpd.GeoDataFrame,
    use: NDArray[np.float64],
    colour: NDArray[np.int8],
    colours: Sequence[str],
) -> list[Drawn]:
    """Put links together by width and colour, the same colour as ever last."""
    wide = np.searchsorted([least for least, _ in WIDTHS], use, side="right") - 1
    middle = (len(colours) - 1) / 2
    drawn = []
    for one in sorted(range(len(colours)), key=lambda at: -abs(at - middle)):
        more = 1.0 if one != middle else 0.0
        for at, (_, width) in reversed(tuple(enumerate(WIDTHS))):
            mine = links[(colour == one) & (wide == at)]
            if len(mine):
                drawn.append(Drawn(f"{one}-{at}", _joined(mine), colours[one], width + more))
    return drawn


def _pale(colour: str) -> str:
    """Mix a colour with white, as wide works below a road are."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(0.55 * part + 0.45 * 255):02x}" for part in parts)


def _line(
    layer: folium.FeatureGroup, links: gpd.GeoDataFrame, pane: str, **options: object
) -> None:
    if not len(links):
        return
    line = folium.PolyLine(  # type: ignore[no-untyped-call]
        line_points(_joined(links)), interactive=False, class_name="link", **options
    )
    line.options["pane"] = pane
    line.add_to(layer)


def _joined(links: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Make one line of pieces in a row: it needs fewer points."""
    whole = shapely.line_merge(shapely.multilinestrings(links.geometry.to_numpy()))
    parts = gpd.GeoSeries(shapely.get_parts(whole), crs=links.crs)
    return light(parts, POINTS_M / METRES_PER_DEGREE)


def bounds(links: gpd.GeoDataFrame, within: shapely.Geometry) -> tuple[float, ...]:
    """Return the bounds of the area and of what is built or closed near it, in lon, lat."""
    moved = links[links["state"].isin(("new", "closed"))].to_crs(LON_LAT)
    west, south, east, north = shapely.bounds(shapely.buffer(within, NEAR_DEG))
    near = shapely.clip_by_rect(moved.geometry.to_numpy(), west, south, east, north)
    return tuple(shapely.total_bounds(np.array([within, *near], object)))
