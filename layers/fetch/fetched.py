"""What `chaidaen fetch` keeps: raw files of an area, and answers for tiles of the map."""

from __future__ import annotations

from pathlib import Path

from layers.area import data_folder
from layers.io.beside import sweep


def fetched_folder(area_slug: str) -> Path:
    """Return where the fetched files of an area are kept, each with a record beside it."""
    return data_folder() / "fetched" / area_slug


def tiles_folder() -> Path:
    """Return where answers for tiles are kept, whichever area asked for them."""
    return data_folder() / "cache" / "osm"


def fetched_population(area_slug: str) -> Path | None:
    """Return the raster of people that was fetched for an area, None if none was."""
    path = fetched_folder(area_slug) / "population.tif"
    return path if path.is_file() else None


def clear_leftovers(area_slug: str) -> None:
    """Take away what killed runs left half-written; what another run writes just now stays."""
    folder = fetched_folder(area_slug)
    for one in (tiles_folder(), folder, *folder.glob("*/")):
        sweep(one)
