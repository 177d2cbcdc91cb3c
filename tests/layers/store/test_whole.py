"""Who reads an area while another run replaces its roads gets one network, whole."""

import shutil
import subprocess
import sys
import time

import pytest

from layers.area import load_area
from layers.errors import DataError
from layers.store.importing import import_area
from layers.store.points import load_water, read_points
from layers.store.store import ROADS, imported_folder, load_network, read_network
from layers.store.tally import read_tally
from layers.store.whole import read_whole

SWAPPING = """
import shutil, sys, time
from pathlib import Path
from layers.io.folders import writing_folder
from layers.store.lock import writing_area
slug, folder, *others = sys.argv[1:]
until = time.monotonic() + 60
print("begun", flush=True)
while time.monotonic() < until:
    for other in others:
        with writing_area(slug), writing_folder(Path(folder), replace=True) as made:
            shutil.copytree(other, made, dirs_exist_ok=True)
"""


RACE_S, BUSY_S = 4, 120
"""How long two runs race, and at most where the machine is busy."""


def drawn(path, ways, lanes):
    """Write so many roads of their own, one village at the first."""
    lines = ['<osm version="0.6">']
    lines += [
        f'<node id="{2 * way + end + 1}" lat="{18 + way / 1000:.4f}" lon="{98 + end / 100}"/>'
        for way in range(ways)
        for end in (0, 1)
    ]
    village = f'<tag k="place" v="village"/><tag k="name" v="of {ways}"/>'
    lines.append(f'<node id="9999" lat="18" lon="98">{village}</node>')
    lines += [
        f'<way id="{way + 1}"><nd ref="{2 * way + 1}"/><nd ref="{2 * way + 2}"/>'
        f'<tag k="highway" v="primary"/><tag k="lanes" v="{lanes}"/></way>'
        for way in range(ways)
    ]
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


@pytest.fixture
def two(home, tmp_path):  # noqa: ARG001
    """An area, and two states of its folder of roads: 20 roads of 2 lanes, 50 of 4."""
    folder = imported_folder("swapped")
    for ways, lanes in ((20, 2), (50, 4)):
        file = drawn(tmp_path / f"{ways}.osm", ways, lanes)
        import_area("swapped", file, overwrite=True)
        shutil.copytree(folder, tmp_path / f"state {ways}")
    return folder, tmp_path / "state 20", tmp_path / "state 50"


@pytest.mark.slow
def test_reads_while_another_run_replaces_are_whole(two):
    folder, *states = two
    run = [sys.executable, "-c", SWAPPING, "swapped", str(folder), *map(str, states)]
    with subprocess.Popen(run, stdout=subprocess.PIPE) as writer:
        try:
            writer.stdout.readline()
            area = load_area("swapped")
            seen = set()
            begin = time.monotonic()
            # Longer where the writer had no turn yet.
            while (since := time.monotonic() - begin) < BUSY_S and (
                since < RACE_S or len(seen) < 2
            ):
                network = read_network(folder)
                seen.add((len(network.nodes), len(network.segments), network.segments["lanes"][0]))
                assert len(network.profile.offsets) == len(network.segments) + 1
                kept = load_network(area)
                assert (len(kept.segments), kept.segments["lanes"][0]) in {(20, 2), (50, 4)}
                assert len(kept.nodes) == 2 * len(kept.segments)
                assert read_points(folder, "settlements")["name"].iloc[0] in {"of 20", "of 50"}
                assert read_tally(folder)
                assert load_water(area).empty
        finally:
            writer.kill()
    assert seen <= {(40, 20, 2), (100, 50, 4)}
    # The race was one: both states were met.
    assert len(seen) == 2


def test_roads_replaced_between_two_files_are_read_anew(two):
    folder, _, larger = two
    turns = []

    def slow(place):
        first = (place / "network.json").read_bytes()
        if not turns:
            shutil.rmtree(folder)
            shutil.copytree(larger, folder)
        turns.append(first)
        return first, (place / ROADS).read_bytes()

    found = read_whole(folder, slow)
    assert len(turns) == 2
    assert found == ((larger / "network.json").read_bytes(), (larger / ROADS).read_bytes())


def test_what_is_kept_of_the_roads_is_never_of_others(two, monkeypatch):
    """An import that ends while roads are made ready does not leave them under its own hash."""
    folder, smaller, larger = two
    shutil.rmtree(folder)
    shutil.copytree(smaller, folder)
    area = load_area("swapped")
    real, turns = read_network, []

    def replaced_first(place):
        if not turns:
            shutil.rmtree(folder)
            shutil.copytree(larger, folder)
        turns.append(place)
        return real(place)

    monkeypatch.setattr("layers.store.store.read_network", replaced_first)
    assert len(load_network(area).segments) == 50
    shutil.rmtree(folder)
    shutil.copytree(smaller, folder)
    assert len(load_network(area).segments) == 20


def test_damage_is_told_at_once(two):
    folder, *_ = two
    (folder / ROADS).write_bytes(b"rubbish")
    began = time.monotonic()
    with pytest.raises(DataError, match="import the area again"):
        read_network(folder)
    assert time.monotonic() - began < 2


def test_a_folder_that_is_not_there_is_told_at_once(home):
    with pytest.raises(DataError, match="is damaged"):
        read_network(home / "areas" / "x" / "network")
