"""Arrays kept between runs, each file under a hash of everything that it depends on.

A file is a text that says what is in it, then the arrays as they lie in memory, so that a
reader maps them instead of reading. What is damaged, foreign or from another version counts
as not there. Files that nobody has used for longest go when there are too many.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.area import data_folder
from layers.errors import WriteError
from layers.io.beside import sweep_now_and_then
from layers.io.files import fingerprint, writing

Arrays = Mapping[str, NDArray[Any]]

MAGIC: Final = b"chaidaen arrays 1\n"
ALIGN: Final = 64
"""Bytes to whose multiples arrays begin, as processors like them."""
LINE: Final = 25
"""Bytes of the line that says how long the head is, and its checksum."""
MOST_BYTES: Final = 3 * 2**30
"""How much is kept in all."""
KINDS: Final = frozenset("biufSU")
"""Kinds of numpy arrays that may stand in a file: nothing that runs when it is read."""


@dataclass(frozen=True, eq=False)
class Kept:
    """What a file holds.

    Attributes
    ----------
    arrays
        By name, read-only.
    about
        What else was written, plain JSON.
    """

    arrays: Arrays
    about: Mapping[str, Any]


def kept_folder() -> Path:
    """Return the folder of what is kept."""
    return data_folder() / "cache"


def code_fingerprint(*folders: Path) -> str:
    """Hash the source code and parameters in folders: another version computes anew.

    Parameters
    ----------
    folders
        Folders of modules, or single files.
    """
    files = [
        path
        for folder in folders
        for path in (sorted(folder.glob("*.*")) if folder.is_dir() else [folder])
        if path.suffix in {".py", ".toml"}
    ]
    return fingerprint(*(path.name for path in files), files=tuple(files))


def read_kept(key: str) -> Kept | None:
    """Return what is kept under a key, None if there is nothing or it is damaged."""
    path = _path(key)
    # Who only reads sweeps too: a run may have been killed right after its last file was whole.
    sweep_now_and_then(path.parent)
    try:
        raw = np.memmap(path, np.uint8, "r")
        made = _parsed(raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return made


def write_kept(key: str, arrays: Arrays, about: Mapping[str, Any] | None = None) -> bool:
    """Keep arrays under a key; say whether that worked, since a run can do without.

    Parameters
    ----------
    key
        Hash of everything that they depend on.
    arrays
        Numbers, booleans or text of fixed width.
    about
        What else is to be kept, plain JSON.
    """
    path = _path(key)
    try:
        with writing(path) as temporary, temporary.open("wb") as stream:
            for part in packed(arrays, about or {}):
                stream.write(part)
    except WriteError:
        return False
    trim(kept_folder(), MOST_BYTES)
    return True


def kept_or_made(key: str, make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays that are kept under a key, or make and keep them.

    Parameters
    ----------
    key
        Hash of everything that they depend on; empty where nobody knows, and nothing is kept.
    make
        Makes them.
    """
    if not key:
        return make()
    kept = read_kept(key)
    if kept is not None:
        return kept.arrays
    made = make()
    write_kept(key, made)
    return made


def packed(arrays: Arrays, about: Mapping[str, Any]) -> list[bytes]:
    """Return a file of arrays in pieces."""
    listed: dict[str, Any] = {}
    parts: list[bytes] = []
    at = 0
    for name, array in arrays.items():
        whole = np.ascontiguousarray(array)
        if whole.dtype.kind not in KINDS:
            raise TypeError(f"{name}: {whole.dtype} is not kept; numbers, booleans and text are")
        data = whole.tobytes()
        gap = -at % ALIGN
        at += gap
        listed[name] = [whole.dtype.str, list(whole.shape), at, zlib.crc32(data)]
        parts += [b"\0" * gap, data]
        at += len(data)
    head = json.dumps({"arrays": listed, "about": dict(about), "bytes": at}).encode()
    start = MAGIC + _line(len(head), zlib.crc32(head)) + head
    return [start + b"\0" * (-len(start) % ALIGN), *parts]


def trim(folder: Path, most_bytes: int) -> None:
    """Delete the files that were not used for longest until the others are small enough."""
    try:
        files = [(path, path.stat()) for path in folder.glob("*.arrays")]
    except OSError:
        return
    total = sum(one.st_size for _, one in files)
    for path, one in sorted(files, key=lambda pair: pair[1].st_mtime):
        if total <= most_bytes:
            return
        # Another process may map it just now, or have deleted it.
        with contextlib.suppress(OSError):
            path.unlink()
            total -= one.st_size


def _line(length: int, check: int) -> bytes:
    return f"{length:12d}{check:12d}\n".encode()


def _path(key: str) -> Path:
    return kept_folder() / f"{key}.arrays"


def _parsed(raw: NDArray[np.uint8]) -> Kept:
    """Take a file apart; a `ValueError` where anything in it is not as it was written."""
    size = len(MAGIC)
    if bytes(raw[:size]) != MAGIC:
        raise ValueError("damaged")
    start = size + LINE
    line = bytes(raw[size:start])
    length, check = (int(part) for part in line.decode().split())
    if line != _line(length, check):
        raise ValueError("damaged")
    head = bytes(raw[start : start + length])
    if zlib.crc32(head) != check:
        raise ValueError("damaged")
    table = json.loads(head)
    first = start + length + -(start + length) % ALIGN
    if len(raw) != first + table["bytes"]:
        raise ValueError("damaged")
    arrays = {}
    for name, (kind, shape, at, total) in table["arrays"].items():
        dtype = np.dtype(kind)
        if dtype.kind not in KINDS:
            raise ValueError("damaged")
        count = int(np.prod(shape)) * dtype.itemsize
        data = raw[first + at : first + at + count]
        if zlib.crc32(data.data) != total:
            raise ValueError("damaged")
        arrays[name] = np.frombuffer(data, dtype).reshape(shape)
    return Kept(arrays, table["about"])
