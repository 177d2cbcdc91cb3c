"""Minutes from every settlement to every facility, and to the nearest ones, by season."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.access.measures import nearest
from geo.driving.season import all_season, roads_of_season
from geo.routing.ashore import Water
from geo.routing.stops import WALK_M
from geo.routing.travel_times import od_times
from geo.routing.trip import Trip
from geo.rules.seasons import SEASONS, Rain
from geo.study import Study
from geo.surface.water import water_and_fords
from layers.tables.facility_kinds import serves_district

COLUMNS = (
    "id",
    "name_en",
    "name_th",
    "kind",
    "district",
    "tambon",
    "lon",
    "lat",
    "elevation_m",
    "population",
    "quality",
)

Times = Mapping[str, pd.DataFrame]
"""A table of `geo.routing.travel_times.od_times` by season."""


def seasons_in(study: Study) -> tuple[str, ...]:
    """Return the seasons that there are in a world: both, or the one that it sets."""
    return tuple(dict.fromkeys(study.season(one) for one in SEASONS))


def seasons_of(places: pd.DataFrame) -> tuple[str, ...]:
    """Return the seasons that a table has minutes of, `dry` before `wet`."""
    return tuple(one for one in SEASONS if f"minutes_{one}" in places)


def travel_times(
    study: Study, people: pd.DataFrame, goals: pd.DataFrame, vehicle: str
) -> dict[str, pd.DataFrame]:
    """Compute the times from every settlement to every facility in the seasons of a world.

    In the wet season only all-season roads count: who depends on others is not reached. A
    world that sets the season has no other.

    Parameters
    ----------
    study
        The area in its world.
    people, goals
        Settlements and facilities, columns `id, lon, lat`.
    vehicle
        Its id.

    Returns
    -------
    times
        A table of `geo.routing.travel_times.od_times` for each season, `dry` before `wet`.
    """
    times = {}
    for season in seasons_in(study):
        trip = study.trip(vehicle, season, 1.0, "time")
        water = water_of(study, season)
        times[season] = door_to_door(trip, people, goals, study.rules.seasons, water)
    return times


def water_of(study: Study, season: str) -> Water | None:
    """Return what nobody walks across in a season: the same that stops the walkers of surfaces.

    Bridges lead across as fords do, those of footpaths, too, which no vehicle takes.
    """
    stopping, fords = water_and_fords(study, season)
    segments = study.network.segments
    bridges = segments.geometry[segments["bridge"].to_numpy(bool)]
    return Water.of(stopping, [*fords, *bridges])


def door_to_door(
    trip: Trip,
    people: pd.DataFrame,
    goals: pd.DataFrame,
    rain: Rain,
    water: Water | None = None,
) -> pd.DataFrame:
    """Compute the times of one trip from every settlement to every facility it may go to.

    From the nearest road, or in the dry season from the nearest all-season road where that is
    sooner: what can be walked and driven in the rains can be in the dry season, too.

    Parameters
    ----------
    trip
        For whom, when and on which roads.
    people, goals
        Settlements and facilities, columns `id, lon, lat`.
    rain
        Which roads are all-season roads.
    water
        What nobody walks across.
    """
    usable = roads_of_season(trip.network, trip.vehicle, trip.season, rain)
    found = od_times(trip, people, goals, usable=usable, max_walk_m=WALK_M, water=water)
    firm = all_season(trip.network, trip.vehicle, rain)
    if usable is None and (trip.costs.usable & firm).any():
        other = od_times(trip, people, goals, usable=firm, max_walk_m=WALK_M, water=water)
        sooner = np.minimum(found["travel_time_s"], other["travel_time_s"])
        found = found.assign(travel_time_s=sooner)
    return to_own(found, people, goals)


def to_own(times: pd.DataFrame, people: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    """Send people to the facility of their own district alone, where kinds serve districts.

    Parameters
    ----------
    times
        Columns `from_id, to_id, travel_time_s`.
    people, goals
        Columns `id, district`; of goals `kind`, too. Whose district has none of them, or is
        not known, goes to the nearest.

    Returns
    -------
    times
        Seconds to those of other districts are inf; unchanged for other kinds.
    """
    if not serves_district(goals):
        return times
    live, stand = (
        pd.Series(table["district"].to_numpy(str), table["id"].astype(str))
        for table in (people, goals)
    )
    here = live.reindex(times["from_id"].astype(str)).to_numpy(str)
    there = stand.reindex(times["to_id"].astype(str)).to_numpy(str)
    other = np.isin(here, stand[stand != ""].unique()) & (here != there)
    return times.assign(travel_time_s=times["travel_time_s"].where(~other, np.inf))


def places_table(people: pd.DataFrame, times: Times, k: int) -> pd.DataFrame:
    """List settlements with their nearest facilities, the nearest settlement first.

    Parameters
    ----------
    people
        Settlements, columns `COLUMNS`.
    times
        Of all settlements.
    k
        How many facilities of each.

    Returns
    -------
    places
        `COLUMNS`, `minutes_dry, nearest_dry, minutes_wet, nearest_wet` and, from the second
        on, `minutes_2_dry, nearest_2_dry` and so forth; only of the seasons of `times`.
        Minutes are NaN and the id empty where nothing leads, which no season changes into a
        number.
    """
    found = people[list(COLUMNS)].copy()
    ids = pd.Index(people["id"].astype(str))
    ranked = {season: nearest(table, k) for season, table in times.items()}
    for rank in range(1, k + 1):
        for season, table in ranked.items():
            best = table[table["rank"] == rank].set_index("from_id").reindex(ids)
            minutes = best["travel_time_s"].to_numpy(np.float64) / 60
            which = season if rank == 1 else f"{rank}_{season}"
            found[f"minutes_{which}"] = np.where(np.isfinite(minutes), minutes, np.nan)
            found[f"nearest_{which}"] = best["to_id"].fillna("").to_numpy()
    first = f"minutes_{next(iter(times))}"
    return found.sort_values(first, na_position="last", ignore_index=True)


def nearest_rows(places: pd.DataFrame, k: int) -> pd.DataFrame:
    """List the k nearest facilities of each settlement, one row per settlement and rank.

    Returns
    -------
    rows
        Columns `id, name_en, name_th, rank` and, for each season, `minutes_…, nearest_…`;
        no row where no season reaches so many.
    """
    parts, seasons = [], seasons_of(places)
    for rank in range(1, k + 1):
        part = places[["id", "name_en", "name_th"]].assign(rank=rank)
        for season in seasons:
            which = season if rank == 1 else f"{rank}_{season}"
            part[f"minutes_{season}"] = places[f"minutes_{which}"]
            part[f"nearest_{season}"] = places[f"nearest_{which}"]
        reached = part[[f"minutes_{season}" for season in seasons]].notna().any(axis=1)
        parts.append(part[reached | (rank == 1)])
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def od_table(times: Times) -> pd.DataFrame:
    """List the minutes of every pair in every season, NaN where nothing leads."""
    table = next(iter(times.values()))[["from_id", "to_id"]].copy()
    for season in times:
        minutes = times[season]["travel_time_s"].to_numpy(np.float64) / 60
        table[f"minutes_{season}"] = np.where(np.isfinite(minutes), minutes, np.nan)
    return table
