"""Scenarios in files: strict TOML in the area's folder, or the user's."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from geo.scenario.apply import Scenario
from geo.scenario.changes import KINDS, Change, ChangeCrossing
from layers.area import Area, data_folder
from layers.errors import DataError, UnknownNameError
from layers.io.files import fingerprint
from layers.io.tables import QUALITIES
from layers.io.toml_file import from_table, read_toml_table


@dataclass(frozen=True)
class _Head:
    """What stands in a scenario's file besides its changes."""

    title_en: str
    title_th: str
    source: str
    quality: str = field(metadata={"choices": QUALITIES})
    date: str = ""
    note_en: str = ""
    note_th: str = ""
    extends: tuple[str, ...] = ()


def find_scenarios(area: Area) -> Mapping[str, Path]:
    """List the scenarios there are for an area, by id: its own, then the user's.

    A user's scenario of the same id takes the place of a shipped one.
    """
    found: dict[str, Path] = {}
    for folder in (area.folder / "scenarios", data_folder() / "scenarios"):
        if folder.is_dir():
            found |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return found


def read_scenarios(area: Area, names: Sequence[str]) -> tuple[Scenario, ...]:
    """Read scenarios and those they extend.

    Parameters
    ----------
    area
        Whose scenarios are meant.
    names
        Ids of `find_scenarios`, or paths of TOML files.

    Returns
    -------
    scenarios
        Each once, those extended before those that extend them. Faults within them are
        kept as their `problems`, for `geo.scenario.apply.apply` to tell with all others.

    Raises
    ------
    UnknownNameError
        There is no such scenario; the message lists those there are.
    MissingFileError
        There is no such file.
    DataError
        Files are no TOML, or extend one another in a circle; one message names all.
    """
    known = find_scenarios(area)
    read: dict[Path, Scenario] = {}
    problems: list[str] = []
    for name in names:
        try:
            _read_with_base(_path_of(name, known), known, read, ())
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise DataError("; ".join(dict.fromkeys(problems)))
    return tuple(read.values())


def read_scenario(path: Path) -> Scenario:
    """Read one file, without those it extends; errors as `read_scenarios`."""
    table = read_toml_table(path, what="a scenario")
    problems: list[str] = []
    raw = table.pop("changes", [])
    head = from_table(_Head, table, path=path, problems=problems)
    if not isinstance(raw, list):
        problems.append("key 'changes': must be a list of tables, each [[changes]]")
        raw = []
    if not raw and not table.get("extends"):
        problems.append("holds no [[changes]] and extends nothing")
    changes: dict[int, Change] = {}
    for number, entry in enumerate(raw, start=1):
        change = _change(entry, number, path, problems)
        if change is not None:
            changes[number] = change
    titles: dict[str, Any] = vars(head) if head else {"title_en": path.stem, "title_th": path.stem}
    return Scenario(
        **titles,
        id=path.stem,
        changes=tuple(changes.values()),
        entries=tuple(changes),
        path=path,
        problems=tuple(problems),
    )


def _change(entry: object, number: int, path: Path, problems: list[str]) -> Change | None:
    """Read one change by its `kind`; what is wrong is added to `problems`."""
    key = f"changes.{number}"
    if not isinstance(entry, dict):
        problems.append(f"key {key!r}: must be a table, not {entry!r}")
        return None
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        near = difflib.get_close_matches(str(kind), KINDS, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        said = "missing" if kind is None else f"{kind!r} is no kind of change"
        problems.append(f"key '{key}.kind': {said}; {hint}kinds: {', '.join(KINDS)}")
        return None
    rest = {name: value for name, value in entry.items() if name != "kind"}
    return from_table(KINDS[kind], rest, path=path, key=key, problems=problems)


def _path_of(name: str, known: Mapping[str, Path]) -> Path:
    """Return the file of a scenario that a person named."""
    if name in known:
        return known[name]
    if name.endswith(".toml"):
        return Path(name)
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise UnknownNameError(
        f"scenario {name!r} is not known; {hint}scenarios: {', '.join(known) or 'none'}; "
        "or give the path of a TOML file"
    )


def _read_with_base(
    path: Path, known: Mapping[str, Path], read: dict[Path, Scenario], chain: tuple[str, ...]
) -> None:
    """Read a scenario after those it extends, which are ids and never paths."""
    if path.stem in chain:
        circle = " → ".join((*chain[chain.index(path.stem) :], path.stem))
        raise DataError(f"{path}: key 'extends': goes round in a circle: {circle}")
    if path in read:
        return
    scenario = read_scenario(path)
    problems = list(scenario.problems)
    for at, base in enumerate(scenario.extends, start=1):
        near = {**{p.stem: p for p in path.parent.glob("*.toml")}, **known}
        if base not in near:
            listed = ", ".join(sorted(near))
            problems.append(f"key 'extends.{at}': scenario {base!r} is not known; known: {listed}")
            continue
        _read_with_base(near[base], known, read, (*chain, path.stem))
    read[path] = replace(scenario, problems=tuple(problems))


def opened_crossing(crossing: str) -> Scenario:
    """Return the scenario in which a crossing is open to goods."""
    change = ChangeCrossing(crossing, {"status": "open", "goods": "yes"})
    return Scenario(f"open_{crossing}", f"{crossing} open", f"เปิด {crossing}", (change,))


def changes_key(wanted: Sequence[Scenario]) -> str:
    """Hash what scenarios change; empty where a file beside one has a part of it."""
    aside = [
        part
        for scenario in wanted
        for change in scenario.changes
        for part in (change, *(getattr(change, one.name) for one in fields(change)))
        if getattr(part, "file", "")
    ]
    return "" if aside else fingerprint(*wanted)
