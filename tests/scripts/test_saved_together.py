"""Files of one run get there together, at whatever moment the run is killed."""

from __future__ import annotations

import os
import shutil
import signal

import pytest
from killing import runner
from valley import write_valley

from layers.errors import WriteError
from scripts.output import results, save_together

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL and no fork")


def state(folder):
    """Return the season of every file in a folder: what is dry was there before."""
    told = {
        path.name: path.read_text(encoding="utf-8-sig")
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".writing-") for part in path.parts)
    }
    assert all(text.rstrip().endswith(("}", "</svg>", "mine")) for text in told.values()), told
    return {
        name: "wet" if '"wet"' in text or "ฤดูฝน" in text else "dry"
        for name, text in told.items()
        if name != "notes.txt"
    }


@pytest.mark.slow
@UNIX
@pytest.mark.parametrize("drawn", ["out/way.svg", "elsewhere/way.svg"])
def test_a_killed_route_leaves_the_old_files_or_the_new(home, tmp_path, drawn):
    write_valley(home)
    here, backup = tmp_path / "here", tmp_path / "backup"
    ends = ("Town", "Village", "--vehicle", "pickup", "--lang", "th", "--format", "json")
    files = ("--output", here / "out", "--map", here / drawn, "--overwrite", "--quiet")
    command = ("route", "valley", *ends, *files, "--season")
    with runner() as killer:
        assert killer.run(home, *command, "dry").status == 0
        (here / "out" / "notes.txt").write_text("mine", encoding="utf-8")
        shutil.copytree(here, backup)
        # What is kept between runs is written by the first.
        came = [killer.run(home, *command, "wet") for _ in range(2)][1]
        assert came.status == 0, came.stderr
        assert set(state(here).values()) == {"wet"}
        found = []
        for at in range(3, len(came.moments)):
            shutil.rmtree(here)
            shutil.copytree(backup, here)
            assert killer.run(home, *command, "wet", kill_at=at).status == -signal.SIGKILL
            found.append(state(here))
    assert {len(one) for one in found} == {2}
    kinds = [set(one.values()) for one in found]
    assert kinds[0] == {"dry"}
    assert kinds[-1] == {"wet"}
    # One folder has no moment between; two have that in which one waits for the other.
    assert kinds.count({"dry", "wet"}) <= (0 if drawn.startswith("out") else 3)


def test_files_of_one_folder_keep_their_modes_and_what_else_is_there(tmp_path):
    old = tmp_path / "car.toml"
    old.write_text("old", encoding="utf-8")
    old.chmod(0o600)
    (tmp_path / "own.toml").write_text("mine", encoding="utf-8")
    save_together({old: "new", tmp_path / "bus.csv": "a\n"}, overwrite=True)
    assert old.read_text(encoding="utf-8") == "new"
    assert old.stat().st_mode & 0o777 == 0o600 or os.name == "nt"
    assert (tmp_path / "bus.csv").read_bytes() == b"\xef\xbb\xbfa\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bus.csv", "car.toml", "own.toml"]


@UNIX
def test_of_a_link_the_file_is_written_that_it_leads_to(tmp_path):
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "car.toml", tmp_path / "car.toml"
    real.write_text("old", encoding="utf-8")
    link.symlink_to(real)
    save_together({link: "new", tmp_path / "bus.toml": "new"}, overwrite=True)
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"


def test_a_map_beside_a_folder_is_there_only_when_the_folder_is(tmp_path):
    folder, drawn = tmp_path / "out", tmp_path / "map.svg"

    def fails():
        with results(folder, drawn, overwrite=False) as (made, own):
            own.write_text("new", encoding="utf-8")
            (made / "a.csv").write_text("new", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert list(tmp_path.iterdir()) == []
    drawn.write_text("old", encoding="utf-8")
    with pytest.raises(WriteError, match="already there"), results(folder, drawn, overwrite=False):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]
