"""The accessibility map: how long people need to the nearest facility."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from affine import Affine
from numpy.typing import NDArray

from layers.area import Area, read_boundary
from layers.roads.network import RoadNetwork
from maps.access import layers as access_layers
from maps.access.counts import Count, counts, headline
from maps.access.rows import district_rows, kind_of, percent, season_name, spots
from maps.access.time_chart import time_chart
from maps.base import overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, circles, facility, legend, sign
from maps.base.legend import ground as ground_signs
from maps.base.lines import bounds_of
from maps.base.raster_layer import surface
from maps.base.time_scale import steps
from maps.picture.sheet import Sheet, sheet

SHOWN = 300
"""Places that a page lists and marks: the largest, where there are more."""


def access_map(  # noqa: PLR0913 - what the map shows
    *,
    area: Area,
    network: RoadNetwork,
    times: NDArray[np.float32],
    affine: Affine,
    isochrones: gpd.GeoDataFrame,
    facilities: pd.DataFrame,
    places: pd.DataFrame,
    districts: gpd.GeoDataFrame,
    kind: str,
    minutes: tuple[int, ...],
    season: str,
    lang: str,
    vehicle_title: Text,
    flat: bool = False,
) -> Sheet:
    """Draw travel times to the nearest facility as a page of their own.

    Parameters
    ----------
    area
        The area; its boundary is read.
    network
        The roads, drawn above the surface.
    times
        Seconds to the nearest facility, shape (rows, cols); inf or NaN where there is no way.
    affine
        Where the cells of `times` are in the area's CRS, north up.
    isochrones
        Column `minutes` and polygons.
    facilities
        Columns `id, name_en, name_th, kind, lon, lat`.
    places
        Columns `id, name_en, name_th, kind, lon, lat, population, minutes, nearest_id`;
        minutes NaN where no facility is reached; with `minutes_dry, minutes_wet` the page
        names both. A person may live in one place only.
    districts
        Columns `name_en, name_th, minutes` (that half of the people need, NaN where half
        reach nothing), `population`, `share_<m>` (0 to 1) for each of `minutes`, maybe
        `share_unreached`, and polygons; may be empty.
    kind
        What the facilities are: one of `maps.access.rows.KINDS`, or any other word.
    minutes
        Breaks of the scale.
    season
        `dry`, `wet`, or another word.
    lang
        The language the page opens in, `en` or `th`.
    vehicle_title
        The vehicle's name, English and Thai.
    flat
        Whether no terrain was known, so that the ground was walked as if it were flat.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    DataError
        `minutes` do not grow.
    UnknownNameError
        There is no such language.
    """
    scale = steps(minutes)
    one, many = kind_of(kind)
    every = spots(places, facilities, minutes, season)
    rows = district_rows(districts, minutes)
    listed = set(sorted(range(len(every)), key=lambda at: -np.nan_to_num(every[at].people))[:SHOWN])
    shown = tuple(spot for at, spot in enumerate(every) if at in listed)
    shape = read_boundary(area)
    made = offline_map(bounds_of([shape]))
    layers = [
        *backdrop(area),
        access_layers.surface_layer(
            surface(times, affine, area.crs, minutes=minutes, inside=shape)
        ),
        *([access_layers.districts(districts, minutes)] if rows else []),
        overlays.roads(network),
        access_layers.isochrones(isochrones),
        access_layers.places(shown),
        access_layers.facilities(facilities, one),
    ]
    for layer in layers:
        layer.add_to(made)
    title = text("access_title", kind=many, area=(area.title_en, area.title_th))
    subtitle = _subtitle(vehicle_title, season)
    people, signs = counts(every, minutes), _signs(many)
    return sheet(
        "access.html",
        made=made,
        title=title,
        lang=lang,
        subtitle=subtitle,
        legends=[_classes(people), signs],
        charts={"people": time_chart(every, minutes, one, lang)},
        lead=headline(every, rows, minutes=minutes, kind=kind),
        area=area,
        network=network,
        many=many,
        counts=people,
        signs=signs,
        scale=scale,
        spots=shown,
        seasons=[one.name for one in every[0].seasons] if every else [],
        more=len(every) - len(shown),
        unknown=sum(not np.isfinite(spot.people) for spot in every),
        districts=rows,
        minutes=minutes,
        percent=percent,
        flat=flat,
    )


def _classes(people: Sequence[Count]) -> Legend:
    """Explain the colours, each with its share of the people where that is known."""
    return legend(
        (
            sign(
                "swatch" if one.reached else "swatch hatched",
                _joined(one.label, f"{one.share} %") if one.share else one.label,
                colour=one.colour if one.reached else "",
            )
            for one in people
        ),
        text("legend_time"),
    )


def _signs(many: Text) -> Legend:
    """Explain what else is on the map."""
    return legend(
        [
            facility(many),
            circles("", text("legend_places")),
            circles("none", text("legend_ring")),
            sign("stroke even", text("layer_isochrones")),
            *ground_signs(),
        ],
        text("legend"),
    )


def _joined(label: Text, more: str) -> Text:
    return f"{label[0]} · {more}", f"{label[1]} · {more}"


def _subtitle(vehicle_title: Text, season: str) -> Text:
    named = season_name(season)
    return f"{vehicle_title[0]} · {named[0]}", f"{vehicle_title[1]} · {named[1]}"
