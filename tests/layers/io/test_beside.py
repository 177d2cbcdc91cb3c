"""What a killed run left beside a file goes with the next; what somebody writes stays."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from layers.io import beside as module
from layers.io.beside import beside, sweep
from layers.io.files import write_text, writing

HEX = "0123456789ab"


@pytest.fixture(autouse=True)
def _anew(monkeypatch):
    """No folder was looked through just now."""
    monkeypatch.setattr(module, "_swept", {})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_leftovers_go_with_the_next_file_that_is_written(tmp_path):
    (tmp_path / f".writing-a.txt-{HEX}.txt").write_text("of an earlier version")
    left = tmp_path / f".writing-b.gpkg-{HEX}"
    left.mkdir()
    (left / "b.gpkg-journal").write_text("half")
    write_text(tmp_path / "c.txt", "whole")
    assert names(tmp_path) == ["c.txt"]


def test_what_a_writer_puts_beside_its_file_goes_too(tmp_path):
    with writing(tmp_path / "a.gpkg") as temporary:
        temporary.write_text("whole")
        temporary.with_name("a.gpkg-wal").write_text("x")
    assert names(tmp_path) == ["a.gpkg"]


def hold_one(folder, ready, done):
    with beside(folder / "a.txt"):
        ready.set()
        done.wait(60)


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot tell who writes: a day must pass")
def test_what_another_process_writes_stays_until_it_ends(tmp_path):
    fork = multiprocessing.get_context("fork")
    ready, done = fork.Event(), fork.Event()
    other = fork.Process(target=hold_one, args=(tmp_path, ready, done))
    other.start()
    assert ready.wait(60)
    sweep(tmp_path)
    assert len(names(tmp_path)) == 1
    other.kill()
    other.join()
    assert len(names(tmp_path)) == 1
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_files_of_others_stay(tmp_path):
    others = [".writing-mine", f"writing-a-{HEX}", f".writing-a-{HEX[:-1]}", ".writing-"]
    for name in others:
        (tmp_path / name).write_text("mine")
    (tmp_path / "far").mkdir()
    (tmp_path / f".writing-a-{HEX}").symlink_to("far", target_is_directory=True)
    of_results = tmp_path / f".writing-out-{HEX}"
    of_results.mkdir()
    (of_results / "lock").write_text("")
    before = names(tmp_path)
    sweep(tmp_path)
    assert names(tmp_path) == before


def test_two_writers_of_one_file_are_both_right(tmp_path):
    path = tmp_path / "a.txt"
    with writing(path) as one, writing(path) as other:
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one"
    assert names(tmp_path) == ["a.txt"]


def test_a_disk_that_fails_for_a_moment_leaves_nothing_behind(tmp_path, monkeypatch):
    real, failed = os.rmdir, []

    def once(*given, **named):
        if not failed:
            failed.append(given)
            raise OSError(5, "Input/output error")
        real(*given, **named)

    monkeypatch.setattr(os, "rmdir", once)
    write_text(tmp_path / "a.csv", "whole")
    assert failed
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
