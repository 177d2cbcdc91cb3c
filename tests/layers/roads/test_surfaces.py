"""Surfaces as people tag them, driven as what they are most like."""

import pytest
from diamond import diamond, network_of

from geo.driving.limits import surface_kph
from geo.driving.season import passable
from geo.driving.vehicle import load_vehicle
from layers.roads.schema import SURFACES
from layers.roads.surfaces import LIKE, surface_class

CAR = load_vehicle("car")


def of(tmp_path, surface, season="wet"):
    network = network_of(diamond({"surface": surface}), tmp_path)
    row = (network.segments["name"] == "B").to_numpy()
    return surface_kph(network, CAR, season)[row][0], passable(network, CAR, season)[row][0]


@pytest.mark.parametrize("surface", ["laterite", "clay", "soil", "rock", "laterite;asphalt"])
def test_a_natural_surface_is_no_better_than_ground(tmp_path, surface):
    assert of(tmp_path, surface)[0] <= max(of(tmp_path, "ground")[0], of(tmp_path, "earth")[0])
    assert of(tmp_path, surface)[1] < 1


def test_what_nobody_knows_is_no_better_than_unpaved(tmp_path):
    assert of(tmp_path, "moon_dust") == of(tmp_path, "unpaved")
    assert of(tmp_path, "chipseal") == of(tmp_path, "asphalt")


def test_every_surface_is_like_one_that_the_models_know():
    assert set(LIKE.values()) <= set(SURFACES)
    assert not set(LIKE) & set(SURFACES)
    assert {surface_class(one) for one in SURFACES} == set(SURFACES)
