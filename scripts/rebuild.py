"""`chaidaen rebuild`: an area's derived files from its tables and from rasters."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("area")
@click.option(
    "--dem",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Make the area's first terrain rasters from these, in the order of its area.toml.",
)
def rebuild(area: str, dem: tuple[Path, ...]) -> None:
    """Write the derived files of AREA again: its terrain rasters."""
    from layers.area import load_area
    from layers.tables.terrain_table import rebuild_terrain
    from layers.terrain.own import write_own_terrain

    known = load_area(area)
    for path, grain in write_own_terrain(known, dem):
        click.echo(f"{path}: terrain every {grain:,.0f} m, {path.stat().st_size:,} bytes")
    if dem and known.layers.elevation_grid is None:
        return
    path, grid, filled = rebuild_terrain(known)
    click.echo(f"{path}: {grid:,} cells from the grid, {filled:,} interpolated")
