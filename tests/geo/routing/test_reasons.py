"""What takes a route's time, and where it is slowest."""

import numpy as np
import pytest

from geo.driving.limit_names import LIMITS
from geo.routing.legs import RouteProfile
from geo.routing.reasons import shares, slowest

CURVE, CLASS = LIMITS.index("curve"), LIMITS.index("class")


def profile():
    """10 km at 60 km/h, but the sixth kilometre at 20 for its bends."""
    at = np.arange(0.0, 10_001.0, 100.0)
    slow = (at >= 5000) & (at < 6000)
    speed = np.where(slow, 20.0, 60.0)
    limit = np.where(slow, CURVE, CLASS).astype(np.int8)
    return RouteProfile(at, np.zeros(len(at)), speed, limit)


def test_a_slow_kilometre_is_found_and_named():
    first, *others = slowest(profile())
    assert (first.start_m, first.end_m) == (5000.0, 6000.0)
    assert first.speed_kph == pytest.approx(20)
    assert first.limit == "curve"
    assert len(others) == 4
    assert all(one.speed_kph > 20 for one in others)
    starts = sorted(one.start_m for one in [first, *others])
    assert np.diff(starts).min() >= 1000


def test_shares_of_time():
    """9 km at 60 km/h take 9 minutes, 1 km at 20 takes 3."""
    held = {one.limit: (one.time, one.distance) for one in shares(profile())}
    assert held["curve"] == pytest.approx((0.25, 0.1))
    assert held["class"] == pytest.approx((0.75, 0.9))
