"""What nobody tagged is filled by class and country, marked and counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawing import draw

from layers.errors import DataError
from layers.roads.inference import infer, untagged_roads, usual_roads
from layers.roads.schema import HIGHWAYS, SURFACES
from layers.roads.untagged import CASES, PAVED, look_at


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


def valley():
    """Draw a paved road from A to B, from which a village road of 24 pieces leads away."""
    names = "BCDEFGHIJKLMNOPQRSTUVWXYZ"
    picture = "A----------" + "----------".join(names)
    pairs = [names[at : at + 2] for at in range(len(names) - 1)]
    return draw(picture, highway={"AB": "primary"} | dict.fromkeys(pairs, "unclassified"))


def paved_km(network) -> float:
    here = network.segments["surface"].isin(PAVED) & (network.segments["highway"] != "primary")
    return float(network.length_m[here.to_numpy()].sum() / 1000)


def test_village_roads_are_paved_as_far_as_the_case_says():
    """Segments of 1.1 km; one counts if its nearer end is within 1, 5 or 20 km."""
    road = valley()
    assert [paved_km(infer(road, "TH", surfaces=case)) for case in CASES] == pytest.approx(
        [1.1, 5 * 1.1, 19 * 1.1]
    )
    # Where no country states a rule, class alone decides and the cases are one.
    assert len({paved_km(infer(road, "AD", surfaces=case)) for case in CASES}) == 1


def test_the_cases_are_said_with_what_each_comes_to():
    said = infer(valley(), "TH", surfaces="cautious").source.notes[-2]
    assert said == (
        "Of 26 km of minor roads and tracks whose surface nobody tagged, 1 km are taken for "
        "paved, cautious: cautious 1, likely 6, hopeful 21 km; the rule has no source."
    )
    with pytest.raises(DataError, match="'sure' is none of cautious, likely, hopeful"):
        infer(valley(), "TH", surfaces="sure")


def test_a_road_to_a_large_village_or_with_a_rural_number_is_likelier_paved():
    far = valley()
    end = far.nodes.iloc[-1]
    village = pd.DataFrame({"lon": [end["lon"]], "lat": [end["lat"]], "population": [400.0]})
    more = paved_km(infer(far, "TH", villages=village)) - paved_km(infer(far, "TH"))
    assert more == pytest.approx(1.1)
    assert paved_km(infer(far, "TH", surfaces="cautious", villages=village)) == pytest.approx(1.1)
    numbered = far.segments.assign(
        ref=pd.Categorical(["มส.4024" if at == 20 else "" for at in range(len(far.segments))])
    )
    rural = infer(replace(far, segments=numbered), "TH", surfaces="cautious")
    assert rural.segments["surface"].iloc[20] == "asphalt"
    assert look_at(replace(far, segments=numbered), untagged_roads("TH"), None).rural.sum() == 1


def test_tracks_stay_unpaved_in_every_case():
    network = draw("A----B----C----D", highway={"AB": "primary", "BC": "track", "CD": "track"})
    for case in CASES:
        tracks = infer(network, "TH", surfaces=case).segments["surface"].iloc[1:]
        assert not tracks.isin(PAVED).any()
    assert np.isin(SURFACES, PAVED).sum() == len(PAVED)
