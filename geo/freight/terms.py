"""What freight needs of a study: vehicles on its roads, hubs, crossings, parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.driving.vehicle import Stops as Halting
from geo.driving.vehicle import Vehicle, load_vehicle
from geo.freight.fleet import Fleet, fleet_at, hauler
from geo.freight.haul import Terms
from geo.routing.stops import Stops, stops_arrays, stops_of
from geo.routing.trip import Trip
from geo.study import Study
from layers.errors import DataError
from layers.store.kept import kept_or_made
from layers.tables.places import Place, places_of


def fleet_of(
    study: Study,
    vehicles: Sequence[str],
    season: str,
    places: pd.DataFrame,
    *,
    halting: bool = True,
) -> Fleet:
    """Put vehicles on the roads of a study; `halting` as for `freight_terms`.

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
        hauler(*(_trip(study, one.id, season, load, halting=halting) for load in (1.0, 0.0)))
        for one in trucks
    ]
    where = [places[name].to_numpy(np.float64) for name in ("lon", "lat")]
    asked = study.season(season), places["id"].tolist(), *(part.tobytes() for part in where)

    def kept(vehicle: str, make: Callable[[], Stops]) -> Stops:
        arrays = kept_or_made(study.key_of("stops", vehicle, *asked), lambda: stops_arrays(make()))
        return stops_of(arrays)

    return fleet_at(tuple(made), places, kept)


def _trip(study: Study, vehicle: str, season: str, load: float, *, halting: bool) -> Trip:
    """Return the cheapest trips of a truck."""
    trip = study.trip(vehicle, season, load, "cost")
    return trip if halting else replace(trip, halting=False)


def freight_terms(
    study: Study,
    vehicles: Sequence[str] = (),
    season: str = "dry",
    *,
    empty_share: float | None = None,
    extra: Sequence[Place] = (),
    halting: bool = True,
) -> Terms:
    """Gather the terms on which goods are hauled.

    Parameters
    ----------
    study
        The area in its world.
    vehicles
        Ids of the vehicles that may be used; the usual ones if empty.
    season
        `dry` or `wet`; one that a scenario sets counts before it.
    empty_share
        Part of the trips that come back empty; the usual one by default.
    extra
        Places that are in no table.
    halting
        Whether hours count the driver's rest and nights.

    Returns
    -------
    terms
        For `geo.freight.least_cost.hauls` and others; `terms.season` is the one that holds.

    Raises
    ------
    DataError
        A vehicle carries no goods, or crossings lie on no road.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> terms = freight_terms(study, ("truck_10w",), season="wet")
    >>> terms.fleet.vehicles, terms.season
    (('truck_10w',), 'wet')
    """
    rules = study.rules.with_empty_share(empty_share)
    own = pd.DataFrame([(one.id, one.lon, one.lat) for one in extra], columns=["id", "lon", "lat"])
    places = pd.concat([study.gazetteer[["id", "lon", "lat"]], own], ignore_index=True)
    fleet = fleet_of(
        study, tuple(vehicles) or rules.freight.trips.vehicles, season, places, halting=halting
    )
    return Terms(fleet, study.tables.hubs, study.crossings, rules.freight, rules.border)


def place_of(study: Study, place: Place | str | None) -> Place:
    """Return where goods start or go; a bare point gets its coordinates as its id.

    Parameters
    ----------
    study
        The area.
    place
        A place, what a person typed, or None for the area's home.

    Raises
    ------
    DataError, UnknownNameError
        As `Study.place` and `Study.home`.
    """
    if place is None:
        return study.home
    found = study.place(place) if isinstance(place, str) else place
    return found if found.id else replace(found, id=found.name_en)


def unlisted(study: Study, *places: Place) -> tuple[Place, ...]:
    """Return those places that the gazetteer has not, such as bare points, each once."""
    known = set(study.gazetteer["id"])
    return tuple({one.id: one for one in places if one.id not in known}.values())


def places_by_id(study: Study, extra: Sequence[Place] = ()) -> dict[str, Place]:
    """Return all places of a study by id, and further ones."""
    return {one.id: one for one in (*places_of(study.gazetteer), *extra)}


def season_notes(study: Study) -> tuple[str, ...]:
    """Tell the reader that a scenario set the season, if one did."""
    if not study.world.season:
        return ()
    return (f"season: {study.world.season}, set by a scenario",)


def rest_notes(terms: Terms, *, halting: bool) -> tuple[str, ...]:
    """Tell the reader which rest of drivers hours count, or that they count none."""
    if not halting:
        return ("hours are of driving alone: no breaks and no nights",)
    by_rest: dict[Halting, list[str]] = {}
    for one in terms.fleet.haulers:
        by_rest.setdefault(one.vehicle.stops, []).append(one.vehicle.id)
    return tuple(
        f"hours of {', '.join(vehicles)} count {' and '.join(_rest(stops))}"
        for stops, vehicles in by_rest.items()
        if _rest(stops)
    )


def _rest(stops: Halting) -> list[str]:
    """Spell breaks and nights."""
    told = []
    if stops.rest_after_h:
        told.append(f"{stops.rest_min:g} min of rest after every {stops.rest_after_h:g} h driven")
    if stops.day_h:
        told.append(f"a night of {stops.night_h:g} h after every {stops.day_h:g} h driven")
    return told
