"""Links in a row: what is lost together, and what is not."""

import numpy as np

from geo.risk.link_chains import link_chains


def chains(arcs, ends, nodes):
    """Put arcs (tail, head, weight, segment) together; each as head, tail, weight, segments."""
    columns = tuple(np.array(column, np.int64) for column in zip(*arcs, strict=True))
    made = link_chains(columns, np.isin(np.arange(nodes), ends), segments=10)
    groups = [
        sorted(made.segment[made.begin[one] : made.begin[one + 1]].tolist()) if one >= 0 else []
        for one in made.group.tolist()
    ]
    told = (made.tail.tolist(), made.head.tolist(), made.weight.tolist(), groups)
    return sorted(zip(*told, strict=True)), made.group


def both(*arcs):
    return [*arcs, *((head, tail, weight, segment) for tail, head, weight, segment in arcs)]


def test_a_road_without_a_choice_is_one_chain_each_way():
    """Road 0-1-2-3, with a dead end at 1-4."""
    arcs = both((0, 1, 5, 0), (1, 2, 6, 1), (2, 3, 7, 2), (1, 4, 9, 3))
    found, group = chains(arcs, [0, 3], 5)
    assert found == [(0, 3, 18, [0, 1, 2]), (3, 0, 18, [0, 1, 2])]
    assert len(set(group.tolist())) == 1


def test_roads_side_by_side_are_lost_apart():
    """Between 1 and 2 there are two roads."""
    found, _ = chains(both((0, 1, 5, 0), (1, 2, 6, 1), (1, 2, 8, 2), (2, 3, 7, 3)), [0, 3], 4)
    ahead = [one for one in found if one[0] < one[1]]
    assert ahead == [(0, 1, 5, [0]), (1, 2, 6, [1]), (1, 2, 8, [2]), (2, 3, 7, [3])]


def test_ways_there_and_back_that_share_but_some_links_stay_apart():
    """There 0-1-2 over segments 0 and 1, back 2-3-0 over 1 and 2: only 1 closes both."""
    arcs = [(0, 1, 5, 0), (1, 2, 6, 1), (2, 3, 6, 1), (3, 0, 7, 2)]
    found, _ = chains(arcs, [0, 2], 4)
    assert found == [(0, 1, 5, [0]), (1, 2, 6, [1]), (2, 3, 6, [1]), (3, 0, 7, [2])]


def test_links_of_a_junction_are_no_segments():
    found, _ = chains(both((0, 1, 5, 4), (1, 2, 0, -1), (2, 3, 6, 4)), [0, 3], 4)
    assert found == [(0, 3, 11, [4]), (3, 0, 11, [4])]
    found, group = chains(both((0, 1, 0, -1), (1, 2, 0, -1)), [0, 2], 3)
    assert found == [(0, 2, 0, []), (2, 0, 0, [])]
    assert (group == -1).all()


def test_nothing_open_is_no_chain():
    found, _ = chains([(0, 1, 5, 0)], [], 2)
    assert found == []
