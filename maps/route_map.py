"""The map of one route and its alternatives, with elevation profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geo.route import Route
from layers.area import Area
from layers.errors import DataError
from layers.network import RoadNetwork
from maps import figures, overlays
from maps.charts import elevation_profile
from maps.corridors import highways, place_name, subtitle
from maps.i18n import Text, known, text
from maps.leaflet import MapParts, offline_map, render
from maps.lines import bounds_of
from maps.page import page

COLOURS = ("route-1", "route-2", "route-3", "route-4")


@dataclass(frozen=True)
class Way:
    """One of the routes: what a reader sees of it beside its line."""

    route: Route
    label: Text
    colour: str
    refs: str
    profile: Markup


def route_map(
    *,
    area: Area,
    network: RoadNetwork,
    routes: Sequence[Route],
    lang: str,
    vehicle_title: Text,
) -> str:
    """Draw one route and its alternatives as a page of their own.

    Parameters
    ----------
    area
        The area; its boundary is read.
    network
        The roads, drawn below.
    routes
        The best first, then alternatives between the same places.
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
        There is no route to draw.
    UnknownNameError
        There is no such language.
    """
    if not routes:
        raise DataError("route map: no route was given")
    ways = [_way(at, route) for at, route in enumerate(routes)]
    first = routes[0]
    return page(
        "route.html",
        title=text(
            "route_title", start=place_name(first.from_place), end=place_name(first.to_place)
        ),
        lang=known(lang),
        parts=_parts(area, network, ways),
        subtitle=subtitle(routes, vehicle_title),
        area=area,
        network=network,
        ways=ways,
    )


def _parts(area: Area, network: RoadNetwork, ways: Sequence[Way]) -> MapParts:
    """Draw the ways on a map, finer than corridors: readers look closely at one route."""
    drawn = [way.route for way in ways]
    made = offline_map(bounds_of(route.geometry for route in drawn))
    layers = (
        overlays.boundary(area),
        overlays.roads(network),
        overlays.routes(drawn, [way.colour for way in ways], tolerance_deg=0.0001),
        overlays.ends(drawn),
    )
    for layer in layers:
        layer.add_to(made)
    return render(made)


def _way(at: int, route: Route) -> Way:
    label = text("way_best") if at == 0 else text("way_other", number=str(at))
    heights = route.profile.elevation_m
    profile = elevation_profile(
        route.profile.distance_m,
        heights,
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
        bands=[(leg.distance_m, leg.ref) for leg in route.legs],
    )
    return Way(route, label, COLOURS[at % len(COLOURS)], highways(route), profile)
