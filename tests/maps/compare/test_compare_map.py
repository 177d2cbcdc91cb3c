"""The comparison page: offline, bilingual, text kept text, every number in it."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.compare.access import Asked
from geo.compare.compare import Comparison, Comparisons
from geo.compare.economics import Economics
from geo.compare.figures import COLUMNS, FIGURES
from geo.economics.appraisal import appraise
from geo.economics.cash_flows import Project, Savings
from geo.rules.economics import Range, read_economics
from geo.scenario.apply import Touched
from geo.scenario.changes import CloseRoads
from geo.scenario.selection import Select
from geo.study import open_study
from geo.traffic.changes import Changes
from geo.traffic.estimate import Traffic
from geo.traffic.gravity import Scale
from geo.traffic.harvest_trips import harvest_trips
from geo.traffic.trips import Ends, Trips
from layers.area import load_area
from layers.errors import DataError
from maps.base.change_scale import MINUTES, VEHICLES, changes
from maps.base.classes import class_of
from maps.compare import layers
from maps.compare.compare_map import compare_map
from maps.compare.figures import label, spelt
from maps.compare.tornado import INPUTS, LEFT, RIGHT, tornado_chart
from maps.qgis.compare import change_style

AREA = load_area("mae_hong_son")
EVIL = '"><img src=x onerror=alert(1)>{{ 7 * 7 }}'
RULES = read_economics()
COST = Range(40e6, 50e6, 90e6)
NO_SCALE = Scale(np.zeros((0, 0)), 0.1, pd.DataFrame(), known=False)
NOWHERE = Ends(pd.DataFrame(), np.zeros(0, bool), pd.DataFrame(), (), np.zeros(0, int))
NO_HARVESTS = harvest_trips(
    pd.DataFrame({"product": [], "tonnes_per_year": []}),
    pd.DataFrame({"id": [], "name_en": [], "name_th": [], "vehicle": []}),
)
NO_TRIPS = Trips(NOWHERE, {}, np.zeros((0, 0)), 2.5, {}, NO_SCALE, NO_HARVESTS)
NO_TRAFFIC = Traffic(RULES, NO_TRIPS, np.zeros((0, 0)), NO_SCALE, "dry", {})
NO_CHANGES = Changes(NO_TRAFFIC, {}, {}, *(np.zeros((0, 0)) for _ in range(8)))


WHO = {"to_kind": "hospital", "vehicle": "car", "season_base": "dry", "season": "dry"}


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def scenario(name="New road", *, built=True, season="dry"):
    line = [
        shapely.LineString([(400_000 + 1000 * at, 2_100_000), (401_000 + 1000 * at, 2_101_000)])
        for at in range(4)
    ]
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
        geometry=line,
        crs=AREA.crs,
    )
    who = {**WHO, "season": season}
    places = pd.DataFrame(
        {
            "id": ["evil", "lost"],
            "name_en": [EVIL, "Lost"],
            "name_th": ["ดี", "หลง"],
            "lon": [98.0, 98.1],
            "lat": [19.0, 19.1],
            "population": [900.0, np.nan],
            "minutes_base": [70.0, 20.0],
            "minutes": [50.0, np.nan],
            "minutes_change": [-20.0, np.nan],
            "state": ["kept", "lost"],
        }
    ).assign(**who)
    rows = [
        ("mean_minutes", "car", "dry", season, "hospital", "", 30.0, 25.0, -5.0),
        ("people_30", "car", "dry", season, "hospital", "", 100.0, 90.0, -10.0),
        ("freight", "", "", "", "cabbage", "", 300.0, np.nan, np.nan),
        ("npv", "", "", "", "", "", np.nan, -1.5e9, np.nan),
    ]
    districts = pd.DataFrame(
        {
            "name_en": [EVIL],
            "name_th": ["อำเภอ"],
            "people": [900.0],
            "mean_minutes_base": [70.0],
            "mean_minutes": [50.0],
            "people_nearer": [900.0],
            "people_farther": [0.0],
        }
    ).assign(**who)
    found = appraise(
        Project({"car": Savings(10, 1000, 2000)}, COST if built else Range(0, 0, 0)), RULES
    )
    none = pd.DataFrame()
    return Comparison(
        pairs=none,
        places=places,
        people=none,
        districts=districts,
        rural=none,
        corridors=none,
        id="new_road",
        title_en=name,
        title_th="ถนนใหม่",
        touched=(Touched("new_road", 1, CloseRoads(Select(name=EVIL))),),
        figures=pd.DataFrame(rows, columns=list(COLUMNS)),
        links=links,
        economics=Economics(NO_CHANGES, none, found),
    )


@pytest.fixture
def page(study):
    def make(*scenarios, lang="en", scale=None):
        nothing = np.zeros((0, 0))
        traffic = scale and Traffic(RULES, NO_TRIPS, nothing, scale, "dry", {})
        asked = Asked(("car",), ("dry",), ("hospital",))
        return compare_map(Comparisons(study, asked, scenarios, traffic, ()), lang=lang).html

    return make


def counted(**modelled):
    """Return counts of 100 vehicles, and what the model gives there."""
    columns = {"estimated": (100, 170, 600), "modelled": (100, 100, 140), **modelled}
    table = pd.DataFrame({f"{name}_per_day": values for name, values in columns.items()})
    table = table.astype(float).assign(vehicles_per_day=100.0, scales="yes")
    return Scale(np.zeros((0, 0)), 0.1, table, known=True)


@pytest.mark.slow
def test_the_page_needs_nothing_and_is_the_same_every_time(page):
    made = page(scenario(), scenario("Second"))
    assert made == page(scenario(), scenario("Second"))
    assert not re.findall(r"(?:src|href)=\"(?!data:|https://|http://|#)", made)
    assert not re.search(r"<(?:script|img|link)[^>]+(?:src|href)=\"https?:", made)
    assert len(made) < 3_000_000


@pytest.mark.slow
def test_text_stays_text(page):
    made = page(scenario())
    assert "<img src=x" not in made
    assert not re.findall(r"onerror=alert\(1\)&gt;49", made)


@pytest.mark.slow
def test_a_pane_of_its_own_for_today_and_every_scenario(page):
    made = page(scenario(), scenario("Second"))
    for name in ("before", "after-0", "after-1"):
        assert f'"pane": "{name}"' in made
    assert 'data-count="2"' in made
    assert made.count("data-scenario=") >= 2
    assert 'type="range"' in made
    assert "data-scenario=" not in re.sub(
        r"<script>.*?</script>", "", page(scenario()), flags=re.DOTALL
    )


def test_key_figures_say_what_is_better_and_what_is_worse(page):
    made = page(scenario())
    assert '<span class="delta better">\N{MINUS SIGN}5.0</span>' in made
    assert '<span class="delta worse">\N{MINUS SIGN}10</span>' in made
    assert "-1,500.0" in made
    assert "freight of Cabbage" in made
    assert "ค่าขนส่งกะหล่ำ" in made


def test_what_is_closed_or_lost_is_marked(page):
    made = page(scenario())
    assert '"dashArray": "2 7"' in made
    assert "cut-mark" in made
    # The ring of who is lost is red and of the scenario, that of who never got there of today.
    lost = made.index('class="swatch ring lost"')
    assert lost < made.index('class="swatch ring"')
    assert "no longer reached" in made[lost : lost + 300]


def test_the_page_says_what_changes_for_whom(page):
    made = page(scenario())
    assert "What changes for whom" in made
    assert "อะไรเปลี่ยนไปสำหรับใคร" in made
    assert "Without a market, from one place or more: Cabbage" in made


def test_the_page_says_how_far_traffic_is_from_counts(page):
    made = page(scenario(), scale=counted(held_out=(100, 180, 640)))
    assert "left out of the fit 1.8 and 6.4" in made
    assert "1.8 และ 6.4 เท่า" in made
    assert "gravity alone" not in page(scenario())
    assert "gravity alone" not in page(scenario(), scale=counted(held_out=(np.nan,) * 3))


@pytest.mark.slow
def test_nothing_built_has_no_tornado(page):
    assert 'class="tornado plotted"' in page(scenario())
    assert 'class="tornado plotted"' not in page(scenario(built=False))


def test_a_page_without_scenarios_is_refused(page):
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


def test_what_is_not_known_is_a_dash():
    assert spelt("mean_minutes", np.nan) == "\N{EN DASH}"


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_can_be_spelt_in_both_languages(figure):
    assert re.search(r"\d", spelt(figure, 0.5))
    assert all(label(figure, "x"))


@pytest.mark.slow
def test_a_season_that_a_scenario_sets_is_told_beside_its_name(page):
    made = page(scenario("Monsoon", season="wet"))
    assert "Monsoon (wet season)" in made
    assert "Monsoon (wet season)" not in page(scenario("Monsoon"))


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


def test_quiet_roads_where_nothing_changes_are_left_to_the_map_beneath():
    table = pd.DataFrame(
        {
            "state": ["same", "same", "changed"],
            "vehicles_per_day_base": [19.0, 20.0, 1.0],
            "vehicles_per_day": [0.0, 20.0, 0.0],
        }
    )
    assert layers._told(table).index.tolist() == [1, 2]
