"""`chaidaen route`: the best way from A to B."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

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

ENDINGS = {"table": "txt"}
"""Endings of written results that are not called as their format."""


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
    from scripts.output import emit, save_together
    from scripts.route_text import text_of

    study = open_study(area, roads=source, surfaces=surfaces, scenarios=scenario)
    say_touched(study, lang, quiet=quiet)
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
    text = text_of(found, format_, lang, several=alternatives > 0, explain=explain)
    files: dict[Path, str | bytes] = {}
    if map_:
        from maps.base.subject import subject_of
        from maps.route.route_map import route_map
        from scripts.pictures import map_files

        subject = subject_of(study, [vehicle], season=season, lang=lang)
        files = map_files(route_map(subject, found), map_, None, quiet=quiet)
    if output:
        files[output / f"route.{ENDINGS.get(format_, format_)}"] = text
    save_together(files, overwrite=overwrite)
    emit(text)
    hours = hours_note(study, season, depart)
    aside = notes_of(study, found[0], vehicle, season)
    path = found[0].path
    own = rests_on(study, path) if path is not None else ()
    said = for_answers(study.network.source.notes, leave=OF_ROADS)
    for note in (*said, *own, *aside, *([hours] if hours else [])):
        say(note, quiet=quiet)
