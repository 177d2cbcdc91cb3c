"""Total economic cost by hand: hours, their spread, and what is cheap and unreliable loses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import lognorm, norm

from geo.freight.haul import Haul
from geo.freight.total_cost import HourPrice, logistics_share, mean_and_spread, priced_hours

PRICE = HourPrice(thb_per_t_h=20.0, ratio=1.2, blocked_h=8.0, wet_share=0.4)


def haul(cost, *hours):
    seconds = tuple(3600 * one for one in hours)
    return Haul("a", "b", "", time_s=seconds, cost_thb_per_t=cost)


def total(one, passable_wet):
    _, _, time, chance = priced_hours(one, passable_wet, PRICE)
    return one.cost_thb_per_t + time + chance


def test_a_corridor_that_is_cheap_and_unreliable_loses():
    cheap, sure = haul(900, 6, 6, 6), haul(960, 7, 7, 7)
    # Shut on half of the days of the rains, one day of five: 1.6 h more on the mean, and
    # sqrt(0.2 · 0.8) · 8 = 3.2 h of spread.
    mean, spread, time, chance = priced_hours(cheap, 0.5, PRICE)
    assert (mean, spread) == pytest.approx((7.6, 3.2))
    assert (time, chance) == pytest.approx((152.0, 76.8))
    assert total(cheap, 0.5) == pytest.approx(1128.8)
    assert total(sure, 1.0) == pytest.approx(1100.0)
    # Open all the year, it is the cheap one again.
    assert total(cheap, 1.0) == pytest.approx(1020.0)


@given(st.floats(1, 40), st.floats(0.01, 0.3))
def test_three_percentiles_tell_mean_and_spread_of_normal_and_skewed_hours(median, spread):
    always = HourPrice(1.0, 1.0, 8.0, 0.4)
    normal = norm(median, spread * median)
    told = mean_and_spread(tuple(normal.ppf([0.1, 0.5, 0.9])), 1.0, always)
    assert told == pytest.approx((median, spread * median), rel=0.01)
    skewed = lognorm(spread, scale=median)
    told = mean_and_spread(tuple(skewed.ppf([0.1, 0.5, 0.9])), 1.0, always)
    assert told == pytest.approx((skewed.mean(), skewed.std()), rel=0.05)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_surer_road_never_has_more_hours(one, other):
    low, high = sorted((one, other))
    assert mean_and_spread((3.0, 4.0, 6.0), high, PRICE)[0] <= (
        mean_and_spread((3.0, 4.0, 6.0), low, PRICE)[0] + 1e-12
    )


@pytest.mark.parametrize(
    ("parts", "gdp", "expected"),
    [
        ((1044.2, 1028.0, 166.6), 16180.6, 0.1384),
        ((2199.3, 0.0, 0.0), 15636.9, 0.1406),
        ((1044.2, 0.0, 0.0), 16180.6, 0.0645),
        ((519.0, 0.0, 0.0), 1044.2, 0.4970),
        ((0.0, 1028.0, 0.0), 16180.6, 0.0635),
        ((0.0, 0.0, 166.6), 16180.6, 0.0103),
    ],
)
def test_logistics_cost_of_the_domestic_product(parts, gdp, expected):
    """NESDC, Thailand 2021 and 2020: 13.8 and 14.0 %; transport, inventory, administration."""
    assert logistics_share(*parts, gdp) == pytest.approx(expected, abs=5e-5)


def test_nothing_varies_where_hours_are_sure():
    assert mean_and_spread((5.0, 5.0, 5.0), 1.0, PRICE) == pytest.approx((5.0, 0.0))
    assert np.isfinite(mean_and_spread((5.0, 5.0, 5.0), 0.0, PRICE)).all()
