"""Tagged objects of an OpenStreetMap file with their shapes, whatever they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from layers.osm.file import OsmFile, osm_source, reading
from layers.osm.near import PER_DEGREE, UNKNOWN, NearNodes, further

RING: Final = 4
"""Positions that a closed line has at least."""

Filter = osmium.filter.TagFilter | osmium.filter.KeyFilter
BATCH: Final = 20_000
"""Objects after which those that are not near are forgotten."""


@dataclass(frozen=True, eq=False)
class OsmObjects:
    """Tagged objects as they stand in the file, by id such as `n12`.

    Attributes
    ----------
    tags
        Of every object.
    lines
        Ids of nodes: of a way, or of the outer ways of a relation.
    holes
        Of the inner ways of a relation.
    lon_lat
        Of every node that is known.
    """

    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[str, list[list[int]]] = field(default_factory=dict)
    holes: dict[str, list[list[int]]] = field(default_factory=dict)
    lon_lat: dict[int, tuple[float, float]] = field(default_factory=dict)


def read_objects(path: Path, *filters: Filter, near: NearNodes | None = None) -> OsmObjects:
    """Collect tagged objects, then the ways of relations, then the nodes of all of them.

    Parameters
    ----------
    path
        A file with one of `layers.osm.file.ENDINGS`.
    *filters
        An object counts if any of them lets it through.
    near
        Only objects with a node among these are kept, whole; memory then follows the area.

    Returns
    -------
    objects
        The order of objects in the file does not matter.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is damaged or no OpenStreetMap file.
    """
    source = osm_source(path)
    with reading(path):
        return _read(source, filters, near)


def shape_of(objects: OsmObjects, key: str) -> BaseGeometry | None:
    """Return a point, or the polygon that lines enclose, else the lines; None if not located.

    Holes do not count; see `holes_of`.
    """
    lines = _located(objects, objects.lines.get(key, []))
    points = [point for line in lines for point in line]
    if not points:
        return None
    strings = [shapely.LineString(line) for line in lines if len(set(line)) > 1]
    if not strings:
        return shapely.Point(points[0])
    rings = [] if max(map(len, lines)) < RING and len(lines) == 1 else strings
    areas = shapely.union_all(shapely.get_parts(shapely.polygonize(rings)))
    return shapely.union_all(strings) if areas.is_empty else areas


def holes_of(objects: OsmObjects, key: str) -> BaseGeometry:
    """Return the areas that a multipolygon leaves out, such as the islands of a lake."""
    lines = _located(objects, objects.holes.get(key, []))
    strings = [shapely.LineString(line) for line in lines if len(set(line)) > 1]
    return shapely.union_all(shapely.get_parts(shapely.polygonize(strings)))


def _located(objects: OsmObjects, lines: list[list[int]]) -> list[list[tuple[float, float]]]:
    """Return positions for the nodes of lines, as far as they are known."""
    known = objects.lon_lat
    return [[known[node] for node in line if node in known] for line in lines]


def _read(source: OsmFile, filters: tuple[Filter, ...], near: NearNodes | None) -> OsmObjects:
    """Read a file once for every filter, and again for what its objects are made of."""
    found = OsmObjects()
    members: dict[str, tuple[list[int], list[int]]] = {}
    for only in filters:
        fresh: list[str] = []
        for entity in osmium.FileProcessor(source).with_filter(only):
            key = f"{entity.type_str()}{entity.id}"
            found.tags[key] = {tag.k: tag.v for tag in entity.tags}
            if isinstance(entity, osmium.osm.Node) and entity.location.valid():
                found.lon_lat[entity.id] = (entity.location.lon, entity.location.lat)
                found.lines[key] = [[entity.id]]
                fresh.append(key)
            elif isinstance(entity, osmium.osm.Way):
                found.lines[key] = [[node.ref for node in entity.nodes]]
                fresh.append(key)
            elif isinstance(entity, osmium.osm.Relation):
                ways = [(m.ref, m.role == "inner") for m in entity.members if m.type == "w"]
                outer, inner = ([way for way, hole in ways if hole == side] for side in (0, 1))
                members[key] = (outer, inner)
            if len(fresh) == BATCH:
                _forget_far(found, fresh, near)
                fresh.clear()
        _forget_far(found, fresh, near)
    _add_relations(source, found, members, near)
    parts = (*found.lines.values(), *found.holes.values())
    needed = {node for lines in parts for line in lines for node in line} - set(found.lon_lat)
    found.lon_lat.update(_nodes(source, needed) if near is None else _of(source, near, needed))
    return found


def _forget_far(found: OsmObjects, keys: list[str], near: NearNodes | None) -> None:
    """Drop objects of which no node is near."""
    if near is None:
        return
    close = _near_any([found.lines[key][0] for key in keys], near)
    for key in (key for key, kept in zip(keys, close, strict=True) if not kept):
        del found.tags[key]
        line = found.lines.pop(key)[0]
        if key.startswith("n"):
            found.lon_lat.pop(line[0], None)


def _near_any(lines: list[list[int]], near: NearNodes) -> list[bool]:
    """Say of each line whether any of its nodes is near."""
    row = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    nodes = np.array([node for line in lines for node in line], np.int64)
    hits: list[bool] = (np.bincount(row[near.holds(nodes)], minlength=len(lines)) > 0).tolist()
    return hits


def _add_relations(
    source: OsmFile,
    found: OsmObjects,
    members: dict[str, tuple[list[int], list[int]]],
    near: NearNodes | None,
) -> None:
    """Add the ways that relations are made of; relations of which no way is near are dropped."""
    if near is not None:
        wanted = {way for both in members.values() for side in both for way in side}
        close = _near_ways(source, wanted, near)
        far = [key for key, (outer, inner) in members.items() if close.isdisjoint(outer + inner)]
        for key in far:
            del members[key]
            del found.tags[key]
    nodes_of = _ways(source, {way for both in members.values() for side in both for way in side})
    for key, (outer, inner) in members.items():
        found.lines[key] = [nodes_of[way] for way in outer if way in nodes_of]
        found.holes[key] = [nodes_of[way] for way in inner if way in nodes_of]


def _near_ways(source: OsmFile, wanted: set[int], near: NearNodes) -> set[int]:
    """Return which of some ways have a node that is near."""
    close: set[int] = set()
    ids = sorted(wanted)
    for at in range(0, len(ids), BATCH * 10):
        nodes_of = _ways(source, set(ids[at : at + BATCH * 10]))
        kept = _near_any(list(nodes_of.values()), near)
        close.update(way for way, hit in zip(nodes_of, kept, strict=True) if hit)
    return close


def _ways(source: OsmFile, wanted: set[int]) -> dict[int, list[int]]:
    """Read the nodes of some ways."""
    if not wanted:
        return {}
    only = osmium.filter.IdFilter(sorted(wanted))
    ways = osmium.FileProcessor(source, osmium.osm.WAY).with_filter(only)
    return {w.id: [n.ref for n in w.nodes] for w in ways if isinstance(w, osmium.osm.Way)}


def _of(source: OsmFile, near: NearNodes, wanted: set[int]) -> dict[int, tuple[float, float]]:
    """Return the positions of some nodes, most of which are near."""
    ids = np.array(sorted(wanted), np.int64)
    x, y = further(source, near, ids).positions(ids)
    known = x != UNKNOWN
    # Divided as osmium does, so that positions are its own to the last bit.
    lon, lat = (x[known] / PER_DEGREE).tolist(), (y[known] / PER_DEGREE).tolist()
    return dict(zip(ids[known].tolist(), zip(lon, lat, strict=True), strict=True))


def _nodes(source: OsmFile, wanted: set[int]) -> dict[int, tuple[float, float]]:
    """Read the positions of some nodes."""
    if not wanted:
        return {}
    only = osmium.filter.IdFilter(sorted(wanted))
    nodes = osmium.FileProcessor(source, osmium.osm.NODE).with_filter(only)
    return {
        node.id: (node.location.lon, node.location.lat)
        for node in nodes
        if isinstance(node, osmium.osm.Node) and node.location.valid()
    }
