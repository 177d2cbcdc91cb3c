"""Texts of an `.osm.pbf` file that would lead osmium astray are met before it reads the file."""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path

from layers.errors import DataError
from layers.osm.pbf_nodes import OddPbfError, fields, osm_blobs

_STRINGS = 1


def check_texts(path: Path) -> None:
    """Refuse a file one of whose texts has a zero byte within it.

    Osmium keeps texts up to such a byte and looks for the next one behind it, in memory that is
    not its own: the program would end without a word.

    Parameters
    ----------
    path
        An `.osm.pbf` file. What is damaged otherwise, osmium tells.

    Raises
    ------
    DataError
        There is such a text.
    """
    state = path.stat()
    if _has_zeros(path, state.st_mtime_ns, state.st_size):
        raise DataError(f"{path}: is damaged or no OpenStreetMap file: a text has a zero byte")


@lru_cache(maxsize=4)
def _has_zeros(path: Path, _changed: int, _size: int) -> bool:
    try:
        return any(_zeros_in(blob) for blob in osm_blobs(path))
    except (OddPbfError, IndexError, ValueError, zlib.error):
        return False


def _zeros_in(blob: bytes) -> bool:
    """Tell whether a text of a block has a zero byte."""
    for number, table in fields(blob):
        # The first text is empty, and its length the one zero byte that most tables have.
        if number == _STRINGS and isinstance(table, bytes) and table.count(0) > 1:
            return any(isinstance(text, bytes) and 0 in text for _, text in fields(table))
    return False
