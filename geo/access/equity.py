"""Equity: who has how much of it; every measure counts people, not places.

Arrays have shape (places,). A value or time of inf or NaN is that of people who reach
nothing: they are counted apart and never averaged. Where nobody lives a figure is NaN.
Arrays that differ in shape, and populations unknown or negative, are a `DataError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.arrays import Bools, Floats
from layers.errors import DataError

HIGHLAND_M: Final = 500.0
"""Height from which a place is highland: that of the Royal Decree on the Highland Research
and Development Institute of Thailand, 2005 (from memory, to be verified)."""

STATES: Final = ("kept", "lost", "gained", "never")
"""What becomes of access from the dry season to the wet."""

NOBODY: Final = "no people"
UNREACHED: Final = "nobody reaches it"


def gini(values: Floats, population: Floats) -> float:
    """Measure how unequally something is spread among people.

    G = 1 - Σ(L_i + L_{i-1})·p_i, p_i shares of people from the least value to the greatest,
    L_i what they have together (Gini 1912; weighted as by Lerman and Yitzhaki 1989, Journal
    of Econometrics 42). It equals ΣΣ p_i·p_j·|x_i - x_j| / (2·mean).

    Parameters
    ----------
    values
        What each place's people have, at least 0; those who have none to tell (inf or NaN)
        are left out.
    population
        People of each place.

    Returns
    -------
    gini
        0 if all have the same, towards 1 if one has all; NaN where nobody lives or nobody
        has anything.

    Examples
    --------
    >>> gini(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    """
    values, population = _checked(values, population)
    told = np.isfinite(values) & (population > 0)
    values, people = values[told], population[told]
    if (values < 0).any():
        raise DataError(f"gini: {values.min():g} is negative; it is defined from 0 up")
    total = float((values * people).sum())
    if not total > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    held = np.append(0.0, np.cumsum((values * people)[order])) / total
    share = people[order] / people.sum()
    return float(1.0 - ((held[1:] + held[:-1]) * share).sum())


def quintiles(
    values: Floats, population: Floats, *, by: Floats | None = None, groups: int = 5
) -> pd.DataFrame:
    """Cut people into groups of equal number and say what each group has.

    A place on the edge of two groups is shared between them, so that all groups have
    exactly the same number of people.

    Parameters
    ----------
    values
        What each place's people have.
    population
        People of each place.
    by
        What people are ordered by, e.g. height or income; `values` by default, those who
        reach nothing last; NaN is an error.
    groups
        5 makes quintiles.

    Returns
    -------
    quintiles
        One row per group: `group` (1…), `people`, `people_unreached`, `mean`, `low` and
        `high` of those who reach something, and `note` where there is nobody.
    """
    values, population = _checked(values, population)
    ranks = values if by is None else np.asarray(by, np.float64)
    if ranks.shape != values.shape or (by is not None and np.isnan(ranks).any()):
        raise DataError("quintiles: 'by' must be a number for every place")
    order = np.argsort(ranks, kind="stable")
    values, people = values[order], population[order]
    upper = np.cumsum(people)
    edge = np.linspace(0.0, upper[-1] if len(upper) else 0.0, groups + 1)
    inside = np.minimum(upper, edge[1:, None]) - np.maximum(upper - people, edge[:-1, None])
    inside = np.where(inside > edge[-1] * 1e-12, inside, 0.0)
    reached = np.isfinite(values)
    rows = []
    for group, share in enumerate(inside, start=1):
        own = reached & (share > 0)
        spread = (values[own].min(), values[own].max()) if own.any() else (np.nan, np.nan)
        rows.append(
            {
                "group": group,
                "people": share.sum(),
                "people_unreached": share[~reached].sum(),
                "mean": _mean(values[own], share[own]),
                "low": spread[0],
                "high": spread[1],
                "note": _note(share.sum(), share[own].sum()),
            }
        )
    return pd.DataFrame(rows)


def share_within(time_s: Floats, population: Floats, minutes: float) -> float:
    """Compute the share of people within a time; who reaches nothing is not within.

    Examples
    --------
    >>> share_within(np.array([600.0, np.inf]), np.array([30.0, 10.0]), 30)
    0.75
    >>> share_within(np.array([600.0]), np.array([0.0]), 30)
    nan
    """
    time_s, population = _checked(time_s, population)
    total = float(population.sum())
    if not total > 0:
        return float("nan")
    return float(population[time_s <= minutes * 60].sum() / total)


def by_group(
    time_s: Floats,
    population: Floats,
    group: Sequence[str] | NDArray[np.object_] | pd.Series,
    minutes: float,
    *,
    groups: Sequence[str] = (),
) -> pd.DataFrame:
    """Say for groups of places, such as districts, how near people are.

    Parameters
    ----------
    time_s
        Seconds to the nearest, inf where nothing is reached.
    population
        People of each place.
    group
        Group of each place.
    minutes
        The time for `share_within`.
    groups
        Groups that get a row though they have no place; the others follow in order.

    Returns
    -------
    table
        Columns `group, places, people, people_unreached, mean_s` (of those who reach
        something), `median_s` (of all people; inf where most reach nothing),
        `share_within, note`; figures of a group without people are NaN, and the note says so.
    """
    time_s, population = _checked(time_s, population)
    names = np.asarray(group, dtype=object)
    if names.shape != time_s.shape:
        raise DataError(f"groups: {len(names)} given for {len(time_s)} places")
    rows = []
    for name in dict.fromkeys((*groups, *names.tolist())):
        mine = names == name
        seconds, people = time_s[mine], population[mine]
        reached = np.isfinite(seconds)
        rows.append(
            {
                "group": name,
                "places": int(mine.sum()),
                "people": people.sum(),
                "people_unreached": people[~reached].sum(),
                "mean_s": _mean(seconds[reached], people[reached]),
                "median_s": _median(seconds, people),
                "share_within": share_within(seconds, people, minutes),
                "note": _note(people.sum(), people[reached].sum()),
            }
        )
    return pd.DataFrame(rows)


def is_highland(elevation_m: Floats, above_m: float = HIGHLAND_M) -> Bools:
    """Say which places are highland, shape (places,); an unknown height is a `DataError`.

    Examples
    --------
    >>> is_highland(np.array([260.0, 1000.0])).tolist()
    [False, True]
    """
    elevation_m = np.asarray(elevation_m, np.float64)
    unknown = int(np.isnan(elevation_m).sum())
    if unknown:
        raise DataError(f"highland: the height of {unknown} places is not known")
    return elevation_m >= above_m


def access_change(
    dry_s: Floats, wet_s: Floats, population: Floats, minutes: float = np.inf
) -> pd.DataFrame:
    """Say who loses access from the dry season to the wet.

    Parameters
    ----------
    dry_s, wet_s
        Seconds to the nearest in each season (or before and after anything else), inf where
        nothing is reached.
    population
        People of each place.
    minutes
        Access means no more than this; any time by default.

    Returns
    -------
    change
        One row per place: `state` (of `STATES`), `people`, and `longer_s`, NaN unless kept.
    """
    dry_s, population = _checked(dry_s, population)
    wet_s, _ = _checked(wet_s, population)
    before, after = (np.isfinite(time) & (time <= minutes * 60) for time in (dry_s, wet_s))
    kept = before & after
    state = np.select([kept, before, after], STATES[:3], STATES[3])
    longer = np.subtract(wet_s, dry_s, out=np.full(len(dry_s), np.nan), where=kept)
    return pd.DataFrame({"state": state, "people": population, "longer_s": longer})


def people_by_state(change: pd.DataFrame) -> pd.Series:
    """Add up the people of `access_change` by state, 0 where there are none."""
    sums = change.groupby("state")["people"].sum()
    return sums.reindex(pd.Index(STATES, name="state"), fill_value=0.0)


def _checked(values: Floats, population: Floats) -> tuple[Floats, Floats]:
    """Return both as arrays of one shape; NaN values become inf."""
    values = np.asarray(values, np.float64)
    population = np.asarray(population, np.float64)
    if values.shape != population.shape or values.ndim != 1:
        raise DataError(f"values of shape {values.shape} and people of shape {population.shape}")
    unknown = int((~np.isfinite(population)).sum())
    if unknown:
        raise DataError(f"population of {unknown} places is not known; leave them out")
    if (population < 0).any():
        raise DataError(f"population: {population.min():g} is negative")
    return np.where(np.isnan(values), np.inf, values), population


def _mean(values: Floats, people: Floats) -> float:
    """Average over people, NaN if there are none."""
    total = float(people.sum())
    return float((values * people).sum() / total) if total > 0 else float("nan")


def _median(values: Floats, people: Floats) -> float:
    """Return the value that half of the people do not exceed, NaN if there are none."""
    order = np.argsort(values, kind="stable")
    heard = np.cumsum(people[order])
    if not len(heard) or not heard[-1] > 0:
        return float("nan")
    return float(values[order][np.searchsorted(heard, heard[-1] / 2)])


def _note(people: float, reached: float) -> str:
    """Say why figures are missing, empty if none is."""
    return NOBODY if not people > 0 else "" if reached > 0 else UNREACHED
