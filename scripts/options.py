"""Options that several commands share, and what they check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

FORMATS: Final = ("table", "json", "csv", "geojson")
FILE: Final = click.Path(path_type=Path, dir_okay=False)
FOLDER: Final = click.Path(path_type=Path, file_okay=False)


def analysis(command: F) -> F:
    """Add the options of every analysis verb."""
    for option in reversed(
        (
            click.option("--format", "format_", type=click.Choice(FORMATS), default="table",
                         show_default=True, help="How results are printed."),
            click.option("--map", "map_", type=FILE, help="Write an HTML map to this file."),
            click.option("--output", type=FOLDER, help="Write results into this folder too."),
            click.option("--overwrite", is_flag=True, help="Replace files that are there."),
            click.option("--quiet", is_flag=True, help="No progress and no messages."),
            click.option("--lang", type=click.Choice(["en", "th"]), default="en",
                         show_default=True, help="Language shown first."),
            click.option("--source", type=click.Choice(["osm", "strategic"]), default=None,
                         help="Force one source of roads; imported ones are preferred."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def trip(command: F) -> F:
    """Add the options that say who travels and when."""
    for option in reversed(
        (
            click.option("--vehicle", default="truck_10w", show_default=True,
                         help="Id of a vehicle."),
            click.option("--season", type=click.Choice(["dry", "wet"]), default="dry",
                         show_default=True, help="Dry or rainy season."),
            click.option("--load", type=click.FloatRange(0, 1), default=1.0, show_default=True,
                         help="0 empty, 1 full."),
            click.option("--optimise", type=click.Choice(["time", "cost", "distance"]),
                         default="time", show_default=True, help="What the best way is best in."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def say(text: str, *, quiet: bool) -> None:
    """Print a message to stderr unless it is unwanted."""
    if not quiet:
        click.echo(text, err=True)
