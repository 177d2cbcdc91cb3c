"""What an uncertain input does to a net present value: one at a time, and all at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.economics.cash_flows import Project, cash_flows, npv, ranges
from geo.rules.economics import Assumptions

Floats = NDArray[np.float64]


def tornado(project: Project, rules: Assumptions) -> pd.DataFrame:
    """Move every input alone to its low and to its high value.

    Parameters
    ----------
    project, rules
        As for `geo.economics.cash_flows.appraise`.

    Returns
    -------
    tornado
        Columns `input, low, mid, high, unit, npv_low_thb, npv_high_thb, swing_thb`; the
        input that matters most first.
    """
    inputs = ranges(project, rules)
    count = len(inputs)
    values = {}
    for at, (name, one) in enumerate(inputs.items()):
        values[name] = np.full(2 * count, one.mid)
        values[name][[2 * at, 2 * at + 1]] = one.low, one.high
    flows = cash_flows(project, rules, values)
    low, high = npv(flows.net, flows.rate).reshape(count, 2).T
    table = pd.DataFrame(
        {
            "input": list(inputs),
            "low": [one.low for one in inputs.values()],
            "mid": [one.mid for one in inputs.values()],
            "high": [one.high for one in inputs.values()],
            "unit": [one.unit for one in inputs.values()],
            "npv_low_thb": low,
            "npv_high_thb": high,
            "swing_thb": np.abs(high - low),
        }
    )
    return table.sort_values("swing_thb", ascending=False, kind="stable", ignore_index=True)


def monte_carlo(project: Project, rules: Assumptions) -> Floats:
    """Draw all inputs of chance at once, triangular and independent of one another.

    Parameters
    ----------
    project, rules
        As for `geo.economics.cash_flows.appraise`; draws and seed are those of the rules.

    Returns
    -------
    npv_thb
        Shape (draws,); the same rules give the same numbers.
    """
    chance = np.random.default_rng(rules.seed)
    values = {}
    for name, one in ranges(project, rules).items():
        # Every input takes its draws, so that fixing one does not move the others.
        ends = np.array([one.low, one.mid, one.high])
        low, mid, high = np.log(ends) if one.ratio else ends
        drawn = low + chance.triangular(0, _peak(low, mid, high), 1, rules.draws) * (high - low)
        drawn = np.exp(drawn) if one.ratio else drawn
        values[name] = drawn if one.chance else np.full(rules.draws, one.mid)
    flows = cash_flows(project, rules, values)
    return npv(flows.net, flows.rate)


def _peak(low: float, mid: float, high: float) -> float:
    return (mid - low) / (high - low) if high > low else 0.5
