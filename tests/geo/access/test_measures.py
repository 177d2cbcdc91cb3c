"""Accessibility: travel times many to many, and the measures made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawing import TO_LON_LAT, draw, graph
from hypothesis import given
from hypothesis import strategies as st

from geo.access.decay import exponential, linear, logistic, step
from geo.access.measures import (
    cumulative,
    enhanced_two_step,
    gravity,
    nearest,
    od_times,
    two_step,
    unreached,
)
from geo.driving.cost import edge_costs
from geo.driving.season import all_season
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import shortest_path
from geo.routing.route import find_routes
from geo.routing.snap import snap
from geo.routing.trip import Trip
from layers.errors import DataError, NoRoadError
from layers.tables.places import Place

PICKUP = load_vehicle("pickup")


def trip_on(picture, *, season="dry", optimise="time", cell=100.0, **columns):
    network = draw(picture, cell=cell, **columns)
    costs = edge_costs(network, PICKUP, season=season)
    return Trip(network, graph(network), costs, PICKUP, season, (), optimise)


def places(trip, **where):
    """Return places by the letter of a junction (its position in the alphabet) and an offset."""
    rows = []
    for name, (node, right, down) in where.items():
        at = trip.network.nodes.iloc["ABCDEFG".index(node)]
        lon, lat = TO_LON_LAT.transform(at["x"] + right, at["y"] - down)
        rows.append({"id": name, "lon": lon, "lat": lat})
    return pd.DataFrame(rows)


def times(**minutes):
    """Return travel times from `a_1=30` meaning 30 minutes from `a` to `1`."""
    pairs = [(*name.split("_"), value * 60.0) for name, value in minutes.items()]
    return pd.DataFrame(pairs, columns=["from_id", "to_id", "travel_time_s"])


def table(minutes):
    """Return travel times from an array (origins, destinations) of minutes."""
    rows, columns = np.indices(np.shape(minutes))
    return pd.DataFrame(
        {
            "from_id": [f"o{row}" for row in rows.ravel()],
            "to_id": [f"d{column}" for column in columns.ravel()],
            "travel_time_s": np.ravel(minutes) * 60.0,
        }
    )


def series(values, letter):
    return pd.Series(list(values), index=[f"{letter}{at}" for at in range(len(values))])


def od(trip, origins, destinations, **options):
    found = od_times(trip, origins, destinations, **options)
    return found.set_index(["from_id", "to_id"])["travel_time_s"]


# Travel times.


def test_times_are_those_of_routes():
    trip = trip_on("A-----B-----C\n      |\n      D", surface={"BC": "gravel"})
    ends = places(trip, a=("A", 0, 0), c=("C", 0, 0), d=("D", 0, 0))
    found = od(trip, ends, ends, walk_kph=None)
    stops = [Place(r.id, r.id, "", "point", r.lon, r.lat) for r in ends.itertuples()]
    for one in stops:
        for other in stops:
            if one.id == other.id:
                assert found[one.id, other.id] == 0
            else:
                route = find_routes(trip, (one, other))[0]
                assert found[one.id, other.id] == pytest.approx(route.time_s, abs=0.01)


def test_one_row_per_pair_origin_by_origin():
    trip = trip_on("A-----B")
    found = od_times(trip, places(trip, a=("A", 0, 0), b=("B", 0, 0)), places(trip, x=("B", 0, 0)))
    assert found.columns.tolist() == ["from_id", "to_id", "travel_time_s"]
    assert found[["from_id", "to_id"]].to_numpy().tolist() == [["a", "x"], ["b", "x"]]


def test_the_way_to_the_road_is_walked_at_both_ends():
    """100 m and 400 m at 5 km/h are 6 min."""
    trip = trip_on("A" + "-" * 29 + "B")
    far = places(trip, a=("A", 0, 100)), places(trip, b=("B", 0, 400))
    on_road = od(trip, *far, walk_kph=None)["a", "b"]
    assert od(trip, *far)["a", "b"] - on_road == pytest.approx(360, abs=0.01)
    assert od(trip, *far, walk_kph=2.5)["a", "b"] - on_road == pytest.approx(720, abs=0.01)


def test_neighbours_far_from_the_road_walk_to_each_other():
    """600 m apart, each 3 km from the road: nobody goes by the road."""
    trip = trip_on("A" + "-" * 29 + "B")
    two = places(trip, a=("A", 0, 3000)), places(trip, b=("A", 600, 3000))
    assert od(trip, *two)["a", "b"] == pytest.approx(600 / 5 * 3.6, rel=1e-6)


def test_too_far_to_walk_is_not_reached():
    trip = trip_on("A" + "-" * 29 + "B")
    two = places(trip, near=("A", 0, 900), far=("A", 0, 1100)), places(trip, b=("B", 0, 0))
    found = od_times(trip, *two, max_walk_m=1000)
    assert np.isfinite(found["travel_time_s"]).tolist() == [True, False]
    assert unreached(found) == ("far",)


def test_what_is_not_connected_is_not_reached():
    trip = trip_on("A-----B     C-----D")
    found = od(trip, places(trip, a=("A", 0, 0)), places(trip, b=("B", 0, 0), d=("D", 0, 0)))
    assert np.isfinite(found["a", "b"])
    assert np.isinf(found["a", "d"])


def test_one_way_streets_count():
    trip = trip_on("A-->--B\n|     |\nC-----D")
    ends = places(trip, a=("A", 0, 0), b=("B", 0, 0))
    found = od(trip, ends, ends, walk_kph=None)
    assert found["b", "a"] > found["a", "b"]


def test_roads_can_be_left_out():
    trip = trip_on("A-----B-----C", cell=1000, surface={"BC": "dirt"}, season="wet")
    ends = places(trip, a=("A", 0, 0)), places(trip, c=("C", 0, 0))
    firm = all_season(trip.network, PICKUP)
    assert firm.tolist() == [True, False]
    assert od(trip, *ends)["a", "c"] < 3600
    assert od(trip, *ends, usable=firm)["a", "c"] > 3600  # 6 km on foot
    assert np.isinf(od(trip, *ends, usable=firm, max_walk_m=2000)["a", "c"])
    with pytest.raises(NoRoadError):
        od_times(trip, *ends, usable=~firm & firm)


def test_the_doubt_of_the_rains_is_no_time():
    """The search makes a doubtful road hours dearer; nobody drives longer for that."""
    trip = trip_on("A-----B", cell=1000, surface={"AB": "mud"}, season="wet")
    ends = places(trip, a=("A", 0, 0)), places(trip, b=("B", 0, 0))
    found = od(trip, *ends)["a", "b"]
    assert found == pytest.approx(trip.costs.time_s[0, 0], abs=0.01)
    assert found < trip.costs.weight("time")[0, 0] / 2


@pytest.mark.parametrize("optimise", ["time", "cost", "distance"])
def test_times_do_not_depend_on_what_the_trip_optimises(optimise):
    picture = "A---B\n|   |\nC---D"
    fast, this = (trip_on(picture, optimise=o, surface={"AB": "mud"}) for o in ("time", optimise))
    ends = places(fast, a=("A", 0, 0)), places(fast, d=("D", 0, 0))
    pd.testing.assert_series_equal(od(fast, *ends), od(this, *ends))


def test_a_way_abroad_counts_only_where_no_other_leads():
    """From A to C by B is shorter, but BC leads out of the country and back."""
    trip = trip_on("A---B---C---E\n|       |\nF-------G", crossing={"BC": "gate"})
    ends = places(trip, a=("A", 0, 0)), places(trip, c=("C", 0, 0))
    round_ = od(trip, *ends)["a", "c"]
    through = trip_on("A---B---C---E\n|       |\nF-------G")
    assert round_ > od(through, *ends)["a", "c"]
    only = trip_on("A---B---C", crossing={"BC": "gate"})
    assert np.isfinite(od(only, places(only, a=("A", 0, 0)), places(only, c=("C", 0, 0)))["a", "c"])


def test_the_matrix_is_that_of_single_paths():
    trip = trip_on("A---B---C\n|   |   |\nD---E---F", cell=300, surface={"BE": "gravel"})
    ends = places(trip, **{letter.lower(): (letter, 120, 80) for letter in "ABCDEF"})
    found = od_times(trip, ends, ends, walk_kph=None)["travel_time_s"].to_numpy().reshape(6, 6)
    at = snap(trip.network, ends["lon"].to_numpy(), ends["lat"].to_numpy())
    metric = trip.metric()
    for i in range(6):
        for j in range(6):
            path = shortest_path(metric, at.take([i]), at.take([j]))
            column = path.against.astype(int)
            share = path.stop - path.start
            total = (trip.costs.time_s[path.segment, column] * share).sum()
            assert found[i, j] == pytest.approx(total, abs=0.01)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lat": 98.0}, "nowhere on Earth"),
        ({"lon": np.nan}, "nowhere on Earth"),
        ({"id": "b"}, "'b' stands twice"),
    ],
)
def test_bad_places_are_named(change, told):
    trip = trip_on("A-----B")
    ends = places(trip, a=("A", 0, 0), b=("B", 0, 0))
    bad = ends.copy()
    for column, value in change.items():
        bad.loc[0, column] = value
    with pytest.raises(DataError, match=told):
        od_times(trip, bad, ends)
    with pytest.raises(DataError, match="destinations: columns lon"):
        od_times(trip, ends, ends[["id", "lat"]])
    with pytest.raises(DataError, match="walking speed"):
        od_times(trip, ends, ends, walk_kph=0)


def test_nothing_is_changed_and_nothing_is_needed():
    trip = trip_on("A-----B")
    ends = places(trip, a=("A", 0, 0), b=("B", 0, 0))
    before = ends.copy()
    found = od_times(trip, ends, ends[:0])
    assert found.empty
    pd.testing.assert_frame_equal(ends, before)


# Nearest.


def test_nearest_in_order_and_the_unreached_once():
    found = nearest(
        times(a_1=30, a_2=10, a_3=20, b_1=np.inf, b_2=np.inf, b_3=np.nan, c_1=5, c_2=np.inf), 2
    )
    assert found.to_numpy().tolist() == [
        ["a", 1, "2", 600.0],
        ["a", 2, "3", 1200.0],
        ["b", 1, "", np.inf],
        ["c", 1, "1", 300.0],
    ]
    assert unreached(times(a_1=1, b_1=np.inf, c_1=np.nan)) == ("b", "c")


@given(st.lists(st.lists(st.floats(0, 1e4) | st.just(np.inf), min_size=3, max_size=3), min_size=1))
def test_the_nearest_is_the_least(minutes):
    found = nearest(table(minutes), 1)
    assert found["travel_time_s"].to_numpy() == pytest.approx(np.min(minutes, axis=1) * 60)
    everything = nearest(table(minutes), 99)
    assert (everything["to_id"] != "").sum() == np.isfinite(minutes).sum()


def test_k_is_at_least_one():
    with pytest.raises(DataError, match="k is 0"):
        nearest(times(a_1=1), 0)


# Cumulative and gravity.


def test_cumulative_counts_up_to_the_minute():
    beds = pd.Series({"1": 10.0, "2": 5.0, "3": 100.0})
    found = cumulative(times(a_1=30, a_2=30.1, a_3=np.inf, b_1=1, b_2=2, b_3=3), beds, 30)
    assert found.to_dict() == {"a": 10.0, "b": 115.0}
    assert found.index.name == "from_id"


def test_logistic_decay_of_conveyal():
    """MODELS section 5: c 60, s 10 (Conveyal R5, LogisticDecayFunction)."""
    found = logistic(60, 10)(np.array([30.0, 45, 60, 75, 90]))
    assert found == pytest.approx([0.995704, 0.938255, 0.500009, 0.061764, 0.004315], abs=5e-7)


@pytest.mark.parametrize("decay", [step(30), linear(60), exponential(20), logistic(60, 10)])
def test_decays_fall_from_one_to_nothing(decay):
    weight = decay(np.append(np.linspace(0, 1e5, 1001), np.inf))
    assert weight[0] == 1
    assert weight[-1] == 0
    assert (np.diff(weight) <= 0).all()


@pytest.mark.parametrize("decay", [step, linear, exponential])
@pytest.mark.parametrize("value", [0, -1, np.inf, np.nan])
def test_decays_refuse_what_makes_no_sense(decay, value):
    with pytest.raises(DataError, match="must be above 0"):
        decay(value)


def test_gravity_adds_up_what_is_left():
    """10 beds at one half time and 8 at three: 5 + 1; the unreached hospital adds nothing."""
    beds = pd.Series({"1": 10.0, "2": 8.0, "3": 1e9})
    found = gravity(times(a_1=20, a_2=60, a_3=np.inf), beds, exponential(20))
    assert found["a"] == pytest.approx(6)


@given(st.lists(st.floats(0, 300) | st.just(np.inf), min_size=1, max_size=8), st.floats(1, 200))
def test_gravity_by_a_step_is_cumulative(minutes, limit):
    beds = series(range(1, len(minutes) + 1), "d")
    pd.testing.assert_series_equal(
        gravity(table([minutes]), beds, step(limit)),
        cumulative(table([minutes]), beds, limit),
        check_names=False,
    )


# Floating catchments.


def test_e2sfca_of_pysal_access():
    """MODELS section 5, from PySAL `access`: weight 1/cost, cutoff 61."""
    cost = np.array([[1.0, 80, 40], [80, 1, 40], [40, 40, 1]])
    people, beds = series([100, 50, 10], "o"), series([15, 20, 100], "d")
    found = enhanced_two_step(table(cost), people, beds, 61, lambda t: 1 / t)
    assert found.to_numpy() == pytest.approx([0.331444, 0.579828, 7.286418], abs=5e-7)


def test_two_step_by_hand():
    """Both origins share hospital 1 (10 beds, 40 people); only `b` reaches 2 (6 beds, 30)."""
    found = two_step(
        times(a_1=10, a_2=90, b_1=30, b_2=20),
        pd.Series({"a": 10.0, "b": 30.0}),
        pd.Series({"1": 10.0, "2": 6.0}),
        30,
    )
    assert found.to_dict() == pytest.approx({"a": 0.25, "b": 0.45})


MINUTES = st.floats(0, 120) | st.just(np.inf)
GRID = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(MINUTES, min_size=width, max_size=width), min_size=1, max_size=5
    )
)


@given(GRID, st.data())
def test_what_is_supplied_is_what_people_get(minutes, data):
    """ΣA·P = ΣS over what anybody reaches, whatever the weights."""
    minutes = np.array(minutes)
    amount = st.floats(0.1, 1000) | st.just(0.0)
    people = [data.draw(amount) for _ in minutes]
    beds = [data.draw(amount) for _ in minutes[0]]
    decay = data.draw(st.sampled_from([step(60), linear(90), exponential(20), logistic(60, 10)]))
    found = enhanced_two_step(table(minutes), series(people, "o"), series(beds, "d"), 60, decay)
    weight = np.where(minutes <= 60, decay(minutes), 0)
    used = weight.T @ np.array(people) > 0
    assert (found.fillna(0) * people).sum() == pytest.approx(np.array(beds)[used].sum())
    assert np.isfinite(found[np.array(people) > 0]).all()


def test_where_nobody_shares_there_is_no_ratio():
    found = two_step(
        times(a_1=10, b_2=10, c_1=np.inf),
        pd.Series({"a": 0.0, "b": 5.0, "c": 7.0}),
        pd.Series({"1": 10.0, "2": 10.0}),
        30,
    )
    assert np.isnan(found["a"])
    assert found[["b", "c"]].tolist() == [2.0, 0.0]


@pytest.mark.parametrize(
    ("demand", "supply", "told"),
    [
        ({"a": 1.0}, {"1": 1.0}, "demand: nothing is given for 'b'"),
        ({"a": 1.0, "b": -1.0}, {"1": 1.0}, "demand: 'b' has -1"),
        ({"a": 1.0, "b": np.nan}, {"1": 1.0}, "demand: 'b' has nan"),
        ({"a": 1.0, "b": 1.0}, {"2": 1.0}, "supply: nothing is given for '1'"),
    ],
)
def test_amounts_must_be_given(demand, supply, told):
    with pytest.raises(DataError, match=told):
        two_step(times(a_1=1, b_1=2), pd.Series(demand), pd.Series(supply), 30)


def test_bad_tables_are_refused():
    good = times(a_1=1, a_2=2)
    with pytest.raises(DataError, match="stands twice"):
        unreached(pd.concat([good, good]))
    with pytest.raises(DataError, match="to_id are missing"):
        unreached(good.drop(columns="to_id"))
    with pytest.raises(DataError, match="is negative"):
        unreached(times(a_1=-1))
    with pytest.raises(DataError, match="'1' stands twice"):
        cumulative(good, pd.Series([1, 2, 3], index=["1", "1", "2"]), 30)
    with pytest.raises(DataError, match="a weight is negative"):
        gravity(good, pd.Series({"1": 1, "2": 1}), lambda t: -t)
    with pytest.raises(DataError, match="must be above 0"):
        two_step(good, pd.Series({"a": 1}), pd.Series({"1": 1, "2": 1}), 0)


def test_impassable_roads_are_closed():
    trip = trip_on("A-----B")
    blocked = replace(trip.costs, passable=np.zeros(1))
    ends = places(trip, a=("A", 0, 0)), places(trip, b=("B", 0, 0))
    with pytest.raises(NoRoadError):
        od_times(replace(trip, costs=blocked), *ends)
