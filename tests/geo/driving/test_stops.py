"""Halts on the way, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.driving.stops import halts, halts_along, stops_of
from geo.driving.vehicle import Stops, load_vehicle

HAULIER = Stops(rest_after_h=4.0, rest_min=30.0, day_h=10.0, night_h=8.0)


@pytest.mark.parametrize(
    ("drive_h", "rests", "nights"),
    [(3.9, 0, 0), (4.0, 0, 0), (4.1, 1, 0), (8.1, 2, 0), (10.0, 2, 0), (11.0, 1, 1), (21.0, 3, 2)],
)
def test_the_rest_that_the_law_asks_for(drive_h, rests, nights):
    """Half an hour after each four at the wheel; a night stands for the rest it falls on."""
    stood = halts(HAULIER, drive_h * 3600, 0.0)
    assert stood.rests_s == rests * 1800
    assert stood.nights_s == nights * 8 * 3600
    assert stood.total_s == stood.rests_s + stood.nights_s


def test_passengers_cost_time_between_houses_only():
    bus = Stops(passengers_s_per_km=15.0)
    assert halts(bus, 7200.0, 0.0).total_s == 0.0
    # 15·30·(1 - e^(-8/30)) = 105.3 s; on a very long line never more than 15·30.
    assert halts(bus, 7200.0, 8000.0).passengers_s == pytest.approx(105.3, abs=0.05)
    assert halts(bus, 7200.0, 8e6).passengers_s == pytest.approx(450.0)


def test_who_drives_alone_has_no_halts():
    for name in ("car", "pickup", "motorcycle", "ambulance", "walk"):
        assert not stops_of(load_vehicle(name)).any
    for name in ("bus", "minivan", "songthaew", "truck_10w"):
        assert stops_of(load_vehicle(name)).any


@given(st.lists(st.floats(0, 40_000), min_size=2, max_size=20))
def test_who_drives_longer_has_never_stood_shorter(seconds):
    drive = np.sort(np.array(seconds))
    own = replace(HAULIER, passengers_s_per_km=5.0)
    stood = np.sum(halts_along(own, drive, drive * 10.0), axis=0)
    assert (np.diff(drive + stood) >= 0).all()
