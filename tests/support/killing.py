"""Run `chaidaen` many times, each killed or failed by the disk at a chosen moment of its writing.

A process of its own imports everything once and forks for every run, so that a run is cheap.
Moments are counted by Python's audit events: before a file is opened for writing, renamed or
removed, a folder made or removed, a socket connected. What writes without Python's knowledge
(GDAL, Arrow) is met by a limit on the size of files; or, where there is a compiler of C, by
`faulty.c`, which counts every call that changes a file, whoever makes it.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
NAMES = {
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.chmod",
    "os.truncate",
    "socket.connect",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


HOW = ("off", "count", "kill", "tear", "once", "since")
"""What `faulty.c` does at a call: as there."""


class Call(NamedTuple):
    """A call that changes a file, counted from 0, and what happens at it.

    `how` is `count` (nothing), `kill` before it, `tear` (killed after half of a write), `once`
    (it fails with `error`), or `since` (all that need room on the disk fail from there on); or
    `after`: killed `at` milliseconds after the beginning, whatever it does then.
    """

    how: str = "count"
    at: int = -1
    error: int = errno.ENOSPC


class Ended(NamedTuple):
    """How a run ended: its exit code, or minus the signal; the moments that came."""

    status: int
    moments: tuple[str, ...]
    stderr: str


class Runner:
    """The process that forks."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def run(
        self,
        home: Path,
        *args: str | Path,
        kill_at: int | None = None,
        full_at: int | None = None,
        file_bytes: int | None = None,
        call: Call | None = None,
        roots: tuple[Path, ...] = (),
    ) -> Ended:
        """Run `chaidaen` with a data folder.

        It is killed before a moment, counted from 0; or the disk is full at a moment; or no
        file grows beyond so many bytes; or something happens at a call below the data folder
        or `roots`, and moments are such calls.
        """
        asked = {
            "home": str(home),
            "args": [str(arg) for arg in args],
            "kill_at": kill_at,
            "full_at": full_at,
            "file_bytes": file_bytes,
            "call": call,
            "roots": [str(root) for root in (home, *roots)],
        }
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Ended(**json.loads(self.process.stdout.readline()))


def faulty(folder: Path) -> Path | None:
    """Compile `faulty.c` into a folder; None where that cannot be."""
    compiler, made = shutil.which("cc"), folder / "faulty.so"
    if compiler is None or sys.platform != "linux":
        return None
    source = Path(__file__).with_name("faulty.c")
    options = ["-shared", "-fPIC", "-O2", "-D_LARGEFILE64_SOURCE", "-o", made, source, "-ldl"]
    return made if subprocess.run([compiler, *options], check=False).returncode == 0 else None


@contextmanager
def runner(library: Path | None = None) -> Iterator[Runner]:
    """Start the process that forks, and end it after the block; calls need `faulty`."""
    preload = {"LD_PRELOAD": str(library)} if library else {}
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | preload,
    ) as process:
        try:
            yield Runner(process)
        finally:
            process.stdin.close()


def main() -> None:
    """Fork for every line of stdin; answer each with a line."""
    from layers.fetch import fetching  # noqa: F401
    from scripts import fetch, import_  # noqa: F401
    from scripts.report import files, risk  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        moments, errors = os.pipe(), os.pipe()
        child = os.fork()
        if not child:
            _run(asked, moments[1], errors[1])
        for _, end in (moments, errors):
            os.close(end)
        with os.fdopen(moments[0]) as came, os.fdopen(errors[0]) as stderr:
            ended = {"moments": came.read().split(), "stderr": stderr.read()}
        _, status = os.waitpid(child, 0)
        print(json.dumps(ended | {"status": os.waitstatus_to_exitcode(status)}), flush=True)  # noqa: T201


def _run(asked: dict, moments: int, errors: int) -> None:
    """Run the command in the child, which never returns."""
    count = 0

    def hook(event: str, args: tuple) -> None:
        nonlocal count
        if event in NAMES or (event == "open" and isinstance(args[2], int) and args[2] & WRITING):
            at, count = count, count + 1
            if at == asked["kill_at"]:
                os.kill(os.getpid(), signal.SIGKILL)
            if at == asked["full_at"]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.write(moments, f"{event}\n".encode())

    from scripts.cli import chaidaen

    os.environ["CHAIDAEN_HOME"] = asked["home"]
    os.dup2(errors, 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if asked["call"]:
        how, at, error = asked["call"]
        if how == "after":
            # Its default is to end the process at once, as SIGKILL does.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, max(at, 1) / 1000)
            how = "count"
        roots = [os.fsencode(root) for root in (*asked["roots"], "")][:2]
        ctypes.CDLL(None).faulty_start(HOW.index(how), at, error, moments, *roots)
    else:
        sys.addaudithook(hook)
    if asked["file_bytes"] is not None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["file_bytes"],) * 2)
    code = 1
    try:
        chaidaen.main(asked["args"], prog_name="chaidaen")
    except SystemExit as error:
        code = int(error.code or 0)
    except Exception:  # noqa: BLE001
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
