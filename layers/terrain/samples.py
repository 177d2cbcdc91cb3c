"""Roads as samples of terrain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from layers.arrays import Floats, Ints

FINE_M: Final = 120.0
"""Grades are read from a terrain no coarser than about this: SRTM 3″ has cells of 93 m."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Segments as samples of terrain.

    Attributes
    ----------
    ends
        Nodes of every segment, shape (segments, 2).
    length_m
        Shape (segments,).
    offsets
        Samples of segment i are `offsets[i]:offsets[i + 1]`.
    x, y
        Samples in metres, shape (samples,).
    height_m, grain_m
        What the terrain says and how fine it is, NaN where it has no data, shape (samples,).
    """

    ends: Ints
    length_m: Floats
    offsets: Ints
    x: Floats
    y: Floats
    height_m: Floats
    grain_m: Floats
