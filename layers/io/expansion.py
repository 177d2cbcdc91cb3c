"""Refuse files that unpack to far more than anybody's roads or terrain: zip bombs."""

from __future__ import annotations

import bz2
import gzip
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from layers.errors import DataError

SMALL: Final = 256 * 1024**2
"""Bytes that any file may unpack to; a tile of sea packs a thousand to one."""

RATIO: Final = 100
"""Larger files may unpack to so many times their size; OpenStreetMap XML packs 10 to 30 to one."""

MOST: Final = 64 * 1024**3
"""Bytes that no file may unpack to; the XML of a large country is about 20 GB."""

PACKED: Final = (".gz", ".bz2")
_CHUNK: Final = 4 * 1024**2


def check_packed(path: Path) -> None:
    """Unpack a `.gz` or `.bz2` file, a piece at a time, and look how much it is.

    Parameters
    ----------
    path
        Any file; others are let through.

    Raises
    ------
    DataError
        It unpacks to more than `SMALL` and `RATIO` times its size, or more than `MOST`.
    """
    if path.suffix.lower() in PACKED:
        state = path.stat()
        _unpacked(path, state.st_size, state.st_mtime_ns)


def check_archive(path: Path, archive: zipfile.ZipFile, members: list[str]) -> None:
    """Look how much members of a ZIP file say that they unpack to; errors as `check_packed`."""
    sizes = [archive.getinfo(name).file_size for name in members]
    _allow(path, path.stat().st_size, sum(sizes))


@lru_cache(maxsize=64)
def _unpacked(path: Path, size: int, _: int) -> None:
    """Count the bytes of a file; kept, since one import opens it several times."""
    total = 0
    try:
        packed = gzip.GzipFile(path) if path.suffix.lower() == ".gz" else bz2.BZ2File(path)
        with packed as stream:
            while piece := stream.read(_CHUNK):
                total += len(piece)
                _allow(path, size, total)
    except (OSError, EOFError, zlib.error):
        return  # damaged: who reads it says how


def _allow(path: Path, packed: int, unpacked: int) -> None:
    """Refuse what unpacks to too much."""
    if unpacked > MOST or unpacked > max(SMALL, RATIO * packed):
        raise DataError(
            f"{path}: its {packed:,} bytes unpack to more than {unpacked / 1e6:,.0f} MB; refused, "
            f"since map data never grow to {RATIO} times their size, nor to {MOST / 1e9:,.0f} GB"
        )
