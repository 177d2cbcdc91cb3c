"""`chaidaen report`: everything of an area in one folder, told in one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from geo.driving.usual import PEOPLE
from scripts.access.options import read_minutes
from scripts.kinds import Number
from scripts.options import FOLDER, home, kinds_of, known_vehicle, language, say, untagged
from scripts.report.choices import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.study import Study
    from maps.base.i18n import Text
    from scripts.report.part import Asked, Part

PARTS: Final = ("access", "freight", "scenarios", "risk")


def _read_parts(_: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Read names of parts with commas between them."""
    wanted = tuple(dict.fromkeys(one.strip() for one in (value or "").split(",") if one.strip()))
    for one in wanted:
        if one not in PARTS:
            told = f"{one!r} is no part of the report; there are {', '.join(PARTS)}"
            raise click.BadParameter(told, param=option)
    return wanted


@click.command()
@click.argument("area", required=False)
@click.option(
    "--to",
    "kinds",
    multiple=True,
    callback=kinds_of,
    help="Kind of facility: hospital, market, school …; may be given again.  "
    f"[default: {', '.join(KINDS)}]",
)
@click.option(
    "--vehicle",
    callback=known_vehicle,
    default=PEOPLE,
    show_default=True,
    help="What people go with.",
)
@click.option(
    "--minutes",
    callback=read_minutes,
    default="30,60,120",
    show_default=True,
    help="Shares of people within so many minutes.",
)
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="A scenario's id or TOML file; may be given again.  [default: the area's own choice]",
)
@click.option(
    "--world",
    "worlds",
    multiple=True,
    metavar="NAME",
    help="Make the whole report in the world of this scenario: a closure, say; may be given "
    "again. Compares no others, and joins no history.",
)
@click.option(
    "--rank",
    is_flag=False,
    flag_value="shipped",
    metavar="[FILE]",
    help="Rank the scenarios by many criteria, those of FILE (TOML); without one by an example.",
)
@click.option(
    "--budget",
    type=Number(0, 1e13),
    help="Baht for construction: which scenarios are worth most together.",
)
@home
@click.option(
    "--skip", type=click.Choice(PARTS), multiple=True, help="Leave out a part; may be given again."
)
@click.option(
    "--only",
    metavar="PART,…",
    callback=_read_parts,
    help=f"Only these parts: {', '.join(PARTS)}.",
)
@click.option(
    "--check",
    type=FOLDER,
    metavar="DIR",
    help="Make nothing; say what changed since the report in DIR was made, and end with 1 if "
    "anything did.",
)
@click.option(
    "--resolution",
    type=Number(20, 5000),
    default=250.0,
    show_default=True,
    help="Metres of a cell of the travel-time surface.",
)
@language("Language shown first, and of pictures; pages have both.", default="th")
@click.option("--output", type=FOLDER, help="Folder to write; output/AREA by default.")
@click.option(
    "--source",
    type=click.Choice(["osm", "strategic"]),
    help="Force one source of roads; imported ones are preferred.",
)
@untagged
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def report(  # noqa: PLR0913
    *,
    area: str | None,
    kinds: tuple[str, ...],
    vehicle: str,
    minutes: tuple[int, ...],
    scenarios: tuple[str, ...],
    worlds: tuple[str, ...],
    rank: str | None,
    budget: float | None,
    home: str | None,
    skip: tuple[str, ...],
    only: tuple[str, ...],
    check: Path | None,
    resolution: float,
    lang: str,
    output: Path | None,
    source: str | None,
    surfaces: str,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write the whole report of AREA into one folder.

    Where people are far from what they need, what freight costs, what scenarios change,
    which roads must not fail: `index.html` with a page, a picture and tables of each, one
    workbook, one GeoPackage, and what it was made from.
    """
    from geo.study import open_study
    from layers.io.results import put_right
    from maps.base.source_notes import for_answers
    from scripts.output import refuse_existing
    from scripts.report.choices import kinds_of, not_compared, scenarios_of
    from scripts.report.files import ALWAYS, Made, written
    from scripts.report.part import Asked
    from scripts.report.provenance import inputs_of

    if check is not None:
        _checked(check)
        return
    if area is None:
        raise click.UsageError("Missing argument 'AREA'.")
    if worlds and scenarios:
        raise click.UsageError("--world and --scenario exclude each other: compare from today")
    if only and skip:
        raise click.UsageError("--only and --skip exclude each other")
    skip = tuple(one for one in PARTS if one not in only) if only else skip
    study = open_study(area, roads=source, surfaces=surfaces, home=home, scenarios=worlds)
    folder = output or Path("output") / "-".join((study.area.slug, *study.scenario))
    index = folder / "index.html"
    put_right(folder)
    refuse_existing([folder / name for name in ALWAYS], overwrite=overwrite)
    asked = Asked(
        kinds_of(study, kinds),
        vehicle,
        minutes,
        resolution,
        2 * max(minutes),
        () if worlds else scenarios_of(study, scenarios, skip),
        worlds,
        lang,
        quiet,
        surfaces,
        home or "",
        rank or "",
        budget,
    )
    if index.is_file() and not _since(study, asked, skip, folder, dated=True):
        click.echo(f"{index}: nothing changed since it was made")
        return
    inputs = inputs_of(study, asked)
    made, notes = _parts(study, asked, skip)
    if not scenarios and "scenarios" not in skip and not worlds:
        notes += not_compared(study, asked)
    say("… pages, pictures and tables", quiet=quiet)
    whole = Made(made, tuple(notes), skip, inputs)
    names = written(study, asked, whole, folder, overwrite=overwrite)
    at = int(lang == "th")
    for note in (*(told[at] for told in notes), *for_answers(study.network.source.notes)):
        say(note, quiet=quiet)
    click.echo(f"{index}: {', '.join(made)}; {len(names)} files")


def _since(
    study: Study, asked: Asked, skip: tuple[str, ...], folder: Path, *, dated: bool = False
) -> list[str]:
    """Say what changed since a report was made; where none can be read, that."""
    from layers.errors import DataError
    from scripts.dates import today
    from scripts.report.check import changes, followed, read_provenance
    from scripts.report.provenance import provenance

    try:
        before = read_provenance(folder)
    except DataError as error:
        return [str(error)]
    now = provenance(study, asked, skip, today().isoformat()) | {"followed": followed(study)}
    told = changes(before, now, folder)
    if dated and before.get("date") != now["date"]:
        told.append(f"date: {before.get('date')} -> {now['date']}")
    return told


def _checked(folder: Path) -> None:
    """Print what changed since the report in a folder was made."""
    from geo.study import open_study
    from scripts.report.check import read_provenance
    from scripts.report.part import Asked

    before = read_provenance(folder)
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in before["parameters"].items()
    }
    asked = Asked(**given, quiet=True)
    study = open_study(
        before["area"],
        roads="strategic" if before["roads"]["kind"] == "strategic" else "osm",
        surfaces=asked.surfaces,
        home=asked.home or None,
        scenarios=asked.worlds,
    )
    told = _since(study, asked, tuple(before["skip"]), folder)
    for line in told:
        click.echo(line)
    if told:
        raise SystemExit(1)
    click.echo(f"{folder}: nothing changed since {before['date']}")


def _parts(
    study: Study, asked: Asked, skip: tuple[str, ...]
) -> tuple[Mapping[str, Part], list[Text]]:
    """Make every part that is wanted, and say which the area has nothing for."""
    from layers.errors import DataError, NoRoadError
    from maps.base.i18n import text
    from maps.base.terminal_words import in_thai
    from scripts.report.access import access_part
    from scripts.report.choices import listed
    from scripts.report.freight import freight_part
    from scripts.report.risk import risk_part
    from scripts.report.scenarios import scenario_part

    makers = {
        "access": access_part,
        "freight": freight_part,
        "scenarios": scenario_part,
        "risk": risk_part,
    }
    made, notes = {}, []
    for name, make in makers.items():
        if name in skip or (name == "scenarios" and not asked.scenarios):
            continue
        if name == "access" and not asked.kinds:
            notes.append(text("report_no_access", kinds=listed(KINDS)))
            continue
        try:
            made[name] = make(study, asked)
        except (DataError, NoRoadError) as error:
            why = str(error), in_thai(str(error))
            notes.append(text("report_no_part", part=text(f"report_{name}"), why=why))
    if not made:
        raise DataError(
            f"nothing to report on {study.area.slug}: {'; '.join(told for told, _ in notes)}"
        )
    return made, notes
