"""What a haul is like along its way, and its alternatives on other roads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.driving.season import passable
from geo.freight.haul import Drive, Haul, Terms
from geo.routing.alternatives import find_alternatives
from geo.routing.legs import Leg
from geo.routing.route import Route, route_of
from geo.routing.trip import halts_on, log_spread, sums
from geo.rules.seasons import Rain
from layers.arrays import Floats
from layers.tables.places import Place


@dataclass(frozen=True, eq=False)
class HaulProfile:
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

    @property
    def legs(self) -> tuple[Leg, ...]:
        """Stretches on one road each, over all drives."""
        return tuple(leg for route in self.routes for leg in route.legs)


@dataclass(frozen=True, eq=False)
class Delivery:
    """A haul, where it leads and what it is like.

    Attributes
    ----------
    haul
        The haul.
    place
        Its destination.
    profile
        None where goods do not get there.
    """

    haul: Haul
    place: Place
    profile: HaulProfile | None


def wet_passability(
    terms: Terms, hazards: pd.DataFrame | None, rain: Rain | None = None
) -> Mapping[str, Floats]:
    """Return the probability that each segment can be passed in the rains, by vehicle.

    Parameters
    ----------
    terms
        Who hauls, on which roads.
    hazards
        Places where roads were cut, of the same world as the roads.
    rain
        Parameters; those shipped by default.

    Returns
    -------
    probability
        Shape (segments,) each, whatever the season of the terms.
    """
    return {
        hauler.vehicle.id: passable(
            hauler.laden.network, hauler.vehicle, "wet", hazards=hazards, rain=rain
        )
        for hauler in terms.fleet.haulers
    }


def drive_all(terms: Terms, hauls: Sequence[Haul]) -> None:
    """Drive the roads of many hauls at once, as their profiles need."""
    for hauler in terms.fleet.haulers:
        drives = (drive for haul in hauls for drive in haul.drives)
        mine = [one.path.segment for one in drives if one.stage.vehicle == hauler.vehicle.id]
        if mine:
            hauler.laden.costs.drive_near(np.concatenate(mine))


def haul_profile(
    terms: Terms, haul: Haul, places: Mapping[str, Place], wet: Mapping[str, Floats]
) -> HaulProfile:
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
    profile
        Of a haul that gets there.
    """
    routes, lost, through = [], dict[str, float](), 1.0
    for drive in haul.drives:
        hauler = terms.fleet[drive.stage.vehicle]
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
    return HaulProfile(
        routes=tuple(routes),
        climb_m=sum(route.climb_m for route in routes),
        descent_m=sum(route.descent_m for route in routes),
        max_grade_pct=max(route.max_grade_pct for route in routes),
        limiting_road=worst,
        lost_s=max(lost[worst], 0.0),
        passable_wet=through,
    )


def alternative_hauls(terms: Terms, haul: Haul, wanted: int) -> tuple[Haul, ...]:
    """Find alternatives for goods that stay in the country: roads that really differ.

    Vehicles and hubs stay as they are; one drive takes other roads out, and comes back
    empty as before.

    Parameters
    ----------
    terms, haul
        Who hauls, and the best way.
    wanted
        How many at most.

    Returns
    -------
    hauls
        The cheapest first; none where goods do not get there or cross a border.
    """
    if haul.crossing or not haul.reached or wanted < 1:
        return ()
    found = [
        _instead(terms, haul, at, other)
        for at, drive in enumerate(haul.inland)
        for other in _others(terms, drive, wanted)
    ]
    return tuple(sorted(found, key=lambda one: one.cost_thb_per_t)[:wanted])


def _others(terms: Terms, drive: Drive, wanted: int) -> list[Drive]:
    """Return a drive's other ways out."""
    hauler = terms.fleet[drive.stage.vehicle]
    ends = terms.fleet.at(drive.stage.vehicle, [drive.stage.from_id, drive.stage.to_id]).snapped
    ways = find_alternatives(hauler.laden.network, hauler.out, ends, drive.path, wanted)
    laden = hauler.laden
    return [
        replace(
            drive,
            path=way,
            out=sums(laden, way),
            halts=halts_on(laden, way),
            log_spread=log_spread(laden, way),
        )
        for way in ways
    ]


def _instead(terms: Terms, haul: Haul, at: int, drive: Drive) -> Haul:
    """Return a haul with one drive instead of another, all its sums by what differs."""
    share, old = terms.rules.trips.empty_share, haul.inland[at]
    drives = (*haul.inland[:at], drive, *haul.inland[at + 1 :])
    longer_s = drive.time_s - old.time_s
    more = {
        f"{name}_per_t": drive.per_t(name, share) - old.per_t(name, share)
        for name in ("cost_thb", "fuel_l", "co2_kg")
    }
    p10, p50, p90 = haul.time_s
    return replace(
        haul,
        inland=drives,
        time_s=(p10 + longer_s, p50 + longer_s, p90 + longer_s),
        before_s=haul.before_s + longer_s,
        distance_m=haul.distance_m + drive.out.distance_m - old.out.distance_m,
        passable=float(np.prod([one.out.passable for one in drives])),
        **{name: getattr(haul, name) + by for name, by in more.items()},
    )
