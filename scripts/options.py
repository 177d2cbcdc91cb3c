"""Options that several commands share, and what they check."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from geo.driving.usual import GOODS
from scripts.kinds import FileName, LocalTime, NewFile, Number

if TYPE_CHECKING:
    from geo.study import Study

F = TypeVar("F", bound=Callable[..., Any])

FORMATS: Final = ("table", "json", "csv", "geojson")
LANGUAGES: Final = ("en", "th")
FILE: Final = FileName(dir_okay=False)
NEW_FILE: Final = NewFile()
FOLDER: Final = FileName(file_okay=False)


class WithCoordinates(click.Command):
    """A command whose arguments may be coordinates: `-0.5,42.5` is a point, no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep points from being taken for options; a leading space does not matter in them."""
        points = [f" {arg}" if re.match(r"-[\d.]+\s*[,;]", arg) else arg for arg in args]
        return super().parse_args(ctx, points)


def known_vehicle(ctx: click.Context, param: click.Parameter, value: str) -> str:  # noqa: ARG001
    """Refuse the id of a vehicle that there is not, as wrong usage."""
    from geo.driving.vehicle import load_vehicle
    from layers.errors import UnknownNameError

    try:
        return load_vehicle(value).id
    except UnknownNameError as error:
        raise click.BadParameter(str(error)) from error


def kind_of(ctx: click.Context, param: click.Parameter, value: str) -> str:  # noqa: ARG001
    """Return the kind of facility that is called so, in English or Thai."""
    from layers.tables.facility_kinds import kind_named

    return kind_named(value)


def kinds_of(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds of facilities that are called so; given twice is given once."""
    return tuple(dict.fromkeys(kind_of(ctx, param, one) for one in value))


def known_vehicles(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse ids of vehicles that there are not, as wrong usage; given twice is given once."""
    return tuple(dict.fromkeys(known_vehicle(ctx, param, one) for one in value))


def language(told: str, *, default: str = "en") -> Callable[[F], F]:
    """Add `--lang`; `told` is its help."""
    return click.option(
        "--lang", type=click.Choice(LANGUAGES), default=default, show_default=True, help=told
    )


def analysis(command: F) -> F:
    """Add the options of every analysis verb."""
    for option in reversed(
        (
            click.option(
                "--format",
                "format_",
                type=click.Choice(FORMATS),
                default="table",
                show_default=True,
                help="How results are printed.",
            ),
            click.option(
                "--map",
                "map_",
                type=NEW_FILE,
                help="Write a map to this file: a page; .png and .svg are pictures.",
            ),
            click.option("--output", type=FOLDER, help="Write results into this folder too."),
            click.option("--overwrite", is_flag=True, help="Replace files that are there."),
            click.option("--quiet", is_flag=True, help="No progress and no messages."),
            language("Language shown first."),
            click.option(
                "--source",
                type=click.Choice(["osm", "strategic"]),
                default=None,
                help="Force one source of roads; imported ones are preferred.",
            ),
        )
    ):
        command = option(command)
    return command


def untagged(command: F) -> F:
    """Add the option that says what roads are taken for that nobody tagged."""
    option = click.option(
        "--surfaces",
        type=click.Choice(["cautious", "likely", "hopeful"]),
        default="likely",
        show_default=True,
        help="What minor roads and tracks are taken for whose surface nobody tagged.",
    )
    return option(command)


def scenarios(command: F) -> F:
    """Add the option that names scenarios."""
    option = click.option(
        "--scenario",
        "scenario",
        multiple=True,
        metavar="NAME",
        help="A scenario's id or TOML file; may be given again.",
    )
    return option(command)


def home(command: F) -> F:
    """Add the option that names where an area's corridors start."""
    option = click.option(
        "--home",
        metavar="PLACE",
        help="Where corridors start: an id or a name.  [default: the area's "
        "own home, else its largest settlement]",
    )
    return option(command)


def trip(command: F) -> F:
    """Add the options that say who travels and when."""
    for option in reversed(
        (
            click.option(
                "--vehicle",
                callback=known_vehicle,
                default=GOODS,
                show_default=True,
                help="Id of a vehicle.",
            ),
            click.option(
                "--season",
                type=click.Choice(["dry", "wet"]),
                default="dry",
                show_default=True,
                help="Dry or rainy season.",
            ),
            click.option(
                "--depart",
                type=LocalTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
                help="Local time of departure; adds the arrival, and counts the traffic by hour.",
            ),
            click.option(
                "--load",
                type=Number(0, 1),
                default=1.0,
                show_default=True,
                help="0 empty, 1 full.",
            ),
            click.option(
                "--optimise",
                type=click.Choice(["time", "cost", "distance"]),
                default="time",
                show_default=True,
                help="What the best way is best in.",
            ),
        )
    ):
        command = option(command)
    return command


def say(text: str, *, quiet: bool) -> None:
    """Print a message to stderr unless it is unwanted."""
    if not quiet:
        from scripts.words import said

        click.echo(said(text), err=True)


def teller(*, quiet: bool) -> Callable[[str], None]:
    """Return what tells progress to stderr.

    Text after a dot says how far a step is: on a terminal it takes the place of the last,
    elsewhere a step is told once.
    """
    last = ""

    def tell(text: str) -> None:
        nonlocal last
        step, same = (words.partition(" · ")[0] for words in (text, last))
        if not quiet and sys.stderr.isatty():
            over = "\r\x1b[K" if last and step == same else "\n" if last else ""
            click.echo(f"{over}… {text}", err=True, nl=False)
        elif step != same:
            say(f"… {step}", quiet=quiet)
        last = text

    return tell


def end_of_progress(*, quiet: bool) -> None:
    """End the line of a `teller` on a terminal."""
    if not quiet and sys.stderr.isatty():
        click.echo("", err=True)


def say_touched(study: Study, lang: str, *, quiet: bool) -> None:
    """Say what each change of the scenarios of a study touched."""
    if not study.touched:
        return
    from maps.base.change_words import change_text, with_names
    from maps.base.names import names_in
    from scripts.words import said

    names = names_in(study, study.touched)
    for one in study.touched:
        ending = "" if one.segments == 1 else "s"
        roads = f"{one.km:,.1f} km in {one.segments:,} segment{ending}" if one.segments else ""
        change = change_text(with_names(one.change, names, lang), lang)
        told = [change, *([said(roads)] if roads else [])]
        say(f"{one.scenario}: {': '.join(told)}", quiet=quiet)


def check_season(set_: str, season: str) -> None:
    """Refuse a season that was asked for where a scenario sets the other one."""
    ctx = click.get_current_context()
    asked = ctx.get_parameter_source("season") is click.core.ParameterSource.COMMANDLINE
    if asked and set_ and set_ != season:
        raise click.UsageError(f"--season {season}: a scenario sets the season to {set_}")
