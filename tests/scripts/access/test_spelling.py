"""The terminal and the map spell minutes alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.access.rows import time_of
from scripts.access.spelling import minutes_of


@given(st.floats(0, 10_000))
def test_minutes_are_those_of_the_map(minutes):
    assert f"{minutes_of(minutes)} min" == time_of(minutes)[0]


@pytest.mark.parametrize(("minutes", "told"), [(11.2, "12"), (30.0, "30"), (30.01, "31")])
def test_who_is_beyond_a_limit_does_not_look_within(minutes, told):
    assert minutes_of(minutes) == told
