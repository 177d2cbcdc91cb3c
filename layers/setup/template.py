"""A new area as a copy of one that works, with what has to be changed marked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from layers.area import Area, check_slug, find_areas, user_areas_folder
from layers.errors import WriteError
from layers.io.folders import writing_folder
from layers.io.toml_file import read_toml, read_utf8
from layers.io.vector import read_polygon
from layers.store.new_area import BOUNDARY, boundary_text
from layers.store.store import imported_folder

MARK = "# CHANGE"
"""How a line begins that says what to change."""

_FILE = Path(__file__).parent / "template.toml"


@dataclass(frozen=True)
class Template:
    """Which area is copied by default; what is said above which key, in English and Thai."""

    copied: str
    marks: Mapping[str, tuple[str, ...]]


@cache
def read_template() -> Template:
    """Read what ships with the package."""
    return read_toml(_FILE, Template, what="the template of an area")


def new_area(
    name: str, source: Area, parent: Path | None = None, *, boundary: Path | None = None
) -> Path:
    """Copy an area under a new name, whole or not at all.

    Parameters
    ----------
    name
        Slug of the new area.
    source
        The area to copy: its own files. Shared tables are named, not copied; imported roads
        stay behind.
    parent
        Folder to put it into; the user's own areas by default.
    boundary
        Vector file whose polygon takes the place of the copied boundary.

    Returns
    -------
    folder
        The new area; every key of its `area.toml` that has to be changed is marked.

    Raises
    ------
    DataError
        The name cannot be that of an area.
    WriteError
        There is such an area or folder already, or the disk is full.
    """
    check_slug(name)
    if parent is None and name in find_areas():
        raise WriteError(f"area {name!r} is there already; choose another name")
    folder = (parent or user_areas_folder()) / name
    if folder.exists():
        raise WriteError(f"{folder}: is already there; choose another name")
    if folder.resolve().is_relative_to(source.folder.resolve()):
        raise WriteError(f"{folder}: lies inside the area that is to be copied")
    title = name.replace("_", " ").title()
    text = marked(read_utf8(source.folder / "area.toml"), title=title)
    imported = imported_folder(source.slug).name
    shape = read_polygon(boundary) if boundary else None
    with writing_folder(folder) as temporary:
        skipped = shutil.ignore_patterns(imported, ".*")
        shutil.copytree(source.folder, temporary, ignore=skipped, dirs_exist_ok=True)
        if shape is not None:
            # That of an area which names the boundary of another becomes a file of its own.
            (temporary / BOUNDARY).write_text(boundary_text(shape, title), encoding="utf-8")
            text = re.sub(r"(?m)^boundary = .*$", f'boundary = "{BOUNDARY}"', text, count=1)
        (temporary / "area.toml").write_text(text, encoding="utf-8", newline="\n")
    return folder


def marked(text: str, *, title: str) -> str:
    """Put a line above every key of an `area.toml` that has to be changed.

    Parameters
    ----------
    text
        Of the file.
    title
        Takes the place of both titles.

    Returns
    -------
    text
        With lines that begin with `MARK`; what the file says is otherwise the same.
    """
    lines = [
        "# A copy to start from: it works as it is. Lines that begin with CHANGE say what is not",
        "# yours. สำเนาที่ใช้งานได้ทันที บรรทัดที่ขึ้นต้นด้วย CHANGE คือสิ่งที่ต้องแก้ไข",
    ]
    seen: set[str] = set()
    marks = read_template().marks
    for line in text.splitlines():
        if line.startswith(MARK):
            continue
        key = _key(line)
        if key in marks and key not in seen:
            lines.append(f"{MARK}: {' · '.join(marks[key])}")
            seen.add(key)
        retitled = key in {"title_en", "title_th"}
        lines.append(f"{key} = {json.dumps(title)}" if retitled else line)
    return "\n".join(lines) + "\n"


def _key(line: str) -> str:
    """Return the key that a line of TOML gives, or the name of its table, else nothing."""
    found = re.match(r"\[*(\w+)(\]+\s*$|\s*=)", line)
    return found[1] if found else ""
