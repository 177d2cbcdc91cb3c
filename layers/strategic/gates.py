"""Gates: where roads that end at the border go on through a crossing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from layers.arrays import Ints
from layers.crs import from_lon_lat
from layers.roads.network import RoadNetwork, components

GATE_M: Final = 2_000.0
"""A border crossing is the nearest place where a road meets the border, if so near."""


def open_gates(
    network: RoadNetwork, breaks: Ints, crossings: pd.DataFrame
) -> tuple[RoadNetwork, pd.DataFrame]:
    """Lead roads across the border at its crossings.

    Parameters
    ----------
    network
        Roads that nowhere lead over the border.
    breaks
        Pairs of nodes where a road meets it, at home and abroad, shape (breaks, 2).
    crossings
        Table of `layers.tables.crossings.read_crossings`.

    Returns
    -------
    network, gates
        With `crossing` on the far side of each gate, closed where the crossing is; and the
        crossings that have a gate: columns `id, lon, lat` and `node`.
    """
    if not len(breaks) or crossings.empty:
        return network, crossings[["id", "lon", "lat"]].iloc[:0].assign(node=0)
    x, y = from_lon_lat(network.crs).transform(
        crossings["lon"].to_numpy(np.float64), crossings["lat"].to_numpy(np.float64)
    )
    place = network.nodes[["x", "y"]].to_numpy()[breaks[:, 0]]
    apart = np.hypot(x[:, None] - place[:, 0], y[:, None] - place[:, 1])
    ends = network.ends.copy()
    name = network.segments["crossing"].astype(str).to_numpy(object)
    access = network.segments["access"].astype(str).to_numpy(object)
    gates: dict[int, int] = {}
    for at in np.argsort(apart.min(axis=1), kind="stable").tolist():
        nearest = int(apart[at].argmin())
        if apart[at, nearest] > GATE_M:
            break
        home, away = breaks[nearest].tolist()
        across = (network.ends == away).any(axis=1)
        if (name[across] != "").any():
            continue
        ends[ends == away] = home
        name[across] = crossings["id"].iloc[at]
        if crossings["status"].iloc[at] == "closed":
            access[across] = "no"
        gates[at] = home
    segments = network.segments.assign(
        u=ends[:, 0],
        v=ends[:, 1],
        crossing=pd.Series(name, dtype="str").astype("category"),
        access=pd.Series(access, dtype="str").astype("category"),
    )
    found = crossings[["id", "lon", "lat"]].iloc[list(gates)].assign(node=list(gates.values()))
    return parted(replace(network, segments=segments)), found


def parted(network: RoadNetwork) -> RoadNetwork:
    """Return the network with its connected parts numbered anew."""
    part = components(len(network.nodes), network.ends)
    return replace(
        network,
        nodes=network.nodes.assign(component=part),
        segments=network.segments.assign(component=part[network.ends[:, 0]]),
    )
