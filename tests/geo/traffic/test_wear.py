"""What is built wears: smoother than its class at first, rougher at last, even on the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.driving.roughness import rough_thb_per_km
from geo.driving.setting import read_road_rules
from geo.driving.vehicle import load_vehicle

RULES = read_road_rules().roughness_costs


@given(st.floats(1, 15), st.floats(0.01, 1))
def test_a_rougher_road_never_costs_less(iri, more):
    for name in ("pickup", "truck_10w", "bus"):
        low, high = rough_thb_per_km(np.array([iri, iri + more]), load_vehicle(name), RULES)
        assert high >= low


def test_at_the_reference_only_tyres_and_upkeep_are_there():
    pickup = load_vehicle("pickup")
    found = rough_thb_per_km(np.array([RULES.reference_iri]), pickup, RULES)
    running = pickup.running
    assert found[0] == pytest.approx(running.tyres_thb_per_km + running.maintenance_thb_per_km)


def test_who_walks_pays_nothing():
    assert rough_thb_per_km(np.array([3.0, 16.0]), load_vehicle("walk"), RULES).tolist() == [0, 0]
