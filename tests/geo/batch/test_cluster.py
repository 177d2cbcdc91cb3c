"""Batches on real clusters of processes: whoever dies, the answers are those of one process."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import content
from valley import write_valley

from geo.batch.batch import Batch, batch
from geo.batch.running import connected, local_cluster
from geo.batch.worker import forget
from layers.errors import SchedulerError

ROOT = Path(__file__).parents[3]
PLAN = """areas = ["valley"]
scenarios = ["today", "cut.toml", "wet.toml"]
vehicles = ["pickup", "car"]
seasons = ["dry", "wet"]
to = ["collection_point"]
answers = ["places", "od"]
"""
HEAD = 'title_en = "T"\ntitle_th = "ท"\nsource = "drawn"\nquality = "E"\n[[changes]]\n'
CUT = HEAD + 'kind = "close-roads"\nwhere = { ref = "1095" }\n'
WET = HEAD + 'kind = "set-season"\nseason = "wet"\n'

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX kill here")


@pytest.fixture
def valley(home: Path) -> Path:
    write_valley(home)
    for name, text in (("plan", PLAN), ("cut", CUT), ("wet", WET)):
        (home / f"{name}.toml").write_text(text, encoding="utf-8")
    forget()
    return home


def results(folder: Path) -> dict[str, bytes]:
    """Return all that does not tell who did it."""
    return {k: v[1] for k, v in content(folder).items() if not k.startswith(("log", "."))}


def computed(*folders: Path) -> Counter[str]:
    """Count how often each task was computed, by the logs."""
    lines = [
        json.loads(line)
        for folder in folders
        if (folder / "log.jsonl").is_file()
        for line in (folder / "log.jsonl").read_text("utf-8").splitlines()
    ]
    return Counter(one["done"] for one in lines if one.get("made"))


def at(done: int, do: Callable[[], None]) -> Callable[[str], None]:
    """Return what is told progress and acts once so many tasks are done."""
    acted = []

    def progress(text: str) -> None:
        found = re.search(r"· (\d+) done", text)
        if found and int(found[1]) >= done and not acted:
            acted.append(text)
            do()

    return progress


def alone(valley: Path) -> dict[str, bytes]:
    """Return the results of one process that starts from nothing."""
    (valley / "cache").rename(valley / "cache of others")
    forget()
    batch(valley / "plan.toml", "none", output=valley / "alone")
    forget()
    return results(valley / "alone")


@pytest.mark.cluster
def test_a_worker_is_killed_and_the_bytes_are_those_of_one_process(valley):
    with local_cluster(2) as client:
        pids = client.run(os.getpid)

        def kill() -> None:
            os.kill(next(iter(pids.values())), signal.SIGKILL)

        found = batch(valley / "plan.toml", client, output=valley / "killed", progress=at(2, kill))
    assert found.lost == 1
    assert set(found.tasks["state"]) == {"done"}
    assert max(computed(valley / "killed").values()) == 1
    assert results(valley / "killed") == alone(valley)


@contextlib.contextmanager
def scheduler(port: int, home: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a scheduler as an administrator does."""
    command = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    with started(command, home, folder) as process:
        yield process


@contextlib.contextmanager
def started(command: list[str], home: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "CHAIDAEN_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(port: int, home: Path, folder: Path) -> contextlib.AbstractContextManager:
    address = f"tcp://127.0.0.1:{port}"
    where = ["--local-directory", str(folder), "--no-dashboard", "--death-timeout", "60"]
    return started(["worker", address, "--nthreads", "1", *where], home, folder)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.cluster
def test_a_scheduler_is_killed_and_nothing_is_done_twice(valley, tmp_path, monkeypatch):
    """Workers have a data folder of their own: areas and scenarios are sent to them."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    port, theirs = free_port(), tmp_path / "worker's home"
    address, plan, out = f"tcp://127.0.0.1:{port}", valley / "plan.toml", valley / "out"
    with scheduler(port, theirs, tmp_path / "s1") as first, worker(port, theirs, tmp_path / "w1"):
        wait_for_workers(address)
        with pytest.raises(SchedulerError, match=r"of 24 answers are kept in .*run the same again"):
            batch(plan, address, output=out, progress=at(5, first.kill))
    before = computed(out)
    assert 5 <= sum(before.values()) < 24
    told = json.loads((out / "manifest.json").read_text("utf-8"))
    assert Counter(one["state"] for one in told["tasks"])["done"] == len(before)
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with scheduler(port, theirs, tmp_path / "s2"), worker(port, theirs, tmp_path / "w2"):
        wait_for_workers(address)
        found = batch(plan, address, output=out)
    assert found.done_before == len(before)
    assert set(found.tasks["state"]) == {"done"}
    assert max(computed(out).values()) == 1
    assert results(out) == alone(valley)


def wait_for_workers(address: str) -> None:
    """Wait until a worker has come."""
    for _ in range(100):
        with contextlib.suppress(SchedulerError), connected(address) as client:
            client.wait_for_workers(1, timeout=60)
            return
        time.sleep(0.2)
    raise TimeoutError(address)


@pytest.mark.cluster
def test_two_clients_of_one_scheduler_share_the_work(valley):
    found: dict[str, Batch] = {}
    with local_cluster(2) as client:
        address = client.scheduler.address

        def ask(name: str) -> None:
            with connected(address) as own:
                found[name] = batch(valley / "plan.toml", own, output=valley / name)

        both = [threading.Thread(target=ask, args=(name,)) for name in ("one", "other")]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert results(valley / "one") == results(valley / "other") == alone(valley)
    assert {name: set(one.tasks["state"]) for name, one in found.items()} == {
        "one": {"done"},
        "other": {"done"},
    }
    logs = [
        {one["done"]: one for one in map(json.loads, text.splitlines())}
        for text in ((valley / name / "log.jsonl").read_text("utf-8") for name in found)
    ]
    # Who asked second was given the same answer, or one that a worker had kept.
    same = ("worker", "seconds")
    assert all(
        [logs[0][key][name] for name in same] == [logs[1][key][name] for name in same]
        or logs[0][key]["made"] != logs[1][key]["made"]
        for key in logs[0]
    )


@pytest.mark.cluster
def test_who_takes_more_memory_than_a_worker_has_is_reported_and_the_rest_is_done(valley):
    """All roads of a province do not fit into the memory of these workers; the valley does."""
    plan = valley / "large.toml"
    plan.write_text(
        'areas = ["mae_hong_son", "valley"]\nto = ["collection_point"]\nroads = ""\n'
        'vehicles = ["pickup", "car"]\n',
        encoding="utf-8",
    )
    found = batch(plan, output=valley / "large", workers=1, memory="700MB")
    state = found.tasks.groupby("area")["state"].agg(set).to_dict()
    assert state == {"mae_hong_son": {"failed"}, "valley": {"done"}}
    assert found.failed["why"].str.contains("takes more memory than a worker has").all()
    assert found.lost >= 2


@pytest.mark.cluster
def test_where_no_worker_is_that_is_said(valley, tmp_path, monkeypatch):
    monkeypatch.setattr("geo.batch.running.NOBODY_S", 1.0)
    port = free_port()
    with scheduler(port, tmp_path / "home", tmp_path / "s"):
        address = f"tcp://127.0.0.1:{port}"
        monkeypatch.setattr("geo.batch.running.CONNECT_S", 60)
        with pytest.raises(SchedulerError, match=r"there is no worker.*0 of 24 answers are kept"):
            batch(valley / "plan.toml", address, output=valley / "out")


def test_where_no_scheduler_answers_that_is_said(valley, monkeypatch):
    monkeypatch.setattr("geo.batch.running.CONNECT_S", 0.3)
    with pytest.raises(SchedulerError, match="no scheduler answers at 'tcp://127.0.0.1:1'"):
        batch(valley / "plan.toml", "tcp://127.0.0.1:1", output=valley / "out")
