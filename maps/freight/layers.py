"""What lies on the freight maps: one function per overlay, each returning a Folium layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import folium
import pandas as pd
import shapely

from geo.freight.haul import Haul
from layers.tables.places import Place
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.marks import bind_card, layer_of, marker, place_marker
from maps.base.overlays import ways
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.base.subject import place_name
from maps.freight.rows import hub_uses, short


def other_lines(
    lines: Sequence[tuple[int, shapely.LineString, str]],
) -> folium.FeatureGroup:
    """Draw other ways, thin and dashed, each belonging to a route.

    Parameters
    ----------
    lines
        Position of the route, line in lon and lat, and colour of its own cost (a name in
        `maps.base.style.PALETTE`).

    Returns
    -------
    layer
        Lines of class `other other-<position>`.
    """
    return ways(
        [line for _, line, _ in lines],
        [PALETTE[colour] for *_, colour in lines],
        order=range(len(lines)),
        names=[f"other other-{at}" for at, *_ in lines],
        layer=layer_of("layer_others"),
        weight=1.6,
        opacity=0.7,
        dash_array="6 5",
    )


def cities(shown: Sequence[Place]) -> folium.FeatureGroup:
    """Mark the cities beyond the border."""
    layer = layer_of("layer_cities")
    for place in shown:
        place_marker("city", place).add_to(layer)
    return layer


def hubs(
    hauls: Sequence[Haul],
    table: pd.DataFrame,
    *,
    places: Mapping[str, Place],
    titles: Mapping[str, Text],
) -> folium.FeatureGroup:
    """Mark where goods change vehicles, with a card on click.

    Parameters
    ----------
    hauls
        Those on the map.
    table
        Columns `id, transload_min, transload_thb_per_t`.
    places, titles
        Places and titles of vehicles, by id.

    Returns
    -------
    layer
        Only hubs that are used.
    """
    layer = layer_of("layer_hubs")
    costs = table.set_index("id")[["transload_min", "transload_thb_per_t"]].astype(float)
    for hub, used in hub_uses(hauls).items():
        pairs = Counter((one.stage.vehicle, other.stage.vehicle) for one, other in used)
        name = place_name(places[hub])
        value = text(
            "transload_value",
            minutes=figures.whole(costs["transload_min"][hub]),
            baht=figures.whole(costs["transload_thb_per_t"][hub]),
        )
        swaps = [
            (short(titles[before]), short(titles[after]), count)
            for (before, after), count in sorted(pairs.items())
        ]
        made = marker(
            places[hub].lon,
            places[hub].lat,
            fragment("hub_icon.html", name=name),
            "hub",
            keyboard=True,
            z_index_offset=1500,
        )
        card = fragment("hub_card.html", name=name, value=value, swaps=swaps)
        bind_card(made, card).add_to(layer)
    return layer
