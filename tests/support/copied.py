"""Copies of a shipped area, whose shared tables are its own, to be damaged by tests."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from layers.area import SHARED, SHIPPED


def copy_area(folder: Path, slug: str = "mae_hong_son") -> Path:
    """Copy a shipped area and every shared table that it names into one folder.

    Its roads are left out: the copy has the strategic network.
    """
    shutil.copytree(SHIPPED / slug, folder, ignore=shutil.ignore_patterns("*.roads"))
    toml = folder / "area.toml"
    text = re.sub(r"^roads = .*\n", "", toml.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name in re.findall(r'"shared:([\w.]+)"', text):
        own = name if not (folder / name).exists() else f"shared_{name}"
        shutil.copy(SHARED / name, folder / own)
        text = text.replace(f'"shared:{name}"', f'"{own}"')
    toml.write_text(text, encoding="utf-8")
    return folder
