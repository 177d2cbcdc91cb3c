"""Spread over the ground: the least time from every cell to where one wants to be.

The moves and their costs are those of AccessMod 5 (r.walk.accessmod, a fork of GRASS
r.walk: Ray and Ebener 2008, Int. J. Health Geogr. 7:63), taken towards the destinations.

- A move to a neighbour crosses two cells, half the distance in each; a knight's move
  crosses four, a quarter in each: its ends and the two cells that the straight line
  passes. Every cell is crossed at its own speed by the slope between the ends of the move.
- Distance is measured on the map. Height comes in by the slope alone, read at both ends;
  a knight's move does not see the height of the cells it passes.
- How slopes slow going on foot, by bicycle and with an engine stands in `geo.surface.ground`.

Other than in AccessMod:

- A move crosses no impassable cell, and a diagonal one does not slip between two that
  touch at a corner; a knight's move needs both cells it passes. So a line of impassable
  cells that touch at sides or corners is a wall.
- On foot or by bicycle a cell of unknown height is impassable; with an engine it is not,
  and a move with such an end counts as flat.
- A cell that cannot be reached is inf; times are not rounded, and there is no longest
  time for one cell.
- A cyclist's slope is taken exactly (sine and cosine), not as a small angle.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.vehicle import Slope
from geo.surface.ground import TOBLER, WALKING, Ground
from geo.surface.spread_kernel import settle
from layers.arrays import Floats, Ints
from layers.errors import DataError

NEIGHBOURS: Final = (8, 16)

EDGE: Final = 2
"""Rows and columns of impassable cells laid around a grid, as far as a knight moves."""

FENCE: Final = (np.inf, 0.0)
"""Pace and height of those."""

SAMPLE: Final = 100_000
"""Cells whose speeds tell the usual one, which changes how long the work takes, not its result."""


def spread(
    ground: Ground,
    cells: Ints,
    initial_s: Floats,
    *,
    slope: Slope = TOBLER,
    neighbours: int = 16,
    max_s: float = np.inf,
) -> tuple[Floats, NDArray[np.int32]]:
    """Compute the least time from every cell to any of some cells, going that way.

    Parameters
    ----------
    ground
        What is crossed.
    cells
        Row and column of every destination, shape (starts, 2). One in an impassable cell
        is there for that cell alone.
    initial_s
        Time still needed from there, at least 0; inf is none. Shape (starts,).
    slope
        How slope slows walking; the base speed is the ground's.
    neighbours
        8, or 16 with the knight's moves.
    max_s
        Farther cells are left out.

    Returns
    -------
    time_s
        Shape (rows, columns), inf where nothing leads.
    which
        The destination that is nearest, -1 where none; the first of several in one cell
        that are equally near. Same shape.

    Raises
    ------
    DataError
        A destination lies outside the grid, a time is negative or NaN, or `neighbours`
        is not 8 or 16.
    """
    rows, columns = ground.elevation_m.shape
    cells, initial_s = np.asarray(cells, np.int64).reshape(-1, 2), np.asarray(initial_s, np.float64)
    if neighbours not in NEIGHBOURS:
        raise DataError(f"neighbours: {neighbours} is not 8 or 16")
    if len(cells) != len(initial_s):
        raise DataError("destinations and their times differ in number")
    if ((cells < 0) | (cells >= (rows, columns))).any():
        raise DataError("a destination lies outside the grid")
    if not (initial_s >= 0).all():
        raise DataError("times of destinations must be at least 0")
    lie = np.empty((rows + 2 * EDGE, columns + 2 * EDGE, 2))
    lie[:EDGE], lie[-EDGE:], lie[:, :EDGE], lie[:, -EDGE:] = (FENCE,) * 4
    inner = np.s_[EDGE : rows + EDGE, EDGE : columns + EDGE]
    passable, on_foot = ground.passable, bool((ground.mode == WALKING).all())
    with np.errstate(divide="ignore"):
        np.divide(3.6, np.where(passable, ground.speed_kph, 0.0), out=lie[inner][..., 0])
    lie[inner][..., 1] = ground.elevation_m
    # Where all is walked nobody looks at modes.
    mode = np.full((1, 1) if on_foot else lie.shape[:2], WALKING, np.int8)
    if not on_foot:
        mode[inner] = ground.mode
    moves, lengths = _moves(neighbours, lie.shape[1], ground.cell_m)
    at = (cells[:, 0] + EDGE) * lie.shape[1] + cells[:, 1] + EDGE
    every = max(1, passable.size // SAMPLE)
    some = ground.speed_kph.ravel()[::every][passable.ravel()[::every]]
    usual = 3.6 / float(np.median(some)) if some.size else 1.0
    size = lie.shape[0] * lie.shape[1]
    time, which = np.full(size, np.inf), np.full(size, -1, np.int32)
    settle(
        (lie.reshape(-1, 2), mode.ravel()),
        moves,
        lengths,
        np.array([slope.best, slope.decay]),
        at,
        initial_s,
        float(max_s),
        min(ground.cell_m) * usual * float(np.exp(-slope.decay * abs(slope.best))),
        on_foot,
        time,
        which,
    )
    return (
        np.ascontiguousarray(time.reshape(lie.shape[:2])[inner]),
        np.ascontiguousarray(which.reshape(lie.shape[:2])[inner]),
    )


def _moves(neighbours: int, width: int, cell_m: tuple[float, float]) -> tuple[Ints, Floats]:
    """Lay out the moves from a cell in an array `width` wide.

    Returns
    -------
    moves
        Offset of the neighbour and of the two cells passed (knight's moves) or beside
        (diagonal ones), 0 where there are none; shape (neighbours, 3).
    lengths
        In m, shape (neighbours,).
    """
    rows = [(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1)]
    rows += [(r, c) for r in (-2, -1, 1, 2) for c in (-2, -1, 1, 2) if abs(r) != abs(c)]
    moves, lengths = [], []
    for r, c in rows[:neighbours]:
        beside = {0: ((0, 0), (0, 0)), 1: ((r, 0), (0, c))}[0 if r * c == 0 else 1]
        if abs(r) > abs(c) > 0:
            beside = ((r // 2, 0), (r // 2, c))
        elif abs(c) > abs(r) > 0:
            beside = ((0, c // 2), (r, c // 2))
        moves.append([dr * width + dc for dr, dc in ((r, c), *beside)])
        lengths.append(np.hypot(r * cell_m[1], c * cell_m[0]))
    return np.array(moves, np.int64), np.array(lengths)
