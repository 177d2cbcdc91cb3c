"""Where water runs on a grid of heights: the compiled part of `layers.terrain.rivers`."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from layers.arrays import Floats, Ints


@njit(cache=True)
def flooded(height: Floats) -> tuple[Ints, Ints]:
    """Flood from the edges inwards: the cell into which each drains, -1 at an edge, and the order.

    A cell without height is an edge of its own.
    """
    rows, columns = height.shape
    flat = height.copy().ravel()
    into = np.full(flat.size, -1, np.int64)
    order = np.empty(flat.size, np.int64)
    seen = np.zeros(flat.size, np.bool_)
    heap = [(0.0, 0, 0)]
    heap.pop()
    count = 0
    for cell in range(flat.size):
        row, column = cell // columns, cell % columns
        edge = row == 0 or column == 0 or row == rows - 1 or column == columns - 1
        if not np.isfinite(flat[cell]):
            seen[cell] = True
            continue
        if not edge:
            for step in range(9):
                beside = (row + step // 3 - 1) * columns + column + step % 3 - 1
                edge = edge or not np.isfinite(flat[beside])
        if edge:
            seen[cell] = True
            heapq.heappush(heap, (flat[cell], count, cell))
            count += 1
    done = 0
    while heap:
        level, _, cell = heapq.heappop(heap)
        order[done] = cell
        done += 1
        row, column = cell // columns, cell % columns
        for step in range(9):
            down, across = row + step // 3 - 1, column + step % 3 - 1
            if down < 0 or across < 0 or down >= rows or across >= columns:
                continue
            beside = down * columns + across
            if seen[beside]:
                continue
            seen[beside] = True
            into[beside] = cell
            flat[beside] = max(flat[beside], level)
            heapq.heappush(heap, (flat[beside], count, beside))
            count += 1
    return into, order[:done]


@njit(cache=True)
def gathered(into: Ints, order: Ints, area: Floats) -> Floats:
    """Add up what drains through every cell, from the last flooded to the first."""
    total = area.copy()
    for at in range(order.size - 1, -1, -1):
        cell = order[at]
        if into[cell] >= 0:
            total[into[cell]] += total[cell]
    return total
