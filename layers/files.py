"""Write files beside their place and rename them into it; hash what they hold."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.errors import DataError, MissingFileError, WriteError


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` when the block ends well.

    On any failure the temporary file goes and `path` is as it was.

    Parameters
    ----------
    path
        The file to write; its folder is made.

    Raises
    ------
    WriteError
        The disk is full, the folder may not be written, or the file is open elsewhere.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".writing-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _not_written(path, error) from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


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
        As for `writing`, or the folder is there and may not be replaced.
    """
    if path.exists() and not replace:
        raise WriteError(f"{path}: is already there; --overwrite replaces it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".writing-", dir=path.parent))
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        yield temporary
        temporary.chmod(0o755)
        _swap_in(temporary, path)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with Unix line ends, whole or not at all."""
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def existing_file(path: Path, what: str) -> Path:
    """Return `path` if it is a file.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is a folder.
    """
    if path.is_dir():
        raise DataError(f"{path}: is a folder; {what} is a file")
    if not path.is_file():
        raise MissingFileError(f"{path}: no such file; {what} was expected there")
    return path


def fingerprint(*parts: object, files: tuple[Path, ...] = ()) -> str:
    """Hash the content of files and the text of parameters.

    Parameters
    ----------
    *parts
        Parameters, by their `repr`.
    files
        Files, by their bytes; the name does not count.

    Returns
    -------
    digest
        32 hexadecimal digits of BLAKE2b.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(repr(part).encode() + b"\0")
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "blake2b").digest())
    return digest.hexdigest()


def _swap_in(temporary: Path, path: Path) -> None:
    """Put the new folder in the place of the old, which comes back if that fails."""
    old = path.with_name(f".old-{path.name}")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.replace(old)
    try:
        temporary.replace(path)
    finally:
        # Also when a person stops the program just here.
        if old.exists() and not path.exists():
            old.replace(path)
    shutil.rmtree(old, ignore_errors=True)


def _not_written(path: Path, error: OSError) -> WriteError:
    """Say in one line why a file was not written."""
    if isinstance(error, WriteError):
        return error
    return WriteError(f"{path}: not written: {error.strerror or error}")
