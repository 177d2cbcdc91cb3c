"""Whether a scenario pays: what its roads save, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.driving.usual import PEOPLE
from geo.driving.vehicle import load_vehicle
from geo.economics.appraisal import Appraisal, appraise
from geo.economics.cash_flows import Project, Savings, npv
from geo.economics.construction import rebuilt, total, works
from geo.risk.closure_days import recorded_days
from geo.study import Study
from geo.traffic.changes import Changes, changes
from geo.traffic.estimate import Traffic, estimate_traffic
from geo.traffic.wear import worn_thb
from layers.arrays import Floats


@dataclass(frozen=True, eq=False)
class Economics:
    """What a scenario changes for the economy.

    Attributes
    ----------
    changes
        Of the traffic.
    works
        Of `geo.economics.construction.works`.
    appraisal
        Whether it pays.
    expected_days
        Days a year on which recorded cuts shut the roads that a scenario closes; 0 where it
        closes none, or builds something.
    """

    changes: Changes
    works: pd.DataFrame
    appraisal: Appraisal
    expected_days: float = 0.0

    @property
    def use(self) -> Floats:
        """Vehicles per day on every segment of the changed world."""
        return self.changes.use

    @property
    def savings(self) -> Mapping[str, Savings]:
        """What each class saves, by id of vehicle."""
        return self.changes.savings

    @property
    def lost_year_thb(self) -> float:
        """What the roads that are closed lose in a year of the expected days, baht."""
        flows = self.appraisal.flows
        return -float(flows.benefit[0, flows.opens]) * self._share

    @property
    def npv_loss_thb(self) -> float:
        """Present value of these losses over the years that are counted, baht."""
        flows = self.appraisal.flows
        return float(npv(flows.benefit, flows.rate)[0]) * self._share

    @property
    def _share(self) -> float:
        return self.expected_days / self.changes.traffic.rules.days_per_year

    @property
    def cash_flows(self) -> pd.DataFrame:
        """The likeliest flows by year, baht."""
        flows = self.appraisal.flows
        columns = {
            "year": np.arange(flows.net.shape[1]),
            "construction_thb": flows.construction[0],
            "maintenance_thb": flows.maintenance[0],
            "salvage_thb": flows.salvage[0],
            **{f"benefit_{kind}_thb": flow[0] for kind, flow in flows.benefits.items()},
            "net_thb": flows.net[0],
        }
        return pd.DataFrame(columns)


def judge(base: Study, changed: Study, traffic: Traffic) -> Economics:
    """Judge a scenario: the same trips on other roads.

    Parameters
    ----------
    base, changed
        One area before and after.
    traffic
        Of the base.
    """
    rules = traffic.rules
    found = changes(traffic, changed)
    built = works(base.world, changed.world, changed.touched, rules)
    saved = found.savings
    if len(built) and not changed.world.season and not base.world.season:
        saved = _of_a_year(base, changed, found)
    worn: tuple[float, ...] = ()
    if len(built):
        worn = worn_thb(found, changed, rebuilt(base.world, changed.world), rules.wear)
    project = Project(saved, total(built, "construction"), total(built, "maintenance"), worn)
    shut = 0.0 if len(built) else _expected_days(base, changed)
    return Economics(found, built, appraise(project, rules), shut)


def _expected_days(base: Study, changed: Study) -> float:
    """Add up the days of recorded cuts, as `geo.risk` has them, on the roads that are closed."""
    marks = changed.world.marks
    closed = marks.loc[marks["closed"].to_numpy(bool) & (marks["parent"] >= 0).to_numpy(), "parent"]
    before = base.world.marks["closed"].to_numpy(bool)
    parents = np.unique(closed.to_numpy(np.int64))
    days = recorded_days(base, load_vehicle(PEOPLE))
    return float(days[parents[~before[parents]]].sum())


def _of_a_year(base: Study, changed: Study, found: Changes) -> Mapping[str, Savings]:
    """Average the days of both seasons: in the rains roads are slower, or cannot be driven."""
    own = found.traffic.season
    other = "wet" if own == "dry" else "dry"
    wet = base.rules.seasons.season_days / base.rules.economics.days_per_year
    share = {"wet": wet, "dry": 1 - wet}
    more = changes(estimate_traffic(base, other), changed).savings
    return {
        name: one.times(share[own]) + more[name].times(share[other])
        for name, one in found.savings.items()
    }
