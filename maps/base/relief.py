"""Hills in light and shade, as a small picture that lies right on a web map."""

from __future__ import annotations

import base64
from typing import Final

import numpy as np
import shapely
from affine import Affine
from rasterio.features import geometry_mask
from scipy.ndimage import gaussian_filter
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from layers.arrays import Floats, Ints
from layers.terrain.terrain import METRES_PER_DEGREE, Terrain
from maps.base.png import png
from maps.base.polylines import GRID, on_grid
from maps.base.raster_layer import Surface
from maps.base.style import PALETTE
from maps.base.time_scale import channels

PIXELS: Final = (900, 700, 500, 350)
"""Of the longer side: the first that is light enough, never finer than the terrain can tell."""

BYTES: Final = 140_000
"""What a picture may weigh; a page carries a third more, in base64."""

SUN_DEG: Final = (315.0, 45.0)
"""Where light comes from: azimuth (by custom the north-west) and height."""

STEEP: Final = 0.45
"""Slope that the steepest tenth of an area is drawn with at the least: coarse terrain is
flattened by its own cells, and would hardly show."""

VOID_CELLS: Final = 3.0
"""Holes in the heights are filled from so far around."""

EDGE: Final = 0.3
"""Share of heights known around a cell that is drawn."""

DARKEST: Final = 0.25
"""Light that is drawn as dark as any."""

COARSE_M: Final = 500.0
"""Cells beyond this tell of ranges of hills, not of hills, and are drawn fainter."""

FAINT: Final = 0.45

LIGHTS: Final = np.linspace(DARKEST, 1, 15)
"""Light of each colour of the picture after the first, which is clear."""


def relief(terrain: Terrain, inside: BaseGeometry) -> Surface | None:
    """Draw the hills of an area: shadow and light to lie on any colour, level ground clear.

    Parameters
    ----------
    terrain
        Heights.
    inside
        Polygon in lon, lat; beyond it the picture is clear.

    Returns
    -------
    picture
        A PNG of at most `BYTES`, where hills are not rougher than noise; None where the
        terrain has no heights. The same input gives the same bytes.
    """
    west, south, east, north = inside.bounds
    corners = on_grid(np.array([[west, south], [east, north]]))
    if (corners[0] == corners[1]).any():
        return None
    grain = terrain.usual_grain_m(inside.bounds)
    picture = b""
    for pixels in PIXELS:
        light = _light(terrain, grain, inside, corners, pixels)
        if not np.isfinite(light).any():
            return None
        picture = _picture(light, FAINT if grain > COARSE_M else 1.0)
        if len(picture) <= BYTES:
            break
    encoded = base64.b64encode(picture).decode()
    return Surface(f"data:image/png;base64,{encoded}", (west, south, east, north))


def _light(
    terrain: Terrain, grain_m: float, inside: BaseGeometry, corners: Ints, pixels: int
) -> Floats:
    """Return the light of each pixel, rows evenly spaced in Web Mercator, NaN outside."""
    (left, bottom), (right, top) = corners.tolist()
    lats = shapely.bounds(inside)[[1, 3]]
    metres = 360 * METRES_PER_DEGREE / GRID * np.cos(np.radians(lats.mean()))
    step = max(max(right - left, bottom - top) / pixels, grain_m / 3 / metres)
    cols, rows = (max(2, round(side / step)) for side in (right - left, bottom - top))
    x = left + (np.arange(cols) + 0.5) * (right - left) / cols
    y = top + (np.arange(rows) + 0.5) * (bottom - top) / rows
    lon = x / GRID * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / GRID))))
    heights = terrain.sample(np.tile(lon, rows), np.repeat(lat, cols)).reshape(rows, cols)
    light = hillshade(heights, step * metres, smooth=grain_m / (step * metres) / 2)
    to = Affine((right - left) / cols, 0, left, 0, (bottom - top) / rows, top)
    shape = mapping(shapely.transform(inside, lambda at: on_grid(at).astype(np.float64)))
    return np.where(geometry_mask([shape], (rows, cols), to), np.nan, light)


def _picture(light: Floats, strength: float) -> bytes:
    """Write light as a PNG: the darker, the more ink; the lighter than level, the more white."""
    level = np.sin(np.radians(SUN_DEG[1]))
    dark = np.clip((level - LIGHTS) / (level - DARKEST), 0, 1) * 0.42
    lit = np.clip((LIGHTS - level) / (1 - level), 0, 1) * 0.45
    alpha = np.rint(np.maximum(dark, lit) * strength * 255).astype(int).tolist()
    inks = [PALETTE["ink" if low else "surface"] for low in (level > LIGHTS).tolist()]
    step = LIGHTS[1] - LIGHTS[0]
    found = np.rint((np.clip(np.nan_to_num(light), DARKEST, 1) - DARKEST) / step) + 1
    pixels = np.where(np.isfinite(light), found, 0).astype(np.uint8)
    palette = np.array([channels(one) for one in (PALETTE["surface"], *inks)], np.uint8)
    return png(pixels, palette, alpha=(0, *alpha))


def hillshade(heights: Floats, cell_m: float, *, smooth: float = 0.0) -> Floats:
    """Say how light the ground is under a sun in the north-west (Horn 1981).

    Parameters
    ----------
    heights
        Metres, shape (rows, cols), north up; NaN where unknown.
    cell_m
        Side of a cell, metres.
    smooth
        Standard deviation of a blur in cells: it hides the edges of coarser cells.

    Returns
    -------
    light
        0 to 1, shape (rows, cols): the cosine between the sun and the ground's normal;
        NaN where nothing is known around.

    Examples
    --------
    Level ground has the sine of the sun's height, a slope of 45 degrees that faces the sun
    all light, and one that faces away none:

    >>> row, col = np.mgrid[0:5, 0:5] * 10.0
    >>> rise = (row + col) / 2**0.5
    >>> [float(hillshade(h, 10.0)[2, 2].round(2)) for h in (row * 0, rise, -rise)]
    [0.71, 1.0, 0.0]
    """
    known = np.isfinite(heights)
    near = gaussian_filter(known.astype(np.float64), VOID_CELLS)
    around = gaussian_filter(np.where(known, heights, 0.0), VOID_CELLS)
    filled = np.where(known, heights, around / np.maximum(near, 1e-9))
    down, right = np.gradient(gaussian_filter(filled, smooth) if smooth else filled, cell_m)
    slope = np.hypot(down, right)
    typical = float(np.quantile(slope[known], 0.9)) if known.any() else 0.0
    factor = max(1.0, STEEP / typical) if typical > 0 else 1.0
    azimuth, height = np.radians(SUN_DEG)
    towards = np.array([np.sin(azimuth), np.cos(azimuth)]) * np.cos(height)
    facing = factor * (-right * towards[0] + down * towards[1]) + np.sin(height)
    light = np.clip(facing / np.hypot(1, factor * slope), 0, 1)
    return np.where(near > EDGE, light, np.nan)
