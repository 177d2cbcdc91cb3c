"""Heights at the ends of roads: told by their last stretch, and met."""

from __future__ import annotations

import numpy as np

from layers.arrays import Floats, Ints

SMOOTH_M = 100.0
"""A road that joins others bends to their height over at least this stretch."""

SMOOTH_CELLS = 10 / 3
"""And over at least so many times the terrain's grain: 100 m for 30 m, 300 m for 90 m."""


def fit_at_end(
    height: Floats, distance: Floats, offsets: Ints, window_m: Floats, *, at_last: bool
) -> Floats:
    """Fit a line to the last stretch of every segment and read it at the end."""
    counts = np.diff(offsets)
    edge = distance[offsets[1:] - 1] if at_last else np.zeros(len(counts))
    from_end = np.abs(distance - np.repeat(edge, counts))
    used = (from_end <= np.repeat(window_m, counts)) & ~np.isnan(height)
    height = np.nan_to_num(height)
    at = offsets[:-1]
    n = np.add.reduceat(used.astype(float), at)
    sx = np.add.reduceat(np.where(used, from_end, 0), at)
    sy = np.add.reduceat(np.where(used, height, 0), at)
    sxx = np.add.reduceat(np.where(used, from_end**2, 0), at)
    sxy = np.add.reduceat(np.where(used, from_end * height, 0), at)
    determinant = n * sxx - sx**2
    level: Floats = np.divide(
        sy * sxx - sx * sxy,
        determinant,
        out=sy / np.maximum(n, 1),
        where=determinant > 1e-9,  # noqa: PLR2004
    )
    return level


def meet_ends(
    height: Floats, distance: Floats, offsets: Ints, end_height: Floats, window_m: float
) -> Floats:
    """Bend the last stretch of every segment to the heights of its nodes."""
    counts = np.diff(offsets)
    length = distance[offsets[1:] - 1]
    reach = np.repeat(np.minimum(length, window_m), counts)
    gap_u = np.repeat(end_height[:, 0] - height[offsets[:-1]], counts)
    gap_v = np.repeat(end_height[:, 1] - height[offsets[1:] - 1], counts)
    to_end = np.repeat(length, counts) - distance
    near_u = np.maximum(0, 1 - distance / reach)
    near_v = np.maximum(0, 1 - to_end / reach)
    met: Floats = height + gap_u * near_u + gap_v * near_v
    return met
