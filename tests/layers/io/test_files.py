"""Writing whole or not at all, and hashing what was read."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys

import pytest

from layers.errors import DataError, MissingFileError, WriteError
from layers.io.files import (
    existing_file,
    fingerprint,
    write_text,
    writing,
)
from layers.io.folders import old_of, swap_in, writing_folder


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_appears_whole(tmp_path):
    path = tmp_path / "ผล ลัพธ์" / "a.txt"
    with writing(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        assert not path.exists()
        assert temporary.parent.parent == path.parent
        assert temporary.suffix == ".txt"
        temporary.write_text("whole", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "whole"
    assert names(path.parent) == {"a.txt"}


def half_a_file(path, error) -> None:
    with writing(path) as temporary:
        temporary.write_text("new", encoding="utf-8")
        raise error


def half_a_folder(path, error) -> None:
    with writing_folder(path, replace=True) as temporary:
        (temporary / "new").touch()
        raise error


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), OSError(28, "full")])
def test_a_failed_file_leaves_the_old_one(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    expected = WriteError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        half_a_file(path, error)
    assert path.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == {"a.txt"}


def test_a_full_disk_is_said_in_one_line(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(WriteError) as caught, writing(path):
        raise OSError(28, "No space left on device")
    assert str(caught.value) == f"{path}: not written: No space left on device"


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX are used")
def test_a_disk_that_is_really_full(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    code = (
        "import pathlib, resource, sys\n"
        "from layers.io.files import write_text\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_text(pathlib.Path(sys.argv[1]), 'x' * 5000)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].endswith("a.txt: not written: File too large")
    assert path.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == {"a.txt"}


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX are looked at")
def test_others_may_read_what_was_written(tmp_path):
    write_text(tmp_path / "a.txt", "x")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644
    with writing_folder(tmp_path / "b") as temporary:
        (temporary / "c").touch()
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o755


def test_text_is_utf8_with_unix_line_ends(tmp_path):
    write_text(tmp_path / "a.txt", "ปาย\nb\n")
    assert (tmp_path / "a.txt").read_bytes() == "ปาย\nb\n".encode()


def test_a_file_where_a_folder_is(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "kept").touch()
    with pytest.raises(WriteError, match="not written"):
        write_text(tmp_path / "a", "x")
    (tmp_path / "b").write_text("no folder", encoding="utf-8")
    with pytest.raises(WriteError, match="not written"):
        write_text(tmp_path / "b" / "c.txt", "x")
    with (
        pytest.raises(WriteError, match="not written"),
        writing_folder(tmp_path / "b" / "c"),
    ):
        pytest.fail("the block must not run")
    assert names(tmp_path) == {"a", "b"}
    assert names(tmp_path / "a") == {"kept"}


def test_a_folder_appears_whole(tmp_path):
    path = tmp_path / "deep" / "pai"
    with writing_folder(path) as temporary:
        (temporary / "roads").write_text("x", encoding="utf-8")
        assert not path.exists()
    assert names(path) == {"roads"}
    assert names(path.parent) == {"pai"}


def test_a_folder_is_replaced_only_when_asked(tmp_path):
    path = tmp_path / "pai"
    with writing_folder(path) as temporary:
        (temporary / "old").touch()
    with pytest.raises(WriteError, match="--overwrite replaces it"), writing_folder(path):
        pytest.fail("the block must not run")
    with writing_folder(path, replace=True) as temporary:
        (temporary / "new").touch()
        assert names(path) == {"old"}
    assert names(path) == {"new"}
    assert names(tmp_path) == {"pai"}


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), OSError(28, "full")])
def test_a_failed_folder_leaves_the_old_one(tmp_path, error):
    path = tmp_path / "pai"
    path.mkdir()
    (path / "old").touch()
    expected = WriteError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        half_a_folder(path, error)
    assert names(path) == {"old"}
    assert names(tmp_path) == {"pai"}


def test_the_old_folder_comes_back_when_the_new_one_cannot_take_its_place(tmp_path):
    path = tmp_path / "pai"
    path.mkdir()
    (path / "old").touch()
    with pytest.raises(FileNotFoundError):
        swap_in(tmp_path / "gone", path, old_of(path))
    assert names(path) == {"old"}
    assert names(tmp_path) == {"pai"}


def test_a_block_that_removes_its_folder(tmp_path):
    with pytest.raises(WriteError), writing_folder(tmp_path / "pai") as temporary:
        shutil.rmtree(temporary)
    assert names(tmp_path) == set()


def test_existing_file(tmp_path):
    path = tmp_path / "a"
    path.touch()
    assert existing_file(path, "a thing") == path
    with pytest.raises(DataError, match="is a folder; a thing is a file"):
        existing_file(tmp_path, "a thing")
    with pytest.raises(MissingFileError, match="no such file; a thing was expected there"):
        existing_file(tmp_path / "b", "a thing")


def test_the_fingerprint_is_of_content_and_parameters(tmp_path):
    a, b, c = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    a.write_bytes(b"same")
    b.write_bytes(b"same")
    c.write_bytes(b"other")
    assert fingerprint(1, files=(a,)) == fingerprint(1, files=(b,))
    digests = [
        fingerprint(),
        fingerprint(1),
        fingerprint("1"),
        fingerprint(1.0),
        fingerprint("a", "b"),
        fingerprint("ab"),
        fingerprint(("a", "b")),
        fingerprint(files=(a,)),
        fingerprint(files=(c,)),
        fingerprint(files=(a, c)),
        fingerprint(files=(c, a)),
        fingerprint(files=(a, a)),
        fingerprint(1, files=(a,)),
    ]
    assert len(set(digests)) == len(digests)
    assert all(len(digest) == 32 and int(digest, 16) >= 0 for digest in digests)


@pytest.mark.skipif(os.name == "nt", reason="modes, pipes and links are those of Unix")
def test_what_is_written_keeps_its_mode_and_obeys_the_umask(tmp_path):
    old = os.umask(0o077)
    try:
        write_text(tmp_path / "new.txt", "new")
        with writing_folder(tmp_path / "folder") as made:
            (made / "x").touch()
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new.txt").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
    (tmp_path / "own.txt").write_text("old")
    (tmp_path / "own.txt").chmod(0o640)
    write_text(tmp_path / "own.txt", "new")
    assert stat.S_IMODE((tmp_path / "own.txt").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="modes, pipes and links are those of Unix")
def test_no_pipe_gives_way_and_a_link_leads_to_what_is_written(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(WriteError, match="pipe: not written: is a device, a pipe or a socket"):
        write_text(tmp_path / "pipe", "x")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    with pytest.raises(WriteError, match="link: is a link to .*target, which is not there"):
        write_text(tmp_path / "link", "x")
    assert not (tmp_path / "target").exists()
    (tmp_path / "target").write_text("mine")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text(encoding="utf-8") == "new"
    assert not list(tmp_path.glob(".writing-*"))
