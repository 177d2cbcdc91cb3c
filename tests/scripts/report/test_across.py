"""Corridors across the border in the report, beside each scenario that changes them."""

import re

import pytest

from geo.freight.across import hauls_across
from geo.freight.corridors import freight
from geo.study import open_study
from scripts.report.across import across

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.fixture(scope="module")
def goods(study):
    return freight(study, to="crossings")


def test_the_same_hauls_cross_the_border_as_in_freight(study, goods):
    _, found = hauls_across(study)
    told = {(one.haul.to_id, one.haul.crossing): one.haul for one in goods.deliveries}
    assert found
    for haul in found:
        same = told[haul.to_id, haul.crossing]
        assert haul.cost_thb_per_t == pytest.approx(same.cost_thb_per_t)


def test_a_scenario_has_charts_of_what_it_changes_and_no_others(study, goods):
    found = across(study, goods, "en", ("mae_sot_2_reopens", "pave_1194_to_mae_sam_laep")).charts
    own = {name.removeprefix("freight_steps_time_") for name in found if "steps_time_" in name}
    # The road to Mae Sam Laep leads to no other country's city.
    assert own == {"mae_sot_2_reopens"}
    reopened = str(found["freight_steps_time_mae_sot_2_reopens"])
    assert "across the border, with: " in reopened
    names = re.findall(r'class="key"[^>]*>(.*?)</text>', reopened, re.DOTALL)
    assert names, "a corridor that opens is drawn"
