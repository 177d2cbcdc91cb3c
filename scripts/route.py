"""`chaidaen route`: the best way from A to B."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scripts.options import (
    WithCoordinates,
    analysis,
    check_season,
    say,
    say_touched,
    scenarios,
    trip,
    untagged,
)

if TYPE_CHECKING:
    from geo.driving.stops import Halts
    from geo.routing.legs import Leg
    from geo.routing.route import Route
    from geo.routing.schedule import Schedule

ENDINGS = {"table": "txt"}
"""Endings of written results that are not called as their format."""

MINUTE = "%Y-%m-%dT%H:%M"
"""How a time is written."""


@click.command(cls=WithCoordinates)
@click.argument("area")
@click.argument("from_", metavar="FROM")
@click.argument("to")
@click.option("--via", multiple=True, help="A place on the way; may be given again.")
@click.option(
    "--alternatives",
    type=click.IntRange(0, 5),
    default=0,
    show_default=True,
    help="How many further ways to look for.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Say what takes the time, and where the way is slowest; in JSON under `explained`.",
)
@click.option(
    "--arrive-by",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    metavar="YYYY-MM-DDTHH:MM",
    help="Local time by which to be there on 90 of a hundred days; says when to leave.",
)
@click.option(
    "--no-stops",
    is_flag=True,
    help="Driving time alone, without halts for passengers, rest and nights.",
)
@trip
@untagged
@scenarios
@analysis
def route(  # noqa: PLR0913
    *,
    area: str,
    from_: str,
    to: str,
    via: tuple[str, ...],
    alternatives: int,
    explain: bool,
    arrive_by: datetime | None,
    no_stops: bool,
    vehicle: str,
    season: str,
    depart: datetime | None,
    load: float,
    optimise: str,
    scenario: tuple[str, ...],
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
    surfaces: str,
) -> None:
    """Find the best way in AREA between two places.

    FROM and TO are a place id, a name in Thai or English, or lon,lat.
    """
    from geo.quality.rests_on import rests_on
    from geo.routes import departure_for, hours_note, notes_of, routes
    from geo.study import open_study
    from maps.base.source_notes import OF_ROADS, for_answers
    from scripts.output import emit, save_all

    study = open_study(area, roads=source, surfaces=surfaces, scenarios=scenario)
    say_touched(study.touched, lang, quiet=quiet)
    check_season(study.world.season, season)
    if depart and arrive_by:
        raise click.UsageError("--depart and --arrive-by exclude each other")
    ask = partial(
        routes,
        study,
        from_,
        to,
        via=via,
        vehicle=vehicle,
        season=season,
        load=load,
        optimise=optimise,
        alternatives=alternatives,
        halting=not no_stops,
    )
    if arrive_by:
        depart = departure_for(study, ask()[0], arrive_by)
    found = ask(departure=depart)
    if alternatives and len(found) <= alternatives:
        say(f"{len(found) - 1} other way(s) that really differ", quiet=quiet)
    text = _text(found, format_, lang, several=alternatives > 0, explain=explain)
    files: dict[Path, str | bytes] = {}
    if map_:
        from maps.base.subject import subject_of
        from maps.route.route_map import route_map
        from scripts.pictures import map_files

        subject = subject_of(study, [vehicle], season=season, lang=lang)
        files = map_files(route_map(subject, found), map_, None, quiet=quiet)
    if output:
        files[output / f"route.{ENDINGS.get(format_, format_)}"] = text
    save_all(files, overwrite=overwrite)
    emit(text)
    hours = hours_note(study, season, depart)
    aside = notes_of(study, found[0], vehicle, season)
    path = found[0].path
    own = rests_on(study, path) if path is not None else ()
    said = for_answers(study.network.source.notes, leave=OF_ROADS)
    for note in (*said, *own, *aside, *([hours] if hours else [])):
        say(note, quiet=quiet)


def _text(routes: Sequence[Route], format_: str, lang: str, *, several: bool, explain: bool) -> str:
    """Write routes, each with its times, in a format; the best stands first.

    In JSON the others stand under `alternatives`, if any were asked for.
    """
    from scripts.output import as_csv, as_geojson, as_json, route_json, route_row

    answers = [(one, _times(one.schedule)) for one in routes]
    if format_ == "json":
        best, *others = (
            {**route_json(one), **times, **({"explained": _explained(one)} if explain else {})}
            for one, times in answers
        )
        return as_json({**best, "alternatives": others} if several else best) + "\n"
    if format_ == "csv":
        return as_csv([{**route_row(one), **_flat(times)} for one, times in answers])
    if format_ == "geojson":
        return (
            as_geojson(({**route_row(r), **_flat(times)}, r.geometry) for r, times in answers)
            + "\n"
        )
    tables = [
        _table(one, times, lang) + (_why(one, lang) if explain else "") for one, times in answers
    ]
    return "\n\n".join(tables) + "\n"


def _explained(one: Route) -> dict[str, Any]:
    """Return what takes a route's time, and where it is slowest."""
    from geo.routing.reasons import shares, slowest
    from scripts.output import plain

    return {
        "shares": [plain(share) for share in shares(one.profile)],
        "slowest": [plain(stretch) for stretch in slowest(one.profile)],
    }


def _why(one: Route, lang: str) -> str:
    """Lay out what takes a route's time, and where it is slowest."""
    from geo.routing.reasons import shares, slowest
    from maps.base.i18n import text
    from maps.route.slow_stretches import PHRASES
    from scripts.output import as_table, hours

    at = 1 if lang == "th" else 0
    rows = [
        (text(PHRASES[share.limit])[at], f"{share.time:.0%}", f"{share.distance:.0%}")
        for share in shares(one.profile)
    ]
    slow = [
        (
            f"{stretch.start_m / 1000:,.1f}-{stretch.end_m / 1000:,.1f}",
            f"{stretch.speed_kph:.0f}",
            text(PHRASES[stretch.limit])[at],
        )
        for stretch in slowest(one.profile)
    ]
    p10, p50, p90 = (hours(seconds) for seconds in one.spread_s)
    return (
        f"\n\n{p10} to {p90} h on 80 of a hundred drives, {p50} h on half of them\n\n"
        + as_table(("what holds the speed", "of time", "of way"), rows)
        + "\n\n"
        + as_table(("slowest, km", "km/h", "because of"), slow, left=frozenset({0, 2}))
    )


def _times(schedule: Schedule | None) -> dict[str, Any]:
    """Return when a route begins and ends, if a departure was given."""
    if schedule is None:
        return {}
    gates = [
        {
            "crossing": gate.crossing,
            "at_gate": f"{gate.at_gate:{MINUTE}}",
            "wait_s": gate.wait_s,
            "dwell_s": gate.dwell_s,
            "why_not": gate.why_not,
        }
        for gate in schedule.gates
    ]
    arrive = f"{schedule.arrive:{MINUTE}}" if schedule.arrive else ""
    return {"depart": f"{schedule.depart:{MINUTE}}", "arrive": arrive, "gates": gates}


def _flat(times: dict[str, Any]) -> dict[str, Any]:
    """Return times for one row."""
    return {name: value for name, value in times.items() if name != "gates"}


def _table(one: Route, times: dict[str, Any], lang: str) -> str:
    """Lay out one route: its sums, then its legs; names of roads in a language if they have it."""
    from geo.routing.legs import gathered
    from scripts.output import as_table, hours

    leaves = _leaves(times) if times else ""
    scenario = f"scenario: {', '.join(one.scenario)}\n" if one.scenario else ""
    passable = f"   passable {one.passable:.0%}" if one.season == "wet" else ""
    stands = _stands(one.halts)
    head = (
        f"{one.from_place.name(lang)} → {one.to_place.name(lang)}  ({one.vehicle}, {one.season})\n"
        f"{one.distance_m / 1000:,.1f} km   {hours(one.time_s)} h   climb {one.climb_m:,.0f} m   "
        f"descent {one.descent_m:,.0f} m   steepest {one.max_grade_pct:.0f} %   "
        f"{one.fuel_l:,.1f} L   {one.co2_kg:,.0f} kg CO2   {one.cost_thb:,.0f} baht"
        f"{passable}\n{stands}{leaves}{scenario}"
        f"roads: {one.source.title}, {one.source.date or 'undated'}\n"
    )
    rows = [
        (
            _called(leg, lang),
            f"{leg.distance_m / 1000:,.1f}",
            hours(leg.time_s),
            f"{leg.climb_m:,.0f}",
            f"{leg.descent_m:,.0f}",
            f"{leg.max_grade_pct:.0f}",
        )
        for leg in gathered(one.legs)
    ]
    return head + as_table(("road", "km", "h", "climb m", "descent m", "max %"), rows)


def _called(leg: Leg, lang: str) -> str:
    """Return what a road is called: its number and name, else its kind."""
    from geo.routing.legs import STREETS
    from maps.base.i18n import text

    if leg.highway == STREETS:
        return text("town_streets")[1 if lang == "th" else 0]
    return " ".join(part for part in (leg.ref, _name(leg, lang)) if part) or leg.highway


def _stands(halts: Halts) -> str:
    """Say how much of the time the vehicle stands."""
    from scripts.output import hours

    parts = [
        f"{hours(seconds)} h {what}"
        for what, seconds in (
            ("for passengers", halts.passengers_s),
            ("of rest", halts.rests_s),
            ("of nights", halts.nights_s),
        )
        if seconds >= 30.0  # noqa: PLR2004 - what rounds to a minute
    ]
    return f"of it {', '.join(parts)}; --no-stops leaves them out\n" if parts else ""


def _leaves(times: dict[str, Any]) -> str:
    """Say when one leaves, waits at gates and arrives."""
    from scripts.output import hours

    at = [
        f"{gate['crossing']}: at the gate {gate['at_gate']}, "
        + (gate["why_not"] or f"wait {hours(gate['wait_s'])} h, pass {hours(gate['dwell_s'])} h")
        for gate in times["gates"]
    ]
    return "\n".join([f"leave {times['depart']}, arrive {times['arrive'] or '-'}", *at]) + "\n"


def _name(leg: Leg, lang: str) -> str:
    """Return the name of a leg's road in a language, or the one on its signs."""
    return (leg.name_th if lang == "th" else leg.name_en) or leg.name
