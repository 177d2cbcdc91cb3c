"""Tracks made on known ways: the way, the moving time and the stops are found again."""

import numpy as np
import pytest

from geo.calibration.matching import thinned
from geo.calibration.tracks import observe_track, standing
from geo.routes import routes
from geo.study import open_study
from layers.crs import from_lon_lat
from layers.errors import NoRoadError
from layers.io.gpx import Track

LUNCH_S = 40 * 60.0


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.fixture(scope="module")
def driven(study):
    """Return a way of 40 km and a drive along it at 50 km/h, a point every 5 s, in metres."""
    way = routes(study, "Pai", "Pang Mapha", vehicle="car")[0]
    project = from_lon_lat(str(study.network.segments.crs))
    x, y = project.transform(*np.array(way.geometry.coords).T[:2])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    time_s = np.arange(0.0, along[-1] / (50 / 3.6), 5.0)
    at = time_s * 50 / 3.6
    return way, np.interp(at, along, x), np.interp(at, along, y), time_s


def as_track(study, x, y, time_s):
    lon, lat = from_lon_lat(str(study.network.segments.crs)).transform(x, y, direction="INVERSE")
    return Track("drive.gpx", lon, lat, time_s)


def test_a_clean_track_is_the_way_it_was_made_on(study, driven):
    way, x, y, time_s = driven
    found = observe_track(study, as_track(study, x, y, time_s), vehicle="car", season="dry")
    assert found.halts == 0
    assert found.standing_s == 0
    assert found.moving_s == time_s[-1]
    assert found.observation.told_h == pytest.approx(time_s[-1] / 3600)
    assert found.observation.km == pytest.approx(way.distance_m / 1000, rel=0.02)
    assert set(found.observation.path.segment) <= set(way.path.segment)


def test_noise_and_a_lunch_are_told_from_the_drive(study, driven):
    """8 m of noise on every point, and forty minutes of wandering in a car park halfway."""
    way, x, y, time_s = driven
    rng = np.random.default_rng(7)
    half = len(x) // 2
    still = np.full(int(LUNCH_S / 5), half)
    at = np.concatenate([np.arange(half), still, np.arange(half, len(x))])
    clock = np.arange(len(at)) * 5.0
    noisy = [part[at] + rng.normal(0, 8, len(at)) for part in (x, y)]
    found = observe_track(study, as_track(study, *noisy, clock), vehicle="car", season="dry")
    assert found.halts == 1
    assert found.standing_s == pytest.approx(LUNCH_S, abs=30)
    assert found.moving_s == pytest.approx(time_s[-1], rel=0.02)
    assert found.observation.km == pytest.approx(way.distance_m / 1000, rel=0.02)
    assert set(found.observation.path.segment) <= set(way.path.segment)


def test_waiting_at_signals_belongs_to_the_drive():
    x = np.concatenate([np.arange(0, 500, 50.0), np.full(12, 500.0), np.arange(550, 1000, 50.0)])
    time_s = np.arange(len(x)) * 10.0
    assert not standing(x, np.zeros_like(x), time_s).any(), "two minutes"
    assert standing(x, np.zeros_like(x), time_s * 2).sum() >= 11, "four minutes"


def test_points_that_lie_close_tell_nothing_new():
    x = np.array([0.0, 10, 20, 160, 170, 400, 410])
    assert thinned(x, np.zeros(7), 150.0).tolist() == [0, 3, 5, 6]


def test_a_track_at_sea_is_refused(study):
    track = Track("sea.gpx", np.array([97.0, 97.1]), np.array([5.0, 5.1]), np.array([0.0, 900.0]))
    with pytest.raises(NoRoadError, match="100 m of a road"):
        observe_track(study, track, vehicle="car", season="dry")
