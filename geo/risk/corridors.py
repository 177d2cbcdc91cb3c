"""Corridors: links as a planner reads them, by highway and kilometre."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from layers.arrays import Floats, Ints
from layers.errors import DataError
from layers.roads.network import RoadNetwork

NAMED: Final = ("province_capital", "district", "town", "tambon", "village")
"""Kinds of places that tell a reader where a corridor lies, the most important first."""

SAME_TOWN_M: Final = 1500.0
"""Places so much farther than the nearest are of the same town: its name tells more."""

SEVERAL: Final = 6
"""So many of the nearest places are looked at."""

EARTH_M: Final = 6_371_009.0
"""Mean radius (IUGG 1980)."""


def corridors(
    chain: pd.DataFrame,
    values: pd.DataFrame,
    by: list[str],
    *,
    similar: float = 0.2,
    gap_km: float = 1.0,
    lull_km: float = 1.0,
) -> pd.DataFrame:
    """Put segments that follow each other on a road and are of similar value together.

    Parameters
    ----------
    chain
        Of `geo.routing.chainage.chainage`, its rows of first numbers: one per segment.
    values
        One row per segment, at least 0, such as of `criticality`.
    by
        Columns of `values` that must be similar; the first one orders the corridors, equal
        ones the next. Segments where all are 0 or NaN belong to no corridor.
    similar
        By how much of the greater one neighbours may differ.
    gap_km
        Pieces of a road that lie farther apart are not together.
    lull_km
        What is no longer and of no greater value is part of a corridor that goes on behind it.

    Returns
    -------
    corridors
        One row per corridor, the greatest value first: `ref, name, part, km_from, km_to`,
        `node_from, node_to`, the largest of every column `by`, and `segments`, their
        positions in order. The links of a corridor are lost one at a time, so values are
        of its worst link and never a sum.

    Raises
    ------
    DataError
        Tables differ in length, or a column is missing.
    """
    if len(chain) != len(values):
        raise DataError(f"corridors: {len(values)} values for {len(chain)} segments")
    missing = [name for name in by if name not in values.columns]
    if missing or not by:
        raise DataError(f"corridors: columns {', '.join(missing) or '(none)'} are not there")
    numbers = np.nan_to_num(values[by].to_numpy(np.float64))
    used = np.flatnonzero((numbers > 0).any(axis=1))
    order = ["alone", "road", "ref", "name", "part", "km_from", "km_to"]
    table = chain.assign(segments=np.arange(len(chain)))
    table = table.sort_values(order, kind="stable", ignore_index=True)
    whole = table.assign(**dict(zip(by, numbers[table["segments"]].T, strict=True)))
    whole = whole.assign(at=np.arange(len(whole)))
    table = whole[np.isin(whole["segments"], used)]
    same = (table[order[:5]] == table[order[:5]].shift()).all(axis=1)
    follows = same & (table["at"].diff() == 1)
    near = table["km_from"] <= table["km_to"].shift() + gap_km
    now, before = table[by], table[by].shift()
    alike = ((now - before).abs() <= similar * np.maximum(now, before)).all(axis=1)
    table = table.assign(road=(~same).cumsum(), corridor=(~(follows & near & alike)).cumsum())
    grouped = table.groupby("corridor", sort=False)
    pieces = grouped[["road", "km_from"]].first().join(grouped[["km_to", *by]].max())
    pieces = pieces.assign(start=grouped["at"].first(), stop=grouped["at"].last())
    number = _over_lulls(pieces, by, similar, lull_km)
    start, stop = (
        pieces[name].groupby(number, sort=False).agg(how).to_numpy(np.int64)
        for name, how in (("start", "first"), ("stop", "last"))
    )
    # What lies between two of a corridor is of it too: its kilometres name nothing else.
    size = stop + 1 - start
    rows = np.repeat(np.arange(len(start)), size)
    at = np.arange(len(rows)) + np.repeat(start - np.cumsum(size) + size, size)
    links = whole.iloc[at].groupby(rows, sort=False)
    first = links[["ref", "name", "part", "km_from", "node_from"]].first()
    last = links[["km_to"]].max().join(links[["node_to"]].last())
    found: pd.DataFrame = first.join(last).join(links[by].max())
    found = found.join(links["segments"].agg(tuple))
    columns = ["ref", "name", "part", "km_from", "km_to", "node_from", "node_to", *by, "segments"]
    found = found[columns]
    return found.sort_values(by, ascending=False, kind="stable", ignore_index=True)


def _over_lulls(pieces: pd.DataFrame, by: list[str], similar: float, lull_km: float) -> Ints:
    """Return which corridor every piece of a road is of; some go on behind a lull.

    A few hundred metres beside which a lane leads round are lost for nothing; for that, who
    closes the road before and behind closes one road and not three.
    """
    road, begin, end = (pieces[name].to_numpy() for name in ("road", "km_from", "km_to"))
    value = pieces[by].to_numpy(np.float64)
    number = np.arange(len(pieces))
    for at in range(1, len(pieces)):
        for one in range(at - 1, -1, -1):
            if road[one] != road[at] or begin[at] > end[one] + lull_km:
                break
            most = np.maximum(value[one], value[at])
            like = (np.abs(value[one] - value[at]) <= similar * most).all()
            if like and (value[one + 1 : at] <= most).all():
                number[one : at + 1] = number[one]
                break
    return number


def between(network: RoadNetwork, table: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Name the settlements nearest to both ends of every corridor.

    Parameters
    ----------
    network
        The roads.
    table
        Columns `node_from, node_to`, such as of `corridors`.
    places
        Columns `id, lon, lat` (degrees), and `kind`, if known.

    Returns
    -------
    table
        With the columns `place_from, place_to`: ids of places, nearest as the crow flies; of
        those of one town (`SAME_TOWN_M`) the most important.

    Raises
    ------
    DataError
        There are no places.
    """
    if places.empty:
        raise DataError("corridors: there are no places to name them by")
    tree = KDTree(_on_ball(places["lon"], places["lat"]))
    ids = places["id"].to_numpy(object)
    rank: Floats = np.zeros(len(places))
    if "kind" in places:
        order = {kind: float(at) for at, kind in enumerate(NAMED)}
        rank = np.asarray(places["kind"].map(order), np.float64)
    several = min(SEVERAL, len(places))
    names = {}
    for side in ("from", "to"):
        nodes = network.nodes.iloc[table[f"node_{side}"].to_numpy()]
        apart, near = tree.query(_on_ball(nodes["lon"], nodes["lat"]), k=[*range(1, several + 1)])
        same = apart <= apart[:, :1] + SAME_TOWN_M / EARTH_M
        best = np.argmin(np.where(same, np.nan_to_num(rank, nan=len(NAMED))[near], np.inf), axis=1)
        names[f"place_{side}"] = ids[near[np.arange(len(near)), best]]
    return table.assign(**names)


def _on_ball(lon: pd.Series, lat: pd.Series) -> Floats:
    """Return points on a ball of radius 1, where the nearest is the nearest on Earth."""
    east, north = np.radians(lon.to_numpy(np.float64)), np.radians(lat.to_numpy(np.float64))
    flat = np.cos(north)
    return np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
