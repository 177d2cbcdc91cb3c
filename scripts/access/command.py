"""`chaidaen access`: who is how far from a hospital, a market, a school."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.access import options as access_options
from scripts.options import analysis, say


@click.command()
@click.argument("area")
@access_options.who
@access_options.measured
@access_options.ground
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
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
) -> None:
    """Compute how far every settlement of AREA is from the nearest facility, dry and wet.

    A straight walk to the road, the drive, a straight walk from it; in the rains only on
    all-season roads. Who is not reached is said so, never given a number.

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
    from geo.access.nearest import named, people_raster, with_people, with_quality
    from geo.access.supply import Asked
    from geo.study import open_study
    from layers.store.facilities import facilities, settlements
    from layers.store.store import has_terrain
    from scripts.access.answer import answer_of
    from scripts.access.text import files, text
    from scripts.output import emit, save_all

    study = open_study(area, roads=source)
    goals = named(facilities(study.area, kind))
    people = with_quality(study, named(settlements(study.area)))
    if raster := people_raster(study, people, population):
        people = with_people(study, people, raster)
        say(f"… people counted on {raster}", quiet=quiet)
    say(f"… {len(people)} settlements to {len(goals)} of {kind}, dry and wet", quiet=quiet)
    how = access_options.decay_of(*(decay or access_options.DEFAULT_DECAY))
    asked = Asked(measures, within or minutes[len(minutes) // 2], how)
    answer = answer_of(study, people, goals, vehicle, minutes, nearest, asked, od=od)
    if map_ or output:
        from scripts.access.files import Wanted, page, picture, save_files
        from scripts.pictures import map_files

        say(f"… the ground, in cells of {resolution:g} m", quiet=quiet)
        wanted = Wanted(kind, vehicle, season, minutes, resolution, max_minutes, rivers,
                        landcover, speeds, no_rivers)  # fmt: skip
        made = picture(study, wanted, goals, answer.tables)
        written = map_files(page(study, made, lang), map_, output, quiet=quiet)
        if output:
            written |= {output / name: table for name, table in files(answer).items()}
        save_all(written, overwrite=overwrite)
        if output:
            save_files(study, made, output)
    emit(text(answer, format_))
    if (map_ or output) and not has_terrain(study.area):
        say("No terrain is known: off the roads the ground is walked as if flat.", quiet=quiet)
    for note in (*answer.notes, *study.network.source.notes):
        say(note, quiet=quiet)
