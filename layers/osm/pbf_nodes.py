"""Nodes of an `.osm.pbf` file, block by block, as arrays: fast, and never more than one block.

A file is blobs of at most 32 MiB, each of them compressed; a block of nodes has columns of
differences, written as zigzag varints (wiki.openstreetmap.org/wiki/PBF_Format). Ways, relations and
what a writer leaves out are none of this module's business: osmium reads them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np
import pyarrow as pa

from layers.arrays import Ints
from layers.io.expansion import RATIO

HEAD_MOST: Final = 64 * 1024
BLOB_MOST: Final = 32 * 1024 * 1024
"""Bytes, by the format's definition."""

SMALL_BLOB: Final = 1024 * 1024
"""Bytes that any blob may unpack to; larger ones at most `RATIO` times what they are packed."""

_RAW, _RAW_SIZE, _ZLIB, _LZ4 = 1, 2, 3, 6
_GROUP, _GRANULARITY, _LAT_OFFSET, _LON_OFFSET = 2, 17, 19, 20
_NODE, _DENSE = 1, 2
_ID, _LAT, _LON = 1, 8, 9
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_USUAL_GRANULARITY: Final = 100
"""Nanodegrees per unit; 100 makes units of 1e-7 degrees, as osmium has them."""


class OddPbfError(ValueError):
    """The file is damaged, or written in a way that only osmium reads."""


class PbfBombError(OddPbfError):
    """A blob unpacks to far more than anybody's roads."""


class NodeBlock(NamedTuple):
    """Nodes of one block: ids, and positions in units of 1e-7 degrees; `at` is the byte after."""

    node: Ints
    x: Ints
    y: Ints
    at: int


def node_blocks(path: Path) -> Iterator[NodeBlock]:
    """Read the nodes of a file.

    Parameters
    ----------
    path
        An `.osm.pbf` file.

    Yields
    ------
    block
        In the order of the file; one without nodes is empty.

    Raises
    ------
    OddPbfError
        It cannot be read this way; osmium may read it, or say what is wrong.
    """
    try:
        with path.open("rb") as stream:
            while head := stream.read(4):
                blob = _blob(stream, int.from_bytes(head, "big"))
                parts = _parts(blob) if blob else []
                node, x, y = (
                    np.concatenate(column) if column else np.zeros(0, np.int64)
                    for column in (zip(*parts, strict=True) if parts else ((), (), ()))
                )
                yield NodeBlock(node, x, y, stream.tell())
    except (IndexError, ValueError, zlib.error) as error:
        raise OddPbfError(f"{path}: {error}") from error


def osm_blobs(path: Path) -> Iterator[bytes]:
    """Unpack the blocks of a file, one after the other; errors as they come."""
    with path.open("rb") as stream:
        while head := stream.read(4):
            if blob := _blob(stream, int.from_bytes(head, "big")):
                yield blob


def _blob(stream: BinaryIO, size: int) -> bytes:
    """Read the blob that follows in the file, empty if it is none of OpenStreetMap's data."""
    if size > HEAD_MOST:
        raise OddPbfError("a head of a blob is too large")
    head = dict(fields(stream.read(size)))
    kind, length = head.get(1), head.get(3)
    if not isinstance(length, int) or not isinstance(kind, bytes) or length > BLOB_MOST:
        raise OddPbfError("a head of a blob is damaged")
    body = stream.read(length)
    if len(body) < length:
        raise OddPbfError("the file ends within a blob")
    return _inflated(body) if kind == b"OSMData" else b""


def _inflated(body: bytes) -> bytes:
    """Return what a blob holds."""
    blob = dict(fields(body))
    raw, size = blob.get(_RAW), blob.get(_RAW_SIZE, 0)
    if isinstance(raw, bytes):
        return raw
    packed, quick = blob.get(_ZLIB), blob.get(_LZ4)
    if not isinstance(size, int) or size > BLOB_MOST:
        raise OddPbfError("a blob is too large")
    if size > SMALL_BLOB + RATIO * len(body):
        raise PbfBombError(f"a blob of {len(body):,} bytes unpacks to {size:,}")
    if isinstance(packed, bytes):
        return zlib.decompressobj().decompress(packed, max(size, 1))
    if isinstance(quick, bytes):
        unpacked: bytes = pa.Codec("lz4_raw").decompress(quick, size, asbytes=True)
        return unpacked
    raise OddPbfError("a blob is packed in another way")


def _parts(block: bytes) -> list[tuple[Ints, Ints, Ints]]:
    """Return ids and positions of every group of nodes of a block."""
    known = {number: value for number, value in fields(block) if isinstance(value, int)}
    usual = known.get(_GRANULARITY, _USUAL_GRANULARITY) == _USUAL_GRANULARITY
    if not usual or known.get(_LAT_OFFSET) or known.get(_LON_OFFSET):
        raise OddPbfError("positions have another unit")
    found = []
    for number, group in fields(block):
        if number != _GROUP or not isinstance(group, bytes) or not group:
            continue
        kind = group[0] >> 3
        if kind == _NODE:
            raise OddPbfError("nodes are not dense")
        if kind == _DENSE:
            columns = dict(fields(dict(fields(group))[_DENSE]))
            node, y, x = (_deltas(columns.get(key, b"")) for key in (_ID, _LAT, _LON))
            if not len(node) == len(x) == len(y):
                raise OddPbfError("columns of nodes differ in length")
            found.append((node, x, y))
    return found


def _deltas(packed: bytes | int) -> Ints:
    """Return the running sum of zigzag varints.

    Examples
    --------
    >>> _deltas(bytes([2, 4, 1, 0xAC, 2])).tolist()  # +1, +2, -1, +150
    [1, 3, 2, 152]
    """
    if isinstance(packed, int):
        raise OddPbfError("a column of nodes is damaged")
    data = np.frombuffer(packed, np.uint8)
    stop = np.flatnonzero(data < 128) + 1  # noqa: PLR2004 - the bit that says more follows
    if len(stop) == 0 or stop[-1] != len(data):
        if len(data):
            raise OddPbfError("a number is cut off")
        return np.zeros(0, np.int64)
    start = np.append(0, stop[:-1])
    place = np.arange(len(data)) - np.repeat(start, stop - start)
    if place.max() > 9:  # noqa: PLR2004 - bytes of 64 bits
        raise OddPbfError("a number is too long")
    bits = (data & 127).astype(np.uint64) << (7 * place).astype(np.uint64)
    value = np.add.reduceat(bits, start)
    signed = (value >> np.uint64(1)).astype(np.int64) ^ -(value & np.uint64(1)).astype(np.int64)
    return np.cumsum(signed)


def fields(message: bytes | int) -> Iterator[tuple[int, bytes | int]]:
    """Walk over the fields of a protobuf message."""
    if isinstance(message, int):
        raise OddPbfError("a message is damaged")
    at, size = 0, len(message)
    while at < size:
        key, at = _varint(message, at)
        kind = key & 7
        if key < 8:  # noqa: PLR2004 - no field has number 0
            raise OddPbfError("a field has no number")
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        elif kind in {_FIXED64, _FIXED32}:
            length = 8 if kind == _FIXED64 else 4
        else:
            raise OddPbfError("a field has an unknown kind")
        if at + length > size:
            raise OddPbfError("a field is cut off")
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a byte, and the byte after it."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004
            return value, at
        shift += 7
        if shift > 63:  # noqa: PLR2004
            raise OddPbfError("a number is too long")
