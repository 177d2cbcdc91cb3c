"""Comparisons: pairs, people, links, savings and works against numbers by hand."""

import numpy as np
import pandas as pd
import pytest

from geo.access.people import named
from geo.compare import tables as compare
from geo.economics.construction import total, works
from geo.rules.economics import TrafficClass, read_economics
from geo.scenario.apply import apply
from geo.scenario.scenario_file import read_scenarios
from geo.study import open_study
from geo.traffic.assignment import QUANTITIES, Ways
from geo.traffic.gravity import counted_on, zones
from geo.traffic.savings import savings
from geo.traffic.trips import Ends, gravity
from layers.area import load_area
from layers.store.facilities import settlements
from layers.tables.places import read_places
from layers.tables.traffic_counts import read_traffic

AREA = load_area("mae_hong_son")
RULES = read_economics()
NONE = np.zeros(0)


def ways(time_s, cost_thb, co2_kg=None):
    given = {"time_s": time_s, "cost_thb": cost_thb, "co2_kg": co2_kg or time_s}
    return Ways({name: np.array(given.get(name, time_s), float) for name in QUANTITIES}, NONE)


@pytest.fixture(scope="module")
def base():
    return open_study("mae_hong_son", roads="strategic")


def test_pairs_say_what_changes_and_what_is_lost():
    table = compare.pairs(
        ways([[100, 200, np.inf]], [[1, 2, np.inf]]),
        ways([[80, np.inf, 50]], [[1, np.inf, 1]]),
        ["a"],
        ["b", "c", "d"],
    )
    assert table["state"].tolist() == ["kept", "lost", "gained"]
    assert table["time_s_change"].iloc[0] == -20
    assert table[["time_s_change", "cost_thb_change"]].iloc[1:].isna().all(axis=None)
    assert not np.isinf(table.select_dtypes("number")).any(axis=None)


def test_people_within_reach_who_gain_and_lose():
    before, after = np.array([20.0, 40.0, np.nan]), np.array([35.0, 25.0, 90.0])
    table = compare.people_by_limit(before, after, np.array([10.0, 30.0, np.nan]), (30, 60))
    assert table["people_base"].tolist() == [10, 40, 40]
    assert table["people"].tolist() == [30, 40, 40]
    assert table["people_gain"].tolist() == [30, 0, 0]
    assert table["people_lose"].tolist() == [10, 0, 0]
    assert table["share"].tolist() == [0.75, 1, 1]


def test_districts_say_who_is_nearer():
    places = pd.DataFrame(
        {
            "district": ["x", "x", "y"],
            "population": [10.0, 30.0, 5.0],
            "minutes_base": [20.0, 40.0, np.nan],
            "minutes": [20.5, 30.0, 10.0],
        }
    )
    table = compare.by_district(places, (30,)).set_index("district")
    assert table.loc["x", "mean_minutes_change"] == pytest.approx((10 * 0.5 - 30 * 10) / 40)
    assert table["people_nearer"].tolist() == [30, 5]
    assert table["people_farther"].tolist() == [0, 0]
    assert np.isnan(table.loc["y", "mean_minutes"])
    assert table["people_30_change"].tolist() == [30, 5]


def test_savings_by_hand():
    own = TrafficClass("light", 1.0, 2.0, 50.0, 0.0, 0.5, "")
    demand = np.array([[10.0, 5.0, 2.0]])
    saved = savings(
        demand,
        ways([[3600, 3600, np.inf]], [[100, 100, np.inf]], [[4, 4, np.inf]]),
        ways([[1800, np.inf, 60]], [[80, np.inf, 1]], [[3, np.inf, 1]]),
        own,
    )
    assert (saved.trips, saved.cut_off, saved.connected) == (10, 5, 2)
    assert (saved.time_h, saved.cost_thb, saved.co2_kg) == (5, 200, 10)
    # Before, a trip costs 100 baht and an hour at 100 baht.
    assert saved.tt == pytest.approx(10 * 0.5**2 / 200)
    assert saved.tc == pytest.approx(10 * 0.5 * 20 / 200)
    assert saved.cc == pytest.approx(10 * 20**2 / 200)
    assert saved.c_co2 == pytest.approx(10 * 20 * 3 / 200)


def test_nobody_loses_more_than_a_whole_trip():
    own = TrafficClass("light", 1.0, 0.0, 0.0, 0.0, 0.5, "")
    saved = savings(np.array([[10.0]]), ways([[60]], [[100]]), ways([[60]], [[900]]), own)
    # The second-order term is cut where trips would become fewer than none.
    assert saved.cc == pytest.approx(10 * 800**2 / 100 / 8)


def test_links_are_new_closed_or_changed(base):
    world, _ = apply(base.world, read_scenarios(AREA, ["close_1095"]))
    count = len(world.network.segments)
    time_s = np.repeat(base.network.length_m[:, None] / 10, 2, axis=1)
    shut = world.marks["closed"].to_numpy(bool)
    after = np.where(shut[:, None], np.inf, time_s)
    use = np.full(count, 100.0)
    other = use.copy()
    other[np.flatnonzero(~shut)[0]] = 150
    table = compare.links(base.world, world, (time_s, after), (use, other))
    assert (table["state"] == "closed").to_numpy().tolist() == shut.tolist()
    assert table["state"].value_counts()["changed"] == 1
    assert table.loc[~shut, "kph"].to_numpy() == pytest.approx(36)
    assert table.loc[shut, "kph"].isna().all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("samoeng_highway", {"new_primary": 100.0, "tunnel": 14.0, "rehabilitate": 42.5}),
        ("upgrade_1263", {"rehabilitate": 66.725}),
        ("pave_1194_to_mae_sam_laep", {"pave": 30.0}),
        ("close_1095", {}),
        ("monsoon", {}),
    ],
)
def test_works_are_costed_by_the_kilometre(base, name, expected):
    scenario = read_scenarios(AREA, [name])
    study = base.with_scenarios(name)
    assert study.scenario == (scenario[0].id,)
    table = works(base.world, study.world, study.touched, RULES)
    assert dict(zip(table["work"], table["km"], strict=True)) == pytest.approx(expected, rel=0.02)
    costs = {work: RULES.construction[work].mid * km for work, km in expected.items()}
    assert total(table, "construction").mid == pytest.approx(sum(costs.values()), rel=0.02)


def test_counts_lie_on_their_own_roads(base):
    counts = read_traffic(AREA)
    segment = counted_on(base.network, counts)
    refs = base.network.segments["ref"].to_numpy()[segment]
    assert all(ref in found.split(";") for ref, found in zip(counts["ref"], refs, strict=True))
    assert counted_on(base.network, counts.assign(ref="no such road")).tolist() == [-1] * len(
        counts
    )


def test_local_traffic_is_a_ceiling_and_says_why():
    counts = read_traffic(AREA)
    assert (counts["note"] != "").eq(counts["scales"] != "yes").all()
    assert (counts["scales"] != "yes").any()


def test_nobody_is_counted_as_a_tambon_and_as_a_district_too(base):
    found = zones(named(settlements(AREA)), read_places(AREA), base.network, RULES.demand)
    assert found["id"].is_unique
    assert "chiang_mai" in set(found["id"])
    assert not {"pai", "mae_hong_son", "bangkok"} & set(found["id"])
    assert found["population"].is_monotonic_decreasing


def test_where_nothing_leads_nobody_goes():
    towns = pd.DataFrame({"id": ["a", "b"], "population": [5.0, 5.0]})
    ends = Ends(towns, np.ones(2, bool), towns, ("a", "b"), np.arange(2))
    time_s = np.array([[0.0, np.inf], [np.inf, 0.0]])
    assert not gravity(time_s, ends, np.array([5.0, 5.0]), RULES.demand).any()
