"""Tables beside an imported network: settlements, facilities, water."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from layers.area import Area
from layers.errors import DataError
from layers.store.store import AGAIN, imported_folder, read_stored
from layers.store.whole import read_whole

Table = TypeVar("Table")


def save_points(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write tables such as `facilities` or `water` beside a network that is being written."""
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")


def read_points(folder: Path, name: str) -> pd.DataFrame:
    """Read a table that `save_points` wrote; errors as `read_stored`."""
    return read_whole(folder, lambda it: _table(it, name, pd.read_parquet))


def load_water(area: Area) -> gpd.GeoDataFrame:
    """Read the rivers, canals, lakes and fords of an area's import; errors as `read_stored`.

    Returns
    -------
    water
        As `layers.osm.water.scan_water`, in the area's system; without rows if nothing was
        imported.
    """
    folder = imported_folder(area.slug)
    if not folder.is_dir():
        return gpd.GeoDataFrame({"kind": [], "intermittent": []}, geometry=[], crs=area.crs)
    water: gpd.GeoDataFrame = read_whole(folder, lambda it: _table(it, "water", gpd.read_parquet))
    return water.to_crs(area.crs)


def _table(folder: Path, name: str, read: Callable[[Path], Table]) -> Table:
    """Read a table beside a network; errors as `read_stored`."""
    read_stored(folder)
    try:
        return read(folder / f"{name}.parquet")
    except (OSError, ValueError) as error:
        raise DataError(f"{folder}: is damaged ({error}); {AGAIN}") from error
