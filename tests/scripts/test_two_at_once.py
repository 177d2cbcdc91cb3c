"""Two processes that write at the same time: both are right, or one is refused in a line."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from commands import POINTS, done, osm_file
from killing import runner

from tests.scripts.report.test_report import valley_of

if os.name == "nt":
    pytest.skip("Windows has no fork", allow_module_level=True)

pytestmark = pytest.mark.slow

ACCESS = ("access", "valley", "--to", "hospital", "--resolution", "1000", "--overwrite")


@pytest.fixture(scope="module")
def two():
    with runner() as one, runner() as other:
        yield one, other


def at_once(two, home, first, second):
    """Run two commands; return how they ended, each by its line if it was refused."""
    ended = [None, None]

    def go(at, command):
        ended[at] = two[at].run(home, *command)

    threads = [threading.Thread(target=go, args=one) for one in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in ended:
        assert one.status in (0, 1), one.stderr
    assert any(one.status == 0 for one in ended), [one.stderr for one in ended]
    left = [path.name for path in home.parent.rglob(".*") if not path.name.endswith(".lock")]
    assert not left
    return ["" if not one.status else one.stderr.splitlines()[-1] for one in ended]


def content(folder: Path) -> str:
    """Hash every file of a folder by its name."""
    digest = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def alone(folder, *commands):
    """Return what commands leave in a folder, each of them alone."""
    found = set()
    for command in commands:
        done(*command)
        found.add(content(folder))
    return found


def test_two_imports_of_one_area(two, home, tmp_path):
    first = ("import", "pai", "--osm", osm_file(tmp_path / "a.osm"), "--overwrite")
    other = osm_file(tmp_path / "b.osm", POINTS, [("AB", {}), ("BC", {})])
    second = ("import", "pai", "--osm", other, "--overwrite")
    network = home / "areas" / "pai" / "network"
    known = alone(network, first, second)
    said = at_once(two, home, first, second)
    assert content(network) in known
    for line in filter(None, said):
        assert line.startswith("chaidaen: area 'pai' is being written by another run (process ")


def test_two_runs_into_one_folder_of_results(two, home, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")
    valley_of(home)
    out = tmp_path / "out"
    first, second = (
        (*ACCESS, "--output", out, "--minutes", minutes) for minutes in ("30,60", "20,40")
    )
    known = alone(out, first, second)
    assert at_once(two, home, first, second) == ["", ""]
    assert content(out) in known


def test_a_new_area_is_begun_once(two, home):
    valley_of(home)
    command = ("new", "glen", "--from", "valley")
    said = at_once(two, home, command, command)
    assert (home / "areas" / "glen" / "area.toml").is_file()
    for line in filter(None, said):
        assert line.startswith("chaidaen: area 'glen' is ")


def test_roads_that_change_below_a_report(two, home, tmp_path, monkeypatch):
    """It is of the roads before, or of those after, or it is refused and names what changed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")
    valley_of(home)
    out = tmp_path / "out"
    wanted = ("--only", "access", "--to", "hospital", "--resolution", "5000", "--overwrite")
    report = ("report", "valley", *wanted, "--output", out)
    load = ("import", "valley", "--osm", osm_file(tmp_path / "a.osm"))
    said = at_once(two, home, report, load)
    assert said[1] == ""
    if said[0]:
        assert said[0].endswith("changed while the report was made from them; run it again")
        assert not out.exists()
        done(*report)
    made_from = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    of_import = {name for name in made_from["inputs"] if name.startswith("import/")}
    assert bool(of_import) == (made_from["roads"]["kind"] != "strategic")
    network = home / "areas" / "valley" / "network"
    for name in of_import:
        there = hashlib.sha256((network / name.removeprefix("import/")).read_bytes()).hexdigest()
        assert made_from["inputs"][name] == there
