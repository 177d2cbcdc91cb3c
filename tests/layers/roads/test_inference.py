"""What nobody tagged is filled by class and country, marked and counted."""

from __future__ import annotations

import pytest
from drawing import draw

from layers.roads.inference import infer, usual_roads
from layers.roads.schema import HIGHWAYS, SURFACES


def row(network, name):
    return network.segments.set_index("name").loc[name]


@pytest.fixture
def road():
    return draw(
        "A---B---C---D---E",
        highway={"AB": "primary", "BC": "track", "CD": "track", "DE": "unclassified"},
        surface={"AB": "gravel"},
        lanes={"AB": 3.0},
        maxspeed_kph={"AB": 60.0},
        tracktype={"CD": "grade2"},
    )


def test_tags_count_first(road):
    ab = row(infer(road, "TH"), "AB")
    assert (ab["surface"], ab["lanes"], ab["inferred"]) == ("gravel", 3.0, "")


def test_a_tracktype_counts_instead_of_a_surface(road):
    found = infer(road, "TH")
    assert row(found, "BC")["surface"] == "dirt"
    assert row(found, "CD")["surface"] == ""
    assert row(found, "CD")["inferred"] == "lanes maxspeed_kph"


def test_countries_differ(road):
    th, elsewhere = infer(road, "TH"), infer(road, "AD")
    assert (row(th, "DE")["surface"], row(th, "DE")["lanes"]) == ("concrete", 1.0)
    assert (row(elsewhere, "DE")["surface"], row(elsewhere, "DE")["lanes"]) == ("paved", 2.0)


def test_what_was_inferred_is_marked_and_counted(road):
    found = infer(road, "TH")
    assert row(found, "BC")["inferred"] == "surface lanes maxspeed_kph"
    # BC and DE of four equal stretches lack a surface; three of four lack lanes and a sign.
    assert found.source.notes[-1] == (
        "Not tagged and inferred by class of road, by length: "
        "surface of 50%, lanes of 75%, speed limit of 75%."
    )


def test_the_network_itself_is_left_alone(road):
    before = road.segments.copy()
    infer(road, "TH")
    assert road.segments.equals(before)


@pytest.mark.parametrize("country", ["TH", "AD", ""])
def test_every_inferred_value_is_one_the_models_know(country):
    usual = usual_roads(country)
    assert set(usual.surface) <= set(HIGHWAYS)
    assert set(usual.lanes) <= set(HIGHWAYS)
    assert set(usual.surface.values()) <= set(SURFACES)
