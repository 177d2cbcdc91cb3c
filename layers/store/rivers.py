"""Main rivers of an area's terrain, found once and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import shapely

from layers.area import Area, read_boundary
from layers.io.files import fingerprint
from layers.store.kept import code_fingerprint, read_kept, write_kept
from layers.store.store import has_terrain, load_terrain
from layers.terrain.rivers import Rivers, rivers

LEAST_KM2: Final = 250.0
"""What makes a main river: the Pai and the Yuam have several thousand."""

AROUND_DEG: Final = 0.5
"""How far beyond an area rivers are looked for: so far hills are drawn, too."""

COARSEST_M: Final = 1000.0
"""Terrain that is told less often shows no valleys."""


def load_rivers(area: Area) -> Rivers | None:
    """Find the main rivers of an area in its terrain, or read what was kept of them.

    Returns
    -------
    rivers
        None where there is no terrain, or where it is too coarse.
    """
    if not has_terrain(area):
        return None
    terrain, shape = load_terrain(area), read_boundary(area)
    bounds = tuple(round(edge, 3) for edge in shape.buffer(AROUND_DEG).bounds)
    west, south, east, north = terrain.bounds
    extent = (
        max(bounds[0], west),
        max(bounds[1], south),
        min(bounds[2], east),
        min(bounds[3], north),
    )
    if terrain.usual_grain_m(extent) > COARSEST_M:
        return None
    code = code_fingerprint(Path(__file__).parents[1] / "terrain", Path(__file__))
    files = tuple(tile.path for tile in terrain.tiles)
    key = fingerprint("rivers", code, extent, files=files)
    kept = read_kept(key)
    if kept is None:
        found = rivers(terrain, extent, LEAST_KM2)
        _, points, (offsets,) = shapely.to_ragged_array(found.lines.tolist() or [LINE])
        parts = {"points": points, "offsets": offsets, "basin_km2": found.basin_km2}
        write_kept(key, {name: np.ascontiguousarray(part) for name, part in parts.items()})
        return found
    arrays = kept.arrays
    lines = shapely.from_ragged_array(
        shapely.GeometryType.LINESTRING, arrays["points"], (arrays["offsets"],)
    )
    basins = arrays["basin_km2"]
    return Rivers(np.asarray(lines, object)[: len(basins)], basins)


LINE: Final = shapely.LineString([(0, 0), (0, 0)])
"""Stands where there is no river."""
