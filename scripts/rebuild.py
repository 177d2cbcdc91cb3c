"""`chaidaen rebuild`: an area's derived files from its tables."""

from __future__ import annotations

import click


@click.command()
@click.argument("area")
def rebuild(area: str) -> None:
    """Write the derived files of AREA again: its terrain raster."""
    from layers.area import load_area
    from layers.tables.terrain_table import rebuild_terrain

    path, known, filled = rebuild_terrain(load_area(area))
    click.echo(f"{path}: {known:,} cells from the grid, {filled:,} interpolated")
