"""What roughness costs: the shape that others published, and a better surface never dearer."""

import numpy as np
import pytest
from drawing import draw
from hypothesis import given
from hypothesis import strategies as st

from geo.driving.cost import edge_costs
from geo.driving.roughness import rougher, soft_fuel_l_per_km
from geo.driving.setting import read_road_rules, roughness
from geo.driving.vehicle import load_vehicle

RULES = read_road_rules()
VEHICLES = ("motorcycle", "car", "pickup", "bus", "truck_6w", "truck_10w", "semi_trailer")

PUBLISHED = {
    "car": (7.68681446711222, 0.0173275219717969, 0.0123087710989661, -0.000139230105334135),
    "pickup": (6.78851610819499, 0.0487797495553724, 0.0187642281149929, -0.00038353488624976),
    "truck_6w": (9.67108605702718, 0.135068896396639, 0.0135678508620719, -0.000173046362890974),
    "truck_10w": (17.7063230514526, 0.312439892397617, 0.0180095509215668, 0.000102914991356556),
}
"""Cost of a vehicle-km over IRI, a cubic, in mountains on two lanes: car, delivery vehicle,
medium and heavy truck of vnopenroads/roads-cba-py, defaults.py @80d3548 (MIT)."""


def published(name, iri):
    return sum(c * iri**power for power, c in enumerate(PUBLISHED[name]))


def per_km(name, iri, kph=45.0):
    """Return baht per km at one speed: fuel, tyres, upkeep, crew and capital."""
    vehicle = load_vehicle(name)
    rough = rougher(np.array([float(iri)]), vehicle, RULES.roughness_costs)
    running = vehicle.running
    litres = 0.09 * (vehicle.body.gross_t / 2.5) ** 0.5 + rough.fuel_l_per_km[0]
    return (
        litres * vehicle.engine.fuel_thb_per_l
        + running.tyres_thb_per_km * rough.tyres[0]
        + running.maintenance_thb_per_km * rough.upkeep[0]
        + (running.crew_thb_per_h + running.capital_thb_per_h) / kph
    )


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("iri", [4, 8, 12])
def test_cost_over_roughness_has_the_published_shape(name, iri):
    ours, theirs = (f(name, iri) / f(name, 2) for f in (per_km, published))
    assert ours > 1
    assert ours == pytest.approx(theirs, rel=0.2)


@given(st.sampled_from(VEHICLES), st.floats(1, 25), st.floats(1, 25))
def test_a_smoother_road_costs_no_more_at_the_same_speed(name, one, other):
    found = rougher(np.sort([one, other]), load_vehicle(name), RULES.roughness_costs)
    for part in found:
        assert part[0] <= part[1]


@pytest.mark.parametrize("name", VEHICLES)
def test_paving_mud_costs_no_vehicle_more_although_it_drives_faster(name):
    mud, paved = (
        draw("A----------B", highway={"AB": "tertiary"}, surface={"AB": surface})
        for surface in ("mud", "asphalt")
    )
    before, after = (edge_costs(road, load_vehicle(name)) for road in (mud, paved))
    assert after.time_s[0, 0] < before.time_s[0, 0]
    assert after.cost_thb[0, 0] < before.cost_thb[0, 0]
    assert roughness(paved, RULES)[0] < roughness(mud, RULES)[0]


def test_soft_ground_takes_what_its_resistance_is_over_a_litre():
    # 0.02 · 2.5 t · 9.81 = 490.5 N, 490.5 kJ a km, of 0.85 · 0.36 · 36 MJ a litre.
    found = soft_fuel_l_per_km(np.array([0.0, 0.02]), load_vehicle("pickup"), 1.0)
    assert found == pytest.approx([0, 0.4905 / (0.85 * 0.36 * 36)])


def test_who_walks_pays_nothing_for_roughness():
    found = rougher(np.array([3.0, 18.0]), load_vehicle("walk"), RULES.roughness_costs)
    assert found.fuel_l_per_km.tolist() == [0, 0]
    assert found.upkeep.tolist() == found.tyres.tolist() == [1, 1]
