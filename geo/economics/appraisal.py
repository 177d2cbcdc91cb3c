"""Whether a project pays: its present value, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.economics.cash_flows import CashFlows, Project, cash_flows, irr, npv, ranges
from geo.economics.chance import monte_carlo, tornado
from geo.rules.economics import Assumptions

Floats = NDArray[np.float64]


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
