"""Roads that nothing names, followed straight on from fork to fork.

Most roads of a mountain district have neither number nor name, and a map cuts them at every
fork. A driver stays on a road by going straight on over roads of its class: so do strokes
(Thomson and Richardson 1999, The good continuation principle of perceptual organization).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.arrays import Bools, Floats, Ints
from layers.roads.network import RoadNetwork

STRAIGHT_DEG: Final = 45.0
"""A road that turns more than this at a fork ends there."""


def strokes(network: RoadNetwork, nameless: Bools) -> Ints:
    """Say which of the roads that nothing names each segment is of.

    At a node the two ends of one class that turn least go on into each other, then of what is
    left the next two; where just two segments meet, one goes on into the other however it
    turns, so that cutting a segment changes nothing.

    Parameters
    ----------
    network
        The roads.
    nameless
        Which segments are called nothing, shape (segments,).

    Returns
    -------
    stroke
        Shape (segments,): the position of its first segment, -1 where a segment has a name.
    """
    count = len(nameless)
    rows = np.flatnonzero(nameless)
    node = network.ends[rows]
    met = np.bincount(network.ends.ravel(), minlength=len(network.nodes))
    ends = pd.DataFrame(
        {
            "end": np.arange(2 * len(rows)),
            "node": node.ravel(),
            "segment": np.repeat(rows, 2),
            "highway": np.repeat(network.segments["highway"].astype(str).to_numpy()[rows], 2),
            "bearing": _bearings(network, rows).ravel(),
        }
    )
    pairs = ends.merge(ends, on=["node", "highway"])
    pairs = pairs[pairs["end_x"] < pairs["end_y"]]
    turn = np.abs(180 - np.abs((pairs["bearing_x"] - pairs["bearing_y"] + 180) % 360 - 180))
    pairs = pairs.assign(turn=turn.where(met[pairs["node"]] > 2, 0.0))  # noqa: PLR2004
    joined = _mutual(pairs[pairs["turn"] <= STRAIGHT_DEG])
    links = joined["segment_x"].to_numpy(np.int64), joined["segment_y"].to_numpy(np.int64)
    graph = coo_array((np.ones(len(joined)), links), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    return np.where(nameless, first[label], -1).astype(np.int64)


def _mutual(pairs: pd.DataFrame) -> pd.DataFrame:
    """Join ends, the pair that turns least first, each end once."""
    left = pairs.sort_values(["turn", "end_x", "end_y"], kind="stable")
    taken = []
    while len(left):
        # A pair that is the first of both its ends is joined whatever the others are.
        order = np.arange(len(left))
        stacked = pd.Series(np.tile(order, 2)).groupby(
            np.concatenate([left["end_x"].to_numpy(), left["end_y"].to_numpy()])
        )
        first = stacked.transform("min").to_numpy().reshape(2, -1)
        best = left[(first == order).all(axis=0)]
        taken.append(best)
        used = np.concatenate([best["end_x"].to_numpy(), best["end_y"].to_numpy()])
        left = left[~(left["end_x"].isin(used) | left["end_y"].isin(used))]
    return pd.concat(taken) if taken else left


def _bearings(network: RoadNetwork, rows: Ints) -> Floats:
    """Return where segments lead from both their ends, in degrees, shape (rows, 2)."""
    lines = network.segments.geometry.to_numpy()[rows]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(line, np.arange(len(rows)))
    last = np.searchsorted(line, np.arange(len(rows)), side="right") - 1
    out = np.stack([xy[first + 1] - xy[first], xy[last - 1] - xy[last]], axis=1)
    return np.degrees(np.arctan2(out[..., 1], out[..., 0]))
