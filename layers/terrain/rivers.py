"""Main rivers where nobody mapped them: where the water of the terrain gathers.

Hollows are filled to where they spill over (Barnes, Lehman and Mulla 2014, priority flood), each
cell drains into the neighbour from which it was flooded, and what drains through a cell adds up
(O'Callaghan and Mark 1984). A river is where more than so many square kilometres gather. Lines
are as true as the terrain: over coarse ground they lie up to half a kilometre beside the water.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.arrays import Floats, Ints
from layers.crs import Bounds
from layers.terrain.terrain import METRES_PER_DEGREE, Terrain

CELL_DEG: Final = 1 / 300
"""12 seconds, 370 m: as fine as half a post of the coarse terrain."""

SMOOTH: Final = 3
"""Rounds of cutting corners (Chaikin 1974), so that steps of cells do not show."""


STRAIGHT_DEG: Final = 0.08
STRAIGHT: Final = 0.97
"""Lines longer than this, whose ends are apart by this share of it, are left out."""


@dataclass(frozen=True, eq=False)
class Rivers:
    """Main rivers of an extent.

    Attributes
    ----------
    lines
        In lon, lat, each from a source or a mouth of others to the next, downstream.
    basin_km2
        What drains through the lower end of each, within the extent.
    """

    lines: NDArray[np.object_]
    basin_km2: Floats


def rivers(terrain: Terrain, bounds: Bounds, least_km2: float) -> Rivers:
    """Find where at least `least_km2` drain through.

    Parameters
    ----------
    terrain
        Heights; beyond them nothing is known.
    bounds
        Extent in lon, lat.
    least_km2
        What makes a river.
    """
    # Whoever finds rivers kept needs nothing compiled.
    from layers.terrain.gathering import flooded, gathered

    west, south, east, north = bounds
    lon = np.arange(west, east, CELL_DEG) + CELL_DEG / 2
    lat = np.arange(north, south, -CELL_DEG) - CELL_DEG / 2
    x, y = np.meshgrid(lon, lat)
    height = terrain.sample(x.ravel(), y.ravel()).reshape(x.shape)
    into, order = flooded(np.where(np.isnan(height), np.inf, height))
    side = CELL_DEG * METRES_PER_DEGREE / 1000
    area = (side * side * np.cos(np.radians(y))).ravel() * np.isfinite(height).ravel()
    total = gathered(into, order, area)
    return _traced(into, total, least_km2, x.ravel(), y.ravel())


def _traced(into: Ints, gathered: Floats, least_km2: float, lon: Floats, lat: Floats) -> Rivers:
    """Draw the cells of rivers as lines from source or mouth to mouth."""
    wet = gathered >= least_km2
    cells = np.flatnonzero(wet)
    below = into[cells]
    feeds = np.bincount(below[below >= 0], minlength=len(into))
    lines, basins = [], []
    for start in cells[feeds[cells] != 1]:
        path = [int(start)]
        if into[start] < 0:
            continue
        while into[path[-1]] >= 0:
            path.append(int(into[path[-1]]))
            if feeds[path[-1]] != 1:
                break
        line = shapely.LineString(_smooth(np.column_stack([lon[path], lat[path]])))
        if not _straight(line):
            lines.append(line)
            basins.append(float(gathered[path[-2]]))
    return Rivers(np.array(lines, object), np.array(basins))


def _straight(line: shapely.LineString) -> bool:
    """Tell a line over a level plain, whose way nobody knows: no river runs so straight so far."""
    ends = np.array([line.coords[0], line.coords[-1]])
    far = float(np.hypot(*(ends[1] - ends[0])))
    return far > STRAIGHT_DEG and far > STRAIGHT * line.length


def _smooth(points: Floats) -> Floats:
    """Cut corners; ends stay."""
    for _ in range(SMOOTH):
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        cut = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut[1:-1], points[-1:]])
    return points
