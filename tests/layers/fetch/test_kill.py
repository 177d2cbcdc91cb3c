"""A run that is killed leaves the old state or the new one; two runs at once are told."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading

import pytest
from commands import done, osm_file, problem, run
from fetching import country, edge_file
from killing import runner
from overpass import read_data
from server import Fault, serving

from layers.area import find_areas, load_area
from layers.errors import BusyError
from layers.fetch.fetched import clear_leftovers
from layers.io.beside import beside
from layers.io.folders import old_of
from layers.store.lock import writing_area
from layers.store.store import imported_folder, read_network

pytestmark = pytest.mark.slow

if os.name == "nt":
    pytest.skip("Windows has no SIGKILL and no fork", allow_module_level=True)

POINTS = {"A": (98.0, 19.0), "B": (98.1, 19.0), "C": (98.2, 19.0)}
MOMENTS = 3


@pytest.fixture(scope="module")
def killer():
    with runner() as killer:
        yield killer


@pytest.fixture
def web(home, tmp_path):
    with serving(country(tmp_path)) as web:
        web.sources(home / "sources.toml", overpass="rate_limit = false")
        yield web


def segments(slug: str = "pai") -> int:
    """Return how many roads the area has, 0 without the area; they must be whole."""
    if slug not in find_areas():
        return 0
    load_area(slug)
    return len(read_network(imported_folder(slug)).segments)


def moments(came: tuple[str, ...]) -> list[int]:
    """Choose moments: before and after the last renamings, the last of all, and some by chance.

    Where the system lets two folders change names at once no event of Python tells of it; what
    comes after is the old one being taken away.
    """
    renamed = [at for at, event in enumerate(came) if event == "os.rename"][-2:]
    some = random.Random(1).sample(range(len(came)), min(MOMENTS, len(came)))  # noqa: S311
    return sorted(
        {len(came) - 1, *renamed, *(at + 1 for at in renamed if at + 1 < len(came)), *some}
    )


def is_old_or_new(killer, home, backup, command, old: int, new: int) -> set[int]:
    """Kill a command at many moments; return which states were left."""
    shutil.copytree(home, backup)
    came = killer.run(home, *command)
    assert came.status == 0, came.stderr
    assert segments() == new
    left = set()
    for at in moments(came.moments):
        shutil.rmtree(home)
        shutil.copytree(backup, home)
        ended = killer.run(home, *command, kill_at=at)
        assert ended.status == -signal.SIGKILL, f"moment {at}: {ended}"
        found = segments()
        assert found in {old, new}, f"moment {at}, before {came.moments[at]}"
        left.add(found)
    # After the last one: the next run is not held up, ends well and clears away.
    assert killer.run(home, *command).status == 0
    assert segments() == new
    for folder in ("areas", "fetched"):
        ends = (".lock*", ".writing*", ".old*")
        assert not [path for end in ends for path in (home / folder).rglob(end)]
    return left


@pytest.mark.slow
def test_a_killed_first_fetch_leaves_no_area_or_a_whole_one(home, web, killer, tmp_path):
    command = ("fetch", "pai", "--what", "roads", "--boundary", edge_file(tmp_path))
    assert web.url
    left = is_old_or_new(killer, home, tmp_path / "backup", command, 0, 3)
    assert left == {0, 3}


@pytest.mark.slow
def test_a_killed_refresh_leaves_the_old_roads_or_the_new(home, web, killer, tmp_path):
    command = ("fetch", "pai", "--what", "roads", "--boundary", edge_file(tmp_path))
    done(*command)
    web.osm = read_data(osm_file(tmp_path / "b.osm", POINTS, [("AB", {}), ("BC", {})]))
    command = (*command, "--refresh")
    assert is_old_or_new(killer, home, tmp_path / "backup", command, 3, 1) == {3, 1}


def test_a_killed_import_leaves_the_old_roads_or_the_new(home, killer, tmp_path):
    done("import", "pai", "--osm", osm_file(tmp_path / "a.osm"))
    other = osm_file(tmp_path / "b.osm", POINTS, [("AB", {}), ("BC", {})])
    command = ("import", "pai", "--osm", other, "--overwrite")
    assert is_old_or_new(killer, home, tmp_path / "backup", command, 3, 1) == {3, 1}


def test_roads_that_were_changing_places_come_back(home, tmp_path):
    done("import", "pai", "--osm", osm_file(tmp_path / "a.osm"))
    network = home / "areas" / "pai" / "network"
    network.rename(old_of(network))
    assert segments() == 3
    assert not old_of(network).exists()


def test_two_runs_at_once(home, web, tmp_path):
    command = ("fetch", "pai", "--what", "roads", "--boundary", edge_file(tmp_path))
    osm = osm_file(tmp_path / "a.osm")
    with writing_area("pai"):
        for second in (command, ("import", "pai", "--osm", osm)):
            line = problem(*second)
            assert line.startswith(
                "chaidaen: area 'pai' is being written by another run "
                f"(process {os.getpid()}, since "
            )
            assert line.endswith("); wait until it is done")
        with writing_area("tak"):
            pass
    assert not web.asked
    done(*command)
    assert not list(home.rglob(".lock*"))


def test_a_second_process_is_told_while_the_first_one_goes_on(home, web, killer, tmp_path):
    command = ("fetch", "pai", "--what", "roads", "--boundary", edge_file(tmp_path))
    web.faults += [Fault("slow", "/interpreter")] * 3
    first = threading.Thread(target=killer.run, args=(home, *command))
    first.start()
    while not web.count("/interpreter"):
        pass
    second = run(*command)
    first.join()
    assert second.exit_code == 1
    assert "is being written by another run (process " in second.stderr
    assert segments() == 3


def test_a_stale_lock_is_taken_over(home, tmp_path):
    lock = home / "areas" / ".lock-pai"
    lock.parent.mkdir(parents=True)
    lock.write_text("process 1, since 2026-01-01T00:00:00+00:00\n", encoding="utf-8")
    done("import", "pai", "--osm", osm_file(tmp_path / "a.osm"))
    assert not lock.exists()


def test_half_written_tiles_go_unless_somebody_writes_them(home):
    left = home / "cache" / "osm" / ".writing-tile-0123456789ab"
    left.mkdir(parents=True)
    with beside(home / "cache" / "osm" / "tile") as held:
        clear_leftovers("pai")
        assert not left.exists()
        assert held.is_dir()
    assert not held.exists()


def test_the_lock_goes_with_an_error():
    with pytest.raises(ZeroDivisionError), writing_area("pai"):
        raise ZeroDivisionError
    with writing_area("pai"), pytest.raises(BusyError), writing_area("pai"):
        pass
