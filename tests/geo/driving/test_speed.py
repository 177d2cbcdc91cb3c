"""Speed on grades and bends, against published and worked values."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from drawing import draw

from geo.driving.cost import edge_costs, fuel_l
from geo.driving.limit_names import GRADE, LIMITS
from geo.driving.limits import curve_kph, may_drive
from geo.driving.power import time_and_work
from geo.driving.roughness import rougher
from geo.driving.setting import read_road_rules, roughness
from geo.driving.speed import crawl_kph, physics, speeds, walking_kph
from geo.driving.vehicle import find_vehicles, load_vehicle
from layers.roads.profile import Profile

GRADES = np.array([0, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12])


def with_profile(network, grade, *, spacing=20.0, radius=None):
    """Replace the profile of a network of one segment by a row of grades."""
    count = len(grade)
    distance = np.arange(count + 1) * spacing
    height = np.concatenate([[0.0], np.cumsum(np.asarray(grade) * spacing)])
    bends = np.full(count + 1, np.inf) if radius is None else np.asarray(radius, float)
    segments = network.segments.assign(length_m=distance[-1])
    profile = Profile(np.array([0, count + 1]), distance, height, bends)
    return replace(network, segments=segments, profile=profile)


def strict(name: str):
    """Return a vehicle whose driver holds the lowest limit of every metre.

    As β goes to 0 the probabilistic minimum becomes the minimum: single limits show alone.
    """
    traveller = load_vehicle(name)
    driving = replace(traveller.driving, speed_beta=0.05, rattle_mm_s=1000.0)
    # The friction of the published check values, whatever was fitted.
    driving = replace(driving, friction_fall_per_kph=0.0, curve_friction_dry=0.17)
    return replace(traveller, driving=driving)


def quiet(network):
    """Return a network without other traffic."""
    return replace(network, segments=network.segments.assign(vehicles_per_day=0.0))


def vehicle(mass_t: float, power_kw: float):
    """Return the vehicle of the published table: Crr 0.009, CdA 6, air 1.1, η 0.85."""
    truck = load_vehicle("truck_10w")
    body = replace(
        truck.body, gross_t=mass_t, drag_area_m2=6.0, rolling=0.009, air_density_kg_m3=1.1
    )
    engine = replace(truck.engine, power_kw=power_kw, drive_efficiency=0.85)
    return replace(truck, body=body, engine=engine)


@pytest.mark.parametrize(
    ("mass_t", "power_kw", "expected"),
    [
        (15, 160, [80, 80, 60.2, 45.9, 36.6, 30.2, 25.7]),
        (25, 210, [80, 75.2, 50.7, 37.3, 29.2, 24.0, 20.4]),
        (50.5, 280, [80, 56.5, 34.9, 25.0, 19.5, 15.9, 13.5]),
    ],
)
def test_crawl_speed_on_long_grades(mass_t, power_kw, expected):
    """Power balance of Rakha et al. 2001 and Gillespie UMTRI-85-39, g 9.81."""
    found = crawl_kph(GRADES, vehicle(mass_t, power_kw), 1.0, cap_kph=80)
    assert found == pytest.approx(expected, abs=0.05)


def test_a_pickup_holds_its_speed_on_every_grade():
    """2.5 t and 110 kW hold 80 km/h up to 12 %, with a pickup's own drag area of 1.2 m²."""
    pickup = vehicle(2.5, 110)
    pickup = replace(pickup, body=replace(pickup.body, drag_area_m2=1.2))
    assert crawl_kph(GRADES, pickup, 1.0, cap_kph=80) == pytest.approx(np.full(7, 80.0))


@pytest.mark.parametrize(
    ("radius_m", "expected"), [(15, 20.9), (30, 29.6), (50, 38.2), (100, 54.0), (200, 76.4)]
)
def test_curve_speed(radius_m, expected):
    """AASHTO side-friction form with e 0.06 and f 0.17."""
    assert curve_kph(np.array([radius_m]), 0.06, 0.17)[0] == pytest.approx(expected, abs=0.05)


def test_a_long_grade_is_driven_at_crawl_speed():
    road = quiet(draw("A----------B", highway={"AB": "trunk"}))
    truck = strict("truck_10w")
    up = speeds(with_profile(road, np.full(200, 0.06)), truck, season="dry", load=1.0)
    assert up.mean_kph[:, 0] == pytest.approx(37.3, abs=0.1)
    assert (up.limit[:, 0] == GRADE).all()
    # Down the same grade, brakes hold 178.5 kW against 25 t·g·(sinθ - Crr·cosθ).
    slope = np.arctan(0.06)
    pull = 25_000 * 9.81 * (np.sin(slope) - 0.009 * np.cos(slope))
    down = 210_000 * 0.85 / pull * 3.6
    assert down == pytest.approx(51.5, abs=0.1)
    assert up.mean_kph[:, 1] == pytest.approx(down, abs=0.1)
    assert {LIMITS[at] for at in up.limit[:, 1]} == {"brake"}


def test_momentum_carries_over_a_short_bump():
    """A 200 m bump of 10 % taken at speed loses less than the crawl table (24 km/h) says."""
    road = quiet(draw("A----------B", highway={"AB": "motorway"}))
    grade = np.concatenate([np.zeros(100), np.full(10, 0.10), np.zeros(100)])
    up = speeds(with_profile(road, grade), strict("truck_10w"), season="dry", load=1.0)
    before, worst = up.start_kph[99, 0], up.stop_kph[:, 0].min()
    assert before == pytest.approx(80, abs=0.5)
    assert 24.0 < worst < before
    # Without any power: v² = (80/3.6)² - 2·g·(sinθ + Crr·cosθ)·200 m, which is (29.8 km/h)².
    rolled_out = np.sqrt((before / 3.6) ** 2 - 2 * 9.81 * (0.0995 + 0.00896) * 200) * 3.6
    assert rolled_out == pytest.approx(29.8, abs=1.0)
    assert worst > rolled_out


def test_braking_is_comfortable_and_in_time():
    road = quiet(draw("A----------B", highway={"AB": "trunk"}))
    radius = np.full(101, np.inf)
    radius[50:53] = 30.0
    car = strict("car")
    drive = speeds(with_profile(road, np.zeros(100), radius=radius), car, season="dry", load=1.0)
    start, stop = drive.start_kph[:, 0] / 3.6, drive.stop_kph[:, 0] / 3.6
    acceleration = (stop**2 - start**2) / (2 * 20.0)
    assert acceleration.min() >= -car.driving.braking_m_s2 - 1e-9
    assert drive.start_kph[50, 0] <= 29.7
    assert (start[1:] == stop[:-1]).all(), "speed does not jump inside a segment"


def test_slowing_and_gaining_speed_count_for_the_bend_between():
    """A bend of 30 m on a straight road: before and after it, the bend is the reason."""
    road = quiet(draw("A----------B", highway={"AB": "trunk"}))
    radius = np.full(101, np.inf)
    radius[50:53] = 30.0
    car = strict("car")
    drive = speeds(with_profile(road, np.zeros(100), radius=radius), car, season="dry", load=1.0)
    either = np.maximum(drive.start_kph, drive.stop_kph)[:, 0]
    free = either > 0.985 * either.max()
    why = [LIMITS[at] for at in drive.limit[:, 0]]
    assert {w for w, at_speed in zip(why, free, strict=True) if not at_speed} == {"curve"}
    assert {w for w, at_speed in zip(why, free, strict=True) if at_speed} <= {
        "class",
        "legal",
        "curve",
    }
    assert 15 < sum(w == "curve" for w in why) < 60


def test_a_car_is_held_by_bends_and_a_truck_by_grade():
    road = draw("A----------B", highway={"AB": "primary"})
    truck, car = strict("truck_10w"), strict("car")
    steep = with_profile(road, np.full(100, 0.08))
    winding = with_profile(road, np.zeros(100), radius=np.full(101, 40.0))
    for network, ratio in ((steep, 0.5), (winding, 0.95)):
        slow, fast = (
            speeds(network, v, season="dry", load=1.0).mean_kph[50, 0] for v in (truck, car)
        )
        assert (slow / fast < ratio) == (network is steep)


def test_who_may_drive_where():
    road = draw(
        "A--B->C--D--E--F",
        highway={"EF": "footway"},
        hgv={"AB": "no"},
        maxweight_t={"CD": 10.0},
        access={"DE": "no"},
    )
    car = may_drive(road, load_vehicle("car"))
    truck = may_drive(road, load_vehicle("truck_10w"))
    names = list(road.segments["name"])
    assert {n: tuple(row) for n, row in zip(names, car.tolist(), strict=True)} == {
        "AB": (True, True),
        "BC": (True, False),
        "CD": (True, True),
        "DE": (False, False),
        "EF": (False, False),
    }
    assert not truck[names.index("AB")].any()
    assert not truck[names.index("CD")].any()
    assert truck[names.index("BC")].tolist() == [True, False]


def test_a_sign_counts_before_the_guess_and_a_truck_keeps_its_own_limit():
    road = draw("A----------B", highway={"AB": "residential"}, maxspeed_kph={"AB": 100.0})
    flat = with_profile(road, np.zeros(300))
    car, truck = (
        speeds(flat, strict(name), season="dry", load=1.0).mean_kph[:, 0].max()
        for name in ("car", "truck_10w")
    )
    assert car == pytest.approx(100, rel=0.005)
    assert truck == pytest.approx(load_vehicle("truck_10w").legal.urban_kph, rel=0.005)


def test_rain_slows_a_dirt_road_and_spares_asphalt():
    for surface, slower in (("dirt", True), ("asphalt", False)):
        road = draw("A----------B", highway={"AB": "tertiary"}, surface={"AB": surface})
        car = load_vehicle("car")
        dry, wet = (edge_costs(road, car, season=s).time_s[0, 0] for s in ("dry", "wet"))
        assert (wet > dry * 1.2) == slower


def test_fuel_on_grades():
    """25 t at 40 km/h, η 0.85·0.40, diesel 36 MJ/L: worked from force over distance."""
    truck = vehicle(25, 210)
    truck = replace(truck, engine=replace(truck.engine, engine_efficiency=0.40, idle_l_per_h=0.0))
    grade, steady = np.array([0, 0.02, 0.04, 0.06, 0.08]), np.full(5, 40.0)
    run, each, body = np.full(5, 100_000.0), np.arange(6), np.array(physics(truck, 1.0))
    for way, expected in ((1, [21.4, 61.4, 101.4, 141.3, 181.1]), (-1, [21.4, 0, 0, 0, 0])):
        time, work = time_and_work(grade, run, steady, steady, each, body, way)
        assert time == pytest.approx(np.full(5, 9000.0))
        assert fuel_l(work, time, truck) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("slope", "expected"),
    [
        (-0.3, 2.4829),
        (-0.2, 3.5234),
        (-0.1, 5.0),
        (-0.05, 5.9562),
        (0.0, 5.0),
        (0.05, 4.1973),
        (0.1, 3.5234),
        (0.2, 2.4829),
    ],
)
def test_walking_by_slope(slope, expected):
    """Tobler 1993 in AccessMod's form: base speed 5 km/h on the flat."""
    walker = load_vehicle("walk")
    assert walking_kph(np.array([slope]), walker.slope)[0] == pytest.approx(expected, abs=5e-5)


def test_walking_up_and_down_a_road():
    path = with_profile(draw("A----------B", highway={"AB": "path"}), np.full(100, 0.10))
    costs = edge_costs(path, load_vehicle("walk"))
    # 2 km at 3.5234 km/h up and 5 km/h down, but a path is walked at 4.5 km/h at most.
    assert costs.time_s[0] / 3600 == pytest.approx([2 / 3.5234, 2 / 4.5], rel=1e-4)
    assert costs.fuel_l.max() == costs.cost_thb.max() == 0


def test_speed_goes_on_across_a_junction_that_changes_nothing():
    """A road cut into three drives like one; the cuts come in the middle of a climb."""
    truck = load_vehicle("truck_10w")
    whole = with_profile(draw("A----------B"), np.r_[np.zeros(50), np.full(15, 0.08), np.zeros(40)])
    parts = draw("A----B----C----D")
    at, cuts = whole.profile, [0, 55, 60, 105]
    pieces = [(at.distance_m[a : b + 1], at.elevation_m[a : b + 1]) for a, b in pairwise(cuts)]
    offsets = np.cumsum([0] + [len(d) for d, _ in pieces])
    distance = np.concatenate([d - d[0] for d, _ in pieces])
    height = np.concatenate([z for _, z in pieces])
    profile = Profile(offsets, distance, height, np.full(len(distance), np.inf))
    length = [d[-1] - d[0] for d, _ in pieces]
    parts = replace(parts, profile=profile, segments=parts.segments.assign(length_m=length))
    one, three = (edge_costs(network, truck).time_s for network in (whole, parts))
    assert three.sum(axis=0) == pytest.approx(one[0], rel=1e-3)


def test_a_turning_off_a_fast_road_is_not_braked_for_by_the_through_traffic():
    """The side road is slow and changes nothing for the main one."""
    picture = "A----------B----------C\n           |\n           |\n           D"
    joined = draw(picture, highway={"BD": "track"})
    alone = draw("A----------B----------C")
    car = load_vehicle("car")
    with_side, without = (edge_costs(n, car).time_s for n in (joined, alone))
    main = [list(joined.segments["name"]).index(name) for name in ("AB", "BC")]
    assert with_side[main] == pytest.approx(without)


def test_costs_add_up():
    road = draw("A----------B", highway={"AB": "trunk"})
    truck = load_vehicle("truck_10w")
    costs = edge_costs(with_profile(road, np.zeros(500)), truck)
    hours, km, litres = costs.time_s[0, 0] / 3600, 10.0, costs.fuel_l[0, 0]
    assert costs.co2_kg[0, 0] == pytest.approx(litres * 2.68)
    running = truck.running
    money = litres * truck.engine.fuel_thb_per_l
    rules = read_road_rules()
    rough = rougher(roughness(road, rules), truck, rules.roughness_costs)
    # A trunk road is smoother than the road that the vehicle's file is for.
    assert 0.9 < rough.upkeep[0] < rough.tyres[0] < 1
    money += km * running.tyres_thb_per_km * rough.tyres[0]
    money += km * running.maintenance_thb_per_km * rough.upkeep[0]
    money += hours * (running.crew_thb_per_h + running.capital_thb_per_h)
    assert costs.cost_thb[0, 0] == pytest.approx(money)


def test_an_empty_truck_climbs_faster_and_burns_less():
    steep = with_profile(draw("A----------B"), np.full(100, 0.06))
    truck = load_vehicle("truck_10w")
    full, empty = (edge_costs(steep, truck, load=load) for load in (1.0, 0.0))
    assert empty.time_s[0, 0] < full.time_s[0, 0]
    assert empty.fuel_l[0, 0] < full.fuel_l[0, 0]


@pytest.mark.parametrize("name", sorted(find_vehicles()))
def test_every_shipped_vehicle_loads_and_says_its_sources(name):
    loaded = load_vehicle(name)
    assert loaded.title_en
    assert loaded.title_th
    own = {field.name for field in fields(loaded)}
    tables = own - {"id", "title_en", "title_th", "kind", "sources", "access_keys"}
    if name != "walk" and not loaded.stops.any:
        tables -= {"stops"}
    assert tables == set(loaded.sources), "each table of numbers names its source"
    assert all(loaded.surface_wet_kph[k] <= v for k, v in loaded.surface_dry_kph.items())
