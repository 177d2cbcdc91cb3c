"""Roads that nothing names go straight on at forks."""

from __future__ import annotations

import numpy as np
import pytest
from drawing import draw, on

from geo.routing.split import split_at
from geo.routing.strokes import strokes

CROSS = """
    C
    |
A---B---D
    |
    E"""


def groups(network):
    """Return the names of the segments of every stroke."""
    found = strokes(network, np.ones(len(network.segments), bool))
    names = network.segments["name"].astype(str).to_numpy()
    return {frozenset(names[found == one]) for one in set(found.tolist())}


def test_at_a_crossing_both_roads_go_on():
    assert groups(draw(CROSS)) == {frozenset({"AB", "BD"}), frozenset({"CB", "BE"})}


def test_a_road_of_another_class_is_another_road():
    found = groups(draw(CROSS, highway={"AB": "track", "BD": "residential"}))
    assert {"AB"} in found
    assert {"BD"} in found
    assert {"CB", "BE"} in found


def test_where_two_meet_one_goes_on_however_it_turns():
    assert groups(draw("A--B\n   |\n   C")) == {frozenset({"AB", "BC"})}


def test_a_road_with_a_name_is_none_and_ends_no_other():
    network = draw(CROSS)
    names = network.segments["name"].astype(str)
    found = strokes(network, (names != "CB").to_numpy())
    assert found[names == "CB"].tolist() == [-1]
    assert len(set(found[names.isin(["AB", "BD"])].tolist())) == 1
    # Beside a named road it goes straight on as before, and what only turns does not.
    assert found[names == "BE"] not in found[names.isin(["AB", "BD"])]


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_cutting_a_segment_changes_no_road(share):
    whole = draw(CROSS, cell=1000.0)
    cut = split_at(whole, on(whole, ("AB", share), ("BE", 1 - share))).network
    assert len(cut.segments) == len(whole.segments) + 2
    assert groups(cut) == groups(whole)


def test_without_any_there_is_none():
    network = draw(CROSS)
    assert strokes(network, np.zeros(4, bool)).tolist() == [-1] * 4
