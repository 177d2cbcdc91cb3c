"""What a haul is like along its way: climbs, roads, the road that costs most time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.season import passable
from geo.freight.haul import Haul, Terms
from geo.routing.route import Route, route_of
from layers.tables.places import Place

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HaulFacts:
    """A haul along its way.

    Attributes
    ----------
    routes
        One per drive.
    climb_m, descent_m, max_grade_pct
        Over all drives.
    limiting_road
        The road on which most time is lost against the vehicle's legal speed outside towns.
    lost_s
        How much.
    passable_wet
        Probability of getting through the same way on a day of the rainy season.
    """

    routes: tuple[Route, ...]
    climb_m: float
    descent_m: float
    max_grade_pct: float
    limiting_road: str
    lost_s: float
    passable_wet: float


@dataclass(frozen=True, eq=False)
class Delivery:
    """A haul, where it leads and what it is like.

    Attributes
    ----------
    haul
        The haul.
    place
        Its destination.
    facts
        None where goods do not get there.
    """

    haul: Haul
    place: Place
    facts: HaulFacts | None


def wet_passability(terms: Terms, hazards: pd.DataFrame | None) -> Mapping[str, Floats]:
    """Return the probability that each segment can be passed in the rains, by vehicle."""
    return {
        hauler.vehicle.id: passable(hauler.laden.network, hauler.vehicle, "wet", hazards=hazards)
        for hauler in terms.fleet.haulers
    }


def haul_facts(
    terms: Terms, haul: Haul, places: Mapping[str, Place], wet: Mapping[str, Floats]
) -> HaulFacts:
    """Gather what a haul is like along its way.

    Parameters
    ----------
    terms, haul
        Who hauls, and how.
    places
        By id.
    wet
        Of `wet_passability`.

    Returns
    -------
    facts
        Of a haul that gets there.
    """
    order = list(terms.fleet.vehicles)
    routes, lost, through = [], dict[str, float](), 1.0
    for drive in haul.drives:
        hauler = terms.fleet.haulers[order.index(drive.stage.vehicle)]
        ends = places[drive.stage.from_id], places[drive.stage.to_id]
        route = route_of(hauler.laden, drive.path, ends)
        routes.append(route)
        legal_m_s = hauler.vehicle.legal.rural_kph / 3.6
        for leg in route.legs:
            road = leg.ref or leg.name_en or leg.name or leg.highway
            lost[road] = lost.get(road, 0.0) + leg.time_s - leg.distance_m / legal_m_s
        part = drive.path.stop - drive.path.start
        through *= float(np.prod(wet[drive.stage.vehicle][drive.path.segment] ** part))
    worst = max(lost, key=lambda road: lost[road])
    return HaulFacts(
        routes=tuple(routes),
        climb_m=sum(route.climb_m for route in routes),
        descent_m=sum(route.descent_m for route in routes),
        max_grade_pct=max(route.max_grade_pct for route in routes),
        limiting_road=worst,
        lost_s=max(lost[worst], 0.0),
        passable_wet=through,
    )
