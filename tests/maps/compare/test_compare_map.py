"""The comparison page: offline, bilingual, text kept text, every number in it."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.economics.appraisal import appraise
from geo.economics.cash_flows import Project, Savings
from geo.rules.economics import Range, read_economics
from layers.area import load_area
from layers.errors import DataError
from layers.store.store import load_network
from maps.base.change_scale import MINUTES, VEHICLES, changes
from maps.base.classes import class_of
from maps.compare.compare_map import compare_map
from maps.compare.rows import FIGURES, Shown, spelt
from maps.compare.tornado import INPUTS, LEFT, RIGHT, tornado_chart
from maps.qgis.compare import change_style
from scripts.compare.text import LABELS

AREA = load_area("mae_hong_son")
EVIL = '"><img src=x onerror=alert(1)>{{ 7 * 7 }}'
RULES = read_economics()
COST = Range(40e6, 50e6, 90e6)


def shown(name="New road", *, built=True):
    line = [shapely.LineString([(400_000 + 1000 * at, 2_100_000), (401_000 + 1000 * at, 2_101_000)])
            for at in range(4)]  # fmt: skip
    links = gpd.GeoDataFrame(
        {
            "state": ["same", "changed", "new", "closed"],
            "length_m": 1500.0,
            "kph_base": [50, 50, np.nan, 50],
            "kph": [50, 80, 80, np.nan],
            "vehicles_per_day_base": [100.0, 600, 0, 9000],
            "vehicles_per_day": [100.0, 900, 700, 0],
            "vehicles_per_day_change": [0.0, 300, 700, -9000],
        },
        geometry=line, crs=AREA.crs,
    )  # fmt: skip
    places = pd.DataFrame(
        {
            "name_en": [EVIL, "Lost"], "name_th": ["ดี", "หลง"], "lon": [98.0, 98.1],
            "lat": [19.0, 19.1], "population": [900.0, np.nan], "minutes_base": [70.0, 20.0],
            "minutes": [50.0, np.nan], "minutes_change": [-20.0, np.nan], "state": ["kept", "lost"],
        }
    )  # fmt: skip
    rows = [
        ("mean_minutes", "car", "dry", "hospital", 30.0, 25.0, -5.0),
        ("people_30", "car", "dry", "hospital", 100.0, 90.0, -10.0),
        ("freight", "", "", "cabbage", 300.0, np.nan, np.nan),
        ("npv", "", "", "", np.nan, -1.5e9, np.nan),
    ]
    columns = ["figure", "vehicle", "season", "to_kind", "base", "value", "change"]
    districts = pd.DataFrame(
        {"name_en": [EVIL], "name_th": ["อำเภอ"], "people": [900.0], "mean_minutes_base": [70.0],
         "mean_minutes": [50.0], "people_nearer": [900.0], "people_farther": [0.0]}
    )  # fmt: skip
    found = appraise(
        Project({"car": Savings(10, 1000, 2000)}, COST if built else Range(0, 0, 0)), RULES
    )
    return Shown((name, "ถนนใหม่"), (("Build " + EVIL, "สร้าง"),), links, places,
                 pd.DataFrame(rows, columns=columns), districts, found)  # fmt: skip


def page(*scenarios, lang="en", misfits=None):
    goals = pd.DataFrame({"name_en": ["H"], "name_th": ["รพ."], "lon": [98.0], "lat": [19.2]})
    return compare_map(
        area=AREA, network=load_network(AREA, "strategic"), shown=scenarios, goals=goals,
        kind="hospital", vehicle="car", season="dry", names={"cabbage": ("Cabbage", "กะหล่ำ")},
        vehicles={"car": ("Car", "รถยนต์")}, assumptions=RULES.told(), lang=lang,
        misfits=misfits,
    ).html  # fmt: skip


def test_the_page_needs_nothing_and_is_the_same_every_time():
    made = page(shown(), shown("Second"))
    assert made == page(shown(), shown("Second"))
    assert not re.findall(r"(?:src|href)=\"(?!data:|https://|http://|#)", made)
    assert not re.search(r"<(?:script|img|link)[^>]+(?:src|href)=\"https?:", made)
    assert len(made) < 3_000_000


def test_text_stays_text():
    made = page(shown())
    assert "<img src=x" not in made
    assert not re.findall(r"onerror=alert\(1\)&gt;49", made)


def test_a_pane_of_its_own_for_today_and_every_scenario():
    made = page(shown(), shown("Second"))
    for name in ("before", "after-0", "after-1"):
        assert f'"pane": "{name}"' in made
    assert 'data-count="2"' in made
    assert made.count("data-scenario=") >= 2
    assert 'type="range"' in made
    assert "data-scenario=" not in re.sub(
        r"<script>.*?</script>", "", page(shown()), flags=re.DOTALL
    )


def test_key_figures_say_what_is_better_and_what_is_worse():
    made = page(shown())
    assert '<span class="delta better">\N{MINUS SIGN}5.0</span>' in made
    assert '<span class="delta worse">\N{MINUS SIGN}10</span>' in made
    assert "-1,500" in made
    assert "freight of Cabbage" in made
    assert "ค่าขนส่งกะหล่ำ" in made


def test_what_is_closed_or_lost_is_marked():
    made = page(shown())
    assert '"dashArray": "2 7"' in made
    assert "cut-mark" in made
    assert "not reached" in made


def test_the_page_says_how_far_traffic_is_from_counts():
    fits = {"estimated": (1.7, 6.0), "modelled": (1.0, 1.4), "held_out": (1.8, 6.4)}
    made = page(shown(), misfits=fits)
    assert "left out of the fit 1.8 and 6.4" in made
    assert "1.8 และ 6.4 เท่า" in made
    assert "gravity alone" not in page(shown())
    assert "gravity alone" not in page(shown(), misfits={**fits, "held_out": (np.nan, np.nan)})


def test_nothing_built_has_no_tornado():
    assert 'class="tornado plotted"' in page(shown())
    assert 'class="tornado plotted"' not in page(shown(built=False))


def test_a_page_without_scenarios_is_refused():
    with pytest.raises(DataError, match="no scenario"):
        page()


def test_the_tornado_names_every_input_and_keeps_within_its_axis():
    project = Project({"car": Savings(10, 1000, 2000, 50, 1, 1, 1, 1, 1)}, COST, Range(1, 2, 3))
    found = appraise(project, RULES)
    assert set(found.tornado["input"]) == set(INPUTS)
    chart = tornado_chart(found, title=("T", "ท"), lang="th")
    assert "8 % \N{EN DASH} 15 %" in chart
    bars = re.findall(
        r'class="(?:low|high)" x="([\d.]+)" y="[\d.]+" height="16" width="([\d.]+)', chart
    )
    assert len(bars) == 2 * (found.tornado["swing_thb"] > 0).sum() > 0
    assert min(float(x) for x, _ in bars) >= LEFT
    assert max(float(x) + float(wide) for x, wide in bars) <= RIGHT


def test_figures_of_the_page_are_those_of_the_command_line():
    assert set(FIGURES) <= set(LABELS)
    assert spelt("mean_minutes", np.nan) == "\N{EN DASH}"


@pytest.mark.parametrize(("breaks", "unit"), [(MINUTES, "minutes"), (VEHICLES, "vehicles")])
def test_the_scale_of_changes_is_even_on_both_sides(breaks, unit):
    scale = changes(breaks, unit)
    assert len({one.colour for one in scale}) == len(scale) == 7
    assert scale[3].label[0] == "about the same"
    assert class_of([-1e9, 0, 1e9], breaks).tolist() == [0, 3, 6]


@pytest.mark.parametrize("layer", ["links", "places"])
def test_qgis_styles_have_every_class(layer):
    qml = change_style(layer)
    assert qml.count("<range ") == 7
    assert "about the same / ใกล้เคียงเดิม" in qml
