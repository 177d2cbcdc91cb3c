"""The directed graph of a network as the engine has it, and weights on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.routing.snap import Snapped
from layers.arrays import Floats, Ints
from layers.io.files import fingerprint
from layers.roads.network import RoadNetwork

CLOSED = 2**31 - 1
"""Weight of an arc that may not be driven."""


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """The directed graph of a network, contracted.

    Arc 2·i runs along segment i, arc 2·i + 1 against it.

    Attributes
    ----------
    ends
        Nodes `u, v` of every segment, shape (segments, 2).
    order
        Node order, shape (nodes,).
    hierarchy
        The binding's own structure.
    """

    ends: Ints
    order: NDArray[np.uint32]
    hierarchy: Any


@dataclass(frozen=True, eq=False)
class Metric:
    """One weight for every arc, customised.

    Attributes
    ----------
    graph
        What it is on.
    weight
        Weight of every segment and direction, inf where closed, shape (segments, 2).
    step
        What one integer of the engine is worth, in units of the weight.
    customised
        The binding's own structure.
    """

    graph: RoadGraph
    weight: Floats
    step: float
    customised: Any


def graph_key(network: RoadNetwork) -> str:
    """Hash what the order of a network depends on."""
    ends = np.ascontiguousarray(network.ends)
    return fingerprint("order", len(network.nodes), ends.tobytes())


def at_node(metric: Metric, node: int) -> Snapped:
    """Return a node as a position: an end of one of its open segments."""
    ends = metric.graph.ends
    here = np.flatnonzero((ends == node).any(axis=1) & np.isfinite(metric.weight).any(axis=1))[:1]
    side = ends[here, 0] != node
    return Snapped(here, side.astype(np.float64), np.zeros(len(here)))
