"""Parts of a network that no road joins, and stretches that one-ways shut in or out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from layers.arrays import Bools, Ints
from layers.roads.network import RoadNetwork, components

REACHED, RETURNS = 1, 2
"""Bits of what a node is to the main part: one gets there from it; one gets back to it."""

STATE = {REACHED: "no_way_out", RETURNS: "no_way_in", 0: "no_way"}


def disconnected(network: RoadNetwork, driven: Bools, edge: Bools) -> pd.DataFrame:
    """Find parts that roads for vehicles do not join to the largest one.

    Parameters
    ----------
    network
        The roads.
    driven
        Which segments count, shape (segments,).
    edge
        Which nodes lie outside the area, shape (nodes,).

    Returns
    -------
    found
        One row per part: `kind, segment` (its longest), `x, y` (its middle), `km, at_edge`.
    """
    of_node = components(len(network.nodes), network.ends[driven])
    part = np.where(driven, of_node[network.ends[:, 0]], -1)
    # The part with most nodes among those that have segments is the main one.
    main = _main(part[driven])
    apart = driven & (part != main)
    return _groups(network, apart, part, edge).assign(kind="disconnected")


def one_ways(network: RoadNetwork, driven: Bools, edge: Bools) -> pd.DataFrame:
    """Find stretches that one-way roads let nobody leave, or enter.

    In every connected part the largest set of nodes among which one gets from each to each is
    its core; what lies outside it is told, by whether one gets there and whether one gets back
    (strongly connected components; Tarjan 1972, SIAM J. Comput. 1).

    Parameters
    ----------
    network, driven, edge
        As for `disconnected`.

    Returns
    -------
    found
        One row per stretch: `kind, segment, x, y, km, at_edge`.
    """
    count, ends = len(network.nodes), network.ends
    oneway = network.segments["oneway"].astype(str).to_numpy()
    forth, back = driven & (oneway != "backward"), driven & (oneway != "forward")
    arcs = np.concatenate([ends[forth], ends[back][:, ::-1]])
    used = np.zeros(count, bool)
    used[ends[driven].ravel()] = True
    part = components(count, ends[driven])
    core = _cores(count, arcs, part)
    state = np.where(core, REACHED | RETURNS, 0)
    for bit, ways in ((REACHED, arcs), (RETURNS, arcs[:, ::-1])):
        state[_from(core, ways)] |= bit
    rows = []
    for value, kind in STATE.items():
        mine = used & (state == value)
        # A stretch belongs to the node of it that is farther from the core.
        own = driven & mine[ends].any(axis=1)
        if value != 0:
            own &= ~(used & (state == 0))[ends].any(axis=1)
        inner = own & mine[ends].all(axis=1)
        label = components(count, ends[inner]).astype(np.int64)
        node = np.where(mine[ends[:, 0]], ends[:, 0], ends[:, 1])
        rows.append(_groups(network, own, label[node], edge).assign(kind=kind))
    return pd.concat(rows, ignore_index=True)


def _main(labels: Ints) -> int:
    """Return the label that most segments have."""
    return int(np.bincount(labels).argmax()) if len(labels) else 0


def _cores(count: int, arcs: Ints, part: NDArray[np.int32]) -> Bools:
    """Say which nodes are of the largest strongly connected set of their part."""
    graph = coo_array((np.ones(len(arcs), np.int8), (arcs[:, 0], arcs[:, 1])), shape=(count, count))
    strong = connected_components(graph, connection="strong")[1]
    size = np.bincount(strong)[strong]
    order = np.lexsort((strong, -size, part))
    first = np.unique(part[order], return_index=True)[1]
    core: Bools = strong[order[first]][part] == strong
    return core


def _from(core: Bools, arcs: Ints) -> Ints:
    """Return the nodes that one reaches from any node of the core."""
    count = len(core)
    start = np.flatnonzero(core)
    source = np.column_stack([np.full(len(start), count), start])
    every = np.concatenate([arcs, source])
    graph = coo_array(
        (np.ones(len(every), np.int8), (every[:, 0], every[:, 1])), shape=(count + 1, count + 1)
    )
    found = breadth_first_order(graph.tocsr(), count, return_predecessors=False)
    reached: Ints = found[found < count].astype(np.int64)
    return reached


def _groups(network: RoadNetwork, mine: Bools, label: Ints, edge: Bools) -> pd.DataFrame:
    """Sum segments by a label: the longest of each, its middle, km, and whether any is cut off."""
    at = np.flatnonzero(mine)
    table = pd.DataFrame(
        {
            "segment": at,
            "label": np.asarray(label)[at],
            "km": network.length_m[at] / 1000,
            "at_edge": edge[network.ends[at]].any(axis=1),
        }
    )
    longest = table.sort_values(["label", "km"], ascending=[True, False], kind="stable")
    grouped = longest.groupby("label", sort=True)
    rows = grouped.agg(segment=("segment", "first"), km=("km", "sum"), at_edge=("at_edge", "any"))
    lines = network.segments.geometry.to_numpy()[rows["segment"].to_numpy(np.int64)]
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    return rows.reset_index(drop=True).assign(x=shapely.get_x(middle), y=shapely.get_y(middle))
