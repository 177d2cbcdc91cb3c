"""Read the roads of an OpenStreetMap file as they were drawn."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium

from layers.crs import Bounds
from layers.errors import DataError
from layers.osm.batches import Batch, Way, add_batch, once, one_batch, pack, take, without_stray
from layers.osm.file import ENDINGS, OsmFile, osm_source, reading
from layers.osm.junctions import Lines
from layers.osm.near import DEGREE, EARTH, UNKNOWN, NearNodes, further, near_nodes
from layers.osm.node_tags import KEYS as NODE_KEYS
from layers.osm.node_tags import NodeTags
from layers.osm.packing import ROADS, pack_block
from layers.osm.pbf_nodes import OddPbfError
from layers.osm.pbf_ways import way_blocks
from layers.osm.raw_ways import RawWays
from layers.osm.tags import road_class, word
from layers.osm.turns import RESTRICTION_KEYS, read_restriction
from layers.osm.via_ways import Restriction
from layers.roads.surfaces import is_surface

__all__ = ["ENDINGS", "RawWays", "osm_bounds", "scan_osm"]

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
    if near is None:
        near = near_nodes(path, bounds or EARTH, progress=tell)
    with reading(path):
        date = _header_date(source)
        found = _read(path, source, near, tell, dated=not date)
        ways = one_batch(found.batches)
        if not ways.found:
            raise DataError(f"{path}: has no roads: no way with highway=… was found")
        if not near.count or (bounds is None and not len(ways.way_id)):
            roads = "road" if ways.found == 1 else "roads"
            raise DataError(f"{path}: has {ways.found:,} {roads} but {_no_nodes(near)}")
        counts = {"lost": ways.found - len(ways.way_id) if bounds is None else 0}
        ways, counts["duplicates"] = once(ways)
        ways = _located(source, ways, near, bounds)
    ways, counts["stray"] = without_stray(ways) if bounds is None else (ways, 0)
    counts |= {"beyond": near.beyond[0], "ferry_relations": found.by_relation}
    counts["trains"] = int(((ways.tags["railway"] != "") & (ways.tags["highway"] == "")).sum())
    counts["odd_surfaces"] = int((~ways.tags["surface"].map(is_surface).astype(bool)).sum())
    counts["areas"] = int((ways.tags["area"].map(word) == "yes").sum())
    return _together(path, ways, found, counts, date, near.bounds if bounds else None)


def osm_bounds(path: Path) -> Bounds:
    """Return the extent of the roads of a file, `(min_lon, min_lat, max_lon, max_lat)`.

    Raises
    ------
    MissingFileError, DataError
        As for `scan_osm`, whose `bounds` this is; scan once if the roads are wanted too.
    """
    return scan_osm(path).bounds


class _Found(NamedTuple):
    """What one reading of a file gave."""

    batches: list[Batch]
    restrictions: tuple[Restriction, ...]
    node_tags: NodeTags
    by_relation: int


def _read(
    path: Path, source: OsmFile, near: NearNodes, tell: Callable[[str], None], *, dated: bool
) -> _Found:
    """Read roads, restrictions and what stands on nodes, batch by batch."""
    tell(f"{path.name}: reading roads")
    batches = _packed(path, near, tell, dated=dated)
    by_osmium = batches is None
    batches = batches or []
    restrictions: list[Restriction] = []
    node_tags = NodeTags()
    waiting: list[Way] = []
    changed = _Changed()
    ferries: dict[int, dict[str, str]] = {}
    kinds = osmium.osm.ALL if by_osmium else osmium.osm.NODE | osmium.osm.RELATION
    lines = osmium.filter.KeyFilter("highway", "route", "railway", *RESTRICTION_KEYS)
    lines.enable_for(osmium.osm.WAY | osmium.osm.RELATION)
    points = osmium.filter.KeyFilter(*NODE_KEYS)
    points.enable_for(osmium.osm.NODE)
    objects = osmium.FileProcessor(source, kinds).with_filter(lines).with_filter(points)
    for entity in objects.handler_for_filtered(changed) if by_osmium else objects:
        if isinstance(entity, osmium.osm.Node):
            node_tags.add(entity)
        elif isinstance(entity, osmium.osm.Relation):
            restrictions.extend(read_restriction(entity))
            ferries |= _ferry_members(entity)
        elif isinstance(entity, osmium.osm.Way):
            if (way := _way(entity, {}, dated=dated)) is None:
                changed.way(entity)
                continue
            waiting.append(way)
            if len(waiting) == _BATCH:
                add_batch(batches, pack(waiting, near))
                waiting.clear()
                tell(f"{path.name}: reading roads · {sum(one.found for one in batches):,}")
    before = len(waiting)
    waiting += _ferries(source, ferries, dated=dated) if ferries else ()
    by_relation = len(waiting) - before
    add_batch(batches, pack(waiting, near, changed.ways))
    return _Found(batches, tuple(restrictions), node_tags, by_relation)


class _Changed:
    """Ids and versions, in turn, of ways that were changed and are no roads."""

    def __init__(self) -> None:
        self.ways = array("q")

    def way(self, way: osmium.osm.Way) -> None:
        """Note a way."""
        if way.version > 1:
            self.ways.extend((way.id, way.version))


def _packed(
    path: Path, near: NearNodes, tell: Callable[[str], None], *, dated: bool
) -> list[Batch] | None:
    """Read the roads of a file as arrays, None if only osmium can read them."""
    name = path.name.lower()
    if not name.endswith(".pbf") or name.endswith(".osh.pbf"):
        return None
    batches: list[Batch] = []
    try:
        for block in way_blocks(path):
            add_batch(batches, pack_block(block, near, dated=dated))
            tell(f"{path.name}: reading roads · {sum(one.found for one in batches):,}")
    except OddPbfError:
        return None
    return batches


def _way(way: osmium.osm.Way, more: dict[str, str], *, dated: bool) -> Way | None:
    """Read a way, None if it is no road; `more` are tags that it has from elsewhere."""
    tags = more | {tag.k: tag.v for tag in way.tags}
    told = (tags.get(key, "") for key in ("highway", "route", "railway", "motor_vehicle"))
    if road_class(*told) not in ROADS:
        return None
    date = way.timestamp.date().isoformat() if dated else ""
    return Way(way.id, tags, [(node.ref, node.x, node.y) for node in way.nodes], date, way.version)


def _ferry_members(relation: osmium.osm.Relation) -> dict[int, dict[str, str]]:
    """Return the ways of a ferry line with the tags of the relation."""
    tags = {tag.k: tag.v for tag in relation.tags}
    if tags.get("type") != "route" or tags.get("route") not in {"ferry", "shuttle_train"}:
        return {}
    # How long the whole line takes says nothing of one of its ways.
    ways = [member.ref for member in relation.members if member.type == "w"]
    told = {key: tags[key] for key in tags if key != "duration" or len(ways) == 1}
    return dict.fromkeys(ways, told)


def _ferries(source: OsmFile, members: dict[int, dict[str, str]], *, dated: bool) -> Iterator[Way]:
    """Read the ways of ferry lines that are no roads by themselves."""
    only = osmium.filter.IdFilter(sorted(members))
    for way in osmium.FileProcessor(source, osmium.osm.WAY).with_filter(only):
        if isinstance(way, osmium.osm.Way) and not _way(way, {}, dated=False):
            read = _way(way, members[way.id], dated=dated)
            yield from (read,) if read else ()


def _located(source: OsmFile, ways: Batch, near: NearNodes, bounds: Bounds | None) -> Batch:
    """Give nodes their positions, and leave out ways whose extent does not touch the bounds."""
    node = ways.nodes[:, 0]
    known_nodes = further(source, near, node) if bounds else near
    nodes = np.column_stack([node, *known_nodes.positions(node)])
    ways = ways._replace(nodes=nodes)
    if bounds is None:
        return ways
    row = np.repeat(np.arange(len(ways.size)), ways.size)
    known = nodes[:, 1] != UNKNOWN
    least = np.full((len(ways.size), 2), UNKNOWN)
    most = -least
    np.minimum.at(least, row[known], nodes[known, 1:])
    np.maximum.at(most, row[known], nodes[known, 1:])
    wanted = np.array(bounds) / DEGREE
    return take(ways, np.all((least <= wanted[2:]) & (most >= wanted[:2]), axis=1))


def _no_nodes(near: NearNodes) -> str:
    """Say why no road lies anywhere."""
    number, lat, lon = near.beyond
    if not number:
        hint = "give (._;>;); out meta; in a query of Overpass, or out geom;"
        return f"none of the nodes; {hint}"
    swapped = abs(lat) > 90 >= abs(lon)  # noqa: PLR2004
    hint = "; are latitude and longitude swapped?" if swapped else ""
    many = "node lies" if number == 1 else "nodes lie"
    return f"{number:,} {many} beyond the Earth, such as lat {lat:g}, lon {lon:g}{hint}"


def _together(
    path: Path,
    ways: Batch,
    found: _Found,
    counts: Mapping[str, int],
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
        restrictions=found.restrictions,
        found=ways.found,
        bounds=bounds,
        date=date or ways.date.replace("1970-01-01", ""),
        node_tags=found.node_tags,
        counts=counts,
    )


def _header_date(source: OsmFile) -> str:
    """Return the date that the head of the file gives, empty if none."""
    with osmium.io.Reader(source, osmium.osm.NOTHING) as reader:
        header = reader.header()
        texts = [header.get("osmosis_replication_timestamp"), header.get("timestamp")]
    return next((text[:10] for text in texts if re.match(r"\d{4}-\d\d-\d\d", text or "")), "")


def _silent(_: str) -> None:
    """Tell nobody."""
