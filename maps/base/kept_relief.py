"""Hills of an area, drawn once: every map of it has the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

import layers.terrain
from layers.io.files import fingerprint
from layers.store.kept import Arrays, code_fingerprint, kept_or_made
from layers.terrain.terrain import Terrain
from maps.base.raster_layer import Surface
from maps.base.relief import relief


def kept_relief(terrain: Terrain, inside: BaseGeometry) -> Surface | None:
    """Draw hills as `maps.base.relief.relief` does, or read what was kept of them.

    Parameters
    ----------
    terrain
        Heights; their files tell whether they are still the same.
    inside
        Polygon in lon, lat.

    Returns
    -------
    picture
        None where the terrain has no heights.
    """
    key = fingerprint(
        "relief", _code(), inside.wkb, files=tuple(tile.path for tile in terrain.tiles)
    )
    url = kept_or_made(key, lambda: _bytes(relief(terrain, inside)))["url"].tobytes().decode()
    return Surface(url, inside.bounds) if url else None


def _bytes(found: Surface | None) -> Arrays:
    return {"url": np.frombuffer(found.url.encode() if found else b"", np.uint8)}


@cache
def _code() -> str:
    (terrain,) = layers.terrain.__path__
    return code_fingerprint(Path(__file__).parent, Path(terrain))
