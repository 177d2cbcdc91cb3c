"""Routes in the report: the fastest way from home to every province and crossing."""

from __future__ import annotations

from collections.abc import Sequence

from geo.routing.route import Route, find_routes
from geo.study import Study
from layers.errors import NoRoadError, NoRouteError
from layers.tables.crossings import read_crossings
from layers.tables.places import Place, place_by_id, places_of, read_places
from maps.picture.sheet import Sheet
from maps.route.corridor_map import corridor_map
from scripts.report.part import Asked


def routes_of(study: Study, asked: Asked) -> list[Route]:
    """Find the fastest way from home to every end of a corridor that a road leads to."""
    home = study.home
    trip = study.trip(asked.vehicle, "dry", 1.0, "time")
    routes: list[Route] = []
    for place in _ends(study, home):
        try:
            routes += find_routes(trip, [home, place])
        except (NoRouteError, NoRoadError):
            continue
    return routes


def routes_sheet(
    study: Study, asked: Asked, routes: Sequence[Route], title: tuple[str, str]
) -> Sheet:
    """Draw the routes; `title` is that of the vehicle."""
    return corridor_map(
        area=study.area,
        network=study.network,
        routes=routes,
        crossings=read_crossings(study.area),
        places=read_places(study.area),
        lang=asked.lang,
        vehicle_title=title,
    )


def _ends(study: Study, home: Place) -> Sequence[Place]:
    """List the ends of corridors: the area's own choice of places, and open crossings."""
    wanted = study.area.corridors
    if wanted:
        ends = [place_by_id(one, study.gazetteer) for one in wanted]
    else:
        places = read_places(study.area)
        ends = list(places_of(places[places["kind"] == "province_capital"]))
    crossings = read_crossings(study.area)
    open_ = crossings[(crossings["status"] == "open") & (crossings["goods"] != "no")]
    ends += places_of(open_.assign(kind="crossing"))
    return [place for place in ends if place.id != home.id]
