"""Who drives in a changed world as today is told apart from who does not."""

import pytest

from geo.study import open_study
from geo.traffic.unchanged import roads_for

TODAY, CHANGED = True, False


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.mark.parametrize(
    ("scenario", "vehicle", "whose"),
    [
        ("truck_ban_1095", "car", TODAY),
        ("truck_ban_1095", "truck_10w", CHANGED),  # 25 t; 15 t are allowed
        ("open_huai_ton_nun", "truck_10w", TODAY),
        ("close_1095", "car", CHANGED),
        ("monsoon", "car", TODAY),  # today, asked of the rains
    ],
)
def test_ban_of_lorries_leaves_cars_on_the_roads_of_today(study, scenario, vehicle, whose):
    world = study.with_scenarios(scenario)
    assert roads_for(world, vehicle, world.season("dry")) is (study if whose else world)


def test_today_is_its_own(study):
    assert roads_for(study, "car", "dry") is study
