"""Routes as a function of a study: schedules, corridors, and another home."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from geo.routes import corridor_ends, corridors, routes
from geo.study import open_study
from layers.errors import DataError, UnknownNameError

NOON = datetime(2026, 12, 1, 12, 0)  # noqa: DTZ001 - local time


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def test_a_departure_gives_the_arrival(study):
    (plain,) = routes(study, "Mae Hong Son", "Pai", vehicle="pickup")
    (timed,) = routes(study, "Mae Hong Son", "Pai", vehicle="pickup", departure=NOON)
    assert plain.schedule is None
    assert timed.schedule.arrive == NOON + timedelta(seconds=timed.time_s)
    assert timed.time_s == pytest.approx(plain.time_s, rel=0.02), "at noon traffic is as by day"
    assert timed.schedule.gates == ()


def test_corridors_go_from_home_to_every_end_that_is_reached(study):
    ends = {place.id for place in corridor_ends(study)}
    found = corridors(study, vehicle="pickup")
    assert {one.from_place.id for one in found} == {study.home.id}
    assert {one.to_place.id for one in found} <= ends
    assert study.home.id not in ends
    (first,) = routes(study, study.home, found[0].to_place, vehicle="pickup")
    assert first.time_s == found[0].time_s


def test_another_home_is_where_corridors_start():
    other = open_study("mae_hong_son", roads="strategic", home="Pai")
    assert other.home.name_en == "Pai"
    changed = other.with_scenarios("monsoon")
    assert changed.home.id == other.home.id
    assert "pai" not in {place.id for place in corridor_ends(other)}
    with pytest.raises(DataError, match="coordinates are not enough"):
        open_study("mae_hong_son", roads="strategic", home="98.4,19.3")
    with pytest.raises(UnknownNameError, match="Nowhere"):
        open_study("mae_hong_son", roads="strategic", home="Nowhere")
