"""Settlements and their facilities for `chaidaen access`: minutes, dry and wet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from geo.access.measures import nearest
from geo.driving.season import all_season
from geo.routing.stops import WALK_M
from geo.routing.travel_times import od_times
from geo.rules.seasons import SEASONS
from geo.study import Study
from layers.fetch.fetched import fetched_population
from layers.rasters.population import people_in
from layers.rasters.population_raster import open_population
from layers.tables.places import read_places
from layers.tables.zones import zones_around

COLUMNS = ("id", "name_en", "name_th", "kind", "district", "lon", "lat", "elevation_m",
           "population", "quality")  # fmt: skip

OFFICES = ("district", "province_capital")
"""Kinds of places that stand for a district where its tambons are not known."""

WEAK = ("C", "M", "E")
"""Of `layers.tables.places.QUALITIES`: a position that may be the middle of a wide area."""

Times = Mapping[str, pd.DataFrame]
"""A table of `geo.routing.travel_times.od_times` by season."""


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Give what has no English name its local one."""
    return table.assign(name_en=table["name_en"].where(table["name_en"] != "", table["name"]))


def with_quality(study: Study, settlements: pd.DataFrame) -> pd.DataFrame:
    """Say how good the row of each settlement is in the area's own table, empty elsewhere."""
    own = read_places(study.area).set_index("id")["quality"]
    return settlements.assign(quality=own.reindex(settlements["id"]).fillna("").to_numpy())


def offices(places: pd.DataFrame) -> list[str]:
    """Say how many settlements stand for a whole district."""
    count = int(places["kind"].isin(OFFICES).sum())
    if not count:
        return []
    note = (
        f"{count} of {len(places)} settlements stand for a whole district: all its people "
        "count at its office, so that minutes are those of the town, not of its villages."
    )
    return [note]


def caveats(places: pd.DataFrame) -> list[str]:
    """Say what weakens every figure: people not known, positions that are only a guess."""
    notes = []
    unknown = int(places["population"].isna().sum())
    if unknown:
        notes.append(
            f"People of {unknown} of {len(places)} settlements are not known: they count in no "
            "figure of people; --population counts them on a raster."
        )
    notes += offices(places)
    weak = int(places["quality"].isin(WEAK).sum())
    if weak:
        notes.append(
            f"The positions of {weak} of {len(places)} settlements are weak (quality "
            f"{', '.join(WEAK)}), such as the middle of a subdistrict: so are their minutes."
        )
    return notes


def people_raster(study: Study, settlements: pd.DataFrame, given: Path | None) -> Path | None:
    """Choose the raster on which people are counted, None for the numbers of the table.

    It is the given one, else the one that was fetched, if the number of somebody is not known.
    """
    unknown = bool(settlements["population"].isna().any())
    return given or (fetched_population(study.area.slug) if unknown else None)


def with_people(study: Study, settlements: pd.DataFrame, raster: Path) -> pd.DataFrame:
    """Count the people of a raster in the zone of each settlement."""
    zones = zones_around(study.area, settlements)
    return settlements.assign(population=people_in(zones, open_population(raster)).tolist())


def travel_times(
    study: Study, people: pd.DataFrame, goals: pd.DataFrame, vehicle: str
) -> dict[str, pd.DataFrame]:
    """Compute the minutes from every settlement to every facility in both seasons.

    In the wet season only all-season roads count: who depends on others is not reached.
    """
    times = {}
    for season in SEASONS:
        trip = study.trip(vehicle, season, 1.0, "time")
        usable = None if season == "dry" else all_season(study.network, trip.vehicle)
        times[season] = od_times(trip, people, goals, usable=usable, max_walk_m=WALK_M)
    return times


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
        on, `minutes_2_dry, nearest_2_dry` and so forth. Minutes are NaN and the id empty
        where nothing leads, which no season changes into a number.
    """
    found = people[list(COLUMNS)].copy()
    ids = pd.Index(people["id"].astype(str))
    ranked = {season: nearest(times[season], k) for season in SEASONS}
    for rank in range(1, k + 1):
        for season, table in ranked.items():
            best = table[table["rank"] == rank].set_index("from_id").reindex(ids)
            minutes = best["travel_time_s"].to_numpy(np.float64) / 60
            which = season if rank == 1 else f"{rank}_{season}"
            found[f"minutes_{which}"] = np.where(np.isfinite(minutes), minutes, np.nan)
            found[f"nearest_{which}"] = best["to_id"].fillna("").to_numpy()
    return found.sort_values("minutes_dry", na_position="last", ignore_index=True)


def nearest_rows(places: pd.DataFrame, k: int) -> pd.DataFrame:
    """List the k nearest facilities of each settlement, one row per settlement and rank.

    Returns
    -------
    rows
        Columns `id, name_en, name_th, rank` and, for both seasons, `minutes_…, nearest_…`;
        no row where neither season reaches so many.
    """
    parts = []
    for rank in range(1, k + 1):
        part = places[["id", "name_en", "name_th"]].assign(rank=rank)
        for season in SEASONS:
            which = season if rank == 1 else f"{rank}_{season}"
            part[f"minutes_{season}"] = places[f"minutes_{which}"]
            part[f"nearest_{season}"] = places[f"nearest_{which}"]
        reached = part[[f"minutes_{season}" for season in SEASONS]].notna().any(axis=1)
        parts.append(part[reached | (rank == 1)])
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def od_table(times: Times) -> pd.DataFrame:
    """List the minutes of every pair in both seasons, NaN where nothing leads."""
    table = times["dry"][["from_id", "to_id"]].copy()
    for season in SEASONS:
        minutes = times[season]["travel_time_s"].to_numpy(np.float64) / 60
        table[f"minutes_{season}"] = np.where(np.isfinite(minutes), minutes, np.nan)
    return table


def people_within(places: pd.DataFrame, minutes: tuple[int, ...]) -> pd.DataFrame:
    """Return the people within so many minutes, and those not reached, in each season."""
    rows = []
    total = float(places["population"].sum())
    for season in SEASONS:
        time, people = places[f"minutes_{season}"], places["population"].fillna(0.0)
        groups = [(f"within {limit} min", time <= limit) for limit in minutes]
        groups.append(("not reached", time.isna()))
        rows += [
            {
                "season": season,
                "group": name,
                "settlements": int(mask.sum()),
                "people": float(people[mask].sum()),
                "share": float(people[mask].sum() / total) if total else None,
            }
            for name, mask in groups
        ]
    return pd.DataFrame(rows)
