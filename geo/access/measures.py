"""Accessibility: travel times many to many, and one function for every measure of them.

Travel times are tables with the columns `from_id, to_id, travel_time_s`, one row per pair.
Where nothing leads the time is inf (NaN counts as such): it never enters a sum as a large
number, and `unreached` names the origins that it leaves without anything.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.decay import Decay, step
from geo.routing.travel_times import TimeTable, od_times, time_table
from layers.arrays import Floats, Ints
from layers.errors import DataError

__all__ = [
    "cumulative",
    "enhanced_two_step",
    "gravity",
    "nearest",
    "od_times",
    "two_step",
    "unreached",
]


def unreached(times: pd.DataFrame) -> tuple[str, ...]:
    """Return the origins from which no destination is reached, in order."""
    table = time_table(times)
    best = np.full(len(table.origins), np.inf)
    np.minimum.at(best, table.origin, table.minutes)
    return tuple(table.origins[np.isinf(best)].tolist())


def nearest(times: pd.DataFrame, k: int = 1) -> pd.DataFrame:
    """Find the nearest destinations of every origin.

    Parameters
    ----------
    times
        Table of `od_times`.
    k
        How many.

    Returns
    -------
    nearest
        Columns `from_id, rank, to_id, travel_time_s`, rank 1 being the nearest; fewer rows
        where fewer are reached. An origin that reaches nothing keeps one row: rank 1,
        `to_id` empty, time inf.
    """
    if k < 1:
        raise DataError(f"k is {k!r}; at least the nearest one is wanted")
    table = time_table(times)
    order = np.lexsort((table.minutes, table.origin))
    order = order[np.isfinite(table.minutes[order])]
    origin = table.origin[order]
    rank = np.arange(len(order)) - np.searchsorted(origin, origin) + 1
    order, origin, rank = (part[rank <= k] for part in (order, origin, rank))
    lost = np.setdiff1d(np.arange(len(table.origins)), origin)
    found = pd.DataFrame(
        {
            "from_id": table.origins[np.append(origin, lost)],
            "rank": np.append(rank, np.ones(len(lost), np.int64)),
            "to_id": np.append(table.targets[table.target[order]], np.full(len(lost), "", object)),
            "travel_time_s": np.append(table.minutes[order] * 60, np.full(len(lost), np.inf)),
        }
    )
    by_origin = np.argsort(np.append(origin, lost), kind="stable")
    return found.iloc[by_origin].reset_index(drop=True)


def cumulative(times: pd.DataFrame, opportunities: pd.Series, minutes: float) -> pd.Series:
    """Sum the opportunities within a time of every origin.

    Parameters
    ----------
    times
        Table of `od_times`.
    opportunities
        What there is at each destination (beds, people, 1), indexed by `to_id`.
    minutes
        The time, ends included.

    Returns
    -------
    cumulative
        Indexed by `from_id`.
    """
    return gravity(times, opportunities, step(minutes)).rename("cumulative")


def gravity(times: pd.DataFrame, opportunities: pd.Series, decay: Decay) -> pd.Series:
    """Sum the opportunities, each worth less the farther it is: Σ O·f(t) (Hansen 1959).

    Parameters
    ----------
    times
        Table of `od_times`.
    opportunities
        What there is at each destination, indexed by `to_id`.
    decay
        A function of `geo.access.decay`, or any from minutes to weights.

    Returns
    -------
    gravity
        Indexed by `from_id`; 0 where nothing is reached.

    Raises
    ------
    DataError
        A destination has no opportunities given, or they are negative or NaN.
    """
    table = time_table(times)
    there = _amounts(opportunities, table.targets, "opportunities")
    worth = there[table.target] * _weights(table.minutes, decay)
    return _series(table, _sums(table.origin, worth, len(table.origins)), "gravity")


def two_step(
    times: pd.DataFrame, demand: pd.Series, supply: pd.Series, d0_minutes: float
) -> pd.Series:
    """Share supply among the people within reach of it, and add up what reaches each origin.

    Two-step floating catchment area: R_j = S_j / ΣP within d0 of j; A_i = ΣR_j within d0 of
    i (Luo and Wang 2003, Environment and Planning B 30).

    Parameters
    ----------
    times
        Table of `od_times`, people to facilities.
    demand
        People of each origin, indexed by `from_id`.
    supply
        Capacity of each destination (beds, doctors), indexed by `to_id`.
    d0_minutes
        Radius of a catchment, ends included.

    Returns
    -------
    access
        Supply per person, indexed by `from_id`; ΣA·P = ΣS over all facilities that anybody
        reaches. 0 where none is reached; NaN for an origin without people that reaches a
        facility which nobody else does: nobody shares it.

    Raises
    ------
    DataError
        Demand or supply is missing for an id, negative or NaN.
    """
    return enhanced_two_step(times, demand, supply, d0_minutes, step(d0_minutes)).rename("two_step")


def enhanced_two_step(
    times: pd.DataFrame, demand: pd.Series, supply: pd.Series, d0_minutes: float, weights: Decay
) -> pd.Series:
    """Do as `two_step` does, people and facilities counting less the farther apart they are.

    E2SFCA: R_j = S_j / ΣP·w(t); A_i = ΣR_j·w(t), both within d0 (Luo and Qi 2009, Health &
    Place 15).

    Parameters
    ----------
    times, demand, supply, d0_minutes
        As for `two_step`.
    weights
        From minutes to weights, at least 0: a function of `geo.access.decay`, or any.

    Returns
    -------
    access
        As for `two_step`.

    Raises
    ------
    DataError
        As for `two_step`, or a weight is negative or NaN.
    """
    table = time_table(times)
    people = _amounts(demand, table.origins, "demand")
    offered = _amounts(supply, table.targets, "supply")
    within = step(d0_minutes)(table.minutes) > 0
    weight = np.zeros(len(table.minutes))
    weight[within] = _weights(table.minutes[within], weights)
    sharing = _sums(table.target, people[table.origin] * weight, len(table.targets))
    ratio = np.divide(offered, sharing, out=np.full(len(offered), np.nan), where=sharing > 0)
    part = np.where(weight > 0, ratio[table.target] * weight, 0.0)
    return _series(table, _sums(table.origin, part, len(table.origins)), "enhanced_two_step")


def _amounts(given: pd.Series, ids: NDArray[np.object_], what: str) -> Floats:
    """Return the amount at every id, all of which must be given and at least 0."""
    if given.index.has_duplicates:
        raise DataError(f"{what}: {given.index[given.index.duplicated()][0]!r} stands twice")
    at = given.index.get_indexer(pd.Index(ids))
    if (at < 0).any():
        raise DataError(f"{what}: nothing is given for {', '.join(map(repr, ids[at < 0][:5]))}")
    amounts = given.to_numpy(np.float64)[at]
    wrong = ~(np.isfinite(amounts) & (amounts >= 0))
    if wrong.any():
        raise DataError(
            f"{what}: {ids[wrong][0]!r} has {amounts[wrong][0]:g}; it must be a number from 0 up"
        )
    return amounts


def _sums(group: Ints, values: Floats, count: int) -> Floats:
    """Add up values by group."""
    return np.bincount(group, values, count).astype(np.float64)


def _weights(minutes: Floats, decay: Decay) -> Floats:
    """Weigh times; where nothing leads the weight is 0 whatever the decay says."""
    weight = np.zeros(len(minutes))
    reached = np.isfinite(minutes)
    weight[reached] = decay(minutes[reached])
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise DataError("decay: a weight is negative or no number")
    return weight


def _series(table: TimeTable, values: Floats, name: str) -> pd.Series:
    """Return one value per origin."""
    return pd.Series(values, index=pd.Index(table.origins, name="from_id"), name=name)
