"""Cells settled in the order of their time: the compiled kernel of `geo.surface.spread`."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.surface.ahead import ask
from geo.surface.ground import (
    MOTORISED,
    RIDER_FASTEST,
    WALKING,
    Modes,
    cycling_slowness,
    walking_slowness,
)
from layers.arrays import Floats, Ints

Cells = NDArray[np.int32]
Flat = tuple[Floats, Modes]

SLOTS: Final = 4096
"""Of the queue, each as wide as the shortest usual move."""

POOL: Final = 1 << 16
"""Entries of the queue to begin with: a front is long, but never the whole grid."""

SURE: Final = 1 - 1e-12
"""Keeps the rounding of a lower bound from lifting it above the value."""


@njit(cache=True, inline="always")
def _slot(time: float, base: float, per_s: float) -> int:
    """Return the slot of a time; the last is for all that lies beyond the others."""
    at = (time - base) * per_s
    return int(at) if at < SLOTS else SLOTS


@njit(cache=True)
def _grown(pool: Cells, by: int) -> Cells:
    """Add entries to a pool, each pointing to the next, the last to none."""
    more = np.empty((len(pool) + by, 2), np.int32)
    more[: len(pool)] = pool
    for entry in range(len(pool), len(more)):
        more[entry, 1] = entry + 1
    more[-1, 1] = -1
    return more


@njit(cache=True, inline="always")
def _at_least(grade: float, best: float, decay: float) -> float:
    """Return a bound below `walking_slowness`: the series of exp to an odd power is one."""
    x = decay * (abs(grade - best) - abs(best))
    return (1.0 + x * (1.0 + x * (0.5 + x / 6.0))) * SURE


@njit(cache=True)
def _by_mode(
    here: int, k: int, moves: Ints, grade: float, lie: Floats, mode: Modes
) -> tuple[float, float]:
    """Return s/m summed over the cells of move k: of walking on the flat, and of the others."""
    walked, other = 0.0, 0.0
    for part in range(-1, 3 if k >= 8 else 1):  # noqa: PLR2004
        cell = here if part < 0 else here + moves[k, part]
        if mode[cell] == WALKING:
            walked += lie[cell, 0]
        elif mode[cell] == MOTORISED or lie[cell, 0] == np.inf:
            other += lie[cell, 0]
        else:
            other += lie[cell, 0] * cycling_slowness(grade, lie[cell, 0])
    return walked, other


@njit(cache=True, error_model="numpy")
def settle(  # noqa: C901, PLR0912, PLR0913, PLR0915
    grid: Flat,
    moves: Ints,
    lengths: Floats,
    tobler: Floats,
    starts: Ints,
    initial: Floats,
    limit: float,
    width: float,
    on_foot: bool,  # noqa: FBT001
    time: Floats,
    which: Cells,
) -> None:
    """Settle cells in the order of their time, in slots `width` seconds wide.

    A bucket queue (Dial 1969) with one slot more for all that lies beyond the others; when
    they are empty, they begin anew at the least time in it. Within a slot the order is
    free, and a cell that becomes nearer is looked at again, so that every width is exact.
    An entry is not taken out when its cell moves to a nearer slot: it is passed over later.

    Most moves lead nowhere faster. Two lower bounds of their time tell that: one for all
    cells, before heights and paces are read, and one without the exponential.

    Parameters
    ----------
    grid
        Of the cells, flat: pace in s/m (inf where impassable) beside height, and mode; as
        many impassable ones around as a move reaches.
    moves, lengths
        As `geo.surface.spread` lays them out: 4 straight ones, 4 diagonals, then knights'.
    tobler
        Best grade and decay of walking.
    starts, initial
        Cells to begin at, with their times.
    limit
        Longer times are left out.
    width
        Of a slot in s; above 0.
    on_foot
        Whether there are no modes but walking, which need not be looked up then.
    time, which
        To be filled for every cell: its time, and the start that it belongs to; inf and -1
        where none, and so beforehand. (Made by numpy, which asks for large pages.)
    """
    lie, mode = grid
    best, decay = tobler
    # A lower bound of every move, whatever its cells: the fastest of them, gently downhill.
    level = np.exp(-decay * abs(best))
    least = lengths * (
        lie[:, 0].min() * (level if on_foot else min(level, 1 / RIDER_FASTEST)) * SURE
    )
    # An entry is a cell and the entry after it in its slot; those not in use wait in `free`.
    head = np.full(SLOTS + 1, -1, np.int32)
    pool, free = _grown(np.empty((0, 2), np.int32), POOL + starts.size), 0
    for index in range(starts.size):
        start = starts[index]
        if initial[index] < time[start] and initial[index] <= limit:
            if time[start] == np.inf:
                entry, free = free, pool[free, 1]
                pool[entry, 0], pool[entry, 1] = start, head[SLOTS]
                head[SLOTS] = entry
            time[start], which[start] = initial[index], index
    across = moves[1, 0]
    flat = lie.ravel()
    base, slot, per_s = -np.inf, SLOTS, 1.0 / width
    while True:
        if slot == SLOTS:
            nearest, entry = np.inf, head[SLOTS]
            while entry >= 0:
                cell = pool[entry, 0]
                if _slot(time[cell], base, per_s) == SLOTS:
                    nearest = min(nearest, time[cell])
                entry = pool[entry, 1]
            if nearest == np.inf:
                return
            entry, head[SLOTS] = head[SLOTS], -1
            while entry >= 0:
                cell, following = pool[entry, 0], pool[entry, 1]
                if _slot(time[cell], base, per_s) == SLOTS:
                    at = _slot(time[cell], nearest, per_s)
                    pool[entry, 1], head[at] = head[at], entry
                else:
                    pool[entry, 1], free = free, entry
                entry = following
            base, slot = nearest, 0
        entry = head[slot]
        if entry < 0:
            slot += 1
            continue
        here = int(pool[entry, 0])
        head[slot], pool[entry, 1], free = pool[entry, 1], free, entry
        if head[slot] >= 0:
            soon = int(pool[head[slot], 0])
            for row in range(-2, 3):
                ask(time, soon + row * across)
                ask(flat, 2 * (soon + row * across))
        now = time[here]
        if lie[here, 0] == np.inf or _slot(now, base, per_s) < slot:
            continue
        own_height, own_pace, own_start = lie[here, 1], lie[here, 0], which[here]
        for k in range(lengths.size):
            # Unsigned, or numba looks at each whether it counts from the end.
            there = np.uint64(here + moves[k, 0])
            before = time[there]
            if before <= now + least[k] or lie[there, 0] == np.inf:
                continue
            one, two = np.uint64(here + moves[k, 1]), np.uint64(here + moves[k, 2])
            knight = k >= 8  # noqa: PLR2004
            if 4 <= k < 8 and lie[one, 0] == np.inf and lie[two, 0] == np.inf:  # noqa: PLR2004
                continue
            grade = (own_height - lie[there, 1]) / lengths[k]
            if on_foot:
                walked, other = own_pace + lie[there, 0], 0.0
                if knight:
                    walked += lie[one, 0] + lie[two, 0]
            else:
                if np.isnan(grade):
                    grade = 0.0
                walked, other = _by_mode(here, k, moves, grade, lie, mode)
            share = lengths[k] * (0.25 if knight else 0.5)
            if not now + share * (walked * _at_least(grade, best, decay) + other) < before:
                continue
            then = now + share * (walked * walking_slowness(grade, best, decay) + other)
            if not then < before or then > limit:
                continue
            time[there], which[there] = then, own_start
            at = _slot(then, base, per_s)
            if before < np.inf and at == _slot(before, base, per_s) and at != slot:
                continue
            if free < 0:
                free = len(pool)
                pool = _grown(pool, len(pool))
            entry, free = free, pool[free, 1]
            pool[entry, 0], pool[entry, 1] = there, head[at]
            head[at] = entry
