"""What hauls say is what routes, the matrix and the study's own costs say of the same way."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from geo.freight.collection_points import collection_points
from geo.freight.corridors import freight
from geo.freight.departures import departure_times
from geo.freight.explained import explained
from geo.freight.matrix import freight_matrix
from geo.freight.product_flows import product_flows
from geo.routes import routes
from geo.routing.reasons import intervals, merged_shares
from geo.study import open_study

pytestmark = pytest.mark.slow

TRUCK = "truck_10w"
EVENING = datetime.fromisoformat("2026-03-02T18:00")


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def through(study, path, vehicle, season):
    """Multiply the probabilities of the driven shares of segments, as a route does."""
    chance = study.costs(vehicle, season).passable[path.segment]
    return float(np.prod(chance ** (path.stop - path.start)))


@pytest.mark.slow
@pytest.mark.parametrize("scenarios", [(), ("landslide_108_huai_pong",), ("monsoon",)])
def test_the_rains_of_a_haul_are_those_of_the_study(study, scenarios):
    world = study.with_scenarios(*scenarios)
    found = freight(world, to="crossings", vehicles=(TRUCK,), season="wet")
    reached = [one for one in found.deliveries if one.haul.reached]
    assert len(reached) > 10
    said = [one.profile.passable_wet for one in reached]
    counted = [
        np.prod([through(world, drive.path, TRUCK, "wet") for drive in one.haul.drives])
        for one in reached
    ]
    assert said == pytest.approx(counted, rel=1e-9)
    assert min(said) < 0.9, "some way is doubtful in the rains"


def test_a_gate_keeps_the_same_hours_for_a_route_and_for_goods(study):
    found = freight(study, to="crossings", vehicles=(TRUCK,), departure=EVENING).corridors
    beyond = found[(found["kind"] == "foreign_city") & (found["why_not"] == "")].iloc[0]
    (way,) = routes(
        study,
        study.home.id,
        beyond["to_id"],
        vehicle=TRUCK,
        optimise="cost",
        departure=EVENING,
    )
    (gate,) = way.schedule.gates
    assert gate.crossing == beyond["crossing"]
    told = datetime.fromisoformat(beyond["at_gate"])
    # Goods are driven with the traffic of daytime, the way with that of its hours.
    assert abs(gate.at_gate - told) < timedelta(minutes=10)
    passed = gate.at_gate + timedelta(seconds=gate.wait_s + gate.dwell_s)
    assert abs(passed - datetime.fromisoformat(beyond["through"])) < timedelta(minutes=1)
    assert gate.wait_s > 8 * 3600, "an evening's departure waits for the morning"


def test_departures_say_what_freight_says_of_the_same_way(study):
    gate = "huai_ton_nun"
    told = departure_times(study, gate, vehicles=(TRUCK,)).departures
    (haul,) = [
        one.haul
        for one in freight(study, to="crossings", vehicles=(TRUCK,)).deliveries
        if one.haul.to_id == gate
    ]
    # A departure of any hour waits as long as the haul's spread over the week says it may.
    assert told["time_p50_s"].min() >= haul.before_s
    assert told["time_p50_s"].min() <= haul.time_s[1] <= told["time_p50_s"].max()


def test_the_way_to_a_gate_costs_less_than_passing_it(study):
    cells = freight_matrix(study, ["pai"], vehicles=[TRUCK], seasons=["dry"]).costs
    alone = freight(study, "pai", to="crossings", vehicles=(TRUCK,)).corridors
    direct = (alone["kind"] == "crossing") & (alone["hubs"] == "") & (alone["why_not"] == "")
    gates = alone[direct].set_index("to_id")
    matrix = cells.set_index("to_id").loc[gates.index]
    handled = gates["cost_thb_per_t"] - matrix["cost_thb_per_t"]
    assert len(gates) > 5
    assert (handled > -1e-6).all()


def test_a_market_is_worth_its_price_less_the_way_and_what_spoils(study):
    chains = product_flows(study, "cabbage").chains
    reached = chains[chains["why_not"] == ""]
    kept = reached["price_thb_per_kg"] * (1 - reached["spoilage"])
    known = kept.notna() & reached["margin_thb_per_kg"].notna()
    assert known.any()
    least = reached["margin_thb_per_kg"][known] - kept[known]
    assert (least <= 1e-9).all(), "nobody keeps more than the market pays"
    by_origin = reached[known].groupby("from_id")
    assert (by_origin["time_p50_s"].min() > 0).all()


def test_more_collection_points_never_make_goods_dearer(study):
    found = [collection_points(study, number).assigned for number in (1, 2, 3)]
    costs = [float((one["cost_thb_per_t"] * one["weight_people"]).sum()) for one in found]
    assert costs == sorted(costs, reverse=True)
    assert all(one["weight_people"].sum() == 285_916 for one in found)


def test_hours_are_made_of_driving_rest_nights_and_the_gate(study):
    found = freight(study, vehicles=(TRUCK,))
    parts = explained(found)
    assert (parts["time_p50_s"] > 0).all()
    names = ["driving_s", "rests_s", "nights_s", "changing_s", "gate_s"]
    assert parts[names].sum(axis=1).tolist() == pytest.approx(parts["time_p50_s"].tolist())
    assert not parts["gate_s"][parts["crossing"] == ""].any()
    assert (parts["gate_s"][parts["crossing"] != ""] > 0).all()
    for part in parts[parts["crossing"] == ""].itertuples():
        (way,) = routes(study, study.home.id, part.to_id, vehicle=TRUCK, optimise="cost")
        assert (part.rests_s, part.nights_s) == (way.halts.rests_s, way.halts.nights_s)
        assert part.driving_s == pytest.approx(way.time_s - way.halts.total_s)
        held = merged_shares([intervals(way.profile)])
        assert [one.limit for one in part.held_by] == [one.limit for one in held[:4]]
    assert parts["nights_s"].max() > 0, "some haul is longer than a day"


def test_without_rest_hours_are_those_of_driving(study):
    whole, driving = (
        freight(study, to="provinces", vehicles=(TRUCK,), halting=halting)
        for halting in (True, False)
    )
    assert whole.corridors["to_id"].tolist() == driving.corridors["to_id"].tolist()
    rest = explained(whole)[["rests_s", "nights_s"]].sum(axis=1).to_numpy()
    saved = (whole.corridors["time_p50_s"] - driving.corridors["time_p50_s"]).to_numpy()
    assert saved == pytest.approx(rest)
    assert whole.corridors["cost_thb"].tolist() == driving.corridors["cost_thb"].tolist()
    assert any("30 min of rest after every 4 h" in one for one in whole.notes)
    assert any("no breaks and no nights" in one for one in driving.notes)
