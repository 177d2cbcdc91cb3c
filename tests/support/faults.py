"""Fail or kill a command at a call that changes a file: the old state is left, or the new one."""

from __future__ import annotations

import hashlib
import re
import shutil
import signal
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from killing import Call, Ended, Runner, faulty, runner

HIDDEN = {("home", "cache"), ("home", "fetched"), ("home", "history")}
"""What no reader of areas and results sees, or what grows with every run."""

States = dict[str, str]


@dataclass(frozen=True)
class Folder:
    """A folder with the data folder `home` and results in `out`, and how it was before a test."""

    path: Path

    @property
    def home(self) -> Path:
        return self.path / "home"

    @property
    def out(self) -> Path:
        return self.path / "out"

    def keep(self) -> None:
        """Remember it as it is."""
        shutil.copytree(self.path, self.path.with_name("before"), symlinks=True)

    def bring_back(self) -> None:
        """Make it what it was."""
        shutil.rmtree(self.path)
        shutil.copytree(self.path.with_name("before"), self.path, symlinks=True)

    def names(self) -> set[str]:
        """Return every name in it."""
        return {path.relative_to(self.path).as_posix() for path in self.path.rglob("*")}

    def state(self) -> States:
        """Return areas and results by name and content."""
        return {
            name: hashlib.sha256(_content(self.path / name)).hexdigest()
            for name in sorted(self.names())
            if (self.path / name).is_file()
            and "/." not in f"/{name}"
            and tuple(name.split("/")[:2]) not in HIDDEN
        }


def _content(path: Path) -> bytes:
    """Return what a file holds; of a database the rows, since where they lie may differ.

    After a write that failed and was tried again, SQLite puts the same rows on other pages; its
    hash in a report's `provenance.json` is then another one.
    """
    if path.name == "provenance.json":
        return re.sub(rb'(\.gpkg": )"[0-9a-f]+"', rb"\1", path.read_bytes())
    if path.suffix == ".gpkg":
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as database:
            told = database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")
            rows = [(row, _rows(database, row[1]) if row[0] == "table" else []) for row in told]
            return repr(rows).encode()
    return path.read_bytes()


def _rows(database: sqlite3.Connection, table: str) -> list[tuple]:
    quoted = table.replace('"', '""')
    # The tables of an index are virtual where nobody loaded what reads them.
    with suppress(sqlite3.OperationalError):
        return database.execute(f'SELECT * FROM "{quoted}"').fetchall()  # noqa: S608
    return []


@dataclass(frozen=True)
class Trials:
    """Runs of one command, each failed at another call, between two states of a folder."""

    folder: Folder
    runner: Runner
    command: tuple[str | Path, ...]
    old: States
    new: States
    names: set[str]
    calls: tuple[str, ...]
    after: set[tuple[frozenset[str], bool]] = field(default_factory=set)
    """Names that were left, and whether of the new state, for which the run after was tried."""

    def run(self, call: Call | None = None) -> Ended:
        """Run the command in the folder as it is."""
        return self.runner.run(self.folder.home, *self.command, call=call, roots=(self.folder.out,))

    def losses(self, calls: Iterable[Call]) -> list[str]:
        """Return what was lost, or left behind by the run after, for every call."""
        return [f"{call}: {loss}" for call in calls for loss in self._losses(call)]

    def _losses(self, call: Call) -> Iterator[str]:
        self.folder.bring_back()
        ended, found = self.run(call), self.folder.state()
        if found not in (self.old, self.new):
            yield f"neither old nor new: {sorted(set(found.items()) ^ set(self.new.items()))}"
        if not ended.status and found != self.new:
            yield "says that it was done"
        killed = call.how == "kill" or (call.how == "tear" and ended.status)
        if killed and ended.status != -signal.SIGKILL:
            yield f"not killed: {ended}"
        line = (ended.stderr.splitlines() or [""])[-1]
        if not killed and (
            ended.status not in (0, 1) or (ended.status and not line.startswith("chaidaen: "))
        ):
            yield f"no clear line: {ended}"
        # What lies in what is left nobody reads: the run after differs by names alone.
        left = frozenset(re.sub("-[0-9a-f]{12}", "", name) for name in self.folder.names())
        if (left, found == self.new) in self.after:
            return
        self.after.add((left, found == self.new))
        after = self.run()
        if after.status or self.folder.state() != self.new:
            yield f"the run after is not right: {after.stderr}"
        if self.folder.names() != self.names:
            yield f"left behind: {sorted(self.folder.names() ^ self.names)}"


@contextmanager
def trials(
    folder: Folder, command: tuple[str | Path, ...], library_in: Path
) -> Iterator[Trials | None]:
    """Run a command once, undisturbed; yield what tries it again. None without a compiler."""
    library = faulty(library_in)
    if library is None:
        yield None
        return
    folder.keep()
    old = folder.state()
    with runner(library) as process:
        first = process.run(folder.home, *command, call=Call(), roots=(folder.out,))
        assert first.status == 0, first.stderr
        made = Trials(folder, process, command, old, folder.state(), folder.names(), first.moments)
        assert made.old != made.new
        yield made
