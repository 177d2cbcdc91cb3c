"""Junctions and joins, on networks drawn below; digits are nodes."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import DataError
from layers.osm.junctions import Joined, Lines, join, split, weld

NODES = 12


def lines_of(*ways: list[int]) -> Lines:
    offsets = np.cumsum([0, *map(len, ways)])
    return Lines(np.array([node for way in ways for node in way], np.int64), offsets)


def rows(lines: Lines) -> list[list[int]]:
    return [part.tolist() for part in np.split(lines.node, lines.offsets[1:-1])] if lines else []


def mask(*nodes: int) -> np.ndarray:
    return np.isin(np.arange(NODES), nodes)


def network(
    *ways: list[int],
    kind: list[int] | None = None,
    oneway: list[int] | None = None,
    keep: tuple[int, ...] = (),
) -> tuple[Joined, np.ndarray]:
    """Split and join; the second value is the direction of every line."""
    pieces, way = split(lines_of(*ways), mask(*keep))
    one = np.array(oneway or [0] * len(ways), np.int64)[way]
    joined = join(pieces, np.array(kind or [0] * len(ways), np.int64)[way], one, mask(*keep))
    return joined, one[joined.first] * np.where(joined.along, 1, -1)


def test_t_junction():
    """
    0---1---2
        |
        3
    """
    joined, _ = network([0, 1, 2], [1, 3])
    assert rows(joined.lines) == [[0, 1], [1, 2], [1, 3]]


def test_bridge_without_a_shared_node_is_no_junction():
    """
        3
        |
    0---+---2      the crossing has no node
        |
        4
    """
    joined, _ = network([0, 2], [3, 4])
    assert rows(joined.lines) == [[0, 2], [3, 4]]


def test_crossing_with_a_shared_node_is_a_junction():
    joined, _ = network([0, 1, 2], [3, 1, 4])
    assert rows(joined.lines) == [[0, 1], [1, 2], [3, 1], [1, 4]]


def test_ways_drawn_against_each_other_are_joined():
    """
    0-->1-->2<--3<--4-->5
    """
    joined, _ = network([0, 1, 2], [4, 3, 2], [4, 5])
    assert rows(joined.lines) == [[0, 1, 2, 3, 4, 5]]
    assert joined.line_of.tolist() == [0, 0, 0]
    assert joined.first.tolist() == [0]


def test_line_runs_as_its_first_piece_in_the_file():
    """
    2<--1<--0      first in the file
    2-->3          first in the line, if it ran the other way
    """
    joined, _ = network([0, 1, 2], [3, 2], [4, 0])
    assert rows(joined.lines) == [[4, 0, 1, 2, 3]]
    assert (joined.first.tolist(), joined.along.tolist()) == ([2], [True])


@pytest.mark.parametrize(
    ("second", "oneway", "count"),
    [
        ([1, 2], [1, 1], 1),  # 0-->1-->2
        ([1, 2], [1, -1], 2),  # 0-->1<--2
        ([1, 2], [1, 0], 2),  # 0-->1---2
        ([1, 2], [-1, -1], 1),  # 0<--1<--2
        ([2, 1], [1, -1], 1),  # 0-->1-->2, drawn from 2 to 1
        ([2, 1], [1, 1], 2),
        ([2, 1], [0, 0], 1),
    ],
)
def test_oneway_chain(second, oneway, count):
    joined, direction = network([0, 1], second, oneway=oneway)
    assert len(joined.lines) == count
    if count == 1:
        assert rows(joined.lines) == [[0, 1, 2]]
        assert direction.tolist() == [oneway[0]]


def test_change_of_kind_splits():
    joined, _ = network([0, 1], [1, 2], [2, 3], kind=[0, 0, 1])
    assert rows(joined.lines) == [[0, 1, 2], [2, 3]]


def test_node_of_a_turn_restriction_stays():
    joined, _ = network([0, 1, 2, 3], [3, 4], keep=(2,))
    assert rows(joined.lines) == [[0, 1, 2], [2, 3, 4]]


def test_closed_way_alone():
    """
    0---1
    |   |
    3---2
    """
    joined, _ = network([0, 1, 2, 3, 0])
    assert rows(joined.lines) == [[0, 1, 2, 3, 0]]


def test_ring_of_several_ways_is_broken_once():
    joined, _ = network([0, 1], [2, 1], [2, 3], [0, 3])
    assert rows(joined.lines) == [[0, 1, 2, 3, 0]]


def test_two_rings_and_a_line():
    joined, _ = network([0, 1, 2], [2, 0], [3, 4], [4, 5], [5, 3], [6, 7], [7, 8])
    assert rows(joined.lines) == [[0, 1, 2, 0], [3, 4, 5, 3], [6, 7, 8]]
    assert joined.line_of.tolist() == [0, 0, 1, 1, 1, 2, 2]


def test_ring_on_a_stalk():
    """
    0---1---2
        |   |
        4---3
    """
    joined, _ = network([0, 1, 2], [2, 3, 4, 1])
    assert rows(joined.lines) == [[0, 1], [1, 2, 3, 4, 1]]


def test_way_that_touches_itself():
    joined, _ = network([0, 1, 2, 3, 1])
    assert rows(joined.lines) == [[0, 1], [1, 2, 3, 1]]


def test_roundabout_with_three_roads():
    joined, direction = network([0, 1, 2, 3, 4, 5, 0], [6, 0], [7, 2], [8, 4], oneway=[1, 0, 0, 0])
    assert rows(joined.lines) == [[0, 1, 2], [2, 3, 4], [4, 5, 0], [6, 0], [7, 2], [8, 4]]
    assert direction.tolist() == [1, 1, 1, 0, 0, 0]


def test_parallel_lines_between_two_nodes_stay_two():
    joined, _ = network([0, 1, 2], [0, 3, 2], [2, 4], [0, 5])
    assert rows(joined.lines) == [[0, 1, 2], [0, 3, 2], [2, 4], [0, 5]]


def test_repeated_node_is_dropped_and_no_length_too():
    joined, _ = network([0, 0, 1, 1], [1, 2], [5, 5], [7])
    assert rows(joined.lines) == [[0, 1, 2]]


def test_nodes_at_one_place_are_one():
    lines = lines_of([0, 1, 2, 3])
    place = np.array([0.0, 1.0, 1.0, 2.0])
    welded = weld(lines, place, place)
    assert welded.tolist() == [0, 1, 1, 3]
    pieces, _ = split(Lines(welded[lines.node], lines.offsets), np.zeros(4, bool))
    assert rows(pieces) == [[0, 1, 3]]


def test_nodes_at_one_place_of_different_ways_stay_two():
    lines = lines_of([0, 1], [2, 3])
    place = np.array([0.0, 1.0, 1.0, 2.0])
    assert weld(lines, place, place).tolist() == [0, 1, 2, 3]


def test_nothing():
    pieces, way = split(lines_of(), np.zeros(0, bool))
    none = np.zeros(0, np.int64)
    joined = join(pieces, none, none, np.zeros(0, bool))
    assert (len(pieces), len(way), len(joined.lines), len(joined.line_of)) == (0, 0, 0, 0)


def test_offsets_that_do_not_fit():
    with pytest.raises(DataError, match="offsets"):
        Lines(np.arange(3), np.array([0, 2]))


def test_long_chain_needs_no_recursion():
    count = 100_000
    node = np.repeat(np.arange(count + 1), 2)[1:-1]
    pieces = Lines(node, np.arange(count + 1) * 2)
    zeros = np.zeros(count, np.int64)
    joined = join(pieces, zeros, zeros, np.zeros(count + 1, bool))
    assert joined.lines.node.tolist() == list(range(count + 1))


way_lists = st.lists(
    st.tuples(
        st.lists(st.integers(0, NODES - 1), min_size=1, max_size=6),
        st.integers(0, 1),
        st.integers(-1, 1),
        st.booleans(),
    ),
    min_size=1,
    max_size=10,
)
kept_nodes = st.sets(st.integers(0, NODES - 1), max_size=2)

PLACE = np.array([(3.0 * i % 7, 5.0 * i % 11 + 0.1 * i) for i in range(NODES)])


def length(lines: Lines) -> float:
    return sum(float(np.hypot(*np.diff(PLACE[row], axis=0).T).sum()) for row in rows(lines) if row)


def built(ways, keep, *, flip=False):
    flips = [flip and flipped for *_, flipped in ways]
    return network(
        *[way[::-1] if turn else way for (way, *_), turn in zip(ways, flips, strict=True)],
        kind=[kind for _, kind, *_ in ways],
        oneway=[
            -oneway if turn else oneway for (_, _, oneway, _), turn in zip(ways, flips, strict=True)
        ],
        keep=tuple(keep),
    )


@given(way_lists, kept_nodes)
def test_length_is_conserved(ways, keep):
    joined, _ = built(ways, keep)
    assert length(joined.lines) == pytest.approx(length(lines_of(*[way for way, *_ in ways])))


@given(way_lists, kept_nodes)
def test_lines_meet_only_at_their_ends(ways, keep):
    joined, _ = built(ways, keep)
    inner = [node for row in rows(joined.lines) for node in row[1:-1]]
    ends = {row[i] for row in rows(joined.lines) for i in (0, -1)}
    assert len(inner) == len(set(inner))
    assert not set(inner) & (ends | keep)


@given(way_lists, kept_nodes)
def test_every_piece_is_in_one_line(ways, keep):
    pieces, way = split(lines_of(*[way for way, *_ in ways]), mask(*keep))
    joined, _ = built(ways, keep)
    assert len(joined.line_of) == len(pieces)
    edges = [
        sorted(tuple(sorted(pair)) for row in rows(part) for pair in itertools.pairwise(row))
        for part in (pieces, joined.lines)
    ]
    assert edges[0] == edges[1]
    kinds = np.array([kind for _, kind, *_ in ways], np.int64)[way]
    assert np.array_equal(kinds, kinds[joined.first][joined.line_of])


@given(way_lists, kept_nodes)
def test_joining_again_changes_nothing(ways, keep):
    joined, direction = built(ways, keep)
    _, way = split(lines_of(*[way for way, *_ in ways]), mask(*keep))
    kinds = np.array([kind for _, kind, *_ in ways], np.int64)[way][joined.first]
    again = join(joined.lines, kinds, direction, mask(*keep))
    assert rows(again.lines) == rows(joined.lines)


@given(way_lists, kept_nodes)
def test_direction_of_drawing_does_not_matter(ways, keep):
    joined, _ = built(ways, keep)
    flipped, _ = built(ways, keep, flip=True)
    assert len(flipped.lines) == len(joined.lines)
    assert length(flipped.lines) == pytest.approx(length(joined.lines))


@given(way_lists, kept_nodes)
def test_oneway_traffic_goes_where_it_went(ways, keep):
    """Every step between neighbours is open in the same directions as before."""

    def steps(parts: list[list[int]], oneway: list[int]) -> list[tuple[int, int]]:
        forward = [
            pair
            for row, way in zip(parts, oneway, strict=True)
            for pair in itertools.pairwise(row)
            if way >= 0
        ]
        backward = [
            (b, a)
            for row, way in zip(parts, oneway, strict=True)
            for a, b in itertools.pairwise(row)
            if way <= 0
        ]
        return sorted((a, b) for a, b in forward + backward if a != b)

    joined, direction = built(ways, keep)
    before = steps([way for way, *_ in ways], [oneway for _, _, oneway, _ in ways])
    assert steps(rows(joined.lines), direction.tolist()) == before
