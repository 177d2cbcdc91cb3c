"""Rates of return: internal ones, all there are, and the modified one."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from geo.economics.cash_flows import npv
from layers.arrays import Floats

LOWEST_RATE: Final = -0.9
HIGHEST_RATE: Final = 10.0
"""Internal rates of return are looked for between -90 and 1000 % a year."""

STEPS: Final = 2000
"""Rates at which the present value is looked at, evenly by their logarithm."""


def rates_of_return(flows: ArrayLike) -> Floats:
    """Find all internal rates of return of one row of flows.

    A project whose late years lose has several, or none: then the modified rate (`mirr`) or
    the present value alone tells whether it pays.

    Parameters
    ----------
    flows
        Shape (years,).

    Returns
    -------
    rates
        Where the net present value is 0, from -90 to 1000 % a year, rising.

    Examples
    --------
    >>> rates_of_return([-100, 60, 60]).round(4).tolist()
    [0.1307]
    >>> rates_of_return([-100, 230, -132]).round(4).tolist()
    [0.1, 0.2]
    >>> rates_of_return([1, 1]).tolist()
    []
    """
    flows = np.asarray(flows, np.float64)
    grid = np.expm1(np.linspace(np.log1p(LOWEST_RATE), np.log1p(HIGHEST_RATE), STEPS))
    value = npv(np.broadcast_to(flows, (STEPS, len(flows))), grid)
    sign = np.sign(value)
    at = np.flatnonzero(sign[:-1] * sign[1:] < 0)
    low, high = grid[at], grid[at + 1]
    rows = np.broadcast_to(flows, (len(at), len(flows)))
    below = sign[at]
    for _ in range(60):
        middle = (low + high) / 2
        same = np.sign(npv(rows, middle)) == below
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    exact = grid[sign == 0] if flows.any() else np.zeros(0)
    return np.sort(np.concatenate([(low + high) / 2, exact]))


def irr(flows: ArrayLike) -> float:
    """Return the internal rate of return that an investment is judged by.

    Of several the lowest from 0 on at which the present value falls from above 0 to below:
    as much as money may cost before the project no longer pays.

    Parameters
    ----------
    flows
        Shape (years,).

    Returns
    -------
    rate
        NaN where there is none.

    Examples
    --------
    >>> round(irr([-100, 60, 60]), 4), irr([1, 1])
    (0.1307, nan)

    A late year at a loss, as where a tunnel is made new at the end:

    >>> round(irr([-100, 60, 60, 60, -30]), 4)
    0.2874
    """
    rates = rates_of_return(flows)
    if not len(rates):
        return float("nan")
    rows = np.broadcast_to(np.asarray(flows, np.float64), (len(rates), np.shape(flows)[-1]))
    falls = npv(rows, rates + 1e-6) < npv(rows, rates - 1e-6)
    for among in (rates[falls & (rates >= 0)], rates[falls], rates):
        if len(among):
            return float(among[0])
    return float("nan")


def mirr(flows: ArrayLike, rate: float) -> float:
    """Compute the modified internal rate of return.

    Losses are paid for and gains are put out at the same rate, the discount rate: there is one
    rate always, however often the signs change (Lin 1976, The Engineering Economist 21:237).

    Parameters
    ----------
    flows
        Shape (years,).
    rate
        Per year.

    Returns
    -------
    rate
        NaN where nothing is gained or nothing paid.

    Examples
    --------
    >>> round(mirr([-100, 60, 60], 0.1), 4)
    0.1225
    """
    flows = np.asarray(flows, np.float64)
    years = len(flows) - 1
    gained = float(npv(np.maximum(flows, 0), rate)) * (1 + rate) ** years
    paid = -float(npv(np.minimum(flows, 0), rate))
    if not (gained > 0 and paid > 0 and years):
        return float("nan")
    return float((gained / paid) ** (1 / years) - 1)
