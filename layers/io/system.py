"""What Windows, macOS and Linux do differently, in one place: locks, open files, folders swapped.

Windows lets nobody remove or rename a file that is open, and locks ranges of bytes that others
may then not read; elsewhere names and open files are apart, and locks are only asked about.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

_HERE: Final = -100
"""AT_FDCWD of Linux: paths are as usual."""

_SWAP: Final = 2
"""RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS."""

_DAY_S: Final = 86_400.0
"""So old is what nobody writes any more, where a system cannot tell who does."""

_BYTE: Final = 1 << 20
"""The byte that is locked on Windows, beyond any text that others read."""

if sys.platform == "win32":
    import msvcrt

    NAMES_ARE_HELD: Final = True

    def lock_now(handle: int) -> bool:
        """Lock an open file; say whether nobody else has it. Closing it gives it back."""
        at = os.lseek(handle, 0, os.SEEK_CUR)
        os.lseek(handle, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, at, os.SEEK_SET)
        return True

    def hold(folder: Path) -> int | None:  # noqa: ARG001
        """Hold a new folder: here nobody can, and -1 is returned."""
        return -1

    def is_held(path: Path) -> bool:
        """Say whether somebody may be writing a file or folder."""
        return _is_new(path)

else:
    import fcntl

    NAMES_ARE_HELD: Final = False

    def lock_now(handle: int) -> bool:
        """Lock an open file; say whether nobody else has it. Closing it gives it back."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def hold(folder: Path) -> int | None:
        """Hold a new folder until the handle is let go.

        None where somebody else holds it or took it away, -1 where its disk knows no locks.
        """
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            held = lock_now(handle)
        except OSError:
            os.close(handle)
            return -1
        if not held:
            os.close(handle)
            return None
        return handle

    def is_held(path: Path) -> bool:
        """Say whether somebody holds a file or folder, or may hold it."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return True
        try:
            return not lock_now(handle)
        except OSError:
            return _is_new(path)
        finally:
            os.close(handle)


def let_go(handle: int | None) -> None:
    """Give back what `hold` gave."""
    if handle is not None and handle >= 0:
        os.close(handle)


def _is_new(path: Path) -> bool:
    """Say whether a file or folder was changed within a day."""
    try:
        return time.time() - path.stat().st_mtime < _DAY_S
    except OSError:
        return True


def remove_locked(path: Path, handle: int) -> None:
    """Take away a file that this process has locked, and close it."""
    if NAMES_ARE_HELD:
        os.close(handle)
        with suppress(OSError):  # a third run may hold it by now
            path.unlink()
    else:
        # While it is locked: whoever waits for it finds that its name is gone.
        path.unlink(missing_ok=True)
        os.close(handle)


def numbered(path: Path) -> tuple[os.stat_result, int]:
    """Return a file's number, which goes to no other file until the handle is closed.

    The handle is -1 where there is none to close: on Windows a number never comes back, and
    an open file would keep others from replacing it.
    """
    if NAMES_ARE_HELD:
        return path.stat(), -1
    handle = os.open(path, os.O_RDONLY)
    return os.fstat(handle), handle


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change names at once; say whether that was done."""
    if NAMES_ARE_HELD:
        return False
    system = ctypes.CDLL(None)
    names = os.fsencode(one), os.fsencode(other)
    at_once, in_macos = (getattr(system, name, None) for name in ("renameat2", "renamex_np"))
    if at_once is not None:
        failed = at_once(_HERE, names[0], _HERE, names[1], _SWAP)
    elif in_macos is not None:
        failed = in_macos(*names, _SWAP)
    else:
        return False
    # A file system that cannot is left to two renames, which tell what else is wrong.
    return not failed


def user_name() -> str:
    """Tell the users of one machine apart."""
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
