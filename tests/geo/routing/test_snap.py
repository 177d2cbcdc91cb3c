"""Snapping, on networks drawn below: to a position along a road, not to a junction."""

import math

import numpy as np
import pytest
from drawing import ORIGIN, TO_LON_LAT, build, draw, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.routing.snap import snap
from layers.errors import NoRoadError


def lon_lat(*metres: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Turn metres right of and above the picture's upper left corner into degrees."""
    x, y = np.array(metres, np.float64).reshape(-1, 2).T
    lon, lat = TO_LON_LAT.transform(ORIGIN[0] + x, ORIGIN[1] + y)
    return lon, lat


def test_nearest_position_along_a_segment():
    road = draw("A---B---C")
    # 100 m right of A and 30 m above; 300 m right of B and 50 m below.
    found = snap(road, *lon_lat((100, 30), (700, -50)))
    assert found.segment.tolist() == [segment(road, "AB"), segment(road, "BC")]
    assert found.fraction == pytest.approx([0.25, 0.75])
    assert found.offset_m == pytest.approx([30, 50], abs=1e-3)


def test_beyond_the_end_of_a_road_is_its_end():
    road = draw("A---B")
    found = snap(road, *lon_lat((-30, 40), (400, 70)))
    assert found.fraction.tolist() == [0, 1]
    assert found.offset_m == pytest.approx([50, 70], abs=1e-3)


def test_long_rural_road_is_met_in_its_middle():
    """A village 200 m off a road of 20 km; its junctions are 10 km away, another road 5 km."""
    road = draw("A---------B\n\n\n\n\nC---------D", cell=2000.0)
    found = snap(road, *lon_lat((10_000, -200)))
    assert found.segment.tolist() == [segment(road, "AB")]
    assert found.fraction == pytest.approx([0.5], abs=1e-6)
    assert found.offset_m == pytest.approx([200], abs=1e-3)


def test_fraction_counts_along_the_bends():
    """
    A----+
         |
         B
    """
    road = draw("A----+\n     |\n     B")
    # The bend is 500 m from A and 200 m from B; the point lies half-way down to B.
    found = snap(road, *lon_lat((510, -100)))
    assert found.fraction == pytest.approx([600 / 700])


def test_too_far_says_how_far_and_which():
    road = draw("A---B")
    lon, lat = lon_lat((200, 10), (200, 25_300))
    message = r"^point 'Ban Far' is 25 km from the nearest road \(roads lie within lon 98\.05 to"
    with pytest.raises(NoRoadError, match=message):
        snap(road, lon, lat, labels=("Ban Near", "Ban Far"))
    assert len(snap(road, lon, lat, max_distance_m=25_400)) == 2
    with pytest.raises(NoRoadError, match=r"point 98\.0\d+,19\.4\d+ is 25 km"):
        snap(road, lon[1:], lat[1:])


def test_the_limit_is_20_km():
    road = draw("A---B")
    assert len(snap(road, *lon_lat((200, 19_990)))) == 1
    with pytest.raises(NoRoadError, match="20 km"):
        snap(road, *lon_lat((200, 20_010)))


def test_latitude_first_is_recognised():
    road = draw("A---B\n|\n|\nC", cell=1000.0)
    with pytest.raises(NoRoadError, match=r"'M' is nowhere on Earth; .* first: 98\.07,19\.25\?"):
        snap(road, np.array([19.25]), np.array([98.07]), labels=("M",))
    # A point that is far away either way is only far away.
    with pytest.raises(NoRoadError) as raised:
        snap(road, np.array([19.25]), np.array([68.07]))
    assert "comes first" not in str(raised.value)
    assert "km from the nearest road" in str(raised.value)


@pytest.mark.parametrize("lon_lat", [(98.05, math.nan), (math.inf, 19.26), (98.05, 190.0)])
def test_no_place_on_earth(lon_lat):
    with pytest.raises(NoRoadError, match="is nowhere on Earth"):
        snap(draw("A---B"), np.array(lon_lat[:1]), np.array(lon_lat[1:]))


def test_a_road_that_may_not_be_used_is_passed_over():
    road = draw("A---B\n\nC---D")
    near_ab = lon_lat((200, -50))
    assert snap(road, *near_ab).segment.tolist() == [segment(road, "AB")]
    usable = np.arange(2) == segment(road, "CD")
    found = snap(road, *near_ab, usable=usable)
    assert found.segment.tolist() == [segment(road, "CD")]
    assert found.offset_m == pytest.approx([150], abs=1e-3)


def test_no_road_may_be_used():
    with pytest.raises(NoRoadError, match="no road may be used"):
        snap(draw("A---B"), *lon_lat((0, 0)), usable=np.zeros(1, bool))


def test_no_points():
    assert len(snap(draw("A---B"), np.zeros(0), np.zeros(0))) == 0


def test_ties_are_broken_alike_each_time():
    """B is an end of four roads: whichever is taken, alone, again or among others."""
    road = draw("    C\n    |\n    |\nA---B---D\n    |\n    |\n    E")
    junction, elsewhere = (400, -300), (700, -310)
    alone = snap(road, *lon_lat(junction))
    again = snap(road, *lon_lat(junction))
    among = snap(road, *lon_lat(elsewhere, junction, junction, elsewhere)).take([1, 2])
    assert {*alone.segment, *again.segment, *among.segment} == {alone.segment[0]}
    assert {*alone.fraction, *again.fraction, *among.fraction} == {alone.fraction[0]}
    assert road.ends[alone.segment[0], int(alone.fraction[0])] == 1  # B
    assert alone.offset_m == pytest.approx([0], abs=1e-6)


def test_take():
    road = draw("A---B")
    found = snap(road, *lon_lat((100, 1), (200, 2), (300, 3))).take([2, 0])
    assert found.fraction == pytest.approx([0.75, 0.25])
    assert found.offset_m == pytest.approx([3, 1], abs=1e-3)


spots = st.tuples(st.integers(0, 2000), st.integers(0, 2000))


@settings(max_examples=60, deadline=None)
@given(st.lists(spots, min_size=2, max_size=8, unique=True), spots)
def test_no_sampled_position_is_nearer(corners, point):
    """One road through all corners: compare with a walk along it in steps of a metre."""
    xy = np.array(corners, np.float64) + np.array(ORIGIN)
    road = build(xy, [[i, i + 1] for i in range(len(xy) - 1)])
    here = np.array(point) + np.array(ORIGIN)
    found = snap(road, *(np.array([part]) for part in TO_LON_LAT.transform(*here)))
    lines = road.segments.geometry
    at = lines.iloc[found.segment[0]].interpolate(found.fraction[0], normalized=True)
    assert math.dist((at.x, at.y), here) == pytest.approx(found.offset_m[0], abs=1e-3)
    nearest = min(
        math.dist(line.interpolate(step).coords[0], here)
        for line in lines
        for step in range(int(line.length) + 2)
    )
    assert nearest - 0.5 <= found.offset_m[0] + 1e-3
    assert found.offset_m[0] <= nearest + 1e-3
