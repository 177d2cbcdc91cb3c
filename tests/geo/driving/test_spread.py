"""How times differ between drivers and days."""

import math

import pytest

from geo.driving.setting import read_road_rules
from geo.driving.spread import quantiles_s

RULES = read_road_rules().spread


def test_a_short_way_has_all_of_the_variation():
    """Variance ln(1 + 0.13²); the ninetieth of a hundred lies 1.2816 times its root above."""
    p10, p50, p90 = quantiles_s(3600.0, 0.13 * 3600, 1.0, RULES)
    sigma = math.sqrt(math.log(1 + 0.13**2))
    assert p50 == 3600
    assert p90 / p50 == pytest.approx(math.exp(1.28155 * sigma), rel=1e-4)
    assert p50 / p10 == pytest.approx(p90 / p50)


def test_on_a_very_long_way_only_the_drivers_share_is_left():
    *_, p90 = quantiles_s(36_000.0, 0.13 * 36_000, 1e9, RULES)
    share = 0.13 * math.sqrt(RULES.whole_way)
    sigma = math.sqrt(math.log(1 + share**2))
    assert p90 / 36_000 == pytest.approx(math.exp(1.28155 * sigma), rel=1e-3)


def test_no_way_takes_no_time():
    assert quantiles_s(0.0, 0.0, 0.0, RULES) == (0.0, 0.0, 0.0)
