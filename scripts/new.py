"""`chaidaen new`: an area of one's own, begun as a copy of one that works."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.options import FOLDER, say


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    default=None,
    metavar="AREA",
    help="The area to copy; the fullest one by default.",
)
@click.option("--output", type=FOLDER, help="Folder to put it into, instead of your own areas.")
@click.option("--quiet", is_flag=True, help="Print only where it is.")
def new(*, name: str, source: str | None, output: Path | None, quiet: bool) -> None:
    """Begin area NAME as a copy of another, with what has to be changed marked.

    The copy works at once. Numbered highways, places and crossings of the whole country are
    shared and not copied.
    """
    from layers.area import load_area
    from layers.setup.template import MARK, new_area, read_template

    chosen = load_area(source or read_template().copied)
    folder = new_area(name, chosen, output)
    call = str(folder) if output else name
    click.echo(str(folder))
    say(f"a copy of {chosen.slug}; lines of area.toml to look at begin with {MARK!r}", quiet=quiet)
    say(f"what it lacks: chaidaen check {call}", quiet=quiet)
    say(f"real roads:    chaidaen import {name} --osm FILE --dem FILE", quiet=quiet)
