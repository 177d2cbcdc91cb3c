"""`chaidaen import`: an area from files alone, no internet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.kinds import FileName
from scripts.options import FILE, end_of_progress, say, teller

if TYPE_CHECKING:
    from layers.store.importing import Imported


@click.command("import")
@click.argument("name")
@click.option("--osm", type=FILE, required=True, help="Roads: .osm.pbf, .osm or .osm.gz.")
@click.option(
    "--dem",
    type=FileName(),
    multiple=True,
    help="Terrain: GeoTIFF, HGT, zipped HGT, or a folder of them; may be given again.",
)
@click.option(
    "--dem-grain",
    type=click.FloatRange(0, 50_000),
    multiple=True,
    metavar="METRES",
    help="How fine a --dem really is, if coarser than its cells; one for each, in order.",
)
@click.option("--boundary", type=FILE, help="Polygon of a new area, any vector file.")
@click.option("--overwrite", is_flag=True, help="Replace roads imported before.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How what was read, inferred, mended and left out is told.",
)
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def import_(
    *,
    name: str,
    osm: Path,
    dem: tuple[Path, ...],
    dem_grain: tuple[float, ...],
    boundary: Path | None,
    overwrite: bool,
    format_: str,
    quiet: bool,
) -> None:
    """Make area NAME from an OpenStreetMap file and terrain, or give a known area roads."""
    from layers.roads.schema import whole_turns
    from layers.store.importing import import_area
    from scripts.table import as_table

    try:
        imported = import_area(
            name,
            osm,
            dem=dem,
            dem_grain_m=dem_grain,
            boundary=boundary,
            overwrite=overwrite,
            progress=teller(quiet=quiet),
        )
    finally:
        end_of_progress(quiet=quiet)
    if format_ == "json":
        click.echo(_as_json(name, imported))
        return
    roads = imported.roads
    done = "imported" if imported.fresh else "the same files were imported before; nothing to do"
    say(f"{name}: {done}", quiet=quiet)
    for note in roads.source.notes:
        say(f"  {note}", quiet=quiet)
    if imported.tally:
        rows = [[one.step, f"{one.count:,}", one.what, one.why] for one in imported.tally]
        say(as_table(["", "number", "what", "why"], rows, left=frozenset({0, 2, 3})), quiet=quiet)
    parts = int(roads.nodes["component"].max()) + 1
    main = float(roads.length_m[roads.segments["component"] == 0].sum())
    click.echo(
        f"{name}: {len(roads.nodes):,} nodes, {len(roads.segments):,} segments, "
        f"{roads.length_m.sum() / 1000:,.1f} km ({main / roads.length_m.sum():.1%} connected, "
        f"{parts:,} parts), {whole_turns(roads.restrictions):,} turn restrictions, "
        f"{roads.source.title}, "
        f"{roads.source.date or 'undated'}; CRS {imported.area.crs}"
    )


def _as_json(name: str, imported: Imported) -> str:
    """Write what an import made and did as JSON."""
    from layers.roads.schema import whole_turns
    from scripts.output import as_json, plain

    roads = imported.roads
    return as_json(
        {
            "area": name,
            "fresh": imported.fresh,
            "crs": imported.area.crs,
            "source": plain(roads.source),
            "nodes": len(roads.nodes),
            "segments": len(roads.segments),
            "km": float(roads.length_m.sum()) / 1000,
            "parts": int(roads.nodes["component"].max()) + 1,
            "turn_restrictions": whole_turns(roads.restrictions),
            "tally": plain(imported.tally),
        }
    )
