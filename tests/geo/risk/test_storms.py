"""Storms: links near one another fail together, and each as often as by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.risk.reliability import BATCH, Draws, cut_on_days
from geo.risk.storm_luck import cut_in_storms
from geo.rules.risk import Storm, read_risk, storm_of
from layers.errors import DataError

DAYS = 1500
CHANCES = st.lists(st.sampled_from([0.0, 0.3, 0.7, 0.95, 1.0]), min_size=1, max_size=8)


def cuts(passable, xy_m, storm, days=DAYS, seed=2):
    drawn = cut_in_storms(np.asarray(passable), np.asarray(xy_m, float), Draws(days, seed), storm)
    return np.concatenate(list(drawn))


def line(count, apart_m):
    return np.column_stack([np.arange(count) * apart_m, np.zeros(count)])


@settings(max_examples=15)
@given(CHANCES, st.floats(10, 5e3), st.integers(0, 50))
def test_a_correlation_of_nothing_draws_the_same_cuts_as_each_by_itself(passable, apart_m, seed):
    own = np.concatenate(list(cut_on_days(np.array(passable), Draws(BATCH + 5, seed))))
    alone = cuts(passable, line(len(passable), apart_m), Storm(0.0, 10.0), BATCH + 5, seed)
    assert (alone == own).all()
    # Where nothing is alike any more it is the same, too: as far apart as no storm reaches.
    barely = cuts(passable, line(len(passable), apart_m), Storm(1e-18, 2.0), BATCH + 5, seed)
    assert (barely == own).all()


@settings(max_examples=8)
@given(CHANCES, st.sampled_from([0.3, 0.6, 1.0]), st.sampled_from([50.0, 4e3, 6e4]))
def test_every_link_is_cut_as_often_as_by_itself(passable, correlation, apart_m):
    found = cuts(passable, line(len(passable), apart_m), Storm(correlation, 10.0))
    chance = 1 - np.array(passable)
    # Five standard errors of a share of independent days.
    error = 5 * np.sqrt(chance * (1 - chance) / DAYS)
    assert (np.abs(found.mean(axis=0) - chance) <= error).all()


def test_links_near_one_another_fail_together_and_those_far_away_do_not():
    where = [[0, 0], [300, 0], [10_000, 0], [300_000, 0]]
    found = cuts([0.5] * 4, where, Storm(0.8, 10.0), days=8_000)
    # Two normal numbers alike by r are on the same side with 1/2 + asin(r)/π (Sheppard 1899).
    for at, alike in ((1, 0.8), (2, 0.8 * np.exp(-1)), (3, 0.0)):
        same = (found[:, 0] == found[:, at]).mean()
        # The bell is cut off at three widths and a cell is a quarter of the reach.
        assert same == pytest.approx(0.5 + np.arcsin(alike) / np.pi, abs=0.03)


def test_alike_in_all_is_one_luck_within_a_cell():
    found = cuts([0.5, 0.8, 0.9], line(3, 1.0), Storm(1.0, 10.0))
    # Whoever is cut less often is cut only on days on which the others are, too.
    assert (found[:, 2] <= found[:, 1]).all()
    assert (found[:, 1] <= found[:, 0]).all()
    assert found[:, 2].any()


def test_more_days_begin_with_the_same_days():
    where = line(4, 2000.0)
    few, many = (cuts([0.5] * 4, where, Storm(0.6, 10.0), days) for days in (3, BATCH + 9))
    assert (many[:3] == few).all()


def test_what_makes_no_storm_is_refused():
    with pytest.raises(DataError, match="positions"):
        cuts([0.5, 0.5], line(3, 1.0), Storm(0.5, 10.0))
    with pytest.raises(DataError, match="probabilities"):
        cuts([0.5, 1.5], line(2, 1.0), Storm(0.5, 10.0))


def test_another_correlation_or_reach():
    usual = read_risk().storm
    assert storm_of(usual, None, None) == usual
    assert storm_of(usual, 0.2, None) == Storm(0.2, usual.reach_km)
    assert storm_of(usual, None, 33.0) == Storm(usual.correlation, 33.0)
