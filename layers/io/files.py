"""Write files beside their place and rename them into it; hash what they hold."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.errors import ChaidaenError, DataError, MissingFileError, WriteError
from layers.io.beside import beside
from layers.io.system import lock_now
from layers.io.targets import put, target_of


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` when the block ends well.

    On any failure the temporary file goes, with all that a writer put beside it, and `path` is
    as it was. What a killed run left goes when the next file is written there.

    Parameters
    ----------
    path
        The file to write; its folder is made. Of a link, the file that it leads to.

    Raises
    ------
    WriteError
        The disk is full, the folder may not be written, the file is open elsewhere, or what
        is there is no file.
    """
    try:
        target = target_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside(target) as folder:
            yield folder / target.name
            put(folder / target.name, target)
    except OSError as error:
        raise not_written(path, error) from error


@contextmanager
def locked(path: Path, *, wait_s: float = 30.0) -> Iterator[None]:
    """Hold `path` for one process at a time: who reads, changes and writes it loses nothing.

    The system itself gives the lock back when a process ends, however it ends.

    Parameters
    ----------
    path
        The file to hold; a `.lock` of its name stays beside it.
    wait_s
        For how long to wait for another process.

    Raises
    ------
    WriteError
        Another process holds it for longer, or the folder may not be written.
    """
    beside = path.with_name(f".{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise not_written(path, error) from error
    try:
        until = time.monotonic() + wait_s
        while not _locked_now(path, handle):
            if time.monotonic() > until:
                raise WriteError(f"{path}: not written: another run holds it for {wait_s:g} s")
            time.sleep(0.05)
        yield
    finally:
        # Closing a file gives up its lock.
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with Unix line ends, whole or not at all."""
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes, whole or not at all."""
    with writing(path) as temporary:
        temporary.write_bytes(content)


def existing_file(path: Path, what: str) -> Path:
    """Return `path` if it is a file.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is a folder, or a pipe or a device, from which nothing is read twice.
    """
    if path.is_dir():
        raise DataError(f"{path}: is a folder; {what} is a file")
    if path.exists() and not path.is_file():
        raise DataError(f"{path}: is a device, a pipe or a socket; {what} is a file")
    if not path.is_file():
        raise MissingFileError(f"{path}: no such file; {what} was expected there")
    return path


def fingerprint(*parts: object, files: tuple[Path, ...] = ()) -> str:
    """Hash the content of files and the text of parameters.

    Parameters
    ----------
    *parts
        Parameters, by their `repr`; bytes as they are.
    files
        Files, by their bytes; the name does not count.

    Returns
    -------
    digest
        32 hexadecimal digits of BLAKE2b.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, bytes):
            digest.update(b"%d bytes\0" % len(part))
            digest.update(part)
        else:
            digest.update(repr(part).encode() + b"\0")
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "blake2b").digest())
    return digest.hexdigest()


def _locked_now(path: Path, handle: int) -> bool:
    """Lock a file; a file system without locks is told in one line."""
    try:
        return lock_now(handle)
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> OSError:
    """Say in one line why a file was not written; what is said in one line stays."""
    if isinstance(error, ChaidaenError):
        return error
    return WriteError(f"{path}: not written: {error.strerror or error}")
