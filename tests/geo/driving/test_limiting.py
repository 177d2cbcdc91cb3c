"""Steady speeds as a probabilistic minimum, against worked values and what must never happen."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from drawing import draw
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.cost import edge_costs
from geo.driving.junctions import junction_delay_s
from geo.driving.limit_names import LIMITS
from geo.driving.limiting import behind_trucks, curve_speed, least_kph
from geo.driving.limits import curve_kph
from geo.driving.setting import (
    bendiness,
    read_road_rules,
    roughness,
    traffic_loss_kph,
    trucks_ahead,
)
from geo.driving.speed import speeds
from geo.driving.vehicle import load_vehicle
from layers.roads.profile import Profile

CAR = load_vehicle("car")


def straight(metres=4000.0, *, grade=0.0, radius=np.inf, highway="primary", **columns):
    """Return one long road of one grade and one radius, without other traffic."""
    count = round(metres / 20)
    distance = np.arange(count + 1) * 20.0
    profile = Profile(
        np.array([0, count + 1]), distance, distance * grade, np.full(count + 1, radius)
    )
    road = draw("A----------B", highway={"AB": highway})
    columns = {"vehicles_per_day": 0.0, "length_m": metres, **columns}
    return replace(road, segments=road.segments.assign(**columns), profile=profile)


def hours(network, vehicle=CAR, *, season="dry", load=1.0):
    return edge_costs(network, vehicle, season=season, load=load).time_s[:, 0].sum() / 3600


def test_equal_limits_give_two_to_the_minus_beta():
    """V = (2·V₁^(-1/β))^-β = V₁·2^-β; one that is far above counts nothing."""
    assert least_kph(np.array([80.0, 80.0]), 0.274) == pytest.approx(80 * 2**-0.274)
    assert least_kph(np.array([80.0, np.inf]), 0.274) == pytest.approx(80)
    assert least_kph(np.array([50.0, 500.0]), 0.274) == pytest.approx(50, rel=1e-3)


@given(
    st.lists(st.floats(5.0, 200.0), min_size=1, max_size=6),
    st.floats(0.15, 0.4),
    st.integers(0, 5),
    st.floats(0.3, 1.0),
)
@settings(max_examples=100, deadline=None)
def test_the_least_is_below_all_and_falls_with_each(limits, beta, which, less):
    kph = np.array(limits)
    whole = least_kph(kph, beta)
    assert whole <= kph.min() * (1 + 1e-9)
    lower = kph.copy()
    lower[which % len(kph)] *= less
    assert least_kph(lower, beta) <= whole * (1 + 1e-9)


@pytest.mark.parametrize(
    ("radius_m", "expected"), [(15, 20.9), (30, 29.6), (50, 38.2), (100, 54.0), (200, 76.4)]
)
def test_a_bend_alone_is_that_of_side_friction(radius_m, expected):
    """Where friction does not fall with speed: AASHTO, e 0.06 and f 0.17."""
    assert curve_speed(radius_m, 0.23, 0.0) == pytest.approx(expected, abs=0.05)
    assert curve_speed(radius_m, 0.23, 0.0) == pytest.approx(
        float(curve_kph(np.array([radius_m]), 0.06, 0.17)[0])
    )
    falling = curve_speed(radius_m, 0.23, 0.001)
    assert falling**2 == pytest.approx(127 * radius_m * (0.23 - 0.001 * falling))


def test_a_straight_road_is_driven_at_the_least_of_wish_and_roughness():
    """Primary, IRI 3.0: 203 mm/s·3.6/(1.15·3.0) = 211.8 km/h beside the wish of 80."""
    rattle = CAR.driving.rattle_mm_s * 3.6 / (1.15 * 3.0)
    assert rattle == pytest.approx(211.8, abs=0.1)
    wish = min(CAR.free_kph["primary"] * CAR.driving.free_share, CAR.legal.rural_kph)
    expected = least_kph(np.array([wish, rattle]), CAR.driving.speed_beta)
    assert hours(straight(20_000.0)) == pytest.approx(20.0 / expected, rel=1e-3)


def test_half_of_a_road_in_a_town_takes_the_pace_of_towns():
    """The wish is the distance over the sum of times: half at 80, half as in towns."""
    free, town = CAR.free_kph["primary"] * CAR.driving.free_share, CAR.driving.town_kph
    wish = 2 / (1 / free + 1 / town)
    rattle = CAR.driving.rattle_mm_s * 3.6 / (1.15 * 3.0)
    expected = least_kph(np.array([wish, rattle]), CAR.driving.speed_beta)
    half = straight(20_000.0, built_up=0.5)
    assert hours(half) == pytest.approx(20.0 / expected, rel=1e-3)
    driven = speeds(half, CAR, season="dry", load=1.0)
    assert {LIMITS[at] for at in driven.limit.ravel()} == {"town"}


TRUCK = np.array([7.0, 60.0, 0.01, 0.03])


def test_a_truck_ahead_holds_whom_it_lets_not_pass_on_a_climb():
    """Where 8 % climb, by hand.

    15.6 trucks an hour climb at 7·3.6/(9.81·0.09) = 28.5 km/h. From one place to pass to the
    next, 2 km, a car at 60 loses D = 2/28.5 - 2/60 hours less (1 - e^(-15.6·D))/15.6.
    """
    late = 2 / 28.54 - 2 / 60.0
    pace = 1 / 60.0 + (late - (1 - math.exp(-15.6 * late)) / 15.6) / 2
    held = behind_trucks(60.0, 0.08, np.array([15.6, 2.0]), 50.0, TRUCK)
    assert held == pytest.approx(1 / pace, rel=0.01)
    assert 45 < held < 50
    # With half as far to the next place to pass it is less than half of that.
    half = behind_trucks(60.0, 0.08, np.array([15.6, 1.0]), 50.0, TRUCK)
    assert 0 < 60 - half < (60 - held) / 1.5
    assert behind_trucks(60.0, 0.08, np.array([15.6, 2.0]), 7.0, TRUCK) == 60, "another truck"


def test_trucks_hold_on_winding_climbs_of_two_lanes_only():
    """4,000 a day and 8 %: a car loses on the way up, and nobody elsewhere."""
    rules = read_road_rules()
    busy = {"vehicles_per_day": 4000.0, "radius": 120.0}
    steep = straight(grade=0.08, **busy)
    up, down = trucks_time(steep, CAR)
    assert up > 1.02
    assert down == pytest.approx(1.0)
    assert trucks_time(straight(**busy), CAR) == pytest.approx((1.0, 1.0)), "level"
    assert trucks_time(straight(grade=0.08, lanes=4.0, **busy), CAR)[0] == pytest.approx(1.0)
    plain = straight(grade=0.08, vehicles_per_day=4000.0)
    assert trucks_time(plain, CAR)[0] == pytest.approx(1.0), "no bends: all may pass"
    truck = load_vehicle("truck_10w")
    assert trucks_time(steep, truck)[0] == pytest.approx(1.0, abs=0.005)
    ahead = trucks_ahead(steep, np.full(1, 1000.0), rules)
    assert ahead[0].tolist() == pytest.approx([4000 * 0.065 * 0.12 / 2, 1.0])


def trucks_time(road, vehicle):
    """Return how much longer it takes with trucks, both ways."""
    with_them = edge_costs(road, vehicle).time_s[0]
    rules = read_road_rules()
    none = replace(rules, traffic=replace(rules.traffic, passing_every_km=0.0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.driving.wishes.read_road_rules", lambda: none)
        without = edge_costs(road, vehicle).time_s[0]
    return tuple(with_them / without)


def test_traffic_takes_off_what_the_highway_capacity_manual_says():
    """10,000 a day: 650·1.12 = 728 cars an hour take 9.1 km/h; no bends, all may overtake."""
    rules = read_road_rules()
    road = straight(vehicles_per_day=10_000.0)
    cars = (
        10_000
        * rules.traffic.hour_share
        * (1 + rules.traffic.heavy_share * (rules.traffic.heavy_cars - 1))
    )
    assert cars == pytest.approx(728)
    assert traffic_loss_kph(road, np.zeros(1), rules) == pytest.approx(0.0125 * cars)
    # Where nobody can overtake, Exhibit 20-11 takes 6.2 at 600 and 4.9 at 800 cars an hour.
    barred = traffic_loss_kph(road, np.full(1, 1000.0), rules)
    assert barred == pytest.approx(0.0125 * cars + 6.2 - 1.3 * 128 / 200, abs=0.01)


PER_KM = st.floats(0.0, 0.10)


@given(PER_KM, PER_KM, st.sampled_from(["car", "bus", "truck_10w", "motorcycle"]))
@settings(max_examples=25, deadline=None)
def test_a_steeper_road_is_never_faster(one, other, name):
    gentle, steep = sorted((one, other))
    vehicle = load_vehicle(name)
    assert hours(straight(grade=gentle), vehicle) <= hours(straight(grade=steep), vehicle) + 1e-9


@given(st.floats(12.0, 900.0), st.floats(12.0, 900.0))
@settings(max_examples=25, deadline=None)
def test_a_tighter_road_is_never_faster(one, other):
    tight, wide = sorted((one, other))
    assert hours(straight(radius=wide)) <= hours(straight(radius=tight)) + 1e-9


@pytest.mark.parametrize("column", ["vehicles_per_day", "built_up"])
def test_more_traffic_and_more_houses_are_never_faster(column):
    most = 20_000.0 if column == "vehicles_per_day" else 1.0
    found = [hours(straight(**{column: most * share})) for share in np.linspace(0, 1, 6)]
    assert found == sorted(found)
    assert found[-1] > found[0]


def test_a_worse_surface_a_load_and_the_rains_are_never_faster():
    worse = ["asphalt", "compacted", "gravel", "dirt", "mud"]
    found = []
    for surface in worse:
        road = draw("A----------B", highway={"AB": "tertiary"}, surface={"AB": surface})
        found.append(hours(road))
        assert hours(road, season="wet") >= found[-1]
    assert found == sorted(found)
    climb, truck = straight(grade=0.05), load_vehicle("truck_10w")
    loads = [hours(climb, truck, load=load) for load in (0.0, 0.5, 1.0)]
    assert loads == sorted(loads)


def test_two_halves_take_as_long_as_the_whole():
    """With bends and a climb; the cut changes what is seen of the bends around by little."""
    rng = np.random.default_rng(3)
    radius = np.where(rng.random(241) < 0.3, 60.0, np.inf)
    height = np.concatenate([[0.0], np.cumsum(np.repeat([0.0, 0.06, -0.03, 0.02], 60) * 20)])
    distance = np.arange(241) * 20.0
    parts = []
    for picture, cuts in (("A----------B", [0, 240]), ("A-----B-----C", [0, 120, 240])):
        road = draw(picture)
        pieces = [slice(a, b + 1) for a, b in pairwise(cuts)]
        offsets = np.cumsum([0] + [p.stop - p.start for p in pieces])
        profile = Profile(
            offsets,
            np.concatenate([distance[p] - distance[p.start] for p in pieces]),
            np.concatenate([height[p] for p in pieces]),
            np.concatenate([radius[p] for p in pieces]),
        )
        length = [(b - a) * 20.0 for a, b in pairwise(cuts)]
        segments = road.segments.assign(length_m=length, vehicles_per_day=0.0)
        parts.append(hours(replace(road, segments=segments, profile=profile)))
    assert parts[1] == pytest.approx(parts[0], rel=0.01)


def test_a_ladder_of_hairpins_against_the_hand():
    """1 km: 5 hairpins of 20 m radius and 60 m length at 140 m between their ends.

    Held at 24 km/h in the bends alone and about 55 between if speed could jump; a car that
    gains and loses 1.5 m/s² lies between that and the hairpins' speed throughout.
    """
    radius = np.full(51, np.inf)
    for start in range(5, 50, 10):
        radius[start : start + 3] = 20.0
    road = straight(1000.0)
    road = replace(road, profile=replace(road.profile, radius_m=radius))
    slow = float(curve_speed(20.0, 0.23, CAR.driving.friction_fall_per_kph))
    assert slow == pytest.approx(23.0, abs=1.0)
    assert 1.0 / 50 < hours(road) < 1.0 / slow
    reasons = speeds(road, CAR, season="dry", load=1.0).limit[:, 0]
    assert np.mean(reasons == LIMITS.index("curve")) > 0.5


def test_rough_surfaces_and_bends_are_known_by_segment():
    road = draw("A----B----C", highway={"AB": "trunk", "BC": "track"}, surface={"BC": "dirt"})
    assert roughness(road, read_road_rules()).tolist() == [2.5, 13.0]
    per_km = 180_000 / (np.pi * 100.0)
    assert bendiness(straight(radius=100.0)) == pytest.approx(per_km, rel=0.02)


def test_a_signal_and_a_way_to_give_cost_their_seconds():
    """A village road that ends at a trunk road gives way; the trunk road loses nothing."""
    road = draw(
        "A----------B----------C\n           |\n           D",
        highway={"AB": "trunk", "BC": "trunk", "BD": "unclassified"},
    )
    rules = read_road_rules().junctions
    names = list(road.segments["name"])
    everywhere = np.ones((3, 2), bool)
    delay = junction_delay_s(road, everywhere, rules)
    assert delay[[names.index("AB"), names.index("BC")]].max() == 0
    assert delay[names.index("BD")].max() == rules.give_way_s[5]
    node = int(np.bincount(road.ends.ravel()).argmax())
    signs = np.array(["", "", "", ""], dtype=object)
    signs[node] = "traffic_signals"
    signals = replace(road, nodes=road.nodes.assign(control=signs))
    delay = junction_delay_s(signals, everywhere, rules)
    assert (delay.max(axis=1) == max(rules.signal_s, 0)).all()
    before = edge_costs(road, CAR).time_s
    after = edge_costs(signals, CAR).time_s
    through = names.index("AB")
    assert (after - before)[through].max() == pytest.approx(rules.signal_s, rel=0.01)


def test_carriageways_that_part_are_no_crossing_and_a_slip_road_gives_way():
    """A---B, then B>C and D>B as carriageways: nobody crosses. E>F onto a trunk road gives way."""
    rules = read_road_rules().junctions
    parting = draw(
        "A-----B-----C\n      |\n      D",
        highway=dict.fromkeys(("AB", "BC", "BD"), "trunk"),
    )
    one_way = np.ones((3, 2), bool)
    one_way[[list(parting.segments["name"]).index(one) for one in ("BC", "BD")], 1] = False
    one_way[list(parting.segments["name"]).index("BD")] = [False, True]
    assert junction_delay_s(parting, one_way, rules).max() == 0
    both = np.ones((3, 2), bool)
    fork = junction_delay_s(parting, both, rules)
    assert fork.max() == rules.equals_s[5] / 2, "three roads of both ways are a fork"
    slip = parting.segments.assign(
        highway=["trunk_link" if name == "BD" else "trunk" for name in parting.segments["name"]]
    )
    slip["highway"] = slip["highway"].astype("category")
    delay = junction_delay_s(replace(parting, segments=slip), both, rules)
    names = list(parting.segments["name"])
    assert delay[names.index("BD")].max() == rules.give_way_s[5]
    assert delay[[names.index("AB"), names.index("BC")]].max() == 0
