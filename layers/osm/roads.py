"""Roads from an OpenStreetMap file: nodes, segments and turn restrictions of an area."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from layers.arrays import Bools, Floats, Ints, distinct
from layers.crs import Bounds, from_lon_lat, metric_crs
from layers.errors import DataError
from layers.osm.barriers import with_barriers
from layers.osm.columns import attributes
from layers.osm.controls import controls, with_controls
from layers.osm.junctions import Lines, join, split, weld
from layers.osm.scan import ENDINGS, RawWays, osm_bounds, scan_osm
from layers.osm.tally import sentences
from layers.osm.turns import match_restrictions
from layers.roads.network import components
from layers.roads.schema import ATTRIBUTE_COLUMNS, NODE_COLUMNS, ONEWAY, SEGMENT_COLUMNS
from layers.roads.signs import has_direction

__all__ = ["ENDINGS", "OsmRoads", "RawWays", "osm_bounds", "read_osm", "scan_osm", "to_roads"]

_SIGN = np.array([{"both": 0, "forward": 1, "backward": -1}[word] for word in ONEWAY])


@dataclass(frozen=True, eq=False)
class OsmRoads:
    """Roads of an area as OpenStreetMap has them, without elevations.

    Attributes
    ----------
    nodes
        Columns `layers.roads.schema.NODE_COLUMNS`, maybe `CONTROL`; `elevation_m` is NaN.
    segments
        Columns `layers.roads.schema.SEGMENT_COLUMNS` and `geometry`.
    restrictions
        Columns `layers.roads.schema.RESTRICTION_COLUMNS`.
    date
        Of the data, ISO, empty if the file does not say.
    counts
        What was left out or mended, by the keys of `layers.osm.tally.WORDS`.
    """

    nodes: pd.DataFrame
    segments: gpd.GeoDataFrame
    restrictions: pd.DataFrame
    date: str
    counts: Mapping[str, int]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or mended, one sentence each."""
        return sentences(self.counts)


def read_osm(
    path: Path,
    *,
    crs: str,
    within: shapely.Geometry | None = None,
    progress: Callable[[str], None] | None = None,
) -> OsmRoads:
    """Read the roads of an area from a file.

    Parameters
    ----------
    path
        A `.osm.pbf`, `.osm`, `.osm.gz` or `.osm.bz2`.
    crs
        Metric coordinate system of the result.
    within
        The area, in degrees; segments that touch it are kept whole. All roads if None.
    progress
        Called with a short sentence now and then.

    Returns
    -------
    roads
        At least one segment.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It cannot be read, has no roads, or none in the area.
    CrsError
        `crs` is unknown or not in metres.
    """
    bounds = None if within is None else _bounds(within)
    return to_roads(scan_osm(path, bounds=bounds, progress=progress), crs=crs, within=within)


def to_roads(raw: RawWays, *, crs: str, within: shapely.Geometry | None = None) -> OsmRoads:
    """Turn ways as drawn into the network of an area.

    Ways are cut at junctions, cut pieces outside the area are dropped, and the others joined
    where nothing that matters changes (`layers.roads.schema.ATTRIBUTE_COLUMNS`).

    Parameters
    ----------
    raw
        From `scan_osm`.
    crs, within
        As for `read_osm`.

    Returns
    -------
    roads
        The same whether `raw` was read with the bounds of `within` or without.

    Raises
    ------
    DataError
        No road lies in the area.
    CrsError
        `crs` is unknown or not in metres.
    """
    metric = metric_crs(crs, raw.path)
    raw = with_barriers(raw)
    chosen = np.arange(len(raw.lines)) if within is None else _touching(raw, _bounds(within))
    osm_id, at, node = np.unique(raw.lines.node, return_index=True, return_inverse=True)
    lon, lat = raw.lon[at], raw.lat[at]
    lines = Lines(node.astype(np.int64), raw.lines.offsets).take(chosen)
    welded = weld(lines, lon, lat)
    # Nodes at which turns are restricted are cut first, and stay only if the turn is there.
    via = _find([turn.via_node for turn in raw.restrictions], osm_id)
    via[via >= 0] = welded[via[via >= 0]]
    drawn = Lines(welded[lines.node], lines.offsets)
    control, alone = controls(raw.node_tags.facts, osm_id, drawn, lon, lat)
    pieces, line = split(drawn, _mask(via[via >= 0], len(lon)) | alone)
    way = raw.line_way[chosen][line]
    looked_at = _mask(raw.line_way[chosen], len(raw.whole))
    lost = looked_at & ~raw.whole & ~_mask(way, len(raw.whole))
    if within is not None:
        inside = np.flatnonzero(shapely.intersects(_prepared(within), _draw(pieces, lon, lat)))
        pieces, way = pieces.take(inside), way[inside]
    if not len(pieces):
        raise DataError(_nothing(raw, within))
    roads = _attributes(raw)
    oneway = _SIGN[roads["oneway"].cat.set_categories(ONEWAY).cat.codes.to_numpy()][way]
    restrictions, dropped = match_restrictions(
        raw.restrictions, way=raw.way_id[way], ends=pieces.ends, oneway=oneway, node=via
    )
    stay = _mask(restrictions["via_node"].to_numpy(np.int64), len(lon)) | alone
    # A road whose signs differ by direction keeps the direction in which it was drawn.
    stay[pieces.ends[_directed(roads)[way]].ravel()] = True
    joined = join(pieces, _kind(roads)[way], oneway, stay)
    first_way = way[joined.first]
    ends = distinct(joined.lines.ends)
    x, y = from_lon_lat(metric).transform(lon, lat)
    nodes = pd.DataFrame(
        {"x": x[ends], "y": y[ends], "lon": lon[ends], "lat": lat[ends]}
        | {"elevation_m": np.nan, "osm_id": osm_id[ends]}
    )
    u, v = np.searchsorted(ends, joined.lines.ends).T
    nodes["component"] = components(len(nodes), np.column_stack([u, v]))
    segments = _columns(
        roads, first_way, oneway[joined.first] * np.where(joined.along, 1, -1)
    ).assign(
        u=u,
        v=v,
        osm_id=raw.way_id[first_way],
        length_m=geodesic_m(joined.lines, lon, lat),
        component=nodes["component"].to_numpy()[u],
        **dict.fromkeys(("crossing", "country", "inferred"), _all("", len(u))),
        source=_all("osm", len(u)),
    )
    for column in ("from_segment", "to_segment"):
        restrictions[column] = joined.line_of[restrictions[column].to_numpy(np.int64)]
    restrictions["via_node"] = np.searchsorted(ends, restrictions["via_node"].to_numpy(np.int64))
    return OsmRoads(
        nodes=with_controls(nodes[list(NODE_COLUMNS)].astype(NODE_COLUMNS), control[ends]),
        segments=gpd.GeoDataFrame(
            segments[list(SEGMENT_COLUMNS)].astype(SEGMENT_COLUMNS),
            geometry=_draw(joined.lines, x, y),
            crs=metric,
        ),
        restrictions=restrictions,
        date=raw.date,
        counts={
            **raw.counts,
            "lost": raw.counts["lost"] + int(lost.sum()),
            "cut": int((~raw.whole[np.unique(way)]).sum()),
            "turns": dropped,
        },
    )


def geodesic_m(lines: Lines, lon: Floats, lat: Floats) -> Floats:
    """Measure lines on the WGS 84 ellipsoid.

    Parameters
    ----------
    lines
        By position in `lon` and `lat`.
    lon, lat
        Degrees.

    Returns
    -------
    length_m
        Shape (lines,).
    """
    line, a, b = lines.line, lines.node[:-1], lines.node[1:]
    inner = line[1:] == line[:-1]
    a, b = a[inner], b[inner]
    step = Geod(ellps="WGS84").inv(lon[a], lat[a], lon[b], lat[b], return_back_azimuth=False)[2]
    length_m = np.bincount(line[1:][inner], weights=step, minlength=len(lines))
    return length_m.astype(np.float64)


def _attributes(raw: RawWays) -> pd.DataFrame:
    """Return the attributes of every way; a ferry's speed is from its duration."""
    roads = attributes(raw.tags)
    vertices = Lines(np.arange(len(raw.lon)), raw.lines.offsets)
    timed = (roads["highway"] == "ferry") & roads["duration_s"].notna() & raw.whole
    crossings = np.flatnonzero(timed.to_numpy()[raw.line_way])
    length_m = geodesic_m(vertices.take(crossings), raw.lon, raw.lat)
    way = raw.line_way[crossings]
    speed = roads["maxspeed_kph"].to_numpy(np.float64, copy=True)
    speed[way] = length_m / roads["duration_s"].to_numpy(np.float64)[way] * 3.6
    return roads.assign(maxspeed_kph=speed)[list(ATTRIBUTE_COLUMNS)]


def _directed(roads: pd.DataFrame) -> Bools:
    """Say which ways have signs that differ between their directions."""
    signs = roads["signs"].cat
    directed = [has_direction(text) for text in signs.categories]
    return np.array([*directed, False], bool)[signs.codes.to_numpy()]


def _kind(roads: pd.DataFrame) -> Ints:
    """Return a number for all distinct combinations of attributes, the direction aside."""
    kind = np.zeros(len(roads), np.int64)
    for column in ATTRIBUTE_COLUMNS:
        if column != "oneway":
            codes, values = pd.factorize(roads[column], use_na_sentinel=False)
            kind = pd.factorize(kind * max(1, len(values)) + codes)[0].astype(np.int64)
    return kind


def _columns(roads: pd.DataFrame, way: Ints, oneway: Ints) -> pd.DataFrame:
    """Return the attributes of every segment; `oneway` is -1, 0 or 1."""
    columns = roads.iloc[way].reset_index(drop=True)
    for name in columns.select_dtypes("category"):
        columns[name] = columns[name].cat.remove_unused_categories()
    codes = np.select([oneway > 0, oneway < 0], [ONEWAY.index("forward"), ONEWAY.index("backward")])
    words = pd.Index(ONEWAY, dtype="str")
    return columns.assign(oneway=pd.Categorical.from_codes(codes, categories=words))


def _draw(lines: Lines, x: Floats, y: Floats) -> NDArray[np.object_]:
    """Return the geometry of every line."""
    coordinates = np.column_stack([x[lines.node], y[lines.node]])
    return np.asarray(shapely.linestrings(coordinates, indices=lines.line), dtype=object)


def _bounds(area: shapely.Geometry) -> Bounds:
    """Return the extent of the area."""
    west, south, east, north = shapely.bounds(area).tolist()
    return west, south, east, north


def _prepared(area: shapely.Geometry) -> shapely.Geometry:
    """Return a copy of the area that answers many questions fast."""
    copy = shapely.from_wkb(shapely.to_wkb(area))
    shapely.prepare(copy)
    return copy


def _touching(raw: RawWays, bounds: Bounds) -> Ints:
    """Return the lines whose extent touches the bounds."""
    if not len(raw.lines):
        return np.zeros(0, np.int64)
    start = raw.lines.offsets[:-1]
    west, south, east, north = bounds
    return np.flatnonzero(
        (np.minimum.reduceat(raw.lon, start) <= east)
        & (np.maximum.reduceat(raw.lon, start) >= west)
        & (np.minimum.reduceat(raw.lat, start) <= north)
        & (np.maximum.reduceat(raw.lat, start) >= south)
    )


def _find(wanted: list[int], osm_id: Ints) -> Ints:
    """Return the positions of ids among sorted ones, -1 where there is none."""
    ids = np.array(wanted, np.int64)
    at = np.searchsorted(osm_id, ids)
    there = at < len(osm_id)
    there[there] = osm_id[at[there]] == ids[there]
    return np.where(there, at, -1).astype(np.int64)


def _mask(rows: Ints, size: int) -> Bools:
    """Return which of `size` rows are listed."""
    mask = np.zeros(size, bool)
    mask[rows] = True
    return mask


def _nothing(raw: RawWays, within: shapely.Geometry | None) -> str:
    """Say why there is no segment."""
    if within is None and raw.counts.get("beyond"):
        beyond = raw.counts["beyond"]
        what = "node lies" if beyond == 1 else "nodes lie"
        return f"{raw.path}: no road is left: {beyond:,} {what} beyond the Earth"
    if within is None:
        return f"{raw.path}: none of its {raw.found:,} roads has a length"
    west, south, east, north = raw.bounds
    return (
        f"{raw.path}: none of its {raw.found:,} roads lies in the area; the file covers "
        f"lon {west:.3f}…{east:.3f}, lat {south:.3f}…{north:.3f}"
    )


def _all(value: str, count: int) -> pd.Categorical:
    """Return a column of one text."""
    return pd.Categorical.from_codes(np.zeros(count, np.int8), pd.Index([value], dtype="str"))
