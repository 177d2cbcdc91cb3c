"""Opening hours: what may be written, and how long one waits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import DataError
from layers.tables.opening_hours import (
    ALWAYS,
    DAY_MIN,
    DAYS,
    WEEK_MIN,
    Hours,
    parse_hours,
    wait_min,
)


def day(number: int, *spans: tuple[float, float]) -> list[tuple[int, int]]:
    return [(int(number * DAY_MIN + a * 60), int(number * DAY_MIN + b * 60)) for a, b in spans]


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("Mo 06:00-18:00", day(0, (6, 18))),
        ("Mo 8:00-12:00", day(0, (8, 12))),
        ("Sa,Su 06:00-12:00,13:00-16:30", day(5, (6, 12), (13, 16.5), (30, 36), (37, 40.5))),
        ("Mo,We 06:00-07:00; We off", day(0, (6, 7))),
        ("Mo-Su 06:00-07:00; Tu-Su off", day(0, (6, 7))),
        ("Su-Mo 10:00-11:00", [*day(0, (10, 11)), *day(6, (10, 11))]),
        ("Mo-Mo 10:00-11:00", day(0, (10, 11))),
        ("Th 08:00-12:00, 11:00-14:00", day(3, (8, 14))),
        ("Mo 20:00-24:00; Tu 00:00-02:00", [(20 * 60, DAY_MIN + 120)]),
        ("Su 20:00-24:00; Mo 00:00-02:00", [(0, 120), (6 * DAY_MIN + 20 * 60, WEEK_MIN)]),
        ("24/7; Su off", [(0, 6 * DAY_MIN)]),
        ("Mo-Su 00:00-24:00", [(0, WEEK_MIN)]),
        ("Mo-Su off", []),
    ],
)
def test_what_may_be_written(text, windows):
    assert parse_hours(text) == Hours(tuple(windows), text)


def test_day_and_night():
    assert parse_hours("24/7") == ALWAYS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Mo-Su 25:00-26:00", "'25:00' is no time from 00:00 to 24:00"),
        ("Mo-Su 08:00-24:01", "'24:01' is no time"),
        ("Mo-Su 08:60-09:00", "'08:60' is no time"),
        ("Mo-Su \u0e50\u0e58:00-09:00", "is no time"),
        ("Mo-Su 18:00-06:00", "midnight: '00:00-06:00,18:00-24:00'"),
        ("Mo-Su 18:00-00:00", "midnight: '18:00-24:00'"),
        ("Mo-Su 08:00-08:00", "closes at or before it opens"),
        ("Mo 24:00-24:00", "24:00 can close, not open"),
        ("Mx 08:00-09:00", "'Mx' is no day; days are Mo, Tu"),
        ("Mo- 08:00-09:00", "'' is no day"),
        ("PH off", "'PH' is no day"),
        ("Mo-Su 08:00", "'08:00' is no span of time"),
        ("08:00-18:00", "is not days and times"),
        ("Mo-Fr 08:00-12:00, Sa 08:00-12:00", "is not days and times"),
        ("daily", "is not days and times"),
        ("Mo 08:00-09:00;", "a rule is empty"),
        ("Mo 08:00-09:00;;Tu off", "a rule is empty"),
        ("", "a rule is empty"),
    ],
)
def test_what_may_not(text, why):
    with pytest.raises(DataError) as caught:
        parse_hours(text)
    assert why in str(caught.value)
    assert repr(text) in str(caught.value)


def test_waiting():
    hours = parse_hours("Mo-Sa 06:00-18:00")
    monday_5, monday_6, monday_18, saturday_18 = 300, 360, 1080, 5 * DAY_MIN + 1080
    found = wait_min(hours, np.array([[monday_5, monday_6], [monday_18, saturday_18]]))
    assert found.tolist() == [[60, 0], [12 * 60, 36 * 60]]
    assert wait_min(hours, 359.5) == 0.5
    assert wait_min(hours, np.array([])).shape == (0,)
    assert wait_min(hours, np.array([np.inf, np.nan])).tolist() == [np.inf, np.inf]
    assert np.isinf(wait_min(parse_hours("Mo-Su off"), np.array([0.0, 9.0]))).all()
    assert not wait_min(ALWAYS, np.linspace(-WEEK_MIN, 2 * WEEK_MIN, 500)).any()


def test_open_over_sunday_midnight():
    hours = parse_hours("Mo 00:00-02:00; Su 20:00-24:00")
    assert not wait_min(hours, np.arange(6 * DAY_MIN + 1200, WEEK_MIN + 120)).any()
    assert wait_min(hours, WEEK_MIN + 120.0) == 6 * DAY_MIN + 1200 - 120


# Held against a model that walks minute by minute.


@st.composite
def rules(draw):
    """One rule as text, with its days and the minutes of the day in which it is open."""
    first, last = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    days = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    times = st.tuples(st.integers(0, DAY_MIN), st.integers(0, DAY_MIN))
    spans = draw(st.lists(times.filter(lambda t: t[0] < t[1]), max_size=3))
    clock = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans]
    return f"{DAYS[first]}-{DAYS[last]} {','.join(clock) or 'off'}", days, spans


@given(st.lists(rules(), min_size=1, max_size=4), st.lists(st.integers(-20_000, 20_000)))
def test_against_a_model_of_minutes(given_rules, arrivals):
    is_open = np.zeros((7, DAY_MIN), bool)
    for _, days, spans in given_rules:
        for number in days:
            is_open[number] = False
            for opens, closes in spans:
                is_open[number, opens:closes] = True
    week = is_open.ravel()
    hours = parse_hours("; ".join(text for text, _, _ in given_rules))
    drawn = np.zeros(WEEK_MIN, bool)
    for opens, closes in hours.windows:
        assert not drawn[opens:closes].any()
        drawn[opens:closes] = True
    assert (drawn == week).all()
    assert all(a[1] < b[0] for a, b in zip(hours.windows, hours.windows[1:], strict=False))
    for arrival in arrivals:
        later = np.flatnonzero(np.roll(week, -(arrival % WEEK_MIN)))
        wanted = later[0] if len(later) else np.inf
        assert wait_min(hours, np.array([arrival]))[0] == wanted


@given(st.lists(rules(), min_size=1, max_size=3), st.floats(-1e5, 1e5), st.floats(0, 1e4))
def test_who_comes_later_is_never_let_in_sooner(given_rules, arrival, later):
    hours = parse_hours("; ".join(text for text, _, _ in given_rules))
    times = np.array([arrival, arrival + later])
    first, second = times + wait_min(hours, times)
    assert second >= first - 1e-6
