"""`chaidaen compare`: what scenarios change against the base, and whether they pay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from scripts.options import FILE, analysis, known_vehicle, say, scenarios

KINDS: Final = ("hospital", "provinces")
SKIPPED: Final = ("freight", "economics", "criticality")


def known_vehicles(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse ids of vehicles that there are not, as wrong usage."""
    return tuple(dict.fromkeys(known_vehicle(ctx, param, one) for one in value))


def once(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001
    """Keep what was given twice once."""
    return tuple(dict.fromkeys(value))


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is compared for whom."""
    for option in reversed(
        (
            click.option("--together", is_flag=True,
                         help="All scenarios at once; by default each for itself."),
            click.option("--vehicle", "vehicles", multiple=True, callback=known_vehicles,
                         default=("pickup",), show_default=True,
                         help="Who travels; may be given again."),
            click.option("--season", "seasons", type=click.Choice(["dry", "wet"]), multiple=True,
                         callback=once, default=("dry",), show_default=True,
                         help="When; may be given again. Traffic is that of the first."),
            click.option("--to", "kinds", multiple=True, callback=once, default=KINDS,
                         show_default=True,
                         help="hospital, market, school … or provinces; may be given again."),
            click.option("--economics", type=FILE,
                         help="Your own assumptions in place of the area's or the shipped ones."),
            click.option("--skip", type=click.Choice(SKIPPED), multiple=True,
                         help="Leave out what takes longest; may be given again."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("area")
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
    skip: tuple[str, ...],
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
) -> None:
    """Compare scenarios of AREA with the base, side by side.

    Travel times and costs between places, people within reach, freight of each product,
    the use of every link, and the economics with every assumption.
    """
    if not scenario:
        raise click.UsageError("--scenario NAME is missing: what is to be compared?")
    from geo.compare.access import Asked, trips_of
    from geo.compare.economics import keys_of, traffic
    from geo.rules.reading import read_rules
    from geo.study import open_study
    from layers.area import load_area
    from scripts.compare.answer import caveats, compare_all
    from scripts.compare.text import text
    from scripts.output import emit

    if map_ or output:
        from scripts.compare.files import refuse_existing

        refuse_existing(map_, output, overwrite=overwrite)
    base = open_study(area, roads=source, rules=read_rules(load_area(area), economics=economics))
    rules = base.rules.economics
    groups = [scenario] if together else [(one,) for one in dict.fromkeys(scenario)]
    worlds = [(group, base.with_scenarios(*group)) for group in groups]
    asked = Asked(vehicles, seasons, kinds)
    wanted = [(vehicle, season, 1.0) for vehicle in vehicles for season in seasons]
    known = None
    if "economics" not in skip:
        wanted += keys_of(rules, seasons[0]).values()
    say("… today", quiet=quiet)
    trips = trips_of(base, wanted)
    if "economics" not in skip:
        known = traffic(base, trips, seasons[0], rules)
    found, notes = compare_all(base, worlds, asked, trips, known, skip=skip, quiet=quiet)
    notes += caveats(base, known)
    if map_ or output:
        from scripts.compare.files import save

        say("… maps and tables", quiet=quiet)
        save(base, found, known, asked, map_, output, lang=lang, overwrite=overwrite, quiet=quiet)
    emit(text(base, found, known, notes, format_=format_, lang=lang))
    for note in base.network.source.notes:
        say(note, quiet=quiet)
