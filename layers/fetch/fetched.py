"""What `chaidaen fetch` keeps: raw files of an area, and answers for tiles of the map."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Final

from layers.area import data_folder
from layers.io.files import WRITING

DAY_S: Final = 86_400.0


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
    """Take away what killed runs left half-written; the lock of the area is held.

    Tiles may be those of another area that is fetched just now: theirs go after a day.
    """
    for left in list(fetched_folder(area_slug).rglob(f"{WRITING}*")):
        left.unlink(missing_ok=True)
    for left in tiles_folder().glob(f"{WRITING}*"):
        if time.time() - left.stat().st_mtime > DAY_S:
            shutil.rmtree(left, ignore_errors=True)
