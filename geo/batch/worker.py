"""What a worker does: it opens each world once, answers a task, and keeps the answer.

An answer stands in the worker's data folder under the task's key, so a task that is asked
again, by whomever, is read and not done.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.batch.answers import answer
from geo.batch.shipping import Shipped, unpacked
from geo.batch.task import Task, area_key
from geo.scenario.model_version import model_version
from geo.study import Study, open_study
from layers.area import load_area
from layers.errors import DataError
from layers.io.files import fingerprint
from layers.store.kept import read_kept, write_kept

MOST_AREAS: Final = 2
"""Areas that a worker holds open: each takes the memory of its roads."""

MOST_WORLDS: Final = 2
"""Changed worlds that it holds besides."""

WRITER: Final = "2.6"
"""Version of the Parquet format: named, so that another library writes the same."""

_ONE_AT_A_TIME = threading.Lock()
"""The data folder is one per process."""

_open: OrderedDict[tuple[str, ...], Study] = OrderedDict()


@dataclass(frozen=True)
class Done:
    """The answer to a task.

    Attributes
    ----------
    key
        Of the task.
    parquet
        The table as a Parquet file.
    rows
        How many.
    notes
        What its reader must know.
    made
        Whether it was computed now; else an earlier run had kept it.
    seconds
        How long that took.
    worker
        Who did it: number of the process and name of the machine.
    """

    key: str
    parquet: bytes
    rows: int
    notes: tuple[str, ...]
    made: bool
    seconds: float
    worker: str


def do(task: Task, shipped: Shipped | None = None) -> Done:
    """Answer a task, or read the answer that is kept.

    Parameters
    ----------
    task
        What is asked.
    shipped
        Files of the user who asks, for a worker that does not see that folder.

    Raises
    ------
    ChaidaenError
        It cannot be answered, or this machine has other data or another version.
    """
    began = time.perf_counter()
    with _ONE_AT_A_TIME, unpacked(shipped) as moved:
        name = fingerprint("batch answer", task.key)
        kept = read_kept(name)
        if kept is not None:
            whole, notes = kept.arrays["parquet"].tobytes(), tuple(kept.about["notes"])
            rows, made = int(kept.about["rows"]), False
        else:
            table, notes = answer(_study(task, moved), task.asked, task.plan)
            whole, rows, made = _parquet(table), len(table), True
            data = {"parquet": np.frombuffer(whole, np.uint8)}
            write_kept(name, data, {"notes": list(notes), "rows": rows})
    spent = time.perf_counter() - began
    who = f"{os.getpid()}@{platform.node()}"
    return Done(task.key, whole, rows, notes, made, spent, who)


def forget() -> None:
    """Close all areas that this process holds open."""
    _open.clear()


def _study(task: Task, moved: dict[str, str]) -> Study:
    """Open the world of a task, or take the one that is open."""
    asked, plan = task.asked, task.plan
    base = (task.model_key, task.area_key, asked.area, plan.roads, plan.surfaces)
    study = _held(base)
    if study is None:
        _check(task)
        study = open_study(asked.area, roads=plan.roads or None, surfaces=plan.surfaces)
        _hold(base, study, MOST_AREAS, len(base))
    if not task.scenarios:
        return study
    names = tuple(moved.get(one, one) for one in task.scenarios)
    world = (*base, "in", *names)
    changed = _held(world)
    if changed is None:
        changed = study.with_scenarios(*names)
        _hold(world, changed, MOST_WORLDS)
    return changed


def _check(task: Task) -> None:
    """Refuse to answer from other data, or by another model, than were asked."""
    if model_version() != task.model_key:
        raise DataError(f"{platform.node()} has another version of chaidaen or other vehicles")
    if area_key(load_area(task.asked.area)) != task.area_key:
        raise DataError(f"{platform.node()} has other files of area {task.asked.area!r}")


def _held(key: tuple[str, ...]) -> Study | None:
    """Return a study that is open."""
    found = _open.get(key)
    if found is not None:
        _open.move_to_end(key)
    return found


def _hold(key: tuple[str, ...], study: Study, most: int, length: int | None = None) -> None:
    """Keep a study open, and close those of its kind that were not used for longest."""
    _open[key] = study
    alike = [one for one in _open if (len(one) == length) == (length is not None)]
    for one in alike[: max(0, len(alike) - most)]:
        del _open[one]


def _parquet(table: object) -> bytes:
    """Return a table as the bytes of a Parquet file, the same for the same table."""
    sink = pa.BufferOutputStream()
    made = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(made, sink, compression="zstd", version=WRITER)
    whole: bytes = sink.getvalue().to_pybytes()
    return whole
