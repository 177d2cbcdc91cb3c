"""Who loses access in the rains, and people by district and by height, dry and wet."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.equity import access_change, by_group, is_highland
from geo.rules.seasons import SEASONS
from layers.area import Area
from layers.tables.places import read_places

GROUPS = {"highland": "พื้นที่สูง", "rest": "ที่เหลือ"}
"""Groups of settlements by their height, and their Thai names."""


def districts(area: Area, places: pd.DataFrame, minutes: tuple[int, ...]) -> pd.DataFrame:
    """Sum people by district.

    Parameters
    ----------
    area
        Its table of places has the names.
    places
        Columns `district, population, minutes_dry, minutes_wet`.
    minutes
        Limits.

    Returns
    -------
    districts
        Columns `code, name_en, name_th` and those of `people_by`; no row where no district
        is known.
    """
    known = places[places["district"] != ""]
    found = people_by(known, known["district"].to_numpy(object), minutes)
    every = read_places(area)
    names = every[every["code"] != ""].drop_duplicates("code").set_index("code")
    for column in ("name_th", "name_en"):
        named = found["group"].map(names[column])
        found.insert(1, column, named.where(named.notna() & (named != ""), found["group"]))
    return found.rename(columns={"group": "code"})


def highland(places: pd.DataFrame, minutes: tuple[int, ...]) -> pd.DataFrame:
    """Set the people of highland settlements against the others.

    Parameters
    ----------
    places
        Columns as for `districts`, and `elevation_m`; who lives at an unknown height is left
        out.
    minutes
        Limits.

    Returns
    -------
    highland
        Columns `group, name_en, name_th` and those of `people_by`.
    """
    told = places[places["elevation_m"].notna()]
    high = is_highland(told["elevation_m"].to_numpy(np.float64))
    names = np.where(high, "highland", "rest").astype(object)
    found = people_by(told, names, minutes, groups=tuple(GROUPS))
    found.insert(1, "name_en", found["group"])
    found.insert(2, "name_th", found["group"].map(GROUPS))
    return found


def people_by(
    places: pd.DataFrame,
    group: NDArray[np.object_],
    minutes: tuple[int, ...],
    *,
    groups: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Sum people by group: how near they are, and how many the rains cut off.

    Parameters
    ----------
    places
        Columns `population, minutes_dry, minutes_wet`; whose people are not known is left out.
    group
        Group of each place.
    minutes
        Limits.
    groups
        Groups that get a row though they have no place.

    Returns
    -------
    table
        Columns `group, settlements, people`, for both seasons `mean_minutes_…` of those
        reached, `median_minutes_…` of all people (NaN where half reach nothing),
        `people_unreached_…` and `share_<limit>_…` (0 to 1), and `people_lose_<limit>` and
        `people_lose_any`. Shares and minutes are NaN where nobody lives.
    """
    known = places["population"].notna().to_numpy()
    names, groups = group[known], tuple(dict.fromkeys((*groups, *group.tolist())))
    people = places["population"].to_numpy(np.float64)[known]
    times = {season: _seconds(places, season)[known] for season in SEASONS}
    made = pd.DataFrame({"group": pd.Series(groups, dtype=object)})
    for season, time_s in times.items():
        for limit in minutes:
            found = by_group(time_s, people, names, limit, groups=groups)
            if found.empty:
                found = pd.DataFrame(columns=["places", "people", "mean_s", "median_s",
                                              "people_unreached", "share_within"])  # fmt: skip
            made["settlements"] = found["places"]
            made["people"] = found["people"]
            made[f"mean_minutes_{season}"] = found["mean_s"] / 60
            made[f"median_minutes_{season}"] = found["median_s"].replace(np.inf, np.nan) / 60
            made[f"people_unreached_{season}"] = found["people_unreached"]
            made[f"share_{limit}_{season}"] = found["share_within"]
    for reach in (*minutes, np.inf):
        change = access_change(times["dry"], times["wet"], people, reach)
        lost = np.where(change["state"] == "lost", people, 0.0)
        sums = pd.Series(lost).groupby(names).sum()
        column = f"people_lose_{_reach(reach)}"
        made[column] = made["group"].map(sums).fillna(0.0).astype(np.float64)
    return made


def losers(places: pd.DataFrame, minutes: tuple[int, ...]) -> pd.DataFrame:
    """List the settlements that lose access in the wet season.

    Parameters
    ----------
    places
        Columns of `geo.access.nearest.places_table`.
    minutes
        Limits.

    Returns
    -------
    losers
        Columns `id, name_en, name_th, district, population, minutes_dry, minutes_wet`, and
        for each limit `loses_<limit>`, for any time `loses_any`: whether a facility is that
        near in the dry season and not in the wet. The most people come first.
    """
    columns = ["id", "name_en", "name_th", "district", "population", "minutes_dry", "minutes_wet"]
    found = places[columns].copy()
    dry, wet = (_seconds(places, season) for season in SEASONS)
    nobody = np.zeros(len(places))
    for reach in (*minutes, np.inf):
        state = access_change(dry, wet, nobody, reach)["state"]
        found[f"loses_{_reach(reach)}"] = (state == "lost").to_numpy()
    lost = found.filter(like="loses_").any(axis=1)
    return found[lost].sort_values("population", ascending=False, ignore_index=True)


def _reach(minutes: float) -> str:
    return "any" if np.isinf(minutes) else f"{minutes:g}"


def _seconds(places: pd.DataFrame, season: str) -> NDArray[np.float64]:
    """Return seconds to the nearest, inf where nothing leads."""
    minutes = places[f"minutes_{season}"].to_numpy(np.float64)
    return np.where(np.isnan(minutes), np.inf, minutes * 60)
