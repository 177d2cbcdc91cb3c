"""Roads on cells of a raster: exactly how much of each road lies in each cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from layers.arrays import Floats, Ints
from layers.rasters.hazard import HazardRaster
from layers.roads.network import RoadNetwork

STRAIGHT_M = 250.0
"""A straight line so long stays straight in another coordinate system, to centimetres."""


def on_cells(network: RoadNetwork, raster: HazardRaster) -> pd.DataFrame:
    """Cut roads where they cross the edges of cells.

    Lines are taken into the raster's coordinate system, never the raster into theirs: its
    cells stay what they are.

    Parameters
    ----------
    network
        The roads.
    raster
        Cells.

    Returns
    -------
    pieces
        One row per segment and cell that has data, in their order: `segment, row, column,
        value` and `length_m`, of the segment's own length. A piece along the edge of two
        cells counts in the one to the right or below.
    """
    lines = shapely.segmentize(network.segments.geometry.to_numpy(), STRAIGHT_M)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    to_raster = Transformer.from_crs(network.segments.crs, raster.crs, always_xy=True)
    x, y = to_raster.transform(*xy.T)
    inverse = ~raster.transform
    column = inverse.a * np.asarray(x) + inverse.b * np.asarray(y) + inverse.c
    row = inverse.d * np.asarray(x) + inverse.e * np.asarray(y) + inverse.f
    step = np.flatnonzero((np.diff(line) == 0) & np.isfinite(column[:-1]) & np.isfinite(column[1:]))
    length = np.hypot(*(xy[step + 1] - xy[step]).T)
    drawn = shapely.length(lines)
    owner = line[step]
    length *= np.divide(network.length_m, drawn, out=np.ones_like(drawn), where=drawn > 0)[owner]
    at, share, middle = _cut(np.stack([column, row], axis=1), step)
    cell = np.floor(middle).astype(np.int64)
    rows, columns = raster.cells.shape
    inside = (cell[:, 0] >= 0) & (cell[:, 0] < columns) & (cell[:, 1] >= 0) & (cell[:, 1] < rows)
    at, share, cell = at[inside], share[inside], cell[inside]
    pieces = pd.DataFrame(
        {
            "segment": owner[at],
            "row": cell[:, 1],
            "column": cell[:, 0],
            "value": raster.cells[cell[:, 1], cell[:, 0]],
            "length_m": share * length[at],
        }
    )
    keys = ["segment", "row", "column", "value"]
    return pieces.dropna().groupby(keys)["length_m"].sum().reset_index()


def exposure(pieces: pd.DataFrame, length_m: Floats, *, above: float = 0.0) -> pd.DataFrame:
    """Sum up what every segment meets.

    Parameters
    ----------
    pieces
        Of `on_cells`.
    length_m
        Of every segment, shape (segments,).
    above
        A value must be greater to count as exposed.

    Returns
    -------
    table
        One row per segment, in order: `exposed_m` (length in cells above it), `known_m`
        (length in cells that have data), `mean` (by length, over what is known) and
        `largest`, both NaN where nothing is.
    """
    count = len(length_m)
    segment, part = pieces["segment"].to_numpy(np.int64), pieces["length_m"].to_numpy(np.float64)
    value = pieces["value"].to_numpy(np.float64)
    known = np.bincount(segment, part, count)
    total = np.bincount(segment, part * value, count)
    largest = np.full(count, -np.inf)
    np.maximum.at(largest, segment, value)
    return pd.DataFrame(
        {
            "exposed_m": np.bincount(segment, part * (value > above), count),
            "known_m": known,
            "mean": np.divide(total, known, out=np.full(count, np.nan), where=known > 0),
            "largest": np.where(np.isfinite(largest), largest, np.nan),
        }
    )


def _cut(points: Floats, step: Ints) -> tuple[Ints, Floats, Floats]:
    """Cut straight steps at whole numbers of both coordinates.

    Parameters
    ----------
    points
        Shape (points, 2).
    step
        Points from which a step leads to the next one, shape (steps,).

    Returns
    -------
    at, share, middle
        The step of every piece, its share of the step, and its middle, shape (pieces, 2).
    """
    start, stop = points[step], points[step + 1]
    owner = [np.arange(len(step)), np.arange(len(step))]
    where = [np.zeros(len(step)), np.ones(len(step))]
    for axis in (0, 1):
        low = np.minimum(start[:, axis], stop[:, axis])
        high = np.maximum(start[:, axis], stop[:, axis])
        # Whole numbers strictly between.
        first = np.floor(low) + 1
        count = np.maximum(np.ceil(high) - first, 0).astype(np.int64)
        own = np.repeat(np.arange(len(step)), count)
        edge = first[own] + np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count)
        owner.append(own)
        where.append((edge - start[own, axis]) / (stop[own, axis] - start[own, axis]))
    at, t = np.concatenate(owner), np.clip(np.concatenate(where), 0.0, 1.0)
    order = np.lexsort((t, at))
    at, t = at[order], t[order]
    piece = np.flatnonzero((np.diff(at) == 0) & (np.diff(t) > 0))
    share, half = t[piece + 1] - t[piece], (t[piece + 1] + t[piece]) / 2
    one = at[piece]
    return one, share, start[one] + half[:, None] * (stop[one] - start[one])
