"""Roads split where places lie: nothing changes but the ends."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawing import draw, graph, hilly, nodes, on
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.risk.criticality import criticality
from geo.routing.engine import customise, matrix
from geo.routing.snap import Snapped
from geo.routing.split import SAME_M, split_at
from layers.area import load_area
from layers.store.store import load_network


@pytest.fixture(scope="module")
def strategic():
    return load_network(load_area("mae_hong_son"), "strategic")


def test_pieces_of_a_road():
    network = draw("A---+\n    |\n    B---C")
    split = split_at(network, on(network, ("AB", 0.25), ("AB", 0.75), ("AB", 0.75), ("BC", 0.0)))
    roads = split.network.segments
    assert split.segment.tolist() == [0, 0, 0, 1]
    assert roads["length_m"].tolist() == pytest.approx([150, 300, 150, 400])
    assert shapely.length(roads.geometry.to_numpy()) == pytest.approx(roads["length_m"])
    assert roads[["u", "v"]].to_numpy().tolist() == [[0, 3], [3, 4], [4, 1], [1, 2]]
    assert len(roads.geometry[1].coords) == 3
    assert len(split.network.nodes) == 5
    assert split.network.nodes["x"][3] == pytest.approx(network.nodes["x"][0] + 150)


def test_splitting_changes_no_time(strategic):
    rng = np.random.default_rng(2)
    at = rng.integers(0, len(strategic.segments), 60)
    where = Snapped(at, rng.choice([0.0, 0.5, 0.123, 0.124, 1.0], 60), np.zeros(60))
    split = split_at(strategic, where)
    profile, whole = split.network.profile, strategic.profile
    assert split.network.length_m.sum() == pytest.approx(strategic.length_m.sum())
    assert profile.distance_m[profile.offsets[1:] - 1] == pytest.approx(split.network.length_m)
    assert np.diff(profile.distance_m)[profile.starts].min() > 0
    back = np.array([np.bincount(split.segment, col) for col in profile.climb_m().T]).T
    assert back == pytest.approx(whole.climb_m())
    costs = [edge_costs(net, load_vehicle("pickup")).time_s for net in (strategic, split.network)]
    together = np.array([np.bincount(split.segment, col) for col in costs[1].T]).T
    # What bends lie around is seen from each piece for itself.
    assert together == pytest.approx(costs[0], rel=0.01)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=6), st.integers(0, 5))
@example([7.407624546787603e-10], 0)
@example([0.5, 0.5 + 1e-12, 1e-12, 1 - 1e-12, 0.5 + 1e-8], 0)
def test_a_cut_keeps_lengths_heights_bends_and_geometry(fractions, seed):
    road = hilly("A----+\n     |\nB----+", seed)
    places = Snapped(np.zeros(len(fractions), int), np.array(fractions), np.zeros(len(fractions)))
    split = split_at(road, places)
    parts, whole, now = split.network, road.profile, split.network.profile
    assert parts.length_m.min() > 0
    assert parts.length_m.sum() == pytest.approx(road.length_m[0])
    drawn = shapely.length(parts.segments.geometry.to_numpy())
    assert drawn == pytest.approx(parts.length_m, abs=SAME_M)
    line = shapely.line_merge(shapely.MultiLineString(list(parts.segments.geometry)))
    assert shapely.hausdorff_distance(line, road.segments.geometry[0]) < 1e-6
    assert now.climb_m().sum(axis=0) == pytest.approx(whole.climb_m()[0])
    at = now.distance_m + np.concatenate([[0], np.cumsum(parts.length_m)[:-1]])[now.segment]
    assert now.elevation_m == pytest.approx(np.interp(at, whole.distance_m, whole.elevation_m))
    for radius in (40.0, 120.0, np.inf):
        before = whole.run()[whole.radius() == radius].sum()
        assert now.run()[now.radius() == radius].sum() == pytest.approx(before, abs=1e-5)
    moved = split.move(places)
    assert (moved.fraction % 1.0 == 0).all(), "every place is at a node"
    along = split.start[moved.segment] + moved.fraction * (split.stop - split.start)[moved.segment]
    assert along * road.length_m[0] == pytest.approx(places.fraction * road.length_m[0], abs=1e-5)


def test_positions_move_along():
    network = draw("A---B---C")
    where = on(network, ("AB", 0.5), ("AB", 0.25), ("BC", 0.5), ("AB", 1.0))
    split = split_at(network, where.take([0, 2]))
    moved = split.move(where)
    assert moved.segment.tolist() == [0, 0, 2, 1]
    assert moved.fraction.tolist() == pytest.approx([1.0, 0.5, 1.0, 1.0])


def test_a_place_on_a_lost_road_may_leave_by_the_other_end():
    network = draw("A---B\n|   |\nD---C")
    where = on(network, ("AB", 0.5))
    split = split_at(network, where)
    metric = customise(graph(split.network), np.repeat(split.network.length_m[:, None], 2, 1))
    origin, to = split.move(where), nodes(network, "C")
    to = split.move(to)
    assert matrix(metric, origin, to)[0, 0] == pytest.approx(200 + 100 + 100)
    table = criticality(metric, origin, to, np.ones((1, 1)))
    assert table["cut_off_demand"].sum() == 0
    assert table["extra_demand_s"].max() > 0


def test_nothing_to_split():
    network = draw("A---B")
    split = split_at(network, nodes(network, "AB"))
    assert len(split.network.segments) == 1
    assert split.network.segments.geometry[0].equals(network.segments.geometry[0])
