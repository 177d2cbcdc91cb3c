"""What freight needs of a study: vehicles on its roads, hubs, crossings, parameters."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.driving.vehicle import Vehicle, load_vehicle
from geo.freight.fleet import Fleet, fleet_at, hauler
from geo.freight.haul import Terms
from geo.study import Study
from layers.errors import DataError
from layers.tables.places import Place, places_of


def fleet_of(study: Study, vehicles: Sequence[str], season: str, places: pd.DataFrame) -> Fleet:
    """Put vehicles on the roads of a study.

    Raises
    ------
    DataError
        One of them carries no goods.
    """
    loaded = [load_vehicle(name) for name in vehicles]
    trucks = [one for one in loaded if isinstance(one, Vehicle) and one.payload_t > 0]
    if len(trucks) < len(loaded):
        others = ", ".join(one.id for one in loaded if one not in trucks)
        usual = ", ".join(study.rules.freight.trips.vehicles)
        raise DataError(f"{others}: carries no goods; take one of {usual}")
    made = [
        hauler(*(study.trip(one.id, season, load, "cost") for load in (1.0, 0.0))) for one in trucks
    ]
    return fleet_at(tuple(made), places)


def freight_terms(
    study: Study,
    vehicles: Sequence[str] = (),
    season: str = "dry",
    *,
    empty_share: float | None = None,
    extra: Sequence[Place] = (),
) -> Terms:
    """Gather the terms on which goods are hauled.

    Parameters
    ----------
    study
        The area in its world.
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
        For `geo.freight.least_cost.hauls` and others.

    Raises
    ------
    DataError
        A vehicle carries no goods, or crossings lie on no road.
    """
    rules = study.rules.with_empty_share(empty_share)
    own = pd.DataFrame([(one.id, one.lon, one.lat) for one in extra], columns=["id", "lon", "lat"])
    places = pd.concat([study.gazetteer[["id", "lon", "lat"]], own], ignore_index=True)
    fleet = fleet_of(study, tuple(vehicles) or rules.freight.trips.vehicles, season, places)
    return Terms(fleet, study.tables.hubs, study.crossings, rules.freight, rules.border)


def places_by_id(study: Study, extra: Sequence[Place] = ()) -> dict[str, Place]:
    """Return all places of a study by id, and further ones."""
    return {one.id: one for one in (*places_of(study.gazetteer), *extra)}
