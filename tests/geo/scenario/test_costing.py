"""Costs of changed worlds and of parts of roads: the numbers of driving everything anew."""

import numpy as np
import pytest

from geo.driving.around import around
from geo.driving.cost import KEPT, edge_costs
from geo.driving.vehicle import load_vehicle
from geo.scenario.changed_costs import touched
from geo.scenario.world import world_costs
from geo.study import open_study


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.mark.parametrize(
    "name", ["samoeng_highway", "upgrade_1263", "mae_sot_2_reopens", "truck_ban_1095"]
)
def test_what_changed_costs_what_driving_all_roads_anew_does(study, name):
    changed = study.with_scenarios(name)
    season = changed.season("dry")
    found = changed.costs("truck_10w", "dry")
    whole = world_costs(
        changed.world, load_vehicle("truck_10w"), season=season, rain=study.rules.seasons
    )
    for array in KEPT:
        np.testing.assert_array_equal(getattr(found, array), getattr(whole, array), array)


def test_only_the_roads_around_a_change_are_driven(study):
    changed = study.with_scenarios("landslide_108_huai_pong")
    place = changed.costing.around
    cut = touched(study.network, changed.network)
    assert 2 <= cut.sum() <= 4
    assert set(np.flatnonzero(cut)) <= set(place.rows.tolist())
    assert len(place.part.segments) < len(study.network.segments) / 2


def test_a_change_of_prices_alone_moves_money_alone(study, tmp_path):
    path = tmp_path / "dear.toml"
    path.write_text(
        'title_en = "Dear"\ntitle_th = "แพง"\nsource = "drawn"\nquality = "E"\n'
        '[[changes]]\nkind = "change-price"\nitem = "fuel_thb_per_l"\npercent = 50\n',
        encoding="utf-8",
    )
    changed = study.with_scenarios(str(path))
    before, after = study.costs("pickup"), changed.costs("pickup")
    whole = world_costs(changed.world, load_vehicle("pickup"))
    np.testing.assert_array_equal(after.cost_thb, whole.cost_thb)
    np.testing.assert_array_equal(after.time_s, before.time_s)
    open_ = before.open
    usual = load_vehicle("pickup").engine.fuel_thb_per_l
    extra = before.fuel_l[open_] * usual / 2
    np.testing.assert_allclose(after.cost_thb[open_] - before.cost_thb[open_], extra, rtol=1e-6)


def test_speeds_on_a_few_intervals_are_those_of_all_roads(study):
    network = study.network
    costs = edge_costs(network, load_vehicle("bus"))
    segment = np.array([3, 3, 40, 200])
    step, way = np.array([0, 1, 0, 0]), np.array([0, 1, 1, 0])
    few = costs.speeds_at(segment, step, way)
    assert "speeds" not in costs.__dict__
    row = network.profile.offsets[segment] - segment + step
    whole = costs.speeds
    for got, name in zip(few, ("start_kph", "stop_kph", "limit"), strict=True):
        np.testing.assert_array_equal(got, getattr(whole, name)[row, way])
    # Kept speeds of the same segments are read, those of others are driven.
    again = study.costs("bus")
    for _ in range(2):
        for got, same in zip(
            few, again.drive.near(np.unique(segment)).at(segment, step, way), strict=True
        ):
            np.testing.assert_array_equal(got, same)


def test_around_nothing_is_nothing(study):
    place = around(study.network, np.zeros(0, np.int64))
    assert len(place.part.segments) == len(place.rows) == 0
