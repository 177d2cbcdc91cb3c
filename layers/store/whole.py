"""Read a folder of roads that another run may replace meanwhile: one network or the other."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from layers.errors import DataError
from layers.io.folders import old_of
from layers.io.system import numbered
from layers.store.lock import READING, settled

Read = TypeVar("Read")

STORED: Final = "network.json"
"""What a folder of roads says of itself; the first file to be read."""

PATIENCE_S: Final = 20.0
"""How long a reader goes on whose roads change places again and again."""


def read_whole(folder: Path, read: Callable[[Path], Read]) -> Read:
    """Read several files of a folder, all of one network.

    A folder is replaced as a whole, but its files are opened one after another. So a reader
    looks afterwards whether the folder is still the one that it began with, and if not holds
    all files of the next, by links of its own, and reads these. Where nothing was replaced,
    nothing is read twice.

    Parameters
    ----------
    folder
        `network` in the folder of an area.
    read
        Reads what is wanted of it.

    Returns
    -------
    answer
        What `read` made of one network.

    Raises
    ------
    DataError
        The folder is damaged, or is replaced without end.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        settled(folder)
        with _watched(folder) as same:
            try:
                answer = read(folder)
            except Exception:  # a file that was there a moment ago fails in many ways
                if same():
                    raise
            else:
                if same():
                    return answer
        with suppress(OSError), _held(folder) as held:
            if held is not None:
                return read(held)
        if time.monotonic() > until:
            raise DataError(f"{folder}: is being replaced again and again; try later")
        time.sleep(0.01)


@contextmanager
def _watched(folder: Path) -> Iterator[Callable[[], bool]]:
    """Yield what says whether a folder is still the one that it was at the beginning."""
    path = folder / STORED
    try:
        before, handle = numbered(path)
    except OSError:
        yield lambda: not path.exists() and not old_of(folder).exists()
        return
    try:
        yield lambda: _is(path, before)
    finally:
        if handle >= 0:
            os.close(handle)


def _is(path: Path, before: os.stat_result) -> bool:
    """Say whether a name leads to the file that it led to."""
    try:
        return os.path.samestat(before, path.stat())
    except OSError:
        return False


@contextmanager
def _held(folder: Path) -> Iterator[Path | None]:
    """Yield a folder of links to the files of one moment, which nobody takes away.

    None where another folder took its place just now, or the disk knows no links.
    """
    with tempfile.TemporaryDirectory(
        prefix=READING, dir=folder.parent, ignore_cleanup_errors=True
    ) as made:
        with _watched(folder) as same:
            try:
                for path in folder.iterdir():
                    os.link(path, Path(made, path.name))
                held = Path(made) if same() else None
            except (OSError, NotImplementedError):
                held = None
        yield held
