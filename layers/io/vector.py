"""Shapes that a person writes into a file: corners as lon, lat, or a file beside it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from layers.area import read_shapes
from layers.crs import LON_LAT
from layers.errors import DataError

Points = tuple[tuple[float, ...], ...]


def corners(points: Points, least: int, key: str) -> list[tuple[float, float]]:
    """Return corners as pairs of lon, lat.

    Parameters
    ----------
    points
        As written.
    least
        How many there must be.
    key
        Where they were written, for messages.

    Raises
    ------
    DataError
        They are too few, or not pairs of degrees.
    """
    if len(points) < least or any(len(p) != 2 or abs(p[1]) > 90 for p in points):  # noqa: PLR2004
        raise DataError(f"{key}: must be {least} or more pairs of lon, lat")
    return [(p[0], p[1]) for p in points]


def read_beside(name: str, folder: Path | None) -> gpd.GeoSeries:
    """Read shapes in lon, lat from a file in a folder, and only there.

    Raises
    ------
    DataError
        The name leads elsewhere, or errors as `layers.area.read_shapes`.
    """
    if folder is None or Path(name).name != name or "\\" in name or name.startswith("."):
        raise DataError(f"file {name!r}: must be the name of a file beside the scenario")
    return read_shapes(folder / name, what="lines or polygons").geometry.to_crs(LON_LAT)
