"""Harvests as vehicles a day: counted with the goods vehicles, named, never added."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.driving.vehicle import load_vehicle
from geo.study import open_study
from geo.traffic.estimate import estimate_traffic
from geo.traffic.harvest_trips import harvest_trips
from maps.compare.more_tables import trips_table


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def of(study, harvests):
    columns = ["product", "place_id", "tonnes_per_year"]
    return harvest_trips(pd.DataFrame(harvests, columns=columns), study.tables.products).set_index(
        "product"
    )


def test_tonnes_become_lorries_there_and_back(study):
    payload = load_vehicle("truck_6w").payload_t
    made = of(study, [("cabbage", "pai", 365 * payload), ("cabbage", "mae_sariang", 0.0)])
    # A full lorry a day to the market, and the same lorry empty back.
    assert made.loc["cabbage", "vehicles_per_day"] == pytest.approx(2.0)
    assert made.loc["cabbage", "tonnes_per_year"] == 365 * payload


def test_unknown_tonnes_and_unknown_products_count_as_none(study):
    assert of(study, [("garlic", "pai", np.nan), ("saffron", "pai", 100.0)]).empty


def test_harvests_are_a_named_part_and_change_no_trip(study):
    traffic = estimate_traffic(study)
    table = traffic.trips.table(traffic.rules).set_index("purpose")
    whole, parts = table[table["part_of"] == ""], table[table["part_of"] != ""]
    assert whole["vehicles_per_day"].sum() == pytest.approx(traffic.trips.scale.trips.sum())
    assert parts[["stated_people_per_day", "people_per_day"]].isna().all(axis=None)
    rules = traffic.rules
    lorries = [one.share for one in rules.classes.values() if one.group == "heavy" and one.goods_t]
    share = traffic.trips.scale.heavy * sum(lorries)
    goods = table.loc["goods", "vehicles_per_day"]
    assert goods == pytest.approx(share * whole["vehicles_per_day"].sum())
    # Cabbage goes by lorry, garlic by pickup, which no count tells from others.
    assert table.loc["harvest cabbage", "part_of"] == "goods"
    assert table.loc["harvest garlic", "part_of"] == "all"
    harvests = table[table["part_of"] == "goods"]
    assert harvests["vehicles_per_day"].sum() < goods
    grown = study.tables.harvests.groupby("product")["tonnes_per_year"].sum()
    cabbage = table.loc["harvest cabbage", "vehicles_per_day"]
    assert cabbage * 365 / 2 * load_vehicle("truck_6w").payload_t == pytest.approx(grown["cabbage"])


def test_a_page_puts_no_pickup_among_the_lorries(study):
    shown = trips_table(estimate_traffic(study), {})
    told = {row[0].shown[0] for row in shown.rows}
    assert "in these, harvest of Cabbage" in told
    assert "in other vehicles of the rows above, harvest of Garlic" in told
