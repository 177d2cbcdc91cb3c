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
from geo.study import Session
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


def fleet_of(session: Session, vehicles: Sequence[str], season: str, places: pd.DataFrame) -> Fleet:
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
    made = haulers(
        session.world, session.topology, trucks, season=season, scenario=session.scenario
    )
    return fleet_at(made, places)


def crossings_with(session: Session, rules: FreightRules) -> dict[str, Crossing]:
    """Read the crossings of an area, and refuse those that lie on no road.

    Raises
    ------
    DataError
        Crossings lie too far from every road; one message names all their rows.
    """
    table = session.world.crossings
    check_near_roads(session.area, table, session.network, MAX_DISTANCE_M)
    return dict(crossings_by_id(table, read_dwell(session.area), rules))


def terms_of(
    session: Session,
    vehicles: Sequence[str],
    season: str,
    *,
    empty_share: float | None = None,
    extra: Sequence[Place] = (),
) -> Terms:
    """Gather the terms on which goods are hauled in an area.

    Parameters
    ----------
    session
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
    crossings = crossings_with(session, rules)
    own = pd.DataFrame([(one.id, one.lon, one.lat) for one in extra], columns=["id", "lon", "lat"])
    places = pd.concat([session.gazetteer[["id", "lon", "lat"]], own], ignore_index=True)
    fleet = fleet_of(session, vehicles or _usual(), season, places)
    return Terms(fleet, read_hubs(session.area), crossings, rules)


def by_id(session: Session, extra: Sequence[Place] = ()) -> dict[str, Place]:
    """Return all places of an area by id, and further ones."""
    return {one.id: one for one in (*places_of(session.gazetteer), *extra)}


def _usual() -> tuple[str, ...]:
    return read_freight_rules().trips.vehicles
