"""Parts of lines."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.arrays import Floats


def cut_lines(lines: NDArray[np.object_], start: Floats, stop: Floats) -> NDArray[np.object_]:
    """Return the part of every line between two fractions of its length.

    Parameters
    ----------
    lines
        LineStrings, shape (n,).
    start, stop
        0 to 1, start below stop, shape (n,).

    Returns
    -------
    parts
        LineStrings, shape (n,).

    Examples
    --------
    >>> line = np.array([shapely.LineString([(0, 0), (4, 0), (8, 0)])])
    >>> cut_lines(line, np.array([0.25]), np.array([1.0]))[0].wkt
    'LINESTRING (2 0, 4 0, 8 0)'
    """
    xy, row = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(xy, axis=0).T)
    step[np.diff(row) > 0] = 0.0
    along = np.concatenate([[0.0], np.cumsum(step)])
    first = np.searchsorted(row, np.arange(len(lines)))
    along -= along[first][row]
    total = shapely.length(lines)
    low, high = start * total, stop * total
    inner = (along > low[row] + 1e-6) & (along < high[row] - 1e-6)
    ends = [
        shapely.get_coordinates(shapely.line_interpolate_point(lines, at, normalized=True))
        for at in (start, stop)
    ]
    rows = np.concatenate([np.arange(len(lines)), row[inner], np.arange(len(lines))])
    place = np.concatenate([low, along[inner], high])
    order = np.lexsort([place, rows])
    points = np.concatenate([ends[0], xy[inner], ends[1]])[order]
    parts: NDArray[np.object_] = np.asarray(shapely.linestrings(points, indices=rows[order]))
    return parts
