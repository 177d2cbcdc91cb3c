"""A travel-time surface as a picture that lies right on a web map."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import geometry_mask
from rasterio.warp import (
    Resampling,
    calculate_default_transform,
    reproject,
    transform_bounds,
    transform_geom,
)
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from layers.crs import LON_LAT
from maps.base.classes import class_of
from maps.base.leaflet import Bounds
from maps.base.png import png
from maps.base.style import PALETTE
from maps.base.time_scale import channels, steps

WEB: Final = "EPSG:3857"
"""What Leaflet draws in: a picture in it needs no warping."""

PIXELS: Final = 1_200
"""Of the longer side."""

HATCH: Final = (14, 3)
"""Pixels from one stroke of the hatching to the next, and of a stroke's width."""

CLEAR, STROKE, FIRST = 0, 1, 2
"""Positions in the picture's palette: nothing, hatching, the nearest class."""


@dataclass(frozen=True)
class Surface:
    """A picture and where it lies.

    Attributes
    ----------
    url
        A PNG as a data URI.
    bounds
        Its edges in degrees; rows are evenly spaced in Web Mercator.
    """

    url: str
    bounds: Bounds


def surface(
    times: NDArray[np.float32],
    affine: Affine,
    crs: str,
    *,
    minutes: Sequence[int],
    inside: BaseGeometry,
    clipped: bool = False,
) -> Surface:
    """Draw travel times in the colours of their classes.

    Parameters
    ----------
    times
        Seconds, shape (rows, cols); inf or NaN where nothing is reached.
    affine, crs
        Where its cells are, north up.
    minutes
        Breaks of `maps.base.time_scale`.
    inside
        Polygon in lon, lat; in it, what is not reached is hatched, elsewhere left clear.
    clipped
        Whether all that lies outside is left clear.

    Returns
    -------
    surface
        The longer side has `PIXELS` pixels; the same input gives the same bytes.
    """
    rows, cols = times.shape
    west, north = affine.c, affine.f
    edges = (west, north + affine.e * rows, west + affine.a * cols, north)
    _, width, height = calculate_default_transform(crs, WEB, cols, rows, *edges)
    longer = max(width, height)
    to, width, height = calculate_default_transform(
        crs,
        WEB,
        cols,
        rows,
        *edges,
        dst_width=max(1, round(width * PIXELS / longer)),
        dst_height=max(1, round(height * PIXELS / longer)),
    )
    warped = np.full((height, width), np.nan, np.float32)
    reproject(
        np.where(np.isfinite(times), times, np.nan).astype(np.float32),
        warped,
        src_transform=affine,
        src_crs=crs,
        src_nodata=np.nan,
        dst_transform=to,
        dst_crs=WEB,
        dst_nodata=np.nan,
        resampling=Resampling.nearest,
    )
    found = class_of(warped / 60, minutes)
    shape = transform_geom(LON_LAT, WEB, mapping(inside))
    within = geometry_mask([shape], (height, width), to, invert=True)
    row, col = np.indices((height, width))
    stroke = within & ((row + col) % HATCH[0] < HATCH[1])
    pixels = np.where(found < 0, np.where(stroke, STROKE, CLEAR), found + FIRST)
    pixels = np.where(within | (not clipped), pixels, CLEAR).astype(np.uint8)
    palette = [PALETTE["surface"], PALETTE["unreached"], *(s.colour for s in steps(minutes))]
    colours = np.array([channels(colour) for colour in palette], np.uint8)
    left, top = to.c, to.f
    bounds = transform_bounds(WEB, LON_LAT, left, top + to.e * height, left + to.a * width, top)
    encoded = base64.b64encode(png(pixels, colours, alpha=(0,))).decode()
    return Surface(f"data:image/png;base64,{encoded}", bounds)
