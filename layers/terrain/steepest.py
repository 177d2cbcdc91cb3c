"""Roads are no steeper than they are built: cuts and fills where the terrain is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numba
import numpy as np
import pandas as pd

from layers.arrays import Floats, Ints
from layers.io.toml_file import read_toml

TINY_M = 1e-6
"""A height that is so little off is not mended."""


@dataclass(frozen=True)
class Steepest:
    """The steepest that roads are, rise over run; see `steepest.toml`."""

    any: float = field(metadata={"min": 0.05, "max": 0.3})
    numbered: float = field(metadata={"min": 0.05, "max": 0.3})
    highway: Mapping[str, float] = field(metadata={"min": 0.05, "max": 0.3})


@cache
def steepest_roads() -> Steepest:
    """Read the limits that ship with the package."""
    path = Path(__file__).parent / "steepest.toml"
    return read_toml(path, Steepest, what="how steep roads are")


def limits(segments: pd.DataFrame, rules: Steepest) -> Floats:
    """Return the steepest that every segment may be, shape (segments,).

    Roads of no class, as they are drawn, take that of any road.

    Examples
    --------
    >>> roads = pd.DataFrame({"highway": ["track", "track", "trunk"], "ref": ["", "1095", "1"]})
    >>> limits(roads, steepest_roads()).tolist()
    [0.3, 0.23, 0.14]
    """
    if not {"highway", "ref"} <= set(segments.columns):
        return np.full(len(segments), rules.any)
    by_class = segments["highway"].astype(str).map(rules.highway).fillna(rules.any)
    numbered = (segments["ref"].astype(str) != "").to_numpy()
    limit: Floats = np.where(
        numbered, np.minimum(by_class, rules.numbered), by_class.to_numpy(np.float64)
    )
    return limit


def cut_and_fill(
    height: Floats, distance: Floats, offsets: Ints, ends: Ints, node_m: Floats, limit: Floats
) -> tuple[Floats, Floats]:
    """Make no road steeper than its limit, with as much cut as fill.

    Half way between the lowest heights that are nowhere too steep and nowhere below the
    given ones, and the highest that are nowhere above them; through junctions. Where
    nothing is too steep nothing changes; where segments are cut does not matter.

    Parameters
    ----------
    height, distance
        Of every sample, shape (samples,).
    offsets
        Where segments begin.
    ends
        Nodes of every segment, shape (segments, 2).
    node_m
        Height of every node; that of the samples there, shape (nodes,).
    limit
        Steepest grade of every segment, shape (segments,).

    Returns
    -------
    height, node_m
        Mended.
    """
    above, node_above = height.copy(), node_m.copy()
    _raise(above, node_above, distance, offsets, ends, limit)
    below, node_below = -height, -node_m
    _raise(below, node_below, distance, offsets, ends, limit)
    return (above - below) / 2, (node_above - node_below) / 2


@numba.njit(cache=True)
def _raise(
    height: Floats, node: Floats, distance: Floats, offsets: Ints, ends: Ints, limit: Floats
) -> None:
    """Raise heights until none falls faster than its limit, in place."""
    count = len(offsets) - 1
    changed = np.ones(len(node), np.bool_)
    while changed.any():
        before = changed
        changed = np.zeros(len(node), np.bool_)
        for at in range(count):
            u, v = ends[at, 0], ends[at, 1]
            if not (before[u] or before[v] or changed[u] or changed[v]):
                continue
            first, last = offsets[at], offsets[at + 1] - 1
            height[first] = max(height[first], node[u])
            height[last] = max(height[last], node[v])
            for k in range(first + 1, last + 1):
                least = height[k - 1] - limit[at] * (distance[k] - distance[k - 1])
                height[k] = max(height[k], least)
            for k in range(last - 1, first - 1, -1):
                least = height[k + 1] - limit[at] * (distance[k + 1] - distance[k])
                height[k] = max(height[k], least)
            if height[first] > node[u] + TINY_M:
                changed[u] = True
            if height[last] > node[v] + TINY_M:
                changed[v] = True
            node[u] = max(node[u], height[first])
            node[v] = max(node[v], height[last])
