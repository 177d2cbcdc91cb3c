"""What the loss of the worst corridors costs in the base and in a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.compare.criticality import LOSSES, links_before, losses_compared
from geo.risk.demand import people
from geo.risk.loaded_roads import Roads, put_on_roads
from geo.risk.ranking import as_corridors, links
from geo.rules.risk import read_risk
from geo.study import Study

MOST: Final = 10
"""Worst corridors that are told, by hours and by people cut off."""
WHERE: Final = ("ref", "name_en", "name_th", "part", "km_from", "km_to", "place_from", "place_to")


@dataclass(frozen=True, eq=False)
class Weak:
    """A world's roads with what the loss of each link does, as `chaidaen risk` has it.

    Attributes
    ----------
    roads
        Split at places, with the trips of people over them.
    links, corridors
        Of `geo.risk.ranking`.
    vehicle, season
        Of the trips.
    """

    roads: Roads
    links: pd.DataFrame
    corridors: pd.DataFrame
    vehicle: str
    season: str

    def worst(self, name: str) -> float:
        """Return the greatest of `LOSSES` over all links, each lost alone."""
        return float(self.links[name].max()) if len(self.links) else 0.0


def weak(study: Study, vehicle: str, season: str) -> Weak:
    """Lose every link of a world in turn.

    Parameters
    ----------
    study
        In its world.
    vehicle, season
        Of the trips: those that `chaidaen risk` has by default.

    Raises
    ------
    DataError
        There is nowhere to go, or nobody is near a road.
    """
    often = read_risk().travel.trips_per_person_day
    demand, _ = people(study, (), vehicle, often)
    roads, _ = put_on_roads(study, [demand], season)
    table = links(roads, np.zeros(len(roads.chain)))
    return Weak(roads, table, as_corridors(roads, table), vehicle, season)


def criticality(base: Weak, found: Weak) -> pd.DataFrame:
    """Compare what the loss of the worst corridors costs.

    Returns
    -------
    criticality
        Of `geo.compare.criticality.losses_compared`, with `vehicle, season`.
    """
    world = found.roads.study.world
    closed = world.marks["closed"].to_numpy(bool)[found.roads.split.segment]
    old, new = (one.corridors[[*WHERE, *LOSSES, "segments"]] for one in (base, found))
    before = links_before(base.roads.split, found.roads.split, world.marks)
    made = losses_compared(old, found.links, before, closed, new, most=MOST)
    return made.assign(vehicle=base.vehicle, season=base.season)


def figures(base: Weak, found: Weak) -> pd.DataFrame:
    """Return the worst loss of any link in each world, as key figures.

    Returns
    -------
    figures
        Columns of `geo.compare.figures.COLUMNS`.
    """
    rows = []
    for name, unit in zip(LOSSES, ("person-hours/day", "people"), strict=True):
        old, new = base.worst(name), found.worst(name)
        rows.append(
            {"figure": f"worst_{name}", "vehicle": base.vehicle, "season": base.season,
             "to_kind": "", "unit": unit, "base": old, "value": new, "change": new - old}
        )  # fmt: skip
    return pd.DataFrame(rows)
