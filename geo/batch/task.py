"""Tasks of a batch: one question each, under the hash of all that its answer depends on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

from geo.batch.plan import Asked, Plan, asked_of, scenario_names
from geo.scenario.model_version import model_version
from geo.scenario.scenario_file import find_scenarios
from layers.area import SHARED, SHIPPED, Area, data_folder, load_area, user_areas_folder
from layers.io.files import fingerprint
from layers.io.toml_file import read_toml_table

FORMAT: Final = 1
"""Goes up when what a task answers changes its form; part of every key."""


@dataclass(frozen=True)
class Task:
    """One question.

    Attributes
    ----------
    asked
        In the words of the plan.
    scenarios
        Ids of scenarios of the area, or paths of their files.
    plan
        The rest of what is asked.
    area_key, model_key
        Hashes of the area's files, and of the code and vehicles that answer.
    key
        Hash of all that the answer depends on: who has an answer of this key has this one.
    """

    asked: Asked
    scenarios: tuple[str, ...]
    plan: Plan
    area_key: str
    model_key: str
    key: str


def tasks_of(plan: Plan, folder: Path) -> tuple[Task, ...]:
    """Return every task of a plan in its order.

    Parameters
    ----------
    plan
        What is asked; `geo.batch.plan.check_plan` has found nothing wrong with it.
    folder
        From which files of scenarios are named.
    """
    return tuple(_tasks(plan, folder))


def _tasks(plan: Plan, folder: Path) -> Iterator[Task]:
    model = model_version()
    areas = {slug: load_area(slug) for slug in plan.areas}
    area_keys = {slug: area_key(area) for slug, area in areas.items()}
    worlds = {}
    for slug, area in areas.items():
        for scenario in plan.scenarios:
            names = scenario_names(scenario, area, folder)
            files = scenario_files(area, names)
            key = fingerprint(names and [Path(one).stem for one in names], files=files)
            worlds[slug, scenario] = names, key
    for asked in asked_of(plan):
        names, world_key = worlds[asked.area, asked.scenario]
        meant = _meant(plan, asked)
        known = (FORMAT, model, area_keys[asked.area], world_key)
        key = fingerprint("batch", *known, asked, meant)
        yield Task(asked, names, plan, area_keys[asked.area], model, key)


def _meant(plan: Plan, asked: Asked) -> tuple[object, ...]:
    """Return what of a plan an answer depends on besides its cell."""
    common: tuple[object, ...] = (plan.roads, plan.surfaces)
    if asked.answer == "people":
        return (*common, plan.minutes)
    if asked.answer == "surface":
        return (*common, plan.resolution_m)
    return common


@cache
def _content(path: Path, modified_ns: int, size: int) -> str:  # noqa: ARG001 - they tell it changed
    """Hash a file once per process for as long as it is as it was."""
    return fingerprint(files=(path,))


def content_key(files: dict[str, Path]) -> str:
    """Hash files by their names in a common tongue and their bytes, the same on every machine."""
    known = []
    for name, path in sorted(files.items()):
        there = path.stat()
        known.append((name, _content(path, there.st_mtime_ns, there.st_size)))
    return fingerprint(*known)


def area_files(area: Area) -> dict[str, Path]:
    """Return every file that answers about an area may depend on, by a name without a machine.

    Its own, those of its import, those that it names elsewhere, and those all areas share.
    Scenarios are not among them: a task hashes those that it applies.
    """
    roots = {
        "own": area.folder,
        "shared": SHARED,
        "user": user_areas_folder() / area.slug,
    }
    found: dict[str, Path] = {}
    for kind, root in roots.items():
        for path in root.rglob("*"):
            inner = path.relative_to(root)
            if path.is_file() and inner.parts[0] != "scenarios" and not _is_passing(path):
                found[f"{kind}/{inner.as_posix()}"] = path
    for one in fields(area.layers):
        value = getattr(area.layers, one.name)
        for path in value if isinstance(value, tuple) else (value,):
            if isinstance(path, Path) and path.is_file():
                base = SHIPPED if path.is_relative_to(SHIPPED) else path.parent
                found[f"{one.name}/{path.relative_to(base).as_posix()}"] = path
    return found


def _is_passing(path: Path) -> bool:
    """Say whether a file is a lock, or one that is being written."""
    return path.name.startswith(".") or bool(re.match(r"\.writing-", path.parent.name))


def area_key(area: Area) -> str:
    """Hash the files of an area: the same wherever they lie."""
    return content_key(area_files(area))


def scenario_files(area: Area, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the files of scenarios, of those that they extend, and those beside that they name.

    Parameters
    ----------
    area
        Whose.
    names
        Ids, or paths.
    """
    known = find_scenarios(area)
    found: dict[Path, None] = {}
    left = [known.get(name, Path(name)) for name in names]
    while left:
        path = left.pop(0)
        if path in found or not path.is_file():
            continue
        found[path] = None
        if path.suffix == ".toml":
            near = {**{p.stem: p for p in path.parent.glob("*.toml")}, **known}
            table = read_toml_table(path, what="a scenario")
            left += [near[base] for base in table.get("extends", ()) if base in near]
            left += [path.parent / name for name in _named_files(table.get("changes", []))]
    return tuple(found)


def _named_files(entry: object) -> Iterator[str]:
    """Yield the names of files that changes have anywhere."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key == "file" and isinstance(value, str):
                yield value
            else:
                yield from _named_files(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _named_files(value)


def own_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the files of the user's data folder that vehicles and scenarios stand in."""
    root = folder or data_folder()
    return {
        path.relative_to(root).as_posix(): path
        for name in ("vehicles", "scenarios")
        for path in sorted((root / name).rglob("*"))
        if path.is_file()
    }
