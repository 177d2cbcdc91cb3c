"""What rain does to roads: passability, and the most likely way through."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawing import draw, graph, nodes, segment
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.driving.cost import edge_costs
from geo.driving.season import all_season, passable, passable_per_reference, read_rain
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import customise, shortest_path
from layers.roads.profile import Profile

PICKUP = load_vehicle("pickup")
DIRT = PICKUP.passable_wet["dirt"]


def hazard(network, name, **columns):
    """Put a hazard in the middle of a segment."""
    at = network.segments.geometry[segment(network, name)].interpolate(0.5, normalized=True)
    to_lon_lat = Transformer.from_crs(network.segments.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_lon_lat.transform(at.x, at.y)
    return pd.DataFrame([{"ref": "", "lon": lon, "lat": lat, "kind": "landslide"} | columns])


def test_in_the_dry_season_every_road_is_passable():
    road = draw("A----B----C", surface={"AB": "mud", "BC": "asphalt"})
    assert passable(road, PICKUP, "dry").tolist() == [1, 1]


def test_the_table_is_for_ten_kilometres_of_road():
    """Half the reference length has the root of its probability, twice has the square."""
    road = draw(
        "A" + "-" * 49 + "B" + "-" * 99 + "C" + "-" * 199 + "D",
        cell=100.0,
        surface={"AB": "dirt", "BC": "dirt", "CD": "dirt"},
    )
    assert road.length_m.tolist() == [5000, 10_000, 20_000]
    assert passable(road, PICKUP, "wet") == pytest.approx([DIRT**0.5, DIRT, DIRT**2])


def test_the_worst_of_surface_tracktype_and_smoothness_counts():
    road = draw(
        "A---------B",
        surface={"AB": "gravel"},
        tracktype={"AB": "grade5"},
        smoothness={"AB": "bad"},
    )
    expected = min(PICKUP.passable_wet[key] for key in ("gravel", "grade5", "bad"))
    assert passable_per_reference(road, PICKUP, "wet", read_rain())[0] == expected


def test_steep_dirt_is_worse_and_steep_asphalt_is_not():
    road = draw("A---------B---------C", surface={"AB": "dirt", "BC": "asphalt"})
    at = road.profile
    steep = replace(
        road, profile=Profile(at.offsets, at.distance_m, at.distance_m * 0.1, at.radius_m)
    )
    rain = read_rain()
    found = passable_per_reference(steep, PICKUP, "wet", rain)
    assert found.tolist() == pytest.approx([DIRT * rain.steep_factor, 1.0])


def test_an_all_season_road_is_one_above_the_limit():
    road = draw("A---B---C---D", surface={"AB": "asphalt", "BC": "gravel", "CD": "dirt"})
    car = load_vehicle("car")
    chance = [1.0, car.passable_wet["gravel"], car.passable_wet["dirt"]]
    assert all_season(road, car).tolist() == [p > 0.95 for p in chance]
    assert all_season(road, car).tolist() == [True, True, False]


def test_a_recorded_cut_counts_on_its_own_road_only():
    picture = "A---------B\n|         |\nC---------D"
    road = draw(picture, ref={"AB": "108", "CD": "1095"})
    rain = read_rain()
    cut = 1 - rain.cut_days / (rain.cut_every_years * rain.season_days)
    near_ab = hazard(road, "AB", ref="1095")
    found = passable(road, PICKUP, "wet", hazards=near_ab)
    assert found[segment(road, "CD")] == pytest.approx(cut), "the road that the record names"
    assert found[segment(road, "AB")] == 1.0
    twice = pd.concat([near_ab, near_ab])
    assert passable(road, PICKUP, "wet", hazards=twice)[segment(road, "CD")] == pytest.approx(
        cut**2
    )


@pytest.mark.parametrize(
    "columns", [{"kind": "accident_spot"}, {"lon": 99.9, "lat": 12.0}, {"ref": "9999"}]
)
def test_what_does_not_cut_a_road_changes_nothing(columns):
    road = draw("A---------B", ref={"AB": "108"})
    assert passable(road, PICKUP, "wet", hazards=hazard(road, "AB", **columns)).tolist() == [1.0]


def test_in_the_rains_the_likely_way_is_taken():
    """Straight on over 6 km of dirt, or round by 8 km of asphalt."""
    picture = "A------B------C\n|             |\n|             |\nD-------------E"
    tertiary = dict.fromkeys(("AB", "BC", "AD", "DE", "CE"), "tertiary")
    dirt = {"AB": "dirt", "BC": "dirt"}
    road = draw(picture, cell=450.0, surface=dirt, highway=tertiary)
    goal = nodes(road, "C").take([0])
    ways = {}
    for season in ("dry", "wet"):
        costs = edge_costs(road, PICKUP, season=season)
        metric = customise(graph(road), costs.weight("distance"))
        path = shortest_path(metric, nodes(road, "A"), goal)
        ways[season] = set(road.segments["name"].astype(str).iloc[path.segment])
    assert ways == {"dry": {"AB", "BC"}, "wet": {"AD", "DE", "CE"}}


def test_an_impassable_road_is_closed_in_the_rains():
    road = draw("A---------B", smoothness={"AB": "impassable"})
    assert np.isinf(edge_costs(road, PICKUP, season="wet").weight("time")).all()
    assert np.isfinite(edge_costs(road, PICKUP, season="dry").weight("time")).all()


@given(st.lists(st.floats(0.1, 30.0), min_size=1, max_size=6), st.sampled_from(["dirt", "gravel"]))
def test_splitting_a_road_does_not_change_its_probability(kilometres, surface):
    total = sum(kilometres)
    reference = read_rain().reference_km
    p = PICKUP.passable_wet[surface]
    assert np.prod([p ** (km / reference) for km in kilometres]) == pytest.approx(
        p ** (total / reference)
    )
