"""Trips brought to counts, on a drawn network whose trips are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.rules.economics import read_economics
from geo.traffic.calibration import calibrate, misfit
from geo.traffic.gravity import Scale, scaled, widened
from geo.traffic.trips import how_often
from layers.errors import DataError

RULES = read_economics()

# Four towns on a line, a road between neighbours: A -0- B -1- C -2- D.
TOWN, ROAD = np.arange(4), np.arange(3)[:, None, None]
LOW, HIGH = np.minimum.outer(TOWN, TOWN), np.maximum.outer(TOWN, TOWN)
OVER = ((ROAD >= LOW) & (ROAD < HIGH)).astype(float)
EVERY = np.ones(3, bool)
PRIOR = 1.0 - np.eye(4)


def counts_of(trips):
    return (OVER * trips).sum(axis=(1, 2))


def test_known_counts_are_met():
    true = PRIOR * np.array([[0, 9, 2, 1], [9, 0, 30, 4], [2, 30, 0, 5], [1, 4, 5, 0]])
    counted = counts_of(true)
    found = calibrate(PRIOR, OVER, counted, EVERY, limit=50.0)
    assert counts_of(found.trips) == pytest.approx(counted, rel=1e-6)
    assert found.after == pytest.approx(counted, rel=1e-6)
    assert misfit(found.before, counted, EVERY)[1] > 1.5
    assert misfit(found.after, counted, EVERY)[1] == pytest.approx(1)
    # The same there and back, as the estimate was; nobody goes to where they are.
    assert found.trips == pytest.approx(found.trips.T)
    assert not np.diag(found.trips).any()


def test_it_is_the_most_likely_of_all_matrices_that_fit():
    # One factor per road: log(T / t) of a trip is the sum of its roads'.
    found = calibrate(PRIOR, OVER, np.array([20.0, 90, 40]), EVERY, limit=1e3)
    log = np.log(found.trips[LOW < HIGH] / PRIOR[LOW < HIGH])
    along = OVER[:, LOW < HIGH].T
    start = np.median(np.array([20.0, 90, 40]) / counts_of(PRIOR))
    factors, *_ = np.linalg.lstsq(along, log - np.log(start), rcond=None)
    assert along @ factors + np.log(start) == pytest.approx(log)


def test_trips_that_fit_already_stay():
    counted = counts_of(PRIOR) * 7
    found = calibrate(PRIOR, OVER, counted, EVERY, limit=10.0)
    assert found.trips == pytest.approx(PRIOR * 7)
    assert found.held_out == pytest.approx(counted)


def test_a_count_of_local_traffic_is_a_ceiling():
    used = np.array([True, True, False])
    counted = np.append(counts_of(PRIOR)[:2], 1e6)
    free = calibrate(PRIOR, OVER, counted, used, limit=10.0)
    assert free.trips == pytest.approx(PRIOR)
    assert np.isnan(free.held_out[2])
    low = calibrate(PRIOR, OVER, np.append(counts_of(PRIOR)[:2], 2.0), used, limit=10.0)
    assert low.after == pytest.approx([*counts_of(PRIOR)[:2], 2.0], rel=1e-3)


def test_counts_that_contradict_stay_within_the_limit():
    twice = OVER[[0, 0, 1]]
    found = calibrate(PRIOR, twice, np.array([10.0, 1000, 80]), EVERY, limit=4.0)
    assert np.isfinite(found.trips).all()
    # Held out together: the other count on the same stretch must not tell the answer.
    assert found.held_out[0] == pytest.approx(found.held_out[1])


def test_a_road_that_nobody_takes_tells_nothing():
    over = np.concatenate([OVER[:1], np.zeros((1, 4, 4))])
    found = calibrate(PRIOR, over, np.array([60.0, 500.0]), np.ones(2, bool), limit=10.0)
    assert found.after == pytest.approx([60, 0])
    none = calibrate(PRIOR, over[1:], np.array([500.0]), np.ones(1, bool), limit=10.0)
    assert np.isnan(none.trips[PRIOR > 0]).all()
    assert np.isnan(misfit(none.after, np.array([500.0]), np.ones(1, bool))).all()


@given(st.lists(st.floats(1, 1e5), min_size=3, max_size=3))
def test_whatever_is_counted_trips_are_finite_and_not_negative(counted):
    found = calibrate(PRIOR, OVER, np.array(counted), EVERY, limit=10.0)
    assert (np.isfinite(found.trips) & (found.trips >= 0)).all()


def table(counted, scales="yes"):
    return pd.DataFrame(
        {"vehicles_per_day": counted, "scales": scales, "heavy_percent": [10.0, 30, np.nan]}
    )


def test_counts_know_heavy_vehicles_and_whether_anything_is_known():
    found = scaled(PRIOR, OVER, table([30.0, 10, 20]), RULES)
    assert found.heavy == pytest.approx((0.1 * 30 + 0.3 * 10) / 40)
    assert found.known
    assert found.misfits()["modelled"][1] <= found.misfits()["estimated"][1]
    empty = scaled(PRIOR, np.zeros((3, 4, 4)), table([30.0, 10, 20], "no"), RULES)
    assert not empty.known
    assert not empty.trips.any()
    assert empty.heavy == pytest.approx(RULES.demand.heavy_percent / 100)


def test_chance_is_as_wide_as_what_is_missed_where_nothing_is_fitted():
    counts = pd.DataFrame(
        {"vehicles_per_day": [100.0] * 5, "held_out_per_day": [300.0, 25, 100, 100, np.nan]}
    )
    scale = Scale(PRIOR, 0.1, counts, known=True)
    off = np.exp(np.quantile(np.log([1, 1, 3, 4]), 0.8))
    wide = widened(RULES, scale).inputs["traffic_factor"]
    assert (wide.low, wide.high) == pytest.approx((1 / off, off), abs=0.01)
    assert "held out" in wide.source
    few = replace(scale, counts=counts.iloc[[0, 4]])
    assert widened(RULES, few) is RULES
    good = replace(scale, counts=counts.assign(held_out_per_day=101.0))
    assert widened(RULES, good) is RULES


def test_a_purpose_that_leads_nowhere_is_told(tmp_path):
    file = tmp_path / "mine.toml"
    for text, told in (
        ('[purposes.fair]\nto = "places"\nsource = ""\n', "per_year: missing"),
        ("[purposes.market]\nrate = 0.0\n", "rate: must be above 0"),
        (
            '[purposes.a]\nto = "places"\nsource = ""\nper_year = 9.0\norigin = "a"\nplaces.b=0.5',
            "shares add up to 0.5",
        ),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=told):
            read_economics(file)


def test_an_area_stands_over_what_is_shipped_and_ones_own_over_both(tmp_path):
    area, mine = tmp_path / "area.toml", tmp_path / "mine.toml"
    area.write_text("[purposes.market]\nrate = 0.5\n[demand]\nreach_km = 9.0\n", encoding="utf-8")
    mine.write_text("[purposes.market]\nrate = 0.25\n", encoding="utf-8")
    rules = read_economics(mine, area)
    assert rules.purposes["market"].rate == 0.25
    assert rules.purposes["hospital"] == RULES.purposes["hospital"]
    assert rules.demand.reach_km == 9
    assert list(rules.changed) == ["purposes.market"]


def test_who_takes_longer_goes_less_often():
    """Elasticity 0.6: four times as long, 4^-0.6 = 0.435 as often; nobody more than at 15 min."""
    market = RULES.purposes["market"]
    often = how_often(np.array([0.0, 15, 30, 120, np.inf]) * 60, market, RULES) / market.rate
    assert often == pytest.approx([2**0.6, 2**0.6, 1, 0.4353, 0], abs=1e-4)
