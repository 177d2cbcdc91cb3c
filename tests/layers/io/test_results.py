"""Results in a folder are of one run, at whatever moment the run is killed."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import WriteError
from layers.io import folders, results
from layers.io.results import put_right, writing_files

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL and no fork")
EVENTS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.chmod", "open"}
OLD = {"index.html": "old", "tables/a.csv": "old", "gone.html": "old"}
NEW = {"index.html": "new", "tables/a.csv": "new", "tables/b.csv": "new"}
OTHERS = {"notes.txt": "mine", "photos/one.jpg": "mine"}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def content(folder: Path) -> dict[str, str]:
    """Return what a reader finds in a folder: nothing of a run's own."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_text() for name, path in named.items() if ".writing" not in name}


def run(folder: Path, files: dict[str, str] = NEW, gone=("gone.html",)) -> None:
    with writing_files(folder, sorted(files), replace=True, gone=gone) as made:
        write(made, files)


def killed(at: int, do) -> bool:
    """Do something in a child that is killed before an event; say whether it came to that."""
    child = os.fork()
    if not child:
        count = 0

        def hook(event: str, args: tuple) -> None:
            nonlocal count
            if event in EVENTS and not (event == "open" and args[1] in {"r", "rb"}):
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1

        sys.addaudithook(hook)
        code = 1
        try:
            do()
            code = 0
        finally:
            os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in {0, -signal.SIGKILL}
    return status != 0


def left_when_killed(tmp_path: Path, place: str = "out"):
    """Yield the folder after a kill at every moment of a run."""
    for at in range(1000):
        folder = tmp_path / str(at) / place
        write(folder, OLD | OTHERS)
        if not killed(at, lambda folder=folder: run(folder)):
            assert at > 10
            return
        yield folder


def is_swept(folder: Path) -> None:
    """Run once more: all is new, and nothing is left beside or within."""
    run(folder)
    assert content(folder) == NEW | OTHERS
    every = [path.name for path in folder.parent.rglob("*")]
    assert not [name for name in every if name.startswith((".writing-", ".old-"))]


@pytest.mark.slow
@UNIX
def test_a_killed_run_leaves_the_old_folder_or_the_new(tmp_path):
    found = []
    for folder in left_when_killed(tmp_path):
        found.append(content(folder))
        assert found[-1] in (OLD | OTHERS, NEW | OTHERS)
        is_swept(folder)
    assert OLD | OTHERS in found
    assert NEW | OTHERS in found


@pytest.mark.slow
@UNIX
def test_where_two_folders_cannot_be_swapped_the_next_run_puts_it_right(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    for folder in left_when_killed(tmp_path):
        if folder.exists():
            assert content(folder) in (OLD | OTHERS, NEW | OTHERS)
        else:  # the moment between two renames: the next run finds it
            put_right(folder)
            assert content(folder) == OLD | OTHERS
        is_swept(folder)


@pytest.mark.slow
@UNIX
def test_where_the_folder_must_stay_the_next_run_undoes_what_was_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "MOST_OTHERS", 1)
    states = []
    for folder in left_when_killed(tmp_path):
        inode = folder.stat().st_ino
        put_right(folder)
        states.append(content(folder))
        assert states[-1] in (OLD | OTHERS, NEW | OTHERS)
        is_swept(folder)
        assert folder.stat().st_ino == inode
    assert OLD | OTHERS in states
    assert NEW | OTHERS in states


@UNIX
def test_a_first_run_that_is_killed_leaves_nothing_or_all(tmp_path):
    left = []
    for at in range(1000):
        folder = tmp_path / str(at) / "out"
        if not killed(at, lambda folder=folder: run(folder)):
            break
        left.append(content(folder) if folder.exists() else {})
        assert left[-1] in ({}, NEW)
        run(folder)
        assert [path.name for path in folder.parent.iterdir()] == ["out"]
    assert {} in left
    assert NEW in left


def test_the_folder_one_stands_in_keeps_its_place(tmp_path, monkeypatch):
    write(tmp_path, OLD)
    monkeypatch.chdir(tmp_path)
    inode = tmp_path.stat().st_ino
    run(Path())
    assert tmp_path.stat().st_ino == inode
    assert content(Path()) == NEW


@UNIX
def test_a_link_to_a_folder_stays_a_link(tmp_path):
    write(tmp_path / "disk" / "real", OLD)
    (tmp_path / "out").symlink_to(tmp_path / "disk" / "real")
    run(tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert content(tmp_path / "disk" / "real") == NEW


def test_what_a_writer_could_not_clear_away_does_not_come_along(tmp_path):
    with writing_files(tmp_path / "out", ["tables/a.csv"]) as made:
        left = made / "tables" / ".writing-a.csv-0123456789ab"
        left.mkdir(parents=True)
        (left / "a.csv").write_text("half")
        (made / "tables" / "a.csv").write_text("whole")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.csv", "out", "tables"]


@UNIX
def test_a_link_that_leads_nowhere_is_no_folder(tmp_path):
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WriteError, match="out: is a link to .*elsewhere, which is not there"):
        run(tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("way", ["swap", "one by one"])
def test_a_run_that_fails_leaves_all_as_it_was(tmp_path, monkeypatch, way):
    if way == "one by one":
        monkeypatch.setattr(results, "MOST_OTHERS", 0)
    write(tmp_path / "out", OLD | OTHERS)
    with (
        pytest.raises(WriteError, match=r"tables/a\.csv: not written"),
        writing_files(tmp_path / "out", sorted(NEW), replace=True) as made,
    ):
        write(made, {"index.html": "new"})
    assert content(tmp_path / "out") == OLD | OTHERS
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_there_gives_way_only_when_asked(tmp_path):
    write(tmp_path / "out", {"unforeseen.html": "mine"})
    with (
        pytest.raises(WriteError, match=r"unforeseen\.html: is already there"),
        writing_files(tmp_path / "out") as made,
    ):
        write(made, {"unforeseen.html": "new", "index.html": "new"})
    assert content(tmp_path / "out") == {"unforeseen.html": "mine"}


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ({"tables": "a file"}, "tables: not written: is a file, and no folder"),
        ({"index.html/x": "a folder"}, "is a folder, and no file that may be replaced"),
    ],
)
def test_files_and_folders_do_not_replace_one_another(tmp_path, there, told):
    write(tmp_path / "out", there)
    with pytest.raises(WriteError, match=told):
        run(tmp_path / "out")
    assert content(tmp_path / "out") == there


def test_a_run_that_lives_is_not_swept_away(tmp_path):
    with writing_files(tmp_path / "out", replace=True) as made:
        write(made, {"index.html": "slow"})
        run(tmp_path / "out")
        assert content(tmp_path / "out") == NEW
        assert (made / "index.html").exists()
    assert content(tmp_path / "out") == NEW | {"index.html": "slow"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(sys.platform != "linux", reason="two folders change names at once on Linux")
def test_who_reads_meanwhile_finds_one_run_or_the_other(tmp_path):
    folder, stop, seen = tmp_path / "out", threading.Event(), set()
    run(folder, {"a": "0", "b": "0"}, gone=())

    def read() -> None:
        while not stop.is_set():
            held = os.open(folder, os.O_RDONLY)  # as one who has it open
            try:
                words = []
                for name in ("a", "b"):
                    with open(os.open(name, os.O_RDONLY, dir_fd=held)) as stream:  # noqa: PTH123
                        words.append(stream.read())
                seen.add(tuple(words))
            except FileNotFoundError:
                pass  # the old folder is being cleared away
            finally:
                os.close(held)

    reader = threading.Thread(target=read)
    reader.start()
    until, number = time.monotonic() + 0.5, 0
    while time.monotonic() < until:
        number += 1
        run(folder, {"a": str(number), "b": str(number)}, gone=())
    stop.set()
    reader.join()
    assert len(seen) > 1
    assert all(first == second for first, second in seen)


names = st.text("abc", min_size=1, max_size=2)
paths = st.lists(names, min_size=1, max_size=2).map("/".join)


@given(before=st.sets(paths), files=st.sets(paths, min_size=1), mostly=st.booleans())
@settings(max_examples=60)
def test_whatever_is_there_what_is_written_is_there_and_the_rest_stays(
    tmp_path_factory, before, files, mostly
):
    folder = tmp_path_factory.mktemp("any") / "out"
    for name in sorted(before):
        try:
            write(folder, {name: "old"})
        except OSError:  # a file where a folder would have to be, or the other way round
            continue
    there = content(folder) if folder.exists() else {}
    new = {}
    for name in sorted(files):
        if not any(other.startswith(f"{name}/") or name.startswith(f"{other}/") for other in new):
            new[name] = "new"
    limit = 0 if mostly else results.MOST_OTHERS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "MOST_OTHERS", limit)
        try:
            run(folder, new, gone=())
        except WriteError:
            assert (content(folder) if folder.exists() else {}) == there
        else:
            assert content(folder) == there | new
    assert [path.name for path in folder.parent.iterdir()] in ([], ["out"])


@pytest.mark.parametrize(
    "name", ["../../victim.txt", "ABSOLUTE", "link/victim.txt", "C:victim.txt", "a\\..\\victim.txt"]
)
def test_a_folder_from_others_makes_no_run_touch_what_lies_outside(tmp_path, name):
    """A list of what a killed run left may have been written by anybody."""
    victim = tmp_path / "victim.txt"
    victim.write_text("keep", encoding="utf-8")
    folder = tmp_path / "a" / "out"
    own = folder / ".writing-out-0123456789ab"
    (own / "old").mkdir(parents=True)
    (own / "lock").touch()
    (folder / "link").symlink_to(tmp_path, target_is_directory=True)
    named = str(victim) if name == "ABSOLUTE" else name
    listed = {"names": [named], "there": []}
    (own / "list").write_text(json.dumps(listed), encoding="utf-8")
    with writing_files(folder, ["x.txt"], replace=True) as made:
        (made / "x.txt").write_text("new", encoding="utf-8")
    assert victim.read_text(encoding="utf-8") == "keep"
    assert (folder / "x.txt").read_text(encoding="utf-8") == "new"
    assert not own.exists()


@pytest.mark.parametrize("text", ["", "[]", "[" * 5000, '{"names": 3, "there": []}', "{}"])
def test_a_list_that_is_none_is_cleared_away(tmp_path, text):
    own = tmp_path / "out" / ".writing-out-0123456789ab"
    own.mkdir(parents=True)
    (own / "lock").touch()
    (own / "list").write_text(text, encoding="utf-8")
    with writing_files(tmp_path / "out", ["x.txt"], replace=True) as made:
        (made / "x.txt").write_text("new", encoding="utf-8")
    assert not own.exists()


def test_a_link_is_no_folder_that_a_run_left(tmp_path):
    other = tmp_path / "other"
    (other / "new").mkdir(parents=True)
    (other / "new" / "mine.txt").write_text("keep", encoding="utf-8")
    (other / "lock").touch()
    (tmp_path / ".writing-out-0123456789ab").symlink_to(other, target_is_directory=True)
    with writing_files(tmp_path / "out", ["x.txt"]) as made:
        (made / "x.txt").write_text("new", encoding="utf-8")
    assert (other / "new" / "mine.txt").is_file()
