"""On track, behind, reached: by hand on a line from 50 to 40 in 100 days."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.goals.standing import expected_on, late_steps, one_source, standings, state_of, step_state
from layers.goals.indicators import Indicator, indicators
from layers.goals.targets import Goal, Step, Target, Targets

START = date(2026, 1, 1)
FALL = Target("mean_minutes_hospital", 50, START, 40, START + timedelta(100), "", "", "", "E")
RISE = Target("open_crossings", 4, START, 8, START + timedelta(100), "", "", "", "E")


def after(days: int) -> date:
    return START + timedelta(days)


def history(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(str(after(days)), name, value, "osm") for days, name, value in rows],
        columns=["date", "id", "value", "source"],
    )


def held(*rows: tuple[int, str, float], days: int = 50, target: Target = FALL):
    targets = Targets((Goal("G", "ก", (target,)),))
    return standings(targets, history(*rows), after(days))[0]


def test_the_line_is_straight_and_ends_flat():
    at = [expected_on(FALL, after(days)) for days in (-10, 0, 25, 50, 100, 500)]
    assert at == [50, 50, 47.5, 45, 40, 40]
    assert expected_on(RISE, after(25)) == 5


@pytest.mark.parametrize(
    ("days", "value", "state"),
    [
        (50, 45.0, "on_track"),
        (50, 44.0, "on_track"),
        (50, 45.4, "on_track"),  # within 5 % of the 10 minutes: 0.5
        (50, 45.6, "behind"),
        (50, 60.0, "behind"),
        (50, 40.0, "reached"),
        (50, 30.0, "reached"),
        (100, 40.4, "behind"),  # due: no margin is left
        (100, 40.0, "reached"),
        (400, 41.0, "behind"),
        (0, 50.0, "on_track"),
    ],
)
def test_lower_is_better(days, value, state):
    assert state_of(FALL, indicators()[FALL.indicator], value, after(days)) == state


@pytest.mark.parametrize(
    ("days", "value", "state"),
    [
        (50, 6.0, "on_track"),
        (50, 5.7, "behind"),
        (50, 8.0, "reached"),
        (50, 9.0, "reached"),
        (100, 7.9, "behind"),
    ],
)
def test_higher_is_better(days, value, state):
    assert state_of(RISE, indicators()[RISE.indicator], value, after(days)) == state


def test_a_target_that_holds_what_is_there():
    hold = Target("open_crossings", 4, START, 4, after(100), "", "", "", "E")
    states = [state_of(hold, indicators()["open_crossings"], v, after(9)) for v in (3, 4, 5)]
    assert states == ["behind", "reached", "reached"]


def test_the_latest_value_counts_and_its_trend():
    one = held((0, FALL.indicator, 50), (40, FALL.indicator, 44), (20, FALL.indicator, 47))
    assert [value for _, value in one.points] == [50, 47, 44]
    assert one.latest == (after(40), 44)
    assert (one.expected, one.state, one.change, one.trend) == (45, "on_track", -3, "better")


def test_the_last_run_of_a_day_counts():
    one = held((40, FALL.indicator, 49), (40, FALL.indicator, 46))
    assert one.points == ((after(40), 46),)
    assert (one.state, one.change, one.trend) == ("behind", None, "")


def test_worse_and_unchanged():
    assert held((1, FALL.indicator, 44), (2, FALL.indicator, 46)).trend == "worse"
    assert held((1, FALL.indicator, 44), (2, FALL.indicator, 44)).trend == "unchanged"
    assert held((1, RISE.indicator, 6), (2, RISE.indicator, 7), target=RISE).trend == "better"


def test_what_is_not_known_and_what_is_still_to_come_is_no_data():
    one = held((10, FALL.indicator, float("nan")), (60, FALL.indicator, 42), days=50)
    assert (one.state, one.points, one.latest, one.expected) == ("no_data", (), None, 45)


def test_figures_without_a_target_follow_and_unknown_ones_do_not():
    rows = history((1, "open_crossings", 6), (1, FALL.indicator, 50), (1, "of another version", 1))
    found = standings(Targets((Goal("G", "ก", (FALL,)),)), rows, after(50))
    assert [(one.indicator.id, one.state) for one in found] == [
        (FALL.indicator, "behind"),
        ("open_crossings", "no_target"),
    ]
    assert [one.state for one in standings(None, rows, after(50))] == ["no_target"] * 2


def test_two_targets_of_one_indicator():
    later = Target(FALL.indicator, 50, START, 30, after(200), "", "", "", "E")
    targets = Targets((Goal("G", "ก", (FALL, later)),))
    found = standings(targets, history((50, FALL.indicator, 40)), after(50))
    assert [one.state for one in found] == ["reached", "on_track"]


def test_one_source_never_mixes_roads():
    mixed = history((1, "x", 1), (2, "x", 2)).assign(source=["osm", "strategic"])
    assert one_source(mixed)[1] == "strategic"
    assert one_source(mixed)[0]["value"].tolist() == [2]
    assert one_source(mixed, "osm")[0]["value"].tolist() == [1]
    assert one_source(mixed[:0])[1] == ""


def test_steps():
    step = Step("S", "ส", after(10), after(20), "", "")
    assert [step_state(step, after(at)) for at in (9, 10, 20, 21)] == [
        "planned",
        "under_way",
        "under_way",
        "late",
    ]
    done = Step("S", "ส", after(10), after(20), "", "", done=after(30))
    assert [step_state(done, after(at)) for at in (25, 30)] == ["late", "done"]
    assert late_steps((step, done), after(31)) == (step,)


NUMBERS = st.floats(0, 1e6)


@given(base=NUMBERS, aim=NUMBERS, value=NUMBERS, days=st.integers(-50, 400))
def test_the_line_never_leaves_its_ends_and_better_is_never_worse(base, aim, value, days):
    better = "lower" if aim < base else "higher"
    indicator = Indicator("x", "x", "min", better)
    target = Target("x", base, START, aim, after(100), "", "", "", "E")
    assert min(base, aim) - 1e-6 <= expected_on(target, after(days)) <= max(base, aim) + 1e-6
    order = ["behind", "on_track", "reached"]
    here = order.index(state_of(target, indicator, value, after(days)))
    nearer = value + (1 if better == "higher" else -1)
    assert order.index(state_of(target, indicator, nearer, after(days))) >= here
    later = order.index(state_of(target, indicator, value, after(days + 30)))
    assert later <= here
