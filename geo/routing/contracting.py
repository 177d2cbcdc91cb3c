"""Contractions made again: by the order that an earlier run kept, or that of a network before."""

from __future__ import annotations

import contextlib

import numpy as np

from geo.routing.arcs import arcs_of
from geo.routing.engine import contract
from geo.routing.graph import RoadGraph, graph_key
from layers.errors import EngineError
from layers.roads.network import RoadNetwork
from layers.store.kept import read_kept, write_kept


def kept_contraction(network: RoadNetwork) -> RoadGraph:
    """Contract a network by the kept node order; one that is damaged is made anew."""
    key = graph_key(network)
    kept = read_kept(key)
    if kept is not None:
        with contextlib.suppress(EngineError, KeyError):
            return contract(network, kept.arrays["order"])
    graph = contract(network)
    write_kept(key, {"order": graph.order})
    return graph


def recontract(graph: RoadGraph, network: RoadNetwork) -> RoadGraph:
    """Contract a network that grew out of another, by the other's order.

    New nodes come first: where a road was only cut, what is left is the old graph.

    Parameters
    ----------
    graph
        Of the other network.
    network
        With the other's nodes before its own; closing, slowing and banning change none.

    Returns
    -------
    graph
        The same one if no road was added or cut.

    Raises
    ------
    EngineError
        The network has fewer nodes than the other.
    """
    arcs = arcs_of(network)
    if np.array_equal(graph.ends, network.ends) and graph.arcs.same(arcs):
        return graph
    if not (graph.arcs.plain and arcs.plain):
        return contract(network)
    before, now = len(graph.order), len(network.nodes)
    if now < before:
        raise EngineError("a network that grew out of another has at least its nodes")
    fresh = np.arange(before, now, dtype=np.uint32)
    return contract(network, np.concatenate([fresh, graph.order]))
