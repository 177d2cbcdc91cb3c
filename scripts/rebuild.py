"""`chaidaen rebuild`: an area's derived files, from its tables, rasters and OSM files."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.kinds import FileName
from scripts.options import FILE, end_of_progress, teller


@click.command()
@click.argument("area")
@click.option("--osm", type=FILE, help="All roads in and around the area: writes its roads.")
@click.option("--main", type=FILE, help="Main roads around; used beyond the extent of --osm.")
@click.option("--land", type=FILE, help="Polygons of the home country, any vector file.")
@click.option(
    "--dem",
    type=FileName(),
    multiple=True,
    help="Make the area's first terrain rasters from these, in the order of its area.toml.",
)
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def rebuild(
    *,
    area: str,
    osm: Path | None,
    main: Path | None,
    land: Path | None,
    dem: tuple[Path, ...],
    quiet: bool,
) -> None:
    """Write derived files of AREA again: its terrain rasters or, with --osm, its roads."""
    from layers.area import load_area

    found = load_area(area)
    if osm is None:
        from layers.tables.terrain_table import rebuild_terrain
        from layers.terrain.own import write_own_terrain

        if main is not None or land is not None:
            raise click.UsageError("--main and --land go with --osm")
        for path, grain in write_own_terrain(found, dem):
            click.echo(f"{path}: terrain every {grain:,.0f} m, {path.stat().st_size:,} bytes")
        if dem and found.layers.elevation_grid is None:
            return
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
