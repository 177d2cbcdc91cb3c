"""`chaidaen access`: who is how far from a hospital, a market, a school."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.access import options as access_options
from scripts.options import analysis, check_season, say, say_touched, scenarios, untagged


@click.command()
@click.argument("area")
@access_options.who
@access_options.measured
@access_options.ground
@untagged
@scenarios
@analysis
def access(  # noqa: PLR0913
    *,
    area: str,
    kind: str,
    vehicle: str,
    minutes: tuple[int, ...],
    season: str,
    population: Path | None,
    nearest: int,
    measures: tuple[str, ...],
    within: float | None,
    decay: tuple[str, tuple[float, ...]] | None,
    od: bool,
    resolution: float,
    max_minutes: int,
    rivers: Path | None,
    no_rivers: bool,
    landcover: Path | None,
    speeds: Path | None,
    days: int | None,
    friction: Path | None,
    time_: Path | None,
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
    """Compute how far every settlement of AREA is from the nearest facility, dry and wet.

    A straight walk to the road, the drive, a straight walk from it; in the rains only on
    all-season roads. Who is not reached is said so, never given a number. With --scenario
    all of it is of that world, and who loses access against today is listed.

    \b
    --measure cumulative   facilities within reach
    --measure gravity      all facilities, less the farther they are
    --measure 2sfca        what each 1000 people share within reach
    --measure e2sfca       the same, the nearer counting more
    """  # noqa: D301
    access_options.check_together(
        measures=measures,
        decay=decay,
        within=within,
        landcover=landcover,
        speeds=speeds,
        rivers=rivers,
        no_rivers=no_rivers,
    )
    if od and not output and format_ not in {"csv", "json"}:
        raise click.UsageError("--od needs --output, or --format csv or json")
    from geo.access.access import access as find_access
    from geo.study import open_study
    from maps.base.source_notes import for_answers
    from scripts.access.text import files, text
    from scripts.output import emit, refuse_existing, results, save_all

    told = [output / name for name in ("map.html", "access.gpkg", "tables.xlsx")] if output else []
    refuse_existing([*([map_] if map_ else []), *told], overwrite=overwrite)
    study = open_study(area, roads=source, surfaces=surfaces, scenarios=scenario)
    say_touched(study, lang, quiet=quiet)
    check_season(study.world.season, season)
    study = access_options.with_rivers_of(study, rivers, none=no_rivers)
    found = find_access(
        study,
        kind,
        vehicle=vehicle,
        minutes=minutes,
        nearest=nearest,
        measures=measures,
        within_minutes=within,
        decay=access_options.decay_of(*(decay or access_options.DEFAULT_DECAY)),
        population=population,
        resolution_m=resolution,
        od=od,
        progress=lambda step: say(f"… {step}", quiet=quiet),
    )
    if days or (days is None and "wet" in found.seasons):
        from geo.risk.rainy_days import DAYS, with_rainy_days

        say(f"… {days or DAYS} days of the rains", quiet=quiet)
        found = with_rainy_days(study, found, days=days or DAYS, needed=days is not None)
    if friction or time_:
        from geo.access.others import with_others

        say("… times of others", quiet=quiet)
        found = with_others(study, found, friction=friction, time=time_, resolution_m=resolution)
    if map_ or output:
        from scripts.access.files import Ground, page, save_files, view_of
        from scripts.pictures import map_files

        say(f"… the ground, in cells of {resolution:g} m", quiet=quiet)
        wanted = Ground(resolution, max_minutes, landcover, speeds)
        view = view_of(study, found, season, wanted)
        with results(output, map_, overwrite=overwrite) as (folder, drawn_map):
            written = map_files(page(study, found, view, lang), drawn_map, folder, quiet=quiet)
            if folder:
                written |= {folder / name: table for name, table in files(found).items()}
                save_files(study, found, view, folder, lang)
            save_all(written, overwrite=True)
    emit(text(study, found, format_, lang))
    if (map_ or output) and study.tables.terrain is None:
        say("No terrain is known: off the roads the ground is walked as if flat.", quiet=quiet)
    # Tables and JSON have the notes of the answer in them.
    notes = found.notes if format_ in {"csv", "geojson"} else ()
    for note in (*notes, *for_answers(study.network.source.notes)):
        say(note, quiet=quiet)
