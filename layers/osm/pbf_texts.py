"""Texts of an `.osm.pbf` file that would lead osmium astray are met before it reads the file."""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path

from layers.errors import DataError
from layers.osm.pbf_nodes import OddPbfError, PbfBombError, fields, osm_blobs

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
        There is such a text, or a blob unpacks to far more than roads do.
    """
    state = path.stat()
    wrong = _wrong(path, state.st_mtime_ns, state.st_size)
    if wrong:
        raise DataError(f"{path}: is damaged or no OpenStreetMap file: {wrong}")


@lru_cache(maxsize=4)
def _wrong(path: Path, _changed: int, _size: int) -> str:
    """Say what is wrong with a file, empty if nothing is, or nothing that osmium does not tell."""
    try:
        return "a text has a zero byte" if any(map(_zeros_in, osm_blobs(path))) else ""
    except PbfBombError as error:
        return str(error)
    except (OddPbfError, IndexError, ValueError, OSError, zlib.error):
        return ""


def _zeros_in(blob: bytes) -> bool:
    """Tell whether a text of a block has a zero byte."""
    for number, table in fields(blob):
        # The first text is empty, and its length the one zero byte that most tables have.
        if number == _STRINGS and isinstance(table, bytes) and table.count(0) > 1:
            return any(isinstance(text, bytes) and 0 in text for _, text in fields(table))
    return False
