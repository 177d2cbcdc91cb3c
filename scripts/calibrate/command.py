"""`chaidaen calibrate`: how vehicles are driven, fitted to published times and to tracks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.kinds import FileName
from scripts.options import NEW_FILE, known_vehicle, language, say

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command()
@click.argument("area")
@click.option(
    "--times",
    type=FileName(exists=True, dir_okay=False),
    help="A table of travel times; the one that ships by default.",
)
@click.option(
    "--gpx",
    multiple=True,
    type=FileName(exists=True, dir_okay=False),
    help="A track of a drive; may be given again. Alone, published times are not fitted to.",
)
@click.option(
    "--vehicle",
    default="car",
    show_default=True,
    callback=known_vehicle,
    help="What the tracks were driven with.",
)
@click.option(
    "--season",
    type=click.Choice(["dry", "wet"]),
    default="dry",
    show_default=True,
    help="When the tracks were driven.",
)
@click.option("--source", type=click.Choice(["osm", "strategic"]), help="Whose roads.")
@click.option("--no-fit", is_flag=True, help="Errors of the vehicles as they are.")
@click.option(
    "--write",
    type=NEW_FILE,
    help="A page of Markdown to write the tables into.",
)
@click.option(
    "--adopt",
    type=FileName(exists=True, file_okay=False),
    help="A folder to write the fitted vehicles into, such as `vehicles` of the user's data.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--quiet", is_flag=True, help="Say nothing besides the answer.")
@language("Language of the tables; the page of --write is in English.")
def calibrate(  # noqa: PLR0913
    *,
    area: str,
    times: Path | None,
    gpx: tuple[Path, ...],
    vehicle: str,
    season: str,
    source: str | None,
    no_fit: bool,
    write: Path | None,
    adopt: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,  # noqa: ARG001 (read by `scripts.words`)
) -> None:
    """Fit how vehicles are driven to published times or tracks on the roads of AREA.

    Prints every time with ours beside it, errors with each route left out of the fit, and what
    the vehicles' files would say. Nothing is changed without --adopt.
    """
    from geo.calibration.adopted import fitted_values
    from geo.calibration.fitting import as_they_are, fit
    from geo.calibration.observed import observe
    from geo.calibration.tracks import observe_track
    from geo.study import open_study
    from layers.io.gpx import read_gpx
    from layers.tables.travel_times import read_travel_times
    from scripts.calibrate.text import (
        HEADER,
        SUMMED,
        agreement_rows,
        error_rows,
        page,
        time_rows,
        values_text,
    )
    from scripts.output import emit, refuse_existing, save_together
    from scripts.table import as_table

    if adopt and no_fit:
        raise click.UsageError("--adopt writes what was fitted, and --no-fit fits nothing")
    # A fit takes minutes: what may not be written is told before.
    may_be = _may_be_written(adopt, None if times or not gpx else vehicle) if adopt else ()
    refuse_existing([*([write] if write else []), *may_be], overwrite=overwrite)
    study = open_study(area, roads=source)
    driven = [observe_track(study, read_gpx(one), vehicle=vehicle, season=season) for one in gpx]
    for track in driven:
        say(track.told(), quiet=quiet)
    found, left = observe(study, read_travel_times(times)) if times or not gpx else ((), ())
    for row in left:
        say(f"{row.id}: {row.why}", quiet=quiet)
    found = (*found, *(track.observation for track in driven))
    fits = (as_they_are if no_fit else fit)(study.network, found)
    values = {} if no_fit else fitted_values(fits)
    parts = [
        as_table(HEADER, time_rows(fits), ids=frozenset({0})),
        as_table(SUMMED, error_rows(fits)),
    ]
    agreeing = agreement_rows(fits)
    parts += [as_table(("published twice", *SUMMED[1:]), agreeing)] if agreeing else []
    emit("\n\n".join([*parts, *([values_text(values)] if values else [])]))
    files: dict[Path, str | bytes] = {}
    if write:
        title = study.network.source.title
        named = f" --source {source}" if source else ""
        command = f"chaidaen calibrate {area}{named}{' --no-fit' if no_fit else ''}"
        files[write] = page(title, command, fits, left)
    if adopt:
        files |= _adopted(adopt, values)
    save_together(files, overwrite=overwrite)


def _may_be_written(folder: Path, vehicle: str | None) -> tuple[Path, ...]:
    """Return the files that a fit may write: of all vehicles that are fitted, or of one group."""
    from geo.calibration.fitting import GROUPS
    from geo.driving.vehicle import find_vehicles

    known = find_vehicles()
    groups = [group for group in GROUPS.values() if vehicle is None or vehicle in group]
    names = [name for group in groups for name in group if name in known]
    return tuple(folder / known[name].name for name in names)


def _adopted(folder: Path, values: Mapping[str, Mapping[str, float]]) -> dict[Path, str | bytes]:
    """Return the files of the fitted vehicles."""
    from geo.calibration.adopted import with_values
    from geo.driving.vehicle import find_vehicles
    from layers.io.toml_file import read_utf8

    known = find_vehicles()
    return {
        folder / known[name].name: with_values(read_utf8(known[name]), own)
        for name, own in values.items()
    }
