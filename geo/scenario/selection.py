"""Which roads a change is about: by number, name, class, kilometre, line or polygon."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from layers.crs import LON_LAT
from layers.errors import DataError
from layers.io.vector import Points, corners, read_beside
from layers.roads.network import RoadNetwork
from layers.roads.schema import HIGHWAYS
from layers.roads.splitting import NEAR_M

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CROSSING_SHARE = 4.0
"""A road counts as running along a line if it stays beside it for so many times `within_m`;
one that crosses it at right angles stays for twice that."""


@dataclass(frozen=True)
class Select:
    """A selection of roads; all that is given must hold.

    Attributes
    ----------
    ref
        Number of the highway.
    name
        Name of the road, in Thai or English.
    osm_id
        Ids of OpenStreetMap ways.
    highway
        Classes of highway.
    km
        From and to in kilometres along `ref`: the shortest way along roads of that number
        from where it starts.
    km_start
        lon, lat near where `ref` starts. In a strategic network it starts where its first
        section in the table does; elsewhere this must be given.
    line, polygon
        Corners as lon, lat: roads that run along the line, or inside the polygon. Long
        segments are cut where they leave it.
    file
        GeoJSON beside the scenario with lines or polygons, instead of corners.
    within_m
        How far from the line a road may be.
    """

    ref: str = ""
    name: str = ""
    osm_id: tuple[int, ...] = ()
    highway: tuple[str, ...] = field(default=(), metadata={"choices": HIGHWAYS})
    km: tuple[float, ...] = field(default=(), metadata={"min": 0, "max": 5000, "unit": "km"})
    km_start: tuple[float, ...] = field(default=(), metadata={"min": -180, "max": 180})
    line: Points = field(default=(), metadata={"min": -180, "max": 180})
    polygon: Points = field(default=(), metadata={"min": -180, "max": 180})
    file: str = ""
    within_m: float = field(default=50.0, metadata={"min": 1, "max": 5000, "unit": "m"})


@dataclass(frozen=True, eq=False)
class Pieces:
    """Stretches of segments; arrays of shape (pieces,).

    Attributes
    ----------
    segment
        Whose stretch it is.
    from_m, to_m
        Metres from the segment's start.
    """

    segment: Ints
    from_m: Floats
    to_m: Floats


def find_pieces(network: RoadNetwork, select: Select, folder: Path | None = None) -> Pieces:
    """Find the roads of a selection.

    Parameters
    ----------
    network
        The roads.
    select
        Which of them.
    folder
        Where `file` is looked for.

    Returns
    -------
    pieces
        At least one.

    Raises
    ------
    DataError
        Nothing is selected, or the selection is incomplete.
    """
    given = [f.name for f in fields(select) if getattr(select, f.name) and f.name != "within_m"]
    if not given:
        valid = ", ".join(f.name for f in fields(select))
        raise DataError(f"names no roads; give one or more of {valid}")
    chosen = _by_columns(network, select)
    if not chosen.any():
        raise DataError(f"selects no road: {_why_none(network, select)}")
    pieces = _whole(network, chosen)
    if select.km:
        pieces = _by_km(network, select, pieces)
    for shape, along in _shapes(network, select, folder):
        pieces = _by_shape(network, pieces, shape, select.within_m if along else 0.0)
    if not len(pieces.segment):
        raise DataError(f"selects no road: nothing is left of {', '.join(given)} together")
    return pieces


def _whole(network: RoadNetwork, chosen: Bools) -> Pieces:
    segment = np.flatnonzero(chosen)
    return Pieces(segment, np.zeros(len(segment)), network.length_m[segment])


def _by_columns(network: RoadNetwork, select: Select) -> Bools:
    """Say which segments have the number, name, id and class asked for."""
    segments = network.segments
    chosen = np.ones(len(segments), bool)
    if select.ref:
        refs = segments["ref"].cat.categories
        wanted = [r for r in refs if select.ref in [part.strip() for part in r.split(";")]]
        chosen &= segments["ref"].isin(wanted).to_numpy()
    if select.name:
        names = [segments[column] == select.name for column in ("name", "name_th", "name_en")]
        chosen &= np.logical_or.reduce(names)
    if select.osm_id:
        chosen &= segments["osm_id"].isin(select.osm_id).to_numpy()
    if select.highway:
        chosen &= segments["highway"].isin(select.highway).to_numpy()
    return chosen


def _why_none(network: RoadNetwork, select: Select) -> str:
    """Say what is missing, and what is spelt like it."""
    for column in ("ref", "name"):
        value = getattr(select, column)
        if not value or _by_columns(network, Select(**{column: value})).any():
            continue
        columns = ["ref"] if column == "ref" else ["name", "name_en", "name_th"]
        known = {str(v) for c in columns for v in network.segments[c].cat.categories if v}
        near = difflib.get_close_matches(value, sorted(known), n=3)
        return f"no road has {column} {value!r}" + (f"; near: {', '.join(near)}" if near else "")
    given = [f.name for f in fields(select) if getattr(select, f.name)]
    return f"no segment has this {' and '.join(n for n in given if n != 'within_m')}"


def _by_km(network: RoadNetwork, select: Select, pieces: Pieces) -> Pieces:
    """Keep what lies between two kilometres of the highway."""
    if len(select.km) != 2 or not select.km[0] < select.km[1]:  # noqa: PLR2004
        raise DataError(f"km {list(select.km)}: must be two numbers, from and to")
    if not select.ref:
        raise DataError("km needs ref: kilometres are counted along a numbered highway")
    own = np.flatnonzero(_by_columns(network, Select(ref=select.ref)))
    from_start = _metres_from_start(network, select, own)[network.ends]
    low = from_start.min(axis=1)
    end = float(np.max(from_start[own][np.isfinite(from_start[own])]))
    if select.km[1] * 1000 > end + NEAR_M:
        raise DataError(
            f"km {select.km[0]:g} to {select.km[1]:g} is beyond highway {select.ref}, which "
            f"reaches km {end / 1000:.1f}"
        )
    at, length = pieces.segment, network.length_m[pieces.segment]
    start = np.clip(select.km[0] * 1000 - low[at], 0.0, length)
    stop = np.clip(select.km[1] * 1000 - low[at], 0.0, length)
    # Kilometres run against the geometry where its second node comes first.
    backward = from_start[at, 1] < from_start[at, 0]
    start, stop = (
        np.where(backward, length - stop, start),
        np.where(backward, length - start, stop),
    )
    return _longer(Pieces(at, start, stop), NEAR_M)


def _metres_from_start(network: RoadNetwork, select: Select, own: Ints) -> Floats:
    """Return how far every node is from the highway's start along it, inf off it."""
    ends, length, count = network.ends[own], network.length_m[own], len(network.nodes)
    if select.km_start:
        if len(select.km_start) != 2:  # noqa: PLR2004
            raise DataError(f"km_start {list(select.km_start)}: must be lon, lat")
        to_metric = Transformer.from_crs(LON_LAT, network.segments.crs, always_xy=True)
        x, y = to_metric.transform(*select.km_start)
        nodes = np.unique(ends)
        away = np.hypot(*(network.nodes[["x", "y"]].to_numpy()[nodes] - (x, y)).T)
        first = int(nodes[away.argmin()])
    elif network.source.kind == "strategic":
        first = int(ends[0, 0])
    else:
        raise DataError("km needs km_start (lon, lat of the highway's start) on these roads")
    # Of two roads between the same nodes the shorter one counts.
    order = np.argsort(-length, kind="stable")
    pair = np.sort(ends[order], axis=1)
    _, last = np.unique(pair[::-1], axis=0, return_index=True)
    used = order[::-1][last]
    graph = coo_array((length[used], tuple(ends[used].T)), shape=(count, count)).tocsr()
    metres: Floats = dijkstra(graph, directed=False, indices=first)
    return metres


def _shapes(
    network: RoadNetwork, select: Select, folder: Path | None
) -> list[tuple[BaseGeometry, bool]]:
    """Return the shapes to keep to, in the network's CRS, and whether each is a line."""
    shapes = [
        shape
        for key, least, make in (
            ("line", 2, shapely.LineString),
            ("polygon", 3, shapely.Polygon),
        )
        if getattr(select, key)
        for shape in [make(corners(getattr(select, key), least, key))]
    ]
    if select.file:
        shapes.append(read_beside(select.file, folder).union_all())
    wrong = [s for s in shapes if s.is_empty or not s.is_valid]
    if wrong:
        raise DataError(f"its shape cannot be used: {shapely.is_valid_reason(wrong[0])}")
    to_metric = Transformer.from_crs(LON_LAT, network.segments.crs, always_xy=True)
    return [
        (shapely.transform(s, lambda xy: np.column_stack(to_metric.transform(*xy.T))), s.area == 0)
        for s in shapes
    ]


def _by_shape(network: RoadNetwork, pieces: Pieces, shape: BaseGeometry, within_m: float) -> Pieces:
    """Keep what lies inside a polygon, or runs along a line."""
    area = shape.buffer(within_m) if within_m else shape
    lines = network.segments.geometry.to_numpy()[pieces.segment]
    shapely.prepare(area)
    near = np.flatnonzero(shapely.intersects(area, lines))
    inside = shapely.intersection(lines[near], area)
    parts, which = shapely.get_parts(shapely.line_merge(inside), return_index=True)
    is_line = shapely.get_type_id(parts) == 1
    parts, which = parts[is_line], near[which[is_line]]
    line, length = lines[which], network.length_m[pieces.segment[which]]
    share = np.stack(
        [
            shapely.line_locate_point(line, shapely.get_point(parts, at), normalized=True)
            for at in (0, -1)
        ]
    )
    # A closed road begins where it ends: inside as a whole, both ends are at its start.
    whole = shapely.length(parts) > shapely.length(line) - NEAR_M
    start = np.where(whole, 0.0, share.min(axis=0)) * length
    stop = np.where(whole, 1.0, share.max(axis=0)) * length
    found = Pieces(
        pieces.segment[which],
        np.maximum(start, pieces.from_m[which]),
        np.minimum(stop, pieces.to_m[which]),
    )
    enough = np.minimum(CROSSING_SHARE * within_m, network.length_m[found.segment] - NEAR_M)
    return _longer(found, np.maximum(enough, NEAR_M) if within_m else NEAR_M)


def _longer(pieces: Pieces, least_m: float | Floats) -> Pieces:
    kept = pieces.to_m - pieces.from_m > least_m
    return Pieces(pieces.segment[kept], pieces.from_m[kept], pieces.to_m[kept])
