"""OpenStreetMap files of another make, rewritten plainly: JOSM, history, Overpass with geometry.

JOSM marks what is deleted and leaves it in the file; a history file has every version; Overpass
`out geom` has positions at the ways instead of nodes, and its JSON is no OpenStreetMap file at all.
"""

from __future__ import annotations

import atexit
import bz2
import gzip
import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, BinaryIO, Final, cast
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import osmium

from layers.errors import DataError
from layers.osm.overpass_json import KINDS, xml_of_json

_ODD: Final = re.compile(
    rb"""action\s*=\s*["']delete|visible\s*=\s*["']false|<nd\s[^<>]*\blat\s*="""
    rb"""|<(?:create|modify|delete)>"""
)
_CHUNK: Final = 1 << 22


def plain_xml(path: Path, ending: str) -> bytes | None:
    """Return a file as plain OpenStreetMap XML, None if it is plain already.

    Parameters
    ----------
    path
        There, and not empty.
    ending
        What its name ends in, one of `layers.osm.file.ENDINGS`.

    Raises
    ------
    DataError
        It is JSON, but not of Overpass, or has no positions of nodes.
    """
    state = path.stat()
    return _plain(path, ending, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _plain(path: Path, ending: str, _changed: int, _size: int) -> bytes | None:
    if ending.endswith("pbf"):
        return None
    if ending == ".json":
        return xml_of_json(path)
    if not _is_odd(path, ending) and not ending.startswith(".osh"):
        return None
    with _opened(path, ending) as stream:
        try:
            root = ET.parse(stream).getroot()  # noqa: S314 - expat bounds what entities grow to
        except (ET.ParseError, OSError, EOFError, ValueError) as error:
            raise DataError(f"{path}: is damaged or no OpenStreetMap file: {error}") from error
    return b"\n".join([b'<osm version="0.6">', *_newest(root), b"</osm>"])


def newest_pbf(path: Path) -> Path:
    """Return a file with the newest version of everything in a history file, deleted or not.

    It is kept as long as the program runs.
    """
    state = path.stat()
    return _newest_pbf(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _newest_pbf(path: Path, _changed: int, _size: int) -> Path:
    folder = Path(mkdtemp(prefix="chaidaen-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / "newest.osm.pbf"
    try:
        source = osmium.io.File(str(path), "osh.pbf")
        newest: dict[tuple[str, int], int] = {}
        for one in _objects(source):
            key = (one.type_str(), one.id)
            newest[key] = max(one.version, newest.get(key, 0))
        with osmium.SimpleWriter(str(made)) as writer:
            for one in _objects(source):
                if one.visible and one.version == newest[one.type_str(), one.id]:
                    writer.add(one)
    except RuntimeError as error:
        raise DataError(f"{path}: is damaged or no OpenStreetMap file: {error}") from error
    return made


def _objects(
    source: osmium.io.File,
) -> Iterator[osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation]:
    for one in osmium.FileProcessor(source):
        if isinstance(one, osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation):
            yield one


def _opened(path: Path, ending: str) -> BinaryIO:
    """Open a file for reading, unpacked."""
    opener: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(Path(ending).suffix, open)
    return cast("BinaryIO", opener(path, "rb"))


def _is_odd(path: Path, ending: str) -> bool:
    """Tell whether a file has something that osmium takes for what it is not."""
    tail = b""
    try:
        with _opened(path, ending) as stream:
            while chunk := stream.read(_CHUNK):
                if _ODD.search(tail + chunk):
                    return True
                tail = chunk[-400:]
    except (OSError, EOFError):
        return False  # Damaged: osmium says so.
    return False


def _newest(root: ET.Element) -> Iterator[bytes]:
    """Yield the newest version of everything that is not deleted; nodes first."""
    best: dict[tuple[str, str], tuple[int, bool, ET.Element]] = {}
    for element, shut in _elements(root):
        key = (element.tag, element.get("id", ""))
        version = element.get("version", "")
        rank = int(version) if version.isdecimal() and len(version) < 9 else 0  # noqa: PLR2004
        gone = shut or element.get("action") == "delete" or element.get("visible") == "false"
        if key not in best or rank >= best[key][0]:
            best[key] = (rank, gone, element)
    kept = [element for _, gone, element in best.values() if not gone]
    known = {element.get("id", "") for element in kept if element.tag == "node"}
    yield from _drawn_nodes(kept, known)
    for kind in KINDS:
        for element in (one for one in kept if one.tag == kind):
            element.attrib.pop("action", None)
            yield ET.tostring(element, encoding="unicode").strip().encode()


def _drawn_nodes(kept: list[ET.Element], known: set[str]) -> Iterator[bytes]:
    """Yield the nodes that only stand, with their positions, in the ways."""
    made = set(known)
    for nd in (nd for one in kept if one.tag == "way" for nd in one.iter("nd")):
        number, lat, lon = (nd.get(key, "") for key in ("ref", "lat", "lon"))
        if lat and lon and number not in made:
            made.add(number)
            place = f"lat={quoteattr(lat)} lon={quoteattr(lon)}"
            yield f"<node id={quoteattr(number)} {place}/>".encode()


def _elements(root: ET.Element) -> Iterator[tuple[ET.Element, bool]]:
    """Yield nodes, ways and relations, and whether a file of changes deletes them."""
    for one in root:
        if one.tag in KINDS:
            yield one, False
        elif one.tag in {"create", "modify", "delete"}:
            for inner in one:
                if inner.tag in KINDS:
                    yield inner, one.tag == "delete"
