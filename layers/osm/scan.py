"""Read the roads of an OpenStreetMap file as they were drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
import pandas as pd
from pandas.api.types import union_categoricals

from layers.arrays import Ints
from layers.crs import Bounds
from layers.errors import DataError
from layers.osm.columns import KEYS, SIGNS
from layers.osm.file import ENDINGS, OsmFile, osm_source, reading
from layers.osm.junctions import Lines
from layers.osm.near import DEGREE, UNKNOWN, NearNodes, further, near_nodes
from layers.osm.raw_ways import RawWays
from layers.osm.tags import road_class
from layers.osm.turns import RESTRICTION_KEYS, Restriction, read_restriction
from layers.roads.schema import HIGHWAYS
from layers.roads.signs import sign_text

__all__ = ["ENDINGS", "RawWays", "osm_bounds", "scan_osm"]

_ROADS = frozenset(HIGHWAYS)
_BATCH = 5_000


def scan_osm(
    path: Path,
    *,
    bounds: Bounds | None = None,
    near: NearNodes | None = None,
    progress: Callable[[str], None] | None = None,
) -> RawWays:
    """Read all roads, ferry lines and turn restrictions of a file.

    The order of nodes and ways in the file does not matter.

    Parameters
    ----------
    path
        A file with one of `layers.osm.file.ENDINGS`.
    bounds
        Only ways whose extent touches this one are kept, degrees; memory then follows the
        bounds and not the file.
    near
        From `layers.osm.near.near_nodes` for these bounds, if it is there.
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
    source = osm_source(path)
    if bounds is not None and near is None:
        near = near_nodes(path, bounds, progress=tell)
    with reading(path):
        date = _header_date(source)
        locations = None
        if near is None:
            tell(f"{path.name}: reading nodes")
            # In a pass of its own, so that files with ways before nodes (Overpass) are read too.
            locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
            locations.ignore_errors()
            with osmium.io.Reader(source, osmium.osm.NODE) as reader:
                osmium.apply(reader, locations)
        batches, restrictions = _read(path, source, locations, near, tell, dated=not date)
        found = sum(batch.found for batch in batches)
        if not found:
            raise DataError(f"{path}: has no roads: no way with highway=… was found")
        if not (near.count if near else any(batch.located for batch in batches)):
            raise DataError(f"{path}: has {found:,} roads but none of their nodes")
        whole = _one(batches)
        if near is not None and bounds is not None:
            whole = _located(source, whole, near, bounds)
    return _together(path, whole, restrictions, date, near.bounds if near else None)


def osm_bounds(path: Path) -> Bounds:
    """Return the extent of the roads of a file, `(min_lon, min_lat, max_lon, max_lat)`.

    Raises
    ------
    MissingFileError, DataError
        As for `scan_osm`, whose `bounds` this is; scan once if the roads are wanted too.
    """
    return scan_osm(path).bounds


class _Way(NamedTuple):
    """One road; `nodes` are `(id, x, y)`, in units of 1e-7 degrees."""

    osm_id: int
    tags: dict[str, str]
    nodes: list[tuple[int, int, int]]
    date: str


class _Batch(NamedTuple):
    """Roads of a part of the file: `found` and `date` are of all, the rest of those kept."""

    way_id: Ints
    size: Ints
    nodes: Ints
    tags: pd.DataFrame
    found: int
    located: bool
    date: str


def _read(
    path: Path,
    source: OsmFile,
    locations: osmium.NodeLocationsForWays | None,
    near: NearNodes | None,
    tell: Callable[[str], None],
    *,
    dated: bool,
) -> tuple[list[_Batch], tuple[Restriction, ...]]:
    """Read roads and restrictions, batch by batch."""
    tell(f"{path.name}: reading roads")
    batches: list[_Batch] = []
    restrictions: list[Restriction] = []
    waiting: list[_Way] = []
    keys = osmium.filter.KeyFilter("highway", "route", *RESTRICTION_KEYS)
    entities = osmium.FileProcessor(source, osmium.osm.WAY | osmium.osm.RELATION).with_filter(keys)
    for entity in entities.with_filter(locations) if locations else entities:
        if isinstance(entity, osmium.osm.Relation):
            restrictions.extend(read_restriction(entity))
        elif isinstance(entity, osmium.osm.Way) and (way := _way(entity, dated=dated)):
            waiting.append(way)
            if len(waiting) == _BATCH:
                _add(batches, _pack(waiting, near))
                waiting.clear()
                tell(f"{path.name}: reading roads · {sum(one.found for one in batches):,}")
    _add(batches, _pack(waiting, near))
    return batches, tuple(restrictions)


def _way(way: osmium.osm.Way, *, dated: bool) -> _Way | None:
    """Read a way, None if it is no road."""
    tags = {tag.k: tag.v for tag in way.tags}
    kind = road_class(tags.get("highway", ""), tags.get("route", ""), tags.get("area", ""))
    if kind not in _ROADS:
        return None
    date = way.timestamp.date().isoformat() if dated else ""
    return _Way(way.id, tags, [(node.ref, node.x, node.y) for node in way.nodes], date)


def _add(batches: list[_Batch], fresh: _Batch) -> None:
    """Add a batch; of one that keeps no road only what it counts, to the last."""
    if not batches or len(fresh.way_id):
        batches.append(fresh)
        return
    last = batches.pop()
    batches.append(
        last._replace(
            found=last.found + fresh.found,
            located=last.located or fresh.located,
            date=max(last.date, fresh.date),
        )
    )


def _pack(ways: list[_Way], near: NearNodes | None) -> _Batch:
    """Turn ways into columns; leave out those of which no node is near."""
    nodes = np.array([node for way in ways for node in way.nodes], np.int64).reshape(-1, 3)
    size = np.array([len(way.nodes) for way in ways], np.int64)
    row = np.repeat(np.arange(len(ways)), size)
    kept = np.ones(len(ways), bool)
    if near is not None:
        kept = np.bincount(row[near.holds(nodes[:, 0])], minlength=len(ways)) > 0
    chosen = [way for way, keep in zip(ways, kept.tolist(), strict=True) if keep]
    return _Batch(
        way_id=np.array([way.osm_id for way in chosen], np.int64),
        size=size[kept],
        nodes=nodes[kept[row]],
        tags=pd.DataFrame(
            {key: [way.tags.get(key, "") for way in chosen] for key in KEYS}
            | {SIGNS: [sign_text(way.tags) for way in chosen]},
            dtype="str",
        ).astype("category"),
        found=len(ways),
        located=bool((nodes[:, 1] != UNKNOWN).any()),
        date=max((way.date for way in ways), default=""),
    )


def _one(batches: list[_Batch]) -> _Batch:
    """Put batches into one."""
    return _Batch(
        way_id=np.concatenate([batch.way_id for batch in batches]),
        size=np.concatenate([batch.size for batch in batches]),
        nodes=np.concatenate([batch.nodes for batch in batches]),
        tags=pd.DataFrame(
            {
                key: union_categoricals([batch.tags[key] for batch in batches])
                for key in (*KEYS, SIGNS)
            }
        ),
        found=sum(batch.found for batch in batches),
        located=any(batch.located for batch in batches),
        date=max(batch.date for batch in batches),
    )


def _located(source: OsmFile, ways: _Batch, near: NearNodes, bounds: Bounds) -> _Batch:
    """Give nodes their positions, and leave out ways whose extent does not touch the bounds."""
    node = ways.nodes[:, 0]
    nodes = np.column_stack([node, *further(source, near, node).positions(node)])
    row = np.repeat(np.arange(len(ways.size)), ways.size)
    known = nodes[:, 1] != UNKNOWN
    least = np.full((len(ways.size), 2), UNKNOWN)
    most = -least
    np.minimum.at(least, row[known], nodes[known, 1:])
    np.maximum.at(most, row[known], nodes[known, 1:])
    wanted = np.array(bounds) / DEGREE
    kept = np.all((least <= wanted[2:]) & (most >= wanted[:2]), axis=1)
    return ways._replace(
        way_id=ways.way_id[kept],
        size=ways.size[kept],
        nodes=nodes[kept[row]],
        tags=ways.tags[kept].reset_index(drop=True),
    )


def _together(
    path: Path,
    ways: _Batch,
    restrictions: tuple[Restriction, ...],
    date: str,
    bounds: Bounds | None,
) -> RawWays:
    """Cut ways where nodes are missing."""
    size, nodes = ways.size, ways.nodes
    way = np.repeat(np.arange(len(size)), size)
    known = nodes[:, 1] != UNKNOWN
    run = np.cumsum(~known)[known]
    way, nodes = way[known], nodes[known]
    begins = np.ones(len(way), bool)
    begins[1:] = (way[1:] != way[:-1]) | (run[1:] != run[:-1])
    start = np.flatnonzero(begins)
    if bounds is None:
        west, south = nodes[:, 1:].min(axis=0) * DEGREE
        east, north = nodes[:, 1:].max(axis=0) * DEGREE
        bounds = (float(west), float(south), float(east), float(north))
    return RawWays(
        path=path,
        way_id=ways.way_id,
        tags=ways.tags,
        whole=np.bincount(way, minlength=len(size)) == size,
        lines=Lines(nodes[:, 0].copy(), np.append(start, len(way))),
        line_way=way[start],
        lon=nodes[:, 1] * DEGREE,
        lat=nodes[:, 2] * DEGREE,
        restrictions=restrictions,
        found=ways.found,
        bounds=bounds,
        date=date or ways.date.replace("1970-01-01", ""),
    )


def _header_date(source: OsmFile) -> str:
    """Return the date that the head of the file gives, empty if none."""
    with osmium.io.Reader(source, osmium.osm.NOTHING) as reader:
        header = reader.header()
        texts = [header.get("osmosis_replication_timestamp"), header.get("timestamp")]
    return next((text[:10] for text in texts if re.match(r"\d{4}-\d\d-\d\d", text or "")), "")


def _silent(_: str) -> None:
    """Tell nobody."""
