"""Corridors: links as a planner reads them, by highway and kilometre."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree

from layers.errors import DataError, UnknownNameError
from layers.roads.network import RoadNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def chainage(network: RoadNetwork) -> pd.DataFrame:
    """Count kilometres along every road.

    A road is what has one number, else one name, and hangs together; where a segment has
    several numbers, as in `107;1095`, the first counts. Its kilometres are those of the
    shortest way along it from its start: one end of the longest such way through it, that
    end whose segments stand first in the table. Sections of a strategic network stand in
    the order of their kilometres; elsewhere the direction is by chance. These are
    kilometres along the roads as they are here, not kilometre stones. A road without
    number or name is one of its own.

    Parameters
    ----------
    network
        The roads.

    Returns
    -------
    chainage
        One row per segment, in order: `ref`, `name` (empty where there is none; the number
        is the name of all that has it), `part` (0 for the longest part of a road, then by
        length), `km_from, km_to` and the nodes there, `node_from, node_to`.
    """
    segments = network.segments
    ref = segments["ref"].astype(str).str.split(";").str[0].str.strip()
    name = segments["name"].astype(str).where(ref == "", "")
    number = pd.Series(np.arange(len(segments)).astype(str))
    road = np.where(ref != "", "r" + ref, np.where(name != "", "n" + name, "#" + number))
    code = pd.factorize(road)[0].astype(np.int64)
    # A node is another one on every road that meets there.
    both = code[:, None] * len(network.nodes) + network.ends
    own, ends = np.unique(both, return_inverse=True)
    ends = ends.reshape(-1, 2)
    km = network.length_m / 1000
    graph = _shortest(ends, km, len(own))
    label = connected_components(graph, directed=False)[1]
    first = np.full(len(own), len(segments))
    np.minimum.at(first, ends.ravel(), np.repeat(np.arange(len(segments)), 2))
    one = np.unique(label, return_index=True)[1] if len(own) else np.zeros(0, np.int64)
    tips = [one]
    for _ in range(2):
        far = _from(graph, tips[-1])
        tips.append(np.lexsort((-first, far, label))[np.cumsum(np.bincount(label)) - 1])
    start = np.where(first[tips[1]] <= first[tips[2]], tips[1], tips[2])
    along = _from(graph, start)[ends]
    back = along[:, 0] > along[:, 1]
    turned = np.where(back[:, None], network.ends[:, ::-1], network.ends)
    length = np.bincount(label[ends[:, 0]], km, len(one)).astype(np.float64)
    part = _rank_within(label[ends[:, 0]], code, length)
    return pd.DataFrame(
        {
            "ref": ref.to_numpy(),
            "name": name.to_numpy(),
            "part": part,
            "km_from": along.min(axis=1),
            "km_to": along.max(axis=1),
            "node_from": turned[:, 0],
            "node_to": turned[:, 1],
        }
    )


def stretch(chain: pd.DataFrame, ref: str, km_from: float, km_to: float) -> Bools:
    """Select the segments of a stretch of road, those that only touch it left out.

    Parameters
    ----------
    chain
        Of `chainage`.
    ref
        Number or name of the road; its longest part is meant.
    km_from, km_to
        In km, in any order; equal ones select the segment there.

    Returns
    -------
    selected
        Shape (segments,).

    Raises
    ------
    UnknownNameError
        There is no such road, or it has no such kilometres; the message names what it has.
    """
    mine = ((chain["ref"] == ref) | (chain["name"] == ref)) & (chain["part"] == 0)
    if not ref or not mine.any():
        raise UnknownNameError(f"no road has the number or name {ref!r}")
    low, high = min(km_from, km_to), max(km_from, km_to)
    over = np.minimum(chain["km_to"], high) - np.maximum(chain["km_from"], low)
    selected = mine & ((over > 0) | ((low == high) & (over >= 0)))
    if not selected.any():
        end = chain.loc[mine, "km_to"].max()
        raise UnknownNameError(f"road {ref!r} runs from km 0 to {end:.1f}, not {low:g} to {high:g}")
    return selected.to_numpy(bool)


def corridors(
    chain: pd.DataFrame,
    values: pd.DataFrame,
    by: list[str],
    *,
    similar: float = 0.2,
    gap_km: float = 1.0,
) -> pd.DataFrame:
    """Put segments that follow each other on a road and are of similar value together.

    Parameters
    ----------
    chain
        Of `chainage`.
    values
        One row per segment, at least 0, such as of `criticality`.
    by
        Columns of `values` that must be similar; the first one orders the corridors, equal
        ones the next. Segments where all are 0 or NaN belong to no corridor.
    similar
        By how much of the greater one neighbours may differ.
    gap_km
        What lies farther apart is not together.

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
    # What has neither number nor name is a road of its own.
    alone = np.where((chain["ref"] == "") & (chain["name"] == ""), np.arange(len(chain)) + 1, 0)
    table = (
        chain.assign(road=alone).iloc[used].assign(**dict(zip(by, numbers[used].T, strict=True)))
    )
    table = table.assign(segments=used)
    order = ["road", "ref", "name", "part", "km_from", "km_to"]
    table = table.sort_values(order, kind="stable", ignore_index=True)
    same = (table[order[:4]] == table[order[:4]].shift()).all(axis=1)
    near = table["km_from"] <= table["km_to"].shift() + gap_km
    now, before = table[by], table[by].shift()
    alike = ((now - before).abs() <= similar * np.maximum(now, before)).all(axis=1)
    table = table.assign(corridor=(~(same & near & alike)).cumsum())
    grouped = table.groupby("corridor", sort=False)
    first = grouped[["ref", "name", "part", "km_from", "node_from"]].first()
    last = grouped[["km_to"]].max().join(grouped[["node_to"]].last())
    found = first.join(last).join(grouped[by].max()).join(grouped["segments"].agg(tuple))
    columns = ["ref", "name", "part", "km_from", "km_to", "node_from", "node_to", *by, "segments"]
    return found[columns].sort_values(by, ascending=False, kind="stable", ignore_index=True)


def between(network: RoadNetwork, table: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Name the settlements nearest to both ends of every corridor.

    Parameters
    ----------
    network
        The roads.
    table
        Columns `node_from, node_to`, such as of `corridors`.
    places
        Columns `id, lon, lat` (degrees).

    Returns
    -------
    table
        With the columns `place_from, place_to`: ids of places, nearest as the crow flies.

    Raises
    ------
    DataError
        There are no places.
    """
    if places.empty:
        raise DataError("corridors: there are no places to name them by")
    tree = KDTree(_on_ball(places["lon"], places["lat"]))
    ids = places["id"].to_numpy(object)
    names = {}
    for side in ("from", "to"):
        nodes = network.nodes.iloc[table[f"node_{side}"].to_numpy()]
        names[f"place_{side}"] = ids[tree.query(_on_ball(nodes["lon"], nodes["lat"]))[1]]
    return table.assign(**names)


def _on_ball(lon: pd.Series, lat: pd.Series) -> Floats:
    """Return points on a ball of radius 1, where the nearest is the nearest on Earth."""
    east, north = np.radians(lon.to_numpy(np.float64)), np.radians(lat.to_numpy(np.float64))
    flat = np.cos(north)
    return np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])


def _shortest(ends: Ints, km: Floats, count: int) -> coo_array:
    """Return the graph of segments, the shortest of those between two nodes."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    order = np.lexsort((km, high, low))
    new = (np.diff(low[order], prepend=-1) != 0) | (np.diff(high[order], prepend=-1) != 0)
    at = order[new & (low[order] != high[order])]
    return coo_array((km[at], (low[at], high[at])), shape=(count, count)).tocsr()


def _from(graph: coo_array, starts: Ints) -> Floats:
    """Return km from the start in its own part of the graph."""
    if not len(starts):
        return np.zeros(0)
    found: Floats = dijkstra(graph, directed=False, indices=starts, min_only=True)
    return found


def _rank_within(label: Ints, code: Ints, length: Floats) -> Ints:
    """Rank the parts of every road, the longest 0."""
    parts, at = np.unique(label, return_index=True)
    road = code[at]
    order = np.lexsort((-length[parts], road))
    begins = np.searchsorted(road[order], road[order])
    rank = np.empty(len(parts), np.int64)
    rank[order] = np.arange(len(parts)) - begins
    return rank[np.searchsorted(parts, label)]
