"""What the loss of a whole corridor does, beside that of its worst link."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.risk.criticality import if_lost
from geo.risk.loaded_roads import Flow, Roads
from layers.arrays import Bools

MOST: Final = 10
"""So many corridors, by hours and by people cut off, are lost as a whole."""


def with_whole(roads: Roads, corridors: pd.DataFrame, *, most: int = MOST) -> pd.DataFrame:
    """Lose the worst corridors as a whole: all of their links together.

    Parameters
    ----------
    roads
        With what goes over them.
    corridors
        Of `geo.risk.ranking.as_corridors`.
    most
        How many of the worst, by hours and again by people cut off.

    Returns
    -------
    corridors
        With `whole_extra_h` (hours of people and tonnes per day) and `whole_people_cut_off`
        (who loses one of what they need, and all who live between its ends); NaN of the others.
    """
    hours, people = np.full(len(corridors), np.nan), np.full(len(corridors), np.nan)
    wanted = [
        corridors.index[corridors[name].between(1, most)] for name in ("rank", "rank_cut_off")
    ]
    for at in dict.fromkeys(int(row) for rows in wanted for row in rows):
        lost = np.zeros(len(roads.chain), bool)
        lost[list(corridors["segments"].iloc[at])] = True
        found = [_lost(flow, lost) for flow in roads.flows]
        hours[at] = sum(one for one, _ in found)
        people[at] = sum(cut for _, cut in found)
    return corridors.assign(whole_extra_h=hours, whole_people_cut_off=people)


def _lost(flow: Flow, lost: Bools) -> tuple[float, float]:
    """Return hours more of who still arrives, and people cut off from what they need."""
    demand = flow.demand
    found = if_lost(
        flow.metric, flow.origins, flow.goals, demand.amount, lost=lost, group=demand.group
    )
    more = float(found["extra_demand_h"].sum())
    if demand.unit != "people" or not demand.needs:
        return more, 0.0
    spared = np.atleast_1d(flow.doorsteps[lost].all(axis=0))[found["destination"].to_numpy()]
    cut = found.loc[np.isinf(found["after_s"]) & ~spared, "origin"].unique()
    who = demand.origins["population"].fillna(0.0).to_numpy(np.float64)
    return more, float(who[cut.astype(np.int64)].sum())
