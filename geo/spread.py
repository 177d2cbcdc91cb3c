"""Spread over the ground: the least time from every cell to where one wants to be.

The moves and their costs are those of AccessMod 5 (r.walk.accessmod, a fork of GRASS
r.walk: Ray and Ebener 2008, Int. J. Health Geogr. 7:63), taken towards the destinations.

- A move to a neighbour crosses two cells, half the distance in each; a knight's move
  crosses four, a quarter in each: its ends and the two cells that the straight line
  passes. Every cell is crossed at its own speed by the slope between the ends of the move.
- Distance is measured on the map. Height comes in by the slope alone, read at both ends;
  a knight's move does not see the height of the cells it passes.
- How slopes slow going on foot, by bicycle and with an engine stands in `geo.ground`.

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
from numba import njit
from numpy.typing import NDArray

from geo.ground import TOBLER, WALKING, Ground, Modes, crossing, walking_slowness
from geo.vehicle import Slope
from layers.errors import DataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.int32]
Flat = tuple[Floats, Floats, Modes]

NEIGHBOURS: Final = (8, 16)

EDGE: Final = 2
"""Rows and columns of impassable cells laid around a grid, as far as a knight moves."""

SLOTS: Final = 4096
"""Of the queue, each as wide as the shortest usual move."""


def spread(  # noqa: PLR0913
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
    pace = np.full((rows + 2 * EDGE, columns + 2 * EDGE), np.inf)
    height, mode = np.zeros_like(pace), np.full(pace.shape, WALKING, np.int8)
    inner = np.s_[EDGE : rows + EDGE, EDGE : columns + EDGE]
    pace[inner] = np.divide(
        3.6, ground.speed_kph, out=np.full((rows, columns), np.inf), where=ground.passable
    )
    height[inner], mode[inner] = ground.elevation_m, ground.mode
    moves, lengths = _moves(neighbours, pace.shape[1], ground.cell_m)
    at = (cells[:, 0] + EDGE) * pace.shape[1] + cells[:, 1] + EDGE
    usual = float(np.median(pace[np.isfinite(pace)])) if ground.passable.any() else 1.0
    time, which = _settle(
        (height.ravel(), pace.ravel(), mode.ravel()), moves, lengths,
        np.array([slope.best, slope.decay]), at, initial_s, float(max_s),
        min(ground.cell_m) * usual * float(np.exp(-slope.decay * abs(slope.best))),
    )  # fmt: skip
    return (
        np.ascontiguousarray(time.reshape(pace.shape)[inner]),
        np.ascontiguousarray(which.reshape(pace.shape)[inner]),
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


@njit(cache=True, inline="always")
def _put(  # noqa: PLR0913
    cell: int, slot: int, head: Cells, after: Cells, before: Cells, waits: NDArray[np.bool_]
) -> None:
    """Put a cell into a slot; one that waits in another is taken out of that first."""
    if waits[cell]:
        _take(cell, head, after, before)
    waits[cell] = True
    first = head[slot]
    after[cell], before[cell] = first, -1 - slot
    if first >= 0:
        before[first] = cell
    head[slot] = cell


@njit(cache=True, inline="always")
def _take(cell: int, head: Cells, after: Cells, before: Cells) -> None:
    """Take a cell out of its slot; the first of slot i has -1 - i before it."""
    previous, following = before[cell], after[cell]
    if previous < 0:
        head[-1 - previous] = following
    else:
        after[previous] = following
    if following >= 0:
        before[following] = previous


@njit(cache=True, inline="always")
def _move(  # noqa: PLR0913
    here: int, k: int, moves: Ints, length: float, grid: Flat, tobler: Floats
) -> float:
    """Return seconds of going to `here` from the neighbour of move k; inf if one cannot."""
    height, pace, mode = grid
    there, one, two = here + moves[k, 0], here + moves[k, 1], here + moves[k, 2]
    if k >= 8:  # noqa: PLR2004
        if pace[one] == np.inf or pace[two] == np.inf:
            return np.inf
    elif k >= 4 and pace[one] == np.inf and pace[two] == np.inf:  # noqa: PLR2004
        return np.inf
    grade = (height[here] - height[there]) / length
    if np.isnan(grade):
        grade = 0.0
    slower = walking_slowness(grade, tobler[0], tobler[1])
    ends = crossing(grade, slower, pace[here], mode[here])
    ends += crossing(grade, slower, pace[there], mode[there])
    if k < 8:  # noqa: PLR2004
        return 0.5 * length * ends
    ends += crossing(grade, slower, pace[one], mode[one])
    ends += crossing(grade, slower, pace[two], mode[two])
    return 0.25 * length * ends


@njit(cache=True, error_model="numpy")
def _settle(  # noqa: C901, PLR0912, PLR0913
    grid: Flat,
    moves: Ints,
    lengths: Floats,
    tobler: Floats,
    starts: Ints,
    initial: Floats,
    limit: float,
    width: float,
) -> tuple[Floats, NDArray[np.int32]]:
    """Settle cells in the order of their time, in slots `width` seconds wide.

    A bucket queue (Dial 1969) with one slot more for all that lies beyond the others; when
    they are empty, they begin anew at the least time in it. Within a slot the order is
    free, and a cell that becomes nearer is looked at again, so that every width is exact.

    `grid` is height, pace in s/m (inf where impassable) and mode of the cells with their
    edge, flat.
    """
    _, pace, _ = grid
    time = np.full(pace.size, np.inf)
    which = np.full(pace.size, -1, np.int32)
    head = np.full(SLOTS + 1, -1, np.int32)
    after, before = np.full(pace.size, -1, np.int32), np.full(pace.size, -1, np.int32)
    waits = np.zeros(pace.size, np.bool_)
    for index in range(starts.size):
        start = starts[index]
        if initial[index] < time[start] and initial[index] <= limit:
            time[start], which[start] = initial[index], index
            _put(start, SLOTS, head, after, before, waits)
    base, slot, per_s = 0.0, SLOTS, 1.0 / width
    while True:
        if slot == SLOTS:
            cell, base = head[SLOTS], np.inf
            while cell >= 0:
                base = min(base, time[cell])
                cell = after[cell]
            if base == np.inf:
                return time, which
            cell = head[SLOTS]
            while cell >= 0:
                following = after[cell]
                at = (time[cell] - base) * per_s
                if at < SLOTS:
                    _put(cell, int(at), head, after, before, waits)
                cell = following
            slot = 0
        here = head[slot]
        if here < 0:
            slot += 1
            continue
        _take(here, head, after, before)
        waits[here] = False
        now = time[here]
        if pace[here] == np.inf:
            continue
        for k in range(lengths.size):
            there = here + moves[k, 0]
            if time[there] <= now or pace[there] == np.inf:
                continue
            then = now + _move(here, k, moves, lengths[k], grid, tobler)
            if then >= time[there] or then > limit:
                continue
            time[there], which[there] = then, which[here]
            at = (then - base) * per_s
            _put(there, int(at) if at < SLOTS else SLOTS, head, after, before, waits)
