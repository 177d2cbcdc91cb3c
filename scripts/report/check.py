"""What changed since a report was made: inputs, parameters, versions, and its own files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from geo.study import Study
from layers.errors import DataError
from layers.goals.history import history_path
from layers.goals.targets import find_targets
from layers.io.targets import lies_in

FILE: Final = "provenance.json"


def read_provenance(folder: Path) -> dict[str, Any]:
    """Read what a report was made from.

    Raises
    ------
    DataError
        There is no report in the folder, or its file is damaged.
    """
    path = folder / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{path}: is not there; --check takes the folder of a report") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise DataError(f"{path}: is not what a report of this version was made from")
    return found


def followed(study: Study) -> dict[str, str]:
    """Hash what the chapter on goals is made of: history and targets of the area."""
    paths = {"monitor/history.csv": history_path(study.area)}
    targets = find_targets(study.area)
    if targets is not None:
        paths["monitor/targets.toml"] = targets
    return {name: sha256(path) for name, path in paths.items() if path.is_file()}


def files_of(folder: Path, names: Iterator[str] | list[str]) -> dict[str, str]:
    """Hash the files of a report, those that are there."""
    own = sorted(name for name in names if lies_in(folder, name))
    return {name: sha256(folder / name) for name in own if (folder / name).is_file()}


def stale(folder: Path, names: Collection[str]) -> list[str]:
    """List files of the report that is in a folder, as it wrote them, other than these."""
    try:
        before = read_provenance(folder)["files"]
    except DataError:
        return []
    there = files_of(folder, [name for name in before if name not in names])
    return [name for name, digest in there.items() if digest == before[name]]


def changes(before: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> list[str]:
    """Say what is not as it was when a report was made, one line each.

    Parameters
    ----------
    before, now
        Of `scripts.report.provenance.provenance`, with `followed` in both: as the report has
        it, and as it would be today. Their dates may differ.
    folder
        Of the report, whose files are held against `before`.
    """
    told = [*_named("input", before, now, "inputs"), *_named("version of", before, now, "versions")]
    for key, value in _flat(now.get("parameters", {})).items():
        old = _flat(before.get("parameters", {})).get(key)
        if old != value:
            told.append(f"parameter {key}: {old} -> {value}")
    told += [
        f"{key}: changed"
        for key in ("skip", "sources")
        if before.get(key) != json.loads(json.dumps(now.get(key)))
    ]
    if before.get("followed") != now.get("followed"):
        told.append("goals: the history or the targets of the area changed")
    there = files_of(folder, list(before["files"]))
    for name, digest in before["files"].items():
        if name not in there:
            told.append(f"file {name}: is gone")
        elif there[name] != digest:
            told.append(f"file {name}: is not as the report wrote it")
    return told


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _named(what: str, before: Mapping[str, Any], now: Mapping[str, Any], key: str) -> Iterator[str]:
    """Say which of two sets of named values differ."""
    old, new = before.get(key, {}), now.get(key, {})
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"{what} {name}: is gone"
        elif name not in old:
            yield f"{what} {name}: is new"
        elif old[name] != new[name]:
            long = len(str(old[name])) > 20  # noqa: PLR2004 - a hash says nothing to a reader
            yield f"{what} {name}: " + ("changed" if long else f"{old[name]} -> {new[name]}")


def _flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON has them."""
    flat: dict[str, Any] = json.loads(json.dumps(dict(parameters)))
    return flat
