"""Freight corridors: what goods take from one place to provinces, crossings and cities beyond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.freight.departures import moments_at_gate
from geo.freight.destinations import GROUPS, beyond, destinations
from geo.freight.haul import Terms, why_not
from geo.freight.haul_profile import (
    Delivery,
    alternative_hauls,
    drive_all,
    haul_profile,
    wet_passability,
)
from geo.freight.least_cost import hauls, hauls_abroad
from geo.freight.road_limits import RoadLimit, diverting_limits, limits_arrays, limits_of
from geo.freight.terms import (
    freight_terms,
    place_of,
    places_by_id,
    rest_notes,
    season_notes,
    unlisted,
)
from geo.routing.legs import road_numbers
from geo.scenario.world import Price
from geo.study import Study
from layers.store.kept import kept_or_made
from layers.tables.places import Place


@dataclass(frozen=True, eq=False)
class Freight:
    """What carrying goods from one place to others takes.

    Attributes
    ----------
    corridors
        A row per destination as in `corridor_table`, the cheapest first.
    deliveries
        The hauls behind the rows, in the same order.
    alternatives
        Other roads for what stays in the country, by id of the destination; dearer ones
        after cheaper ones.
    barred
        Roads that divert each vehicle from its cheapest route, by id of the vehicle.
    terms
        Who hauls, when, and on what terms.
    origin, places
        Where goods start, and all places by id.
    crossings
        Crossings as their table has them: a scenario may say otherwise in `terms.crossings`.
    prices
        Prices that a scenario changed.
    notes
        What the reader must know.
    """

    corridors: pd.DataFrame
    deliveries: tuple[Delivery, ...]
    alternatives: Mapping[str, tuple[Delivery, ...]]
    barred: Mapping[str, tuple[RoadLimit, ...]]
    terms: Terms
    origin: Place
    places: Mapping[str, Place]
    crossings: pd.DataFrame
    prices: Mapping[str, Price]
    notes: tuple[str, ...] = ()


def freight(  # noqa: PLR0913
    study: Study,
    origin: Place | str | None = None,
    to: str = "all",
    *,
    vehicles: Sequence[str] = (),
    season: str = "dry",
    empty_share: float | None = None,
    departure: datetime | None = None,
    alternatives: int = 0,
    halting: bool = True,
) -> Freight:
    """Find what goods take from a place to provinces, through crossings and to cities beyond.

    Parameters
    ----------
    study
        The area in its world.
    origin
        Where goods start; the area's home by default.
    to
        `provinces`, `crossings`, `all`, or one place or crossing.
    vehicles
        Ids of those that may be used; the usual ones if empty.
    season
        `dry` or `wet`; one that a scenario sets counts before it, and a note says so.
    empty_share
        Part of the trips that come back empty; the usual one by default.
    departure
        Local time; adds when who leaves then is at the gate, through it, and there.
    alternatives
        How many other ways to seek for what stays in the country.
    halting
        Whether hours count the driver's rest and nights.

    Returns
    -------
    freight
        What is not reached has a row too, which says why.

    Raises
    ------
    UnknownNameError
        There is no such place or vehicle.
    DataError
        A vehicle carries no goods, or the area has nowhere to carry goods to.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> found = freight(study, to="chiang_mai", vehicles=("truck_10w",))
    >>> found.corridors[["from_id", "to_id", "vehicles", "why_not"]].to_numpy().tolist()
    [['mae_hong_son', 'chiang_mai', 'truck_10w', '']]
    """
    start = place_of(study, origin)
    goal = None if to in GROUPS else place_of(study, to)
    extra = unlisted(study, *([start, goal] if goal else [start]))
    terms = freight_terms(
        study, vehicles, season, empty_share=empty_share, extra=extra, halting=halting
    )
    places = places_by_id(study, extra)
    (towns, gates), notes = destinations(study, terms, start.id, goal.id if goal else to)
    wet = kept_or_made(
        study.key_of("wet", terms.fleet.vehicles),
        lambda: wet_passability(terms, study.world.hazards, study.rules.seasons),
    )
    found = find_deliveries(terms, start.id, (towns, gates), places, wet)
    table = corridor_table(terms, found)
    if departure:
        moments = [moments_at_gate(terms, one.haul, departure) for one in found]
        table = table.join(pd.DataFrame(moments, index=table.index))
    ends = [one.haul.crossing or one.haul.to_id for one in found if one.haul.reached]
    return Freight(
        corridors=table,
        deliveries=tuple(found),
        alternatives={
            one.place.id: tuple(
                Delivery(way, one.place, haul_profile(terms, way, places, wet))
                for way in alternative_hauls(terms, one.haul, alternatives)
            )
            for one in found
            if not one.haul.crossing
        },
        barred={
            name: _barred(study, terms, name, start, tuple(dict.fromkeys(ends)))
            for name in terms.fleet.vehicles
        },
        terms=terms,
        origin=start,
        places=places,
        crossings=study.tables.crossings,
        prices=study.world.prices,
        notes=(*season_notes(study), *rest_notes(terms, halting=halting), *notes, *beyond(study)),
    )


def _barred(
    study: Study, terms: Terms, vehicle: str, start: Place, ends: tuple[str, ...]
) -> tuple[RoadLimit, ...]:
    """Find the roads that divert a vehicle, or read what an earlier run found."""

    def made() -> Mapping[str, NDArray[Any]]:
        found = diverting_limits(terms.fleet, vehicle, start.id, ends, cost=study.costs_on)
        return limits_arrays(found)

    asked = vehicle, terms.season, start, ends
    return limits_of(kept_or_made(study.key_of("barred", *asked), made))


def find_deliveries(
    terms: Terms,
    start: str,
    targets: tuple[Sequence[str], Sequence[str]],
    places: Mapping[str, Place],
    wet: Mapping[str, NDArray[np.float64]],
) -> list[Delivery]:
    """Find the hauls from a place to others, the cheapest first.

    Parameters
    ----------
    terms
        Who hauls.
    start
        Id of the place.
    targets
        Ids of places within the country, and of crossings.
    places
        By id.
    wet
        Of `geo.freight.haul_profile.wet_passability`.
    """
    towns, gates = targets
    carried = [*hauls(terms, [start], towns), *hauls_abroad(terms, [start], gates)]
    drive_all(terms, carried)
    found = [
        Delivery(
            haul,
            places[haul.to_id],
            haul_profile(terms, haul, places, wet) if haul.reached else None,
        )
        for haul in carried
    ]
    return sorted(found, key=lambda one: one.haul.cost_thb_per_t)


def corridor_table(terms: Terms, deliveries: Sequence[Delivery]) -> pd.DataFrame:
    """Lay out hauls as a table; NaN where goods do not get there.

    Parameters
    ----------
    terms, deliveries
        Who hauls, and how.

    Returns
    -------
    corridors
        Columns `from_id, to_id, to, kind, crossing, status, vehicles, hubs, distance_m,
        time_p10_s, time_p50_s, time_p90_s, load_t, cost_thb, cost_thb_per_t, fuel_l_per_t,
        co2_kg_per_t, fuel_l, co2_kg, climb_m, descent_m, max_grade_pct, roads,
        limiting_road, lost_s, passable, passable_wet, why_not`. Amounts per load are those
        of the vehicle that loads at the origin, the empty share of ways back included.
    """
    return pd.DataFrame([_row(terms, one) for one in deliveries])


def _row(terms: Terms, one: Delivery) -> dict[str, Any]:
    """Return one haul as a row."""
    haul, profile = one.haul, one.profile
    crossing = terms.crossings.get(haul.crossing)
    load_t = haul.drives[0].payload_t if haul.reached else np.nan
    per_t = ("cost_thb_per_t", "fuel_l_per_t", "co2_kg_per_t")
    amounts = {name: getattr(haul, name) if haul.reached else np.nan for name in per_t}
    return {
        "from_id": haul.from_id,
        "to_id": haul.to_id,
        "to": one.place.name_en,
        "kind": one.place.kind,
        "crossing": haul.crossing,
        "status": crossing.status if crossing else "",
        "vehicles": " > ".join(haul.vehicles),
        "hubs": " > ".join(drive.stage.to_id for drive in haul.inland[:-1]),
        "distance_m": haul.distance_m if haul.reached else np.nan,
        "time_p10_s": haul.time_s[0] if haul.reached else np.nan,
        "time_p50_s": haul.time_s[1] if haul.reached else np.nan,
        "time_p90_s": haul.time_s[2] if haul.reached else np.nan,
        "load_t": load_t,
        "cost_thb": amounts["cost_thb_per_t"] * load_t,
        **amounts,
        "fuel_l": amounts["fuel_l_per_t"] * load_t,
        "co2_kg": amounts["co2_kg_per_t"] * load_t,
        "climb_m": profile.climb_m if profile else np.nan,
        "descent_m": profile.descent_m if profile else np.nan,
        "max_grade_pct": profile.max_grade_pct if profile else np.nan,
        "roads": " · ".join(road_numbers(profile.legs if profile else ())),
        "limiting_road": profile.limiting_road if profile else "",
        "lost_s": profile.lost_s if profile else np.nan,
        "passable": haul.passable if haul.reached else np.nan,
        "passable_wet": profile.passable_wet if profile else np.nan,
        "why_not": why_not(terms, haul),
    }
