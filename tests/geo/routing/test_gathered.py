"""Roads of a route as a list: what is too short to be told alone is gathered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.routing.legs import STREETS, Leg, gathered, road_numbers


def leg(road, metres, grade=1.0):
    """Make a leg on a numbered road, or one without name; a minute per kilometre."""
    kind = "primary" if road else "residential"
    return Leg(road, "", "", "", kind, metres, metres * 0.06, metres / 100, metres / 200, grade)


def roads(*legs):
    """Return roads and metres after gathering; `?` for one without number."""
    return [(one.ref or one.highway[:7], one.distance_m) for one in gathered(legs)]


def test_a_street_that_interrupts_a_road_is_part_of_it():
    found = roads(leg("1095", 17_700), leg("", 40), leg("", 120), leg("1095", 85_400))
    assert found == [("1095", pytest.approx(103_260))]


def test_a_way_without_name_of_some_hundred_metres_interrupts_no_road():
    assert roads(leg("1095", 5000), leg("", 400), leg("1095", 5000)) == [("1095", 10_400)]
    assert len(roads(leg("1095", 5000), leg("", 600), leg("1095", 5000))) == 3


def test_a_short_piece_is_part_of_the_longer_road_beside_it():
    assert roads(leg("108", 100), leg("1266", 9000)) == [("1266", 9100)]
    assert roads(leg("108", 9000), leg("", 100), leg("1266", 900)) == [("108", 9100), ("1266", 900)]
    assert roads(leg("1266", 9000), leg("", 200)) == [("1266", 9200)]


def test_many_short_streets_are_streets_of_a_town():
    found = roads(leg("107", 9000), *(leg(str(n), 150) for n in range(5)), leg("11", 900))
    assert found == [("107", 9000), (STREETS, 750), ("11", 900)]


def test_a_route_of_short_streets_only_is_one_line():
    assert len(roads(leg("", 40))) == 1
    assert roads(leg("108", 100), leg("", 50)) == [(STREETS, 150)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "108", "1095"]), st.floats(1, 2000), st.floats(0, 20)),
        min_size=1,
        max_size=20,
    )
)
def test_nothing_is_lost_and_nothing_short_is_left(rows):
    legs = [leg(*row) for row in rows]
    found = gathered(legs)
    for name in ("distance_m", "time_s", "climb_m", "descent_m"):
        total = sum(getattr(one, name) for one in legs)
        assert sum(getattr(one, name) for one in found) == pytest.approx(total)
    assert max(one.max_grade_pct for one in found) == max(one.max_grade_pct for one in legs)
    assert len(found) == 1 or all(one.distance_m >= 300 for one in found)


def test_a_number_is_told_once_though_a_way_without_one_lies_between():
    way = [leg("1095", 9000), leg("", 800), leg("1095", 700), leg("107", 400), leg("11", 5000)]
    assert road_numbers(way) == ["1095", "11"]
    assert road_numbers([*way, leg("1095", 900)]) == ["1095", "11", "1095"]
