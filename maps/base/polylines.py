"""Many lines as one short text: whole numbers, differences, and from which zoom a point counts.

Points are rounded to a grid of `GRID` cells a side over the Web Mercator square, a cell being
2.4 m at the equator, and no point moves by more than half a cell. Every point has a rank:
which step of `FROM` a reader must have zoomed in to for it to matter. Lines follow one
another as varints (seven bits a byte, the highest bit says that more follow): how many points,
then for each the difference in x, zigzag, and that in y, zigzag, with the rank in its lowest
three bits. A line starts where the one before it ended. The bytes are written in base64;
`assets/network.js` reads them.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.arrays import Ints

GRID: Final = 1 << 24

FROM: Final = (0.0, 7.0, 8.0, 9.0, 10.0, 11.5, 13.0, 15.0)
"""Zoom from which points of each rank are drawn; eight of them, since three bits say which."""

PIXELS: Final = 0.6
"""How far a line may leave the points that it does not pass, on the screen of any zoom."""

TILE: Final = 256
"""Pixels of the whole world's side at zoom 0."""


def on_grid(lon_lat: NDArray[np.float64]) -> Ints:
    """Round positions to the grid, x to the east and y to the south.

    Parameters
    ----------
    lon_lat
        Degrees, shape (points, 2); latitudes within 85.05 of the equator.

    Returns
    -------
    cells
        Shape (points, 2).

    Examples
    --------
    >>> on_grid(np.array([[0.0, 0.0], [-180.0, 85.0511287]])).tolist()
    [[8388608, 8388608], [0, 0]]
    """
    lon, lat = np.asarray(lon_lat, np.float64).reshape(-1, 2).T
    x = (lon + 180) / 360
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
    return np.rint(np.column_stack([x, y]) * GRID).astype(np.int64)


def ranks(lines: NDArray[np.object_]) -> tuple[Ints, NDArray[np.uint8], NDArray[np.int64]]:
    """Say of every point of lines from which zoom it matters (Douglas and Peucker 1973).

    Parameters
    ----------
    lines
        In lon, lat, shape (lines,).

    Returns
    -------
    cells
        On the grid, shape (points, 2); points that never matter are left out.
    rank
        Positions in `FROM`, shape (points,); ends of lines have 0.
    sizes
        How many points each line has, shape (lines,).
    """
    given, of_line = shapely.get_coordinates(lines, return_index=True)
    cells = on_grid(given)
    numbered = np.column_stack([cells, np.arange(len(cells))]).astype(np.float64)
    whole = shapely.linestrings(numbered, indices=of_line)
    rank = np.full(len(cells), len(FROM), np.uint8)
    for at in reversed(range(len(FROM))):
        # Lines of this rank are seen until the next one takes over; the last is the finest.
        zoom = FROM[at + 1] if at + 1 < len(FROM) else FROM[at]
        light = shapely.simplify(whole, PIXELS * GRID / TILE / 2**zoom, preserve_topology=False)
        # The height of a point is its number, and simplifying leaves heights as they are.
        rank[shapely.get_coordinates(light, include_z=True)[:, 2].astype(np.int64)] = at
    ends = np.flatnonzero(np.diff(of_line, prepend=-1, append=len(lines)))
    rank[ends[:-1]] = 0
    rank[ends[1:] - 1] = 0
    kept = rank < len(FROM)
    return cells[kept], rank[kept], np.bincount(of_line[kept], minlength=len(lines))


def encode(lines: Sequence[shapely.LineString]) -> str:
    """Write lines as this module says.

    Parameters
    ----------
    lines
        In lon, lat, each of two points or more.

    Returns
    -------
    text
        Base64; the same lines give the same text.

    Examples
    --------
    A cell east and one south of the middle of the world, by way of nothing that matters:

    >>> cell = 360 / GRID
    >>> base64.b64decode(encode([shapely.LineString([(0, 0), (cell, -cell)])])).hex(" ")
    '02 80 80 80 08 80 80 80 40 02 10'
    """
    if not len(lines):
        return ""
    cells, rank, sizes = ranks(np.asarray(list(lines), dtype=object))
    steps = np.diff(cells, axis=0, prepend=[[0, 0]])
    zigzag = np.abs(steps) * 2 - (steps < 0)
    pairs = np.column_stack([zigzag[:, 0], zigzag[:, 1] << 3 | rank]).ravel()
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]]) * 2
    return base64.b64encode(varints(np.insert(pairs, first, sizes))).decode()


def varints(values: Ints) -> bytes:
    """Write numbers of 0 to 2**35 - 1 in as few bytes as each needs, lowest bits first.

    Examples
    --------
    >>> varints(np.array([1, 127, 128, 300])).hex(" ")
    '01 7f 80 01 ac 02'
    """
    lengths = np.ones(len(values), np.int64)
    for more in range(1, 5):
        lengths += values >> 7 * more > 0
    starts = np.cumsum(lengths) - lengths
    written = np.zeros(int(lengths.sum()), np.uint8)
    for at in range(5):
        has = lengths > at
        follows = np.where(lengths[has] > at + 1, 0x80, 0)
        written[starts[has] + at] = values[has] >> 7 * at & 0x7F | follows
    return written.tobytes()
