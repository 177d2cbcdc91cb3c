"""Tagged objects of an OpenStreetMap file with their shapes, whatever they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from layers.errors import DataError
from layers.osm_scan import _source as osm_source

RING: Final = 4
"""Positions that a closed line has at least."""

Filter = osmium.filter.TagFilter | osmium.filter.KeyFilter
OsmFile = osmium.io.File | osmium.io.FileBuffer


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


def read_objects(path: Path, *filters: Filter) -> OsmObjects:
    """Collect tagged objects, then the ways of relations, then the nodes of all of them.

    Parameters
    ----------
    path
        A file with one of `layers.osm_scan.ENDINGS`.
    *filters
        An object counts if any of them lets it through.

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
    try:
        return _read(source, filters)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        reason = str(error).rstrip(": ")
        raise DataError(f"{path}: is damaged or no OpenStreetMap file: {reason}") from error


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


def _read(source: OsmFile, filters: tuple[Filter, ...]) -> OsmObjects:
    """Read a file once for every filter, and again for what its objects are made of."""
    found = OsmObjects()
    members: dict[str, tuple[list[int], list[int]]] = {}
    for only in filters:
        for entity in osmium.FileProcessor(source).with_filter(only):
            key = f"{entity.type_str()}{entity.id}"
            found.tags[key] = {tag.k: tag.v for tag in entity.tags}
            if isinstance(entity, osmium.osm.Node) and entity.location.valid():
                found.lon_lat[entity.id] = (entity.location.lon, entity.location.lat)
                found.lines[key] = [[entity.id]]
            elif isinstance(entity, osmium.osm.Way):
                found.lines[key] = [[node.ref for node in entity.nodes]]
            elif isinstance(entity, osmium.osm.Relation):
                ways = [(m.ref, m.role == "inner") for m in entity.members if m.type == "w"]
                outer, inner = ([way for way, hole in ways if hole == side] for side in (0, 1))
                members[key] = (outer, inner)
    nodes_of = _ways(source, {way for both in members.values() for side in both for way in side})
    for key, (outer, inner) in members.items():
        found.lines[key] = [nodes_of[way] for way in outer if way in nodes_of]
        found.holes[key] = [nodes_of[way] for way in inner if way in nodes_of]
    parts = (*found.lines.values(), *found.holes.values())
    needed = {node for lines in parts for line in lines for node in line}
    found.lon_lat.update(_nodes(source, needed - set(found.lon_lat)))
    return found


def _ways(source: OsmFile, wanted: set[int]) -> dict[int, list[int]]:
    """Read the nodes of some ways."""
    if not wanted:
        return {}
    only = osmium.filter.IdFilter(sorted(wanted))
    ways = osmium.FileProcessor(source, osmium.osm.WAY).with_filter(only)
    return {w.id: [n.ref for n in w.nodes] for w in ways if isinstance(w, osmium.osm.Way)}


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
