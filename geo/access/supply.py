"""What is within reach of each settlement, and supply shared among people, dry and wet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.access.decay import Decay
from geo.access.measures import cumulative, enhanced_two_step, gravity, two_step
from geo.access.nearest import Times
from layers.errors import DataError

MEASURES = ("cumulative", "gravity", "2sfca", "e2sfca")
"""What can be asked for beyond the nearest."""

PEOPLE = 1000
"""Supply is told per so many people."""

SHARED = frozenset({"2sfca", "e2sfca"})
"""Measures in which people share what there is; the others count it for each alone."""


@dataclass(frozen=True)
class Asked:
    """Which measures are wanted.

    Attributes
    ----------
    measures
        Of `MEASURES`.
    within_minutes
        Reach of cumulative, 2sfca and e2sfca.
    decay
        Of gravity and e2sfca.
    """

    measures: tuple[str, ...]
    within_minutes: float
    decay: Decay


@dataclass(frozen=True, eq=False)
class Supply:
    """What was found.

    Attributes
    ----------
    places
        One column per measure and season, indexed by the settlement's id.
    sums
        Columns `measure, value, unit`.
    notes
        What the reader must know.
    """

    places: pd.DataFrame
    sums: pd.DataFrame
    notes: tuple[str, ...]


def supply(times: Times, people: pd.DataFrame, goals: pd.DataFrame, asked: Asked) -> Supply:
    """Compute the measures that were asked for.

    Parameters
    ----------
    times
        Of all settlements.
    people
        Settlements, columns `id, population`; who is not known shares nothing.
    goals
        Facilities, columns `id, kind, capacity`. Where the capacity of one is not known every
        one counts 1, since beds and ones do not add up.
    asked
        Which, and their parameters.

    Returns
    -------
    supply
        Columns are named after measure, what is counted (`facilities` or `capacity`, for 2SFCA
        `…_per_1000` people) and season.

    Raises
    ------
    DataError
        2SFCA is wanted and no settlement's population is known.
    """
    offered, counted, notes = _offered(goals)
    demand = pd.Series(people["population"].to_numpy(np.float64), people["id"].astype(str))
    shared = SHARED & set(asked.measures)
    if shared and not demand.sum() > 0:
        raise DataError(
            f"{min(shared)} shares supply among people, and nobody's number is known; "
            "give population, a raster of people"
        )
    unknown = [name for name in asked.measures if name not in MEASURES]
    if unknown:
        raise DataError(f"measures: {unknown[0]!r} is none of {', '.join(MEASURES)}")
    columns, rows = {}, []
    for name in dict.fromkeys(asked.measures):
        unit = f"{counted}_per_{PEOPLE}" if name in SHARED else counted
        for season, table in times.items():
            found = _one(name, table, demand.fillna(0.0), offered, asked)
            columns[f"{name}_{unit}_{season}"] = found * (PEOPLE if name in SHARED else 1)
            rows.append(_sum(name, season, found, demand, counted))
        if name in SHARED:
            rows.append((f"{name}, all there is", float(offered.sum()), counted))
    sums = pd.DataFrame(rows, columns=["measure", "value", "unit"])
    return Supply(pd.DataFrame(columns, index=demand.index), sums, tuple(notes))


def _offered(goals: pd.DataFrame) -> tuple[pd.Series, str, list[str]]:
    """Return what each facility offers, what that is, and what to say of it."""
    capacity = pd.Series(goals["capacity"].to_numpy(np.float64), goals["id"].astype(str))
    if capacity.notna().all():
        return capacity, "capacity", ["Measures count the capacity of facilities."]
    note = (
        f"The capacity of {capacity.isna().sum()} of {len(capacity)} facilities is not known: "
        "every facility counts 1, whatever its size."
    )
    return pd.Series(1.0, capacity.index), "facilities", [note]


def _one(
    name: str, times: pd.DataFrame, demand: pd.Series, offered: pd.Series, asked: Asked
) -> pd.Series:
    """Compute one measure in one season."""
    if name == "cumulative":
        return cumulative(times, offered, asked.within_minutes)
    if name == "gravity":
        return gravity(times, offered, asked.decay)
    if name == "2sfca":
        return two_step(times, demand, offered, asked.within_minutes)
    return enhanced_two_step(times, demand, offered, asked.within_minutes, asked.decay)


def _sum(
    name: str, season: str, found: pd.Series, demand: pd.Series, counted: str
) -> tuple[str, float, str]:
    """Sum one measure over people: ΣA·P of what they share, else the mean of a person."""
    people = demand.fillna(0.0)
    held = float((found.fillna(0.0) * people).sum())
    if name in SHARED:
        return f"{name}, shared by people, {season}", held, counted
    total = float(people.sum())
    return f"{name}, mean of people, {season}", held / total if total else np.nan, counted
