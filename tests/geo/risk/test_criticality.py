"""Which links must not fail: against the loop that takes every one out and begins anew."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawing import build, draw, graph, nodes, on, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.risk.corridors import corridors
from geo.risk.criticality import criticality, if_lost, lose, rank_correlation
from geo.risk.demand import demand_matrix
from geo.risk.link_losses import losses
from geo.routing.chainage import chainage
from geo.routing.engine import contract, customise, matrix
from geo.routing.snap import Snapped, snap
from geo.routing.split import split_at
from layers.area import load_area
from layers.errors import DataError
from layers.store.facilities import settlements
from layers.store.importing import import_area
from layers.store.store import load_network
from layers.tables.places import gazetteer

NAMES = ["AB", "BC", "AC", "CD", "BD", "DE"]
TIMES = dict(zip(NAMES, [10.0, 10.0, 25.0, 15.0, 30.0, 5.0], strict=True))


def check_network():
    """Return the network of the published check, its metric and its five nodes."""
    network = build(
        [[0, 0], [1000, 0], [2000, 500], [3000, 0], [4000, 0]],
        [["ABCDE".index(letter) for letter in name] for name in NAMES],
        name=NAMES,
    )
    weight = np.array([TIMES[name] for name in NAMES])
    metric = customise(graph(network), np.column_stack([weight, weight]))
    return network, metric, nodes(network, "ABCDE")


def naive(metric, origins, destinations, demand, *, group=None):
    """Take every segment out and compute everything anew; sums destination by destination."""
    group = np.arange(len(destinations)) if group is None else group

    def times(each):
        found = matrix(each, origins, destinations)
        return np.column_stack([found[:, group == g].min(axis=1) for g in range(group.max() + 1)])

    before, rows = times(metric), []
    for at in range(len(metric.weight)):
        after = times(lose(metric, np.arange(len(metric.weight)) == at))
        had = np.isfinite(before) & (demand > 0)
        arrives, lost = had & np.isfinite(after), had & np.isinf(after)
        amount = np.where(arrives, demand, 0.0)
        more = amount * (np.where(arrives, after, 0.0) - np.where(arrives, before, 0.0))
        one_by_one = np.cumsum(np.append(0.0, more.T.ravel()))[-1]
        rows.append((one_by_one, np.cumsum(np.append(0.0, np.where(lost, demand, 0).T))[-1]))
    return np.array(rows, np.float64).reshape(-1, 2)


def assert_equal_to_the_loop(metric, origins, destinations, demand, *, group=None):
    table = criticality(metric, origins, destinations, demand, group=group)
    expected = naive(metric, origins, destinations, demand, group=group)
    assert table[["extra_demand_s", "cut_off_demand"]].to_numpy().tolist() == expected.tolist()
    return table


def test_published_check():
    """Undirected, unit demand between all pairs: base 210, the losses as published."""
    _, metric, at = check_network()
    demand = np.triu(np.ones((5, 5)), 1)
    assert (matrix(metric, at, at) * demand).sum() == pytest.approx(210)
    table = assert_equal_to_the_loop(metric, at, at, demand)
    assert table["extra_demand_s"].round(6).tolist() == [40, 50, 0, 70, 0, 0]
    assert table["cut_off_demand"].tolist() == [0, 0, 0, 0, 0, 4]
    assert table["demand_on_link"].tolist() == [4, 6, 0, 6, 0, 4]
    # Who is cut off counts apart from the hours.
    assert table["rank"].tolist() == [3, 2, 0, 1, 0, 0]
    assert table["rank_cut_off"].tolist() == [0, 0, 0, 0, 0, 1]
    # A-C takes 20, over AC 25; A-D 35 and 40, A-E 40 and 45; A-B 10 and 35.
    assert table["detour_ratio_max"][0] == pytest.approx(3.5)
    assert table["detour_ratio_mean"][0] == pytest.approx((3.5 + 25 / 20 + 40 / 35 + 45 / 40) / 4)
    assert np.isnan(table["detour_ratio_mean"][5])


def test_measures_disagree():
    _, metric, at = check_network()
    table = criticality(metric, at, at, np.triu(np.ones((5, 5)), 1))
    correlation = rank_correlation(table)
    assert correlation.index.tolist() == correlation.columns.tolist()
    assert np.diag(correlation).tolist() == pytest.approx([1, 1, 1])
    # Ranks 1 2 3 4 against 1.5 3.5 3.5 1.5 of the links AB, BC, CD, DE.
    assert correlation.loc["criticality", "betweenness"] == pytest.approx(0.0)


def test_a_bridge_cuts_off_and_one_of_two_parallel_roads_does_not():
    network = draw("A--B--C\n   |  |\n   +--+")
    names = network.segments["name"].astype(str).tolist()
    metric = customise(graph(network), np.full((3, 2), 10.0))
    table = assert_equal_to_the_loop(
        metric, nodes(network, "A"), nodes(network, "C"), np.ones((1, 1))
    )
    assert table["cut_off_demand"][names.index("AB")] == 1
    assert table["cut_off_demand"].sum() == 1
    assert table["extra_demand_s"].tolist() == [0, 0, 0]


def test_who_stands_on_the_lost_road_is_cut_off_unless_at_its_end():
    network = draw("A--B--C")
    metric = customise(graph(network), np.full((2, 2), 10.0))
    inside, end = on(network, ("AB", 0.5)), nodes(network, "B")
    to = nodes(network, "C")
    lost = segment(network, "AB")
    one = np.ones((1, 1))
    assert criticality(metric, inside, to, one)["cut_off_demand"][lost] == 1
    assert criticality(metric, end, to, one)["cut_off_demand"][lost] == 0


def test_the_nearest_of_a_group_may_be_another_one():
    """The second hospital is farther by 20, the way round to the first by 70."""
    _, metric, at = check_network()
    a, to = at.take([0]), at.take([1, 3])
    table = assert_equal_to_the_loop(metric, a, to, np.ones((1, 1)), group=np.array([0, 0]))
    assert table["extra_demand_s"][0] == pytest.approx(25)


@st.composite
def problems(draw_):
    """Draw a graph with parallel, one-way and closed roads, loops, and places on it."""
    count = draw_(st.integers(1, 7))
    node = st.integers(0, count - 1)
    roads = draw_(st.lists(st.tuples(node, node), min_size=1, max_size=14))
    weight = st.one_of(st.just(np.inf), st.integers(0, 4).map(float), st.floats(0, 50))
    weights = draw_(st.lists(st.tuples(weight, weight), min_size=len(roads), max_size=len(roads)))
    fraction = st.one_of(st.sampled_from([0.0, 1.0, 0.5]), st.floats(0, 1))
    place = st.tuples(st.integers(0, len(roads) - 1), fraction)
    ends = [draw_(st.lists(place, min_size=1, max_size=4)) for _ in range(2)]
    seed = draw_(st.integers(0, 2**31))
    return count, np.array(roads), np.array(weights), ends, seed


@settings(max_examples=60, deadline=None)
@given(problems())
def test_any_graph_equals_the_loop(problem):
    count, roads, weights, ends, seed = problem
    rng = np.random.default_rng(seed)
    network = build(rng.uniform(0, 1000, (count, 2)), roads)
    metric = customise(graph(network), weights)
    origins, destinations = (
        Snapped(np.array([s for s, _ in side]), np.array([f for _, f in side]), np.zeros(len(side)))
        for side in ends
    )
    demand = rng.integers(0, 3, (len(origins), len(destinations))) * rng.random()
    assert_equal_to_the_loop(metric, origins, destinations, demand)
    group = rng.integers(0, 2, len(destinations))
    demand = rng.random((len(origins), group.max() + 1))
    group = np.unique(group, return_inverse=True)[1]
    demand = demand[:, : group.max() + 1]
    assert_equal_to_the_loop(metric, origins, destinations, demand, group=group)


def test_a_real_network_equals_the_loop(sample_data, tmp_path, monkeypatch):
    """Every segment of the best ways, and as many others that must change nothing."""
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path))
    network = import_area("andorra", sample_data / "andorra" / "andorra.osm.pbf").network
    costs = edge_costs(network, load_vehicle("car"))
    metric = customise(contract(network), costs.weight("time"))
    rng = np.random.default_rng(7)
    at = rng.choice(len(network.nodes), 24, replace=False)
    lon, lat = (network.nodes[name].to_numpy()[at] + 0.0005 for name in ("lon", "lat"))
    places = snap(network, lon, lat, usable=costs.speeds.open.any(axis=1))
    origins, destinations = places.take(np.arange(18)), places.take(np.arange(18, 24))
    demand = rng.uniform(1, 100, (18, 6))
    table = criticality(metric, origins, destinations, demand)
    used = np.flatnonzero(table["demand_on_link"] > 0)
    idle = rng.choice(np.flatnonzero(table["demand_on_link"] == 0), 100, replace=False)
    before = matrix(metric, origins, destinations)
    had = np.isfinite(before)
    assert len(used) > 300
    assert had.mean() > 0.5
    for at_ in [*used, *idle]:
        after = matrix(lose(metric, np.arange(len(table)) == at_), origins, destinations)
        arrives = np.isfinite(after)
        more = np.where(arrives, demand, 0) * np.subtract(
            after, before, out=np.zeros_like(after), where=arrives
        )
        lost = np.where(had & ~arrives, demand, 0.0)
        assert table["extra_demand_s"][at_] == np.cumsum(more.T.ravel())[-1]
        assert table["cut_off_demand"][at_] == np.cumsum(lost.T.ravel())[-1]


def test_losses_name_every_origin_and_segment_once():
    _, metric, at = check_network()
    found = list(losses(metric, at, at.take([3])))
    assert len(found) == 1
    pairs = set(zip(found[0].origin.tolist(), found[0].segment.tolist(), strict=True))
    assert len(pairs) == len(found[0].origin)
    assert found[0].before.tolist() == pytest.approx([35, 25, 15, 0, 5])


def test_if_this_one_fails():
    network, metric, at = check_network()
    lost = np.zeros(6, bool)
    lost[[segment(network, "CD"), segment(network, "DE")]] = True
    pairs = if_lost(metric, at, at, np.triu(np.ones((5, 5)), 1), lost=lost, days=3)
    assert len(pairs) == 10
    assert pairs["cut_off_demand"].sum() == 12
    assert pairs["extra_demand_h"].sum() * 3600 == pytest.approx(3 * (5 + 5 + 25))
    a_d = pairs[(pairs["origin"] == 0) & (pairs["destination"] == 3)].iloc[0]
    assert (a_d["before_s"], a_d["after_s"]) == pytest.approx((35, 40))
    assert a_d["detour_ratio"] == pytest.approx(40 / 35)
    nothing = if_lost(metric, at, at, np.ones((5, 5)), lost=np.zeros(6, bool))
    assert nothing["extra_demand_h"].sum() == nothing["cut_off_demand"].sum() == 0


def test_the_two_ways_out_of_the_embedded_area_come_first():
    """People of all tambon to the capital of the north, by motorcycle: 1095, then 108."""
    area = load_area("mae_hong_son")
    network = load_network(area, "strategic")
    people, places = settlements(area), gazetteer(area)
    chiang_mai = places[places["id"] == "chiang_mai"]
    usable = edge_costs(network, load_vehicle("motorcycle")).speeds.open.any(axis=1)
    lon, lat = (np.append(people[c], chiang_mai[c]).astype(float) for c in ("lon", "lat"))
    snapped = snap(network, lon, lat, usable=usable)
    split = split_at(network, snapped)
    at = split.move(snapped)
    costs = edge_costs(split.network, load_vehicle("motorcycle"))
    abroad = (split.network.segments["crossing"].astype(str) != "").to_numpy()
    metric = customise(contract(split.network), np.where(abroad[:, None], np.inf, costs.time_s))
    origins, to = at.take(np.arange(len(people))), at.take([len(people)])
    demand = people["population"].to_numpy(float)[:, None]
    table = assert_equal_to_the_loop(metric, origins, to, demand)
    table["extra_h"] = table["extra_demand_s"] / 3600
    chain = chainage(split.network).iloc[: len(table)]
    found = corridors(chain, table, ["extra_h", "demand_on_link"])
    assert found["ref"][0] == "1095"
    # 107 leads from 1095 into the city.
    roads = [ref for ref in found["ref"].drop_duplicates() if ref != "107"]
    assert roads[:2] == ["1095", "108"]
    assert found["extra_h"][0] > 100_000


def test_demand_of_a_table():
    table = pd.DataFrame(
        {"from_id": ["a", "a", "b"], "to_id": ["x", "x", "y"], "demand": [1, 2, 4]}
    )
    assert demand_matrix(table, ["b", "a"], ["x", "y"]).tolist() == [[0, 4], [3, 0]]
    with pytest.raises(DataError, match="'b'"):
        demand_matrix(table, ["a"], ["x", "y"])
    with pytest.raises(DataError, match="from 0 up"):
        demand_matrix(table.assign(demand=-1.0), ["a", "b"], ["x", "y"])


@pytest.mark.parametrize("demand", [np.ones((5, 4)), np.full((5, 5), np.nan), -np.ones((5, 5))])
def test_demand_that_is_none_is_refused(demand):
    _, metric, at = check_network()
    with pytest.raises(DataError, match="demand"):
        criticality(metric, at, at, demand)
