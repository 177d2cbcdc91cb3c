"""Numbers of roads that their file lost."""

from __future__ import annotations

import pytest
from drawing import draw

from layers.osm.numbers import fill_numbers
from layers.roads.bare import bare_of


def numbers(picture, ref, **columns):
    """Fill the numbers of a drawn network and return them by the segments' names."""
    network = draw(picture, ref=ref, **columns)
    filled = fill_numbers(bare_of(network, {})).segments
    return dict(zip(filled["name"].astype(str), filled["ref"].astype(str), strict=True))


def test_a_gap_between_pieces_of_one_road_is_filled_past_junctions():
    road = """\
A---B---C---D---E
        |
        F
"""
    found = numbers(road, {"AB": "108", "DE": "108"}, highway={"CF": "tertiary"})
    assert found == {"AB": "108", "BC": "108", "CD": "108", "DE": "108", "CF": ""}


def test_a_road_of_another_number_is_not_numbered_over():
    found = numbers("A---B---C---D", {"AB": "108", "CD": "1095"})
    assert found["BC"] == ""


def test_only_the_number_that_both_ends_share_is_given():
    found = numbers("A---B---C---D", {"AB": "108;1013", "CD": "1013"})
    assert found["BC"] == "1013"


def test_an_end_at_another_road_is_of_the_road_that_leads_there():
    road = """\
        D
        |
A---B---C
        |
        E
"""
    found = numbers(road, {"AB": "1095", "DC": "107", "CE": "107"})
    assert found["BC"] == "1095"


def test_a_branch_and_a_lower_class_stay_without():
    road = """\
A---B---C
    |
    D
"""
    found = numbers(road, {"AB": "108", "BC": "108"})
    assert found["BD"] == ""
    found = numbers("A---B---C", {"AB": "108"}, highway={"AB": "primary", "BC": "tertiary"})
    assert found["BC"] == ""


@pytest.mark.parametrize("known", ["BC", "BC2"])
def test_a_carriageway_has_the_number_of_the_one_beside_it(known):
    road = """\
    +----->-----+
A---B           C---D
    +-----<-----+
"""
    # Drawn ten metres a character: the carriageways are 20 m apart.
    found = numbers(road, {known: "11"}, cell=10.0)
    assert set(found.values()) == {"11"}


def test_what_has_a_number_keeps_it():
    found = numbers("A---B---C", {"AB": "108", "BC": "1095"})
    assert found == {"AB": "108", "BC": "1095"}
