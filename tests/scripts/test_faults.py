"""A disk that fails, or a process that is killed, at a call that changes a file.

Every such call counts, whoever makes it: Python, GDAL, SQLite, Arrow. What is left is the old
state or the new one, and the run after makes it right and leaves nothing else behind.
`make faults` tries every call of every command, which takes hours (`FAULTS=kill` kills there and
does nothing else, which takes one); the tests by themselves try every call of `rebuild`, and
some of the others by chance.
"""

from __future__ import annotations

import errno
import os
import random
import sys

import pytest
from commands import POINTS, dem_file, done, osm_file, polygon_file
from faults import Folder, trials
from fetching import country, edge_file
from killing import Call
from overpass import read_data
from server import serving

from tests.scripts.report.test_report import valley_of

if sys.platform != "linux":
    pytest.skip("calls are counted on Linux alone", allow_module_level=True)

SEED = 20
OTHER = [("AB", {}), ("BC", {})]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = Folder(tmp_path / "here")
    made.home.mkdir(parents=True)
    made.out.mkdir()
    monkeypatch.setenv("CHAIDAEN_HOME", str(made.home))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")
    return made


def no_loss(folder, command, tmp_path, some=None):
    """Try a command at all its calls, or at some of them by chance."""
    with trials(folder, command, tmp_path) as tried:
        if tried is None:
            pytest.skip("there is no compiler of C")
        every = range(len(tried.calls))
        wanted = os.environ.get("FAULTS", "")
        if some is None or wanted:
            at = list(every)
        else:
            at = sorted(random.Random(SEED).sample(every, some))  # noqa: S311
        calls = [Call("kill", one) for one in at]
        if wanted != "kill":
            calls += [Call("since", one) for one in at]
            calls += [Call("once", one, errno.EIO) for one in at]
            calls += [Call("tear", one) for one in at if "write" in tried.calls[one]]
        told = f"{command[0]}: {len(every)} calls, {len(calls)} failed or killed, seed {SEED}"
        print(told, flush=True)  # noqa: T201 - for whoever tries them all
        assert not tried.losses(calls), told


def with_own_roads(folder, tmp_path):
    """Make an area that ships roads of its own."""
    edge = polygon_file(tmp_path / "edge.geojson", 97.9, 18.9, 98.3, 19.1)
    osm = osm_file(tmp_path / "a.osm")
    done("import", "pai", "--osm", osm, "--boundary", edge)
    area = folder.home / "areas" / "pai"
    toml = (area / "area.toml").read_text(encoding="utf-8")
    named = '\n[layers]\nroads = "pai.roads"\nroads_recipe = "roads.toml"'
    (area / "area.toml").write_text(toml.replace("\n[layers]", named), encoding="utf-8")
    recipe = 'title = "x"\ndate = "2026-01-01"\nlicence = "x"\nattribution = "x"\n'
    (area / "roads.toml").write_text(recipe, encoding="utf-8")
    done("rebuild", "pai", "--osm", osm)


@pytest.mark.slow
def test_rebuild_at_every_call(folder, tmp_path):
    with_own_roads(folder, tmp_path)
    command = ("rebuild", "pai", "--osm", osm_file(tmp_path / "b.osm", POINTS, OTHER))
    no_loss(folder, command, tmp_path)


@pytest.mark.slow
def test_import(folder, tmp_path):
    done("import", "pai", "--osm", osm_file(tmp_path / "a.osm"))
    osm, dem = osm_file(tmp_path / "b.osm", POINTS, OTHER), dem_file(tmp_path / "d.tif", slope=1.0)
    command = ("import", "pai", "--osm", osm, "--dem", dem, "--overwrite")
    no_loss(folder, command, tmp_path, 12)


@pytest.mark.slow
def test_fetch(folder, tmp_path):
    """Terrain or people alone may be new: each is a file of its own, told of when it fails."""
    with serving(country(tmp_path)) as web:
        web.sources(folder.home / "sources.toml", overpass="rate_limit = false")
        command = ("fetch", "pai", "--what", "roads", "--boundary", edge_file(tmp_path))
        done(*command)
        web.osm = read_data(osm_file(tmp_path / "b.osm", POINTS, OTHER))
        no_loss(folder, (*command, "--refresh"), tmp_path, 12)


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        ("access", "--to", "hospital", "--resolution", "1000", "--minutes"),
        (
            "compare",
            *("--scenario", "faster"),
            *("--skip", "economics"),
            *("--skip", "criticality"),
            "--vehicle",
        ),
    ],
    ids=lambda given: given[0],
)
def test_results(folder, tmp_path, given):
    valley_of(folder.home)
    verb, *rest = given
    command = (verb, "valley", "--output", folder.out / "of", "--overwrite", *rest)
    before, after = ("30,60", "20,40") if verb == "access" else ("pickup", "truck_10w")
    done(*command, before)
    no_loss(folder, (*command, after), tmp_path, 5)


@pytest.mark.slow
def test_report(folder, tmp_path):
    valley_of(folder.home)
    command = ("report", "valley", "--output", folder.out / "of", "--overwrite", "--only", "access")
    command = (*command, "--to", "hospital", "--resolution", "2000", "--lang")
    done(*command, "en")
    no_loss(folder, (*command, "th"), tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["gpkg", "parquet"])
def test_export(folder, tmp_path, form):
    valley_of(folder.home)
    command = ("export", "valley", "--format", form, "--overwrite", "--output")
    command = (*command, folder.out / f"of{'.gpkg' * (form == 'gpkg')}", "--vehicle")
    done(*command, "truck_10w")
    no_loss(folder, (*command, "car"), tmp_path, 5)


@pytest.mark.slow
def test_rebuild_around_its_last_step(folder, tmp_path):
    with_own_roads(folder, tmp_path)
    command = ("rebuild", "pai", "--osm", osm_file(tmp_path / "b.osm", POINTS, OTHER))
    with trials(folder, command, tmp_path) as tried:
        if tried is None:
            pytest.skip("there is no compiler of C")
        assert tried.calls.count("rename") == 1
        swap, write = (tried.calls.index(name) for name in ("rename", "write"))
        calls = [Call("kill", swap), Call("kill", swap + 1), Call("since", 0), Call("tear", write)]
        assert not tried.losses(calls)
