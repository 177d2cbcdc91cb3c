"""Whether a scenario pays: what its roads save, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.economics.appraisal import Appraisal, appraise
from geo.economics.cash_flows import Project, Savings
from geo.economics.construction import total, works
from geo.study import Study
from geo.traffic.changes import Changes, changes
from geo.traffic.estimate import Traffic
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
    """

    changes: Changes
    works: pd.DataFrame
    appraisal: Appraisal

    @property
    def use(self) -> Floats:
        """Vehicles per day on every segment of the changed world."""
        return self.changes.use

    @property
    def savings(self) -> Mapping[str, Savings]:
        """What each class saves, by id of vehicle."""
        return self.changes.savings

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
    project = Project(found.savings, total(built, "construction"), total(built, "maintenance"))
    return Economics(found, built, appraise(project, rules))
