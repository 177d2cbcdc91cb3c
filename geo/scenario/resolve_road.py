"""Roads, tunnels and bridges to be built, from how a scenario writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from geo.scenario.changes import AddRoad, AddStructure, AddTunnel
from geo.scenario.new_road import NewRoad
from layers.crs import from_lon_lat
from layers.errors import DataError
from layers.io.vector import Points, corners, read_beside
from layers.roads.network import RoadNetwork
from layers.roads.splitting import NEAR_M


def _drawn(
    network: RoadNetwork, change: AddRoad | AddStructure, folder: Path | None
) -> shapely.LineString:
    """Return the line of a new road in the network's CRS."""
    if bool(change.line) == bool(change.file):
        raise DataError("needs either line, corners as lon, lat, or file, a GeoJSON beside it")
    if change.file:
        parts = shapely.line_merge(read_beside(change.file, folder).union_all())
        if parts.geom_type != "LineString" or parts.is_empty:
            raise DataError(f"file {change.file!r}: holds {parts.geom_type}; one line is needed")
        points = [(float(x), float(y)) for x, y in shapely.get_coordinates(parts)]
    else:
        points = corners(change.line, 2, "line")
    crs = network.segments.crs
    lon, lat = np.array(points).T
    x, y = from_lon_lat(crs).transform(lon, lat)
    line = shapely.LineString(np.column_stack([x, y]))
    if not np.isfinite(line.length) or line.length < NEAR_M:
        raise DataError("its line has no length")
    return line


def new_road(network: RoadNetwork, change: AddRoad, folder: Path | None) -> NewRoad:
    """Resolve a road to be built."""
    if network.source.kind == "strategic" and not change.terrain:
        raise DataError(
            "needs terrain: on a strategic network a drawn line is too coarse for grades and "
            "bends; choose flat, rolling, hilly, mountainous or very_winding"
        )
    columns = {
        "ref": change.ref,
        "name": change.name_th or change.name_en,
        "name_th": change.name_th,
        "name_en": change.name_en,
        "highway": change.highway,
        "surface": change.surface,
        "lanes": change.lanes,
        "width_m": change.width_m,
        "maxspeed_kph": change.maxspeed_kph,
    }
    return NewRoad(
        line=_drawn(network, change, folder),
        columns={name: value for name, value in columns.items() if value is not None},
        snap_m=change.snap_m,
        length_m=(change.length_km or 0.0) * 1000,
        tunnels=_metres(change.tunnels_km, "tunnels_km"),
        bridges=_metres(change.bridges_km, "bridges_km"),
        terrain_class=change.terrain,
        dead_end=change.dead_end,
    )


def structure(network: RoadNetwork, change: AddStructure, folder: Path | None) -> NewRoad:
    """Resolve a tunnel or bridge: a road that is one from end to end."""
    columns = {
        "ref": change.ref,
        "name": change.name_th or change.name_en,
        "surface": "asphalt",
        "name_th": change.name_th,
        "name_en": change.name_en,
        "highway": change.highway,
        "lanes": change.lanes,
        "maxspeed_kph": change.maxspeed_kph,
    }
    built = ((0.0, np.inf),)
    return NewRoad(
        line=_drawn(network, change, folder),
        columns={name: value for name, value in columns.items() if value is not None},
        snap_m=change.snap_m,
        tunnels=built if isinstance(change, AddTunnel) else (),
        bridges=() if isinstance(change, AddTunnel) else built,
    )


def _metres(ranges: Points, key: str) -> tuple[tuple[float, float], ...]:
    if any(len(pair) != 2 for pair in ranges):  # noqa: PLR2004
        raise DataError(f"{key}: must be pairs of km, from and to")
    return tuple((pair[0] * 1000, pair[1] * 1000) for pair in ranges)
