"""Files of the user who asks, sent once to each worker that does not see that folder.

What ships with the program every worker has. Imports, scenarios and vehicles of one's own
travel, and so do roads made ready and their node order, so that no worker makes them again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.batch.task import Task, own_files, scenario_files
from geo.routing.graph import graph_key
from geo.study import open_study
from layers.area import data_folder, load_area, user_areas_folder
from layers.errors import DataError, WriteError
from layers.io.files import fingerprint, write_bytes
from layers.io.folders import writing_folder
from layers.io.system import user_name
from layers.io.targets import lies_in
from layers.store.kept import kept_folder

GIVEN = "given"
"""Folder of scenarios that stand elsewhere than in a data folder."""


@dataclass(frozen=True)
class Shipped:
    """Files by name, relative to a data folder.

    Attributes
    ----------
    key
        Hash of them all.
    files
        Their bytes.
    moved
        Where scenarios that tasks name by path stand now.
    """

    key: str
    files: dict[str, bytes]
    moved: dict[str, str]


def shipped_of(tasks: tuple[Task, ...]) -> Shipped:
    """Gather what workers elsewhere need to answer tasks."""
    files = {name: path.read_bytes() for name, path in own_files().items()}
    for slug in dict.fromkeys(task.asked.area for task in tasks):
        root = user_areas_folder() / slug
        found = (path for path in sorted(root.rglob("*")) if path.is_file())
        files |= {
            path.relative_to(data_folder()).as_posix(): path.read_bytes()
            for path in found
            if not path.name.startswith(".")
        }
    for slug, roads, surfaces in dict.fromkeys(
        (task.asked.area, task.plan.roads, task.plan.surfaces) for task in tasks
    ):
        files |= _made_ready(slug, roads, surfaces)
    moved = {}
    for slug, names in dict.fromkeys((task.asked.area, task.scenarios) for task in tasks):
        for name in names:
            if name.endswith(".toml"):
                folder = fingerprint(name)[:12]
                for path in scenario_files(load_area(slug), (name,)):
                    files[f"{GIVEN}/{folder}/{path.name}"] = path.read_bytes()
                moved[name] = f"{GIVEN}/{folder}/{Path(name).name}"
    return Shipped(fingerprint(*sorted(files.items()), *sorted(moved.items())), files, moved)


def _made_ready(slug: str, roads: str, surfaces: str) -> dict[str, bytes]:
    """Return what is kept of an area's roads: themselves, and their node order."""
    study = open_study(slug, roads=roads or None, surfaces=surfaces)
    keys = (study.roads_key, graph_key(study.network))
    paths = (kept_folder() / f"{key}.arrays" for key in keys)
    return {
        path.relative_to(data_folder()).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file()
    }


@contextmanager
def unpacked(shipped: Shipped | None) -> Iterator[dict[str, str]]:
    """Work in the data folder that was sent; yield where scenarios stand that were moved.

    The folder is made by the first task on a machine that needs it. Without anything sent
    the data folder is the process's own.

    Parameters
    ----------
    shipped
        What was sent.

    Raises
    ------
    DataError
        A name leads out of the folder.
    """
    if shipped is None:
        yield {}
        return
    spool = Path(tempfile.gettempdir()) / f"chaidaen-batch-{user_name()}"
    home = spool / shipped.key
    if not home.is_dir():
        try:
            _unpack(shipped, home)
        except WriteError:
            # Another process of this machine was quicker.
            if not home.is_dir():
                raise
    before = os.environ.get("CHAIDAEN_HOME")
    os.environ["CHAIDAEN_HOME"] = str(home)
    try:
        yield {name: str(home / place) for name, place in shipped.moved.items()}
    finally:
        if before is None:
            del os.environ["CHAIDAEN_HOME"]
        else:
            os.environ["CHAIDAEN_HOME"] = before


def _unpack(shipped: Shipped, home: Path) -> None:
    """Write the files that were sent, all or none."""
    with writing_folder(home) as folder:
        for name, content in shipped.files.items():
            if not lies_in(folder, name):
                raise DataError(f"{name!r}: leads out of the folder that was sent")
            write_bytes(folder / name, content)
