"""The corridor map: all routes from home to the provinces and the crossings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import folium
import pandas as pd

from geo.routing.route import Route
from layers.area import Area, read_boundary
from layers.roads.network import RoadNetwork
from maps.base import overlays
from maps.base.backdrop import backdrop
from maps.base.classes import LegendClass
from maps.base.crossings import crossings_of
from maps.base.i18n import Text, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, ground, legend, sign
from maps.base.legend import crossings as crossing_signs
from maps.base.line_scale import shades
from maps.base.lines import bounds_of
from maps.base.style import hour_breaks, hour_class
from maps.base.subject import SEASONS, Subject, highways, joined, place_name
from maps.picture.sheet import Sheet, sheet

FIRST = 12
"""With no more routes than this, a map shows all of them at first."""


@dataclass(frozen=True)
class Corridor:
    """One route as a row of a list.

    Attributes
    ----------
    at
        Its position among the routes, by which lists and map name it.
    route
        The route.
    name
        Its destination.
    colour
        A name in `maps.base.style.PALETTE`.
    refs
        The highways it follows, in order.
    """

    at: int
    route: Route
    name: Text
    colour: str
    refs: str


C = TypeVar("C", bound=Corridor)


@dataclass(frozen=True)
class Group:
    """A heading and the corridors under it."""

    title: Text
    rows: tuple[Corridor, ...]


def corridor_map(
    subject: Subject,
    routes: Sequence[Route],
    *,
    crossings: pd.DataFrame,
    places: pd.DataFrame,
) -> Sheet:
    """Draw all corridors of an area as a page of their own.

    Parameters
    ----------
    subject
        What the map is of.
    routes
        From the home place to province capitals and crossings.
    crossings, places
        Tables of `layers.tables.places`.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    area, network = subject.area, subject.network
    return sheet(
        "corridors.html",
        made=corridors_drawn(area, network, routes, crossings=crossings, places=places),
        area=area,
        network=network,
        title=text("corridors_title", home=home_name(area, routes)),
        subtitle=subtitle(routes, subject.vehicles),
        legends=corridor_legends(area, routes),
        lang=subject.lang,
        groups=corridor_groups(routes),
    )


def corridors_drawn(
    area: Area,
    network: RoadNetwork,
    routes: Sequence[Route],
    *,
    crossings: pd.DataFrame,
    places: pd.DataFrame,
) -> folium.Map:
    """Draw the corridors on a map; for a page to put in its place.

    Parameters
    ----------
    area, network, routes, crossings, places
        As for `corridor_map`.

    Returns
    -------
    map
        Not rendered yet.
    """
    shape = read_boundary(area)
    made = offline_map(
        bounds_of([shape, *(route.geometry for route in _first_view(routes))]),
        whole=bounds_of([shape, *(route.geometry for route in routes)]),
    )
    layers = (
        *backdrop(area),
        overlays.roads(network),
        overlays.routes(routes, _colours(routes)),
        overlays.places(places, home=routes[0].from_place if routes else None),
        overlays.crossings(crossings_of(crossings)),
    )
    for layer in layers:
        layer.add_to(made)
    return made


def corridor_groups(routes: Sequence[Route]) -> list[Group]:
    """Sort corridors into the lists beside the map."""
    rows = corridor_rows(routes)
    return [
        Group(text("to_capitals"), of_kind(rows, "province_capital")),
        Group(text("to_crossings"), of_kind(rows, "crossing")),
        Group(text("to_others"), of_kind(rows, "")),
    ]


def corridor_legends(area: Area, routes: Sequence[Route]) -> list[Legend]:
    """Explain the colours of corridors, the symbols of crossings, and what lies below."""
    hours = [sign("swatch", step.label, colour=step.colour) for step in _hour_steps(routes)]
    return [
        *([legend(hours, text("hours_from", home=home_name(area, routes)))] if hours else []),
        legend([*crossing_signs(), *ground()], text("legend")),
    ]


def corridor_rows(routes: Sequence[Route]) -> tuple[Corridor, ...]:
    """List routes as corridors, the nearest in time first."""
    colours = _colours(routes)
    rows = (
        Corridor(at, route, place_name(route.to_place), colours[at], highways(route))
        for at, route in enumerate(routes)
    )
    return tuple(sorted(rows, key=lambda row: row.route.time_s))


def of_kind(rows: Sequence[C], kind: str) -> tuple[C, ...]:
    """Return the corridors to one kind of place; the empty kind is whatever else there is."""
    if kind:
        return tuple(row for row in rows if row.route.to_place.kind == kind)
    listed = ("province_capital", "crossing")
    return tuple(row for row in rows if row.route.to_place.kind not in listed)


def subtitle(routes: Sequence[Route], vehicles: Sequence[Text]) -> Text:
    """Say for which vehicle, season and scenario routes are: the line under a title."""
    parts = list(vehicles)
    if routes:
        season = SEASONS.get(routes[0].season)
        parts.append(text(season) if season else (routes[0].season, routes[0].season))
        parts += [text("scenario", name=name) for name in routes[0].scenario]
        if not routes[0].scenario:
            parts.append(text("base_case"))
    return joined(parts)


def home_name(area: Area, routes: Sequence[Route]) -> Text:
    """Return the name of where the routes start, or the area's where there are none."""
    return place_name(routes[0].from_place) if routes else (area.title_en, area.title_th)


def _colours(routes: Sequence[Route]) -> list[str]:
    """Colour routes by their hours."""
    times = [route.time_s for route in routes]
    breaks = hour_breaks(times)
    return [f"hours-{hour_class(time_s, breaks)}" for time_s in times]


def _hour_steps(routes: Sequence[Route]) -> list[LegendClass]:
    """Return the scale of hours, nearest first."""
    breaks = hour_breaks([route.time_s for route in routes])
    return shades(breaks, below="hours_below", between="hours_between", above="hours_above")


def _first_view(routes: Sequence[Route]) -> list[Route]:
    """Choose the routes a map shows at first: the nearer half; the rest is a click away."""
    nearest = sorted(routes, key=lambda route: route.time_s)
    return nearest[: max(FIRST, (len(nearest) + 1) // 2)]
