"""Graphs made small: what is left out leads nowhere, and what is put together is one way."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.traffic.chains import chained, neighbours
from geo.traffic.tree_sums import sums_along


def test_a_street_with_side_streets_is_one_arc_each_way():
    # 0 and 3 are places; 4 hangs on 1, 5 on 4: 0 - 1 - 2 - 3
    pairs = [(0, 1), (1, 2), (2, 3), (1, 4), (4, 5)]
    tail, head = np.array([*pairs, *(pair[::-1] for pair in pairs)]).T
    places = np.array([True, False, False, True, False, False])
    made = chained(tail, head, np.ones(len(tail)), places)
    ways = [list(zip(tail[arcs], head[arcs], strict=True)) for arcs in np.split(made.arc, [3])]
    assert ways == [[(0, 1), (1, 2), (2, 3)], [(3, 2), (2, 1), (1, 0)]]
    assert made.sums(np.arange(1.0, 11.0)).tolist() == [1 + 2 + 3, 8 + 7 + 6]
    assert neighbours(tail, head, places).tolist() == [1, 2, 2, 1, 0, 0]


def test_a_one_way_street_is_an_arc_one_way():
    tail, head = np.array([0, 1, 1]), np.array([1, 2, 0])
    made = chained(tail, head, np.ones(3), np.array([True, False, True]))
    assert made.head.tolist() == [2]


def test_of_two_chains_between_the_same_junctions_the_lesser_stays():
    # 0 - 1 - 3 and 0 - 2 - 3
    tail, head = np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3])
    weight = np.array([5.0, 5.0, 1.0, 2.0])
    made = chained(tail, head, weight, np.array([True, False, False, True]))
    assert (made.head.tolist(), made.arc.tolist()) == ([3], [2, 3])


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_sums_are_those_of_another_program(seed):
    rng = np.random.default_rng(seed)
    count, places = int(rng.integers(4, 30)), 4
    graph = nx.gnm_random_graph(count, int(rng.integers(3, 2 * count)), seed=seed, directed=True)
    both = rng.random(len(graph.edges)) < 0.7
    arcs = {*graph.edges, *((v, u) for (u, v), too in zip(graph.edges, both, strict=True) if too)}
    tail, head = np.array(sorted(arcs)).T
    weight = rng.random(len(tail))
    is_place = np.arange(count) < places
    made = chained(tail, head, weight, is_place)
    least = made.sums(weight)
    ends = np.arange(places)
    sums, loads = sums_along(
        made.first, made.head, least, least[:, None], ends, ends, np.ones((places, places))
    )
    reference = nx.DiGraph()
    reference.add_nodes_from(range(count))
    reference.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), weight, strict=True))
    total = 0.0
    for one in range(places):
        lengths = nx.single_source_dijkstra_path_length(reference, one)
        for other in range(places):
            expected = lengths.get(other, np.inf)
            assert sums[0, one, other] == pytest.approx(expected)
            total += expected if np.isfinite(expected) else 0.0
    # One trip between each two: all that is driven is on the arcs.
    assert (loads * least).sum() == pytest.approx(total)
