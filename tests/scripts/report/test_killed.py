"""A report that is killed: the old folder or the new one, and its figures told once."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
from pathlib import Path

import pytest
from killing import runner

from layers.area import load_area
from layers.goals.history import read_history
from tests.scripts.report.test_report import valley_of

if os.name == "nt":
    pytest.skip("Windows has no SIGKILL and no fork", allow_module_level=True)


def minutes_of(folder: Path) -> list[int]:
    """Return what the report in a folder was asked for; every file must be of that run."""
    made_from = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    for name, digest in made_from["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {*made_from["files"], "provenance.json", "notes.txt"}
    return made_from["parameters"]["minutes"]


def moments(came: tuple[str, ...]) -> list[int]:
    """Choose moments: those around the one at which the folders change names, and by chance."""
    swap = max(at for at, event in enumerate(came) if event == "os.link")
    some = random.Random(2).sample(range(len(came)), 1)  # noqa: S311
    return sorted({swap, swap + 1, *some})


@pytest.mark.slow
def test_a_killed_report_leaves_the_old_one_or_the_new(home, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")
    valley_of(home)
    out, backup = tmp_path / "here" / "out", tmp_path / "backup"
    wanted = ["--only", "access", "--to", "hospital", "--resolution", 5000, "--overwrite"]
    command = ["report", "valley", "--output", out, *wanted, "--minutes"]
    with runner() as killer:
        assert killer.run(home, *command, "30,60").status == 0
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        shutil.copytree(out, backup)
        came = killer.run(home, *command, "20,40")
        assert came.status == 0, came.stderr
        assert minutes_of(out) == [20, 40]
        left = []
        for at in moments(came.moments):
            shutil.rmtree(out.parent)
            shutil.copytree(backup, out)
            ended = killer.run(home, *command, "20,40", kill_at=at)
            assert ended.status == -signal.SIGKILL, f"moment {at}: {ended}"
            left.append(minutes_of(out))
        assert killer.run(home, *command, "20,40").status == 0
    assert [30, 60] in left
    assert [20, 40] in left
    assert minutes_of(out) == [20, 40]
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    history = read_history(load_area("valley"))
    assert not history.duplicated(["date", "id", "fingerprint"]).any()
    assert history["fingerprint"].nunique() == 2
