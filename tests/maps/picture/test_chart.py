"""Charts that stand alone, people by minutes, and cost by part."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import resvg_py
from drawing import draw
from hauling import gate, terms

from geo.driving.vehicle import load_vehicle
from geo.freight.cost_parts import CostParts, cost_parts
from geo.freight.least_cost import hauls, hauls_abroad
from geo.scenario.world import Price
from layers.errors import DataError
from maps.access.rows import spots
from maps.access.time_chart import BOTTOM, TOP, time_chart
from maps.base.png import read
from maps.base.style import PALETTE
from maps.freight.cost_chart import PARTS, cost_chart
from maps.freight.crossing_cards import wait_chart
from maps.picture.chart import chart_picture

# 100 km from A to the gate G, and 50 km on to the city X.
BORDER = "A-------------------G---------X"
GOAL = ("a hospital", "โรงพยาบาล")
PIECES = CostParts(400.0, 100.0, 300.0, 50.0, 120.0, 30.0)


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own


def places(**columns):
    usual = {
        "name_en": ["A", "B", "C", "D"],
        "name_th": ["ก", "ข", "ค", "ง"],
        "lon": [98.0] * 4,
        "lat": [19.0] * 4,
        "population": [600.0, 300.0, 50.0, 50.0],
        "minutes": [10.0, 40.0, 80.0, np.nan],
        "nearest_id": ["h"] * 3 + [""],
        "minutes_dry": [10.0, 40.0, 80.0, np.nan],
        "minutes_wet": [10.0, np.nan, 90.0, np.nan],
    }
    facilities = pd.DataFrame({"id": ["h"], "name_en": ["H"], "name_th": ["รพ."]})
    return spots(pd.DataFrame(usual | columns), facilities, (30, 60), "dry")


def heights(chart, name):
    """Return the shares that a curve steps to."""
    path = re.search(rf'class="curve {name}" d="([^"]+)"', chart)[1]
    return [(BOTTOM - float(y)) / (BOTTOM - TOP) for y in re.findall(r"V([\d.]+)", path)]


def test_curves_step_to_the_shares_of_people():
    chart = time_chart(places(), (30, 60), GOAL, "en")
    assert heights(chart, "first") == pytest.approx([0.6, 0.9, 0.95], abs=0.001)
    assert heights(chart, "second") == pytest.approx([0.6, 0.65], abs=0.001)
    assert "95 % reached" in chart
    assert "65 % reached" in chart


def test_where_nobody_knows_people_places_are_counted():
    chart = time_chart(places(population=[np.nan] * 4), (30, 60), GOAL, "en")
    assert heights(chart, "first") == pytest.approx([0.25, 0.5, 0.75], abs=0.001)
    assert "places within" in chart
    assert not time_chart((), (30, 60), GOAL, "en")


def test_nobody_reached_is_a_flat_curve():
    gone = [np.nan] * 4
    made = places(minutes=gone, minutes_dry=gone, minutes_wet=gone)
    chart = time_chart(made, (30, 60), GOAL, "en")
    assert heights(chart, "first") == []
    assert "0 % reached" in chart


@pytest.fixture(scope="module")
def border():
    return draw(BORDER, cell=5000, crossing={"GX": "G"})


def test_parts_add_up_to_the_cost_of_a_haul(border):
    made = terms(border, ["truck_10w"], crossings=[gate("G", beyond="X", transload=True)])
    (inland,) = hauls(made, ["A"], ["G"])
    for haul in (inland, *hauls_abroad(made, ["A"], ["G"])):
        parts = cost_parts(made, haul)
        assert parts.total == pytest.approx(haul.cost_thb_per_t)
        assert min(vars(parts).values()) >= 0
    assert parts.transloading == 50
    assert parts.waiting > 0
    assert cost_parts(made, inland).waiting == cost_parts(made, inland).transloading == 0


def test_fuel_is_told_at_the_price_of_the_world(border):
    made = terms(border, ["truck_10w"])
    (haul,) = hauls(made, ["A"], ["G"])
    usual = cost_parts(made, haul)
    more = 100.0 - load_vehicle("truck_10w").engine.fuel_thb_per_l
    drives = [
        replace(drive, out=dearer(drive.out, more), back=dearer(drive.back, more))
        for drive in haul.inland
    ]
    in_that_world = replace(haul, inland=tuple(drives))
    dear = cost_parts(made, in_that_world, {"fuel_thb_per_l": Price(100.0)})
    assert dear.fuel == pytest.approx(haul.fuel_l_per_t * 100)
    assert dear.wear == pytest.approx(usual.wear)
    assert dear.time == pytest.approx(usual.time)


def dearer(sums, more_thb_per_l):
    """Return what a way takes where fuel costs so much more."""
    return replace(sums, cost_thb=sums.cost_thb + sums.fuel_l * more_thb_per_l)


def test_what_is_not_reached_has_no_parts(border):
    shut = terms(border, ["truck_10w"], crossings=[gate("G", status="closed")])
    (haul,) = hauls_abroad(shut, ["A"], ["G"])
    assert cost_parts(shut, haul) is None


def test_bars_are_as_long_as_their_parts():
    half = CostParts(*(value / 2 for value in vars(PIECES).values()))
    chart = cost_chart([(("Pai", "ปาย"), half), (("Fang", "ฝาง"), PIECES)], "en")
    root = parsed(re.search(r"<svg.*?</svg>", chart, re.DOTALL)[0])
    bars = [one for one in root.iter("rect") if one.get("height") == "17"]
    wide = np.array([float(one.get("width")) for one in bars]).reshape(2, len(PARTS))
    assert wide[0] / wide[1] == pytest.approx(0.5, abs=0.01)
    assert wide[1] / wide[1].sum() == pytest.approx(
        np.array([*vars(PIECES).values()]) / 1000, abs=0.001
    )
    assert "1,000" in chart


@pytest.mark.parametrize("lang", ["en", "th"])
def test_a_chart_stands_alone_in_one_language(lang):
    chart = cost_chart([(("Pai", "ปาย"), PIECES)], "en")
    svg = chart_picture(chart, lang)
    words = " ".join(parsed(svg).itertext())
    assert ("Pai" in words, "ปาย" in words) == (lang == "en", lang == "th")
    assert bool(re.search("[ก-๙]", words)) == (lang == "th")
    assert "var(" not in svg
    found = read(resvg_py.svg_to_bytes(svg_string=svg))[..., :3]
    fuel = tuple(bytes.fromhex(PALETTE[PARTS["fuel"][1]][1:]))
    assert (found == fuel).all(axis=-1).sum() > 1000


def test_charts_of_waiting_have_title_axis_and_note():
    svg = chart_picture(wait_chart(np.linspace(0, 7200, 24)), "en")
    words = " ".join(parsed(svg).itertext())
    assert "2:00" in words
    assert "18" in words


def test_hostile_names_in_charts_are_only_text():
    svg = chart_picture(cost_chart([(('"><img onerror=x>', "<script>"), PIECES)], "en"), "th")
    assert {tag.tag.split("}")[1] for tag in parsed(svg).iter()} <= {
        "svg",
        "style",
        "rect",
        "g",
        "path",
        "text",
        "tspan",
    }


def test_where_there_is_no_chart_it_says_so():
    with pytest.raises(DataError, match="no chart"):
        chart_picture("<p>none</p>", "en")
