"""The last metres to a goal are nobody's lifeline; the road before them is."""

from dataclasses import replace

import numpy as np
import pytest
from diamond import LAT, Drawing, network_of, trip_on

from geo.risk.doorsteps import DOORSTEP_M, TOWN_M, doorsteps, without_doorsteps
from geo.risk.link_losses import losses
from geo.routing.snap import snap
from geo.routing.split import split_at
from layers.crs import from_lon_lat

DEGREE_M = 105_900.0  # Of longitude at 18° N, on the ellipsoid within 0.1 %.


def drawn(stub_m):
    """Two ways, R and Q, from 1 to 3; a dead end D of some metres from there to the goal at 4."""
    nodes = {1: (98.0, LAT), 2: (98.01, LAT + 0.01), 3: (98.02, LAT)}
    nodes[4] = (98.02 + stub_m / DEGREE_M, LAT)
    return Drawing(nodes, {"R": (1, 3), "Q": (1, 2, 3), "D": (3, 4)})


def cut_off(stub_m, folder, *, streets=True):
    """Return the roads by whose loss somebody at 1 is cut off from 4."""
    network = network_of(drawn(stub_m), folder)
    network = replace(network, source=replace(network.source, streets=streets))
    trip = trip_on(network, "car")
    lon = np.array([98.0, 98.02 + stub_m / DEGREE_M])
    ends = snap(network, lon, np.full(2, LAT))
    group = np.zeros(1, np.int64)
    (found,) = losses(trip.metric(), ends.take([0]), ends.take([1]), group=group)
    doorstep = doorsteps(network, ends.take([1]), group)
    assert doorstep.shape == (3, 1)
    spared = without_doorsteps(found, doorstep[:, 0])
    names = network.segments["name"].to_numpy(str)
    assert set(names[spared.segment[spared.after > found.before[0]]]) >= {"R"}
    return set(names[spared.segment[np.isinf(spared.after)]])


def test_a_short_dead_end_to_the_goal_cuts_nobody_off(tmp_path):
    assert cut_off(DOORSTEP_M - 50, tmp_path) == set()


def test_a_long_one_does(tmp_path):
    assert cut_off(DOORSTEP_M + 50, tmp_path) == {"D"}
    assert cut_off(3000.0, tmp_path) == {"D"}


def test_where_no_streets_are_known_a_town_is_a_point(tmp_path):
    assert cut_off(TOWN_M - 50, tmp_path, streets=False) == set()
    assert cut_off(TOWN_M + 50, tmp_path, streets=False) == {"D"}


def test_cut_into_pieces_only_the_last_ones_are_spared(tmp_path):
    network = network_of(drawn(1000.0), tmp_path)
    lon = 98.02 + np.array([300.0, 600.0, 800.0, 1000.0]) / DEGREE_M
    places = snap(network, lon, np.full(4, LAT))
    split = split_at(network, places)
    (goal,) = from_lon_lat(network.segments.crs).transform(lon[-1:], [LAT])[:1]
    near = doorsteps(split.network, split.move(places.take([3])), np.zeros(1, np.int64))[:, 0]
    ends = split.network.nodes["x"].to_numpy()[split.network.ends]
    assert near.tolist() == (goal[0] - ends <= DOORSTEP_M).all(axis=1).tolist()
    assert split.network.length_m[near].sum() == pytest.approx(200, abs=2)
