"""Cash flows of a project, and their present value.

Flows have shape (..., years), year 0 the first; they are discounted to year 0. Arrays of
inputs have shape (cases,), so that a tornado or ten thousand draws are one computation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from geo.rules.economics import Assumptions, Range, TrafficClass
from layers.arrays import Floats

NOTHING: Final = Range(0.0, 0.0, 0.0)

KINDS: Final = ("time", "vehicles", "goods", "generated", "co2", "waiting", "accidents")
"""Kinds of benefits, all in baht per year."""


@dataclass(frozen=True)
class Savings:
    """What trips of one class of vehicle save per day, at the traffic of year 0.

    Attributes
    ----------
    trips
        Vehicles per day that have a way before and after.
    time_h, cost_thb, co2_kg
        Saved by them; negative where it gets worse.
    tt, tc, cc
        Σ trips · Δt², Δt·Δc and Δc² over the cost of the trip before (h²/baht, h, baht):
        what the rule of half needs.
    t_co2, c_co2
        Σ trips · Δt or Δc · CO2 of the trip after, over its cost before (h·kg/baht, kg).
    cut_off, connected
        Trips per day that lose their way, and that get one; in no sum.
    unblocked
        Trips per day that no longer find their road impassable and wait.
    km
        Vehicle-kilometres saved.
    """

    trips: float = 0.0
    time_h: float = 0.0
    cost_thb: float = 0.0
    co2_kg: float = 0.0
    tt: float = 0.0
    tc: float = 0.0
    cc: float = 0.0
    t_co2: float = 0.0
    c_co2: float = 0.0
    cut_off: float = 0.0
    connected: float = 0.0
    unblocked: float = 0.0
    km: float = 0.0

    def __add__(self, other: Savings) -> Savings:
        """Add up two days."""
        return Savings(*(own + more for own, more in zip(_row(self), _row(other), strict=True)))

    def times(self, factor: float) -> Savings:
        """Return so many times as much."""
        return Savings(*(own * factor for own in _row(self)))


def _row(saved: Savings) -> tuple[float, ...]:
    return tuple(getattr(saved, one.name) for one in fields(saved))


@dataclass(frozen=True)
class Project:
    """What is to be judged.

    Attributes
    ----------
    savings
        By id of vehicle, one of the assumptions' classes: of an average day of the year.
    construction, maintenance
        Baht in all, and baht per year more than now.
    worn_thb
        What vehicles take more per day on what is built than in the middle of its life, as it
        grows rough: by year since it was surfaced, at the traffic of year 0. After the last
        it is resurfaced.
    """

    savings: Mapping[str, Savings]
    construction: Range = NOTHING
    maintenance: Range = NOTHING
    worn_thb: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class CashFlows:
    """Baht per year, shape (cases, years) each.

    Attributes
    ----------
    construction, maintenance, salvage
        Costs as positive numbers, and what is left at the end.
    benefits
        By `KINDS`.
    rate
        Discount rate, shape (cases,).
    opens
        Year of opening.
    """

    construction: Floats
    maintenance: Floats
    salvage: Floats
    benefits: Mapping[str, Floats]
    rate: Floats
    opens: int

    @property
    def benefit(self) -> Floats:
        """All benefits."""
        total: Floats = np.sum([self.benefits[kind] for kind in KINDS], axis=0)
        return total

    @property
    def cost(self) -> Floats:
        """All costs, less what is left at the end."""
        return self.construction + self.maintenance - self.salvage

    @property
    def net(self) -> Floats:
        """Benefits less costs."""
        return self.benefit - self.cost


def npv(flows: ArrayLike, rate: ArrayLike) -> Floats:
    """Compute the net present value, Σ flow_t / (1 + rate)^t, t from 0.

    Parameters
    ----------
    flows
        Shape (..., years).
    rate
        Per year, shape (...) or one number.

    Returns
    -------
    value
        Shape (...).

    Examples
    --------
    >>> float(npv([-100, 60, 60], 0.1).round(3))
    4.132
    """
    flows = np.asarray(flows, np.float64)
    years = np.arange(flows.shape[-1])
    value: Floats = (flows * (1 + np.asarray(rate, np.float64)[..., None]) ** -years).sum(axis=-1)
    return value


def cash_flows(
    project: Project, rules: Assumptions, values: Mapping[str, Floats], *, wait_years: int = 0
) -> CashFlows:
    """Lay out costs and benefits by year.

    Construction is spread evenly over the years of building; traffic grows from year 0 on;
    generated trips follow a straight line of demand and count half.

    Parameters
    ----------
    project
        What is judged.
    rules
        Years, days and classes.
    values
        One array of shape (cases,) for every name of `ranges(project, rules)`.
    wait_years
        So many years later than now everything begins: traffic has grown meanwhile.

    Returns
    -------
    flows
        Shape (cases, years).
    """
    built, total = rules.build_years, rules.build_years + rules.years
    used = np.arange(total) >= built
    per_day = {kind: np.zeros(len(values["growth"])) for kind in KINDS}
    for name, saved in project.savings.items():
        for kind, amount in _per_day(saved, rules.classes[name], values).items():
            per_day[kind] = per_day[kind] + amount
    growing = (1 + values["growth"][:, None]) ** (np.arange(total) + wait_years) * used
    scale = values["traffic_factor"][:, None] * growing * rules.days_per_year
    construction = np.zeros((len(per_day["time"]), total))
    construction[:, :built] = values["construction_thb"][:, None] / built
    salvage = np.zeros_like(construction)
    salvage[:, -1] = values["construction_thb"] * values["salvage"]
    benefits = {kind: amount[:, None] * scale for kind, amount in per_day.items()}
    if project.worn_thb:
        age = (np.arange(total) - built) % len(project.worn_thb)
        worn = np.where(used, np.array(project.worn_thb)[age], 0.0)
        benefits["vehicles"] -= values["vehicle_cost_factor"][:, None] * worn * scale
    return CashFlows(
        construction,
        values["maintenance_thb_per_year"][:, None] * used,
        salvage,
        benefits,
        values["discount_rate"],
        built,
    )


def _per_day(
    saved: Savings, own: TrafficClass, values: Mapping[str, Floats]
) -> Mapping[str, Floats]:
    """Value what one class saves per day, baht by kind."""
    users = own.time_thb_per_h * values["time_factor"]
    goods = own.goods_t * values["goods_thb_per_t_h"]
    hour, money = users + goods, values["vehicle_cost_factor"]
    more = values["elasticity"]
    square = hour**2 * saved.tt + 2 * hour * money * saved.tc + money**2 * saved.cc
    exhaust = saved.co2_kg - more * (hour * saved.t_co2 + money * saved.c_co2)
    return {
        "time": users * saved.time_h,
        "goods": goods * saved.time_h,
        "vehicles": money * saved.cost_thb,
        "generated": 0.5 * more * square,
        "co2": values["co2_thb_per_t"] / 1000 * exhaust,
        "waiting": values["blocked_h"] * hour * saved.unblocked,
        "accidents": values["accident_thb_per_km"] * saved.km,
    }


def converted(values: Mapping[str, Floats], rules: Assumptions) -> Mapping[str, Floats]:
    """Return inputs at economic prices: what society gives up, instead of what is paid."""
    factors = {
        "construction_thb": rules.conversion.construction,
        "maintenance_thb_per_year": rules.conversion.maintenance,
        "vehicle_cost_factor": rules.conversion.vehicles,
    }
    return {name: value * factors.get(name, 1.0) for name, value in values.items()}


def ranges(project: Project, rules: Assumptions) -> Mapping[str, Range]:
    """Return every uncertain input of a project, by name."""
    return {
        "construction_thb": project.construction,
        "maintenance_thb_per_year": project.maintenance,
        **rules.inputs,
    }
