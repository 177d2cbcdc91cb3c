"""`chaidaen report`: the whole report of an area in one folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.options import FOLDER, known_vehicle, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.route import Route, Trip
    from layers.places import Place
    from scripts.session import Session


@click.command()
@click.argument("area")
@click.option("--vehicle", callback=known_vehicle, default="truck_10w", show_default=True,
              help="Id of a vehicle.")  # fmt: skip
@click.option("--season", type=click.Choice(["dry", "wet"]), default="dry", show_default=True,
              help="Dry or rainy season.")  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "th"]), default="th", show_default=True,
              help="Language shown first; the page has both.")  # fmt: skip
@click.option("--output", type=FOLDER, help="Folder to write; output/AREA by default.")
@click.option("--source", type=click.Choice(["osm", "strategic"]),
              help="Force one source of roads; imported ones are preferred.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def report(  # noqa: PLR0913
    *,
    area: str,
    vehicle: str,
    season: str,
    lang: str,
    output: Path | None,
    source: str | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write the report of AREA: freight corridors to provinces and crossings."""
    from layers.crossings import read_crossings
    from layers.places import place_by_id, read_places
    from maps.corridors import corridor_map
    from maps.report import report_page
    from scripts.output import as_csv, route_row, save_all
    from scripts.session import open_area

    session = open_area(area, source)
    folder = output or Path("output") / session.area.slug
    trip = session.trip(vehicle, season, 1.0, "time")
    home = place_by_id(session.home(), session.gazetteer)
    say(f"… routes from {home.name_en}", quiet=quiet)
    routes, unreachable = _corridors(session, trip, home)
    say("… maps and tables", quiet=quiet)
    titles = (trip.vehicle.title_en, trip.vehicle.title_th)
    crossings, places = read_crossings(session.area), read_places(session.area)
    page = report_page(
        area=session.area,
        network=session.network,
        routes=routes,
        crossings=crossings,
        places=places,
        unreachable=unreachable,
        lang=lang,
        created=_today(),
        vehicle_title=titles,
    )
    alone = corridor_map(
        area=session.area,
        network=session.network,
        routes=routes,
        crossings=crossings,
        places=places,
        lang=lang,
        vehicle_title=titles,
    )
    files = {
        "index.html": page,
        "corridors.html": alone,
        "corridors.csv": as_csv([route_row(route) for route in routes]),
    }
    save_all({folder / name: text for name, text in files.items()}, overwrite=overwrite)
    for place, why in unreachable:
        say(f"  not reached: {place.name_en}: {why}", quiet=quiet)
    click.echo(f"{folder / 'index.html'}: {len(routes)} corridors by {vehicle}")


def _corridors(
    session: Session, trip: Trip, home: Place
) -> tuple[list[Route], list[tuple[Place, str]]]:
    """Route from home to every corridor's end, and say which are not reached and why."""
    from geo.route import find_routes
    from layers.errors import NoRoadError, NoRouteError

    metric = trip.metric()
    routes: list[Route] = []
    unreachable: list[tuple[Place, str]] = []
    for place in _ends(session, home):
        try:
            routes += find_routes(trip, [home, place], metric=metric)
        except (NoRouteError, NoRoadError) as error:
            unreachable.append((place, str(error)))
    return routes, unreachable


def _ends(session: Session, home: Place) -> Sequence[Place]:
    """List the ends of corridors: the area's own choice of places, and open crossings."""
    from layers.crossings import read_crossings
    from layers.places import place_by_id, places_of, read_places

    wanted = session.area.corridors
    if wanted:
        ends = [place_by_id(one, session.gazetteer) for one in wanted]
    else:
        places = read_places(session.area)
        ends = list(places_of(places[places["kind"] == "province_capital"]))
    crossings = read_crossings(session.area)
    freight = crossings[(crossings["status"] == "open") & (crossings["goods"] != "no")]
    ends += places_of(freight.assign(kind="crossing"))
    return [place for place in ends if place.id != home.id]


def _today() -> str:
    """Return the date of the report; `SOURCE_DATE_EPOCH` fixes it for a replay."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now().astimezone()
    return now.date().isoformat()
