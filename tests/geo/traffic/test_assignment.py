"""Best ways many to many: the engine's least weights, and sums and use along its paths."""

import numpy as np
import pytest

from geo.routing.engine import customise, matrix, shortest_path
from geo.routing.stops import BESIDE_M, Stops, stops_at
from geo.routing.trip import STEPS, sums
from geo.study import open_study
from geo.traffic.assignment import QUANTITIES, best_ways
from layers.area import load_area
from layers.store.facilities import settlements

AREA = load_area("mae_hong_son")


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.fixture(scope="module", params=["dry", "wet"])
def trip(study, request):
    return study.trip("car", request.param, 1.0, "time")


def inland(trip):
    own = trip.network.segments["crossing"].astype(str).to_numpy() == ""
    weight = np.where(own[:, None], trip.costs.weight("time"), np.inf)
    return customise(trip.graph, weight, step=STEPS["time"])


def test_ways_are_those_of_the_engine(trip):
    places = settlements(AREA)
    stops = stops_at(trip.network, trip.costs, places, beside_m=BESIDE_M)
    demand = np.zeros((len(places),) * 2)
    demand[3, :] = np.arange(len(places))
    ways = best_ways(trip, stops, stops, demand=demand)
    metric = inland(trip)
    least = matrix(metric, stops.snapped, stops.snapped)
    weight = np.where(stops.near[:, None] & stops.near, least, np.inf)
    assert np.array_equal(np.isfinite(ways.sums["time_s"]), np.isfinite(weight))
    use = np.zeros(len(trip.network.segments))
    for to in range(len(places)):
        path = shortest_path(metric, stops.snapped.take([3]), stops.snapped.take([to]))
        own = sums(trip, path)
        for name in QUANTITIES:
            assert ways.sums[name][3, to] == pytest.approx(getattr(own, name), rel=1e-6, abs=1e-6)
        np.add.at(use, path.segment, to * (path.stop - path.start))
    assert ways.use == pytest.approx(use, rel=1e-6, abs=1e-6)
    if trip.season == "dry":
        assert ways.sums["time_s"] == pytest.approx(weight, rel=1e-5, abs=0.1)


def test_many_origins_are_done_some_at_a_time(study, monkeypatch):
    trip = study.trip("pickup", "dry", 1.0, "time")
    stops = stops_at(trip.network, trip.costs, settlements(AREA), beside_m=BESIDE_M)
    whole = best_ways(trip, stops, stops, demand=np.ones((len(stops.near),) * 2))
    monkeypatch.setattr("geo.traffic.assignment.AT_ONCE", 7)
    parts = best_ways(trip, stops, stops, demand=np.ones((len(stops.near),) * 2))
    assert np.array_equal(whole.sums["cost_thb"], parts.sums["cost_thb"])
    assert whole.use == pytest.approx(parts.use)


def test_who_is_near_no_road_has_no_way(study):
    trip = study.trip("car", "dry", 1.0, "time")
    stops = stops_at(trip.network, trip.costs, settlements(AREA), beside_m=BESIDE_M)
    far = Stops(stops.snapped, np.arange(len(stops.near)) > 0)
    ways = best_ways(trip, far, stops)
    assert np.isinf(ways.sums["time_s"][0]).all()
    assert np.isfinite(ways.sums["time_s"][1:]).any()
    assert not ways.use.any()
