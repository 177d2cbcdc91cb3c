"""Where things are written before they are whole: folders beside their place, of one run each.

A run holds its folder as long as it lives. What is found beside and nobody holds was left by a
run that was killed, and goes.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from layers.io.system import hold, is_held, let_go

WRITING: Final = ".writing-"
"""How the names of files and folders begin that are not whole yet."""

OWN: Final = "lock"
"""A folder with such a file is of `layers.io.results`, which may have the only copy in it."""

_NAME: Final = re.compile(rf"{re.escape(WRITING)}.+-[0-9a-f]{{12}}(\.\w+)?", re.DOTALL)

_EVERY_S: Final = 5.0
"""So often at most a folder is looked through, for it may hold thousands of files."""

_swept: dict[Path, float] = {}


def name_beside(target: Path) -> Path:
    """Return a name beside a target that nothing has."""
    return target.with_name(f"{WRITING}{target.name}-{secrets.token_hex(6)}")


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Yield a new folder beside a target, which goes after the block; leftovers go before.

    It may be renamed or exchanged in the block: then what has its name goes.

    Raises
    ------
    OSError
        The folder may not be written, or the disk is full.
    """
    sweep_now_and_then(target.parent)
    made, handle = _made(target)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if made.exists():
            # A disk that failed for a moment; where nothing changes, nobody sweeps here soon.
            shutil.rmtree(made, ignore_errors=True)
        let_go(handle)


def sweep(folder: Path) -> None:
    """Take away what killed runs left half-written in a folder; what somebody holds stays."""
    try:
        with os.scandir(folder) as entries:
            left = [Path(entry) for entry in entries if _NAME.fullmatch(entry.name)]
    except OSError:
        return
    for one in left:
        if one.is_symlink() or (one / OWN).exists() or is_held(one):
            continue
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)


def sweep_now_and_then(folder: Path) -> None:
    """Sweep a folder, unless that was just done."""
    now = time.monotonic()
    if now - _swept.get(folder, -_EVERY_S) >= _EVERY_S:
        _swept[folder] = now
        sweep(folder)


def _made(target: Path) -> tuple[Path, int]:
    """Make a folder and hold it."""
    while True:
        made = name_beside(target)
        made.mkdir()
        handle = hold(made)
        # Another run may have taken it for a leftover before it was held.
        if handle is not None and made.is_dir():
            return made, handle
        let_go(handle)
