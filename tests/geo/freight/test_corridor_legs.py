"""Corridors leg by leg: their sums, and the published figures of UNESCAP and CAREC."""

from __future__ import annotations

import math

import numpy as np
import pytest
from drawing import draw
from hauling import gate, terms

from geo.freight.corridor_legs import Leg, break_even_km, legs_of, measures
from geo.freight.least_cost import hauls, hauls_abroad
from tests.geo.freight.test_least_cost import ACROSS, BORDER


def drive(km, hours, cost=0.0):
    return Leg("drive", "x", "truck", km * 1000, (hours * 3600,) * 3, cost)


def border(hours, cost=0.0, worst=0.0):
    seconds = (hours * 3600, hours * 3600, max(worst, hours) * 3600)
    return Leg("border", "g", "", 0.0, seconds, cost)


def test_speeds_without_and_with_delay_are_those_of_carec():
    # 120 km in 3 h, the border 2 h, 100 km in 2 h.
    found = measures([drive(120, 3), border(2, worst=5), drive(100, 2)])
    assert found.swod_kph == pytest.approx(44.00, abs=0.005)
    assert found.swd_kph == pytest.approx(31.43, abs=0.005)
    assert (found.tfi1_h, found.tfi1_p90_h) == (2.0, 5.0)
    assert found.moving == pytest.approx(0.714, abs=0.0005)


def test_pace_and_unit_cost_are_those_of_tianjin_to_erenhot():
    # UNESCAP: 983 km, 29 h 12 min, 500 dollars: 33.66 km/h and 0.5086 dollars a kilometre.
    found = measures([drive(983, 29.2, 500)])
    assert found.swod_kph == pytest.approx(33.66, abs=0.005)
    assert found.swod_kph == found.swd_kph
    assert found.tfi3_thb / (20 * 500) == pytest.approx(0.5086, abs=0.00005)
    assert math.isnan(found.tfi1_h)
    assert math.isnan(found.tfi2_thb)


def test_two_modes_break_even_where_their_costs_cross():
    km = break_even_km((100.0, 700.0), (5.0, 2.0))
    assert km == 200.0
    assert 100 + 5 * km == 700 + 2 * km
    assert break_even_km((100.0, 50.0), (5.0, 2.0)) == np.inf


@pytest.fixture(scope="module")
def carried():
    made = terms(
        draw(BORDER, cell=5000, **ACROSS),
        ["truck_6w", "semi_trailer"],
        crossings=[gate("G", "Mo-Su 08:00-18:00", beyond="X", transload=True)],
        hubs={"M": 20.0},
    )
    return made, [*hauls(made, ["A"], ["B"]), *hauls_abroad(made, ["A"], ["G"])]


def test_legs_add_up_to_their_haul(carried):
    made, found = carried
    assert len(found) == 3
    for haul in found:
        legs = legs_of(made, haul)
        assert sum(leg.time_s[1] for leg in legs) == pytest.approx(haul.time_s[1])
        # Nobody is late everywhere: the whole differs by less than its pieces together.
        assert sum(leg.time_s[2] for leg in legs) >= haul.time_s[2] * 0.99
        assert sum(leg.cost_thb_per_t for leg in legs) == pytest.approx(haul.cost_thb_per_t)
        assert sum(leg.distance_m for leg in legs) == pytest.approx(haul.distance_m)


def test_the_border_is_a_step_with_a_spread_where_it_lies(carried):
    made, (_, through, beyond) = carried
    kinds = [leg.kind for leg in legs_of(made, beyond)]
    assert kinds[-2:] == ["border", "drive"]
    assert legs_of(made, through)[-1].kind == "border"
    (step,) = [leg for leg in legs_of(made, beyond) if leg.kind == "border"]
    assert (step.place_id, step.distance_m) == ("G", 0.0)
    # Closed at night: who comes then waits; the dwell alone is an hour's median.
    assert step.time_s[0] < step.time_s[1] < step.time_s[2]
    # 50 baht per tonne for transloading, and the vehicle's time on top.
    assert step.cost_thb_per_t > 50


def test_what_does_not_get_there_has_no_legs():
    made = terms(
        draw(BORDER, cell=5000, **ACROSS), ["truck_6w"], crossings=[gate("G", status="closed")]
    )
    (shut,) = hauls_abroad(made, ["A"], ["G"])
    assert legs_of(made, shut) == ()
