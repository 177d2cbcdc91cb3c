"""Ways of an `.osm.pbf` file, block by block, as arrays: what a loop over objects takes long for.

A way is a message of an id, packed columns of its tags (positions in the block's table of
strings), what its author left, and the differences of its nodes' ids, as zigzag varints
(wiki.openstreetmap.org/wiki/PBF_Format). What is written in another way osmium reads.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.arrays import Ints
from layers.osm.pbf_nodes import OddPbfError, fields, osm_blobs

_STRINGS, _GROUP, _DATE_GRANULARITY = 1, 2, 18
_STRING, _WAY = 1, 3
_USUAL_GRANULARITY: Final = 1000
"""Milliseconds per unit of dates."""

Bytes = NDArray[np.uint8]


class WayBlock(NamedTuple):
    """Ways of one block, in the order of the file.

    Attributes
    ----------
    way, version, date_s
        Ids, versions (0 where there is none) and seconds since 1970 (0), shape (ways,).
    size, node
        How many nodes each way has, shape (ways,), and their ids one way after the other.
    tag_way, key, value
        Row of the way of every tag, and its two texts as positions in `strings`.
    strings
        The texts of the block.
    """

    way: Ints
    version: Ints
    date_s: Ints
    size: Ints
    node: Ints
    tag_way: Ints
    key: Ints
    value: Ints
    strings: list[str]


def way_blocks(path: Path) -> Iterator[WayBlock]:
    """Read the ways of a file.

    Parameters
    ----------
    path
        An `.osm.pbf` file.

    Yields
    ------
    block
        One for every block that has ways.

    Raises
    ------
    OddPbfError
        It cannot be read this way; osmium may read it, or say what is wrong.
    """
    try:
        for blob in osm_blobs(path):
            found = _block(blob)
            if found is not None:
                yield found
    except (IndexError, ValueError, zlib.error) as error:
        raise OddPbfError(f"{path}: {error}") from error


def _block(blob: bytes) -> WayBlock | None:
    """Read the ways of a block, None if it has none."""
    ways: list[bytes] = []
    table, granularity = b"", _USUAL_GRANULARITY
    for number, value in fields(blob):
        if number == _STRINGS and isinstance(value, bytes):
            table = value
        elif number == _DATE_GRANULARITY and isinstance(value, int):
            granularity = value
        elif number == _GROUP and isinstance(value, bytes) and value and value[0] >> 3 == _WAY:
            ways.append(value)
    if not ways:
        return None
    strings = [text.decode() for number, text in fields(table) if isinstance(text, bytes)]
    data = np.frombuffer(b"".join(ways), np.uint8)
    count = _counted(data)
    if count[0] < 0:
        raise OddPbfError("a way is written in another way")
    head = np.zeros((count[0], 4), np.int64)
    node, tags = np.empty(count[1], np.int64), np.empty((count[2], 3), np.int64)
    if not _filled(data, head, node, tags):
        raise OddPbfError("a way is damaged")
    if len(tags) and not 0 <= tags[:, 1:].min() <= tags[:, 1:].max() < len(strings):
        raise OddPbfError("a tag has no text")
    way, version, date, size = head.T
    date_s = date * granularity // 1000
    tag_way, key, text = tags[:, 0], tags[:, 1], tags[:, 2]
    return WayBlock(way, version, date_s, size, node, tag_way, key, text, strings)


@njit(cache=True)
def _varint(data: Bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a byte, and the byte after it; -1 where it is cut off."""
    value, shift = 0, 0
    while at < len(data) and shift < 64:  # noqa: PLR2004 - bits
        byte = int(data[at])
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004 - the bit that says more follows
            return value, at
        shift += 7
    return value, -1


@njit(cache=True)
def _field(data: Bytes, at: int, stop: int) -> tuple[int, int, int, int]:
    """Return number and value of the field at a byte, where its bytes begin, and what follows.

    Of bytes the value is their length; of a number they begin nowhere (-1). What follows is -1
    where the field is damaged.
    """
    key, at = _varint(data, at)
    if at < 0:
        return 0, 0, -1, -1
    kind = key & 7
    if kind == 0:
        value, at = _varint(data, at)
        return key >> 3, value, -1, (at if at <= stop else -1)
    if kind == 2:  # noqa: PLR2004 - bytes
        length, at = _varint(data, at)
        if at < 0 or length < 0 or at + length > stop:
            return 0, 0, -1, -1
        return key >> 3, length, at, at + length
    return 0, 0, -1, -1


@njit(cache=True)
def _numbers(data: Bytes, start: int, stop: int) -> int:
    """Count the varints among some bytes."""
    count = 0
    for at in range(start, stop):
        if data[at] < 128:  # noqa: PLR2004
            count += 1
    return count


@njit(cache=True)
def _counted(data: Bytes) -> tuple[int, int, int]:
    """Count ways, nodes and tags; -1 where something is written in another way."""
    ways, nodes, tags = 0, 0, 0
    at = 0
    while at < len(data):
        number, length, start, at = _field(data, at, len(data))
        if at < 0 or number != 3 or start < 0:  # noqa: PLR2004 - only ways
            return -1, 0, 0
        ways += 1
        keys, values, inner = 0, 0, start
        while inner < start + length:
            number, size, place, inner = _field(data, inner, start + length)
            if inner < 0 or number in (9, 10) or (number in (2, 3, 8) and place < 0):
                return -1, 0, 0
            if number == 8:  # noqa: PLR2004 - nodes
                nodes += _numbers(data, place, place + size)
            elif number == 2:  # noqa: PLR2004 - keys
                keys += _numbers(data, place, place + size)
            elif number == 3:  # noqa: PLR2004 - values
                values += _numbers(data, place, place + size)
        if keys != values:
            return -1, 0, 0
        tags += keys
    return ways, nodes, tags


@njit(cache=True)
def _filled(data: Bytes, head: Ints, node: Ints, tags: Ints) -> bool:
    """Fill columns of ways (id, version, date, number of nodes), nodes and tags."""
    at, way, nodes, keys, values = 0, 0, 0, 0, 0
    while at < len(data):
        _, length, start, at = _field(data, at, len(data))
        inner, first, begin = start, nodes, keys
        while inner < start + length:
            number, value, place, inner = _field(data, inner, start + length)
            stop = place + value
            if number == 1:
                head[way, 0] = value
            elif number == 4 and not _told(data, place, stop, head[way]):  # noqa: PLR2004
                return False
            elif number == 8:  # noqa: PLR2004 - nodes
                nodes = _differences(data, place, stop, node, nodes)
            elif number == 2:  # noqa: PLR2004 - keys
                keys = _texts(data, place, stop, tags[:, 1], keys)
            elif number == 3:  # noqa: PLR2004 - values
                values = _texts(data, place, stop, tags[:, 2], values)
            if min(nodes, keys, values) < 0:
                return False
        head[way, 3] = nodes - first
        tags[begin:keys, 0] = way
        way += 1
    return True


@njit(cache=True)
def _told(data: Bytes, at: int, stop: int, head: Ints) -> bool:
    """Read what the author of a way left: its version and date; not of one that is deleted."""
    while at < stop:
        number, value, _, at = _field(data, at, stop)
        if at < 0 or (number == 6 and value == 0):  # noqa: PLR2004
            return False
        if number in (1, 2):
            head[number] = value
    return True


@njit(cache=True)
def _differences(data: Bytes, at: int, stop: int, node: Ints, count: int) -> int:
    """Add up the steps between ids; return how many ids there are, -1 if one is cut off."""
    last = np.int64(0)
    while at < stop:
        bits, at = _varint(data, at)
        if at < 0 or at > stop or count == len(node):
            return -1
        last += ((bits >> 1) & 0x7FFFFFFFFFFFFFFF) ^ -(bits & 1)
        node[count] = last
        count += 1
    return count


@njit(cache=True)
def _texts(data: Bytes, at: int, stop: int, column: Ints, count: int) -> int:
    """Read positions of texts; return how many there are, -1 if one is cut off."""
    while at < stop:
        value, at = _varint(data, at)
        if at < 0 or at > stop or count == len(column):
            return -1
        column[count] = value
        count += 1
    return count
