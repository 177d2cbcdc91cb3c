"""Heights along roads: gaps filled, noise smoothed, and one height where roads meet."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array

from layers.arrays import Bools, Floats, Ints

SMOOTH_M = 100.0
"""Heights are averaged over at least this stretch of road: the noise of a 30 m terrain
model on a winding valley road reads as grades of 20 % otherwise."""


def fill_gaps(height: Floats, distance: Floats, offsets: Ints) -> tuple[Floats, Bools]:
    """Interpolate missing heights along their segment.

    Parameters
    ----------
    height
        NaN where missing, shape (samples,).
    distance
        Metres from the segment's start, shape (samples,).
    offsets
        Where segments begin.

    Returns
    -------
    filled
        Without NaN; a segment wholly without data takes the mean of all heights (0 if
        there are none), so that it is flat and makes no cliff.
    flat
        Which segments those are, shape (segments,).
    """
    counts = np.diff(offsets)
    known = ~np.isnan(height)
    flat = np.add.reduceat(known, offsets[:-1]) == 0 if len(counts) else np.zeros(0, bool)
    if known.all():
        return height, flat
    level = float(height[known].mean()) if known.any() else 0.0
    # On one axis with segments far apart, the nearest known heights of a gap are its own
    # segment's, except beyond its first and last known one, where those are repeated.
    reach = float(distance.max(initial=0.0)) + 1.0
    segment = np.repeat(np.arange(len(counts)), counts)
    axis = distance + segment * 2 * reach
    order = np.flatnonzero(known)
    previous = np.searchsorted(order, np.arange(len(height)), side="right") - 1
    following = np.minimum(previous + 1, len(order) - 1)
    if not len(order):
        return np.full_like(height, level), flat
    before, after = order[np.maximum(previous, 0)], order[following]
    same_before, same_after = segment[before] == segment, segment[after] == segment
    same_before &= previous >= 0
    between = np.interp(axis, axis[order], height[order])
    filled = np.where(same_before & same_after, between, level)
    filled = np.where(same_before & ~same_after, height[before], filled)
    filled = np.where(~same_before & same_after, height[after], filled)
    return np.where(known, height, filled), flat


def smooth_along(
    height: Floats, distance: Floats, offsets: Ints, window_m: float = SMOOTH_M
) -> Floats:
    """Average heights over a stretch of road, less towards the ends of a segment.

    The window is always symmetric, so that a ramp stays a ramp.

    Parameters
    ----------
    height, distance
        Shape (samples,).
    offsets
        Where segments begin.
    window_m
        Length of the stretch.

    Returns
    -------
    smooth
        Shape (samples,).
    """
    counts = np.diff(offsets)
    first, last = np.repeat(offsets[:-1], counts), np.repeat(offsets[1:] - 1, counts)
    at = np.arange(len(height))
    spacing = distance[first + 1]
    half = np.maximum(1, np.rint(window_m / 2 / spacing)).astype(np.int64)
    half = np.minimum(half, np.minimum(at - first, last - at))
    total = np.concatenate([[0.0], np.cumsum(height)])
    smooth: Floats = (total[at + half + 1] - total[at - half]) / (2 * half + 1)
    return smooth


def node_heights(
    fitted: Floats, length: Floats, window_m: float, ends: Ints, structure: Bools, node_count: int
) -> Floats:
    """Settle the height of every node from the roads that meet there.

    A road tells the height at its end by a straight line fitted to its last stretch, so
    that a ramp keeps its full climb; bridges and tunnels do not tell. Least squares then
    hold what nodes are told against the rise along each segment, the more the shorter it
    is, so that a road of a few metres makes no step. Nodes between bridges or tunnels lie
    on the straight line through their chain.
    """
    weight = np.minimum(length, window_m)
    ground, anchored = _average_at_nodes(fitted, weight, ends, ~structure, node_count)
    above, _ = _average_at_nodes(fitted, weight, ends, structure, node_count)
    told = np.where(anchored, ground, above)
    rise = np.where(structure, 0.0, fitted[:, 1] - fitted[:, 0])
    pull = window_m / np.maximum(length, 1.0)
    pull = np.where(anchored[ends].all(axis=1), pull, 0.0)
    settled = _least_squares(told, ends, rise, pull)
    return _level_chains(settled, anchored, ends[structure], length[structure])


def _least_squares(told: Floats, ends: Ints, rise: Floats, pull: Floats) -> Floats:
    """Minimise Σ (h - told)² + Σ pull·(h_v - h_u - rise)², exactly.

    The matrix is symmetric and positive definite, and as sparse as roads are, so that its
    factors hardly fill in when nodes of few roads are eliminated first.
    """
    from scipy.sparse.linalg import splu

    u, v = ends.T
    count = len(told)
    diagonal = 1 + np.bincount(u, pull, count) + np.bincount(v, pull, count)
    right = told + np.bincount(v, pull * rise, count) - np.bincount(u, pull * rise, count)
    nodes = np.arange(count)
    matrix = coo_array(
        (
            np.concatenate([diagonal, -pull, -pull]),
            (np.concatenate([nodes, u, v]), np.concatenate([nodes, v, u])),
        ),
        shape=(count, count),
    ).tocsc()
    factors = splu(
        matrix,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    # Solved for what is to be added, so that level ground stays level to the last bit.
    return told + np.asarray(factors.solve(right - matrix @ told), np.float64)


def _average_at_nodes(
    fitted: Floats, weight: Floats, ends: Ints, used: Bools, node_count: int
) -> tuple[Floats, Bools]:
    """Average what the used segments tell about their ends, and say which nodes were told."""
    node = ends[used].ravel()
    weights = np.repeat(weight[used], 2)
    total = np.bincount(node, weights, node_count)
    summed = np.bincount(node, weights * fitted[used].ravel(), node_count)
    told = total > 0
    return np.divide(summed, total, out=np.zeros(node_count), where=told), told


def fit_at_end(
    height: Floats, distance: Floats, offsets: Ints, window_m: float, *, at_last: bool
) -> Floats:
    """Fit a line to the last stretch of every segment and read it at the end."""
    counts = np.diff(offsets)
    edge = distance[offsets[1:] - 1] if at_last else np.zeros(len(counts))
    from_end = np.abs(distance - np.repeat(edge, counts))
    used = from_end <= window_m
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
        out=sy / n,
        where=determinant > 1e-9,  # noqa: PLR2004
    )
    return level


def _level_chains(height: Floats, anchored: Bools, ends: Ints, length: Floats) -> Floats:
    """Put nodes between bridges or tunnels on the straight line of their chain."""
    from scipy.sparse.linalg import spsolve

    floating = np.zeros(len(height), bool)
    floating[ends.ravel()] = True
    floating &= ~anchored
    free = np.flatnonzero(floating)
    if not len(free):
        return height
    number = np.full(len(height), -1)
    number[free] = np.arange(len(free))
    pull = 1 / np.maximum(length, 0.1)
    u, v = np.concatenate([ends, ends[:, ::-1]]).T
    weight = np.concatenate([pull, pull])
    rows = number[u] >= 0
    u, v, weight = u[rows], v[rows], weight[rows]
    # A chain that touches no ground at all keeps to what the terrain says, by a weak pull.
    diagonal = np.bincount(number[u], weight, len(free)) + 1e-9
    known = number[v] < 0
    pulled = np.bincount(number[u[known]], weight[known] * height[v[known]], len(free))
    right = pulled + 1e-9 * height[free]
    matrix = coo_array(
        (
            np.concatenate([diagonal, -weight[~known]]),
            (
                np.concatenate([np.arange(len(free)), number[u[~known]]]),
                np.concatenate([np.arange(len(free)), number[v[~known]]]),
            ),
        ),
        shape=(len(free), len(free)),
    )
    levelled = height.copy()
    levelled[free] = spsolve(matrix.tocsr(), right)
    return levelled


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
