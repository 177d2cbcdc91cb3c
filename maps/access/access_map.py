"""The accessibility map: how long people need to the nearest facility."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.access.access import Access
from geo.access.view import SeasonView
from layers.area import read_boundary
from maps.access import layers as access_layers
from maps.access.counts import Count, counts, headline
from maps.access.rows import Spot, crowd, district_rows, kind_of, percent, season_name, spots
from maps.access.time_chart import time_chart
from maps.base import overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, circles, facility, legend, sign
from maps.base.legend import ground as ground_signs
from maps.base.lines import bounds_of
from maps.base.neighbours import veil
from maps.base.raster_layer import surface
from maps.base.subject import Subject, joined
from maps.base.time_scale import steps
from maps.picture.sheet import Sheet, sheet

SHOWN = 500
"""Places that a page marks: the largest, where there are more."""

LISTED = 60
"""With more places than this a page lists the `FARTHEST` alone."""

FARTHEST = 20


def access_map(subject: Subject, found: Access, view: SeasonView) -> Sheet:
    """Draw travel times to the nearest facility as a page of their own.

    Parameters
    ----------
    subject
        What the map is of.
    found
        Who is how far from what; a person may live in one place only. Kinds are those of
        `maps.access.rows.KINDS`, or any other word.
    view
        The same in the season of the map; with `minutes_dry` and `minutes_wet` of its places
        the page names both.

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
    area, network, minutes = subject.area, subject.network, found.minutes
    scale = steps(minutes)
    one, many = kind_of(found.kind)
    every = spots(view.places, found.facilities, minutes, view.season)
    living = every if found.cells is None else crowd(found.cells, minutes, view.season)
    rows = district_rows(view.districts, minutes)
    listed = set(sorted(range(len(every)), key=lambda at: -np.nan_to_num(every[at].people))[:SHOWN])
    shown = tuple(spot for at, spot in enumerate(every) if at in listed)
    shape = read_boundary(area)
    made = offline_map(bounds_of([shape]))
    layers = [
        *backdrop(area),
        access_layers.surface_layer(
            surface(
                view.surface.time_s,
                view.surface.grid.transform,
                area.crs,
                minutes=minutes,
                inside=shape,
                clipped=area.layers.outlines is not None,
            )
        ),
        *([access_layers.districts(view.districts, minutes)] if rows else []),
        overlays.roads(network),
        *([veil(area)] if area.layers.outlines else []),
        access_layers.isochrones(view.isochrones, shape if area.layers.outlines else None),
        access_layers.places(shown, [row.name for row in rows]),
        access_layers.facilities(_gone_to(found, view, shape), one),
    ]
    for layer in layers:
        layer.add_to(made)
    title = text("access_title", kind=many, area=subject.area_title)
    subtitle = joined([*subject.vehicles, season_name(view.season), *subject.scenarios()])
    people, signs = counts(every, minutes, living), _signs(many)
    return sheet(
        "access.html",
        made=made,
        title=title,
        lang=subject.lang,
        subtitle=subtitle,
        legends=[_classes(people), signs],
        charts={"people": time_chart(living, minutes, one, subject.lang)},
        lead=headline(living, rows, minutes=minutes, kind=found.kind),
        area=area,
        network=network,
        many=many,
        counts=people,
        signs=signs,
        scale=scale,
        spots=_listed(shown),
        seasons=[one.name for one in every[0].seasons] if every else [],
        more=len(every) - len(shown),
        every=len(every),
        unknown=sum(not np.isfinite(spot.people) for spot in every),
        districts=rows,
        minutes=minutes,
        percent=percent,
        flat=view.flat,
    )


def _listed(shown: Sequence[Spot]) -> Sequence[Spot]:
    """Return the places of the page's table, the farthest first where it has not all."""
    return shown if len(shown) <= LISTED else shown[: -FARTHEST - 1 : -1]


def _gone_to(found: Access, view: SeasonView, shape: BaseGeometry) -> pd.DataFrame:
    """Return the facilities within the area, and those beyond it that somebody goes to."""
    every = found.facilities
    inside = shapely.contains_xy(shape, every[["lon", "lat"]].to_numpy(np.float64))
    return every[inside | every["id"].isin(set(view.places["nearest_id"]))]


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
