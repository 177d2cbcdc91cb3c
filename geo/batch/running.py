"""Run tasks: in this process, or as a graph on the workers of a `dask.distributed` cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from geo.batch.task import Task
from geo.batch.worker import Done, do
from layers.errors import ChaidaenError, SchedulerError

if TYPE_CHECKING:
    from distributed import Client, Future

    from geo.batch.shipping import Shipped

DEATHS: Final = 1
"""How many workers may die over a task before it is set aside."""

CONNECT_S: Final = 10
"""How long a scheduler may take to answer."""

NOBODY_S: Final = 120.0
"""For how long there may be no worker at all."""

NOBODY: Final = (
    "there is no worker: none came, or each was ended before it could begin, as where it may "
    "take less memory than the program alone"
)
LOOK_S: Final = 0.05
"""How often one looks for what has ended."""

Receive = Callable[[Task, Done], None]
Refuse = Callable[[Task, str], None]


def run_here(tasks: Sequence[Task], receive: Receive, refuse: Refuse) -> None:
    """Do tasks one after the other in this process.

    Parameters
    ----------
    tasks
        What is to be done.
    receive, refuse
        Are given every answer, or the reason why there is none.
    """
    for task in tasks:
        try:
            done = do(task)
        except (ChaidaenError, MemoryError, OSError) as error:
            refuse(task, reason(error))
        else:
            receive(task, done)


def run_on(
    client: Client,
    tasks: Sequence[Task],
    shipped: Shipped | None,
    receive: Receive,
    refuse: Refuse,
) -> None:
    """Do tasks on the workers of a cluster.

    A worker that dies is replaced by its nanny and its tasks are done by another. A task over
    which more than `DEATHS` workers died is set aside and tried once more, alone, when all
    others are done: who only happened to be there is not blamed.

    Parameters
    ----------
    client
        Of a scheduler.
    tasks
        What is to be done.
    shipped
        What workers need that do not see this machine's folders.
    receive, refuse
        As for `run_here`.

    Raises
    ------
    SchedulerError
        The scheduler died, or cannot be reached any more.
    """
    from distributed import KilledWorker

    sent = None
    if shipped is not None:
        sent = _submit(client, _same, shipped, key=f"chaidaen-files-{shipped.key}")
    suspects: dict[str, Future] = {}

    def ended(task: Task, future: Future) -> None:
        error = _error_of(future)
        if error is None:
            receive(task, future.result())
        elif isinstance(error, KilledWorker) and future.key not in suspects:
            suspects[future.key] = future
        else:
            refuse(task, reason(error))

    futures = [
        _submit(client, do, task, sent, key=f"chaidaen-{task.key}", priority=-place)
        for place, task in enumerate(tasks)
    ]
    asked = {future.key: task for task, future in zip(tasks, futures, strict=True)}
    for future in _as_completed(client, futures):
        ended(asked[future.key], future)
    for key, future in list(suspects.items()):
        client.retry([future])
        for again in _as_completed(client, [future]):
            ended(asked[key], again)


@contextmanager
def reached() -> Iterator[None]:
    """Tell every way in which a scheduler is gone as one error."""
    from concurrent.futures import CancelledError

    try:
        yield
    except ChaidaenError:
        raise
    except (OSError, RuntimeError, TimeoutError, CancelledError) as error:
        raise SchedulerError(f"the scheduler died, or the way to it is cut ({error})") from error


def _submit(client: Client, function: Callable[..., Any], *args: object, **how: Any) -> Future:  # noqa: ANN401
    """Give a task to the scheduler."""
    return client.submit(function, *args, pure=False, **how)


def _as_completed(client: Client, futures: list[Future]) -> Iterator[Future]:
    """Yield futures as they end; a scheduler that died ends them all."""
    from distributed import as_completed

    ending = as_completed(futures, loop=client.loop)
    last_seen = time.monotonic()
    while not ending.is_empty():
        ended = ending.next_batch(block=False)
        if not ended:
            time.sleep(LOOK_S)
            now = time.monotonic()
            # Asking costs the scheduler something: only who has waited for long asks.
            if now - last_seen > NOBODY_S:
                if not client.nthreads():
                    raise SchedulerError(NOBODY)
                last_seen = now
        for future in ended:
            last_seen = time.monotonic()
            if future.status in {"cancelled", "lost"}:
                raise SchedulerError("the scheduler died, or the way to it is cut")
            yield future


def _error_of(future: Future) -> BaseException | None:
    """Return why a future has no result, None if it has one."""
    if future.status == "finished":
        return None
    found: BaseException | None = future.exception()
    return found


def reason(error: BaseException) -> str:
    """Say in one line why a task has no answer."""
    if type(error).__name__ == "KilledWorker":
        return (
            "workers died over it, at last one that had nothing else to do: "
            "it takes more memory than a worker has, or crashes"
        )
    told = " ".join(str(error).split())
    return told if isinstance(error, ChaidaenError) and told else f"{type(error).__name__}: {told}"


def _same(shipped: Shipped) -> Shipped:
    """Hand on what is sent: as a task it is made again where the worker that had it died."""
    return shipped


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler for as long as the block lasts.

    Raises
    ------
    SchedulerError
        None answers there.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SchedulerError(
            f"no scheduler answers at {address!r}: start one with `dask scheduler` and workers "
            f"with `dask worker {address} --nthreads 1`, or leave it out for a local cluster"
        ) from error
    try:
        yield client
    finally:
        with suppress(OSError, RuntimeError):
            client.close(timeout=CONNECT_S)


@contextmanager
def local_cluster(workers: int | None = None, memory: str = "auto") -> Iterator[Client]:
    """Start a cluster of processes on this machine for as long as the block lasts.

    Parameters
    ----------
    workers
        How many; as many as there are cores by default.
    memory
        What a worker may take, such as `2GB`, before it is ended and replaced; `auto` is an
        equal part of the machine's.

    Raises
    ------
    SchedulerError
        It does not start.
    """
    import dask
    from distributed import Client, LocalCluster

    many = workers or os.cpu_count() or 1
    calm = {
        "distributed.scheduler.allowed-failures": DEATHS,
        # A task that waits at a worker would be blamed for the death of the one before it.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.admin.large-graph-warning-threshold": "1GB",
        # Too much is told by its end alone: a worker that only pauses would wait for ever.
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
        # Workers share the cores; threads of their own would only wait for one another.
        "distributed.nanny.pre-spawn-environ.NUMBA_NUM_THREADS": 1,
    }
    with dask.config.set(calm):
        try:
            cluster = LocalCluster(
                n_workers=many,
                threads_per_worker=1,
                processes=True,
                memory_limit=memory,
                dashboard_address="127.0.0.1:0",
                silence_logs=50,
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise SchedulerError(f"no cluster starts on this machine: {error}") from error
        with cluster, Client(cluster, set_as_default=False) as client:
            yield client
