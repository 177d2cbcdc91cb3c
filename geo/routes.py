"""Routes of a study: the best way between places, when one arrives, and the area's corridors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from geo.border.passage import crossing_time
from geo.driving.conditional import USUAL, with_hours
from geo.driving.cost import close
from geo.driving.limits import may_drive
from geo.driving.usual import GOODS
from geo.driving.vehicle import load_vehicle
from geo.routing.hourly import at_the_hours
from geo.routing.route import Route, find_routes, route_of
from geo.routing.schedule import GateStop, Schedule
from geo.routing.stops import passed_over
from geo.routing.trip import Trip
from geo.study import Study
from layers.arrays import Bools
from layers.errors import DataError, NoRoadError, NoRouteError
from layers.tables.places import Place, place_by_id, places_of

ROUNDS: Final = 5
"""How often a way is sought anew because a road on it is closed when one gets there."""


def routes(  # noqa: PLR0913 - each is a question of its own
    study: Study,
    origin: str | Place,
    destination: str | Place,
    *,
    via: Sequence[str | Place] = (),
    vehicle: str = GOODS,
    season: str = "dry",
    load: float = 1.0,
    optimise: str = "time",
    alternatives: int = 0,
    departure: datetime | None = None,
    halting: bool = True,
) -> tuple[Route, ...]:
    """Find the best way between two places, and others that really differ.

    Parameters
    ----------
    study
        The area in its world.
    origin, destination, via
        Places, or what a person would type: an id, a name in Thai or English, `lon,lat`.
    vehicle
        Its id.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    load
        0 empty, 1 full.
    optimise
        `time`, `cost` or `distance`: what the best way is best in.
    alternatives
        How many further ways are wanted, only without `via`; fewer are found where there
        are not so many.
    departure
        Local time of departure: routes then have a `schedule`.
    halting
        Whether times count the halts of the vehicle.

    Returns
    -------
    routes
        The best first.

    Raises
    ------
    UnknownNameError
        There is no such place or vehicle.
    DataError
        Coordinates out of range, or two stops in a row are the same place.
    NoRoadError
        A stop is too far from any road.
    NoRouteError
        Nothing leads from one stop to the next.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> best, = routes(study, "Mae Hong Son", "Pai", vehicle="pickup")
    >>> best.to_place.id, round(best.distance_m / 1000), best.legs[0].ref
    ('pai', 109, '1095')
    """
    stops = [
        study.place(one) if isinstance(one, str) else one for one in (origin, *via, destination)
    ]
    trip = replace(study.trip(vehicle, season, load, optimise, departure), halting=halting)
    found = find_routes(trip, stops, alternatives=alternatives)
    if departure is None:
        return found
    for _ in range(ROUNDS):
        shut = _shut_when_there(trip, found[0], departure)
        if not shut.any():
            break
        trip = replace(trip, costs=close(trip.costs, shut))
        found = find_routes(trip, stops, alternatives=alternatives)
    timed = [
        route_of(at_the_hours(trip, one.path, departure), one.path, stops) if one.path else one
        for one in found
    ]
    return tuple(replace(one, schedule=schedule(study, one, departure)) for one in timed)


def hours_note(study: Study, season: str = "dry", departure: datetime | None = None) -> str:
    """Say as at what time roads are taken whose rules hold at some hours only, empty if none do."""
    some = with_hours(study.network)
    if not some.any():
        return ""
    km = study.network.length_m[some].sum() / 1000
    at = departure or USUAL[study.season(season)]
    when = f"{at:%H:%M on %A, %d %B}" + ("" if departure else ", as nobody said when one leaves")
    return f"Rules of {km:,.1f} km of roads hold at some hours only; they are read as at {when}."


def notes_of(study: Study, route: Route, vehicle: str, season: str = "dry") -> tuple[str, ...]:
    """Say where the nearest road to a stop of a route was passed over, and why."""
    stops = (route.from_place, *route.via, route.to_place)
    return passed_over(study.trip(vehicle, season), stops)


def _shut_when_there(trip: Trip, route: Route, departure: datetime) -> Bools:
    """Say which segments of a way are closed at the hour at which one is there."""
    shut = np.zeros(len(trip.network.segments), bool)
    path = route.path
    if path is None:
        return shut
    column = path.against.astype(np.int64)
    seconds = trip.costs.time_s[path.segment, column] * (path.stop - path.start)
    before = np.cumsum(seconds) - seconds
    for piece in np.flatnonzero(with_hours(trip.network)[path.segment]).tolist():
        at = departure + timedelta(seconds=float(before[piece]))
        open_ = may_drive(trip.network, trip.vehicle, trip.season, at)
        here = path.segment[piece]
        shut[here] |= not open_[here, column[piece]]
    return shut


def schedule(study: Study, route: Route, departure: datetime) -> Schedule:
    """Say when a route begins and ends.

    At each crossing on the way one waits for the gate to open and then the median dwell.

    Parameters
    ----------
    study
        The area in the world of the route.
    route
        Which.
    departure
        Local time.

    Raises
    ------
    DataError
        Crossings lie too far from every road.
    """
    known = study.crossings if route.gates else {}
    vehicle = load_vehicle(route.vehicle)
    lost, gates = 0.0, []
    for name, after_s in route.gates:
        at_gate = departure + timedelta(seconds=after_s + lost)
        passage = crossing_time(known[name], vehicle, at_gate)
        lost += passage.total_s
        gates.append(
            GateStop(name, at_gate, None, None, str(passage.refusal))
            if passage.refusal
            else GateStop(name, at_gate, passage.wait_s, passage.dwell_s + passage.transload_s)
        )
    shut = any(gate.why_not for gate in gates)
    arrive = None if shut else departure + timedelta(seconds=route.time_s + lost)
    return Schedule(departure, arrive, tuple(gates))


def departure_for(study: Study, route: Route, arrive_by: datetime) -> datetime:
    """Return when to leave so as to be there by an hour on 90 of a hundred days.

    The time that 90 of a hundred drives stay within, and the waits at gates on the way.

    Parameters
    ----------
    study
        The area in the world of the route.
    route
        Which.
    arrive_by
        Local time.

    Raises
    ------
    DataError
        A gate on the way does not let the vehicle through at any hour tried.
    """
    late = timedelta(seconds=route.spread_s[2] - route.time_s)
    leave = arrive_by - late - timedelta(seconds=route.time_s)
    for _ in range(ROUNDS if route.gates else 0):
        planned = schedule(study, route, leave)
        if planned.arrive is None:
            why = next(gate.why_not for gate in planned.gates if gate.why_not)
            raise DataError(f"nobody arrives by {arrive_by:%Y-%m-%dT%H:%M}: {why}")
        over = planned.arrive + late - arrive_by
        if over <= timedelta(0):
            break
        leave -= over
    return leave.replace(second=0, microsecond=0)


def corridor_ends(study: Study) -> tuple[Place, ...]:
    """List where an area's corridors end: its own choice of places, and open crossings.

    Without a choice of its own the province capitals count.
    """
    wanted = study.area.corridors
    places, crossings = study.tables.places, study.world.crossings
    if wanted:
        ends = [place_by_id(one, study.gazetteer) for one in wanted]
    else:
        ends = list(places_of(places[places["kind"] == "province_capital"]))
    open_ = crossings[(crossings["status"] == "open") & (crossings["goods"] != "no")]
    ends += places_of(open_.assign(kind="crossing"))
    home = study.home
    return tuple(place for place in ends if place.id != home.id)


def corridors(study: Study, *, vehicle: str = GOODS, season: str = "dry") -> tuple[Route, ...]:
    """Find the fastest way from home to every end of a corridor that a road leads to.

    Parameters
    ----------
    study
        The area in its world.
    vehicle
        Its id.
    season
        `dry` or `wet`; a season that the world sets counts before it.

    Raises
    ------
    DataError
        The area has no home.
    UnknownNameError
        There is no such vehicle, or the area names an end that there is not.
    """
    trip = study.trip(vehicle, season, 1.0, "time")
    found: list[Route] = []
    for place in corridor_ends(study):
        try:
            found += find_routes(trip, [study.home, place])
        except (NoRouteError, NoRoadError):
            continue
    return tuple(found)
