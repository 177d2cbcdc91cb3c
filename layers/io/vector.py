"""Shapes of any vector file, and those that a person writes: corners as lon, lat."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from layers.crs import LON_LAT
from layers.errors import CrsError, DataError
from layers.io.files import existing_file
from layers.io.vector_file import vet_vector

Points = tuple[tuple[float, ...], ...]


def read_shapes(path: Path, *, what: str = "a layer") -> gpd.GeoDataFrame:
    """Read any vector file with shapes and a coordinate system.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, Shapefile or what else GDAL reads; of one with several layers
        `FILE|LAYER`.
    what
        What it shall be, for messages.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is no vector file, or a position in it is no number.
    CrsError
        It has no coordinate system.
    """
    path, layer = _layer_of(path)
    existing_file(path, what)
    vet_vector(path)
    try:
        # What GDAL warns of in passing is said below where it matters.
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
            layer = _chosen(path, layer)
            frame = gpd.read_file(path, layer=layer or None)
    except DataError:
        raise
    except shapely.errors.GEOSException as error:
        raise DataError(
            f"{path}: {_misshapen(path, layer)}: its outline is not closed (the last position must "
            "be the first), or it has too few positions"
        ) from error
    except (RuntimeError, ValueError) as error:
        reason = str(error).split(";")[0]
        raise DataError(f"{path}: cannot be read as {what}: {reason}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(f"{path}: is a table without shapes; {what} has them")
    if frame.crs is None:
        raise CrsError(f"{path}: has no coordinate reference system")
    places, row = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    lost = row[~np.isfinite(places).all(axis=1)]
    if len(lost):
        raise DataError(f"{path}: shape {lost[0] + 1} has a position that is no number")
    return frame


def _misshapen(path: Path, layer: str) -> str:
    """Name the first shape that is none."""
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        _, _, shapes, _ = pyogrio.raw.read(path, layer=layer or None, columns=[])
    made = shapely.from_wkb(shapes, on_invalid="ignore")
    wrong = [row for row, one in enumerate(shapes) if one is not None and made[row] is None]
    return f"shape {wrong[0] + 1}" if wrong else "a shape"


def _chosen(path: Path, layer: str) -> str:
    """Return the layer that is meant, empty for the only one."""
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if layer and layer not in names:
        raise DataError(f"{path}: has no layer {layer!r}; layers: {', '.join(names)}")
    if not layer and len(names) > 1:
        hint = f"{path.name}|{names[-1]}"
        raise DataError(f"{path}: has the layers {', '.join(names)}; say which one: {hint}")
    return layer


def _layer_of(path: Path) -> tuple[Path, str]:
    """Take `FILE|LAYER` apart; a file that is called so is a file."""
    name, bar, layer = path.name.rpartition("|")
    return (path.with_name(name), layer) if bar and not path.exists() else (path, "")


def read_polygon(path: Path) -> BaseGeometry:
    """Read the polygons of any vector file as one, in lon, lat.

    Raises
    ------
    DataError
        The file is no vector file, or holds no valid polygon.
    CrsError
        It has no coordinate system, or reaches beyond the Earth.
    """
    frame = read_shapes(path, what="a boundary")
    parts = frame.geometry.to_crs(LON_LAT).dropna()
    crossed = parts[~parts.is_valid]
    if len(crossed):
        why = shapely.is_valid_reason(crossed.iloc[0])
        raise DataError(f"{path}: its outline crosses or touches itself: {why} (lon lat)")
    shape = parts.union_all()
    if shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        raise DataError(f"{path}: holds no polygon but {shape.geom_type}")
    west, south, east, north = shape.bounds
    if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):  # noqa: PLR2004
        raise CrsError(
            f"{path}: reaches beyond the Earth (x {west:,.0f} to {east:,.0f}, y {south:,.0f} "
            f"to {north:,.0f}); is it in metres? GeoJSON is in degrees"
        )
    return cast("BaseGeometry", shape)


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
        The name leads elsewhere, or errors as `read_shapes`.
    """
    if folder is None or Path(name).name != name or "\\" in name or name.startswith("."):
        raise DataError(f"file {name!r}: must be the name of a file beside the scenario")
    return read_shapes(folder / name, what="lines or polygons").geometry.to_crs(LON_LAT)
