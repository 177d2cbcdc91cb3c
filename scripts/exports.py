"""Write results for other programs: GeoPackage with styles, COG; each whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from layers.errors import WriteError
from layers.io.files import write_bytes, writing

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

_WRITING: Final = {
    # Instead of the time of day: the same layers give the same file.
    "OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z",
    # The file is a temporary one until it is whole: nothing of it is worth a journal on the
    # disk, or a wait for the disk at every layer.
    "OGR_SQLITE_JOURNAL": "MEMORY",
    "OGR_SQLITE_SYNCHRONOUS": "OFF",
}
_STYLES = """
CREATE TABLE IF NOT EXISTS layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""
_CONTENTS = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', '2000-01-01T00:00:00.000Z')
"""


@dataclass(frozen=True)
class View:
    """A layer that shows some columns and rows of another one, and has no lines of its own.

    Attributes
    ----------
    layer
        The layer that has them.
    columns
        Name here by name there.
    known
        Only rows that have something in this column.
    """

    layer: str
    columns: Mapping[str, str]
    known: str


def write_geopackage(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    styles: Mapping[str, str],
    *,
    views: Mapping[str, View] | None = None,
    description: str = "",
) -> None:
    """Write layers and their QGIS styles into one GeoPackage.

    Parameters
    ----------
    path
        File to write.
    layers
        By name.
    styles
        QML by name of layer or view; QGIS opens the layer with it.
    views
        Further layers, by name.
    description
        What QGIS says of every layer.

    Raises
    ------
    WriteError
        The disk is full, or the file is open elsewhere.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    pyogrio.set_gdal_config_options(_WRITING)
    with writing(path) as temporary:
        try:
            for name, frame in layers.items():
                # GDAL 3.6, which a QGIS of 2022 has, warns of anything newer than 1.3.
                how: Any = {"mode": "a"} if temporary.exists() else {"VERSION": "1.3"}
                how |= {"DESCRIPTION": description} if description else {}
                frame.to_file(temporary, layer=name, driver="GPKG", **how)
        except (DataSourceError, DataLayerError) as error:
            raise WriteError(f"{path}: not written: {_why(error, temporary, path)}") from error
        shown = [name for name in (*layers, *(views or {})) if name in styles]
        database = sqlite3.connect(temporary)
        try:
            database.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")
            for name, frame in layers.items():
                _check(database, path, name, frame)
            database.execute(_STYLES)
            database.execute(_CONTENTS)
            for name, view in (views or {}).items():
                _add_view(database, name, view)
            database.executemany(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                "f_geometry_column, styleName, styleQML, useAsDefault, description, update_time) "
                "VALUES ('', '', ?, 'geom', ?, ?, 1, '', '2000-01-01T00:00:00.000Z')",
                [(name, name, styles[name]) for name in shown],
            )
            database.commit()
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise WriteError(f"{path}: not written: it is damaged; is the disk full?")
        except sqlite3.Error as error:
            raise WriteError(f"{path}: not written: {_why(error, temporary, path)}") from error
        finally:
            database.close()


def _why(error: Exception, temporary: Path, path: Path) -> str:
    """Return what GDAL or SQLite says in one line, of the file that the reader knows."""
    told = " ".join(str(error).split()).replace(str(temporary), str(path))
    return f"the disk is full ({told})" if "disk is full" in told else told


def _check(database: sqlite3.Connection, path: Path, name: str, frame: gpd.GeoDataFrame) -> None:
    """Refuse a layer that is not whole: what fails as GDAL closes a file it tells nobody.

    Last of all it counts the rows, tells their extent and makes the index, without which QGIS
    shows nothing.
    """
    places = int((~frame.geometry.isna() & ~frame.geometry.is_empty).sum())
    index = f"rtree_{name}_geom"
    wanted = {f"trigger_{what}_feature_count_{name}" for what in ("insert", "delete")}
    wanted |= {f"{index}_{what}" for what in ("insert", "delete")} if places else set()
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    there = {row[0] for row in database.execute(named, (name,))}
    rows = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?"
    counts = [database.execute(rows, (name,)).fetchone()]
    for table in (name, index) if places else (name,):
        quoted = table.replace('"', '""')
        counts.append(database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone())  # noqa: S608
    import numpy as np

    told = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?"
    extent = database.execute(told, (name,)).fetchone()
    if (
        wanted - there
        or counts != [(len(frame),), (len(frame),), (places,)][: len(counts)]
        or (places and (None in extent or not np.allclose(extent, frame.total_bounds, rtol=1e-6)))
    ):
        raise WriteError(f"{path}: not written: layer {name!r} is not whole; is the disk full?")


def _add_view(database: sqlite3.Connection, name: str, view: View) -> None:
    """Add a layer that shows columns of another one."""

    def quoted(word: str) -> str:
        return '"' + word.replace('"', '""') + '"'

    shown = ", ".join(f"{quoted(own)} AS {quoted(new)}" for own, new in view.columns.items())
    database.execute(
        f"CREATE VIEW {quoted(name)} AS SELECT fid AS OGC_FID, geom, {shown} "  # noqa: S608 - quoted
        f"FROM {quoted(view.layer)} WHERE {quoted(view.known)} IS NOT NULL"
    )
    box = "min_x, min_y, max_x, max_y, srs_id"
    for table, columns in (
        ("gpkg_contents", f"data_type, description, last_change, {box}"),
        ("gpkg_geometry_columns", "column_name, geometry_type_name, srs_id, z, m"),
    ):
        database.execute(
            f"INSERT INTO {table} (table_name, {columns}) "  # noqa: S608 - our own words
            f"SELECT ?, {columns} FROM {table} WHERE table_name = ?",
            (name, view.layer),
        )
    database.execute("UPDATE gpkg_contents SET identifier = ?1 WHERE table_name = ?1", (name,))


def write_cog(path: Path, time_s: NDArray[np.float32], affine: Any, crs: str) -> None:  # noqa: ANN401
    """Write seconds as a cloud-optimised GeoTIFF; what is not reached is nodata (NaN).

    Parameters
    ----------
    path
        File to write.
    time_s
        Shape (rows, columns).
    affine
        Of the array, in `crs`.
    crs
        Metric coordinate system.
    """
    import numpy as np
    from rasterio.io import MemoryFile

    cells = np.where(np.isfinite(time_s), time_s, np.nan).astype(np.float32)
    # In memory first: of a full disk GDAL does not always tell.
    with MemoryFile() as memory:
        with memory.open(
            driver="COG",
            count=1,
            dtype="float32",
            nodata=np.nan,
            crs=crs,
            height=cells.shape[0],
            width=cells.shape[1],
            transform=affine,
            compress="deflate",
            predictor=3,
        ) as raster:
            raster.write(cells, 1)
            raster.set_band_description(1, "seconds to the nearest facility")
        write_bytes(path, memory.read())
