"""The folder of a batch: answers by their keys, one table of each kind, and the manifest.

`answers/KEY.parquet` is one task's answer, written whole as soon as it comes: what stands
there is never done again. At the end `places.parquet` and its like hold the answers of all
tasks in the order of the plan, and `manifest.json` says of every task what became of it.
Nothing in these files tells when or by whom they were made: the same plan gives the same
bytes. That stands in `log.jsonl`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.batch.plan import Plan
from geo.batch.task import FORMAT, Task
from geo.batch.worker import WRITER, Done
from layers.errors import DataError
from layers.io.files import write_bytes, write_text, writing

MANIFEST: Final = "manifest.json"
LOG: Final = "log.jsonl"
ANSWERS: Final = "answers"
NOTES: Final = b"chaidaen_notes"
"""Under this an answer's file holds its notes."""


def answer_path(folder: Path, key: str) -> Path:
    """Return where the answer to a task stands."""
    return folder / ANSWERS / f"{key}.parquet"


def check_folder(folder: Path) -> None:
    """Refuse a folder whose manifest is none of a batch.

    Raises
    ------
    DataError
        It is damaged, or of something else.
    """
    path = folder / MANIFEST
    if not path.exists():
        return
    try:
        of = json.loads(path.read_text(encoding="utf-8"))["chaidaen_batch"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: is no manifest of a batch; name another folder, or delete it"
        ) from error
    if of != FORMAT:
        raise DataError(f"{path}: was written by another version; name another folder")


def answered(folder: Path, tasks: Sequence[Task]) -> frozenset[str]:
    """Return the keys of tasks whose answers stand in a folder, whole.

    An answer that the manifest knows must still have the bytes that it had.
    """
    known = _hashes(folder)
    there = {path.stem for path in (folder / ANSWERS).glob("*.parquet")}
    return frozenset(
        task.key
        for task in tasks
        if task.key in there and _is_whole(answer_path(folder, task.key), known.get(task.key))
    )


def _hashes(folder: Path) -> dict[str, str]:
    """Return the hashes of answers that the manifest of an earlier run tells."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {one["key"]: one["blake2b"] for one in told["tasks"] if one["blake2b"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _is_whole(path: Path, known: str | None) -> bool:
    """Say whether an answer can be read, and is what was written."""
    try:
        if known is not None:
            return _hash(path) == known
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def _hash(path: Path) -> str:
    """Hash a file."""
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def put_answer(folder: Path, task: Task, done: Done) -> None:
    """Write the answer to a task, and tell the log who made it."""
    table = pq.read_table(pa.BufferReader(done.parquet))
    table = table.replace_schema_metadata({NOTES: json.dumps(done.notes, ensure_ascii=False)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", version=WRITER)
    write_bytes(answer_path(folder, task.key), sink.getvalue().to_pybytes())
    log(folder, {"done": task.key, **task.asked._asdict(), **_told(done)})


def _told(done: Done) -> dict[str, Any]:
    """Return what a log says of who did a task."""
    return {
        "made": done.made,
        "seconds": round(done.seconds, 3),
        "rows": done.rows,
        "worker": done.worker,
    }


def log(folder: Path, entry: Mapping[str, Any]) -> None:
    """Add a line to the log of a batch."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOG).open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(entry, ensure_ascii=False) + "\n")


def write_manifest(
    folder: Path,
    plan: Plan,
    tasks: Sequence[Task],
    there: frozenset[str],
    failed: Mapping[str, str],
    tables: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Write what became of every task.

    Parameters
    ----------
    folder
        Of the batch.
    plan, tasks
        What was asked.
    there
        Keys of tasks that are answered.
    failed
        Why others are not, by key.
    tables
        What the tables of all answers are, by name.

    Returns
    -------
    tasks
        As the manifest has them.
    """
    listed = []
    for task in tasks:
        state = "done" if task.key in there else "failed" if task.key in failed else "waiting"
        path = answer_path(folder, task.key)
        one: dict[str, Any] = {**task.asked._asdict(), "state": state, "key": task.key}
        one["file"] = f"{ANSWERS}/{path.name}" if state == "done" else ""
        one["rows"] = pq.read_metadata(path).num_rows if state == "done" else 0
        one["blake2b"] = _hash(path) if state == "done" else ""
        one["why"] = failed.get(task.key, "")
        listed.append(one)
    told = {
        "chaidaen_batch": FORMAT,
        "plan": dataclasses.asdict(plan),
        "tables": dict(tables),
        "notes": notes_of(folder, tasks, there),
        "tasks": listed,
    }
    write_text(folder / MANIFEST, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return listed


def notes_of(folder: Path, tasks: Sequence[Task], there: frozenset[str]) -> list[str]:
    """Return what the readers of answers must know, each once, with the areas it is told of."""
    found: dict[str, dict[str, None]] = {}
    for task in tasks:
        if task.key in there:
            metadata = pq.read_schema(answer_path(folder, task.key)).metadata or {}
            for note in json.loads(metadata.get(NOTES, b"[]")):
                found.setdefault(note, {})[task.asked.area] = None
    return [f"{', '.join(areas)}: {note}" for note, areas in found.items()]


def join_answers(
    folder: Path, plan: Plan, tasks: Sequence[Task], there: frozenset[str]
) -> dict[str, dict[str, Any]]:
    """Write one table of each kind of answer, tasks in the order of the plan.

    Returns
    -------
    tables
        File, rows and hash by kind.
    """
    tables = {}
    for kind in plan.answers:
        paths = [
            answer_path(folder, task.key)
            for task in tasks
            if task.asked.answer == kind and task.key in there
        ]
        if not paths:
            continue
        path = folder / f"{kind}.parquet"
        schema = pq.read_schema(paths[0]).remove_metadata()
        rows = 0
        with (
            writing(path) as temporary,
            pq.ParquetWriter(temporary, schema, compression="zstd", version=WRITER) as writer,
        ):
            for one in paths:
                part = pq.read_table(one).replace_schema_metadata(None).cast(schema)
                writer.write_table(part)
                rows += part.num_rows
        tables[kind] = {"file": path.name, "rows": rows, "blake2b": _hash(path)}
    return tables


def drop_others(folder: Path, tasks: Sequence[Task]) -> int:
    """Delete answers that the plan does not ask for any more; return how many."""
    wanted = {task.key for task in tasks}
    others = [
        path
        for path in (folder / ANSWERS).glob("*.parquet")
        if re.fullmatch("[0-9a-f]{32}", path.stem) and path.stem not in wanted
    ]
    for path in others:
        path.unlink()
    return len(others)


def read_table(folder: Path, kind: str) -> pd.DataFrame:
    """Read the table of all answers of a kind."""
    return pd.read_parquet(folder / f"{kind}.parquet")
