"""The map of one route and its alternatives, with what limits the speed along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import folium
from markupsafe import Markup

from geo.routing.route import Route
from layers.area import Area
from layers.errors import DataError
from layers.roads.network import RoadNetwork
from maps.base import figures, overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, known, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, ground, legend, sign
from maps.base.lines import bounds_of
from maps.base.subject import Subject, highways, place_name
from maps.picture.sheet import Sheet, sheet
from maps.route.corridor_map import subtitle
from maps.route.hover import page_data
from maps.route.profile_chart import way_chart
from maps.route.slow_stretches import FAR_RUNS, Run, runs
from maps.route.way_picture import way_picture

COLOURS = ("route-1", "route-2", "route-3", "route-4")

TOLERANCE_DEG = 0.0001
"""Lines are drawn finer than those of corridors: readers look closely at one route."""


@dataclass(frozen=True)
class Way:
    """One of the routes: what a reader sees of it beside its line."""

    route: Route
    label: Text
    colour: str
    refs: str
    passable: str
    runs: tuple[Run, ...]
    chart: Markup
    picture: Markup


def route_map(subject: Subject, routes: Sequence[Route]) -> Sheet:
    """Draw one route and its alternatives as a page of their own.

    Parameters
    ----------
    subject
        What the map is of.
    routes
        The best first, then alternatives between the same places.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    DataError
        There is no route to draw.
    UnknownNameError
        There is no such language.
    """
    if not routes:
        raise DataError("route map: no route was given")
    ways = [_way(at, route, known(subject.lang)) for at, route in enumerate(routes)]
    first = routes[0]
    return sheet(
        "route.html",
        made=_drawn(subject.area, subject.network, ways),
        title=text(
            "route_title", start=place_name(first.from_place), end=place_name(first.to_place)
        ),
        lang=subject.lang,
        subtitle=subtitle(routes, subject.vehicles),
        legends=_legends(ways),
        charts={f"way_{at}": way.picture for at, way in enumerate(ways, start=1)},
        area=subject.area,
        network=subject.network,
        ways=ways,
        season=first.season,
        data=page_data(
            [route.profile for route in routes],
            [route.geometry for route in routes],
            [(way.runs, runs(way.route.profile, most=FAR_RUNS)) for way in ways],
            tolerance_deg=TOLERANCE_DEG,
        ),
    )


def _drawn(area: Area, network: RoadNetwork, ways: Sequence[Way]) -> folium.Map:
    """Draw the ways on a map, each in its own colour; the page colours one by its limits."""
    drawn = [way.route for way in ways]
    made = offline_map(bounds_of(route.geometry for route in drawn))
    layers = (
        *backdrop(area),
        overlays.roads(network),
        overlays.routes(drawn, [way.colour for way in ways], tolerance_deg=TOLERANCE_DEG),
        overlays.ends(drawn),
    )
    for layer in layers:
        layer.add_to(made)
    return made


def _legends(ways: Sequence[Way]) -> list[Legend]:
    """Explain the lines, each with its highways, kilometres and hours."""
    lines = [
        sign("swatch", _sums(way.label, way.refs, way.route), colour=way.colour) for way in ways
    ]
    return [legend(lines, text("ways")), legend(ground(), text("legend"))]


def _sums(label: Text, refs: str, route: Route) -> Text:
    km = text("km_value", value=figures.km(route.distance_m))
    hours = text("hours_value", value=figures.hours(route.time_s))
    english, thai = (
        f"{label[at]} ({refs}): {_held(km[at])}, {_held(hours[at])}" for at in range(2)
    )
    return english, thai


def _held(said: str) -> str:
    """Keep a number and its unit in one line."""
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def _way(at: int, route: Route, lang: str) -> Way:
    label = text("way_best") if at == 0 else text("way_other", number=str(at))
    heights = route.profile.elevation_m
    stretches = runs(route.profile)
    chart = way_chart(
        route,
        stretches,
        title=text("profile_title", way=label),
        description=text(
            "profile_description",
            km=figures.km(route.distance_m),
            low=figures.whole(float(heights.min())),
            high=figures.whole(float(heights.max())),
            climb=figures.whole(route.climb_m),
            descent=figures.whole(route.descent_m),
            steepest=figures.percent(route.max_grade_pct),
        ),
        lang=lang,
    )
    return Way(
        route,
        label,
        COLOURS[at % len(COLOURS)],
        highways(route),
        figures.whole(route.passable * 100),
        stretches,
        chart,
        way_picture(route, stretches, text("profile_title", way=label)),
    )
