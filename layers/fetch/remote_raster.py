"""The part of a raster on the web that an area needs, without the rest of it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final

import numpy as np
import rasterio
from rasterio.errors import RasterioIOError
from rasterio.windows import Window, from_bounds
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from layers.crs import Bounds, from_lon_lat
from layers.errors import ElsewhereError, FetchError, TemporaryError
from layers.fetch.download import Order, Record, download, forget, keep_record, look
from layers.fetch.sources import Connection
from layers.fetch.web import AGENT, Amount, Teller, retrying
from layers.io.files import writing

STRIP: Final = 512
"""Rows that are read at once."""

MAGIC: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a TIFF begins."""


def fetch_window(order: Order, bounds: Bounds, connection: Connection, teller: Teller) -> Record:
    """Fetch the cells of a GeoTIFF that touch an extent.

    Only they are read where the server sends parts of files; else, or where the hash of the
    whole file is to be checked, the whole is fetched, resumably, and cut.

    Parameters
    ----------
    order
        Which GeoTIFF, and where its part is written.
    bounds
        Extent in lon, lat.
    connection, teller
        How patient we are, and who is told.

    Returns
    -------
    record
        Also written beside the file.

    Raises
    ------
    NotThereError
        The server has no such file.
    ElsewhereError
        It does not reach into the extent.
    FetchError
        It cannot be fetched, or is no TIFF.
    WriteError
        The disk is full.
    """
    head = look(order.url, connection, teller)
    if not head.start.startswith(MAGIC):
        raise FetchError(f"{order.url}: is no GeoTIFF; check the address in sources.toml")
    if head.parts and not order.sha256:
        with rasterio.Env(**_gdal(connection)):
            retrying(
                lambda: _copy(f"/vsicurl/{order.url}", order, bounds, teller), connection, teller
            )
        return keep_record(order, head)
    whole = order.path.with_name(f"whole-{order.path.name}")
    download(replace(order, path=whole, asked=order.url), connection, teller)
    try:
        _copy(str(whole), order, bounds, teller)
    except TemporaryError as error:  # the file is here: another try would not help
        raise FetchError(str(error)) from error
    finally:
        forget(whole)
    return keep_record(order, head)


def _copy(name: str, order: Order, bounds: Bounds, teller: Teller) -> None:
    """Copy the cells of a window, strip by strip."""
    with writing(order.path) as temporary:
        try:
            with rasterio.open(name) as raster:
                window = _window(raster, bounds, order.url)
                profile = {
                    "driver": "GTiff",
                    "count": 1,
                    "dtype": raster.dtypes[0],
                    "crs": raster.crs,
                    "nodata": raster.nodata,
                    "width": window.width,
                    "height": window.height,
                    "transform": raster.window_transform(window),
                    "compress": "deflate",
                    "tiled": True,
                    "blockxsize": 256,
                    "blockysize": 256,
                    "BIGTIFF": "IF_SAFER",
                }
                with rasterio.open(temporary, "w", **profile) as target:
                    _strips(raster, target, window, teller, order.what)
            with rasterio.open(temporary) as written:
                written.checksum(1)  # reads all of it: a full disk is not always told before
        except RasterioIOError as error:
            why = error.__cause__ or error
            raise TemporaryError(f"{order.url}: reading broke off: {why}") from error


def _strips(
    raster: rasterio.DatasetReader,
    target: rasterio.io.DatasetWriter,
    window: Window,
    teller: Teller,
    what: str,
) -> None:
    """Copy rows and tell how far it is."""
    size = 0
    for top in range(0, window.height, STRIP):
        rows = min(STRIP, window.height - top)
        part = Window(window.col_off, window.row_off + top, window.width, rows)
        cells = raster.read(1, window=part)
        target.write(cells, 1, window=Window(0, top, window.width, rows))
        size += cells.nbytes
        teller.amount(Amount(what, (top + rows) / window.height, size))


def _window(raster: rasterio.DatasetReader, bounds: Bounds, url: str) -> Window:
    """Return the whole cells that touch an extent."""
    if raster.crs is None:
        raise FetchError(f"{url}: has no coordinate reference system")
    to_raster = from_lon_lat(raster.crs)
    wanted = from_bounds(*to_raster.transform_bounds(*bounds), transform=raster.transform)
    first = np.floor([wanted.row_off, wanted.col_off]).astype(int)
    last = np.ceil([wanted.row_off + wanted.height, wanted.col_off + wanted.width]).astype(int)
    first, last = np.maximum(first, 0), np.minimum(last, raster.shape)
    if (first >= last).any():
        raise ElsewhereError(f"{url}: lies elsewhere than the area")
    (top, left), (rows, columns) = first.tolist(), (last - first).tolist()
    return Window(left, top, columns, rows)


def _gdal(connection: Connection) -> dict[str, object]:
    """Return how GDAL is to read over HTTP."""
    return {
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "GDAL_HTTP_MAX_RETRY": connection.tries - 1,
        "GDAL_HTTP_RETRY_DELAY": connection.pause_s,
        "GDAL_HTTP_CONNECTTIMEOUT": connection.timeout_s,
        "GDAL_HTTP_LOW_SPEED_TIME": connection.timeout_s,
        "GDAL_HTTP_LOW_SPEED_LIMIT": 1,
        "GDAL_HTTP_USERAGENT": AGENT,
        # The certificates of requests, which wheels of rasterio may not bring on every system.
        "CURL_CA_BUNDLE": os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH,
        # What failed before is asked again, not remembered.
        "CPL_VSIL_CURL_NON_CACHED": "/vsicurl/",
    }
