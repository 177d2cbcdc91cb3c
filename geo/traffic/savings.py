"""What a change of the roads saves the trips of each class of traffic."""

from __future__ import annotations

import numpy as np

from geo.economics.cash_flows import Savings
from geo.rules.economics import TrafficClass
from geo.traffic.assignment import DOUBT, Ways
from layers.arrays import Floats


def savings(demand: Floats, base: Ways, changed: Ways, own: TrafficClass) -> Savings:
    """Add up what the trips of one class save per day.

    Parameters
    ----------
    demand
        Vehicles per day, shape (origins, targets).
    base, changed
        Of the same places, at the class's load.
    own
        The class, for the cost of a trip: money and its people's time.

    Returns
    -------
    savings
        Trips that have a way before and after are in the sums, on days on which both can be
        driven; `unblocked` are those of the other days. The second-order terms that
        the rule of half needs are those of linear demand, a trip that is new or given up
        counting half; the cap is our own: nobody loses more than a whole trip's cost.
    """
    before, after = (np.isfinite(ways.sums["time_s"]) for ways in (base, changed))
    some = before & after & (demand > 0)
    # Who finds the road impassable waits, and drives on another day.
    blocked, still = (impassable(ways)[some] for ways in (base, changed))
    unblocked = float((demand[some] * (blocked - still)).sum())
    trips = demand[some] * (1 - np.maximum(blocked, still))

    def gain(name: str, per: float = 1.0) -> Floats:
        return np.asarray((base.sums[name][some] - changed.sums[name][some]) / per)

    hours, money, co2 = gain("time_s", 3600), gain("cost_thb"), gain("co2_kg")
    cost = base.sums["cost_thb"][some] + own.time_thb_per_h * base.sums["time_s"][some] / 3600
    cost = np.maximum(cost, 1.0)
    change = money + own.time_thb_per_h * hours
    part = np.minimum(1.0, cost / np.maximum(np.abs(change), 1e-9))
    weight, exhaust = trips * part / cost, changed.sums["co2_kg"][some]
    return Savings(
        float(trips.sum()),
        float((trips * hours).sum()),
        float((trips * money).sum()),
        float((trips * co2).sum()),
        tt=float((weight * hours**2).sum()),
        tc=float((weight * hours * money).sum()),
        cc=float((weight * money**2).sum()),
        t_co2=float((weight * hours * exhaust).sum()),
        c_co2=float((weight * money * exhaust).sum()),
        cut_off=float(demand[before & ~after].sum()),
        connected=float(demand[after & ~before].sum()),
        unblocked=unblocked,
        km=float((trips * gain("distance_m", 1000)).sum()),
    )


def impassable(ways: Ways) -> Floats:
    """Return the probability that each way cannot be driven on a day of its season."""
    doubt = ways.sums.get(DOUBT)
    if doubt is None:
        return np.zeros_like(ways.sums["time_s"])
    chance: Floats = -np.expm1(-np.maximum(doubt, 0.0))
    return chance
