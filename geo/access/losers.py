"""Who loses access: in the rains, or in a changed world against today."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.equity import access_change
from geo.access.nearest import seasons_of
from geo.rules.seasons import SEASONS

WHO = ("id", "name_en", "name_th", "district", "population")
"""Columns that say who loses access."""


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
    old, new = (as_seconds(found[column]) for column in (before, after))
    nobody = np.zeros(len(found))
    for reach in (*minutes, np.inf):
        state = access_change(old, new, nobody, reach)["state"]
        found[f"loses_{reach_name(reach)}"] = (state == "lost").to_numpy()
    lost = found.filter(like="loses_").any(axis=1)
    return found[lost].sort_values("population", ascending=False, ignore_index=True)


def reach_name(minutes: float) -> str:
    """Return a limit as it stands in names of columns."""
    return "any" if np.isinf(minutes) else f"{minutes:g}"


def as_seconds(minutes: pd.Series) -> NDArray[np.float64]:
    """Return seconds, inf where nothing is reached."""
    values = minutes.to_numpy(np.float64)
    return np.where(np.isnan(values), np.inf, values * 60)
