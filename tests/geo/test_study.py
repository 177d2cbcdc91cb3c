"""A study: opened once, costs computed once and kept, the season decided in one place."""

from dataclasses import replace

import numpy as np
import pytest

from geo.driving.vehicle import SHIPPED
from geo.routing.route import find_routes
from geo.study import open_study
from layers.errors import DataError, UnknownNameError
from layers.store.kept import kept_folder

COSTS = ("time_s", "fuel_l", "co2_kg", "cost_thb", "distance_m", "passable", "open")


@pytest.fixture
def study(home):  # noqa: ARG001
    return open_study("mae_hong_son", roads="strategic")


def same(one, other):
    for name in COSTS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("start_kph", "stop_kph", "limit", "open"):
        np.testing.assert_array_equal(getattr(one.speeds, name), getattr(other.speeds, name))


def test_costs_are_computed_once(study):
    assert study.costs("car") is study.costs("car", "dry", 1.0)
    assert study.costs("car") is not study.costs("car", "wet")


def test_what_an_earlier_run_kept_is_what_it_computed(study):
    again = open_study("mae_hong_son", roads="strategic")
    same(study.costs("pickup", "wet"), again.costs("pickup", "wet"))
    assert again.network.source == study.network.source


@pytest.mark.slow
def test_a_damaged_file_is_made_anew(study):
    before = study.costs("car")
    assert before.speeds
    for path in kept_folder().glob("*.arrays"):
        whole = path.read_bytes()
        path.write_bytes(whole[:-3] + bytes([whole[-3] ^ 255]) + whole[-2:])
    again = open_study("mae_hong_son", roads="strategic")
    same(before, again.costs("car"))
    third = open_study("mae_hong_son", roads="strategic")
    same(before, third.costs("car"))


@pytest.mark.slow
def test_other_rules_give_other_costs(study):
    usual = study.costs("pickup", "wet")
    rules = replace(study.rules, seasons=replace(study.rules.seasons, cut_days=20.0))
    other = open_study("mae_hong_son", roads="strategic", rules=rules).costs("pickup", "wet")
    cut = other.passable < usual.passable
    assert cut.any()
    assert not (other.passable > usual.passable).any()
    slower = replace(study.rules, seasons=replace(study.rules.seasons, blocked_h=48.0))
    waiting = open_study("mae_hong_son", roads="strategic", rules=slower).costs("pickup", "wet")
    doubtful = (usual.passable < 1) & (usual.passable > 0)
    assert (waiting.weight("time")[doubtful] >= usual.weight("time")[doubtful]).all()
    assert waiting.blocked_h == 48.0


def test_an_own_vehicle_of_the_same_id_is_another(study, home):
    usual = study.costs("car")
    (home / "vehicles").mkdir(parents=True, exist_ok=True)
    text = (SHIPPED / "car.toml").read_text(encoding="utf-8")
    lines = [
        f"power_kw = {float(line.partition('=')[2].partition('#')[0]) / 4}"
        if line.startswith("power_kw")
        else line
        for line in text.splitlines()
    ]
    (home / "vehicles" / "car.toml").write_text("\n".join(lines), encoding="utf-8")
    own = open_study("mae_hong_son", roads="strategic").costs("car")
    open_ = usual.open
    assert own.time_s[open_].sum() > 1.01 * usual.time_s[open_].sum()


def test_a_world_that_sets_the_season_has_it_whatever_is_asked(study):
    assert study.season("dry") == "dry"
    monsoon = study.with_scenarios("monsoon")
    assert {monsoon.season("dry"), monsoon.season("wet")} == {"wet"}
    assert monsoon.trip("car", "dry").season == "wet"
    assert monsoon.costs("car", "dry") is monsoon.costs("car", "wet")


def test_closing_roads_needs_only_the_costs_of_today(study):
    closed = study.with_scenarios("close_1095")
    today, then = study.costs("pickup"), closed.costs("pickup")
    shut = closed.world.marks["closed"].to_numpy(bool)
    assert shut.any()
    assert not closed.world.recost
    np.testing.assert_array_equal(then.time_s[~shut], today.time_s[~shut])
    assert np.isinf(then.time_s[shut]).all()


def test_scenarios_are_applied_to_today_not_to_one_another(study):
    once = study.with_scenarios("monsoon")
    assert once.with_scenarios("landslide_108_huai_pong").season("dry") == "dry"
    assert once.today is study
    assert study.with_scenarios() is study


@pytest.mark.slow
def test_a_changed_world_keeps_its_costs_too(study):
    first = study.with_scenarios("samoeng_highway")
    second = open_study("mae_hong_son", roads="strategic", scenarios=["samoeng_highway"])
    same(first.costs("car"), second.costs("car"))
    assert len(first.network.segments) > len(study.network.segments)


def test_tables_are_read_once(study):
    assert study.gazetteer is study.gazetteer
    assert study.tables.facilities("hospital") is study.tables.facilities("hospital")
    assert study.with_scenarios("monsoon").tables is study.tables


@pytest.mark.usefixtures("home")
def test_what_there_is_not_says_what_there_is():
    with pytest.raises(UnknownNameError, match="mae_hong_son"):
        open_study("mae_hong_sorn")
    with pytest.raises(UnknownNameError, match="landslide"):
        open_study("mae_hong_son", roads="strategic", scenarios=["landslide"])
    with pytest.raises(DataError, match="osm, strategic"):
        open_study("mae_hong_son", roads="google")


def test_a_second_route_asks_nothing_anew(study):
    trip = study.trip("car")
    stops = [study.place("Mae Hong Son"), study.place("Pai")]
    first, second = (find_routes(trip, stops)[0] for _ in range(2))
    assert trip.metric() is trip.metric()
    assert (first.time_s, first.legs) == (second.time_s, second.legs)
