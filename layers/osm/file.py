"""An OpenStreetMap file as osmium opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import osmium

from layers.errors import DataError
from layers.io.expansion import check_packed
from layers.io.files import existing_file
from layers.osm.pbf_texts import check_texts
from layers.osm.plain import newest_pbf, plain_xml

ENDINGS: Final = {
    ".osm.pbf": "pbf",
    ".pbf": "pbf",
    ".osm": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
    ".osh.pbf": "osh.pbf",
    ".osh": "osm",
    ".osh.gz": "osm.gz",
    ".osh.bz2": "osm.bz2",
    ".json": "osm",
}
"""Endings of file names that are read, and what osmium calls them."""

OsmFile = osmium.io.File | osmium.io.FileBuffer


def osm_source(path: Path) -> OsmFile:
    """Return the file as osmium takes it.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        Its ending is unknown, it is empty, or it would unpack to far more than a file of roads.
    """
    existing_file(path, "an OpenStreetMap file")
    name = path.name.lower()
    ending = max((known for known in ENDINGS if name.endswith(known)), key=len, default=None)
    if ending is None:
        raise DataError(f"{path}: its ending is not one of {', '.join(ENDINGS)}")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: is empty")
    check_packed(path)
    plain = plain_xml(path, ending)
    if plain is not None:
        return osmium.io.FileBuffer(plain, "osm")
    if ending.endswith("pbf"):
        check_texts(path)
    if ending == ".osh.pbf":
        return osmium.io.File(str(newest_pbf(path)), "pbf")
    if str(path).isascii():
        return osmium.io.File(str(path), ENDINGS[ending])
    # On Windows osmium cannot open a path with, say, a Thai folder in it: read it for it.
    return osmium.io.FileBuffer(path.read_bytes(), ENDINGS[ending])


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what osmium says of a file into one line that names it.

    Raises
    ------
    DataError
        The file is damaged or no OpenStreetMap file.
    """
    try:
        yield
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        if isinstance(error, DataError):
            raise
        reason = str(error).rstrip(": ")
        raise DataError(f"{path}: is damaged or no OpenStreetMap file: {reason}") from error
