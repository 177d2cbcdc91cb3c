"""`chaidaen new`: an area of one's own, as a copy of one that works, or from files."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from scripts.kinds import FileName
from scripts.options import FILE, FOLDER, end_of_progress, say, teller


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    default=None,
    metavar="AREA",
    help="The area to copy; without --osm the fullest one by default.",
)
@click.option("--osm", type=FILE, help="Roads of the area: .osm.pbf, .osm or .osm.gz.")
@click.option(
    "--dem",
    type=FileName(),
    multiple=True,
    help="Terrain: GeoTIFF, HGT, zipped HGT, or a folder of them; may be given again.",
)
@click.option("--boundary", type=FILE, help="Polygon of the area, any vector file.")
@click.option("--output", type=FOLDER, help="Folder to put it into, instead of your own areas.")
@click.option("--quiet", is_flag=True, help="Print only where it is.")
def new(
    *,
    name: str,
    source: str | None,
    osm: Path | None,
    dem: tuple[Path, ...],
    boundary: Path | None,
    output: Path | None,
    quiet: bool,
) -> None:
    """Begin area NAME as a copy of another, or from an OpenStreetMap file, or both.

    A copy works at once; what has to be changed is marked. Numbered highways, places and
    crossings of the whole country are shared and not copied. With --osm alone the area begins
    with what the file has: roads, settlements, facilities and water; and with the shared
    tables, where they know a town in it.
    """
    from layers.area import load_area
    from layers.setup.template import MARK, new_area, read_template

    if dem and not osm:
        raise click.UsageError("--dem is the terrain of the roads of --osm, which is missing")
    if osm and output:
        raise click.UsageError("--output: an area with imported roads is one of your own areas")
    if osm and not source:
        click.echo(_imported(name, osm, dem, boundary, quiet=quiet))
        say(f"what it lacks: chaidaen check {name}", quiet=quiet)
        return
    chosen = load_area(source or read_template().copied)
    folder = new_area(name, chosen, output, boundary=boundary)
    if osm:
        try:
            _imported(name, osm, dem, None, quiet=quiet)
        except BaseException:
            # Nobody asked for a copy without its roads.
            shutil.rmtree(folder, ignore_errors=True)
            raise
    call = str(folder) if output else name
    click.echo(str(folder))
    say(f"a copy of {chosen.slug}; lines of area.toml to look at begin with {MARK!r}", quiet=quiet)
    say(f"what it lacks: chaidaen check {call}", quiet=quiet)
    if not osm:
        say(f"real roads:    chaidaen import {name} --osm FILE --dem FILE", quiet=quiet)


def _imported(
    name: str, osm: Path, dem: tuple[Path, ...], boundary: Path | None, *, quiet: bool
) -> Path:
    """Import roads, and say where the area is."""
    from layers.area import check_slug, find_areas
    from layers.errors import WriteError
    from layers.io.files import existing_file
    from layers.store.importing import Origin, import_files
    from layers.store.lock import writing_area
    from layers.store.store import imported_folder

    check_slug(name)
    existing_file(osm, "an OpenStreetMap file")
    if name in find_areas() and imported_folder(name).is_dir():
        raise WriteError(f"area {name!r} is there already; choose another name")
    try:
        with writing_area(name):
            made = import_files(
                name,
                osm,
                dem=dem,
                boundary=boundary,
                origin=Origin(shared=True),
                progress=teller(quiet=quiet),
            )
    finally:
        end_of_progress(quiet=quiet)
    return made.area.folder
