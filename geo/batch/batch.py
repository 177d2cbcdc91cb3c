"""Batches: a plan's questions asked on one process, a local cluster, or many machines."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.batch import folder as kept
from geo.batch.plan import Plan, check_plan, read_plan
from geo.batch.running import connected, local_cluster, reached, run_here, run_on
from geo.batch.task import Task, tasks_of
from geo.batch.worker import Done
from layers.errors import SchedulerError
from layers.io.files import locked

if TYPE_CHECKING:
    from distributed import Client

HERE: Final = "none"
"""Instead of a scheduler: everything in this process."""


@dataclass(frozen=True, eq=False)
class Batch:
    """What became of a plan.

    Attributes
    ----------
    plan
        What was asked.
    tables
        All answers of a kind by its name, with the columns of `geo.batch.answers.answer`.
    tasks
        Columns `area, scenario, vehicle, season, to, answer, state, key, file, rows,
        blake2b, why`: `state` is `done` or `failed`, `why` says why it failed.
    done_before, made, lost
        How many answers stood there already, how many were computed now, and how many
        workers died meanwhile.
    notes
        What the reader must know.
    """

    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    tasks: pd.DataFrame
    done_before: int
    made: int
    lost: int
    notes: tuple[str, ...]

    @property
    def failed(self) -> pd.DataFrame:
        """Tasks without an answer."""
        return self.tasks[self.tasks["state"] == "failed"]


def batch(
    plan: Plan | Path | str,
    client: Client | str | None = None,
    *,
    output: Path | None = None,
    workers: int | None = None,
    memory: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> Batch:
    """Ask every area of a plan in every world, for every vehicle, season and destination.

    Answers are kept under hashes of all that they depend on: a run that was cut off is
    resumed by asking again, and what stands in `output` or in the data folder of a worker is
    not done twice. A task that fails is told, and the others are done. A function of a
    program that is started as a file must be called under `if __name__ == "__main__":`,
    since workers are processes that import it.

    Parameters
    ----------
    plan
        What to ask, or the TOML file that says so.
    client
        A `distributed.Client`, or the address of a scheduler; `none` does everything in this
        process. By default a cluster of processes is started on this machine.
    output
        Folder for answers, tables and manifest; by default only the answer holds them.
    workers, memory
        Of a cluster on this machine: how many processes, and what each may take.
    progress
        Is told how far it is.

    Returns
    -------
    batch
        Tables, tasks, and what the reader must know.

    Raises
    ------
    DataError
        The plan names what there is not; one message names all.
    SchedulerError
        No scheduler answers, or it died; what was done is kept.
    WriteError
        `output` may not be written, or another run is writing it.

    Examples
    --------
    >>> asked = Plan(("mae_hong_son",), ("today", "monsoon"), to=("airport",), roads="strategic")
    >>> found = batch(asked, "none")
    >>> found.tables["places"].groupby(["scenario", "season"])["minutes"].count().to_dict()
    {('monsoon', 'wet'): 35, ('today', 'dry'): 45}
    """
    say = progress or (lambda _: None)
    path = Path(plan) if isinstance(plan, (str, Path)) else Path("plan")
    if isinstance(plan, Plan):
        check_plan(plan, path)
        asked = plan
    else:
        asked = read_plan(path)
    tasks = tasks_of(asked, path.parent)
    with ExitStack() as stack:
        where = output or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept.check_folder(where)
        stack.enter_context(locked(where / kept.MANIFEST, wait_s=1.0))
        return _run(asked, tasks, where, lambda: _client(client, workers, memory), say)


@contextmanager
def _client(
    client: Client | str | None, workers: int | None, memory: str
) -> Iterator[Client | None]:
    """Yield a client of the cluster that is meant; None for this process."""
    if client == HERE:
        yield None
    elif client is None:
        with local_cluster(workers, memory) as own:
            yield own
    elif isinstance(client, str):
        with connected(client) as other:
            yield other
    else:
        yield client


def _run(
    plan: Plan,
    tasks: tuple[Task, ...],
    folder: Path,
    client: Callable[[], Any],
    say: Callable[[str], None],
) -> Batch:
    """Do what is not done yet, and write the tables and the manifest."""
    there = set(kept.answered(folder, tasks))
    failed: dict[str, str] = {}
    before, made = len(there), 0
    left = tuple({task.key: task for task in tasks if task.key not in there}.values())

    def tell() -> None:
        wrong = f", {len(failed)} failed" if failed else ""
        say(f"batch of {len(tasks)} · {len(there)} done{wrong}")

    def receive(task: Task, done: Done) -> None:
        nonlocal made
        kept.put_answer(folder, task, done)
        there.add(task.key)
        made += done.made
        tell()

    def refuse(task: Task, why: str) -> None:
        failed[task.key] = why
        kept.log(folder, {"failed": task.key, **task.asked._asdict(), "why": why})
        tell()

    def write(tables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
        return kept.write_manifest(folder, plan, tasks, frozenset(there), failed, tables)

    lost = 0
    tell()
    if left:
        try:
            with client() as workers:
                lost = _ask(workers, left, receive, refuse)
        except SchedulerError as error:
            write({})
            raise SchedulerError(
                f"{error}; {len(there)} of {len(tasks)} answers are kept in {folder}: "
                "run the same again for the rest"
            ) from error
    kept.drop_others(folder, tasks)
    tables = kept.join_answers(folder, plan, tasks, frozenset(there))
    listed = pd.DataFrame(write(tables))
    return Batch(
        plan,
        {kind: kept.read_table(folder, kind) for kind in tables},
        listed,
        before,
        made,
        lost,
        tuple(json.loads((folder / kept.MANIFEST).read_text(encoding="utf-8"))["notes"]),
    )


def _ask(
    client: Client | None,
    tasks: tuple[Task, ...],
    receive: Callable[[Task, Done], None],
    refuse: Callable[[Task, str], None],
) -> int:
    """Do tasks, here or on a cluster; return how many workers died meanwhile."""
    if client is None:
        run_here(tasks, receive, refuse)
        return 0
    from geo.batch.shipping import shipped_of

    at_home = client.cluster is not None and client.cluster.scheduler_address.startswith(
        ("tcp://127.0.0.1", "inproc")
    )
    shipped = None if at_home else shipped_of(tasks)
    with reached():
        began = _removed(client)
        run_on(client, tasks, shipped, receive, refuse)
        return _removed(client) - began


def _removed(client: Client) -> int:
    """Count the workers that have gone from a scheduler."""
    return sum(
        isinstance(told, dict)
        and told.get("action") == "remove-worker"
        and not told.get("expected", False)
        for _, told in client.get_events("all")
    )
