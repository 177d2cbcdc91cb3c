"""One run at a time writes an area; what a killed run left behind is put right.

The lock is one of the operating system: it goes with the process that holds it, however that
ends. The file only says who holds it; a file without a lock is a stale one and is taken over.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from layers.area import user_areas_folder
from layers.errors import BusyError, WriteError
from layers.io.beside import sweep
from layers.io.folders import old_of
from layers.io.system import lock_now, remove_locked

PATIENCE_S: Final = 2.0
"""How long a reader waits for a network that is changing places just now."""

READING: Final = ".reading-"
"""How the names of folders begin that a reader holds while roads change places."""

_LEFT_S: Final = 3600.0
"""So old is a reader's folder that nobody reads any more."""


@contextmanager
def writing_area(slug: str) -> Iterator[None]:
    """Keep other runs from writing an area while the block runs.

    Parameters
    ----------
    slug
        A checked name of an area.

    Raises
    ------
    BusyError
        Another run writes it; the message says which.
    WriteError
        The data folder cannot be written.
    """
    path = user_areas_folder() / f".lock-{slug}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _take(path, slug)
    except OSError as error:
        if isinstance(error, WriteError):
            raise
        raise WriteError(f"{path}: not written: {error.strerror or error}") from error
    try:
        _tidy(slug)
        yield
    finally:
        remove_locked(path, handle)


def settled(folder: Path) -> Path:
    """Return the folder of a network; bring it back if a run was killed while swapping it.

    Parameters
    ----------
    folder
        `network` in the folder of an area.

    Returns
    -------
    folder
        As given.
    """
    until = time.monotonic() + PATIENCE_S
    while old_of(folder).exists() and not folder.exists():
        with suppress(WriteError), writing_area(folder.parent.name):
            break
        if time.monotonic() > until:
            break
        time.sleep(0.02)
    return folder


def _take(path: Path, slug: str) -> int:
    """Open and lock a file, and write into it who we are."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if not lock_now(handle):
            who = os.read(handle, 200).decode("utf-8", "replace").strip()
            os.close(handle)
            raise BusyError(
                f"area {slug!r} is being written by another run ({who or 'just begun'}); "
                "wait until it is done"
            )
        if _is(path, handle):
            now = datetime.now(UTC).isoformat(timespec="seconds")
            os.ftruncate(handle, 0)
            os.write(handle, f"process {os.getpid()}, since {now}\n".encode())
            return handle
        os.close(handle)


def _is(path: Path, handle: int) -> bool:
    """Say whether a file is still that name: whoever held the lock may have taken it away."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(handle)
    return (there.st_ino, there.st_dev) == (here.st_ino, here.st_dev)


def _tidy(slug: str) -> None:
    """Put right what a killed run left: the old network in its place, no half-written folders."""
    folder = user_areas_folder() / slug
    network = folder / "network"
    if old_of(network).exists() and not network.exists():
        old_of(network).replace(network)
    for above in (folder.parent, folder):
        sweep(above)
    shutil.rmtree(old_of(network), ignore_errors=True)
    for left in folder.glob(f"{READING}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
