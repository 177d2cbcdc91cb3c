"""The real main roads that Tak, Chiang Rai and Nan share."""

from __future__ import annotations

import numpy as np
import pytest
from measuring import along

from geo.routing.route import find_routes
from geo.scenario.apply import apply
from geo.scenario.scenario_file import find_scenarios, read_scenarios
from geo.study import open_study
from layers.area import load_area
from layers.roads.bare import read_roads
from layers.roads.network import components
from layers.roads.schema import MAIN_HIGHWAYS
from layers.tables.places import place_by_id

AREAS = ("chiang_rai", "nan", "tak")

OTHER_WAY = {
    # 1152 and 1020 as published against rural roads that the tables do not have.
    ("tak", "chiang_mai"),
    ("tak", "mae_hong_son"),
    # The strategic sections between are estimated from map geometry.
    ("tak", "kamphaeng_phet"),
    ("nan", "phrae"),
}
"""Corridors that differ by 5 to 9 %."""


@pytest.fixture(scope="module", params=AREAS)
def studies(request):
    """Return the real roads and the strategic network of an area."""
    return open_study(request.param), open_study(request.param, roads="strategic")


def test_areas_share_one_small_file_of_main_roads_that_says_what_it_lacks():
    (path,) = {load_area(name).layers.roads for name in AREAS}
    assert path.stat().st_size < 3_000_000
    roads = read_roads(path)
    assert set(roads.segments["highway"].astype(str)) <= set(MAIN_HIGHWAYS)
    assert not components(len(roads.nodes), roads.ends).any()
    # 37,700 km in the file that it was made of, some of them in pieces that nothing connects.
    assert roads.segments["length_m"].sum() / 1000 == pytest.approx(37_700, rel=0.02)
    assert (roads.source.licence, roads.source.date) == ("ODbL 1.0", "2021-08-06")
    assert "lack all minor roads" in " ".join(roads.source.notes)
    for name in AREAS:
        assert any("trunk to tertiary" in one.name for one in load_area(name).sources)


@pytest.mark.slow
def test_corridors_are_as_long_as_on_the_strategic_network(studies):
    real, strategic = studies
    off = {}
    for goal in real.area.corridors:
        km = []
        for one in studies:
            stops = [place_by_id(name, one.gazetteer) for name in (one.area.home, goal)]
            (route,) = find_routes(one.trip("car", "dry", 1.0, "time"), stops)
            km.append(route.distance_m / 1000)
        off[goal] = km[0] / km[1] - 1
    slug = strategic.area.slug
    others = {goal for area, goal in OTHER_WAY if area == slug}
    assert {goal for goal, one in off.items() if abs(one) > 0.05} == others
    assert max(map(abs, off.values())) < 0.09


@pytest.mark.slow
@pytest.mark.parametrize(
    ("area", "refs", "ids", "km"),
    [
        # maesot.go.th; th.wikipedia.org; thaigoodview.com; stationremodel.com.
        ("tak", "12|105", ("mae_sot", "tak"), 86.0),
        ("tak", "105", ("mae_sot", "sop_moei", "mae_sariang"), 230.5),
        ("tak", "1206|1090", ("mae_sot", "umphang"), 164.0),
        ("chiang_rai", "1", ("chiang_rai", "mae_sai"), 62.0),
        ("chiang_rai", "1020", ("chiang_rai", "thoeng", "chiang_khong"), 145.0),
        ("nan", "101|1080", ("nan", "pua"), 60.0),
    ],
)
def test_highways_are_as_long_as_published(area, refs, ids, km):
    assert along(open_study(area), refs, ids) == pytest.approx(km, rel=0.03)


@pytest.mark.slow
def test_scenarios_run_on_both(studies):
    for one in studies:
        for name in find_scenarios(one.area):
            _, touched = apply(one.world, read_scenarios(one.area, [name]))
            assert all(change.segments or change.crossings for change in touched), name


@pytest.mark.slow
def test_crossings_are_reached_without_leaving_the_country(studies):
    """Ban Huak and Huai Ton Nun have no main road: there the strategic one goes on."""
    network = studies[0].network
    home = components(len(network.nodes), network.ends[network.inland]) == 0
    gates = np.flatnonzero((network.segments["crossing"].astype(str) != "").to_numpy())
    named = network.segments["crossing"].astype(str).to_numpy()[gates]
    there = dict(zip(named, home[network.ends[gates]].any(axis=1), strict=True))
    assert {"ban_huak", "huai_ton_nun", "huai_kon", "mae_sot_2", "mae_sai_1"} <= there.keys()
    assert all(there[name] for name in ("ban_huak", "huai_ton_nun", "huai_kon", "mae_sai_1"))


@pytest.mark.slow
def test_no_terrain_is_said_and_grades_are_those_of_roads(studies):
    real, _ = studies
    assert any("No terrain raster" in note for note in real.network.source.notes)
    grade = np.abs(real.network.profile.grade())
    assert np.percentile(grade, 99.9) < 0.12
