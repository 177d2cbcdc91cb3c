"""Fitting how vehicles are driven to times made by a known driver."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.calibration.adopted import fitted_values, with_values
from geo.calibration.errors import agreement, error_table
from geo.calibration.fitting import BETA, PRIORS, Fit, adjusted, fit, hours_of, read_start
from geo.calibration.observed import observe, roads_of
from geo.driving.vehicle import SHIPPED, find_vehicles, load_vehicle
from geo.study import open_study
from layers.errors import DataError
from layers.tables.travel_times import read_travel_times


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def rows(*ends, vehicle="car", hours=3.0):
    table = read_travel_times().iloc[: len(ends)].copy()
    table["from_id"], table["to_id"] = zip(*ends, strict=True)
    return table.assign(vehicle=vehicle, hours_min=hours, hours_max=hours, season="dry", km=np.nan)


def test_the_table_that_ships_is_read():
    table = read_travel_times()
    assert len(table) > 100
    assert (table["hours_min"] <= table["hours_max"]).all()


def test_a_driver_who_is_slower_everywhere_is_found(study):
    """Times made with 85 % of all free speeds pull the fit their way, against the priors."""
    ends = ("mae_sariang", "khun_yuam"), ("mae_hong_son", "pai"), ("mae_sariang", "hot")
    ends += ("pai", "chiang_mai"), ("mae_hong_son", "khun_yuam")
    found, left = observe(study, rows(*ends).assign(stops="no"))
    assert not left
    network, place = roads_of(study.network, found)
    true = hours_of(network, place, found, {"free_share": 0.85})
    told = [replace(one, told_h=float(h)) for one, h in zip(found, true, strict=True)]
    (car,) = fit(study.network, told)
    before = hours_of(network, place, found, {})
    assert (np.abs(car.hours - true) < 0.75 * np.abs(before - true)).all()
    assert car.factors["free_share"] < 1
    assert set(car.factors) == set(PRIORS)
    everything = error_table([car])[0]
    assert everything.rows == 5
    assert everything.median < 0.1


def test_published_times_of_one_trip_are_held_against_one_another(study):
    (pai, alone), _ = observe(study, rows(("mae_hong_son", "pai"), ("mae_sariang", "hot")))
    told = [replace(pai, told_h=hours) for hours in (2.0, 3.0, 4.0)] + [alone]
    hours = np.array([3.0, 3.0, 3.0, 9.0])
    published, ours = agreement([Fit("car", {}, tuple(told), hours, hours)])
    # Medians of the two others: 3.5 for 2, 3 for 3, 2.5 for 4; Hot was told once.
    assert (published.rows, ours.rows) == (3, 3)
    assert published.median == pytest.approx(1.5 / 4)
    assert published.mean == pytest.approx((0.75 + 0 - 0.375) / 3)
    assert published.within == pytest.approx(1 / 3)
    assert ours.median == pytest.approx(0.25)
    assert agreement([Fit("car", {}, (alone,), hours[3:], hours[3:])]) == ()


def test_the_part_of_the_roads_takes_as_long_as_the_whole(study):
    found, _ = observe(study, rows(("mae_hong_son", "pai")))
    network, place = roads_of(study.network, found)
    path = found[0].path
    time_s = study.costs("car").time_s[path.segment, path.against.astype(int)]
    whole = (time_s * (path.stop - path.start)).sum() / 3600
    assert hours_of(network, place, found, {}) == pytest.approx([whole], rel=0.01)


def test_what_has_no_way_is_left_out_with_its_reason(study):
    table = pd.concat([rows(("nowhere", "pai")), rows(("mae_hong_son", "pai")).assign(km=500.0)])
    found, left = observe(study, table)
    assert not found
    assert "nowhere" in left[0].why
    assert "500 km published" in left[1].why
    with pytest.raises(DataError, match="no published time"):
        fit(study.network, found)


def test_beta_stays_within():
    car = adjusted(load_vehicle("car"), {"speed_beta": 10.0, "curve_friction": 1.1})
    assert car.driving.speed_beta == 0.40
    start = read_start()["car"]
    assert car.driving.curve_friction_dry == pytest.approx(start.curve_friction_dry * 1.1)


def test_every_vehicle_is_within_what_may_be_fitted_and_has_a_start():
    drivers = [load_vehicle(name) for name in find_vehicles() if name != "walk"]
    assert {one.id for one in drivers} == set(read_start())
    assert all(BETA[0] <= one.driving.speed_beta <= BETA[1] for one in drivers)


def test_a_group_with_few_times_is_compared_and_not_fitted(study):
    found, _ = observe(study, rows(("mae_hong_son", "pai"), vehicle="truck_10w"))
    (truck,) = fit(study.network, found)
    assert truck.factors == {}
    assert fitted_values([truck]) == {}
    assert truck.hours == pytest.approx(truck.left_out_hours)


def test_halts_count_where_the_published_time_has_them(study):
    told = pd.concat(
        [rows(("mae_hong_son", "pai"), vehicle="bus").assign(stops=one) for one in ("yes", "no")]
    )
    found, _ = observe(study, told)
    network, place = roads_of(study.network, found)
    standing, driving = hours_of(network, place, found, {})
    bus = load_vehicle("bus").stops
    breaks = np.ceil(driving / bus.rest_after_h) - 1
    assert standing - driving >= breaks * bus.rest_min / 60


def test_a_row_that_is_no_usual_drive_says_so(study):
    _, left = observe(study, rows(("mae_hong_son", "pai")).assign(left_out="a day with visits"))
    assert left[0].why == "a day with visits"


def test_fitted_values_go_into_a_vehicle_file_and_nothing_else_changes():
    text = (SHIPPED / "bus.toml").read_text("utf-8")
    other = with_values(text, {"town_kph": 51.5})
    assert [line for line in other.splitlines() if line not in text.splitlines()] == [
        "town_kph = 51.5"
    ]
    with pytest.raises(DataError, match="no_such"):
        with_values(text, {"no_such": 1.0})
