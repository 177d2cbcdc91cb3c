"""Crossings: who may pass, when, and how long it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hauling import BORDER as RULES
from hauling import gate, vehicle
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.border.crossing import crossings_by_id
from geo.border.passage import (
    crossing_time,
    departure_table,
    departures,
    dwell_s,
    passing_s,
    refusal,
)
from geo.driving.vehicle import load_vehicle
from geo.rules.border import Dwell
from layers.errors import DataError
from layers.tables.crossings import CROSSING_COLUMNS, DWELL_COLUMNS
from layers.tables.opening_hours import WEEK_MIN

TRUCK = vehicle("truck_10w")
MONDAY = datetime.fromisoformat("2026-11-23T00:00")


def at(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return MONDAY.replace(day=23 + day, hour=int(hour), minute=int(minute))


@pytest.mark.parametrize(
    ("hours", "day", "clock", "wait_h"),
    [
        ("Mo-Su 06:00-18:00", 0, "12:00", 0),
        ("Mo-Su 06:00-18:00", 0, "04:30", 1.5),
        ("Mo-Su 06:00-18:00", 0, "18:00", 12),
        ("Mo-Su 06:00-18:00", 6, "20:00", 10),
        ("Mo-Su 00:00-02:00,20:00-24:00", 0, "23:59", 0),
        ("Mo-Su 00:00-02:00,20:00-24:00", 1, "00:30", 0),
        ("Mo-Su 00:00-02:00,20:00-24:00", 1, "02:00", 18),
        ("Mo-Fr 08:00-16:00", 4, "17:00", 63),
        ("Mo-Su 08:00-16:00; We off", 2, "08:00", 24),
        ("24/7", 3, "03:00", 0),
    ],
)
def test_who_comes_early_waits_for_the_gate(hours, day, clock, wait_h):
    passage = crossing_time(gate("A", hours), TRUCK, at(day, clock))
    assert passage.wait_s == wait_h * 3600
    assert passage.dwell_s == pytest.approx(3600)
    assert passage.total_s == passage.wait_s + passage.dwell_s


def test_dwell_is_lognormal_by_its_median_and_p90():
    low, middle, high = dwell_s(Dwell(60, 240), np.array([0.1, 0.5, 0.9]))
    assert (middle, high) == (pytest.approx(3600), pytest.approx(4 * 3600))
    assert low == pytest.approx(3600 / 4)  # as far below on a scale of logarithms
    quick = crossing_time(gate("A", dwell=(60, 240)), TRUCK, MONDAY, quantile=0.9)
    assert quick.dwell_s == pytest.approx(4 * 3600)
    with pytest.raises(DataError, match="quantile 1.0 is not between 0 and 1"):
        crossing_time(gate("A"), TRUCK, MONDAY, quantile=1.0)


def test_transloading_takes_its_time():
    through = crossing_time(gate("A", transload=True), TRUCK, MONDAY)
    assert through.transload_s == 1800
    assert through.total_s == pytest.approx(1800 + 3600)


@pytest.mark.parametrize(
    ("crossing", "said"),
    [
        (gate("A", status="closed"), "closed since 2025-08-18"),
        (gate("A", status="unknown"), "status not known since 2025-08-18"),
        (gate("A", goods=False), "no goods may pass"),
        (gate("A", "Mo-Su off"), "never open: Mo-Su off"),
        (gate("A", classes=("motorcycle", "car")), "only motorcycle, car may pass"),
        (gate("A", max_gross_t=21), "no more than 21 t gross may pass"),
        (replace(gate("A"), vehicles=False), "only people on foot may pass"),
    ],
)
def test_closed_means_closed_and_says_why(crossing, said):
    passage = crossing_time(crossing, TRUCK, MONDAY)
    assert np.isinf(passage.total_s)
    assert str(passage.refusal) == said
    assert np.isinf(passing_s(crossing, TRUCK, np.zeros(3), RULES)).all()
    assert np.isinf(departure_table(crossing, TRUCK, RULES, before_s=0)["wait_s"]).all()


def test_what_does_not_bind_does_not_refuse():
    walker = load_vehicle("walk")
    assert refusal(gate("A", max_gross_t=21), TRUCK, load=0.0) is None  # 9.5 t empty
    assert refusal(gate("A", goods=None), TRUCK) is None
    assert refusal(gate("A", goods=False), walker, goods=False) is None
    shut = replace(gate("A"), persons=False)
    assert str(refusal(shut, walker, goods=False)) == "no persons may pass"
    # Where goods change vehicles, the one that brings them need not pass.
    assert refusal(gate("A", classes=("car",), transload=True), TRUCK) is None


def test_a_row_without_hours_takes_those_of_its_type_and_says_so():
    row = {column.name: "" for column in CROSSING_COLUMNS} | {
        "id": "pier",
        "name_en": "Pier",
        "type": "trade_point",
        "status": "open",
        "goods": "yes",
        "transload": "yes",
        "lon": 98.0,
        "lat": 18.0,
        "max_gross_t": np.nan,
        "fee_thb": np.nan,
        "transload_min": 45.0,
        "transload_thb_per_t": np.nan,
        "classes": "car; truck",
    }
    dwell = pd.DataFrame(
        [["x", "pier", "truck", 30.0, 60.0, "", "", "", ""]],
        columns=[column.name for column in DWELL_COLUMNS],
    )
    pier = crossings_by_id(pd.DataFrame([row]), dwell, RULES)["pier"]
    assert not pier.hours_known
    assert pier.hours.text == RULES.hours["trade_point"]
    assert (pier.transload_min, pier.transload_thb_per_t) == (45.0, RULES.transload.thb_per_t)
    assert pier.classes == ("car", "truck")
    assert pier.dwell["truck"] == Dwell(30.0, 60.0)
    assert pier.dwell["car"] == RULES.dwell["car"]
    assert (pier.goods, pier.persons) == (True, None)


def test_a_departure_table_tells_when_waiting_does_not_pay():
    # Two hours away, open from 6: whoever leaves before 4 waits, and is there no sooner.
    table = departure_table(
        gate("A", "Mo-Su 06:00-18:00"), TRUCK, RULES, before_s=7200, after_s=1800
    ).set_index("departure_min")
    assert len(table) == 7 * 24
    assert table.loc[2 * 60, "wait_s"] == 2 * 3600
    assert table.loc[4 * 60, "wait_s"] == 0
    assert table.loc[4 * 60, "arrival_min"] == 6 * 60
    there = table["time_p50_s"] + table.index * 60
    assert there[2 * 60] == pytest.approx(there[4 * 60])
    # 2 h there, 1 h median dwell, half an hour on.
    assert table.loc[12 * 60, "time_p50_s"] == pytest.approx(3.5 * 3600, rel=0.01)
    assert table.loc[12 * 60, "time_p90_s"] == pytest.approx(4.5 * 3600, rel=0.01)


def test_draws_are_repeatable_and_true_to_the_distribution():
    one, again = (passing_s(gate("A"), TRUCK, departures(RULES), RULES) for _ in range(2))
    assert np.array_equal(one, again)
    other = replace(RULES, departures=replace(RULES.departures, seed=2))
    assert not np.array_equal(one, passing_s(gate("A"), TRUCK, departures(RULES), other))
    p50, p90 = np.quantile(one, [0.5, 0.9])
    assert (p50, p90) == (pytest.approx(3600, rel=0.01), pytest.approx(7200, rel=0.02))


@settings(deadline=None)
@given(
    median=st.floats(1, 600),
    ratio=st.floats(1, 5),
    more=st.floats(1, 3),
    arrival=st.floats(0, WEEK_MIN),
    hours=st.sampled_from(["24/7", "Mo-Su 06:00-18:00", "Mo-Fr 09:00-12:00,13:00-15:00"]),
)
def test_a_longer_dwell_never_arrives_sooner(median, ratio, more, arrival, hours):
    short, long = (
        passing_s(
            gate("A", hours, dwell=(median * f, median * f * ratio)),
            TRUCK,
            np.array(arrival),
            RULES,
        )
        for f in (1.0, more)
    )
    assert (long >= short - 1e-6).all()


@settings(deadline=None)
@given(arrival=st.floats(0, WEEK_MIN), later=st.floats(0, 600))
def test_who_arrives_later_is_never_through_sooner(arrival, later):
    crossing = gate("A", "Mo-Su 06:00-18:00; Su off")
    early, late = (
        moment + float(passing_s(crossing, TRUCK, np.array(moment), RULES)[0]) / 60
        for moment in (arrival, arrival + later)
    )
    assert late >= early - 1e-6
