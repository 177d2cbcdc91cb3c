"""Which links must not fail: three measures of every segment, side by side.

They disagree, and each tells another story (Jafino, Kwakkel, Verbraeck 2020, Transport
Reviews 40): what the loss of a link costs all together, how many use it, and how much
longer the way gets for those who do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from geo.risk.link_losses import Losses, losses
from geo.routing.engine import customise, to_nearest
from geo.routing.graph import Metric
from geo.routing.snap import Snapped
from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError

MEASURES: Final = ("criticality", "betweenness", "detour_ratio")


def criticality(
    metric: Metric,
    origins: Snapped,
    destinations: Snapped,
    demand: Floats,
    *,
    group: Ints | None = None,
    lost: Iterable[Losses] | None = None,
) -> pd.DataFrame:
    """Measure every segment: what its loss costs, who uses it, how long the detours are.

    Every segment is taken out alone, both ways, and all of demand · time is added up anew;
    exact to the last bit against doing so one by one with `geo.routing.engine.matrix`, the sum
    taken destination by destination. Demand left without any way is counted apart, never
    as a large number, and what had none before is in no column. On the lost segment itself
    only its ends are reached: see `geo.risk.link_losses.losses`.

    Parameters
    ----------
    metric
        Seconds.
    origins, destinations
        Positions along segments.
    demand
        Trips, people or tonnes, at least 0, shape (origins, destinations); with `group`
        (origins, groups).
    group
        Group of every destination, shape (destinations,): demand goes to the nearest of
        it, with the segment and without. By default each is a group of its own.
    lost
        Of `geo.risk.link_losses.losses` for the same, if they are there.

    Returns
    -------
    table
        One row per segment, in order:
        `demand_on_link`, demand whose best way leads over it (betweenness, all or nothing);
        `extra_demand_s`, Σ demand · (seconds without it - seconds), of demand that still
        arrives; `cut_off_demand`, that no longer does; `detour_ratio_mean`, seconds without
        it / seconds, mean by demand, and `detour_ratio_max`, of demand on it that still
        arrives and takes more than no time, NaN where there is none; `rank`, 1 the worst,
        by extra_demand_s, then demand_on_link, 0 where there is nothing extra;
        `rank_cut_off` by cut_off_demand, then extra_demand_s, 0 where nobody is cut off.

    Raises
    ------
    DataError
        The demand has another shape, is negative or no number.
    """
    group = np.arange(len(destinations)) if group is None else group
    check_demand(demand, (len(origins), int(group.max(initial=-1)) + 1))
    used, extra, cut, weight, ratio, worst = np.zeros((6, len(metric.weight)))
    lost = losses(metric, origins, destinations, group=group) if lost is None else lost
    for column, found in enumerate(lost):
        amount = demand[found.origin, column]
        some = amount > 0
        amount, segment, after = amount[some], found.segment[some], found.after[some]
        before = found.before[found.origin[some]]
        arrives = np.isfinite(after)
        np.add.at(used, segment, amount)
        np.add.at(cut, segment[~arrives], amount[~arrives])
        more = amount[arrives] * (after[arrives] - before[arrives])
        np.add.at(extra, segment[arrives], more)
        told = arrives & (before > 0)
        times = after[told] / before[told]
        np.add.at(weight, segment[told], amount[told])
        np.add.at(ratio, segment[told], amount[told] * times)
        np.maximum.at(worst, segment[told], times)
    known = weight > 0
    table = pd.DataFrame(
        {
            "demand_on_link": used,
            "extra_demand_s": extra,
            "cut_off_demand": cut,
            "detour_ratio_mean": np.divide(
                ratio, weight, out=np.full_like(ratio, np.nan), where=known
            ),
            "detour_ratio_max": np.where(known, worst, np.nan),
        }
    )
    return table.assign(
        rank=ranked(table, ("extra_demand_s", "demand_on_link")),
        rank_cut_off=ranked(table, ("cut_off_demand", "extra_demand_s")),
    )


def rank_correlation(table: pd.DataFrame) -> pd.DataFrame:
    """Compute Spearman's rank correlation of the three measures, over links with demand.

    A link that cuts off demand ranks above all that do not, by how much it cuts off: in
    criticality always, in the detour ratio where no demand is left to make a detour.

    Parameters
    ----------
    table
        Of `criticality`.

    Returns
    -------
    correlation
        Index and columns `MEASURES`; NaN where all links are equal or there are fewer
        than two.
    """
    table = table[table["demand_on_link"] > 0]
    ratio = table["detour_ratio_mean"].to_numpy(np.float64)
    ranks = [
        _order(table, ("cut_off_demand", "extra_demand_s")),
        _order(table, ("demand_on_link",)),
        rankdata(np.where(np.isnan(ratio), np.inf, ratio)),
    ]
    return pd.DataFrame(np.stack(ranks, axis=1), columns=list(MEASURES)).corr()


def lose(metric: Metric, lost: Bools) -> Metric:
    """Close segments both ways.

    Parameters
    ----------
    metric
        Weights.
    lost
        Segments that fail, shape (segments,).

    Returns
    -------
    metric
        On the same graph, customised anew.
    """
    closed = np.where(lost[:, None], np.inf, metric.weight)
    return customise(metric.graph, closed, step=metric.step)


def if_lost(
    metric: Metric,
    origins: Snapped,
    destinations: Snapped,
    demand: Floats,
    *,
    lost: Bools,
    days: float = 1.0,
    group: Ints | None = None,
) -> pd.DataFrame:
    """Tell what happens to every pair while segments are lost together.

    Parameters
    ----------
    metric
        Seconds.
    origins, destinations
        Positions along segments.
    demand
        Per day, shape (origins, destinations); with `group` (origins, groups).
    lost
        Segments that fail, shape (segments,).
    days
        For how long.
    group
        Group of every destination, shape (destinations,): demand goes to the nearest of it.
        By default each is a group of its own.

    Returns
    -------
    pairs
        One row per pair with demand that had a way, origin by origin: `origin, destination`
        (positions; the latter is the group), `demand` (per day), `before_s, after_s` (inf: cut
        off), `detour_ratio` (NaN where cut off or no time is taken), `extra_demand_h`
        (vehicle-hours over all days, 0 where cut off), `cut_off_demand` (over all days).

    Raises
    ------
    DataError
        Demand or mask have another shape, a demand is negative, or days are.
    """
    group = np.arange(len(destinations)) if group is None else group
    check_demand(demand, (len(origins), int(group.max(initial=-1)) + 1))
    if lost.shape != (len(metric.weight),):
        raise DataError(f"lost segments: shape {lost.shape}, not {(len(metric.weight),)}")
    if not (np.isfinite(days) and days >= 0):
        raise DataError(f"days is {days!r}; it must be a number from 0 up")
    times = [
        to_nearest(each, origins, destinations, group) for each in (metric, lose(metric, lost))
    ]
    origin, destination = np.nonzero((demand > 0) & np.isfinite(times[0]))
    before, after = (each[origin, destination] for each in times)
    amount, arrives = demand[origin, destination], np.isfinite(after)
    ratio = np.divide(after, before, out=np.full_like(after, np.nan), where=arrives & (before > 0))
    more = np.where(arrives, after - before, 0.0)
    return pd.DataFrame(
        {
            "origin": origin,
            "destination": destination,
            "demand": amount,
            "before_s": before,
            "after_s": after,
            "detour_ratio": ratio,
            "extra_demand_h": amount * more / 3600 * days,
            "cut_off_demand": np.where(arrives, 0.0, amount) * days,
        }
    )


def ranked(table: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """Rank rows from the greatest of the first column on, equal ones by the next.

    Returns
    -------
    rank
        1 the greatest, 0 where the first column is 0; shape (rows,).

    Examples
    --------
    >>> ranked(pd.DataFrame({"h": [2.0, 0.0, 2.0], "trips": [1.0, 9.0, 5.0]}), ["h", "trips"])
    array([2, 0, 1])
    """
    used = np.flatnonzero(table[columns[0]] > 0)
    keys = table.loc[used, list(columns[::-1])].to_numpy(np.float64)
    rank = np.zeros(len(table), np.int64)
    rank[used[np.lexsort(-keys.T)]] = np.arange(1, len(used) + 1)
    return rank


def check_demand(demand: Floats, shape: tuple[int, ...]) -> None:
    """Refuse a demand that does not fit.

    Raises
    ------
    DataError
        It has another shape than told, is negative or no number.
    """
    if demand.shape != shape:
        raise DataError(f"demand has shape {demand.shape}, not {shape}")
    if not (np.isfinite(demand) & (demand >= 0)).all():
        raise DataError("demand must be numbers from 0 up")


def _order(table: pd.DataFrame, columns: tuple[str, ...]) -> Floats:
    """Rank rows by columns, the first one first, 1 the least; equal ones share their rank."""
    values = table[list(columns)].to_numpy(np.float64)
    _, place = np.unique(values, axis=0, return_inverse=True)
    return np.asarray(rankdata(place.ravel()), np.float64)
