"""What systems do differently; Windows is imitated where it is not at hand."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from types import ModuleType

import pytest

from layers.io import system

fcntl = pytest.importorskip("fcntl", reason="on Windows itself nothing is imitated")

HOLDING = """
import os, sys
from layers.io.system import lock_now
handle = os.open(sys.argv[1], os.O_RDWR)
print(lock_now(handle), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def windows(monkeypatch):
    """Load the module as Windows does, whose locks are those of a range of bytes."""

    def locking(handle, mode, count):
        assert mode == "now"
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, count, 0, os.SEEK_CUR)
        except OSError as error:
            raise PermissionError(13, "Permission denied") from error

    faked = ModuleType("msvcrt")
    faked.locking, faked.LK_NBLCK = locking, "now"
    monkeypatch.setitem(sys.modules, "msvcrt", faked)
    monkeypatch.setattr(sys, "platform", "win32")
    spec = importlib.util.spec_from_file_location("as_on_windows", system.__file__)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_one_process_at_a_time_and_a_killed_one_gives_it_back(tmp_path):
    path = tmp_path / "ล็อก .txt"
    path.touch()
    handle = os.open(path, os.O_RDWR)
    run = [sys.executable, "-c", HOLDING, str(path)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline().strip() == b"True"
        assert not system.lock_now(handle)
        other.kill()
    assert system.lock_now(handle)
    system.remove_locked(path, handle)
    assert not path.exists()


def test_a_lock_of_windows_leaves_the_text_to_others(windows, tmp_path):
    path = tmp_path / "lock"
    path.write_text("process 12", encoding="utf-8")
    handle = os.open(path, os.O_RDWR)
    os.lseek(handle, 3, os.SEEK_SET)
    assert windows.lock_now(handle)
    assert os.read(handle, 100) == b"cess 12", "one reads on where one was"
    # Locks of ranges are those of a process: another one is refused.
    asked = (
        "import fcntl, os, sys; h = os.open(sys.argv[1], os.O_RDWR)\n"
        "os.lseek(h, 1 << 20, os.SEEK_SET)\n"
        "try: fcntl.lockf(h, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 0, os.SEEK_CUR)\n"
        "except OSError: print('held')"
    )
    run = [sys.executable, "-c", asked, str(path)]
    assert subprocess.run(run, capture_output=True, check=True).stdout.strip() == b"held"
    windows.remove_locked(path, handle)
    assert not path.exists()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handle)


def test_windows_swaps_no_folders_and_holds_no_file_open(windows, tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert windows.NAMES_ARE_HELD
    assert not windows.exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "one").exists()
    found, handle = windows.numbered(tmp_path / "one" / "one")
    assert handle == -1
    assert os.path.samestat(found, (tmp_path / "one" / "one").stat())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do it otherwise")
def test_folders_change_names_at_once(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not system.exchange(tmp_path / "one", tmp_path / "other"):
        pytest.fail("this file system cannot")
    assert (tmp_path / "one" / "other").exists()
    assert (tmp_path / "other" / "one").exists()
