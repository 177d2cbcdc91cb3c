"""Write a folder beside its place and swap it in: the old one stands there, or the new one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.errors import WriteError
from layers.io.beside import beside
from layers.io.files import not_written
from layers.io.system import exchange


@contextmanager
def writing_folder(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield a temporary folder that becomes `path` when the block ends well.

    Parameters
    ----------
    path
        The folder to make.
    replace
        Whether a folder that is there already gives way.

    Raises
    ------
    WriteError
        As for `layers.io.files.writing`, or the folder is there and may not be replaced.
    """
    if path.exists() and not replace:
        raise WriteError(f"{path}: is already there; --overwrite replaces it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside(path) as temporary:
            yield temporary
            swap_in(temporary, path, old_of(path))
    except OSError as error:
        raise not_written(path, error) from error


def old_of(path: Path) -> Path:
    """Return where a folder is for the moment in which another takes its place."""
    return path.with_name(f".old-{path.name}")


def swap_in(new: Path, path: Path, old: Path) -> None:
    """Put a new folder in the place of an old one, which comes back if that fails.

    Linux and macOS swap the two at once. Elsewhere there is a moment without either, in which
    a killed run leaves the old one at `old`: whoever comes next puts it back.

    Parameters
    ----------
    new
        The folder to put there; where the two were swapped, the old one lies there now.
    path
        Its place; nothing needs to be there.
    old
        Beside it.
    """
    if path.is_dir() and exchange(new, path):
        return
    if path.exists():
        shutil.rmtree(old, ignore_errors=True)
        path.replace(old)
    try:
        new.replace(path)
    finally:
        # Also when a person stops the program just here.
        if old.exists() and not path.exists():
            old.replace(path)
    shutil.rmtree(old, ignore_errors=True)
