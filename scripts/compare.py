"""`chaidaen compare`: what scenarios change against the base, and whether they pay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scripts.options import FILE, analysis, known_vehicle, say, scenarios

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.compare_critical import Weak
    from scripts.compare_figures import Compared
    from scripts.compare_money import Traffic
    from scripts.compare_sides import Asked, Trips
    from scripts.session import Session

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
    from geo.economic_rules import read_economics
    from scripts.compare_money import keys_of, rules_of, traffic
    from scripts.compare_sides import Asked, trips_of
    from scripts.compare_text import text
    from scripts.output import emit
    from scripts.session import changed, open_area

    if map_ or output:
        from scripts.compare_files import refuse_existing

        refuse_existing(map_, output, overwrite=overwrite)
    base = open_area(area, source)
    rules = read_economics(economics) if economics else rules_of(base.area)
    groups = [scenario] if together else [(one,) for one in dict.fromkeys(scenario)]
    worlds = [(group, changed(base, group)) for group in groups]
    asked = Asked(vehicles, seasons, kinds)
    wanted = [(vehicle, season, 1.0) for vehicle in vehicles for season in seasons]
    known = None
    if "economics" not in skip:
        wanted += keys_of(rules, seasons[0]).values()
    say("… today", quiet=quiet)
    trips = trips_of(base, wanted)
    if "economics" not in skip:
        known = traffic(base, trips, seasons[0], rules)
    found, notes = _all(base, worlds, asked, trips, known, skip=skip, quiet=quiet)
    notes += _notes(base, known)
    if map_ or output:
        from scripts.compare_files import save

        say("… maps and tables", quiet=quiet)
        save(base, found, known, asked, map_, output, lang=lang, overwrite=overwrite)
    emit(text(base, found, known, notes, format_=format_, lang=lang))
    for note in base.network.source.notes:
        say(note, quiet=quiet)


def _all(  # noqa: PLR0913
    base: Session,
    worlds: Sequence[tuple[tuple[str, ...], Session]],
    asked: Asked,
    before: Trips,
    known: Traffic | None,
    *,
    skip: tuple[str, ...],
    quiet: bool,
) -> tuple[list[Compared], list[str]]:
    """Compare every world with the base; return notes on what is not there, too."""
    from geo.scenario_file import read_scenarios
    from scripts.compare_critical import criticality
    from scripts.compare_figures import Compared, days_of, figures
    from scripts.compare_money import freight, freight_change, links, money
    from scripts.compare_sides import compared, trips_of

    season = asked.seasons[0]
    notes: list[str] = []
    today = None if "criticality" in skip else _weak(base, asked, notes)
    usual = None if "freight" in skip else freight(base, season)
    found = []
    for group, world in worlds:
        name = " + ".join(world.scenario)
        say(f"… {name}", quiet=quiet)
        after = trips_of(world, before, base=before)
        tables = compared(base, before, after, asked)
        hauls = None if usual is None else freight_change(usual, freight(world, season))
        judged = money(base, world, known, after) if known and known.known else None
        read = [one for one in read_scenarios(base.area, group) if one.id in world.scenario]
        titles = [" + ".join(one.title(lang) for one in read) for lang in ("en", "th")]
        first = (asked.vehicles[0], season, 1.0)
        rows = links(base, world, (before[first], after[first]), judged)
        later = _weak(world, asked, notes) if today else None
        weak = (today, later) if today and later else None
        told = figures(tables, hauls, judged, weak, days=days_of(world.touched))
        lost = criticality(*weak) if weak else None
        found.append(
            Compared(name, (titles[0], titles[1]), world, tables, told, hauls, rows, judged, lost)
        )
    return found, notes


def _weak(session: Session, asked: Asked, notes: list[str]) -> Weak | None:
    """Lose every link of a world in turn; where nobody goes anywhere, note why."""
    from layers.errors import DataError
    from scripts.compare_critical import weak

    try:
        return weak(session, asked.vehicles[0], asked.seasons[0])
    except DataError as error:
        name = " + ".join(session.scenario) or session.area.slug
        notes.append(f"No loss of corridors in {name}: {error}.")
        return None


def _notes(base: Session, known: Traffic | None) -> list[str]:
    """Say what weakens the figures."""
    notes = [
        (
            "Mean minutes are of those reached before and after, whose base may differ by "
            "scenario; who lives along a closed road counts as cut off. A product one of whose "
            "harvests loses its market has no mean. Corridors are lost one link at a time, for "
            "the trips of people that `chaidaen risk` has by default; who is cut off "
            "makes no hours."
        )
    ]
    if known and not known.known:
        notes.append(
            f"No economics: {base.area.slug} has no table of counted traffic whose roads are "
            "there (`traffic` under [layers] of its area.toml)."
        )
    if known and known.known:
        notes.append(
            "Trips are estimated by gravity between places and fitted to counts; beside each "
            "count stands what the model gives, also when it does not know that count: that is "
            "how far it may be off on roads where nobody counts."
        )
        notes.append(
            "Prices are market prices; accidents, noise, land and the environment are not in "
            "the economics. What a season or a closure costs is told per day, not as a project."
        )
    return notes
