"""Ways that really differ from the best one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geo.routing.arcs import may_follow
from geo.routing.engine import shortest_path, through_nodes
from geo.routing.graph import Metric, at_node, first_open
from geo.routing.path import Path, join_paths, weigh
from geo.routing.snap import Snapped
from layers.arrays import distinct
from layers.roads.network import RoadNetwork

ASIDE = 0.04
"""An alternative leads through a node at least this part of the best way's length off it."""

MAX_TRIES = 400
"""So many nodes are tried as the middle of an alternative."""

MAX_SHARED = 0.6
"""An alternative shares at most this part of its length with each better way."""

MAX_STRETCH = 1.6
"""An alternative weighs at most this many times the best way."""


def find_alternatives(
    network: RoadNetwork, metric: Metric, snapped: Snapped, best: Path, wanted: int
) -> list[Path]:
    """Find ways that really differ from the best and from each other.

    A candidate is the best way through some node (Abraham and others 2013, Alternative
    routes in road networks, ACM JEA 18). Nodes aside of the best way are tried from the
    least detour on; a way that turns back on itself, shares more than `MAX_SHARED` of its
    length with a better one or weighs more than `MAX_STRETCH` times the best is none.
    """
    graph = metric.graph
    each = graph.arc_weights(metric.weight)
    source, target = snapped.take([0]), snapped.take([1])
    total = through_nodes(metric, source, target)[: len(network.nodes)]
    limit = MAX_STRETCH * weigh(best, metric.weight)
    xy = network.nodes[["x", "y"]].to_numpy()
    on_best = distinct(network.ends[best.segment])
    near = shapely.STRtree(np.asarray(shapely.points(xy[on_best])))
    _, aside = near.query_nearest(shapely.points(xy), all_matches=False, return_distance=True)
    reach = ASIDE * float((network.length_m[best.segment] * (best.stop - best.start)).sum())
    tried = (total > limit) | (aside < reach)
    found: list[Path] = []
    candidates = np.flatnonzero(~tried)
    tries, first = 0, first_open(metric)
    for node in candidates[np.argsort(total[candidates], kind="stable")]:
        if len(found) == wanted or tries == MAX_TRIES:
            break
        if tried[node]:
            continue
        tries += 1
        middle = at_node(metric, int(node), first)
        parts = [shortest_path(metric, source, middle), shortest_path(metric, middle, target)]
        if parts[0] is None or parts[1] is None:
            continue
        way = join_paths([parts[0], parts[1]])
        tried[network.ends[way.segment].ravel()] = True
        turns_back = len(distinct(way.segment)) < len(way.segment)
        turns_back |= not may_follow(graph.arcs, each, 2 * way.segment + way.against)
        if not turns_back and differs(network, way, [best, *found]):
            found.append(way)
    return found


def differs(network: RoadNetwork, way: Path, others: Sequence[Path]) -> bool:
    """Say whether a way shares little enough with each of the others."""
    length = network.length_m[way.segment] * (way.stop - way.start)
    shared = [length[np.isin(way.segment, other.segment)].sum() for other in others]
    return bool(max(shared) <= MAX_SHARED * length.sum())
