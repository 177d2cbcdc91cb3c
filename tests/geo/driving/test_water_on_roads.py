"""Fords, floods and seasons of roads, and roads for four driven wheels only."""

import numpy as np
import pytest
from diamond import LAT, diamond, network_of, trip_on, way_of

from geo.driving.season import all_season, passable
from geo.driving.vehicle import load_vehicle
from geo.rules.seasons import read_rain
from layers.roads.splitting import split_segments

RAIN = read_rain()
B_KM = 2.118  # 0.02° of longitude at 18° N on WGS 84.


def through(network, season="wet", vehicle="pickup"):
    """Return the probability to pass road B, all of it, and whether all of it is all-season."""
    ours = (network.segments["name"] == "B").to_numpy()
    traveller = load_vehicle(vehicle)
    paved = all_season(network, traveller)[ours].all()
    return passable(network, traveller, season)[ours].prod(), bool(paved)


@pytest.mark.parametrize(
    ("tags", "probability"),
    [
        ({}, 1.0),
        ({"ford": "no"}, 1.0),
        ({"ford": "yes"}, RAIN.ford),
        ({"ford": "stepping_stones"}, RAIN.ford),
        ({"intermittent": "yes"}, RAIN.ford),
        ({"flood_prone": "yes"}, RAIN.flood_prone**B_KM),
        ({"ford": "yes", "flood_prone": "yes"}, RAIN.ford * RAIN.flood_prone**B_KM),
        ({"seasonal": "yes"}, 0.0),
        ({"seasonal": "dry_season"}, 0.0),
        ({"seasonal": "wet_season"}, 1.0),
    ],
)
def test_what_water_does_to_a_paved_road(tmp_path, tags, probability):
    network = network_of(diamond({"surface": "asphalt", **tags}), tmp_path)
    assert through(network) == (pytest.approx(probability, rel=1e-4), probability == 1)
    assert through(network, "dry")[0] == 1


def test_a_ford_on_a_node_is_one_ford(tmp_path):
    road = {"surface": "asphalt", "motor_vehicle": "private"}
    network = network_of(diamond(road, node={"ford": "yes"}), tmp_path)
    assert through(network)[0] == pytest.approx(RAIN.ford)
    # Who may pass is what the road says, on the metres of the ford, too.
    assert way_of(trip_on(network, "car")) == "ADC"
    assert way_of(trip_on(network, "car"), (98.013, LAT), (98.026, LAT)) == "B"


def test_floods_count_by_length_however_a_road_is_cut(tmp_path):
    road = {"surface": "asphalt", "flood_prone": "yes"}
    network = network_of(diamond(road, node={"ford": "yes"}), tmp_path)
    wanted = RAIN.ford * RAIN.flood_prone**B_KM
    assert through(network)[0] == pytest.approx(wanted, rel=1e-4)


def test_a_ford_makes_nothing_longer_and_a_dry_season_nothing_else(tmp_path):
    plain = network_of(diamond({"surface": "asphalt"}), tmp_path)
    ford = network_of(diamond({"surface": "asphalt"}, node={"ford": "yes"}), tmp_path)
    assert ford.length_m.sum() == pytest.approx(plain.length_m.sum(), abs=0.01)


@pytest.mark.parametrize(
    ("vehicle", "value", "way"),
    [
        ("car", "yes", "ADC"),
        ("truck_10w", "yes", "ADC"),
        ("pickup", "yes", "ABC"),
        ("motorcycle", "yes", "ABC"),
        ("walk", "yes", "ABC"),
        ("car", "recommended", "ABC"),
        ("car", "no", "ABC"),
    ],
)
def test_four_wheels_only(tmp_path, vehicle, value, way):
    network = network_of(diamond({"4wd_only": value}), tmp_path)
    assert way_of(trip_on(network, vehicle)) == way


def test_what_is_said_of_a_mode_counts_before(tmp_path):
    network = network_of(diamond({"4wd_only": "yes", "hgv": "yes"}), tmp_path)
    assert way_of(trip_on(network, "truck_10w")) == "ABC"


def test_a_cut_road_without_water_is_as_passable_as_whole(tmp_path):
    network = network_of(diamond({"surface": "ground"}), tmp_path)
    b = network.segments["name"].tolist().index("B")
    cut = split_segments(network, np.array([b]), np.array([700.0])).network
    assert through(cut)[0] == pytest.approx(through(network)[0])
