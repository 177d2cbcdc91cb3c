"""A way at the hours at which one drives it."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from geo.driving.setting import read_road_rules
from geo.routes import routes
from geo.study import open_study

DAY = datetime.fromisoformat("2026-11-30")


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def hours(study, at, ends=("Mae Hong Son", "Khun Yuam"), vehicle="car"):
    (way,) = routes(study, *ends, vehicle=vehicle, departure=at)
    assert way.schedule.arrive == at + timedelta(seconds=way.time_s)
    return way.time_s / 3600


def test_the_hours_of_a_day_have_all_its_traffic():
    traffic = read_road_rules().traffic
    assert len(traffic.by_hour) == 24
    assert sum(traffic.by_hour) == pytest.approx(1.0)
    daytime = np.array(traffic.by_hour)[7:18]
    assert traffic.hour_share == pytest.approx(daytime.mean(), rel=0.05)


def test_more_traffic_at_an_hour_is_never_faster(study):
    """The quietest hour, one of the morning and the busiest, of a way shorter than two hours."""
    share = read_road_rules().traffic.by_hour
    times = [hours(study, DAY.replace(hour=at)) for at in (2, 9, 16)]
    assert share[2] < share[9] < share[16]
    assert times == sorted(times)
    assert times[0] < 0.97 * times[2]


def test_who_names_no_hour_drives_by_day(study):
    (way,) = routes(study, "Mae Hong Son", "Khun Yuam", vehicle="car")
    night, noon = (hours(study, DAY.replace(hour=at)) for at in (2, 11))
    assert night < way.time_s / 3600
    assert noon == pytest.approx(way.time_s / 3600, rel=0.02)


def test_legs_add_up_at_any_hour(study):
    (way,) = routes(study, "Pai", "Mae Hong Son", vehicle="bus", departure=DAY.replace(hour=6))
    assert sum(leg.time_s for leg in way.legs) == pytest.approx(way.driving_s)
    assert way.time_s == pytest.approx(way.driving_s + way.halts.total_s)
