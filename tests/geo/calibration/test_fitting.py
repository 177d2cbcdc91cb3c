"""Fitting how vehicles are driven to times made by a known driver."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.calibration.fitting import PRIORS, adjusted, error_table, fit, hours_of
from geo.calibration.observed import observe, roads_of
from geo.driving.vehicle import load_vehicle
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
    found, left = observe(study, rows(*ends).assign(stops="no"))
    assert not left
    network, place = roads_of(study.network, found)
    true = hours_of(network, place, found, {"free_share": 0.85})
    told = [replace(one, driving_h=float(h)) for one, h in zip(found, true, strict=True)]
    (car,) = fit(study.network, told)
    before = hours_of(network, place, found, {})
    assert (np.abs(car.hours - true) < 0.75 * np.abs(before - true)).all()
    assert car.factors["free_share"] < 1
    assert set(car.factors) == set(PRIORS)
    everything = error_table([car])[0]
    assert everything.rows == 3
    assert everything.median < 0.1


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
    assert car.driving.curve_friction_dry == pytest.approx(0.17 * 1.1)
