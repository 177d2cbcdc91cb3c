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
from geo.access.nearest import seasons_of
from geo.access.rural_access import RuralAccess, all_season_roads, rural_access
from geo.rules.seasons import SEASONS
from geo.study import Study

WHO = ("id", "name_en", "name_th", "district", "population")
"""Columns that say who loses access."""

GROUPS = {"highland": "พื้นที่สูง", "rest": "ที่เหลือ"}
"""Groups of settlements by their height, and their Thai names."""


def by_zone(
    places: pd.DataFrame,
    minutes: tuple[int, ...],
    names: pd.DataFrame,
    column: str = "district",
) -> pd.DataFrame:
    """Sum people by district or subdistrict.

    Parameters
    ----------
    places
        Columns `population, minutes_dry, minutes_wet` and `column`.
    minutes
        Limits.
    names
        Columns `code, name_th, name_en`: what zones are called.
    column
        `district` or `tambon`: codes of the zones that places lie in.

    Returns
    -------
    zones
        Columns `code, name_en, name_th` and those of `people_by`, by code; no row where no
        zone is known.
    """
    known = places[places[column] != ""].sort_values(column, kind="stable")
    found = people_by(known, known[column].to_numpy(object), minutes)
    called = names[names["code"] != ""].drop_duplicates("code").set_index("code")
    for name in ("name_th", "name_en"):
        named = found["group"].map(called[name])
        found.insert(1, name, named.where(named.notna() & (named != ""), found["group"]))
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
        Columns `group, settlements, people`, for each season `mean_minutes_…` of those
        reached, `median_minutes_…` of all people (NaN where half reach nothing),
        `people_unreached_…` and `share_<limit>_…` (0 to 1), and `people_lose_<limit>` and
        `people_lose_any` where both seasons are known. Shares and minutes are NaN where
        nobody lives.
    """
    known = places["population"].notna().to_numpy()
    names, groups = group[known], tuple(dict.fromkeys((*groups, *group.tolist())))
    people = places["population"].to_numpy(np.float64)[known]
    times = {season: _seconds(places, season)[known] for season in seasons_of(places)}
    made = pd.DataFrame({"group": pd.Series(groups, dtype=object)})
    for season, time_s in times.items():
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
            made[f"mean_minutes_{season}"] = found["mean_s"] / 60
            made[f"median_minutes_{season}"] = found["median_s"].replace(np.inf, np.nan) / 60
            made[f"people_unreached_{season}"] = found["people_unreached"]
            made[f"share_{limit}_{season}"] = found["share_within"]
    for reach in (*minutes, np.inf) if len(times) > 1 else ():
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
        near in the dry season and not in the wet. The most people come first; no row where
        only one season is known.
    """
    before, after = (places.get(f"minutes_{season}", np.nan) for season in SEASONS)
    found = places[list(WHO)].assign(minutes_dry=before, minutes_wet=after)
    return _lost(found, "minutes_dry", "minutes_wet", minutes)


def losers_since(
    today: pd.DataFrame, places: pd.DataFrame, minutes: tuple[int, ...]
) -> pd.DataFrame:
    """List the settlements from which a changed world takes access that they have today.

    Parameters
    ----------
    today, places
        Tables of `geo.access.nearest.places_table` of both worlds, with the same settlements.
    minutes
        Limits.

    Returns
    -------
    losers
        Columns `id, name_en, name_th, district, population, season, minutes_today, minutes`,
        and `loses_<limit>` and `loses_any` as in `losers`, for each season of `places`. The
        most people come first.
    """
    before = today.set_index("id").reindex(places["id"])
    parts = [
        _lost(
            places[list(WHO)].assign(
                season=season,
                minutes_today=before[f"minutes_{season}"].to_numpy(),
                minutes=places[f"minutes_{season}"],
            ),
            "minutes_today",
            "minutes",
            minutes,
        )
        for season in seasons_of(places)
    ]
    return pd.concat(parts, ignore_index=True)


def _lost(found: pd.DataFrame, before: str, after: str, minutes: tuple[int, ...]) -> pd.DataFrame:
    """Flag what is lost between two columns of minutes, and keep who loses any of it."""
    old, new = (_as_seconds(found[column]) for column in (before, after))
    nobody = np.zeros(len(found))
    for reach in (*minutes, np.inf):
        state = access_change(old, new, nobody, reach)["state"]
        found[f"loses_{_reach(reach)}"] = (state == "lost").to_numpy()
    lost = found.filter(like="loses_").any(axis=1)
    return found[lost].sort_values("population", ascending=False, ignore_index=True)


def _reach(minutes: float) -> str:
    return "any" if np.isinf(minutes) else f"{minutes:g}"


def _seconds(places: pd.DataFrame, season: str) -> NDArray[np.float64]:
    """Return seconds to the nearest, inf where nothing leads."""
    return _as_seconds(places[f"minutes_{season}"])


def _as_seconds(minutes: pd.Series) -> NDArray[np.float64]:
    values = minutes.to_numpy(np.float64)
    return np.where(np.isnan(values), np.inf, values * 60)


def people_within(places: pd.DataFrame, minutes: tuple[int, ...]) -> pd.DataFrame:
    """Return the people within so many minutes, and those not reached, in each season."""
    rows = []
    total = float(places["population"].sum())
    for season in seasons_of(places):
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
    for season, time_s in times.items():
        rows.append((f"Gini of minutes, {season}", gini(time_s / 60, people), "0 to 1"))
        rows += _fifths(time_s, people, season)
    return pd.DataFrame(rows, columns=["measure", "value", "unit"])


def rural_of(study: Study, places: pd.DataFrame, vehicle: str) -> RuralAccess:
    """Compute the Rural Access Index over the settlements whose people are known."""
    trip = study.trip(vehicle, "wet", 1.0, "time")
    known = places[places["population"].notna()]
    return rural_access(study.network, all_season_roads(trip), known)


def _fifths(time_s: np.ndarray, people: np.ndarray, season: str) -> list[tuple[str, float, str]]:
    """Return the mean minutes of the nearest and the farthest fifth of the people reached."""
    reached = np.isfinite(time_s)
    if not people[reached].sum() > 0:
        return []
    fifths = quintiles(time_s[reached] / 60, people[reached])
    return [
        (f"{which} fifth of people reached, {season}", float(fifths["mean"].iloc[at]), "minutes")
        for which, at in (("nearest", 0), ("farthest", -1))
    ]
