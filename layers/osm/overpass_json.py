"""Answers of Overpass in JSON, `out geom` too, as OpenStreetMap XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from layers.errors import DataError

KINDS: Final = ("node", "way", "relation")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Tags = Mapping[str, Any]


def xml_of_json(path: Path) -> bytes:
    """Turn an answer of Overpass in JSON into OpenStreetMap XML."""
    try:
        answer = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: is no JSON: {str(error)[:100]}") from error
    elements = answer.get("elements") if isinstance(answer, dict) else None
    if not isinstance(elements, list):
        raise DataError(
            f"{path}: is JSON, but no answer of Overpass (without 'elements'); GeoJSON does not "
            "say which roads meet: give the OpenStreetMap file that it was made from"
        )
    try:
        lines = list(_lines(elements))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: an element is not as Overpass writes it: {error!r}") from error
    return "\n".join(['<osm version="0.6">', *lines, "</osm>"]).encode()


def _lines(elements: list[dict[str, Any]]) -> Iterator[str]:
    """Yield XML of the elements of an answer, nodes first."""
    nodes = [one for one in elements if one["type"] == "node" and "lat" in one]
    position = {int(one["id"]): (float(one["lat"]), float(one["lon"])) for one in nodes}
    tags_of = {int(one["id"]): one.get("tags") or {} for one in nodes}
    made: dict[tuple[float, float], int] = {}
    nodes_of = {
        int(one["id"]): _nodes_of(one, position, made) for one in elements if one["type"] == "way"
    }
    for number, (lat, lon) in position.items():
        yield f'<node id="{number}" lat="{lat}" lon="{lon}">{_tags(tags_of.get(number, {}))}</node>'
    for one in elements:
        if one["type"] == "way":
            refs = "".join(f'<nd ref="{ref}"/>' for ref in nodes_of[int(one["id"])])
            yield f'<way id="{int(one["id"])}">{refs}{_tags(one.get("tags") or {})}</way>'
    for one in elements:
        if one["type"] == "relation":
            members = "".join(
                f'<member type="{m["type"]}" ref="{int(m["ref"])}" role={_quoted(m.get("role"))}/>'
                for m in one.get("members") or ()
                if m["type"] in KINDS
            )
            tags = _tags(one.get("tags") or {})
            yield f'<relation id="{int(one["id"])}">{members}{tags}</relation>'


def _nodes_of(
    way: dict[str, Any],
    position: dict[int, tuple[float, float]],
    made: dict[tuple[float, float], int],
) -> list[int]:
    """Return the nodes of a way, and note where they lie."""
    points = [(float(p["lat"]), float(p["lon"])) if p else None for p in way.get("geometry") or ()]
    ids = [int(ref) for ref in way.get("nodes") or ()]
    if not ids:  # Without ids, what lies at one place is one node.
        ids = [made.setdefault(point, -1_000_000_000 - len(made)) for point in points if point]
        points = [point for point in points if point]
    for number, point in zip(ids, points, strict=False):
        if point:
            position.setdefault(number, point)
    return ids


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={_quoted(key)} v={_quoted(value)}/>" for key, value in tags.items())


def _quoted(value: object) -> str:
    return quoteattr(_NOT_XML.sub("", "" if value is None else str(value)))
