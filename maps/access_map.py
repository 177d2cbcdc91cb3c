"""The accessibility map: how long people need to the nearest facility."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from affine import Affine
from numpy.typing import NDArray

from layers.area import Area, read_boundary
from layers.network import RoadNetwork
from maps import access_layers, overlays
from maps.access_counts import counts, headline
from maps.access_rows import district_rows, kind_of, percent, season_name, spots
from maps.i18n import Text, known, text
from maps.leaflet import offline_map, render
from maps.lines import bounds_of
from maps.page import page
from maps.scale import steps
from maps.surface import surface

SHOWN = 300
"""Places that a page lists and marks: the largest, where there are more."""

ROAD_POINTS = 15_000
"""Points that the roads may have: they are only the ground here."""


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
) -> str:
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
        What the facilities are: one of `maps.access_rows.KINDS`, or any other word.
    minutes
        Breaks of the scale.
    season
        `dry`, `wet`, or another word.
    lang
        The language the page opens in, `en` or `th`.
    vehicle_title
        The vehicle's name, English and Thai.

    Returns
    -------
    html
        One file that needs no other and no internet; the same inputs give the same bytes.

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
        access_layers.ground(),
        overlays.boundary(area, pane=access_layers.GROUND),
        access_layers.surface_layer(
            surface(times, affine, area.crs, minutes=minutes, inside=shape)
        ),
        *([access_layers.districts(districts, minutes)] if rows else []),
        overlays.roads(network, points=ROAD_POINTS),
        access_layers.isochrones(isochrones),
        access_layers.places(shown),
        access_layers.facilities(facilities, one),
    ]
    for layer in layers:
        layer.add_to(made)
    return page(
        "access.html",
        title=text("access_title", kind=many, area=(area.title_en, area.title_th)),
        lang=known(lang),
        parts=render(made),
        subtitle=_subtitle(vehicle_title, season),
        lead=headline(every, rows, minutes=minutes, kind=kind),
        area=area,
        network=network,
        many=many,
        counts=counts(every, minutes),
        scale=scale,
        spots=shown,
        seasons=[one.name for one in every[0].seasons] if every else [],
        more=len(every) - len(shown),
        unknown=sum(not np.isfinite(spot.people) for spot in every),
        districts=rows,
        minutes=minutes,
        percent=percent,
    )


def _subtitle(vehicle_title: Text, season: str) -> Text:
    named = season_name(season)
    return f"{vehicle_title[0]} · {named[0]}", f"{vehicle_title[1]} · {named[1]}"
