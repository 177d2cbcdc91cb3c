"""Cutting segments: what is cut stays what it was."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawing import draw, hilly, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from layers.roads.splitting import NEAR_M, in_order, node_at, split_segments

WINDING = "A----+\n     |\nB----+"


def cut(road, *at_m, of=0):
    return split_segments(road, np.full(len(at_m), of), np.array(at_m, float))


def test_a_road_cut_in_three():
    road = hilly("A---------B")
    split = cut(road, 3333.3, 1000.0)
    assert split.network.length_m.tolist() == pytest.approx([1000, 2333.3, 1666.7], abs=0.02)
    assert split.parent.tolist() == [0, 0, 0]
    assert split.start_m.tolist() == pytest.approx([0, 1000, 3333.3], abs=0.02)
    assert split.network.ends.tolist() == [[0, 2], [2, 3], [3, 1]]
    assert len(road.segments) == 1, "the one given is as it was"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 6000), max_size=8), st.integers(0, 5))
def test_lengths_climb_bends_and_geometry_are_exact(cuts, seed):
    road = hilly(WINDING, seed)
    split = cut(road, *cuts)
    parts, before = split.network, road.profile
    assert parts.length_m.sum() == pytest.approx(road.length_m[0], abs=1e-6)
    assert parts.segments.geometry.length.sum() == pytest.approx(road.length_m[0], abs=1e-6)
    assert parts.profile.climb_m().sum(axis=0) == pytest.approx(before.climb_m()[0])
    run, grade = parts.profile.run(), parts.profile.grade()
    assert (run * grade).sum() == pytest.approx((before.run() * before.grade()).sum())
    for radius in (40.0, 120.0, np.inf):
        there, now = before.run()[before.radius() == radius], run[parts.profile.radius() == radius]
        assert now.sum() == pytest.approx(there.sum())
    assert run.max() <= 20 + 1e-6
    ends = parts.profile.distance_m[parts.profile.offsets[1:] - 1]
    assert ends == pytest.approx(parts.length_m)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 6000), min_size=1, max_size=4))
def test_the_time_of_a_cut_road_is_that_of_the_whole(cuts):
    road = hilly(WINDING)
    truck = load_vehicle("truck_10w")
    whole, parts = (edge_costs(n, truck).time_s for n in (road, cut(road, *cuts).network))
    assert parts.sum(axis=0) == pytest.approx(whole[0], rel=2e-3)


def test_what_is_not_cut_keeps_its_place_and_its_samples():
    road = hilly("A---B\n|   |\nC---D")
    split = cut(road, 700.0, of=segment(road, "AC"))
    rest = [k for k in range(4) if k != segment(road, "AC")]
    for name in ("distance_m", "elevation_m", "radius_m"):
        old, new = getattr(road.profile, name), getattr(split.network.profile, name)
        for k in rest:
            a, b = road.profile.offsets[[k, k + 1]]
            c, d = split.network.profile.offsets[[k, k + 1]]
            assert np.array_equal(old[a:b], new[c:d])
    assert split.network.segments["name"].tolist()[:4] == road.segments["name"].tolist()


def test_cuts_near_an_end_or_another_cut_are_none():
    road = hilly("A---------B")
    split = cut(road, NEAR_M / 2, 2500.0, 2500.0 + NEAR_M / 2, road.length_m[0] - NEAR_M / 2)
    assert len(split.network.segments) == 2
    nodes = node_at(split, road, np.zeros(4, int), np.array([0, 2500.0, 2500.4, 5000.0]))
    assert nodes.tolist() == [0, 2, 2, 1]


def test_nothing_to_cut_is_the_same_network():
    road = hilly("A---------B")
    assert cut(road).network is road


def test_turn_restrictions_follow_the_part_at_their_node():
    road = draw("A---B---C\n    |\n    D")
    ab, bd = segment(road, "AB"), segment(road, "BD")
    table = pd.DataFrame(
        {
            "from_segment": [ab],
            "via_node": [1],
            "to_segment": [bd],
            "kind": ["no_right_turn"],
            "except_vehicles": [""],
            "osm_id": [7],
        }
    )
    split = cut(replace(road, restrictions=table), 100.0, of=ab)
    row = split.network.restrictions.iloc[0]
    assert 1 in split.network.ends[row["from_segment"]]
    assert row["to_segment"] == bd


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 2000)), max_size=6))
def test_parts_put_in_order_are_the_same_parts(cuts):
    road = hilly("A---B\n|   |\nC---D")
    ab, bd = segment(road, "AB"), segment(road, "BD")
    turn = {"from_segment": [bd], "via_node": [1], "to_segment": [ab], "kind": ["no_left_turn"]}
    road = replace(road, restrictions=pd.DataFrame(turn).assign(except_vehicles="", osm_id=7))
    appended = (
        split_segments(road, *(np.array(x) for x in zip(*cuts, strict=True)))
        if cuts
        else (split_segments(road, np.zeros(0, int), np.zeros(0)))
    )
    ordered = in_order(appended)
    assert (np.diff(ordered.parent + ordered.start_m / 1e6) > 0).all()
    assert ordered.network.nodes is appended.network.nodes
    for k, (of, start) in enumerate(zip(ordered.parent, ordered.start_m, strict=True)):
        was = np.flatnonzero((appended.parent == of) & (appended.start_m == start))[0]
        old, new = appended.network, ordered.network
        assert new.segments.iloc[k].equals(old.segments.iloc[was])
        a, b = (slice(*n.profile.offsets[[at, at + 1]]) for n, at in ((old, was), (new, k)))
        for name in ("distance_m", "elevation_m", "radius_m"):
            assert np.array_equal(getattr(old.profile, name)[a], getattr(new.profile, name)[b])
    row = ordered.network.restrictions.iloc[0]
    assert ordered.parent[row["from_segment"]] == bd
    assert 1 in ordered.network.ends[row["from_segment"]]
    assert 1 in ordered.network.ends[row["to_segment"]]
