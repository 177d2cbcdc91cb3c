"""Read the roads of an OpenStreetMap file as they were drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import osmium
import pandas as pd
from pandas.api.types import union_categoricals

from layers.crs import Bounds
from layers.errors import DataError
from layers.files import existing_file
from layers.osm_columns import KEYS
from layers.osm_tags import road_class
from layers.osm_turns import RESTRICTION_KEYS, Restriction, read_restriction
from layers.schema import HIGHWAYS
from layers.topology import Bools, Floats, Ints, Lines

ENDINGS: Final = {
    ".osm.pbf": "pbf",
    ".pbf": "pbf",
    ".osm": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
}
"""Endings of file names that are read, and what osmium calls them."""

_Source = osmium.io.File | osmium.io.FileBuffer
_ROADS = frozenset(HIGHWAYS)
_UNKNOWN = 2**31 - 1
_DEGREE = 1e-7
_BATCH = 20_000


@dataclass(frozen=True, eq=False)
class RawWays:
    """Ways as they were drawn, columnar.

    Attributes
    ----------
    path
        The file they are from.
    way_id
        OSM id, shape (ways,).
    tags
        A categorical column for each of `layers.osm_columns.KEYS`, one row per way.
    whole
        Whether all nodes of the way are known, shape (ways,).
    lines
        Runs of known nodes, by OSM id; a whole way is one line.
    line_way
        Row of the way that each line is of, shape (lines,).
    lon, lat
        Degrees, one per vertex of `lines`.
    restrictions
        Turn restrictions of the file.
    found
        How many roads the file has, also outside the bounds that were asked for.
    bounds
        Extent of all of them, degrees.
    date
        Of the data, ISO, empty if unknown.
    """

    path: Path
    way_id: Ints
    tags: pd.DataFrame
    whole: Bools
    lines: Lines
    line_way: Ints
    lon: Floats
    lat: Floats
    restrictions: tuple[Restriction, ...]
    found: int
    bounds: Bounds
    date: str


def scan_osm(
    path: Path, *, bounds: Bounds | None = None, progress: Callable[[str], None] | None = None
) -> RawWays:
    """Read all roads, ferry lines and turn restrictions of a file.

    The order of nodes and ways in the file does not matter.

    Parameters
    ----------
    path
        A file with one of `ENDINGS`.
    bounds
        Only ways whose extent touches this one are kept, degrees.
    progress
        Called with a short sentence now and then.

    Returns
    -------
    ways
        At least one, unless `bounds` was given.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        Its ending is unknown, it is damaged, or it has no roads.
    """
    tell = progress or _silent
    source = _source(path)
    batches: list[_Batch] = []
    restrictions: list[Restriction] = []
    waiting: list[_Way] = []
    try:
        date = _header_date(source)
        tell(f"{path.name}: reading nodes")
        # In a pass of its own, so that files with ways before nodes (Overpass) are read as well.
        locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
        locations.ignore_errors()
        with osmium.io.Reader(source, osmium.osm.NODE) as reader:
            osmium.apply(reader, locations)
        tell(f"{path.name}: reading roads")
        keys = osmium.filter.KeyFilter("highway", "route", *RESTRICTION_KEYS)
        entities = osmium.FileProcessor(source, osmium.osm.WAY | osmium.osm.RELATION)
        for entity in entities.with_filter(keys).with_filter(locations):
            if isinstance(entity, osmium.osm.Relation):
                restrictions.extend(read_restriction(entity))
            elif isinstance(entity, osmium.osm.Way) and (way := _way(entity, dated=not date)):
                waiting.append(way)
                if len(waiting) == _BATCH:
                    batches.append(_pack(waiting, bounds))
                    waiting.clear()
                    tell(f"{path.name}: {len(batches) * _BATCH:,} roads read")
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        reason = str(error).rstrip(": ")
        raise DataError(f"{path}: is damaged or no OpenStreetMap file: {reason}") from error
    batches.append(_pack(waiting, bounds))
    found = sum(batch.found for batch in batches)
    if not found:
        raise DataError(f"{path}: has no roads: no way with highway=… was found")
    if not any(batch.located for batch in batches):
        raise DataError(f"{path}: has {found:,} roads but none of their nodes")
    return _together(path, batches, tuple(restrictions), date)


def osm_bounds(path: Path) -> Bounds:
    """Return the extent of the roads of a file, `(min_lon, min_lat, max_lon, max_lat)`.

    Raises
    ------
    MissingFileError, DataError
        As for `scan_osm`, whose `bounds` this is; scan once if the roads are wanted too.
    """
    return scan_osm(path, bounds=(0.0, 0.0, 0.0, 0.0)).bounds


class _Way(NamedTuple):
    """One road; `nodes` are `(id, x, y)`, in units of 1e-7 degrees."""

    osm_id: int
    tags: dict[str, str]
    nodes: list[tuple[int, int, int]]
    date: str


class _Batch(NamedTuple):
    """Roads of a part of the file: `found` and what follows of all, the rest of those kept."""

    way_id: Ints
    size: Ints
    nodes: Ints
    tags: pd.DataFrame
    found: int
    bounds: Ints
    located: bool
    date: str


def _way(way: osmium.osm.Way, *, dated: bool) -> _Way | None:
    """Read a way, None if it is no road."""
    tags = {tag.k: tag.v for tag in way.tags}
    kind = road_class(tags.get("highway", ""), tags.get("route", ""), tags.get("area", ""))
    if kind not in _ROADS:
        return None
    date = way.timestamp.date().isoformat() if dated else ""
    return _Way(way.id, tags, [(node.ref, node.x, node.y) for node in way.nodes], date)


def _pack(ways: list[_Way], bounds: Bounds | None) -> _Batch:
    """Turn ways into columns; leave out those whose extent does not touch the bounds."""
    nodes = np.array([node for way in ways for node in way.nodes], np.int64).reshape(-1, 3)
    size = np.array([len(way.nodes) for way in ways], np.int64)
    row = np.repeat(np.arange(len(ways)), size)
    known = nodes[:, 1] != _UNKNOWN
    least = np.full((len(ways), 2), _UNKNOWN)
    most = -least
    np.minimum.at(least, row[known], nodes[known, 1:])
    np.maximum.at(most, row[known], nodes[known, 1:])
    kept = np.ones(len(ways), bool)
    if bounds is not None:
        wanted = np.array(bounds) / _DEGREE
        kept = np.all((least <= wanted[2:]) & (most >= wanted[:2]), axis=1)
    chosen = [way for way, keep in zip(ways, kept.tolist(), strict=True) if keep]
    return _Batch(
        way_id=np.array([way.osm_id for way in chosen], np.int64),
        size=size[kept],
        nodes=nodes[kept[row]],
        tags=pd.DataFrame(
            {key: [way.tags.get(key, "") for way in chosen] for key in KEYS}, dtype="str"
        ).astype("category"),
        found=len(ways),
        bounds=np.concatenate([least, most], axis=1),
        located=bool(known.any()),
        date=max((way.date for way in ways), default=""),
    )


def _together(
    path: Path, batches: list[_Batch], restrictions: tuple[Restriction, ...], date: str
) -> RawWays:
    """Put batches into one; cut ways where nodes are missing."""
    size = np.concatenate([batch.size for batch in batches])
    nodes = np.concatenate([batch.nodes for batch in batches])
    way = np.repeat(np.arange(len(size)), size)
    known = nodes[:, 1] != _UNKNOWN
    run = np.cumsum(~known)[known]
    way, nodes = way[known], nodes[known]
    begins = np.ones(len(way), bool)
    begins[1:] = (way[1:] != way[:-1]) | (run[1:] != run[:-1])
    start = np.flatnonzero(begins)
    extent = np.concatenate([batch.bounds for batch in batches])
    west, south = extent[:, :2].min(axis=0) * _DEGREE
    east, north = extent[:, 2:].max(axis=0) * _DEGREE
    newest = max(batch.date for batch in batches).replace("1970-01-01", "")
    return RawWays(
        path=path,
        way_id=np.concatenate([batch.way_id for batch in batches]),
        tags=pd.DataFrame(
            {key: union_categoricals([batch.tags[key] for batch in batches]) for key in KEYS}
        ),
        whole=np.bincount(way, minlength=len(size)) == size,
        lines=Lines(nodes[:, 0].copy(), np.append(start, len(way))),
        line_way=way[start],
        lon=nodes[:, 1] * _DEGREE,
        lat=nodes[:, 2] * _DEGREE,
        restrictions=restrictions,
        found=sum(batch.found for batch in batches),
        bounds=(float(west), float(south), float(east), float(north)),
        date=date or newest,
    )


def _source(path: Path) -> _Source:
    """Return the file as osmium takes it.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        Its ending is unknown, or it is empty.
    """
    existing_file(path, "an OpenStreetMap file")
    name = path.name.lower()
    ending = next((known for known in ENDINGS if name.endswith(known)), None)
    if ending is None:
        raise DataError(f"{path}: its ending is not one of {', '.join(ENDINGS)}")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: is empty")
    if str(path).isascii():
        return osmium.io.File(str(path), ENDINGS[ending])
    # On Windows osmium cannot open a path with, say, a Thai folder in it: read it for it.
    return osmium.io.FileBuffer(path.read_bytes(), ENDINGS[ending])


def _header_date(source: _Source) -> str:
    """Return the date that the head of the file gives, empty if none."""
    with osmium.io.Reader(source, osmium.osm.NOTHING) as reader:
        header = reader.header()
        texts = [header.get("osmosis_replication_timestamp"), header.get("timestamp")]
    return next((text[:10] for text in texts if re.match(r"\d{4}-\d\d-\d\d", text or "")), "")


def _silent(_: str) -> None:
    """Tell nobody."""
