"""Options of `chaidaen risk`, in groups, and what they check."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from geo.driving.usual import GOODS, PEOPLE
from scripts.kinds import Number
from scripts.options import FILE, kinds_of, known_vehicle

if TYPE_CHECKING:
    from geo.risk.closure_days import HazardFile
    from geo.routing.stretch import Stretch

F = TypeVar("F", bound=Callable[..., Any])

HAZARD = re.compile(r"(flood|landslide)(?::(\d+(?:\.\d+)?))?=(.+)")


def read_links(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    value: tuple[str, ...],
) -> tuple[Stretch, ...]:
    """Read `1095:150-160` or `1095 km 150-160`; anything else is wrong usage."""
    from geo.routing.stretch import read_stretch
    from layers.errors import DataError

    try:
        return tuple(map(read_stretch, value))
    except DataError as error:
        raise click.BadParameter(str(error)) from error


def read_hazard_files(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    value: tuple[str, ...],
) -> tuple[HazardFile, ...]:
    """Read `flood:100=FILE` or `landslide=FILE`; anything else is wrong usage."""
    from geo.risk.closure_days import HazardFile

    found = []
    for one in value:
        match = HAZARD.fullmatch(one)
        years = float(match[2]) if match and match[2] else math.nan
        flood = match is not None and match[1] == "flood"
        if match is None or flood != (years >= 1):
            raise click.BadParameter(
                f"{one!r} is neither flood:YEARS=FILE (metres of water) nor landslide=FILE (0 to 1)"
            )
        found.append(HazardFile(match[1], years, Path(match[3])))
    floods = [one.years for one in found if one.kind == "flood"]
    if len(set(floods)) < len(floods):
        raise click.BadParameter("two rasters of floods have the same return period")
    return tuple(found)


def who(command: F) -> F:
    """Add the options that say who goes where."""
    return _add(
        command,
        click.option(
            "--demand",
            type=click.Choice(["people", "tonnes", "both"]),
            default="both",
            show_default=True,
            help="What must get through.",
        ),
        click.option(
            "--to",
            multiple=True,
            callback=kinds_of,
            help="Where people go: hospital, market …, capital (the area's home), city "
            "(the next province capital), or a place; may be given again.  "
            "[default: hospital, market, capital, city]",
        ),
        click.option(
            "--vehicle",
            callback=known_vehicle,
            default=PEOPLE,
            show_default=True,
            help="Id of what people go with.",
        ),
        click.option(
            "--truck",
            callback=known_vehicle,
            default=GOODS,
            show_default=True,
            help="Id of what carries the tonnes.",
        ),
        click.option(
            "--trips",
            type=Number(0, 20, min_open=True),
            help="Trips of each person per day to each of these.  [default: fitted to counts]",
        ),
        click.option(
            "--population",
            type=FILE,
            help="Raster of people (any GeoTIFF), each counted where they live.",
        ),
        click.option(
            "--season",
            type=click.Choice(["dry", "wet"]),
            default="dry",
            show_default=True,
            help="Season of the ranking; the rains are drawn anyway.",
        ),
    )


def chance(command: F) -> F:
    """Add the options of the rains and of hazards."""
    return _add(
        command,
        click.option(
            "--samples",
            type=click.IntRange(0, 1_000_000),
            default=1000,
            show_default=True,
            help="Days of the rains that are drawn; 0 for none.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(0),
            default=1,
            show_default=True,
            help="The same seed draws the same days.",
        ),
        click.option(
            "--hazard",
            "hazards",
            multiple=True,
            callback=read_hazard_files,
            metavar="KIND=FILE",
            help="A raster: flood:YEARS=FILE, metres of water once in so many years, or "
            "landslide=FILE, 0 to 1; may be given again.",
        ),
    )


def storms(command: F) -> F:
    """Add the options of storms."""
    return _add(
        command,
        click.option(
            "--storm",
            "in_storms",
            is_flag=True,
            help="Also draw days on which links near one another fail together.",
        ),
        click.option(
            "--correlation",
            type=Number(0, 1),
            help="How alike the luck of links beside one another is, with --storm.  [default: 0.6]",
        ),
        click.option(
            "--reach",
            type=Number(2, 1000),
            metavar="KM",
            help="Where that has fallen to 37 %, with --storm.  [default: 10]",
        ),
    )


def what_if(command: F) -> F:
    """Add the options that ask what happens if one fails."""
    return _add(
        command,
        click.option(
            "--link",
            "links",
            multiple=True,
            callback=read_links,
            metavar="REF:KM-KM",
            help="What if this stretch fails: 1095:150-160; may be given again, all fail together.",
        ),
        click.option(
            "--days",
            type=Number(0, 365, min_open=True),
            help="For so many days.  [default: 1]",
        ),
    )


def _add(command: F, *options: Callable[[F], F]) -> F:
    for option in reversed(options):
        command = option(command)
    return command
