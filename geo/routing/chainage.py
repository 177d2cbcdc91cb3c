"""Kilometres along roads: the one way in which every verb counts them.

**Which road.** A road is what has one number; what has none is a road by its name, and what
has neither is one by its OpenStreetMap way, or, where that is not known, as far as it goes straight
on (`geo.routing.strokes`). A segment of two numbers, `107;1095`, is part of
both roads, and named by the first.

**Where it starts.** In a strategic network at that end of the road which is nearer to the start
of its first row in `highways.csv`: published kilometres. Elsewhere at its southern end, since
the highways of Thailand are counted away from Bangkok, whatever the order of the segments. A
start that is given goes before both. These are never kilometre stones.

**How it goes on.** Along the shortest way on the road itself. Pieces of it that do not touch but
end within `GAP_KM` of each other are joined by straight lines, which count; what lies farther
apart is another piece, which starts at 0. Between two forks kilometres run evenly, so that both
carriageways of a dual one have the same kilometres, though one is longer. A side line that ends
where it began, as a loop does, is counted on from its start along itself.

**Invariant.** Cutting segments, as scenarios and settlements do, changes no kilometre.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import KDTree

from geo.routing.road_lines import OTHER_NAMES, RoadLines, road_lines, roads_of
from geo.routing.strokes import strokes
from layers.arrays import Bools, Floats, Ints, distinct
from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork

GAP_KM: Final = 5.0
"""Ends of one road nearer than this are joined by a straight line."""
BESIDE_KM: Final = 0.1
"""Ends nearer than this lie side by side, as those of two carriageways do."""
EVEN: Final = 0.5
"""A line whose corners are nearer in km than this part of its length comes back on itself."""
TIE: Final = 6
"""Decimals of km that decide: less is rounding."""


def chainage(
    network: RoadNetwork,
    start: Mapping[str, tuple[float, float]] | None = None,
    *,
    only: frozenset[str] | None = None,
) -> pd.DataFrame:
    """Count kilometres along every road; see the module for the rule.

    Parameters
    ----------
    network
        The roads.
    start
        lon, lat near the start of a road, by its number or name.
    only
        Numbers or names of the roads that are wanted; all by default.

    Returns
    -------
    chain
        One row per segment, in order, for the first of its numbers, and after these one for
        each further number (with `only` just rows of these roads): `segment, ref, name,
        name_en, name_th` (empty where there is none), `road` (its key), `alone` (of
        `geo.routing.strokes` where the road is called nothing, else -1), `piece` (0 for the
        longest piece of a road), `part` (0 for the main line of the longest piece, then
        side lines and other pieces by their length: within a part no kilometre occurs twice),
        `km_from, km_to`, the nodes there, `node_from, node_to`, and `backward` (the
        segment runs against the kilometres).

    Examples
    --------
    >>> from layers.area import load_area
    >>> from layers.store.store import load_network
    >>> chain = chainage(load_network(load_area("mae_hong_son"), "strategic"))
    >>> chain.loc[chain["ref"] == "108", "km_to"].max().round(1)
    np.float64(349.4)
    """
    rows = roads_of(network)
    if only is not None:
        # All of a road, though only a part of it may have the name: its start counts.
        called = rows[["road", *OTHER_NAMES]].isin(only).any(axis=1)
        same = rows["road"].isin(set(rows.loc[called, "road"]) - {""})
        rows = rows[called | same].reset_index(drop=True)
    segment = rows["segment"].to_numpy(np.int64)
    nameless = np.zeros(len(network.segments), bool)
    nameless[segment[(rows["road"] == "").to_numpy()]] = True
    alone = strokes(network, nameless)[segment] if nameless.any() else np.full(len(rows), -1)
    # A name that is spelt like a number is another road.
    keys = [rows["road"], rows["ref"] != "", pd.Series(alone)]
    code = rows.groupby(keys, sort=False).ngroup()
    numbered: Ints = np.asarray(code, np.int64)
    given = _given(network, rows, start or {})
    ends, km = network.ends[segment], network.length_m[segment] / 1000
    lines = road_lines(numbered, ends, km, np.array(list(given.values()), np.int64))
    label, far, main = _from_start(network, lines, numbered, given)
    low, high = _kilometres(lines, far)
    share = lines.along / np.where(lines.length > 0, lines.length, 1.0)[lines.line][:, None]
    at = low[lines.line][:, None] + share * (high - low)[lines.line][:, None]
    back = at[:, 0] > at[:, 1]
    turned = np.where(back[:, None], ends[:, ::-1], ends)
    piece, part = _parts(lines, label, main)
    return rows.assign(
        alone=alone,
        piece=piece[lines.line],
        part=part[lines.line],
        km_from=at.min(axis=1),
        km_to=at.max(axis=1),
        node_from=turned[:, 0],
        node_to=turned[:, 1],
        backward=back,
    )


def _given(
    network: RoadNetwork, rows: pd.DataFrame, start: Mapping[str, tuple[float, float]]
) -> dict[int, int]:
    """Return the node nearest to the start that is given, by the first row of its road."""
    to_metric = Transformer.from_crs(LON_LAT, network.segments.crs, always_xy=True)
    found = {}
    for road, where in start.items():
        mine = np.flatnonzero((rows[["road", *OTHER_NAMES]] == road).any(axis=1))
        if len(mine):
            nodes = distinct(network.ends[rows["segment"].to_numpy()[mine]])
            away = network.nodes[["x", "y"]].to_numpy()[nodes] - to_metric.transform(*where)
            found[int(mine[0])] = int(nodes[np.hypot(*away.T).argmin()])
    return found


def _from_start(
    network: RoadNetwork, lines: RoadLines, code: Ints, given: dict[int, int]
) -> tuple[Ints, Floats, Bools]:
    """Return piece and km of every corner, and whether each line is of a main line."""
    xy = network.nodes[["x", "y"]].to_numpy(np.float64)[lines.node] / 1000
    graph, pairs, shortest = _graph(lines, xy)
    label = np.asarray(connected_components(graph, directed=False)[1], np.int64)
    # The southernmost of every piece, then the farthest from that, and from the latter.
    south = np.lexsort((lines.node, xy[:, 0], xy[:, 1]))
    tips = [south[np.unique(label[south], return_index=True)[1]]]
    for _ in range(2):
        tips.append(_farthest(label, _far(graph, tips[-1])[0], lines.node))
    if network.source.kind == "strategic":
        row: Ints = np.unique(label[lines.ends[lines.line, 0]], return_index=True)[1]
        away = [_at_row(lines, _far(graph, tip)[0], row) for tip in tips[1:]]
        one = np.round(away[0], TIE) <= np.round(away[1], TIE)
    else:
        rank = np.argsort(south)
        one = rank[tips[1]] <= rank[tips[2]]
    start = np.where(one, tips[1], tips[2])
    for row_at, node in given.items():
        mine = np.flatnonzero((lines.road == code[row_at]) & (lines.node == node))
        start[label[mine]] = mine
    far, before = _far(graph, start)
    main = np.zeros(len(lines.length), bool)
    here = _farthest(label, far, lines.node)
    # From the farthest corner of every piece back to its start, all pieces at once.
    while len(here := here[before[here] >= 0]):
        low, high = np.minimum(before[here], here), np.maximum(before[here], here)
        at = np.minimum(np.searchsorted(pairs, low * len(far) + high), max(len(pairs) - 1, 0))
        on = pairs[at] == low * len(far) + high
        main[shortest[at[on]]] = True
        here = before[here]
    return label, far, main


def _graph(lines: RoadLines, xy: Floats) -> tuple[coo_array, Ints, Ints]:
    """Return the graph of corners; and by pair of corners, ascending, the shortest line."""
    count = len(lines.node)
    low, high = lines.ends.min(axis=1), lines.ends.max(axis=1)
    order = np.lexsort((lines.first_row, np.round(lines.length, TIE), high, low))
    order = order[low[order] != high[order]]
    pairs, first = np.unique(low[order] * count + high[order], return_index=True)
    shortest = order[first]
    ends = np.column_stack([low, high])[shortest]
    graph = coo_array((lines.length[shortest], tuple(ends.T)), shape=(count, count)).tocsr()
    more, km = _gaps(lines, xy, np.asarray(connected_components(graph, directed=False)[1]))
    whole = (np.append(lines.length[shortest], km), tuple(np.vstack([ends, more]).T))
    return coo_array(whole, shape=(count, count)).tocsr(), pairs, shortest


def _gaps(lines: RoadLines, xy: Floats, label: Ints) -> tuple[Ints, Floats]:
    """Join ends of pieces of one road: what lies side by side, and else as little as need be."""
    tips = np.flatnonzero(lines.free)
    nothing = np.zeros((0, 2), np.int64), np.zeros(0)
    if not len(tips):
        return nothing
    # Roads lie on floors of their own, out of reach of each other.
    floor = lines.road[tips, None] * (GAP_KM * 10)
    near = KDTree(np.hstack([xy[tips], floor])).query_pairs(GAP_KM, output_type="ndarray")
    near = tips[near]
    near = near[label[near[:, 0]] != label[near[:, 1]]]
    if not len(near):
        return nothing
    km = np.hypot(*(xy[near[:, 0]] - xy[near[:, 1]]).T)
    low, high = label[near].min(axis=1), label[near].max(axis=1)
    order = np.lexsort((near[:, 1], near[:, 0], km, high, low))
    size = int(label.max()) + 1
    first = order[np.unique((low * size + high)[order], return_index=True)[1]]
    # A gap of no length would be none: a millimetre more keeps it.
    least = coo_array((km[first] + 1e-6, (low[first], high[first])), shape=(size, size))
    kept = minimum_spanning_tree(least.tocsr()).tocoo()
    needed = np.isin((low * size + high)[first], kept.row.astype(np.int64) * size + kept.col)
    chosen = np.union1d(first[needed], np.flatnonzero(km <= BESIDE_KM))
    return near[chosen], km[chosen]


def _far(graph: coo_array, starts: Ints) -> tuple[Floats, Ints]:
    """Return km from the start of its own piece, and the corner before, negative at starts."""
    if not len(starts):
        return np.zeros(0), np.zeros(0, np.int64)
    far, before, _ = dijkstra(
        graph, directed=False, indices=starts, min_only=True, return_predecessors=True
    )
    return np.asarray(far, np.float64), np.asarray(before, np.int64)


def _farthest(label: Ints, far: Floats, node: Ints) -> Ints:
    """Return the farthest corner of every piece."""
    order = np.lexsort((node, -np.round(far, TIE), label))
    return order[np.unique(label[order], return_index=True)[1]]


def _at_row(lines: RoadLines, far: Floats, row: Ints) -> Floats:
    """Return how far the start of some rows is."""
    line, along = lines.line[row], lines.along[row, 0]
    first, last = (far[lines.ends[line, side]] for side in range(2))
    return np.asarray(np.minimum(first + along, last + lines.length[line] - along), np.float64)


def _kilometres(lines: RoadLines, far: Floats) -> tuple[Floats, Floats]:
    """Return km at the start and the end of every line."""
    low, high = (far[lines.ends[:, side]] for side in range(2))
    apart = np.round(high - low, TIE)
    first = lines.along[lines.first_row]
    forward = np.where(apart == 0, first[:, 0] < first[:, 1], apart > 0)
    back = np.abs(apart) < EVEN * lines.length
    return (
        np.where(back & ~forward, high + lines.length, low),
        np.where(back & forward, low + lines.length, high),
    )


def _parts(lines: RoadLines, label: Ints, main: Bools) -> tuple[Ints, Ints]:
    """Count pieces of every road, and their main and side lines; shape (lines,) each."""
    table = pd.DataFrame(
        {
            "label": label[lines.ends[:, 0]],
            "road": lines.road[lines.ends[:, 0]],
            "km": lines.length,
            "row": lines.first_row,
        }
    )
    # Main lines are one each; a side line is one by itself.
    table = table.assign(one=np.where(main, -1 - table["label"], np.arange(len(table))))
    pieces = table.groupby("label").agg(
        road=("road", "first"), km=("km", "sum"), row=("row", "min")
    )
    pieces = pieces.assign(km=-pieces["km"].round(TIE)).sort_values(["road", "km", "row"])
    piece = pieces.groupby("road").cumcount().reindex(table["label"]).to_numpy(np.int64)
    table = table.assign(piece=piece, side=~main)
    ones = table.groupby("one").agg(
        road=("road", "first"),
        piece=("piece", "first"),
        side=("side", "first"),
        km=("km", "sum"),
        row=("row", "min"),
    )
    ones = ones.assign(km=-ones["km"].round(TIE))
    ones = ones.sort_values(["road", "piece", "side", "km", "row"])
    part = ones.groupby("road").cumcount().reindex(table["one"]).to_numpy(np.int64)
    return np.asarray(piece, np.int64), np.asarray(part, np.int64)
