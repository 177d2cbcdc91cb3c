"""The lines of a network in degrees, turned when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.arrays import Bools, Floats, Ints
from layers.crs import to_lon_lat


@dataclass(frozen=True, eq=False)
class Drawn:
    """Lines of segments as points in lon, lat.

    Attributes
    ----------
    lines
        In the coordinates of the network, shape (segments,).
    crs
        What these are, as text.
    """

    lines: NDArray[np.object_]
    crs: str

    @cached_property
    def offsets(self) -> Ints:
        """Points of segment i are `offsets[i]:offsets[i + 1]`; shape (segments + 1,)."""
        return np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(self.lines))])

    @cached_property
    def _points(self) -> tuple[Floats, Bools]:
        return np.full((int(self.offsets[-1]), 2), np.nan), np.zeros(len(self.lines), bool)

    def degrees(self, segments: Ints) -> Floats:
        """Return all points, shape (points, 2), of which those of some segments are known."""
        points, known = self._points
        new = segments[~known[segments]]
        if len(new):
            coordinates, line = shapely.get_coordinates(self.lines[new], return_index=True)
            first = np.concatenate([[0], np.flatnonzero(np.diff(line)) + 1])
            at = self.offsets[new][line] + np.arange(len(line)) - first[line]
            points[at] = np.column_stack(to_lon_lat(self.crs).transform(*coordinates.T))
            known[new] = True
        return points

    def between(self, segments: Ints, fraction: Floats) -> Floats:
        """Return positions along segments, shape (n, 2); `fraction` of their drawn length."""
        found = shapely.line_interpolate_point(self.lines[segments], fraction, normalized=True)
        return np.column_stack(to_lon_lat(self.crs).transform(*shapely.get_coordinates(found).T))
