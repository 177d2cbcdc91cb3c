"""Vehicle files: the shipped ones, one's own, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from drawing import draw

from geo.driving.cost import edge_costs
from geo.driving.vehicle import SHIPPED, Vehicle, find_vehicles, load_vehicle
from geo.freight.fleet import freight_thb_per_t
from layers.errors import DataError, UnknownNameError
from tests.geo.driving.test_speed import with_profile

TRUCK = (SHIPPED / "truck_10w.toml").read_text(encoding="utf-8")


@pytest.fixture
def own(home: Path) -> Path:
    folder = home / "vehicles"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("name", "gross_t"), [("truck_6w", 15.0), ("truck_10w", 25.0), ("semi_trailer", 50.5)]
)
def test_gross_weights_are_the_legal_ones(name, gross_t):
    """Department of Highways notice 2005: 6 tyres 15 t, 3 axles 25 t, semi-trailer 50.5 t."""
    assert load_vehicle(name).body.gross_t == gross_t


def test_the_fleet_is_complete_and_ordered():
    heavier = ["motorcycle", "car", "pickup", "songthaew", "minivan", "bus"]
    heavier += ["truck_6w", "truck_10w", "semi_trailer"]
    masses = [load_vehicle(name).body.gross_t for name in heavier]
    assert masses == sorted(masses)
    assert set(find_vehicles()) == {*heavier, "ambulance", "walk"}


def test_ones_own_file_adds_and_overrides(own):
    (own / "truck_10w.toml").write_text(
        TRUCK.replace("power_kw = 210.0", "power_kw = 300.0"), "utf-8"
    )
    (own / "รถไถ.toml").write_text(TRUCK.replace("10-wheel truck (25 t)", "Tractor"), "utf-8")
    assert load_vehicle("truck_10w").engine.power_kw == 300.0
    assert load_vehicle("รถไถ").title_en == "Tractor"
    assert {"truck_10w", "รถไถ"} <= set(find_vehicles())


def test_a_wrong_file_names_every_problem(own):
    text = TRUCK.replace("gross_t = 25.0", 'gross_t = "heavy"').replace(
        "rolling = 0.009", "rolling = 9.0"
    )
    text = text.replace("power_kw", "powr_kw").replace('kind = "truck"', 'kind = "lorry"')
    (own / "bad.toml").write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        load_vehicle("bad")
    message = str(caught.value)
    for part in (
        "bad.toml",
        "'body.gross_t': must be a number, not 'heavy'",
        "'body.rolling': 9.0 is not within 0 to 0.1",
        "'engine.powr_kw': unknown; did you mean 'power_kw'?",
        "'engine.power_kw': missing",
        "'kind': 'lorry' is none of motorcycle, car, bus, truck",
    ):
        assert part in message


def test_an_unknown_vehicle_lists_those_there_are():
    with pytest.raises(UnknownNameError, match="did you mean 'truck_10w'.*semi_trailer"):
        load_vehicle("truck_10")


@pytest.mark.parametrize(
    ("km", "kph", "usd_per_t"), [(100, 80, 5.6), (250, 40, 15.5), (250, 80, 14.0)]
)
def test_freight_cost_is_of_the_size_others_find(km, kph, usd_per_t):
    """open-gira: 0.05 USD per t·km and 0.48 USD per t·h; ours within a factor of 1.6 of it."""
    assert 0.05 * km + 0.48 * km / kph == pytest.approx(usd_per_t, abs=0.05)
    truck = load_vehicle("truck_10w")
    assert isinstance(truck, Vehicle)
    road = draw("A----------B", highway={"AB": "motorway"}, maxspeed_kph={"AB": float(kph)})
    road = with_profile(road, np.zeros(1000))
    laden, empty = (edge_costs(road, truck, load=load).cost_thb[0, 0] * km / 20 for load in (1, 0))
    baht = float(freight_thb_per_t(laden, empty, truck.payload_t))
    baht_per_usd = 33.0
    assert usd_per_t / 1.6 < baht / baht_per_usd < usd_per_t * 1.6
