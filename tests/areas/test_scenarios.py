"""The scenarios shipped with the embedded area: every one is read, applied and does something."""

import re

import numpy as np
import pytest
from commands import done, problem, run

from geo.driving.vehicle import load_vehicle
from geo.routing.contracting import recontract
from geo.routing.engine import contract, customise, matrix
from geo.routing.snap import snap
from geo.scenario.apply import apply
from geo.scenario.scenario_file import find_scenarios, read_scenarios
from geo.scenario.world import base_world, world_costs
from layers.area import load_area
from layers.io.toml_file import read_toml_table
from layers.store.store import load_network, load_terrain
from layers.tables.crossings import read_crossings
from layers.tables.hazards import read_hazards
from layers.tables.places import gazetteer, place_by_id

AREA = load_area("mae_hong_son")
NAMES = sorted(find_scenarios(AREA))


@pytest.fixture(scope="module")
def base():
    crossings, hazards = read_crossings(AREA), read_hazards(AREA)
    network = load_network(AREA, "strategic")
    return base_world(network, crossings, hazards, terrain=load_terrain(AREA))


def hours(world, start, stop, vehicle="truck_10w", optimise="time"):
    """Return hours and kilometres between two places."""
    places = [place_by_id(name, gazetteer(AREA)) for name in (start, stop)]
    costs = world_costs(world, load_vehicle(vehicle))
    lon, lat = (np.array([getattr(p, name) for p in places]) for name in ("lon", "lat"))
    at = snap(world.network, lon, lat, usable=costs.speeds.open.any(axis=1))
    metric = customise(contract(world.network), costs.weight(optimise))
    return float(matrix(metric, at.take([0]), at.take([1]))[0, 0]) / 3600


def changed(base, name):
    return apply(base, read_scenarios(AREA, [name]))


def test_the_promised_ones_are_there():
    assert NAMES == [
        "close_1095",
        "landslide_108_huai_pong",
        "mae_sot_2_reopens",
        "monsoon",
        "open_huai_ton_nun",
        "pave_1194_to_mae_sam_laep",
        "samoeng_highway",
        "truck_ban_1095",
        "upgrade_1263",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_is_sound(base, name):
    world, touched = changed(base, name)
    (one,) = read_scenarios(AREA, [name])
    assert one.source
    assert one.note_en
    assert re.search("[\u0e00-\u0e7f]", one.title_th + one.note_th)
    assert one.title_en.isascii()
    assert all(t.segments or t.crossings or world.season for t in touched)
    assert one.path is not None
    assert set(read_toml_table(one.path)) >= {"title_en", "title_th", "source", "quality"}
    assert world.network.nodes["component"].eq(0).all()
    again = recontract(contract(base.network), world.network)
    assert len(again.order) == len(world.network.nodes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "start", "stop", "vehicle", "shorter"),
    [
        ("close_1095", "mae_hong_son", "chiang_mai", "car", False),
        ("truck_ban_1095", "mae_hong_son", "chiang_mai", "truck_10w", False),
        ("landslide_108_huai_pong", "mae_hong_son", "khun_yuam", "car", False),
        ("pave_1194_to_mae_sam_laep", "mae_sariang", "mae_sam_laep", "truck_10w", True),
        ("upgrade_1263", "khun_yuam", "mae_chaem", "car", True),
        ("samoeng_highway", "mae_hong_son", "chiang_mai", "truck_10w", True),
        ("mae_sot_2_reopens", "mae_sot", "mae_sot_2", "truck_10w", None),
        ("open_huai_ton_nun", "khun_yuam", "mese", "car", None),
    ],
)
def test_a_scenario_does_what_its_title_says(base, name, start, stop, vehicle, shorter):
    world, _ = changed(base, name)
    before, now = hours(base, start, stop, vehicle), hours(world, start, stop, vehicle)
    if shorter is None:
        assert now == pytest.approx(before, rel=1e-3)
    else:
        assert (now < before) == shorter
        assert now != pytest.approx(before, rel=0.01)


def test_a_truck_ban_leaves_cars_alone(base):
    world, _ = changed(base, "truck_ban_1095")
    car = load_vehicle("car")
    assert np.array_equal(world_costs(world, car).time_s, world_costs(base, car).time_s)


@pytest.mark.slow
def test_the_reopened_bridge_leads_across(base):
    world, _ = changed(base, "mae_sot_2_reopens")
    bridge = (base.network.segments["crossing"] == "mae_sot_2").to_numpy()
    truck = load_vehicle("truck_10w")
    for one, leads in ((base, False), (world, True)):
        assert np.isfinite(world_costs(one, truck).time_s[bridge]).all() == leads


def test_the_new_highway_is_as_long_as_studied(base):
    world, touched = changed(base, "samoeng_highway")
    added = (world.marks["parent"] == -1).to_numpy()
    needs = touched[0].needs
    assert world.network.length_m[added].sum() == pytest.approx(114_000)
    assert needs.road_m + needs.tunnel_m == pytest.approx(114_000)
    assert needs.tunnel_m == pytest.approx(14_000)
    grade = np.abs(world.network.profile.grade())
    own = np.isin(
        world.network.profile.segment[world.network.profile.starts], np.flatnonzero(added)
    )
    assert 0.02 < grade[own].mean() < 0.06
    assert grade[own].max() < 0.16


@pytest.mark.slow
def test_the_command_line_takes_scenarios():
    base = ("route", "mae_hong_son", "Mae Hong Son", "Chiang Mai", "--source", "strategic")
    closed = done(*base, "--format", "json", "--scenario", "close_1095")
    assert '"scenario": [\n    "close_1095"\n  ]' in closed.stdout
    assert '"ref": "108"' in closed.stdout
    assert '"ref": "1095"' not in closed.stdout
    assert "close_1095: Close highway 1095: 205.0 km" in closed.stderr
    both = ("--scenario", "samoeng_highway", "--scenario", "monsoon")
    new = done(*base, "--format", "json", *both, "--lang", "th")
    assert '"ref": "SMH"' in new.stdout
    assert '"season": "wet"' in new.stdout
    assert "สร้างถนน SMH" in new.stderr


def test_an_unknown_scenario_lists_those_there_are():
    way = ("route", "mae_hong_son", "pai", "chiang_mai", "--source", "strategic")
    line = problem(*way, "--scenario", "samoeng")
    assert "scenario 'samoeng' is not known; did you mean 'samoeng_highway'?" in line
    assert all(name in line for name in NAMES)


def test_a_season_against_that_of_a_scenario_is_wrong_usage():
    way = ("route", "mae_hong_son", "pai", "chiang_mai", "--source", "strategic")
    base = (*way, "--scenario", "monsoon")
    result = run(*base, "--season", "dry")
    assert result.exit_code == 2
    assert "a scenario sets the season to wet" in result.stderr
    assert "scenario: monsoon" in done(*base).stdout
