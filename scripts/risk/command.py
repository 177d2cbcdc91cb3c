"""`chaidaen risk`: which road must not fail, and who is cut off when it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scripts.options import analysis, check_season, say, say_touched, scenarios, untagged
from scripts.risk import options as risk_options

if TYPE_CHECKING:
    from geo.risk.closure_days import HazardFile
    from geo.risk.failure import Failure
    from geo.risk.risk import Criticality
    from geo.routing.stretch import Stretch


@click.command()
@click.argument("area")
@risk_options.who
@risk_options.chance
@risk_options.storms
@risk_options.what_if
@untagged
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
    in_storms: bool,
    correlation: float | None,
    reach: float | None,
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
    surfaces: str,
) -> None:
    """Rank the roads of AREA by what their loss costs, and say who is cut off.

    Every link is lost in turn: the hours of all who then take longer, people and tonnes
    together, and those cut off apart. Then the rains are drawn day by day, and hazards say
    how often each link is shut and what keeping it open is worth.

    \b
    chaidaen risk AREA --link 1095:150-160 --days 7   what if this one fails
    chaidaen risk AREA --storm                        days on which several fail
    """  # noqa: D301
    if days is not None and not links:
        raise click.UsageError("--days goes with --link")
    if not in_storms and (correlation is not None or reach is not None):
        raise click.UsageError("--correlation and --reach go with --storm")
    if in_storms and (links or not samples):
        raise click.UsageError("--storm draws days: it goes neither with --link nor --samples 0")
    if to and demand == "tonnes":
        raise click.UsageError("--to says where people go; --demand is tonnes")
    if population and demand == "tonnes":
        raise click.UsageError("--population counts people; --demand is tonnes")
    from geo.risk.failure import link_failure
    from geo.risk.risk import criticality
    from geo.rules.risk import storm_of
    from geo.study import open_study
    from maps.base.source_notes import for_answers
    from scripts.output import emit, refuse_existing
    from scripts.risk.files import page, save
    from scripts.risk.text import text

    told = [output / name for name in ("map.html", "risk.xlsx")] if output else []
    refuse_existing([*([map_] if map_ else []), *told], overwrite=overwrite)
    study = open_study(area, roads=source, surfaces=surfaces, scenarios=scenario)
    say_touched(study, lang, quiet=quiet)
    check_season(study.world.season, season)
    asked: dict[str, Any] = {
        "demand": demand,
        "to": to,
        "vehicle": vehicle,
        "truck": truck,
        "season": season,
        "trips": trips,
        "population": population,
        "progress": lambda words: say(f"… {words}", quiet=quiet),
    }
    found: Criticality | Failure
    if links:
        found = link_failure(study, links, days=days or 1.0, **asked)
    else:
        storm = storm_of(study.rules.risk.storm, correlation, reach) if in_storms else None
        found = criticality(study, hazards=hazards, days=samples, seed=seed, storm=storm, **asked)
    save(
        found,
        lambda: page(found, lang),
        lang=lang,
        map_=map_,
        output=output,
        overwrite=overwrite,
        quiet=quiet,
    )
    emit(text(found, format_, lang))
    for note in for_answers(study.network.source.notes):
        say(note, quiet=quiet)
