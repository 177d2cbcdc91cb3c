"""Everything that the tables of an area may be read from, as one hash."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from layers.area import SHARED, Area, user_areas_folder
from layers.io.files import fingerprint


def inputs_fingerprint(area: Area) -> str:
    """Hash the files of an area, its own, those of its import and those all areas share.

    Parameters
    ----------
    area
        The area.
    """
    folders = (area.folder, SHARED, user_areas_folder() / area.slug)
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    own = (getattr(area.layers, one.name) for one in fields(area.layers))
    for value in own:
        paths = value if isinstance(value, tuple) else (value,)
        found |= {path for path in paths if isinstance(path, Path) and path.is_file()}
    files = tuple(sorted(found))
    return fingerprint(area, *files, files=files)
