"""One metric coordinate reference system per area."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from layers.errors import CrsError

Bounds = tuple[float, float, float, float]
"""(min_lon, min_lat, max_lon, max_lat) in degrees."""

LON_LAT = "EPSG:4326"


@lru_cache(maxsize=64)
def from_lon_lat(crs: CRS | str) -> Transformer:
    """Return what turns lon, lat into coordinates of a system: making it takes 10 ms."""
    return Transformer.from_crs(LON_LAT, crs, always_xy=True)


@lru_cache(maxsize=64)
def to_lon_lat(crs: CRS | str) -> Transformer:
    """Return what turns coordinates of a system into lon, lat."""
    return Transformer.from_crs(crs, LON_LAT, always_xy=True)


def utm_for(bounds: Bounds) -> str:
    """Choose the UTM zone of the middle of an extent.

    Parameters
    ----------
    bounds
        Extent in degrees.

    Returns
    -------
    crs
        `EPSG:326zz` north, `EPSG:327zz` south of the equator.

    Examples
    --------
    >>> utm_for((97.34, 17.64, 98.65, 19.82))
    'EPSG:32647'
    >>> utm_for((1.41, 42.43, 1.79, 42.66))
    'EPSG:32631'
    """
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    zone = min(60, math.floor((lon + 180) / 6) + 1)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def metric_crs(text: str, path: Path) -> CRS:
    """Return the CRS that a file names, if it is projected in metres.

    Raises
    ------
    CrsError
        It is unknown, or not in metres.
    """
    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        raise CrsError(f"{path}: key 'crs': {text!r} is no known coordinate system") from error
    if not crs.is_projected or crs.axis_info[0].unit_name not in {"metre", "meter"}:
        raise CrsError(
            f"{path}: key 'crs': {text!r} is not in metres; choose a projected system "
            "such as the UTM zone (EPSG:32647 for western Thailand)"
        )
    return crs


def extent(bounds: Bounds) -> str:
    """Spell an extent for a message.

    Examples
    --------
    >>> extent((97.3, 17.6, 98.7, 19.8))
    'lon 97.30 to 98.70, lat 17.60 to 19.80'
    """
    west, south, east, north = bounds
    return f"lon {west:.2f} to {east:.2f}, lat {south:.2f} to {north:.2f}"
