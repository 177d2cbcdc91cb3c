"""An Overpass interpreter for the queries that OSMnx writes, over any OpenStreetMap file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium
import shapely

Element = dict[str, Any]

KINDS = {"node": "n", "way": "w", "relation": "r"}
PART = re.compile(r"(node|way|relation)((?:\[[^\]]*\])*)\(poly:'([^']*)'\)")
FILTER = re.compile(r"\[([\"'])(?P<key>.*?)\1(?:(?P<how>=|~|!~)([\"'])(?P<value>.*?)\4)?\]")


@dataclass
class OsmData:
    """All objects of a file, by kind and id, and the ids of those that have a key."""

    objects: dict[str, dict[int, Element]] = field(default_factory=lambda: {k: {} for k in KINDS})
    tagged: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    shapes: dict[tuple[str, int], Any] = field(default_factory=dict)

    def add_node(self, number: int, lon: float, lat: float, tags: dict[str, str]) -> None:
        """Draw one more node."""
        self.objects["node"][number] = {"lat": lat, "lon": lon, "tags": tags}
        for key in tags:
            self.tagged.setdefault(("node", key), []).append(number)

    def add_relation(self, number: int, members: list[Element], tags: dict[str, str]) -> None:
        """Draw one more relation."""
        self.objects["relation"][number] = {"members": members, "tags": tags}
        for key in tags:
            self.tagged.setdefault(("relation", key), []).append(number)


def read_data(path: Path) -> OsmData:
    """Read a file whole."""
    data = OsmData()
    for thing in osmium.FileProcessor(str(path)):
        tags = {tag.k: tag.v for tag in thing.tags} if len(thing.tags) else {}
        for key in tags:
            kind = next(kind for kind, letter in KINDS.items() if letter == thing.type_str())
            data.tagged.setdefault((kind, key), []).append(thing.id)
        if isinstance(thing, osmium.osm.Node):
            if thing.location.valid():
                place = {"lat": thing.location.lat, "lon": thing.location.lon}
                data.objects["node"][thing.id] = place | {"tags": tags}
        elif isinstance(thing, osmium.osm.Way):
            nodes = [node.ref for node in thing.nodes]
            data.objects["way"][thing.id] = {"nodes": nodes, "tags": tags}
        elif isinstance(thing, osmium.osm.Relation):
            letters = {letter: kind for kind, letter in KINDS.items()}
            members = [
                {"type": letters[m.type], "ref": m.ref, "role": m.role} for m in thing.members
            ]
            data.objects["relation"][thing.id] = {"members": members, "tags": tags}
    return data


def answer(data: OsmData, query: str) -> Element:
    """Answer a query as Overpass would."""
    found: dict[tuple[str, int], None] = {}
    head = re.match(r"\[out:json\]\[timeout:\d+\];", query)
    assert head, f"settings that Overpass does not take: {query[:60]}"
    parts = PART.findall(query)
    assert parts, f"a query of a form that OSMnx does not write: {query[:200]}"
    for kind, filters, poly in parts:
        lat_lon = [float(number) for number in poly.split()]
        area = shapely.Polygon(list(zip(lat_lon[1::2], lat_lon[::2], strict=True)))
        shapely.prepare(area)
        matches = list(FILTER.finditer(filters))
        tests = [_test(match) for match in matches]
        for number in data.tagged.get((kind, matches[0]["key"]), ()):
            tags = data.objects[kind][number]["tags"]
            if all(test(tags) for test in tests) and _touches(data, kind, number, area):
                found[(kind, number)] = None
    for key in list(found):
        _recurse(data, *key, found)
    order = sorted(found, key=lambda key: (list(KINDS).index(key[0]), key[1]))
    elements = []
    for kind, number in order:
        element = {"type": kind, "id": number, **data.objects[kind][number]}
        elements.append({k: v for k, v in element.items() if k != "tags" or v})
    return {
        "version": 0.6,
        "generator": "a test",
        "osm3s": {"timestamp_osm_base": "2026-11-20T10:00:00Z", "copyright": "ODbL"},
        "elements": elements,
    }


def _test(match: re.Match[str]) -> Callable[[dict[str, str]], bool]:
    """Return what a filter asks of tags."""
    key, how, value = match["key"], match["how"], match["value"]
    if how is None:
        return lambda tags: key in tags
    if how == "=":
        return lambda tags: tags.get(key) == value
    pattern = re.compile(value)
    wanted = how == "~"
    return lambda tags: (bool(pattern.search(tags[key])) if key in tags else False) is wanted


def _touches(data: OsmData, kind: str, number: int, area: shapely.Polygon) -> bool:
    """Say whether an object has a node or an edge in an area; a relation, a member."""
    if kind == "relation":
        return any(
            member["ref"] in data.objects[member["type"]]
            and _touches(data, member["type"], member["ref"], area)
            for member in data.objects["relation"][number]["members"]
            if member["type"] != "relation"
        )
    if (kind, number) not in data.shapes:
        data.shapes[(kind, number)] = _shape(data, kind, number)
    shape = data.shapes[(kind, number)]
    return shape is not None and shapely.intersects(area, shape)


def _shape(data: OsmData, kind: str, number: int) -> Any:
    element = data.objects[kind][number]
    if kind == "node":
        return shapely.Point(element["lon"], element["lat"])
    nodes = [data.objects["node"][n] for n in element["nodes"] if n in data.objects["node"]]
    if not nodes:
        return None
    xy = [(node["lon"], node["lat"]) for node in nodes]
    return shapely.LineString(xy) if len(xy) > 1 else shapely.Point(xy[0])


def _recurse(data: OsmData, kind: str, number: int, found: dict[tuple[str, int], None]) -> None:
    """Add the nodes of a way, the ways and nodes of a relation."""
    element = data.objects[kind][number]
    below = [("node", node) for node in element.get("nodes", ())]
    below += [(m["type"], m["ref"]) for m in element.get("members", ()) if m["type"] != "relation"]
    for key in below:
        if key[1] in data.objects[key[0]] and key not in found:
            found[key] = None
            _recurse(data, *key, found)
