"""`chaidaen rebuild`: an area's derived files from its tables, and its roads from OSM files."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.options import FILE, end_of_progress, teller


@click.command()
@click.argument("area")
@click.option("--osm", type=FILE, help="All roads in and around the area: writes its roads.")
@click.option("--main", type=FILE, help="Main roads around; used beyond the extent of --osm.")
@click.option("--land", type=FILE, help="Polygons of the home country, any vector file.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def rebuild(
    *, area: str, osm: Path | None, main: Path | None, land: Path | None, quiet: bool
) -> None:
    """Write derived files of AREA again: its terrain raster or, with --osm, its roads."""
    from layers.area import load_area

    found = load_area(area)
    if osm is None:
        from layers.tables.terrain_table import rebuild_terrain

        if main is not None or land is not None:
            raise click.UsageError("--main and --land go with --osm")
        path, known, filled = rebuild_terrain(found)
        click.echo(f"{path}: {known:,} cells from the grid, {filled:,} interpolated")
        return
    from layers.store.rebuilding import rebuild_roads

    try:
        path, roads = rebuild_roads(found, osm, main=main, land=land, progress=teller(quiet=quiet))
    finally:
        end_of_progress(quiet=quiet)
    length_km = roads.segments["length_m"].sum() / 1000
    click.echo(
        f"{path}: {len(roads.segments):,} segments, {length_km:,.0f} km, "
        f"{path.stat().st_size / 1e6:.1f} MB"
    )
