"""Where a file is written: what may stand there, and who may read it."""

from __future__ import annotations

import stat
from pathlib import Path, PurePosixPath, PureWindowsPath

from layers.errors import WriteError


def target_of(path: Path) -> Path:
    """Return the file that is written when `path` is: that of a link, or itself.

    Raises
    ------
    WriteError
        It is a folder, a device, a pipe or a socket; nobody replaces such by a file. Or a link
        to nothing.
    """
    target = path
    if path.is_symlink():
        target = path.resolve()
        if not target.exists():
            raise WriteError(f"{path}: is a link to {target}, which is not there")
    if target.exists() and not target.is_file():
        kind = "a folder" if target.is_dir() else "a device, a pipe or a socket"
        raise WriteError(f"{path}: not written: is {kind}, and no file that may be replaced")
    return target


def lies_in(folder: Path, name: object) -> bool:
    """Say whether a name that was read somewhere is of a file in a folder, and no way out of it.

    No absolute path, drive, `..` or backslash, and no link on the way.
    """
    if not isinstance(name, str) or not name or "\\" in name or "\0" in name:
        return False
    parts = PurePosixPath(name).parts
    if ".." in parts or PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive:
        return False
    above = [folder.joinpath(*parts[:at]) for at in range(1, len(parts))]
    return not any(one.is_symlink() for one in above)


def put(made: Path, target: Path) -> None:
    """Let a new file take the place of a target, whose mode it keeps."""
    if target.exists():
        made.chmod(stat.S_IMODE(target.stat().st_mode))
    made.replace(target)
