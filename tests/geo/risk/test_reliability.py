"""Days of the rains: seeds, exact nothing where nothing is cut, and known probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from drawing import build, draw, graph, nodes, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.cost import edge_costs
from geo.driving.season import passable
from geo.driving.vehicle import load_vehicle
from geo.risk.redundancy import bridges, second_ways
from geo.risk.reliability import BATCH, Draws, cut_on_days, wet_season
from geo.routing.engine import customise
from geo.routing.graph import at_node
from geo.routing.snap import Snapped
from layers.errors import DataError
from layers.roads.network import components
from tests.geo.driving.test_season import hazard

PICTURE = """
A---B---C
|       |
+-------+

D---E
""".strip()


def world():
    """Return a ring with a long way round, and an island."""
    network = draw(PICTURE, cell=1000.0)
    length = network.length_m
    return network, customise(graph(network), np.column_stack([length, length]))


def chances(network, **by_name):
    found = np.ones(len(network.segments))
    for name, value in by_name.items():
        found[segment(network, name)] = value
    return found


def test_a_season_in_which_everything_is_passable_loses_exactly_nothing():
    network, metric = world()
    at = nodes(network, "ABCE")
    table = wet_season(metric, chances(network), at, at, draws=Draws(days=100))
    met = np.isfinite(table["open_s"])
    assert (table["reached"] == met).all()
    assert (table["lost_h"] == 0).all()
    assert (table["unreached_days"] == np.where(met, 0, 153)).all()
    assert (~met).sum() == 6


def test_the_dry_season_closes_nothing():
    network, metric = world()
    at = nodes(network, "ABC")
    chance = passable(network, load_vehicle("pickup"), "dry", hazards=hazard(network, "AB"))
    assert wet_season(metric, chance, at, at, draws=Draws(days=20))["lost_h"].sum() == 0


def test_known_probabilities():
    """B from A: over AB, 4 km, or round, 10 + 4 km, or not at all."""
    network, metric = world()
    p = {"AB": 0.7, "AC": 0.6, "BC": 0.9}
    draws = Draws(days=4000, seed=3, season_days=100)
    row = wet_season(
        metric, chances(network, **p), nodes(network, "A"), nodes(network, "B"), draws=draws
    ).iloc[0]
    round_ = (1 - p["AB"]) * p["AC"] * p["BC"]
    way = metric.weight[[segment(network, name) for name in ("AC", "BC", "AB")], 0]
    assert row["reached"] == pytest.approx(p["AB"] + round_, abs=4 * row["reached_error"])
    assert 0 < row["reached_error"] < 0.01
    extra_h = (way[0] + way[1] - way[2]) / 3600
    assert row["lost_h"] == pytest.approx(100 * round_ * extra_h, rel=0.15)
    assert row["unreached_days"] == pytest.approx(100 * (1 - row["reached"]))


def test_seeds_reproduce_and_luck_is_common():
    network, metric = world()
    at = nodes(network, "ABC")
    worse = chances(network, AB=0.5, BC=0.5)
    better = chances(network, AB=0.5, BC=0.8)
    tables = [
        wet_season(metric, p, at, at, draws=Draws(days=200, seed=5)) for p in (worse, worse, better)
    ]
    assert tables[0].equals(tables[1])
    # With common luck a better road is never worse for anybody, not even by chance.
    assert (tables[2]["reached"] >= tables[0]["reached"]).all()
    assert (tables[2]["reached"] > tables[0]["reached"]).any()
    other = wet_season(metric, worse, at, at, draws=Draws(days=200, seed=6))
    assert not other.equals(tables[0])


def test_more_days_begin_with_the_same_days():
    chance = np.full(5, 0.5)
    few, many = (np.concatenate(list(cut_on_days(chance, Draws(days=d)))) for d in (3, BATCH + 9))
    assert many.shape == (BATCH + 9, 5)
    assert (few == many[:3]).all()


def test_the_nearest_of_a_group():
    network, metric = world()
    chance = chances(network, AB=0.0)
    table = wet_season(
        metric,
        chance,
        nodes(network, "B"),
        nodes(network, "AC"),
        group=np.array([0, 0]),
        draws=Draws(days=5),
    )
    assert table[["reached", "lost_h"]].to_numpy().tolist() == [[1.0, 0.0]]


def test_who_may_get_on_at_two_roads_takes_the_one_that_is_open():
    network, metric = world()
    chance = chances(network, AB=0.0)
    alone = wet_season(metric, chance, nodes(network, "A"), nodes(network, "B"))
    both = wet_season(
        metric,
        chance,
        nodes(network, "AB"),
        nodes(network, "B"),
        place=np.array([0, 0]),
        draws=Draws(days=5),
    )
    assert len(both) == 1
    assert both["reached"].tolist() == [1.0]
    assert both["open_s"].tolist() == [0.0]
    assert alone["open_s"][0] > 0


def test_recorded_cuts_count():
    network, _ = world()
    costs = edge_costs(network, load_vehicle("pickup"), season="wet")
    metric = customise(graph(network), costs.time_s)
    chance = passable(network, load_vehicle("pickup"), "wet", hazards=hazard(network, "DE"))
    table = wet_season(
        metric, chance, nodes(network, "D"), nodes(network, "E"), draws=Draws(days=20_000)
    )
    assert table["unreached_days"][0] == pytest.approx(2 / 5, rel=0.3)


@pytest.mark.parametrize("wrong", [{"days": 0}, {"seed": -1}, {"season_days": float("nan")}])
def test_draws_that_are_none_are_refused(wrong):
    with pytest.raises(DataError, match="draws"):
        Draws(**wrong)


def test_probabilities_that_are_none_are_refused():
    network, metric = world()
    at = nodes(network, "AB")
    for chance in (np.full(4, 1.1), np.full(4, np.nan), np.ones(3)):
        with pytest.raises(DataError, match="passability"):
            wet_season(metric, chance, at, at)


def test_no_second_way_over_a_bridge():
    network = draw("A---B\n|   |\n+---C---D---E")
    metric = customise(graph(network), np.ones((len(network.segments), 2)))
    table = second_ways(metric, nodes(network, "ADE"), nodes(network, "BE"), group=np.array([0, 1]))
    by = table.set_index(["origin", "group"])
    assert by["second_way"].tolist() == [True, False, False, False, False, True]
    both = (segment(network, "CD"), segment(network, "DE"))
    assert by["only_by"][0, 1] == tuple(sorted(both))
    assert by["only_by"][1, 1] == (segment(network, "DE"),)
    assert by["reached"].all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(0, 16), st.integers(0, 10_000))
def test_without_a_bridge_there_is_one_part_more(count, edges, seed):
    ends = np.random.default_rng(seed).integers(0, count, (edges, 2))
    parts = components(count, ends).max()
    without = [components(count, np.delete(ends, at, axis=0)).max() for at in range(edges)]
    assert bridges(count, ends).tolist() == [more > parts for more in without]


def test_on_roads_for_both_ways_only_bridges_cut_off():
    rng = np.random.default_rng(4)
    ends = rng.integers(0, 30, (36, 2))
    network = build(rng.uniform(0, 1e4, (30, 2)), ends)
    metric = customise(graph(network), np.ones((36, 2)))
    known = [at_node(metric, node) for node in np.unique(ends)]
    at = Snapped(
        *(
            np.concatenate([getattr(k, n) for k in known])
            for n in ("segment", "fraction", "offset_m")
        )
    )
    table = second_ways(metric, at, at)
    cutting = {one for row in table["only_by"] for one in row}
    assert cutting == set(np.flatnonzero(bridges(30, ends)).tolist())
