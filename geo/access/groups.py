"""People by nearness, district and height, who loses access in the rains, and how unequal it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.equity import (
    access_change,
    by_group,
    gini,
    is_highland,
    people_by_state,
    quintiles,
)
from geo.access.losers import as_seconds, reach_name
from geo.access.nearest import seasons_of, water_of
from geo.access.rural_access import RuralAccess, all_season_roads, rural_access
from geo.study import Study

GROUPS = {"highland": "พื้นที่สูง", "rest": "ที่เหลือ"}
"""Groups of settlements by their height, and their Thai names."""


def by_zone(
    people: pd.DataFrame,
    minutes: tuple[int, ...],
    names: pd.DataFrame,
    column: str = "district",
    *,
    places: pd.DataFrame,
) -> pd.DataFrame:
    """Sum people by district or subdistrict.

    Parameters
    ----------
    people
        Settlements, or cells of a raster: columns `population, minutes_dry, minutes_wet`
        and `column`.
    minutes
        Limits.
    names
        Columns `code, name_th, name_en`: what zones are called.
    column
        `district` or `tambon`: codes of the zones that people live in.
    places
        Settlements, with `column`: how many of them there are in each zone.

    Returns
    -------
    zones
        Columns `code, name_en, name_th` and those of `people_by`, by code; no row where no
        zone is known.
    """
    known = people[people[column] != ""]
    codes = {*known[column], *places[column]} - {""}
    found = people_by(known, known[column].to_numpy(object), minutes, groups=(*sorted(codes),))
    found["settlements"] = _settlements(found["group"], places[column])
    called = names[names["code"] != ""].drop_duplicates("code").set_index("code")
    for name in ("name_th", "name_en"):
        named = found["group"].map(called[name])
        found.insert(1, name, named.where(named.notna() & (named != ""), found["group"]))
    return found.rename(columns={"group": "code"})


def highland(people: pd.DataFrame, minutes: tuple[int, ...], places: pd.DataFrame) -> pd.DataFrame:
    """Set the people of the highland against the others.

    Parameters
    ----------
    people
        Columns as for `by_zone`, and `elevation_m`; who lives at an unknown height is left
        out.
    minutes
        Limits.
    places
        Settlements with `elevation_m`, as for `by_zone`.

    Returns
    -------
    highland
        Columns `group, name_en, name_th` and those of `people_by`.
    """
    told = people[people["elevation_m"].notna()]
    found = people_by(told, _by_height(told), minutes, groups=tuple(GROUPS))
    there = places[places["elevation_m"].notna() & places["population"].notna()]
    found["settlements"] = _settlements(found["group"], pd.Series(_by_height(there)))
    found.insert(1, "name_en", found["group"])
    found.insert(2, "name_th", found["group"].map(GROUPS))
    return found


def _by_height(table: pd.DataFrame) -> NDArray[np.object_]:
    """Return the group of `GROUPS` of every row, by its `elevation_m`."""
    high = is_highland(table["elevation_m"].to_numpy(np.float64))
    return np.where(high, "highland", "rest").astype(object)


def _settlements(groups: pd.Series, of: pd.Series) -> pd.Series:
    """Count the settlements of every group."""
    return groups.map(of.value_counts()).fillna(0).astype(np.int64)


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
        Columns `group, settlements, people`, for each season `mean_minutes_…` of those
        reached in all of them (`reached_always`), `median_minutes_…` of all people (NaN where
        half reach nothing), `people_unreached_…` and `share_<limit>_…` (0 to 1), and
        `people_lose_<limit>` and `people_lose_any` where both seasons are known. Shares and
        minutes are NaN where nobody lives.
    """
    known = places["population"].notna().to_numpy()
    names, groups = group[known], tuple(dict.fromkeys((*groups, *group.tolist())))
    people = places["population"].to_numpy(np.float64)[known]
    times = {season: _seconds(places, season)[known] for season in seasons_of(places)}
    made = pd.DataFrame({"group": pd.Series(groups, dtype=object)})
    always = reached_always(places)[known]
    for season, time_s in times.items():
        kept = by_group(np.where(always, time_s, np.inf), people, names, 0, groups=groups)
        for limit in minutes:
            found = by_group(time_s, people, names, limit, groups=groups)
            if found.empty:
                found = pd.DataFrame(
                    columns=[
                        "places",
                        "people",
                        "mean_s",
                        "median_s",
                        "people_unreached",
                        "share_within",
                    ]
                )
            made["settlements"] = found["places"]
            made["people"] = found["people"]
            made[f"mean_minutes_{season}"] = kept["mean_s"] / 60 if len(kept) else np.nan
            made[f"median_minutes_{season}"] = found["median_s"].replace(np.inf, np.nan) / 60
            made[f"people_unreached_{season}"] = found["people_unreached"]
            made[f"share_{limit}_{season}"] = found["share_within"]
    for reach in (*minutes, np.inf) if len(times) > 1 else ():
        change = access_change(times["dry"], times["wet"], people, reach)
        lost = np.where(change["state"] == "lost", people, 0.0)
        sums = pd.Series(lost).groupby(names).sum()
        column = f"people_lose_{reach_name(reach)}"
        made[column] = made["group"].map(sums).fillna(0.0).astype(np.float64)
    return made


def reached_always(places: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which places reach something in every season that is known, shape (places,).

    Means of seasons that are held against each other are of these: else the rains would seem
    to bring people nearer, because the farthest drop out.

    Parameters
    ----------
    places
        Columns `minutes_dry`, `minutes_wet` or one of them; NaN where nothing is reached.

    Examples
    --------
    >>> places = pd.DataFrame({"minutes_dry": [9, 200], "minutes_wet": [12, np.nan]})
    >>> reached_always(places).tolist()
    [True, False]
    """
    columns = [f"minutes_{season}" for season in seasons_of(places)]
    return np.asarray(places[columns].notna().all(axis=1), dtype=bool)


def mean_minutes(places: pd.DataFrame, season: str) -> float:
    """Average the minutes of all people who are reached in every season (`reached_always`).

    Parameters
    ----------
    places
        Columns `population, minutes_dry, minutes_wet`.
    season
        Whose minutes.

    Returns
    -------
    minutes
        NaN where nobody is.
    """
    people = places["population"].fillna(0.0).to_numpy(np.float64) * reached_always(places)
    minutes = places[f"minutes_{season}"].fillna(0.0).to_numpy(np.float64)
    return float(np.average(minutes, weights=people)) if people.sum() > 0 else np.nan


def _seconds(places: pd.DataFrame, season: str) -> NDArray[np.float64]:
    """Return seconds to the nearest, inf where nothing leads."""
    return as_seconds(places[f"minutes_{season}"])


def people_within(
    people: pd.DataFrame, minutes: tuple[int, ...], places: pd.DataFrame
) -> pd.DataFrame:
    """Return the people within so many minutes, and those not reached, in each season.

    Parameters
    ----------
    people
        Settlements, or cells of a raster: columns `population` and `minutes_<season>`.
    minutes
        Limits.
    places
        Settlements: how many of them are within.

    Returns
    -------
    people
        Columns `season, group, settlements, people, share`.
    """
    rows = []
    total = float(people["population"].sum())
    for season in seasons_of(people):
        counted = people["population"].fillna(0.0)
        for limit in (*minutes, None):
            within, there = (_within(one[f"minutes_{season}"], limit) for one in (people, places))
            count = float(counted[within].sum())
            rows.append(
                {
                    "season": season,
                    "group": "not reached" if limit is None else f"within {limit} min",
                    "settlements": int(there.sum()),
                    "people": count,
                    "share": count / total if total else None,
                }
            )
    return pd.DataFrame(rows)


def _within(time: pd.Series, limit: int | None) -> pd.Series:
    """Say who is within a limit; without one, who is not reached."""
    return time.isna() if limit is None else time <= limit


def measures(
    study: Study, places: pd.DataFrame, vehicle: str, minutes: tuple[int, ...]
) -> pd.DataFrame:
    """Compute measures over the settlements whose people are known.

    Parameters
    ----------
    study
        The area.
    places
        Columns `lon, lat, population, minutes_dry, minutes_wet`.
    vehicle
        Whose roads and times.
    minutes
        Limits: who is farther away has no access.

    Returns
    -------
    table
        Columns `measure, value, unit`; value NaN where there is nobody to count.
    """
    known = places[places["population"].notna()]
    people = known["population"].to_numpy(np.float64)
    times = {
        season: np.nan_to_num(known[f"minutes_{season}"].to_numpy(np.float64), nan=np.inf) * 60
        for season in seasons_of(places)
    }
    always = reached_always(known)
    rural = rural_of(study, places, vehicle)
    rows: list[tuple[str, float, str]] = [
        ("Rural Access Index: within 2 km of an all-season road", rural.index, "share of people"),
        ("farther than 2 km from an all-season road", rural.without, "people"),
    ]
    for limit in (*minutes, np.inf) if len(times) > 1 else ():
        change = access_change(times["dry"], times["wet"], people, limit)
        what = "all access" if np.isinf(limit) else f"access within {limit} min"
        lost = float(people_by_state(change)["lost"])
        rows.append((f"lose {what} in the wet season", lost, "people"))
    who = "people reached in both seasons" if len(times) > 1 else "people reached"
    for season, time_s in times.items():
        kept = np.where(always, time_s, np.inf)
        rows.append((f"Gini of minutes of {who}, {season}", gini(kept / 60, people), "0 to 1"))
        rows += _fifths(kept, people, who, season)
    return pd.DataFrame(rows, columns=["measure", "value", "unit"])


def rural_of(study: Study, places: pd.DataFrame, vehicle: str) -> RuralAccess:
    """Compute the Rural Access Index over the settlements whose people are known."""
    trip = study.trip(vehicle, "wet", 1.0, "time")
    known = places[places["population"].notna()]
    water = water_of(study, "wet")
    return rural_access(study.network, all_season_roads(trip), known, water=water)


def _fifths(
    time_s: np.ndarray, people: np.ndarray, who: str, season: str
) -> list[tuple[str, float, str]]:
    """Return the mean minutes of the nearest and the farthest fifth of the people reached."""
    reached = np.isfinite(time_s)
    if not people[reached].sum() > 0:
        return []
    fifths = quintiles(time_s[reached] / 60, people[reached])
    return [
        (f"{which} fifth of {who}, {season}", float(fifths["mean"].iloc[at]), "minutes")
        for which, at in (("nearest", 0), ("farthest", -1))
    ]
