"""OSRM itself reads what `chaidaen export --format osrm` writes, and finds the same ways."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from commands import done

from geo.routing.engine import contract, customise, shortest_path
from geo.routing.path import weigh
from geo.routing.snap import snap
from geo.study import open_study
from tests.benchmarks.peers.environment import environment

PROGRAM = Path(__file__).parent / "peers" / "osrm_table.py"
PLACES = 30
LEAST_PAIRS = 800


@pytest.fixture(scope="module")
def python():
    problems: dict[str, str] = {}
    found = environment(problems)
    assert not problems.get("osrm-bindings"), problems
    return found


@pytest.mark.peer
def test_osrm_finds_our_times_and_distances_in_andorra(python, sample_data, tmp_path):
    done("import", "andorra", "--osm", sample_data / "andorra" / "andorra.osm.pbf", "--quiet")
    folder = tmp_path / "ส่งออก ข้อมูล"
    words = ("--format", "osrm", "--vehicle", "car", "--season", "dry", "--output", folder)
    done("export", "andorra", *words, "--quiet")

    study = open_study("andorra")
    trip = study.trip("car", "dry", 1.0, "time")
    network, costs = study.network, trip.costs
    usable = costs.speeds.open.all(axis=1)
    metric = customise(contract(network), costs.time_s)
    # Ends of roads open both ways, from which every other of them is reached.
    some = network.nodes.iloc[
        np.random.default_rng(7).choice(np.unique(network.ends[usable]), 4 * PLACES, replace=False)
    ]
    at = snap(network, some["lon"].to_numpy(), some["lat"].to_numpy(), usable=usable)
    heart = at.take([0])
    keep = [
        row
        for row in range(len(some))
        if shortest_path(metric, heart, at.take([row]))
        and shortest_path(metric, at.take([row]), heart)
    ][:PLACES]
    at, some = at.take(keep), some.iloc[keep]
    places = tmp_path / "places.json"
    places.write_text(json.dumps(some[["lon", "lat"]].to_numpy().tolist()))
    told = subprocess.run(
        [python, PROGRAM, folder, places], capture_output=True, text=True, check=True
    ).stdout
    theirs = json.loads(told.splitlines()[-1])

    length = np.column_stack([network.length_m] * 2)
    pairs = [(i, j) for i in range(len(keep)) for j in range(len(keep)) if i != j]
    ways = [shortest_path(metric, at.take([i]), at.take([j])) for i, j in pairs]
    ours_s = np.array([way.weight for way in ways])
    ours_m = np.array([weigh(way, length) for way in ways])
    row, column = np.array(pairs).T
    theirs_s = np.array(theirs["durations"], float)[row, column]
    theirs_m = np.array(theirs["distances"], float)[row, column]
    assert len(pairs) > LEAST_PAIRS
    # It counts tenths of a second from node to node, and may take another of two equal ways.
    np.testing.assert_allclose(theirs_s, ours_s, rtol=0.005, atol=1)
    apart = np.abs(theirs_m / ours_m - 1)
    assert np.median(apart) < 0.0003
    assert (apart < 0.001).mean() > 0.95
