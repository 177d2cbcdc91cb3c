"""Whether a project pays: its present value, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geo.economics.cash_flows import CashFlows, Project, cash_flows, irr, npv, ranges
from geo.rules.economics import Assumptions
from layers.arrays import Floats


@dataclass(frozen=True, eq=False)
class Appraisal:
    """Whether a project pays.

    Attributes
    ----------
    flows
        At the likeliest values, one case.
    npv_thb, bcr, irr, fyrr
        Net present value, benefits by costs, internal rate of return, first-year rate of
        return; NaN where nothing is built.
    tornado
        Columns `input, low, mid, high, unit, npv_low_thb, npv_high_thb, swing_thb`, the
        input that matters most first.
    draws_thb
        Net present values of the Monte Carlo, shape (draws,).
    """

    flows: CashFlows
    npv_thb: float
    bcr: float
    irr: float
    fyrr: float
    tornado: pd.DataFrame = field(default_factory=pd.DataFrame)
    draws_thb: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def pays(self) -> float:
        """Probability that it pays, NaN where nothing is built."""
        return float((self.draws_thb > 0).mean()) if len(self.draws_thb) else math.nan

    @property
    def first_year_thb(self) -> float:
        """Benefits of the first year of use."""
        return float(self.flows.benefit[0, self.flows.opens])

    def band_thb(self) -> tuple[float, float, float]:
        """Return the 10th, 50th and 90th percentile of the net present value."""
        if not len(self.draws_thb):
            return (math.nan,) * 3
        low, middle, high = np.quantile(self.draws_thb, (0.1, 0.5, 0.9))
        return float(low), float(middle), float(high)


def appraise(project: Project, rules: Assumptions) -> Appraisal:
    """Judge a project at the likeliest values, and over what is uncertain.

    BCR is the present value of benefits by that of construction and maintenance less what
    is left at the end. FYRR is the benefit of the first year by construction compounded to
    the opening.

    Parameters
    ----------
    project
        What is judged; where nothing is built, only its benefits per year are told.
    rules
        Assumptions.

    Returns
    -------
    appraisal
        The same input gives the same numbers.

    Examples
    --------
    >>> from geo.economics.cash_flows import Savings
    >>> from geo.rules.economics import Range, read_economics
    >>> saved = {"car": Savings(trips=1000, time_h=500, cost_thb=20_000)}
    >>> found = appraise(Project(saved, Range(90e6, 100e6, 130e6)), read_economics())
    >>> round(found.bcr, 1), found.tornado["input"].iloc[0]
    (3.7, 'time_factor')
    """
    inputs = ranges(project, rules)
    middle = {name: np.array([one.mid]) for name, one in inputs.items()}
    flows = cash_flows(project, rules, middle)
    if not project.construction.mid > 0:
        return Appraisal(flows, *(math.nan,) * 4)
    rate = flows.rate
    compounded = npv(flows.construction, rate) * (1 + rate) ** flows.opens
    return Appraisal(
        flows,
        float(npv(flows.net, rate)[0]),
        float((npv(flows.benefit, rate) / npv(flows.cost, rate))[0]),
        float(irr(flows.net)[0]),
        float((flows.benefit[:, flows.opens] / compounded)[0]),
        tornado(project, rules),
        monte_carlo(project, rules),
    )


def tornado(project: Project, rules: Assumptions) -> pd.DataFrame:
    """Move every input alone to its low and to its high value.

    Parameters
    ----------
    project, rules
        As for `appraise`.

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
        As for `appraise`; draws and seed are those of the rules.

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
