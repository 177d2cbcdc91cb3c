"""Where a part of the world is drawn: Web Mercator in a box of pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maps.base.leaflet import Bounds
from maps.picture.marks import Box

EARTH_M: Final = 6_371_008.8
"""Mean radius (IUGG 1980); lengths on the map hold at one latitude only."""

TILE: Final = 256.0
"""Pixels of the whole world at Leaflet's zoom 0."""

BESIDE: Final = 16.0
"""Pixels between what a map is to show and its edges."""

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """Where a part of the world is drawn: Web Mercator, north up.

    Attributes
    ----------
    box
        Its edges in pixels.
    scale
        Pixels of the whole world from west to east.
    west, north
        Of its left upper corner, in parts of the world.
    """

    box: Box
    scale: float
    west: float
    north: float

    def at(self, lon_lat: Points) -> Points:
        """Return pixels of points, shape (points, 2)."""
        return (mercator(lon_lat) - (self.west, self.north)) * self.scale + self.box[:2]

    @property
    def zoom(self) -> float:
        """Leaflet's zoom."""
        return math.log2(self.scale / TILE)

    @property
    def latitude(self) -> float:
        """Of its middle line, degrees."""
        middle = self.north + (self.box.bottom - self.box.top) / 2 / self.scale
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * middle))))

    def metres(self) -> float:
        """Return how many metres a pixel is at the middle latitude."""
        around = 2 * math.pi * EARTH_M * math.cos(math.radians(self.latitude))
        return around / self.scale


def mercator(lon_lat: Points) -> Points:
    """Project to Web Mercator, the world one wide and high, from its left upper corner.

    Examples
    --------
    >>> mercator(np.array([[0.0, 0.0], [180.0, -85.0511287798066]])).round(6).tolist()
    [[0.5, 0.5], [1.0, 1.0]]
    """
    lon, lat = np.asarray(lon_lat, np.float64).reshape(-1, 2).T
    sine = np.sin(np.radians(np.clip(lat, -85.06, 85.06)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return np.column_stack([lon / 360 + 0.5, y])


def shape_of(bounds: Bounds) -> float:
    """Return how many times as wide as high bounds are on the map.

    Examples
    --------
    >>> shape_of((98.0, 19.0, 98.0, 19.0))
    1.0
    """
    (left, bottom), (right, top) = mercator(np.array([bounds[:2], bounds[2:]]))
    # A road may lead due north, or due east.
    return float(max(right - left, 1e-9) / max(bottom - top, 1e-9))


def fitted(bounds: Bounds, box: Box, *, above: float = BESIDE, below: float = BESIDE) -> Frame:
    """Return the frame that shows bounds as large as they fit, with room above and below."""
    (left, bottom), (right, top) = mercator(np.array([bounds[:2], bounds[2:]]))
    wide, high = box.right - box.left, box.bottom - box.top
    scale = min(
        (wide - 2 * BESIDE) / max(right - left, 1e-7),
        (high - above - below) / max(bottom - top, 1e-7),
    )
    return Frame(
        box,
        float(scale),
        float((left + right) / 2 - wide / 2 / scale),
        float((top + bottom) / 2 - (high + above - below) / 2 / scale),
    )
