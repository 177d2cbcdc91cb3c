"""Who drives in a changed world as today: their ways need not be found again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from geo.driving.cost import KEPT
from geo.scenario.changed_costs import touched
from geo.study import Study
from layers.roads.network import RoadNetwork

BODIES: Final = ("hgv", "maxweight_t", "maxheight_m", "maxaxleload_t", "maxlength_m")
"""Columns of segments that only say which vehicles they bear: costs know whom they keep off."""


def roads_for(study: Study, vehicle: str, season: str, load: float = 1.0) -> Study:
    """Return the study on whose roads a vehicle's ways are to be looked for.

    Parameters
    ----------
    study
        The area in its world.
    vehicle, season, load
        As for `Study.costs`; `season` is the one that holds.

    Returns
    -------
    study
        That of today where the roads are today's and every segment takes the vehicle what it
        takes today, as when lorries are banned or a crossing opens; else the one given.
    """
    today = study.today
    if today is None or today.season(season) != study.season(season):
        return study
    if study.graph is not today.graph or len(study.network.segments) != len(today.network.segments):
        return study
    if study.network is not today.network and touched(today.network, _alike(study, today)).any():
        return study
    one, other = (each.costs(vehicle, season, load) for each in (study, today))
    same = one.blocked_h == other.blocked_h and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in KEPT
    )
    return today if same else study


def _alike(study: Study, today: Study) -> RoadNetwork:
    """Return the roads with what is said today of vehicles' bodies."""
    told = {name: today.network.segments[name].array for name in BODIES}
    return replace(study.network, segments=study.network.segments.assign(**told))
