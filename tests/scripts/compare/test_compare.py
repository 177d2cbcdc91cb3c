"""`chaidaen compare` on a small area drawn by hand, and on the embedded one."""

from __future__ import annotations

import csv
import io
import json
import sqlite3

import geopandas as gpd
import pandas as pd
import pytest
from commands import done, problem, run
from valley import FASTER, HEAD, SHUT, few_classes, write_busy_valley

from geo.scenario.scenario_file import find_scenarios
from layers.area import load_area

ALL = sorted(find_scenarios(load_area("mae_hong_son")))
SMALL = ("--to", "provinces", "--quiet")


@pytest.fixture
def valley(home):
    return write_busy_valley(home)


def answer(*arguments):
    found = json.loads(done("compare", "valley", *SMALL, *arguments, "--format", "json").stdout)
    return {one["id"]: one for one in found["scenarios"]}, found


def figure(scenario, name, kind=None):
    (row,) = [
        row
        for row in scenario["figures"]
        if row["figure"] == name and kind in {None, row["to_kind"]}
    ]
    return row


@pytest.mark.usefixtures("valley")
def test_each_scenario_stands_beside_the_base():
    scenarios, found = answer("--scenario", "faster", "--scenario", "shut")
    assert list(scenarios) == ["faster", "shut"]
    faster, shut = scenarios.values()
    assert figure(faster, "corridor_time_s")["change"] < 0
    assert figure(shut, "corridor_time_s")["value"] is None
    assert figure(shut, "people_any", "provinces")["change"] < 0
    assert figure(faster, "freight", "cabbage")["change"] < 0
    # The cabbages of the town no longer get to the city.
    assert figure(shut, "freight", "cabbage")["value"] is None
    assert {link["state"] for link in shut["links"] if link["ref"] == "1095"} == {"closed"}
    assert figure(shut, "cut_off")["value"] > 0
    assert found["counts"][0]["modelled_per_day"] == pytest.approx(1000)
    assert "discount_rate" in {row["name"] for row in found["assumptions"]}


@pytest.mark.slow
@pytest.mark.usefixtures("valley")
def test_the_economics_are_those_of_the_flows():
    scenarios, _ = answer("--scenario", "faster", "--skip", "freight")
    faster = scenarios["faster"]
    (work,) = faster["works"]
    assert work["work"] == "rehabilitate"
    assert work["construction_thb"] == pytest.approx(30 * 20e6)
    net = [row["net_thb"] for row in faster["cash_flows"]]
    value = sum(flow / 1.12**year for year, flow in enumerate(net))
    assert figure(faster, "npv")["value"] == pytest.approx(value)
    assert 0 <= figure(faster, "probability_pays")["value"] <= 1
    assert faster["tornado"][0]["swing_thb"] >= faster["tornado"][1]["swing_thb"]


def test_what_lasts_some_days_is_told_for_all_of_them(valley):
    text = SHUT + "days = 7\n"
    (valley / "scenarios" / "week.toml").write_text(text, encoding="utf-8")
    scenarios, _ = answer(
        "--scenario", "week", "--scenario", "shut", "--skip", "freight", "--skip", "criticality"
    )
    week = scenarios["week"]
    assert "for 7 days" in week["touched"][0]
    assert figure(week, "lost_days")["value"] == 7
    assert figure(week, "lost_cut_off")["value"] == pytest.approx(
        7 * figure(week, "cut_off")["value"]
    )
    assert figure(week, "lost_time_h")["value"] == pytest.approx(
        -7 * figure(week, "saved_time_h")["value"]
    )
    assert "lost_days" not in {row["figure"] for row in scenarios["shut"]["figures"]}


@pytest.mark.parametrize("name", ["map.html", "compare.gpkg", "criticality.csv"])
def test_files_in_the_way_are_told_before_anything_is_computed(tmp_path, name):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    line = problem("compare", "nowhere", "--scenario", "none", "--output", tmp_path)
    assert f"{name}: is already there" in line


@pytest.mark.slow
@pytest.mark.usefixtures("valley")
def test_the_loss_of_corridors_stands_beside_that_of_today():
    scenarios, _ = answer("--scenario", "faster", "--scenario", "shut", "--skip", "freight")
    faster, shut = (scenarios[name]["criticality"] for name in ("faster", "shut"))
    (road,) = [row for row in faster if row["ref"] == "1095"]
    # The valley has no second way: whoever goes to the city is cut off, with or without.
    assert (road["state"], road["people_cut_off_change"]) == ("kept", 0)
    assert {row["state"] for row in shut if row["ref"] == "1095"} == {"closed"}
    assert figure(scenarios["faster"], "worst_people_cut_off")["base"] == 5000
    (other,) = [row for row in shut if row["place_to"] == "upland" or row["place_from"] == "upland"]
    assert other["people_cut_off"] == 1000
    skipped, _ = answer("--scenario", "faster", "--skip", "criticality", "--skip", "freight")
    assert "criticality" not in skipped["faster"]


@pytest.mark.slow
@pytest.mark.usefixtures("valley")
def test_a_closure_is_no_project():
    scenarios, _ = answer("--scenario", "shut", "--skip", "freight")
    names = {row["figure"] for row in scenarios["shut"]["figures"]}
    assert "npv" not in names
    assert "saved_time_h" in names


@pytest.mark.slow
def test_scenarios_together_are_one(valley):
    second = HEAD.format("Other") + '[[changes]]\nkind = "close-roads"\nwhere = { ref = "12" }\n'
    path = valley / "other.toml"
    path.write_text(second, encoding="utf-8")
    scenarios, _ = answer(
        "--scenario", "faster", "--scenario", path, "--together", "--skip", "freight"
    )
    assert list(scenarios) == ["faster + other"]
    assert scenarios["faster + other"]["title_en"] == "Faster + Other"
    states = {link["ref"]: link["state"] for link in scenarios["faster + other"]["links"]}
    assert (states["12"], states["1095"]) == ("closed", "changed")


def test_scenarios_that_contradict_one_another_are_one_line(valley):
    (valley / "scenarios" / "slow.toml").write_text(
        FASTER.replace("width_m = 12", "width_m = 5"), encoding="utf-8"
    )
    asked = ("compare", "valley", *SMALL, "--scenario", "faster", "--scenario", "slow")
    line = problem(*asked, "--together")
    assert "faster.toml" in line
    assert "slow.toml" in line


@pytest.mark.usefixtures("valley")
def test_wrong_requests_are_told():
    assert "'fastr' is not known; did you mean 'faster'?" in problem(
        "compare", "valley", "--scenario", "fastr"
    )
    assert run("compare", "valley").exit_code == 2
    assert "no hospital" in problem("compare", "valley", "--scenario", "shut", "--to", "hospital")
    assert "economics" in problem(
        "compare", "valley", *SMALL, "--scenario", "shut", "--economics", "none.toml"
    )


@pytest.mark.slow
def test_without_counts_there_are_no_economics(valley):
    toml = (valley / "area.toml").read_text(encoding="utf-8")
    (valley / "area.toml").write_text(
        toml.replace('traffic = "traffic.csv"\n', ""), encoding="utf-8"
    )
    result = done("compare", "valley", *SMALL, "--scenario", "faster", "--skip", "freight")
    assert "No economics: valley has no table of counted traffic" in result.stdout
    assert "net present value" not in result.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("valley")
def test_tables_geojson_and_csv_to_stdout():
    asked = ("compare", "valley", *SMALL, "--scenario", "shut", "--skip", "freight")
    rows = list(csv.DictReader(io.StringIO(done(*asked, "--format", "csv").stdout)))
    assert {row["scenario"] for row in rows} == {"shut"}
    features = json.loads(done(*asked, "--format", "geojson").stdout)["features"]
    assert any(f["properties"]["state"] == "closed" for f in features)
    table = done(*asked, "--lang", "th").stdout
    assert "ปิดทางหลวง 1095" in table
    assert "สมมติฐาน (ต่ำ / น่าจะเป็น / สูง)" in table
    assert "[unsourced]" in table


@pytest.mark.slow
def test_files_open_elsewhere(valley, tmp_path):
    out = tmp_path / "ผล"
    asked = (
        "compare",
        "valley",
        *SMALL,
        "--scenario",
        "faster",
        "--scenario",
        "shut",
        "--output",
        out,
    )
    done(*asked)
    names = {path.name for path in out.iterdir()}
    assert names == {
        "assumptions.csv",
        "cash_flows.csv",
        "chart_tornado_1.png",
        "compare.gpkg",
        "compare.xlsx",
        "corridors.csv",
        "counts.csv",
        "criticality.csv",
        "districts.csv",
        "figures.csv",
        "freight.csv",
        "links.csv",
        "map.html",
        "map.png",
        "pairs.csv",
        "people.csv",
        "places.csv",
        "prices.csv",
        "rural.csv",
        "tornado.csv",
        "trips.csv",
        "works.csv",
    }
    links = gpd.read_file(out / "compare.gpkg", layer="links_shut")
    # Roads without traffic on which nothing changes are left to the tables.
    assert set(links["state"]) == {"closed", "changed"}
    assert "same" in set(pd.read_csv(out / "links.csv")["state"])
    database = sqlite3.connect(out / "compare.gpkg")
    styled = {row[0] for row in database.execute("SELECT f_table_name FROM layer_styles")}
    database.close()
    views = {"links_faster", "links_shut"}
    points = {one for one in styled if one.startswith("places_")}
    assert styled == {"links", *views, *points}
    assert {one.split("_")[1] for one in points} == {"faster", "shut"}
    for one in points:
        # A layer is of one destination, vehicle and season: no place lies there twice.
        assert not gpd.read_file(out / "compare.gpkg", layer=one)["id"].duplicated().any()
    every = gpd.read_file(out / "compare.gpkg", layer="links")
    for name in views:
        one = gpd.read_file(out / "compare.gpkg", layer=name)
        assert one.crs == every.crs
        told = every["state_" + name.removeprefix("links_")]
        assert one["state"].tolist() == told.dropna().tolist()
    assert not every.geometry.to_wkb().duplicated().any()
    assert pd.read_csv(out / "figures.csv")["scenario"].nunique() == 2
    html = (out / "map.html").read_text(encoding="utf-8")
    assert 'data-count="2"' in html
    assert "is already there" in problem(*asked)
    assert valley.is_dir()


@pytest.mark.slow
def test_every_shipped_scenario_can_be_compared(tmp_path):
    economics = few_classes(tmp_path / "few.toml")
    asked = [part for name in ALL for part in ("--scenario", name)]
    result = done(
        "compare",
        "mae_hong_son",
        "--source",
        "strategic",
        *asked,
        "--to",
        "provinces",
        "--skip",
        "freight",
        "--economics",
        economics,
        "--vehicle",
        "car",
        "--format",
        "json",
        "--quiet",
    )
    found = {one["id"]: one for one in json.loads(result.stdout)["scenarios"]}
    assert list(found) == ALL
    assert all(one["touched"] for one in found.values())
    new = figure(found["samoeng_highway"], "corridor_time_s")
    assert new["value"] < 0.6 * new["base"]
    for name in ("samoeng_highway", "upgrade_1263", "pave_1194_to_mae_sam_laep"):
        assert figure(found[name], "construction")["value"] > 0
        assert figure(found[name], "saved_time_h")["value"] > 0
    assert figure(found["close_1095"], "people_any")["change"] < 0
    assert figure(found["monsoon"], "saved_time_h")["value"] < 0


@pytest.mark.slow
@pytest.mark.usefixtures("valley")
def test_scenarios_are_ranked_and_bought(tmp_path):
    """By the value alone the road that is better comes first; by people reached it does too."""
    both = ("--scenario", "faster", "--scenario", "shut", "--skip", "freight")
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'judgements = ["1 3", "1/3 1"]\n[[criteria]]\nfigure = "people_any"\n'
        'to_kind = "provinces"\n[[criteria]]\nfigure = "saved_person_h"\n',
        encoding="utf-8",
    )
    _, found = answer(*both, "--rank", str(mine), "--budget", "1")
    first, second = found["ranking"]
    assert (first["scenario"], first["rank"], second["rank"]) == ("faster", 1, 2)
    assert first["score"] > second["score"]
    assert [row["criterion"] for row in found["sensitivity"]] == [
        "people_any provinces",
        "saved_person_h",
    ]
    # One baht buys no road.
    assert [(row["scenario"], row["chosen"]) for row in found["package"]] == [("faster", "no")]
    assert any("consistency ratio 0.000" in note for note in found["notes"])
    mine.write_text('judgements = ["1"]\n[[criteria]]\nfigure = "beauty"\n', encoding="utf-8")
    told = problem("compare", "valley", *SMALL, *both, "--rank", str(mine))
    assert "beauty" in told
    assert "saved_person_h" in told
