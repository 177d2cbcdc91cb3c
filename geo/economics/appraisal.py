"""Whether a project pays: its present value, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from geo.economics.cash_flows import CashFlows, Project, cash_flows, converted, npv, ranges
from geo.economics.returns import irr, mirr, rates_of_return
from geo.rules.economics import Assumptions
from layers.arrays import Floats

RATES: Final = (0.06, 0.09, 0.12)
"""Discount rates side by side: World Bank, Asian Development Bank since 2017, Thai practice."""

SWITCHING_STEPS: Final = 2001
FARTHEST: Final = 10.0
"""Switching values are looked for from 0 to so many times the highest value."""


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
    mirr
        Modified internal rate of return, at the discount rate.
    rates
        All internal rates of return; more than one where late years lose.
    npv_at
        Net present value by discount rate, of `RATES`, baht.
    npv_per_baht
        Net present value by the present value of construction: what ranks projects where
        money is short.
    waiting_thb
        Net present value of beginning a year later, less that of beginning now: above 0 it is
        better to wait.
    tornado
        Of `tornado`.
    draws_thb
        Net present values of the Monte Carlo, shape (draws,).
    economic
        Flows at economic prices, beside `flows` at market prices; None where nothing is built.
    """

    flows: CashFlows
    npv_thb: float
    bcr: float
    irr: float
    fyrr: float
    mirr: float = math.nan
    rates: tuple[float, ...] = ()
    npv_at: Mapping[float, float] = field(default_factory=dict)
    npv_per_baht: float = math.nan
    waiting_thb: float = math.nan
    tornado: pd.DataFrame = field(default_factory=pd.DataFrame)
    draws_thb: Floats = field(default_factory=lambda: np.zeros(0))
    economic: CashFlows | None = None

    @property
    def pays(self) -> float:
        """Probability that it pays, NaN where nothing is built."""
        return float((self.draws_thb > 0).mean()) if len(self.draws_thb) else math.nan

    @property
    def first_year_thb(self) -> float:
        """Benefits of the first year of use."""
        return float(self.flows.benefit[0, self.flows.opens])

    def economic_returns(self) -> tuple[float, float, float]:
        """Return present value, benefits by costs and rate of return at economic prices."""
        if self.economic is None:
            return (math.nan,) * 3
        flows = self.economic
        value, benefit, cost = (
            float(npv(one, flows.rate)[0]) for one in (flows.net, flows.benefit, flows.cost)
        )
        return value, benefit / cost, irr(flows.net[0])

    def prices(self) -> pd.DataFrame:
        """Set every item at market prices beside itself at economic ones.

        Returns
        -------
        prices
            Columns `item, market_thb, economic_thb` (present values; costs below 0) and
            `conversion`, the latter by the former; no row where nothing is built.
        """
        columns = ["item", "market_thb", "economic_thb", "conversion"]
        if self.economic is None:
            return pd.DataFrame(columns=columns)
        sides = []
        for flows in (self.flows, self.economic):
            items = {"construction": -flows.construction, "maintenance": -flows.maintenance}
            items |= {"salvage": flows.salvage, **flows.benefits, "net": flows.net}
            sides.append({name: float(npv(one, flows.rate)[0]) for name, one in items.items()})
        market, social = (pd.Series(one, dtype=np.float64) for one in sides)
        ratio = social / market.where(market != 0)
        table = pd.DataFrame({"market_thb": market, "economic_thb": social, "conversion": ratio})
        return table.rename_axis("item").reset_index()[columns]

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
    (3.3, 'discount_rate')
    """
    inputs = ranges(project, rules)
    middle = {name: np.array([one.mid]) for name, one in inputs.items()}
    flows = cash_flows(project, rules, middle)
    if not project.construction.mid > 0:
        return Appraisal(flows, *(math.nan,) * 4)
    rate = flows.rate
    built = npv(flows.construction, rate)
    compounded = built * (1 + rate) ** flows.opens
    value = npv(flows.net, rate)
    later = cash_flows(project, rules, middle, wait_years=1)
    return Appraisal(
        flows,
        float(value[0]),
        float((npv(flows.benefit, rate) / npv(flows.cost, rate))[0]),
        irr(flows.net[0]),
        float((flows.benefit[:, flows.opens] / compounded)[0]),
        mirr(flows.net[0], float(rate[0])),
        tuple(rates_of_return(flows.net[0]).tolist()),
        {one: float(npv(flows.net, one)[0]) for one in RATES},
        float((value / built)[0]),
        float((npv(later.net, rate) / (1 + rate) - value)[0]),
        tornado(project, rules),
        monte_carlo(project, rules),
        cash_flows(project, rules, converted(middle, rules)),
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
        Columns `input, low, mid, high, unit, npv_low_thb, npv_high_thb, swing_thb,
        switching, switching_share`; the input that matters most first. At `switching` the
        present value is 0, the others being as they are; it is by `switching_share` more
        than `mid`. NaN where it is never 0 between nothing and ten times `high`.
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
            "switching": [switching(project, rules, name) for name in inputs],
        }
    )
    table["switching_share"] = table["switching"] / table["mid"].where(table["mid"] != 0) - 1
    return table.sort_values("swing_thb", ascending=False, kind="stable", ignore_index=True)


def switching(project: Project, rules: Assumptions, name: str) -> float:
    """Find the value of one input at which the net present value is 0.

    Parameters
    ----------
    project, rules
        As for `appraise`.
    name
        Of the input, as `geo.economics.cash_flows.ranges` has it.

    Returns
    -------
    value
        The one nearest to the likeliest; NaN where there is none.
    """
    inputs = ranges(project, rules)
    own = inputs[name]
    tried = np.linspace(0.0, FARTHEST * max(own.high, own.mid), SWITCHING_STEPS)
    values = {other: np.full(len(tried), one.mid) for other, one in inputs.items()}
    flows = cash_flows(project, rules, values | {name: tried})
    worth = npv(flows.net, flows.rate)
    at = np.flatnonzero(np.sign(worth[:-1]) * np.sign(worth[1:]) <= 0)
    at = at[worth[at] != worth[at + 1]]
    if not len(at):
        return math.nan
    found = tried[at] - worth[at] * (tried[at + 1] - tried[at]) / (worth[at + 1] - worth[at])
    return float(found[np.abs(found - own.mid).argmin()])


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
