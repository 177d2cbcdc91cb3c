"""The engine, on networks whose shortest ways the eye finds, and against scipy on random ones."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import shapely
from drawing import build, draw, nodes, on, segment
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.routing.engine import (
    contract,
    customise,
    matrix,
    shortest_path,
    through_nodes,
)
from geo.routing.graph import Metric, at_node, graph_key
from geo.routing.snap import Snapped
from geo.routing.tables import MANY
from layers.errors import EngineError
from layers.roads.network import RoadNetwork

INF = math.inf

some = settings(max_examples=25, deadline=None)


def metres(network: RoadNetwork, *closed: str) -> np.ndarray:
    """Weigh every road by its length, one-way streets and those named closed."""
    weight = np.repeat(network.length_m[:, None], 2, axis=1)
    oneway = network.segments["oneway"].astype(str).to_numpy()
    weight[oneway == "backward", 0] = INF
    weight[oneway == "forward", 1] = INF
    weight[[segment(network, name) for name in closed]] = INF
    return weight


def metric(network: RoadNetwork, *closed: str) -> Metric:
    return customise(contract(network), metres(network, *closed))


def way(network: RoadNetwork, path) -> list[str]:
    """Spell a path: names of segments, with a minus where driven against their geometry."""
    names = network.segments["name"].astype(str).to_numpy()[path.segment]
    return [("-" if back else "") + name for name, back in zip(names, path.against, strict=True)]


BLOCK = """
A---B
|   v
|   |
C->-D
"""


def test_matrix_with_one_way_streets():
    road = draw(BLOCK)
    corners = nodes(road, "ABCD")
    # AB 400, AC 300, BD 300 down only, CD 400 to the right only: nothing leaves D.
    assert matrix(metric(road), corners, corners) == pytest.approx(
        np.array(
            [
                [0, 400, 300, 700],
                [400, 0, 700, 300],
                [300, 700, 0, 400],
                [INF, INF, INF, 0],
            ]
        )
    )


def test_closing_both_directions_sends_traffic_round():
    road = draw(BLOCK)
    there = matrix(metric(road, "BD"), nodes(road, "B"), nodes(road, "D"))
    assert there == pytest.approx(np.array([[400 + 300 + 400]]))


def test_unreachable_is_inf_and_no_path():
    road = draw("A---B   C---D")
    weights = metric(road)
    assert matrix(weights, nodes(road, "AB"), nodes(road, "CD")).tolist() == [[INF] * 2] * 2
    assert shortest_path(weights, nodes(road, "A"), nodes(road, "D")) is None
    through = through_nodes(weights, nodes(road, "A"), nodes(road, "D"))
    assert through.tolist() == [INF] * 4


def test_closed_road_leads_nowhere_but_its_ends_do():
    road = draw("A---B---C")
    weights = metric(road, "AB")
    assert matrix(weights, on(road, ("AB", 0.5)), nodes(road, "C")).tolist() == [[INF]]
    assert matrix(weights, on(road, ("AB", 1.0)), nodes(road, "C")).tolist() == [[400]]


def test_start_and_end_part_way():
    road = draw("A---B---C")
    path = shortest_path(metric(road), on(road, ("AB", 0.25)), on(road, ("BC", 0.5)))
    assert path.weight == pytest.approx(300 + 200)
    assert way(road, path) == ["AB", "BC"]
    assert (path.start.tolist(), path.stop.tolist()) == ([0.25, 0.0], [1.0, 0.5])


def test_start_and_end_part_way_against_the_geometry():
    road = draw("A---B---C")
    path = shortest_path(metric(road), on(road, ("BC", 0.5)), on(road, ("AB", 0.25)))
    assert path.weight == pytest.approx(200 + 300)
    assert way(road, path) == ["-BC", "-AB"]
    # Fractions are those of the geometry, whichever way it is driven.
    assert (path.start.tolist(), path.stop.tolist()) == ([0.0, 0.25], [0.5, 1.0])


def test_the_nearer_end_is_not_always_the_better():
    """From the middle of a long road, the end that lies towards the goal."""
    road = draw("A---------B--C")
    weights = metric(road)
    assert matrix(weights, on(road, ("AB", 0.1)), nodes(road, "AC")) == pytest.approx(
        np.array([[100, 900 + 300]])
    )


def test_both_ends_on_one_segment():
    road = draw("A---B")
    one, other = on(road, ("AB", 0.25)), on(road, ("AB", 0.75))
    for start, goal, spelled in ((one, other, ["AB"]), (other, one, ["-AB"])):
        path = shortest_path(metric(road), start, goal)
        assert path.weight == pytest.approx(200)
        assert way(road, path) == spelled
        assert (path.start.tolist(), path.stop.tolist()) == ([0.25], [0.75])
        assert matrix(metric(road), start, goal) == pytest.approx(np.array([[200]]))


ONE_WAY_BLOCK = """
A->-B
^   v
D-<-C
"""


def test_back_on_a_one_way_street_is_round_the_block():
    road = draw(ONE_WAY_BLOCK)
    weights = metric(road)
    near, far = on(road, ("AB", 0.25)), on(road, ("AB", 0.75))
    assert matrix(weights, near, far) == pytest.approx(np.array([[200]]))
    # 100 on to B, 200 down, 400 to the left, 200 up, 100 from A.
    path = shortest_path(weights, far, near)
    assert path.weight == pytest.approx(1000)
    assert matrix(weights, far, near) == pytest.approx(np.array([[1000]]))
    assert way(road, path) == ["AB", "BC", "-DC", "-AD", "AB"]
    assert (path.start[[0, -1]].tolist(), path.stop[[0, -1]].tolist()) == ([0.75, 0], [1, 0.25])


def test_back_on_a_one_way_street_without_a_block_is_nowhere():
    road = draw("A->-B---C")
    far, near = on(road, ("AB", 0.75)), on(road, ("AB", 0.25))
    assert matrix(metric(road), far, near).tolist() == [[INF]]
    assert shortest_path(metric(road), far, near) is None


def test_round_the_block_is_taken_where_straight_along_is_slower():
    """Both ends on one slow segment: out at both ends and over the fast road."""
    road = draw("""
        A----B
        |    |
        +----+
    """)
    weight = metres(road)
    weight[segment(road, "AB")] = 10_000.0
    weights = customise(contract(road), weight)
    start, goal = on(road, ("AB", 0.01)), on(road, ("AB", 0.99))
    # 1 % of 10,000 out, 200 + 500 + 200 along the other road, 1 % of 10,000 in.
    path = shortest_path(weights, start, goal)
    assert path.weight == pytest.approx(100 + 900 + 100)
    assert way(road, path) == ["-AB", "AB2", "-AB"]
    assert matrix(weights, start, goal) == pytest.approx(np.array([[1100]]))


@pytest.mark.parametrize("picture", ["A---B", "A->-B", "A-<-B"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
def test_source_and_target_at_the_same_position(picture, fraction):
    road = draw(picture)
    weights = metric(road)
    here = on(road, ("AB", fraction))
    path = shortest_path(weights, here, here)
    assert path.weight == 0
    assert path.start == path.stop == [fraction]
    open_way = 1 if picture == "A-<-B" else 0
    assert path.against[0] == open_way or picture == "A---B"
    assert matrix(weights, here, here).tolist() == [[0]]


def test_one_junction_named_by_two_segments():
    """B is the end of one road and the start of the next; between the two is nothing."""
    road = draw("A---B---C")
    weights = metric(road)
    path = shortest_path(weights, on(road, ("AB", 1.0)), on(road, ("BC", 0.0)))
    assert path.weight == 0
    assert len(path.segment) == 1
    assert path.start == path.stop
    assert matrix(weights, on(road, ("AB", 1.0)), on(road, ("BC", 0.0))).tolist() == [[0]]


TWINS = """
A----B
|    |
+----+
"""


def test_parallel_segments_between_the_same_nodes():
    road = draw(TWINS)
    ends = nodes(road, "A"), nodes(road, "B")
    assert way(road, shortest_path(metric(road), *ends)) == ["AB"]
    round_about = shortest_path(metric(road, "AB"), *ends)
    assert (way(road, round_about), round_about.weight) == (["AB2"], 900)
    half = matrix(metric(road), on(road, ("AB2", 0.5)), nodes(road, "AB"))
    assert half == pytest.approx(np.array([[450, 450]]))


def test_parallel_one_way_segments_are_a_ring():
    road = draw(TWINS, oneway={"AB": "forward", "AB2": "backward"})
    ends = nodes(road, "AB")
    assert matrix(metric(road), ends, ends) == pytest.approx(np.array([[0, 500], [900, 0]]))


LOOP = """
A---B---+
    |   |
    +---+
"""


def test_loop():
    road = draw(LOOP)  # BB is 400 + 200 + 400 + 200 = 1200 long
    weights = metric(road)
    found = matrix(weights, on(road, ("BB", 0.25), ("BB", 0.75)), nodes(road, "A"))
    assert found == pytest.approx(np.array([[300 + 400], [300 + 400]]))
    first, last = (
        shortest_path(weights, on(road, ("BB", f)), nodes(road, "A")) for f in (0.25, 0.75)
    )
    assert (way(road, first), way(road, last)) == (["-BB", "-AB"], ["BB", "-AB"])


def test_loop_through_its_node_is_shorter_than_along():
    road = draw(LOOP)
    path = shortest_path(metric(road), on(road, ("BB", 0.9)), on(road, ("BB", 0.1)))
    assert path.weight == pytest.approx(120 + 120)
    assert way(road, path) == ["BB", "BB"]


def test_one_way_loop():
    road = draw(LOOP, oneway={"BB": "forward"})
    weights = metric(road)
    at = on(road, ("BB", 0.25))
    assert matrix(weights, at, nodes(road, "A")) == pytest.approx(np.array([[900 + 400]]))
    assert matrix(weights, nodes(road, "A"), at) == pytest.approx(np.array([[400 + 300]]))


def test_weight_of_nothing():
    road = draw("A---B---C")
    weights = customise(contract(road), np.zeros((2, 2)))
    assert matrix(weights, nodes(road, "A"), nodes(road, "C")).tolist() == [[0]]
    assert way(road, shortest_path(weights, nodes(road, "A"), nodes(road, "C"))) == ["AB", "BC"]


def test_through_nodes():
    road = draw("""
        A---B---C   E
        |       |   |
        +---D---+   F
    """)
    # Over B 800; over D 200 + 400 + 400 + 200; the way over A, B or C is the best one.
    found = through_nodes(metric(road), nodes(road, "A"), nodes(road, "C"))
    assert found == pytest.approx(np.array([800, 800, 800, 1200, INF, INF]))


def test_through_nodes_from_part_way():
    road = draw("A---B---C")
    found = through_nodes(metric(road), on(road, ("AB", 0.5)), on(road, ("BC", 0.5)))
    # Back to A and all the way 200 + 600, straight over B 400, on to C and back 600 + 200.
    assert found == pytest.approx(np.array([800, 400, 800]))


def test_at_node_takes_an_open_segment():
    road = draw(BLOCK)
    weights = metric(road, "AB")
    for node in range(4):
        here = at_node(weights, node)
        assert road.ends[here.segment[0], int(here.fraction[0])] == node
        assert road.segments["name"][here.segment[0]] != "AB"


def test_kept_order_gives_the_same_answers():
    road = draw(ONE_WAY_BLOCK)
    fresh = contract(road)
    kept = contract(road, fresh.order.copy())
    corners = nodes(road, "ABCD")
    first, again = (matrix(customise(t, metres(road)), corners, corners) for t in (fresh, kept))
    assert first.tolist() == again.tolist()


@settings(max_examples=24, deadline=None)
@given(st.permutations(range(4)))
def test_any_order_of_all_nodes_gives_the_same_answers(order):
    road = draw(BLOCK)
    corners = nodes(road, "ABCD")
    weights = customise(contract(road, np.array(order, np.uint32)), metres(road))
    assert matrix(weights, corners, corners)[0].tolist() == [0, 400, 300, 700]


@pytest.mark.parametrize("order", [[0, 1, 2], [0, 1, 2, 2], [0, 1, 2, 4], [0, 1, 2, 3, 4], []])
def test_wrong_order(order):
    with pytest.raises(EngineError, match="order does not fit the network"):
        contract(draw(BLOCK), np.array(order, np.uint32))


def test_key_of_an_order_is_that_of_the_topology():
    road = draw(BLOCK)
    longer = draw(BLOCK, cell=250.0, highway={"AB": "track"})
    other = draw(BLOCK.replace("A---B", "A   B"))
    assert graph_key(road) == graph_key(longer)
    assert graph_key(road) != graph_key(other)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.ones((3, 2)), r"shape \(3, 2\), not \(4, 2\)"),
        (np.ones((4, 1)), r"shape \(4, 1\), not \(4, 2\)"),
        (np.ones(8), r"shape \(8,\), not \(4, 2\)"),
        (np.full((4, 2), -1.0), "at least 0"),
        (np.array([[1.0, 1.0]] * 3 + [[1.0, np.nan]]), "at least 0"),
        (np.full((4, 2), -INF), "at least 0"),
        (np.full((4, 2), 2.2e6), "larger step"),  # over 2³¹ milliseconds
    ],
)
def test_wrong_weights(weight, message):
    with pytest.raises(EngineError, match=message):
        customise(contract(draw(BLOCK)), weight)


def test_a_larger_step_takes_larger_weights():
    road = draw("A---B")
    weights = customise(contract(road), np.full((1, 2), 2.2e6), step=1.0)
    assert matrix(weights, nodes(road, "A"), nodes(road, "B")).tolist() == [[2.2e6]]


@pytest.mark.parametrize("ask", [matrix, shortest_path])
def test_panic_of_the_library_is_our_error(ask):
    """The weights are of one network, the positions of a larger one."""
    small, large = contract(draw("A---B")), contract(draw(BLOCK))
    mixed = customise(small, np.ones((1, 2)))
    mixed = dataclasses.replace(mixed, graph=large, weight=np.ones((4, 2)))
    with pytest.raises(EngineError, match="refused its input: .*out of range"):
        ask(mixed, on(draw(BLOCK), ("CD", 0.5)), on(draw(BLOCK), ("BD", 0.5)))


def test_panic_on_a_hierarchy_of_another_network():
    small, large = contract(draw("A---B")), contract(draw(BLOCK))
    mixed = dataclasses.replace(large, hierarchy=small.hierarchy)
    with pytest.raises(EngineError, match="refused its input: weights length"):
        customise(mixed, np.ones((4, 2))).customised()


def test_two_metrics_of_one_topology_live_side_by_side():
    road = draw(BLOCK)
    contracted = contract(road)
    corners = nodes(road, "ABCD")
    weight = metres(road)
    first = customise(contracted, weight)
    before = matrix(first, corners, corners)
    doubled = customise(contracted, 2 * weight)
    assert matrix(doubled, corners, corners) == pytest.approx(2 * before)
    assert matrix(first, corners, corners).tolist() == before.tolist()
    assert weight.tolist() == metres(road).tolist()


def test_no_sources_or_no_targets():
    road = draw(BLOCK)
    weights, corners = metric(road), nodes(road, "ABCD")
    none = corners.take([])
    assert matrix(weights, none, corners).shape == (0, 4)
    assert matrix(weights, corners, none).shape == (4, 0)
    assert matrix(weights, none, none).shape == (0, 0)


def test_weights_below_the_step_are_not_lost_from_the_sum():
    """A thousand roads of 0.4 ms each: the engine sees nothing, the path's weight does."""
    count = 1000
    xy = np.column_stack([np.arange(count + 1) * 10.0, np.zeros(count + 1)])
    road = build(xy, [[i, i + 1] for i in range(count)])
    weights = customise(contract(road), np.full((count, 2), 0.4e-3))
    start, goal = at_node(weights, 0), at_node(weights, count)
    assert shortest_path(weights, start, goal).weight == pytest.approx(0.4)


@st.composite
def worlds(draw_from):
    """Draw a connected network, weights, some closed both ways or one way, and positions.

    Weights are whole seconds and positions eighths of a segment, so that the engine's
    milliseconds are exact and so are comparisons.
    """
    size = draw_from(st.integers(2, 10))
    cells = st.tuples(st.integers(0, 15), st.integers(0, 15))
    xy = 100.0 * np.array(draw_from(st.lists(cells, min_size=size, max_size=size, unique=True)))
    pairs = [  # every node to the nearest one before it, so that all hang together
        (min(range(i), key=lambda j, i=i: math.dist(xy[i], xy[j])), i) for i in range(1, size)
    ]
    both = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    pairs += [pair for pair in draw_from(st.lists(both, max_size=12)) if pair[0] != pair[1]]
    pairs = [pair if draw_from(st.booleans()) else pair[::-1] for pair in pairs]
    cost = st.integers(1, 60)
    weight = np.array([[draw_from(cost), draw_from(cost)] for _ in pairs], np.float64)
    for row in range(len(pairs)):
        closed = draw_from(st.sampled_from([(), (), (), (0,), (1,), (0, 1)]))
        weight[row, list(closed)] = INF
    spot = st.tuples(st.integers(0, len(pairs) - 1), st.integers(0, 8))
    spots = draw_from(st.lists(spot, min_size=1, max_size=6))
    at = Snapped(
        np.array([s for s, _ in spots]), np.array([f for _, f in spots]) / 8, np.zeros(len(spots))
    )
    return build(xy, pairs), weight, at


def by_scipy(network: RoadNetwork, weight: np.ndarray, at: Snapped) -> np.ndarray:
    """Compute the matrix on a graph with a vertex at every position, by another library."""
    vertex = {}
    for i, (u, v) in enumerate(network.ends.tolist()):
        vertex |= {(i, 0.0): u, (i, 1.0): v}
    spots = list(zip(at.segment.tolist(), at.fraction.tolist(), strict=True))
    for spot in spots:
        vertex.setdefault(spot, len(network.nodes) + len(vertex))
    size = max(vertex.values()) + 1
    arcs: dict[tuple[int, int], float] = {}
    for i, (forward, back) in enumerate(weight.tolist()):
        cuts = sorted(fraction for segment, fraction in vertex if segment == i)
        for low, high in itertools.pairwise(cuts):
            a, b = vertex[i, low], vertex[i, high]
            for pair, whole in (((a, b), forward), ((b, a), back)):
                arcs[pair] = min(arcs.get(pair, INF), whole * (high - low))
    rows = [(a, b, w) for (a, b), w in arcs.items() if w < INF]
    a, b, w = (np.array(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    where = [vertex[spot] for spot in spots]
    graph = csr_array((w, (a, b)), shape=(size, size))
    return dijkstra(graph, indices=where)[:, where]


def all_nodes(weights: Metric) -> Snapped:
    """Return every node that an open road touches."""
    found = [at_node(weights, node) for node in range(len(weights.graph.order))]
    return Snapped(
        *(
            np.concatenate([getattr(at, name) for at in found])
            for name in ("segment", "fraction", "offset_m")
        )
    )


@some
@given(worlds())
def test_matrix_equals_scipy(world):
    road, weight, at = world
    found = matrix(customise(contract(road), weight), at, at)
    assert found == pytest.approx(by_scipy(road, weight, at), abs=1e-9)


@some
@given(worlds(), st.randoms(use_true_random=False))
def test_a_table_of_many_is_that_of_few(world, chance):
    """Many by many climb the tree of the graph; few are swept from by the library."""
    road, weight, _ = world
    weights = customise(contract(road), weight, step=1e-3)
    count = len(road.segments)
    segment = np.array([chance.randrange(count) for _ in range(2 * MANY)])
    fraction = np.array([chance.choice((0.0, 0.25, 0.5, 1.0)) for _ in range(2 * MANY)])
    every = Snapped(segment, fraction, np.zeros(2 * MANY))
    sources, targets = every.take(np.arange(MANY)), every.take(np.arange(MANY, 2 * MANY))
    few = [matrix(weights, sources.take([at]), targets)[0] for at in range(0, MANY, 9)]
    assert np.array_equal(matrix(weights, sources, targets)[::9], few)


@some
@given(worlds())
def test_reversing_a_network_transposes_its_matrix(world):
    road, weight, at = world
    contracted = contract(road)
    there = matrix(customise(contracted, weight), at, at)
    back = matrix(customise(contracted, weight[:, ::-1].copy()), at, at)
    assert pytest.approx(there, abs=1e-9) == back.T


@some
@given(worlds(), st.data())
def test_closing_a_road_never_shortens_a_way(world, data):
    road, weight, at = world
    closed = weight.copy()
    closed[data.draw(st.integers(0, len(weight) - 1))] = INF
    contracted = contract(road)
    before, after = (matrix(customise(contracted, w), at, at) for w in (weight, closed))
    assert (after >= before - 1e-9).all()


@some
@given(worlds())
def test_triangle_inequality(world):
    road, weight, at = world
    weights = customise(contract(road), weight)
    points = all_nodes(weights)
    points = Snapped(
        *(
            np.concatenate(pair)
            for pair in zip(vars(points).values(), vars(at).values(), strict=True)
        )
    )
    direct = matrix(weights, points, points)
    by_way_of = (direct[:, :, None] + direct[None, :, :]).min(axis=1)
    assert (direct <= by_way_of + 1e-9).all()


@some
@given(worlds())
def test_path_is_the_matrix_entry_driven(world):
    road, weight, at = world
    weights = customise(contract(road), weight)
    expected = matrix(weights, at, at)
    lines = road.segments.geometry.to_numpy()
    for i, j in itertools.product(range(len(at)), repeat=2):
        path = shortest_path(weights, at.take([i]), at.take([j]))
        if path is None:
            assert expected[i, j] == INF
            continue
        assert path.weight == pytest.approx(expected[i, j], abs=1e-9)
        share = path.stop - path.start
        assert (share >= 0).all()
        driven = weight[path.segment, path.against.astype(int)]
        assert np.where(share > 0, driven, 0) @ share == pytest.approx(path.weight, abs=1e-9)
        # Every piece begins where the one before ended, the first and last at the positions.
        enter = np.where(path.against, path.stop, path.start)
        leave = np.where(path.against, path.start, path.stop)
        entered, left = (
            shapely.get_coordinates(
                shapely.line_interpolate_point(lines[path.segment], f, normalized=True)
            )
            for f in (enter, leave)
        )
        ends = shapely.get_coordinates(
            shapely.line_interpolate_point(
                lines[at.segment[[i, j]]], at.fraction[[i, j]], normalized=True
            )
        )
        expected_entries = np.concatenate([ends[:1], left])
        assert np.abs(np.concatenate([entered, ends[1:]]) - expected_entries).max() < 1e-6


@some
@given(worlds())
def test_through_nodes_is_there_and_on(world):
    road, weight, at = world
    weights = customise(contract(road), weight)
    source, target = at.take([0]), at.take([len(at) - 1])
    found = through_nodes(weights, source, target)
    for node in range(len(road.nodes)):
        here = at_node(weights, node)
        if not len(here):
            continue
        by = matrix(weights, source, here) + matrix(weights, here, target)
        assert found[node] == pytest.approx(by[0, 0], abs=1e-9)
