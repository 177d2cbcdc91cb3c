"""Access and journeys before and after: what the base and a scenario take the same places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.measures import nearest
from geo.access.names import with_names
from geo.access.nearest import door_to_door, water_of
from geo.access.people import named
from geo.access.rural_access import RuralAccess, all_season_roads, rural_access
from geo.compare import tables
from geo.routing.stops import BESIDE_M, stops_at
from geo.routing.trip import Trip
from geo.study import Study
from geo.traffic.assignment import Ways, best_ways
from geo.traffic.unchanged import roads_for
from layers.arrays import Floats
from layers.errors import DataError

PROVINCES = "provinces"
LIMITS = (30, 60, 120)
"""Minutes within which people are counted."""


@dataclass(frozen=True)
class Asked:
    """Who goes where and when.

    Attributes
    ----------
    vehicles, seasons
        Each with each.
    kinds
        Kinds of facilities, or `provinces`.
    """

    vehicles: tuple[str, ...]
    seasons: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Tables:
    """What a scenario changes for people and pairs of places.

    Every table has `vehicle`, `season_base` and `season`: which season the columns of the base
    and those of the scenario are of. All but `rural` and `corridors` have `to_kind`.

    Attributes
    ----------
    pairs, places, people, districts
        As `geo.compare.tables` makes them; `places` are settlements with their minutes to the
        nearest destination.
    rural
        Rural Access Index.
    corridors
        Pairs from the area's home to the capitals of provinces.
    """

    pairs: pd.DataFrame
    places: pd.DataFrame
    people: pd.DataFrame
    districts: pd.DataFrame
    rural: pd.DataFrame
    corridors: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Journeys:
    """What one vehicle's journeys take in one world and season.

    Attributes
    ----------
    season
        That holds.
    rural
        Rural access.
    corridors
        Skims from home to the provinces.
    ways, minutes, nearest
        By kind of destination: skims of all pairs, shape (settlements, destinations); minutes
        door to door to the nearest one, NaN where none is reached, and its id, shape
        (settlements,).
    """

    season: str
    rural: RuralAccess
    corridors: Ways
    ways: Mapping[str, Ways]
    minutes: Mapping[str, Floats]
    nearest: Mapping[str, NDArray[np.object_]]


@dataclass(frozen=True, eq=False)
class Ends:
    """Where journeys begin and end; the same in every world.

    Attributes
    ----------
    people
        Settlements.
    goals
        By kind.
    home, provinces
        Ends of the corridors.
    districts
        Names of districts, by code: `name_en, name_th`.
    """

    people: pd.DataFrame
    goals: Mapping[str, pd.DataFrame]
    home: pd.DataFrame
    provinces: pd.DataFrame
    districts: pd.DataFrame


def destinations(study: Study, kind: str) -> pd.DataFrame:
    """List where people go: facilities, or the capitals of provinces.

    Returns
    -------
    destinations
        Columns `id, name_en, name_th, lon, lat`, and others.

    Raises
    ------
    DataError
        There is no such kind, or none of it.
    """
    if kind != PROVINCES:
        return named(study.tables.facilities(kind))
    places, wanted = study.tables.places, study.area.corridors
    capital = places["kind"] == "province_capital"
    chosen = places["id"].isin(wanted) if wanted else capital
    # The area's own capital is no corridor's end, but people go there.
    return places[chosen | (capital & (places["id"] == study.area.home))].reset_index(drop=True)


def ends(base: Study, kinds: Sequence[str]) -> Ends:
    """Find where journeys begin and end; where there are no provinces, nobody goes there.

    Raises
    ------
    DataError
        Nobody is known to live in the area, a kind of facility is not there, or nothing is.
    """
    every, home = base.gazetteer, base.area.home
    provinces = destinations(base, PROVINCES)
    places = base.tables.places
    goals = {kind: destinations(base, kind) for kind in kinds}
    there = {kind: table for kind, table in goals.items() if len(table)}
    if not there:
        raise DataError(f"comparison: there are no {', '.join(kinds)} in {base.area.slug}")
    return Ends(
        named(base.tables.settlements),
        there,
        every[every["id"] == home],
        provinces[provinces["id"] != home].reset_index(drop=True),
        places[places["code"] != ""].drop_duplicates("code").set_index("code"),
    )


def journeys(
    study: Study,
    asked: Asked,
    given: Ends,
    today: Mapping[tuple[str, str], Journeys] | None = None,
) -> Mapping[tuple[str, str], Journeys]:
    """Make all journeys in one world, by vehicle and season that was asked for.

    Those of `today`, where they are given, stand for all who drive as today.
    """
    made = {}
    water = water_of(study, "wet")
    for vehicle in asked.vehicles:
        for season in asked.seasons:
            held, when = today[vehicle, season] if today else None, study.season(season)
            if held and held.season == when and roads_for(study, vehicle, when) is study.today:
                made[vehicle, season] = held
                continue
            trip = study.trip(vehicle, season, 1.0, "time")
            near = {
                kind: _nearest(study, trip, given.people, goals)
                for kind, goals in given.goals.items()
            }
            known = given.people[given.people["population"].notna()]
            made[vehicle, season] = Journeys(
                trip.season,
                rural_access(trip.network, all_season_roads(trip), known, water=water),
                _ways(trip, given.home, given.provinces),
                {kind: _ways(trip, given.people, goals) for kind, goals in given.goals.items()},
                {kind: minutes for kind, (minutes, _) in near.items()},
                {kind: ids for kind, (_, ids) in near.items()},
            )
    return made


def compared(
    given: Ends,
    base: Mapping[tuple[str, str], Journeys],
    changed: Mapping[tuple[str, str], Journeys],
) -> Tables:
    """Set the journeys of a scenario beside those of the base.

    Parameters
    ----------
    given
        Where they begin and end.
    base, changed
        Of `journeys`.
    """
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in Tables.__dataclass_fields__}
    for (vehicle, season), old in base.items():
        new = changed[vehicle, season]
        who = {"vehicle": vehicle, "season_base": old.season, "season": new.season}
        found["rural"].append(_rural(old.rural, new.rural).assign(**who))
        home, provinces = given.home["id"].tolist(), given.provinces["id"].tolist()
        corridors = tables.pairs(old.corridors, new.corridors, home, provinces)
        found["corridors"].append(corridors.assign(**who))
        for kind, goals in given.goals.items():
            for name, table in _of_kind(given, kind, goals, old, new).items():
                found[name].append(table.assign(to_kind=kind, **who))
    return Tables(**{name: pd.concat(parts, ignore_index=True) for name, parts in found.items()})


def _of_kind(
    given: Ends, kind: str, goals: pd.DataFrame, base: Journeys, changed: Journeys
) -> Mapping[str, pd.DataFrame]:
    people, old, new = given.people, base.minutes[kind], changed.minutes[kind]
    columns = ["id", "name_en", "name_th", "district", "lon", "lat", "population"]
    places = people[columns].assign(
        minutes_base=old,
        minutes=new,
        minutes_change=new - old,
        state=tables.states(np.isfinite(old), np.isfinite(new)),
        nearest_base=base.nearest[kind],
        nearest=changed.nearest[kind],
    )
    population = people["population"].to_numpy(np.float64)
    ids = people["id"].tolist(), goals["id"].tolist()
    return {
        "pairs": tables.pairs(base.ways[kind], changed.ways[kind], *ids),
        "places": with_names(places, given.districts.rename_axis("code").reset_index(), goals),
        "people": tables.people_by_limit(old, new, population, LIMITS),
        "districts": _named(tables.by_district(places, LIMITS), given.districts),
    }


def _named(districts: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Name districts in both languages; one without a name has its code, or its English name."""
    usual = districts["district"]
    for at, name in enumerate(("name_en", "name_th"), start=1):
        own = districts["district"].map(names[name])
        usual = own.where(own.notna() & (own != ""), usual)
        districts.insert(at, name, usual)
    return districts


def _ways(trip: Trip, starts: pd.DataFrame, goals: pd.DataFrame) -> Ways:
    at = [
        stops_at(trip.network, trip.costs, places, beside_m=BESIDE_M) for places in (starts, goals)
    ]
    return best_ways(trip, at[0], at[1])


def _nearest(
    study: Study, trip: Trip, people: pd.DataFrame, goals: pd.DataFrame
) -> tuple[Floats, NDArray[np.object_]]:
    """Return minutes to the nearest, door to door, as `chaidaen access` counts them, and it."""
    water = water_of(study, trip.season)
    times = door_to_door(trip, people, goals, study.rules.seasons, water)
    best = nearest(times).set_index("from_id").reindex(people["id"].astype(str))
    seconds = best["travel_time_s"].to_numpy(np.float64)
    minutes = np.where(np.isfinite(seconds), seconds / 60, np.nan)
    return minutes, best["to_id"].fillna("").to_numpy(object)


def _rural(base: RuralAccess, changed: RuralAccess) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "index_base": [base.index],
            "index": [changed.index],
            "people_near_base": [base.near_people],
            "people_near": [changed.near_people],
        }
    )
