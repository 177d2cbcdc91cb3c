"""Where a demand joins the roads: at the nearest one, and in the rains at an all-season one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.access.nearest import water_of
from geo.driving.season import all_season
from geo.risk.demand import Demand
from geo.routing.snap import Snapped
from geo.routing.stops import WALK_M, stops_at
from geo.routing.trip import Trip
from geo.study import Study
from layers.arrays import Ints
from layers.errors import DataError


def snapped(study: Study, demand: Demand, trip: Trip) -> tuple[Demand, Snapped, Snapped, list[str]]:
    """Snap both ends of a demand, and leave out what lies far from every road, or across water."""
    inland, water = trip.network.inland, water_of(study, trip.season)
    ends, near, far = [], [], []
    for table in (demand.origins, demand.goals):
        at = stops_at(trip.network, trip.costs, table, reach_m=WALK_M, usable=inland, water=water)
        kept = np.flatnonzero(at.near)
        if not len(kept):
            raise DataError(
                f"risk: no place of {demand.unit} lies within {WALK_M / 1000:g} km of a road"
            )
        far += np.delete(table["id"].to_numpy(object), kept).tolist()
        near.append(kept)
        ends.append(at.snapped.take(kept))
    there = np.unique(demand.group[near[1]])
    kept_demand = replace(
        demand,
        origins=demand.origins.iloc[near[0]].reset_index(drop=True),
        goals=demand.goals.iloc[near[1]].reset_index(drop=True),
        kinds=tuple(demand.kinds[at] for at in there),
        group=np.searchsorted(there, demand.group[near[1]]),
        amount=demand.amount[np.ix_(near[0], there)],
    )
    return kept_demand, ends[0], ends[1], far


def firm_ends(study: Study, demand: Demand, trip: Trip, at: Snapped) -> tuple[Snapped, Ints]:
    """Find all-season roads within a walk of those whose nearest road is none."""
    firm = all_season(study.network, trip.vehicle, study.rules.seasons)
    of = np.flatnonzero(~firm[at.segment])
    usable = firm & trip.network.inland
    if not len(of) or not (usable & trip.costs.usable).any():
        return at.take(of[:0]), of[:0]
    stops = stops_at(
        trip.network,
        trip.costs,
        demand.origins.iloc[of],
        reach_m=WALK_M,
        usable=usable,
        water=water_of(study, "wet"),
    )
    near = np.flatnonzero(stops.near)
    return stops.snapped.take(near), of[near]


def joined(parts: Sequence[Snapped]) -> Snapped:
    """Return positions one after the other as one."""
    return Snapped(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("segment", "fraction", "offset_m")
        )
    )
