"""Both sides of a comparison: what the base and a scenario take the same places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.measures import nearest
from geo.access.people import named
from geo.access.rural_access import all_season_roads, rural_access
from geo.compare import tables as compare
from geo.driving.season import all_season
from geo.driving.vehicle import load_vehicle
from geo.routing.stops import BESIDE_M, WALK_M, stops_at
from geo.routing.travel_times import od_times
from geo.routing.trip import Trip
from geo.scenario.world import world_costs
from geo.study import Study
from geo.traffic.assignment import best_ways
from layers.store.facilities import facilities, settlements
from layers.tables.places import read_places

Floats = NDArray[np.float64]

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


Key = tuple[str, str, float]
"""Id of a vehicle, season, and load."""

Trips = Mapping[Key, Trip]
"""Trips in one world."""


@dataclass(frozen=True, eq=False)
class Tables:
    """What a scenario changes for people and pairs of places.

    Attributes
    ----------
    pairs, places, people, districts, rural, corridors
        As `geo.compare.tables` makes them, with `vehicle, season` and `to_kind`;
        `corridors` are pairs from the area's home to the capitals of provinces.
    """

    pairs: pd.DataFrame
    places: pd.DataFrame
    people: pd.DataFrame
    districts: pd.DataFrame
    rural: pd.DataFrame
    corridors: pd.DataFrame


def trips_of(study: Study, wanted: Iterable[Key], *, base: Trips | None = None) -> Trips:
    """Cost a world for everybody once; where it only closes roads, the base's costs do.

    Parameters
    ----------
    study
        In its world.
    wanted
        For whom, when, and how full.
    base
        Trips in the base world.
    """
    # A season that a scenario sets makes the base's costs those of another.
    known = base if base is not None and not study.world.season else {}
    made = {}
    for vehicle, season, load in dict.fromkeys(wanted):
        before = known.get((vehicle, season, load))
        chosen = load_vehicle(vehicle)
        costs = world_costs(
            study.world, chosen, season=season, load=load, base=before.costs if before else None
        )
        made[vehicle, season, load] = Trip(
            study.network, study.graph, costs, chosen, study.world.season or season,
            study.scenario, "time",
        )  # fmt: skip
    return made


def destinations(study: Study, kind: str) -> pd.DataFrame:
    """List where people go: facilities, or the capitals of provinces.

    Returns
    -------
    destinations
        Columns `id, name_en, name_th, lon, lat`, and others.
    """
    if kind != PROVINCES:
        return named(facilities(study.area, kind))
    places = read_places(study.area)
    wanted = study.area.corridors
    capital = places["kind"] == "province_capital"
    chosen = places["id"].isin(wanted) if wanted else capital
    # The area's own capital is no corridor's end, but people go there.
    return places[chosen | (capital & (places["id"] == study.area.home))].reset_index(drop=True)


def compared(base: Study, before: Trips, after: Trips, asked: Asked) -> Tables:
    """Compare all that was asked for.

    Parameters
    ----------
    base
        The area in its base world.
    before, after
        Trips in the base world and in the changed one.
    asked
        Who goes where and when.
    """
    people = named(settlements(base.area))
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in Tables.__dataclass_fields__}
    for vehicle in asked.vehicles:
        for season in asked.seasons:
            trips = [made[vehicle, season, 1.0] for made in (before, after)]
            who = {"vehicle": vehicle, "season": season}
            found["rural"].append(_rural(trips, people).assign(**who))
            found["corridors"].append(_corridors(base, trips).assign(**who))
            for kind in asked.kinds:
                goals = destinations(base, kind)
                for name, table in _of_kind(trips, people, goals).items():
                    found[name].append(table.assign(to_kind=kind, **who))
    return Tables(**{name: pd.concat(parts, ignore_index=True) for name, parts in found.items()})


def _of_kind(
    trips: Sequence[Trip], people: pd.DataFrame, goals: pd.DataFrame
) -> Mapping[str, pd.DataFrame]:
    minutes = [_nearest(trip, people, goals) for trip in trips]
    old, new = (one["minutes"].to_numpy(np.float64) for one in minutes)
    columns = ["id", "name_en", "name_th", "district", "lon", "lat", "population"]
    places = people[columns].assign(
        minutes_base=old,
        minutes=new,
        minutes_change=new - old,
        state=compare.states(np.isfinite(old), np.isfinite(new)),
        nearest_base=minutes[0]["nearest"].to_numpy(),
        nearest=minutes[1]["nearest"].to_numpy(),
    )
    population = people["population"].to_numpy(np.float64)
    return {
        "pairs": _pairs(trips, people, goals),
        "places": places,
        "people": compare.people_within({"base": old, "scenario": new}, population, LIMITS),
        "districts": compare.by_district(places, LIMITS),
    }


def _pairs(trips: Sequence[Trip], starts: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    ways = [
        best_ways(
            trip,
            *(
                stops_at(trip.network, trip.costs, ends, beside_m=BESIDE_M)
                for ends in (starts, goals)
            ),
        )
        for trip in trips
    ]
    return compare.pairs(ways[0], ways[1], starts["id"].tolist(), goals["id"].tolist())


def _corridors(base: Study, trips: Sequence[Trip]) -> pd.DataFrame:
    """Compare the ways from the area's home to the provinces; no row without a home."""
    home = base.gazetteer[base.gazetteer["id"] == base.area.home]
    goals = destinations(base, PROVINCES)
    return _pairs(trips, home, goals[goals["id"] != base.area.home].reset_index(drop=True))


def _nearest(trip: Trip, people: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    """Return minutes to the nearest, door to door, as `chaidaen access` counts them."""
    usable = all_season(trip.network, trip.vehicle) if trip.season == "wet" else None
    times = od_times(trip, people, goals, usable=usable, max_walk_m=WALK_M)
    best = nearest(times).set_index("from_id").reindex(people["id"].astype(str))
    seconds = best["travel_time_s"].to_numpy(np.float64)
    minutes = np.where(np.isfinite(seconds), seconds / 60, np.nan)
    return pd.DataFrame({"minutes": minutes, "nearest": best["to_id"].fillna("").to_numpy()})


def _rural(trips: Sequence[Trip], people: pd.DataFrame) -> pd.DataFrame:
    known = people[people["population"].notna()]
    found = [rural_access(trip.network, all_season_roads(trip), known) for trip in trips]
    return pd.DataFrame(
        {
            "index_base": [found[0].index],
            "index": [found[1].index],
            "people_near_base": [found[0].near_people],
            "people_near": [found[1].near_people],
        }
    )
