"""What traffic pays more as a new surface grows rough again."""

from __future__ import annotations

from typing import Final

import numpy as np

from geo.driving.roughness import rough_thb_per_km
from geo.driving.setting import read_road_rules, roughness
from geo.driving.vehicle import load_vehicle
from geo.rules.prices import Wear
from geo.study import Study
from geo.traffic.changes import Changes
from layers.arrays import Bools

HALF: Final = 0.5
"""The middle of a year."""


def worn_thb(found: Changes, changed: Study, rebuilt: Bools, wear: Wear) -> tuple[float, ...]:
    """Return what vehicles take more per day on what is built than in the middle of its life.

    The roughness of `roads.toml` is that of a road of its class and neither new nor worn: what is
    built begins smoother and ends rougher, IRI growing by exp(growth · years). Speed stays
    as it is: the time lost by drivers who slow down on a rougher road is not in it.

    Parameters
    ----------
    found
        Traffic on the changed roads.
    changed
        The study of them.
    rebuilt
        Segments that are new or get a new surface, shape (segments,).
    wear
        How fast, and when they are resurfaced.

    Returns
    -------
    worn_thb
        Baht per day in each year until they are resurfaced, below 0 in the first ones; all
        classes together.
    """
    network, rules = changed.network, read_road_rules()
    ages = np.arange(wear.resurfaced_every)
    at = np.flatnonzero(rebuilt)
    iri = roughness(network, rules)[at]
    more = np.zeros(len(ages))
    for name, ways in found.ways.items():
        vehicle = load_vehicle(name)
        km = ways.use[at] * network.length_m[at] / 1000
        new = rough_thb_per_km(iri, vehicle, rules.roughness_costs)
        for age in ages:
            since = age + HALF - wear.resurfaced_every / 2
            worn = iri * np.exp(wear.iri_growth * since)
            more[age] += float(
                (km * (rough_thb_per_km(worn, vehicle, rules.roughness_costs) - new)).sum()
            )
    return tuple(more.tolist())
