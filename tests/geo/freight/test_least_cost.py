"""Hauls, value chains, flows and sites, on networks drawn below."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from drawing import draw, segment
from hauling import RULES, gate, terms, vehicle
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.spread import TENTH
from geo.freight.collection_points import p_median
from geo.freight.flows import flows, logit
from geo.freight.haul_profile import haul_profile, wet_passability
from geo.freight.least_cost import gate_thb_per_t, hauls, hauls_abroad
from geo.freight.matrix import fleet_matrix
from geo.freight.value_chain import Product, sales, spoilage
from layers.errors import DataError
from layers.tables.places import Place

# 100 km from A to the gate G, and 50 km on to the city X; B is 50 km off the way.
BORDER = """
B---------+
          |
A---------M---------G---------X
"""
ACROSS = {"crossing": {"GX": "G"}}


@pytest.fixture(scope="module")
def border():
    return draw(BORDER, cell=5000, **ACROSS)


def test_a_haul_adds_up_its_drives(border):
    made = terms(border, ["truck_10w"], empty_share=0.5)
    (haul,) = hauls(made, ["A"], ["B"])
    (drive,) = haul.drives
    assert haul.distance_m == pytest.approx(drive.out.distance_m) == pytest.approx(110_000)
    factor = np.exp(TENTH * drive.log_spread)
    out = drive.out.time_s
    assert haul.time_s == pytest.approx((out / factor, out, out * factor))
    assert 1.1 < factor < 1.3, "a primary road differs by 13 %, less over 110 km"
    per_load = drive.out.cost_thb + 0.5 * drive.back.cost_thb
    assert haul.cost_thb_per_t == pytest.approx(per_load / vehicle("truck_10w").payload_t)
    assert haul.fuel_l_per_t < drive.out.fuel_l / 15.5 + drive.back.fuel_l / 15.5
    assert drive.back.fuel_l < drive.out.fuel_l  # the empty truck burns less
    assert haul.co2_kg_per_t == pytest.approx(haul.fuel_l_per_t * 2.68)
    assert (haul.passable, haul.handling_thb_per_t) == (1.0, 0.0)


def test_a_haul_across_the_border_waits_pays_and_goes_on(border):
    made = terms(border, ["truck_10w"], crossings=[gate("G", beyond="X")])
    through, beyond = hauls_abroad(made, ["A"], ["G"])
    assert (through.to_id, beyond.to_id, beyond.crossing) == ("G", "X", "G")
    drive = through.inland[0].out.time_s
    # An hour's median, two hours for one in ten (drawn in 200 parts).
    assert through.time_s[1] == pytest.approx(drive + 3600, rel=0.01)
    assert through.time_s[2] == pytest.approx(drive + 7200, rel=0.03)
    onward = beyond.onward[0]
    assert beyond.time_s[1] - through.time_s[1] == pytest.approx(onward.out.time_s, rel=0.01)
    assert onward.out.distance_m == pytest.approx(50_000)
    assert beyond.cost_thb_per_t > through.cost_thb_per_t
    # Crew and capital over the mean hour at the gate, by the tonne.
    toll = gate_thb_per_t(made.crossings["G"], vehicle("truck_10w"), made.border)
    running = vehicle("truck_10w").running
    hourly = (running.crew_thb_per_h + running.capital_thb_per_h) / 15.5
    # The mean of a lognormal is its median times exp(s²/2), here s = ln 2 / 1.2816.
    assert toll == pytest.approx(hourly * np.exp((np.log(2) / 1.2815515655) ** 2 / 2), rel=0.01)
    assert through.handling_thb_per_t == pytest.approx(toll)


def test_a_closed_gate_is_no_way_and_says_why(border):
    made = terms(border, ["truck_10w"], crossings=[gate("G", status="closed", beyond="X")])
    (shut,) = hauls_abroad(made, ["A"], ["G"])
    assert not shut.reached
    assert np.isinf([shut.cost_thb_per_t, *shut.time_s]).all()
    assert [str(one) for one in shut.refusals] == ["closed since 2025-08-18"]


def test_a_gate_that_bears_only_light_trucks_takes_a_light_truck(border):
    crossing = gate("G", max_gross_t=21, beyond="X")
    made = terms(border, ["truck_6w", "truck_10w"], crossings=[crossing], hubs={"M": 5.0})
    through, beyond = hauls_abroad(made, ["A"], ["G"])
    assert through.vehicles[-1] == "truck_6w"
    assert beyond.vehicles[-1] == "truck_6w"
    # By itself the heavier truck is refused, with the reason.
    alone = terms(border, ["truck_10w"], crossings=[crossing])
    assert [str(one) for one in hauls_abroad(alone, ["A"], ["G"])[0].refusals] == [
        "no more than 21 t gross may pass"
    ]


def test_where_goods_change_vehicles_the_bridge_decides_what_takes_them_on(border):
    crossing = gate("G", classes=("car",), transload=True, beyond="X")
    made = terms(border, ["pickup", "truck_10w"], crossings=[crossing])
    through, beyond = hauls_abroad(made, ["A"], ["G"])
    assert through.vehicles == ("truck_10w",)
    assert beyond.vehicles == ("truck_10w", "pickup")
    assert through.handling_thb_per_t > 50  # transloading by the tonne is in it


def test_a_gate_without_a_road_beyond_ends_there():
    made = terms(draw("A---G", cell=5000), ["truck_10w"], crossings=[gate("G", beyond="nowhere")])
    assert [haul.to_id for haul in hauls_abroad(made, ["A"], ["G"])] == ["G"]


def test_a_gate_that_no_road_reaches_says_so():
    made = terms(draw("A---B   G---X", cell=5000), ["truck_10w"], crossings=[gate("G")])
    (haul,) = hauls_abroad(made, ["A"], ["G"])
    assert [str(one) for one in haul.refusals] == ["no road leads there for truck_10w"]


THREE = """
+-----F------+
|            |
A-----G------X
|            |
+-----H------+
"""


@pytest.fixture(scope="module")
def three():
    roads = draw(THREE, cell=4000, crossing={"FX": "F", "GX": "G", "HX": "H"})
    return terms(roads, ["truck_6w", "truck_10w"])


@settings(max_examples=8, deadline=None)
@given(opened=st.sets(st.sampled_from("FGH")), more=st.sampled_from("FGH"))
def test_opening_a_crossing_never_raises_the_best_cost(three, opened, more):
    def best(open_: set[str]) -> float:
        gates = {
            name: gate(name, status="open" if name in open_ else "closed", beyond="X")
            for name in "FGH"
        }
        found = hauls_abroad(replace(three, crossings=gates), ["A"], list("FGH"))
        return min((haul.cost_thb_per_t for haul in found if haul.to_id == "X"), default=np.inf)

    assert best(opened | {more}) <= best(opened)


CABBAGE = Product("cabbage", "Cabbage", "กะหล่ำปลี", (12, 1), 96.0, 5.0, "truck_6w")


def markets(**price: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "product": "cabbage",
            "place_id": list(price),
            "price_thb_per_kg": list(price.values()),
            "share": np.nan,
        }
    )


def test_a_perishable_misses_its_time(border):
    night = gate("G", "Mo-Su 08:00-12:00", beyond="X")
    made = terms(border, ["truck_6w"], crossings=[night])
    quick, slow = (
        sales(made, replace(CABBAGE, perish_h=hours), ["A"], markets(B=8.0, G=np.nan))
        for hours in (96.0, 10.0)
    )
    at = {sale.haul.to_id: sale for sale in slow}
    # Within the country it is there in two hours; at the gate it often waits for the morning.
    assert at["B"].spoilage == 0.0
    assert 0.2 < at["G"].spoilage < 0.8
    assert {sale.haul.to_id: sale.spoilage for sale in quick} == {"B": 0.0, "G": 0.0}
    assert spoilage(made, at["B"].haul, 1.0) == 1.0


def test_a_sale_in_money(border):
    made = terms(border, ["truck_6w"])
    (sale,) = sales(made, CABBAGE, ["A"], markets(B=8.0))
    per_kg = sale.haul.cost_thb_per_t / 1000
    assert sale.logistics_share == pytest.approx(per_kg / 5.0)
    assert sale.margin_thb_per_kg == pytest.approx(8.0 - 5.0 - per_kg)
    (blank,) = sales(made, CABBAGE, ["A"], markets(B=np.nan))
    assert np.isnan(blank.margin_thb_per_kg)


TOWN = """
+---C----+
|        |
A--------B
"""


def grown(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [("cabbage", place, tonnes) for place, tonnes in rows],
        columns=["product", "place_id", "tonnes_per_year"],
    )


def test_tonnes_go_to_the_best_market_and_the_unknown_is_in_no_sum():
    roads = draw(TOWN, cell=4000)
    made = terms(roads, ["truck_6w"])
    table = markets(B=8.0, C=6.0)
    sold = sales(made, CABBAGE, ["A"], table)
    found = flows(made, sold, grown(("A", 1000.0), ("C", np.nan)), table)
    assert found.to_market.to_numpy().tolist() == [["cabbage", "A", "B", 1000.0]]
    assert found.tonnes[segment(roads, "AB")] == pytest.approx(1000)
    assert found.tonnes[segment(roads, "CA")] == 0
    assert found.unknown.to_numpy().tolist() == [["cabbage", "C"]]


def test_known_shares_of_markets_are_kept():
    roads = draw(TOWN, cell=4000)
    made = terms(roads, ["truck_6w"])
    table = markets(B=8.0, C=6.0).assign(share=[np.nan, 0.3])
    sold = sales(made, CABBAGE, ["A"], table)
    found = flows(made, sold, grown(("A", 1000.0)), table).to_market.set_index("to_id")
    assert found["tonnes_per_year"].to_dict() == {"B": pytest.approx(700), "C": pytest.approx(300)}


def test_logit_shares_markets_and_ways_by_cost():
    roads = draw(TOWN, cell=4000)
    made = terms(roads, ["truck_6w"])
    table = markets(B=np.nan)
    sold = sales(made, CABBAGE, ["A"], table)
    split = flows(made, sold, grown(("A", 1000.0)), table, split="logit")
    short, around = (split.tonnes[segment(roads, name)] for name in ("AB", "CA"))
    assert short + around == pytest.approx(1000)
    assert short > around > 0
    # exp(-θ·Δ), Δ the difference in baht per tonne of the two ways, laden.
    hauler = made.fleet.haulers[0]
    cost = hauler.laden.costs.cost_thb
    way = [
        cost[segment(roads, "AB"), 0],
        cost[segment(roads, "CA"), 1] + cost[segment(roads, "CB"), 0],
    ]
    share = logit(np.array(way) / hauler.vehicle.payload_t, RULES.choice.theta_per_thb_t)
    assert short == pytest.approx(1000 * share[0])


def test_logit_check_values():
    assert logit(np.array([5.0, 5.0, 5.0]), 0.3).tolist() == pytest.approx([1 / 3] * 3)
    one, other = logit(np.array([0.0, np.log(3) / 0.01]), 0.01)
    assert (one, other) == (pytest.approx(0.75), pytest.approx(0.25))


def test_a_haul_along_its_way(border):
    made = terms(border, ["truck_10w"])
    (haul,) = hauls(made, ["A"], ["B"])
    places = {name: Place(name, name, name, "town", 0, 0) for name in "AB"}
    profile = haul_profile(made, haul, places, wet_passability(made, None))
    assert (profile.climb_m, profile.max_grade_pct) == (0.0, 0.0)
    assert profile.passable_wet == 1.0
    assert profile.limiting_road
    assert profile.lost_s == pytest.approx(
        sum(leg.time_s - leg.distance_m / (80 / 3.6) for leg in profile.routes[0].legs), rel=0.5
    )


def test_the_matrix_is_that_of_single_vehicles(border):
    made = terms(border, ["truck_6w", "truck_10w"], empty_share=0.5)
    table = fleet_matrix({"dry": made.fleet}, ["A", "B"], ["G", "M"], empty_share=0.5)
    assert len(table) == 2 * 2 * 2
    row = table.set_index(["from_id", "to_id", "vehicle"]).loc[("A", "G", "truck_10w")]
    (haul,) = hauls(terms(border, ["truck_10w"], empty_share=0.5), ["A"], ["G"])
    assert row["cost_thb_per_t"] == pytest.approx(haul.cost_thb_per_t, rel=1e-6)
    assert row["travel_time_s"] <= haul.time_s[1] + 0.01


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), sites=st.integers(1, 3))
def test_the_p_median_is_the_best_of_all_choices(seed, sites):
    generator = np.random.default_rng(seed)
    cost, weight = generator.random((8, 5)) * 100, generator.integers(0, 9, 8).astype(float)
    weight[0] = 1.0
    found = p_median(cost, weight, sites)
    best = min(
        float((weight * cost[:, list(some)].min(axis=1)).sum())
        for some in combinations(range(5), sites)
    )
    assert found.total == pytest.approx(best)
    assert len(found.chosen) == sites


def test_a_place_that_reaches_no_candidate_is_left_out_and_said():
    cost = np.array([[1.0, 5.0], [np.inf, np.inf], [4.0, 2.0]])
    found = p_median(cost, np.ones(3), 1)
    assert found.assigned.tolist() == [0, -1, 0]
    assert np.isinf(found.cost[1])
    assert found.total == 5.0
    with pytest.raises(DataError, match="3 sites are wanted; there are 2 candidates"):
        p_median(cost, np.ones(3), 3)
    with pytest.raises(DataError, match="no place that counts reaches any candidate"):
        p_median(np.full((2, 2), np.inf), np.ones(2), 1)
