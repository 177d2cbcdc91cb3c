"""Answers of Overpass put into one file that `layers.osm.scan` reads."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from layers.errors import DataError

LEVEL: Final = 3
"""Of gzip: a file of a province in seconds."""

HEAD: Final = 4096
"""Characters of an answer among which its date is."""

Element = dict[str, Any]


def write_osm(answers: Iterable[Path], path: Path) -> None:
    """Write answers as one OSM XML file, every object once, the same bytes every time.

    Parameters
    ----------
    answers
        JSON as Overpass writes it; of an object that is in several, the first counts.
    path
        The `.osm.gz` to write.

    Raises
    ------
    DataError
        A file is no answer of Overpass.
    """
    files = list(answers)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as packed:
        text = io.TextIOWrapper(packed, encoding="utf-8", newline="\n")
        text.write('<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n')
        # In passes, so that nodes come before ways and memory holds one answer at a time.
        seen: set[int] = set()
        for file in files:
            text.writelines(_rows(file, "node", seen).values())
        for kind in ("way", "relation"):
            seen, rows = set(), dict[int, str]()
            for file in files:
                rows |= _rows(file, kind, seen)
            # In the order of files of OpenStreetMap, however it was tiled.
            text.writelines(rows[number] for number in sorted(rows))
        text.write("</osm>\n")
        text.flush()


def oldest(answers: Iterable[Path]) -> str:
    """Return the day of the oldest data among answers, ISO; empty if none says."""
    return min((stamp for file in answers if (stamp := _stamp(file))), default="")


def any_way(answers: Iterable[Path]) -> bool:
    """Say whether there is a way in any answer; errors as `write_osm`."""
    return any(
        element.get("type") == "way" for file in answers for element in _answer(file)["elements"]
    )


def _rows(file: Path, kind: str, seen: set[int]) -> dict[int, str]:
    """Write the objects of a kind that were not seen before, by id."""
    rows = {
        int(element["id"]): _row(element, kind)
        for element in _answer(file)["elements"]
        if element.get("type") == kind and element["id"] not in seen
    }
    seen |= rows.keys()
    return rows


def _row(element: Element, kind: str) -> str:
    """Write one object."""
    head = f'<{kind} id="{int(element["id"])}" version="1"'
    if kind == "node":
        head += f' lat="{float(element["lat"])!r}" lon="{float(element["lon"])!r}"'
    inner = [f'<nd ref="{int(node)}"/>' for node in element.get("nodes", ())]
    inner += [
        f'<member type={quoteattr(member["type"])} ref="{int(member["ref"])}" '
        f"role={_quoted(member['role'])}/>"
        for member in element.get("members", ())
    ]
    inner += [f"<tag k={_quoted(k)} v={_quoted(v)}/>" for k, v in element.get("tags", {}).items()]
    return f"{head}>{''.join(inner)}</{kind}>\n" if inner else f"{head}/>\n"


def _quoted(text: str) -> str:
    """Quote a text for XML, without the characters that XML cannot have."""
    return quoteattr("".join(c for c in str(text) if c >= " " or c in "\t\n\r"))


def _answer(file: Path) -> dict[str, Any]:
    """Read an answer."""
    try:
        answer = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(answer["elements"], list):
            return dict(answer)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{file}: is no answer of Overpass") from error
    raise DataError(f"{file}: is no answer of Overpass")


def _stamp(file: Path) -> str:
    """Return the day of the data of an answer, which stands at its beginning."""
    with file.open(encoding="utf-8") as stream:
        found = re.search(r'"timestamp_osm_base": *"(\d{4}-\d\d-\d\d)', stream.read(HEAD))
    return found[1] if found else ""
