"""`chaidaen risk`: which road must not fail, and who is cut off when it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.options import analysis, check_season, say, say_touched, scenarios
from scripts.risk import options as risk_options

if TYPE_CHECKING:
    from geo.risk.closure_days import HazardFile
    from geo.risk.failure import Stretch
    from maps.picture.sheet import Sheet


@click.command()
@click.argument("area")
@risk_options.who
@risk_options.chance
@risk_options.what_if
@scenarios
@analysis
def risk(  # noqa: PLR0913
    *,
    area: str,
    demand: str,
    to: tuple[str, ...],
    vehicle: str,
    truck: str,
    trips: float | None,
    population: Path | None,
    season: str,
    samples: int,
    seed: int,
    hazards: tuple[HazardFile, ...],
    links: tuple[Stretch, ...],
    days: float | None,
    scenario: tuple[str, ...],
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
) -> None:
    """Rank the roads of AREA by what their loss costs, and say who is cut off.

    Every link is lost in turn: the hours of all who then take longer, people and tonnes
    together, and those cut off apart. Then the rains are drawn day by day, and hazards say
    how often each link is shut and what keeping it open is worth.

    \b
    chaidaen risk AREA --link 1095:150-160 --days 7   what if this one fails
    """  # noqa: D301
    if days is not None and not links:
        raise click.UsageError("--days goes with --link")
    if to and demand == "tonnes":
        raise click.UsageError("--to says where people go; --demand is tonnes")
    if population and demand == "tonnes":
        raise click.UsageError("--population counts people; --demand is tonnes")
    from geo.study import open_study
    from scripts.output import emit
    from scripts.risk.answer import failing, ranking, roads_of
    from scripts.risk.files import failure_page, page, save
    from scripts.risk.text import text

    study = open_study(area, roads=source, scenarios=scenario)
    say_touched(study.touched, lang, quiet=quiet)
    check_season(study.world.season, season)
    roads, notes = roads_of(
        study, demand, to, vehicle, truck, trips, season, population=population, quiet=quiet
    )
    if links:
        answer = failing(roads, links, days or 1.0, lang, notes)
    else:
        say(f"… {len(roads.chain)} links, each lost in turn; {samples} days of rain", quiet=quiet)
        answer = ranking(roads, hazards, samples, seed, lang, notes)

    def draw() -> Sheet:
        if links:
            return failure_page(roads, answer, links, days or 1.0)
        return page(roads, answer)

    save(roads, answer, draw, map_=map_, output=output, overwrite=overwrite, quiet=quiet)
    emit(text(answer, format_))
    for note in study.network.source.notes:
        say(note, quiet=quiet)
