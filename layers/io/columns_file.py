"""Columns of whole numbers in one small file: differences, bytes by weight, zstd.

A file is the line `MAGIC`, a line with the length and checksum of the head, the head (JSON:
`about`, and for each column its kind, number, place, size and checksum), then the columns. A
column is written in five steps, and read in the same ones backwards:

1. whole numbers of 64 bits;
2. if its rows are in some order, the difference of each to the one before it;
3. zigzag, so that small negative numbers are small: 0, -1, 1, -2 become 0, 1, 2, 3;
4. as few bytes as the largest needs, all lowest bytes first, then all second ones, and so on;
5. zstd.

The same columns make the same bytes, wherever zstd is of the same version.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from layers.arrays import Ints
from layers.errors import DataError
from layers.io.files import existing_file

MAGIC: Final = b"chaidaen columns 1\n"
LEVEL: Final = 19
"""How hard zstd tries: 5 MB take it 2 s, and reading is as fast as at any other level."""
_LINE: Final = 25


@dataclass(frozen=True, eq=False)
class Columns:
    """What a file of columns holds.

    Attributes
    ----------
    columns
        By name, shape (rows,) each.
    about
        What else was written, plain JSON.
    """

    columns: Mapping[str, Ints]
    about: Mapping[str, Any]


def packed_columns(
    columns: Mapping[str, NDArray[Any]],
    about: Mapping[str, Any],
    *,
    ordered: frozenset[str] = frozenset(),
    level: int = LEVEL,
) -> bytes:
    """Return a file of columns.

    Parameters
    ----------
    columns
        Whole numbers or booleans by name.
    about
        What else is to be written, plain JSON.
    ordered
        Names of columns whose neighbours are near to each other.
    level
        Of zstd, 1 to 22.
    """
    codec = pa.Codec("zstd", compression_level=level)
    listed: dict[str, Any] = {}
    parts: list[bytes] = []
    at = 0
    for name, values in columns.items():
        numbers = np.asarray(values).astype(np.int64)
        if name in ordered:
            numbers = np.diff(numbers, prepend=np.int64(0))
        raw = _planes(numbers)
        data = codec.compress(raw, asbytes=True)
        listed[name] = {
            "rows": len(numbers),
            "bytes": len(raw) // max(len(numbers), 1),
            "ordered": name in ordered,
            "at": at,
            "size": len(data),
            "check": zlib.crc32(data),
        }
        parts.append(data)
        at += len(data)
    table = {"about": dict(about), "columns": listed, "size": at}
    head = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join([MAGIC, _line(head), head, *parts])


def read_columns(path: Path, what: str) -> Columns:
    """Read a file that `packed_columns` made.

    Parameters
    ----------
    path
        The file.
    what
        What it should be, for messages.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is damaged, or something else.
    """
    raw = existing_file(path, what).read_bytes()
    if not raw.startswith(MAGIC):
        raise DataError(f"{path}: is damaged or not {what}")
    try:
        return _parsed(raw)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, OverflowError) as error:
        raise DataError(f"{path}: is damaged ({error})") from error


def _planes(numbers: Ints) -> bytes:
    """Return numbers as bytes, the lowest of all first."""
    zigzag = ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)
    most = int(zigzag.max(initial=0))
    width = max(1, (most.bit_length() + 7) // 8)
    by_byte = zigzag.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width]
    return np.ascontiguousarray(by_byte.T).tobytes()


def _numbers(raw: bytes, rows: int, width: int, *, ordered: bool) -> Ints:
    """Return the numbers of `_planes`."""
    wide = np.zeros((rows, 8), np.uint8)
    wide[:, :width] = np.frombuffer(raw, np.uint8).reshape(width, rows).T
    zigzag = wide.view("<u8").ravel()
    numbers = (zigzag >> 1).astype(np.int64) ^ -(zigzag & 1).astype(np.int64)
    return np.cumsum(numbers) if ordered else numbers


def _line(head: bytes) -> bytes:
    return f"{len(head):12d}{zlib.crc32(head):12d}\n".encode()


def _parsed(raw: bytes) -> Columns:
    """Take a file apart; a `ValueError` where anything in it is not as it was written."""
    start = len(MAGIC) + _LINE
    line = raw[len(MAGIC) : start]
    head = raw[start : start + int(line[:12])]
    if line != _line(head):
        raise ValueError("its head is not as it was written")
    table = json.loads(head)
    first = start + len(head)
    if len(raw) != first + table["size"]:
        raise ValueError("it is cut off")
    codec = pa.Codec("zstd")
    columns = {}
    for name, one in table["columns"].items():
        data = raw[first + one["at"] : first + one["at"] + one["size"]]
        if zlib.crc32(data) != one["check"]:
            raise ValueError(f"column {name!r} is not as it was written")
        rows, width = int(one["rows"]), int(one["bytes"])
        plain = codec.decompress(data, rows * width, asbytes=True) if rows else b""
        columns[name] = _numbers(plain, rows, width, ordered=bool(one["ordered"]))
    return Columns(columns, table["about"])
