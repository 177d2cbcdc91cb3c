"""Measures of equity for `chaidaen access`: one row each, with its unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.access.equity import access_change, gini, people_by_state, quintiles
from geo.access.rural_access import RuralAccess, all_season_roads, rural_access
from geo.study import Study


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
        for season in ("dry", "wet")
    }
    rural = rural_of(study, places, vehicle)
    rows: list[tuple[str, float, str]] = [
        ("Rural Access Index: within 2 km of an all-season road", rural.index, "share of people"),
        ("farther than 2 km from an all-season road", rural.without, "people"),
    ]
    for limit in (*minutes, np.inf):
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
