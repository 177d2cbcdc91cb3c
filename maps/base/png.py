"""Pictures as PNG, a palette in place of full colours, and small ones for a page as WebP."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from scipy.spatial import cKDTree

FEW: Final = 16
"""Colours that four bits per pixel can name."""

MOST: Final = 256

COMMON: Final = 176
"""Colours of the palette that are chosen because they are frequent; the rest, because they
differ most from these: a small red mark stays red."""

WEBP_QUALITY: Final = 75
"""Of 100; at 60 the edges of small letters begin to swim."""

INCH_M: Final = 0.0254


def png(
    pixels: NDArray[np.uint8],
    palette: NDArray[np.uint8],
    *,
    alpha: Sequence[int] = (),
    dpi: float | None = None,
) -> bytes:
    """Write a picture with a palette.

    Parameters
    ----------
    pixels
        Positions in the palette, shape (rows, cols).
    palette
        Red, green and blue, shape (colours, 3), at most `MOST`.
    alpha
        How opaque the first colours are, 0 to 255; all others are wholly.
    dpi
        Pixels per inch on paper, where that is known.

    Returns
    -------
    png
        Four or eight bits per pixel (PNG specification, third edition, W3C 2025).
    """
    rows, cols = pixels.shape
    few = len(palette) <= FEW
    even = np.pad(pixels, ((0, 0), (0, cols % 2)))
    packed = (even[:, 0::2] << 4 | even[:, 1::2]).astype(np.uint8) if few else pixels
    lines = np.pad(packed, ((0, 0), (1, 0)))  # a zero before each line: it is not filtered
    header = struct.pack(">IIBBBBB", cols, rows, 4 if few else 8, 3, 0, 0, 0)
    per_m = round((dpi or 0) / INCH_M)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", header),
            *([(b"pHYs", struct.pack(">IIB", per_m, per_m, 1))] if dpi else []),
            (b"PLTE", palette.astype(np.uint8).tobytes()),
            *([(b"tRNS", bytes(alpha))] if alpha else []),
            (b"IDAT", zlib.compress(lines.tobytes(), 9 if few else 6)),
            (b"IEND", b""),
        )
    )


def read(data: bytes) -> NDArray[np.uint8]:
    """Return the pixels of a PNG in full colours, shape (rows, cols, bands)."""
    with warnings.catch_warnings():
        # A picture lies nowhere on Earth, and need not.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(data) as file, file.open(driver="PNG") as opened:
            bands: NDArray[np.uint8] = opened.read()
    return np.moveaxis(bands, 0, -1)


def smaller(rgb: NDArray[np.uint8], pixels: int) -> NDArray[np.uint8]:
    """Make a picture smaller, which takes a tenth of drawing it anew.

    Parameters
    ----------
    rgb
        Shape (rows, cols, 3).
    pixels
        How many it is to be wide, at most `cols`.
    """
    rows, cols, bands = rgb.shape
    size = {"height": rows, "width": cols, "count": bands, "dtype": "uint8"}
    shape = bands, max(round(rows * pixels / cols), 1), pixels
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile() as file:
            with file.open(driver="GTiff", **size) as opened:
                opened.write(np.moveaxis(rgb, -1, 0))
            with file.open() as opened:
                made: NDArray[np.uint8] = opened.read(out_shape=shape, resampling=Resampling.cubic)
    return np.moveaxis(made, 0, -1)


def webp(rgb: NDArray[np.uint8]) -> bytes:
    """Write a picture as WebP: a map in a third of the bytes of a PNG, with letters still sharp.

    Parameters
    ----------
    rgb
        Shape (rows, cols, 3).

    Returns
    -------
    webp
        The same picture gives the same bytes with the same GDAL; a PNG where GDAL was built
        without WebP.
    """
    with rasterio.Env() as env:
        known = "WEBP" in env.drivers()
    if not known:
        return png(*reduced(rgb))
    rows, cols, bands = rgb.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile() as file:
            size = {"height": rows, "width": cols, "count": bands, "dtype": "uint8"}
            with file.open(driver="WEBP", QUALITY=WEBP_QUALITY, **size) as opened:
                opened.write(np.moveaxis(rgb, -1, 0))
            return bytes(file.read())


def reduced(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Find a palette for a picture: its frequent colours, and rare ones far from them.

    Parameters
    ----------
    rgb
        Shape (rows, cols, 3).

    Returns
    -------
    pixels, palette
        As `png` takes them; a picture of few colours keeps every one of them.

    Examples
    --------
    >>> one = np.zeros((2, 2, 3), np.uint8)
    >>> one[0, 0] = 255, 0, 0
    >>> pixels, palette = reduced(one)
    >>> bool((palette[pixels] == one).all())
    True
    """
    # Band by band: a decoded picture lies in bands, and one copy of all takes ten times as long.
    code = rgb[..., 0].astype(np.uint32)
    for band in (1, 2):
        code <<= np.uint32(8)
        code |= rgb[..., band]
    where, found = pd.factorize(code.ravel())
    count = np.bincount(where)
    colours = np.column_stack([found >> 16, found >> 8 & 255, found & 255]).astype(np.float64)
    order = np.argsort(-count, kind="stable")
    chosen = order[:MOST] if len(found) <= MOST else _chosen(colours, order)
    _, nearest = cKDTree(colours[chosen]).query(colours)
    pixels = nearest.astype(np.uint8)[where].reshape(code.shape)
    return pixels, colours[chosen].astype(np.uint8)


def _chosen(colours: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Take the most frequent colours, then again and again the one farthest from all taken."""
    taken = order[:COMMON].tolist()
    away, _ = cKDTree(colours[taken]).query(colours)
    # Squares of whole numbers, band by band: exact, and in a third of the time.
    bands, away = colours.T.astype(np.float32), np.rint(away**2).astype(np.float32)
    while len(taken) < MOST:
        taken.append(int(np.argmax(away)))
        apart = sum((band - band[taken[-1]]) ** 2 for band in bands)
        np.minimum(away, apart, out=away)
    return np.array(taken)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
