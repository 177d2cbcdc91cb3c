"""Equity: measures count people, and say so where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.access.equity import (
    STATES,
    access_change,
    by_group,
    gini,
    is_highland,
    people_by_state,
    quintiles,
    share_within,
)
from layers.errors import DataError

INF = np.inf
SOME = st.lists(st.tuples(st.floats(0, 1e4), st.floats(0.01, 1e4)), min_size=1, max_size=12).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


@given(SOME)
def test_gini_is_half_the_mean_difference(rows):
    """The definition by all pairs of people (Gini 1912)."""
    values, people = rows
    assume((values * people).sum() > 1e-6)
    share = people / people.sum()
    apart = np.abs(values[:, None] - values) * share[:, None] * share
    expected = apart.sum() / 2 / (values * share).sum()
    assert gini(values, people) == pytest.approx(expected, abs=1e-9)
    assert -1e-12 <= expected < 1


@given(SOME)
def test_gini_of_people_not_of_places(rows):
    """A place cut in two is the same people."""
    values, people = rows
    assume((values * people).sum() > 1e-6)
    twice = gini(np.repeat(values, 2), np.repeat(people / 2, 2))
    assert twice == pytest.approx(gini(values, people), abs=1e-9)


def test_gini_of_known_spreads():
    """All equal 0; one of ten has everything 0.9; 1, 2, 3, 4 make 0.25."""
    assert gini(np.full(5, 3.0), np.arange(1.0, 6)) == pytest.approx(0, abs=1e-12)
    assert gini(np.array([0.0, 1.0]), np.array([9.0, 1.0])) == pytest.approx(0.9)
    assert gini(np.arange(1.0, 5), np.ones(4)) == pytest.approx(0.25)


def test_gini_leaves_out_who_has_none_to_tell():
    assert gini(np.array([1.0, 3, INF, np.nan]), np.array([1.0, 1, 5, 5])) == pytest.approx(0.25)
    with pytest.raises(DataError, match="negative"):
        gini(np.array([-1.0, 2.0]), np.ones(2))


@pytest.mark.parametrize(
    ("values", "people"), [([], []), ([1.0], [0.0]), ([0.0], [5.0]), ([INF], [5.0])]
)
def test_gini_of_nothing_is_no_number(values, people):
    assert np.isnan(gini(np.array(values), np.array(people)))


def test_quintiles_have_equal_numbers_of_people():
    """The place of 30 is shared by the second, third and fourth quintile of 50 people."""
    found = quintiles(np.array([5.0, 1.0, 3.0]), np.array([10.0, 10.0, 30.0]))
    assert found["people"].tolist() == pytest.approx([10.0] * 5)
    assert found["mean"].tolist() == pytest.approx([1, 3, 3, 3, 5])


@given(SOME, st.integers(1, 7))
def test_quintiles_lose_nobody(rows, groups):
    values, people = rows
    found = quintiles(values, people, groups=groups)
    assert found["people"].to_numpy() == pytest.approx(people.sum() / groups)
    whole = (found["people"] * found["mean"]).sum()
    assert whole == pytest.approx((values * people).sum(), abs=1e-6)
    assert (np.diff(found["mean"]) >= -1e-6).all()


def test_quintiles_by_height_with_those_who_reach_nothing_apart():
    time = np.array([10.0, INF, 30.0, 40.0, 50.0])
    found = quintiles(time, np.ones(5), by=np.array([500.0, 400, 300, 200, 100]))
    assert found["mean"].tolist()[:3] == [50, 40, 30]
    assert np.isnan(found["mean"][3])
    assert found["people_unreached"].tolist() == [0, 0, 0, 1, 0]
    assert found["note"].tolist() == ["", "", "", "nobody reaches it", ""]
    last = quintiles(time, np.ones(5))
    assert last["people_unreached"].tolist() == [0, 0, 0, 0, 1]
    with pytest.raises(DataError, match="'by'"):
        quintiles(time, np.ones(5), by=np.full(5, np.nan))


@pytest.mark.parametrize("count", [0, 3])
def test_quintiles_of_nobody(count):
    found = quintiles(np.ones(count), np.zeros(count))
    assert found["note"].tolist() == ["no people"] * 5
    assert found["mean"].isna().all()


def test_share_within_counts_people():
    time = np.array([600.0, 1800.0, 1801.0, INF])
    assert share_within(time, np.array([1.0, 2, 3, 4]), 30) == pytest.approx(0.3)
    assert np.isnan(share_within(time, np.zeros(4), 30))


def test_groups_and_a_district_without_people():
    time = np.array([600.0, 2400.0, INF, 60.0, INF])
    people = np.array([30.0, 10, 10, 0, 7])
    found = by_group(time, people, ["5801", "5801", "5801", "5802", "5803"], 30, groups=["5804"])
    rows = found.set_index("group")
    assert rows.index.tolist() == ["5804", "5801", "5802", "5803"]
    assert rows.loc["5801", ["places", "people", "people_unreached"]].tolist() == [3, 50, 10]
    assert rows.loc["5801", "mean_s"] == 1050
    assert rows.loc["5801", "median_s"] == 600
    assert rows.loc["5801", "share_within"] == pytest.approx(0.6)
    assert rows.loc["5802", "note"] == rows.loc["5804", "note"] == "no people"
    assert rows.loc[["5802", "5804"], ["mean_s", "median_s", "share_within"]].isna().all(axis=None)
    assert rows.loc["5803", "note"] == "nobody reaches it"
    assert np.isnan(rows.loc["5803", "mean_s"])
    assert np.isinf(rows.loc["5803", "median_s"])
    assert rows.loc["5803", "share_within"] == 0


def test_highland_against_the_rest():
    high = is_highland(np.array([300.0, 500.0, 1000.0]))
    assert high.tolist() == [False, True, True]
    assert is_highland(np.array([300.0, 500.0]), above_m=200).all()
    sides = ("highland", "rest")
    names = np.where(high, *sides).tolist()
    found = by_group(np.array([600.0, 3600, 1800]), np.ones(3), names, 30, groups=sides)
    assert found["group"].tolist() == ["highland", "rest"]
    assert found["mean_s"].tolist() == [2700, 600]
    assert found["share_within"].tolist() == [0.5, 1.0]
    flat = by_group(np.array([600.0]), np.ones(1), ["rest"], 30, groups=sides)
    assert flat["note"].tolist() == ["no people", ""]
    with pytest.raises(DataError, match="height of 1 places"):
        is_highland(np.array([np.nan, 1.0]))


def test_who_loses_access_in_the_rains():
    dry = np.array([600.0, 600.0, INF, np.nan, 3000.0])
    wet = np.array([900.0, INF, 600.0, INF, 3600.0])
    people = np.array([1.0, 20, 300, 4000, 50_000])
    change = access_change(dry, wet, people)
    assert change["state"].tolist() == ["kept", "lost", "gained", "never", "kept"]
    assert change["longer_s"].fillna(-1).tolist() == [300, -1, -1, -1, 600]
    assert people_by_state(change).to_dict() == {
        "kept": 50_001,
        "lost": 20,
        "gained": 300,
        "never": 4000,
    }
    within = access_change(dry, wet, people, minutes=55)
    assert within["state"].iloc[4] == "lost"


def test_a_state_that_nobody_is_in_is_there():
    found = people_by_state(access_change(np.ones(1), np.ones(1), np.ones(1)))
    assert found.index.tolist() == list(STATES)
    assert found.tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([1.0, np.nan], "population of 1 places is not known"),
        ([1.0, -1.0], "negative"),
        ([1.0], "of shape"),
    ],
)
def test_bad_populations(people, told):
    with pytest.raises(DataError, match=told):
        share_within(np.ones(2), np.array(people), 30)
    with pytest.raises(DataError, match="1 given for 2 places"):
        by_group(np.ones(2), np.ones(2), ["a"], 30)
