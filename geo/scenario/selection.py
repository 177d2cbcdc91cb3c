"""Which roads a change is about: by number, name, class, kilometre, line or polygon."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo.routing.chainage import chainage
from geo.routing.stretch import Stretch, read_stretch, rows_on
from layers.arrays import Bools, Floats, Ints
from layers.crs import LON_LAT
from layers.errors import DataError, UnknownNameError
from layers.io.vector import Points, corners, read_beside
from layers.roads.network import RoadNetwork
from layers.roads.schema import HIGHWAYS
from layers.roads.splitting import NEAR_M

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
    stretch
        Road and kilometres as `chaidaen risk` prints them: `108:287.327-349.4`.
    km
        From and to in kilometres along `ref`, or `name`, as `geo.routing.chainage` counts.
    km_start
        lon, lat near km 0, where it is not to be where that module puts it.
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
    stretch: str = ""
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
    stretch = _stretch(select)
    if stretch:
        pieces = _by_km(network, stretch, select.km_start, pieces)
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


def _by_km(
    network: RoadNetwork, stretch: Stretch, start: tuple[float, ...], pieces: Pieces
) -> Pieces:
    """Keep what lies between two kilometres of a road, cut where they are."""
    ref = stretch.ref
    if start and len(start) != 2:  # noqa: PLR2004
        raise DataError(f"km_start {list(start)}: must be lon, lat")
    given = {ref: (float(start[0]), float(start[1]))} if start else None
    chain = chainage(network, given, only=frozenset([ref]))
    try:
        # Where there is no such road, all are needed to say which there are.
        rows = chain[rows_on(chain if len(chain) else chainage(network), stretch)]
    except UnknownNameError as error:
        raise DataError(f"km {stretch.km_from:g} to {stretch.km_to:g}: {error}") from error
    length = network.length_m[rows["segment"]]
    first, last = (rows[side].to_numpy(np.float64) for side in ("km_from", "km_to"))
    share = length / np.maximum(last - first, np.finfo(np.float64).tiny)
    start_m = np.maximum(stretch.km_from - first, 0.0) * share
    stop_m = length - np.maximum(last - stretch.km_to, 0.0) * share
    # A cut so near to an end is that end: short roads are taken whole or not at all.
    start_m = np.where(start_m < NEAR_M, 0.0, start_m)
    stop_m = np.where(stop_m > length - NEAR_M, length, stop_m)
    backward = rows["backward"].to_numpy(bool)
    low = np.where(backward, length - stop_m, start_m)
    high = np.where(backward, length - start_m, stop_m)
    kept = np.isin(rows["segment"], pieces.segment) & (
        (high - low > NEAR_M) | ((low == 0) & (high == length))
    )
    found = pd.DataFrame({"segment": rows["segment"], "low": low, "high": high})[kept]
    # A segment of two numbers may stand twice.
    found = found.drop_duplicates("segment").sort_values("segment")
    return Pieces(*(found[name].to_numpy() for name in ("segment", "low", "high")))


def _stretch(select: Select) -> Stretch | None:
    """Return the kilometres of a selection, None if it has none."""
    if select.stretch:
        if select.km:
            raise DataError("give either stretch or km")
        return read_stretch(select.stretch)
    if not select.km:
        return None
    if len(select.km) != 2 or not select.km[0] < select.km[1]:  # noqa: PLR2004
        raise DataError(f"km {list(select.km)}: must be two numbers, from and to")
    if not (select.ref or select.name):
        raise DataError("km needs ref or name: kilometres are counted along a road")
    return Stretch(select.ref or select.name, select.km[0], select.km[1])


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
