"""Gather what freight needs of an area: vehicles on its roads, hubs, crossings, prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from geo.border.crossing import Crossing, crossings_by_id
from geo.driving.vehicle import Vehicle, load_vehicle
from geo.freight.fleet import Fleet, fleet_at, haulers
from geo.freight.haul import Terms
from geo.freight.rules import FreightRules, read_freight_rules
from geo.routing.snap import MAX_DISTANCE_M
from geo.study import Study
from layers.errors import DataError
from layers.tables.crossings import check_near_roads, read_dwell
from layers.tables.hubs import read_hubs
from layers.tables.places import Place, places_of


def rules_with(empty_share: float | None) -> FreightRules:
    """Return the parameters of freight, with one's own empty share if it is given."""
    rules = read_freight_rules()
    if empty_share is None:
        return rules
    return replace(rules, trips=replace(rules.trips, empty_share=empty_share))


def fleet_of(study: Study, vehicles: Sequence[str], season: str, places: pd.DataFrame) -> Fleet:
    """Put vehicles on the roads of an area.

    Raises
    ------
    DataError
        One of them carries no goods.
    """
    loaded = [load_vehicle(name) for name in vehicles]
    trucks = [one for one in loaded if isinstance(one, Vehicle) and one.payload_t > 0]
    if len(trucks) < len(loaded):
        on_foot = ", ".join(one.id for one in loaded if one not in trucks)
        raise DataError(f"{on_foot}: carries no goods; take one of {', '.join(_usual())}")
    made = haulers(study.world, study.graph, trucks, season=season, scenario=study.scenario)
    return fleet_at(made, places)


def crossings_with(study: Study, rules: FreightRules) -> dict[str, Crossing]:
    """Read the crossings of an area, and refuse those that lie on no road.

    Raises
    ------
    DataError
        Crossings lie too far from every road; one message names all their rows.
    """
    table = study.world.crossings
    check_near_roads(study.area, table, study.network, MAX_DISTANCE_M)
    return dict(crossings_by_id(table, read_dwell(study.area), rules))


def terms_of(
    study: Study,
    vehicles: Sequence[str],
    season: str,
    *,
    empty_share: float | None = None,
    extra: Sequence[Place] = (),
) -> Terms:
    """Gather the terms on which goods are hauled in an area.

    Parameters
    ----------
    study
        The area.
    vehicles
        Ids of the vehicles that may be used; the usual ones if empty.
    season
        `dry` or `wet`.
    empty_share
        Part of the trips that come back empty; the usual one by default.
    extra
        Places that are in no table.

    Returns
    -------
    terms
        For `geo.freight.least_cost`.
    """
    rules = rules_with(empty_share)
    crossings = crossings_with(study, rules)
    own = pd.DataFrame([(one.id, one.lon, one.lat) for one in extra], columns=["id", "lon", "lat"])
    places = pd.concat([study.gazetteer[["id", "lon", "lat"]], own], ignore_index=True)
    fleet = fleet_of(study, vehicles or _usual(), season, places)
    return Terms(fleet, read_hubs(study.area), crossings, rules)


def by_id(study: Study, extra: Sequence[Place] = ()) -> dict[str, Place]:
    """Return all places of an area by id, and further ones."""
    return {one.id: one for one in (*places_of(study.gazetteer), *extra)}


def _usual() -> tuple[str, ...]:
    return read_freight_rules().trips.vehicles
