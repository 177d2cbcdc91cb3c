"""Hours of a haul: the quantiles of what its drives and its gate may take."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.border.passage import QUANTILES
from geo.freight.hours import STEPS, hours_spread

waits = st.lists(st.floats(0, 1e6) | st.just(np.inf), min_size=1, max_size=60)


@given(waits, st.floats(0, 1e5))
def test_quantiles_at_a_gate_are_those_of_numpy(passing, fixed):
    """Nothing is driven, so that the gate alone varies, once for each of the drives."""
    every = np.tile(np.array(passing) + fixed, STEPS)
    with np.errstate(invalid="ignore"):
        expected = np.quantile(every, QUANTILES)
    found = np.array(hours_spread([], fixed, np.array(passing)))
    known = ~np.isnan(expected)  # numpy finds no number beside one that is infinite
    assert found[known] == pytest.approx(expected[known])
    assert not np.isnan(found).any()
    assert (np.diff(found[np.isfinite(found)]) >= 0).all()
