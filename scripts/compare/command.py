"""`chaidaen compare`: what scenarios change against the base, and whether they pay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from geo.driving.usual import PEOPLE
from scripts.kinds import Number
from scripts.options import NEW_FILE, analysis, kinds_of, known_vehicles, say, scenarios, untagged

KINDS: Final = ("hospital", "provinces")
SKIPPED: Final = ("freight", "economics", "criticality")


def once(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001
    """Keep what was given twice once."""
    return tuple(dict.fromkeys(value))


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is compared for whom."""
    for option in reversed(
        (
            click.option(
                "--together",
                is_flag=True,
                help="All scenarios at once; by default each for itself.",
            ),
            click.option(
                "--vehicle",
                "vehicles",
                multiple=True,
                callback=known_vehicles,
                default=(PEOPLE,),
                show_default=True,
                help="Who travels; may be given again.",
            ),
            click.option(
                "--season",
                "seasons",
                type=click.Choice(["dry", "wet"]),
                multiple=True,
                callback=once,
                default=("dry",),
                show_default=True,
                help="When; may be given again. Traffic is that of the first.",
            ),
            click.option(
                "--to",
                "kinds",
                multiple=True,
                callback=kinds_of,
                default=KINDS,
                show_default=True,
                help="hospital, market, school … or provinces; may be given again.",
            ),
            click.option(
                "--economics",
                type=NEW_FILE,
                help="Your own assumptions; what they leave out is as shipped.",
            ),
            click.option(
                "--rank",
                is_flag=False,
                flag_value="shipped",
                metavar="[FILE]",
                help="Rank the scenarios by many criteria, those of FILE (TOML); without one by "
                "an example.",
            ),
            click.option(
                "--budget",
                type=Number(0, 1e13),
                help="Baht for construction: which scenarios are worth most together.",
            ),
            click.option(
                "--skip",
                type=click.Choice(SKIPPED),
                multiple=True,
                help="Leave out what takes longest; may be given again.",
            ),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.argument("area")
@untagged
@scenarios
@options
@analysis
def compare(  # noqa: PLR0913
    *,
    area: str,
    scenario: tuple[str, ...],
    together: bool,
    vehicles: tuple[str, ...],
    seasons: tuple[str, ...],
    kinds: tuple[str, ...],
    economics: Path | None,
    rank: str | None,
    budget: float | None,
    skip: tuple[str, ...],
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
    surfaces: str,
) -> None:
    """Compare scenarios of AREA with the base, side by side.

    Travel times and costs between places, people within reach, freight of each product,
    the use of every link, and the economics with every assumption.
    """
    if not scenario:
        raise click.UsageError("--scenario NAME is missing: what is to be compared?")
    from geo.compare.compare import compare as compare_scenarios
    from geo.compare.ranking import with_ranking
    from geo.rules.priorities import read_priorities
    from geo.rules.reading import read_rules
    from geo.study import open_study
    from layers.area import load_area
    from maps.base.source_notes import for_answers
    from scripts.compare.text import text
    from scripts.output import emit

    if map_ or output:
        from scripts.compare.files import refuse_existing

        refuse_existing(map_, output, overwrite=overwrite)
    priorities = None if rank is None else read_priorities(given(rank))
    base = open_study(
        area,
        roads=source,
        surfaces=surfaces,
        rules=read_rules(load_area(area), economics=economics),
    )
    found = compare_scenarios(
        base,
        scenario,
        together=together,
        vehicles=vehicles,
        seasons=seasons,
        to=kinds,
        skip=skip,
        progress=lambda step: say(f"… {step}", quiet=quiet),
    )
    found = with_ranking(found, priorities, budget)
    if map_ or output:
        from scripts.compare.files import save

        say("… maps and tables", quiet=quiet)
        save(found, map_, output, lang=lang, overwrite=overwrite, quiet=quiet)
    emit(text(found, format_=format_, lang=lang))
    for note in for_answers(base.network.source.notes):
        say(note, quiet=quiet)


def given(rank: str) -> Path | None:
    """Return the file that was named, None for the one that ships."""
    return None if rank == "shipped" else Path(rank)
