"""`chaidaen risk`: what every option does, and what the embedded area's ranking is."""

from __future__ import annotations

import csv
import io
import json
import sqlite3

import numpy as np
import pytest
import rasterio
from commands import done, problem, run
from rasterio.transform import from_origin
from valley import HIGHWAYS, PLACES, write_valley

# A second way from Town to Hub, twice as long, and a hospital in the city.
RING = HIGHWAYS + "tx,,Way round,,town,hub,60,tertiary,hilly,asphalt,2,6,,,,,,,drawn,,E\n"
WITH_HOSPITAL = PLACES + (
    "clinic,Hospital,โรงพยาบาล,hospital,99.30,19.00,400,,,,drawn,,E\n"
    "bazaar,Market,ตลาด,market,98.20,19.00,350,,,,drawn,,E\n"
)
FAST = ("--demand", "people", "--samples", "20")


@pytest.fixture
def valley(home):
    write_valley(home, places=WITH_HOSPITAL, highways=RING)


pytestmark = pytest.mark.usefixtures("valley")


def answer(*more, area="valley"):
    return json.loads(done("risk", area, "--format", "json", *more).stdout)


def corridor(found, name):
    return next(row for row in found["corridors"] if name in (row["ref"], row["name_en"]))


def test_a_road_with_a_second_way_costs_hours_and_one_without_cuts_off():
    found = answer(*FAST)
    town = corridor(found, "1095")
    assert town["rank"] == 1
    assert town["extra_h"] > 0
    assert town["people_cut_off"] == 0
    assert town["detour_ratio_mean"] > 1
    assert not any(row["name_en"] == "Way round" for row in found["corridors"])
    village = corridor(found, "Road to the village")
    assert village["rank"] == 0
    assert village["people_cut_off"] == 4000
    assert village["bridge"] == "yes"
    assert corridor(found, "11")["people_cut_off"] == 5000


def test_three_measures_and_their_correlation():
    found = answer(*FAST)
    rows = {row["measure"]: row for row in found["correlation"]}
    assert list(rows) == ["criticality", "betweenness", "detour_ratio"]
    assert rows["criticality"]["criticality"] == pytest.approx(1)
    assert rows["criticality"]["betweenness"] == pytest.approx(rows["betweenness"]["criticality"])


@pytest.mark.slow
def test_to_says_where_people_go():
    near = answer(*FAST, "--to", "market")
    assert [name for name in near["places"][0] if name.startswith("reached_m")]
    assert "reached_hospital" not in near["places"][0]
    assert not any(row["ref"] == "11" for row in near["corridors"])
    place = answer(*FAST, "--to", "north")
    assert any(row["ref"] == "12" for row in place["corridors"])
    assert "kind of facility (capital, city, hospital" in problem(
        "risk", "valley", *FAST, "--to", "nowhere"
    )


@pytest.mark.slow
def test_trips_scale_the_hours_and_not_the_people():
    few, many = (corridor(answer(*FAST, "--trips", one), "1095") for one in ("0.1", "0.3"))
    assert many["extra_h"] == pytest.approx(3 * few["extra_h"])
    assert many["people_cut_off"] == few["people_cut_off"]
    assert many["detour_ratio_mean"] == pytest.approx(few["detour_ratio_mean"])


@pytest.mark.slow
def test_vehicle_and_season_change_the_hours():
    dry, wet = (answer(*FAST, "--season", one) for one in ("dry", "wet"))
    usual = corridor(dry, "1095")
    assert corridor(answer(*FAST, "--vehicle", "bus"), "1095")["extra_h"] != usual["extra_h"]
    assert corridor(wet, "1095")["extra_h"] != usual["extra_h"]
    assert dry["places"] == wet["places"]  # the rains are drawn in the rains
    too_long = answer(*FAST, "--vehicle", "semi_trailer")["corridors"]
    assert not any(row["ref"] == "1095" for row in too_long)


@pytest.mark.slow
def test_demand_of_tonnes():
    goods = answer("--demand", "tonnes", "--samples", "20")
    assert "places" not in goods
    lost = corridor(goods, "11")
    assert lost["tonnes_on_link"] == pytest.approx(1000 / 365)
    assert lost["tonnes_cut_off"] == pytest.approx(1000 / 365)
    assert lost["people_cut_off"] == 0
    assert any("Tonnes not known" in note and "rice: village" in note for note in goods["notes"])
    both = corridor(answer("--demand", "both", "--samples", "20"), "1095")
    people = corridor(answer(*FAST), "1095")
    tonnes = corridor(goods, "1095")
    assert both["extra_h"] == pytest.approx(people["extra_h"] + tonnes["extra_h"])
    # An hour of a person and one of a tonne are not the same: each has its price.
    assert people["hours_thb"] == pytest.approx(78.5 * people["people_extra_h"])
    assert both["hours_thb"] == pytest.approx(people["hours_thb"] + tonnes["hours_thb"])
    assert tonnes["hours_thb"] / tonnes["tonnes_extra_h"] != pytest.approx(78.5)


@pytest.mark.slow
def test_the_truck_carries_the_tonnes():
    hours = [
        corridor(answer("--demand", "tonnes", "--truck", truck), "1095")["extra_h"]
        for truck in ("truck_10w", "pickup")
    ]
    assert hours[0] != hours[1]
    assert "carries no goods" in problem("risk", "valley", "--truck", "walk")


@pytest.mark.slow
def test_seeds_reproduce_and_differ():
    one, same, other = (
        answer("--demand", "people", "--samples", "500", "--seed", seed)["places"]
        for seed in ("3", "3", "4")
    )
    assert one == same
    assert one != other
    village = next(row for row in one if row["id"] == "village")
    assert 0 < village["reached_hospital"] < 1
    assert village["second_way"] == "no"
    assert "Road to the village:0-12" in village["only_by_en"].split("; ")


def test_no_samples_no_chances():
    places = answer("--demand", "people", "--samples", "0")["places"]
    assert "reached_hospital" not in places[0]
    assert "second_way" in places[0]


@pytest.mark.slow
def test_a_season_in_which_everything_is_passable_loses_nothing(home):
    write_valley(home, places=WITH_HOSPITAL, highways=RING.replace("unpaved", "asphalt"))
    for row in answer("--demand", "people", "--samples", "50")["places"]:
        assert row["worst_reached"] == 1
        assert row["lost_h"] == 0
        assert row["unreached_days_hospital"] == 0


@pytest.mark.slow
def test_storms_stand_beside_cuts_each_by_itself(tmp_path):
    folder = tmp_path / "out"
    none = answer(*FAST, "--storm", "--correlation", "0", "--output", str(folder))
    by_name = {(row["measure"], row["drawn"]): row for row in none["storms"]}
    assert {name for name, _ in by_name} == {
        *("links_cut", "roads_cut", "places_cut_off", "people_cut_off", "tonnes_cut_off")
    }
    for (name, drawn), row in by_name.items():
        if drawn == "storms":
            alone = by_name[name, "alone"]
            assert {**row, "drawn": ""} == {**alone, "drawn": ""}
    # The same luck as that of the days in the rains: the village is cut off as often.
    village = next(row for row in none["places"] if row["id"] == "village")
    often = by_name["places_cut_off", "alone"]["mean"]
    assert often + 1e-9 >= 1 - village["reached_hospital"]
    assert "Village" in none["storm_days"][0]["settlements_en"]
    worst = none["storm_days"][0]
    assert worst["people_cut_off"] >= none["storm_days"][-1]["people_cut_off"]
    assert "Road to the village" in worst["stretches"]
    assert (folder / "storms.csv").is_file()
    assert (folder / "storm_days.csv").is_file()
    far = answer(*FAST, "--storm", "--correlation", "1", "--reach", "500")
    assert far["storms"] != none["storms"]
    assert "alike by 1, falling to 37 % of that over 500 km" in " ".join(far["notes"])
    text = done("risk", "valley", *FAST, "--storm", "--lang", "th").stdout
    assert "ในหนึ่งวันของฤดูฝน" in text
    assert "พายุ: สุ่มวันในฤดูฝน" in text


def test_storms_need_days_and_their_numbers_need_storms():
    for wrong in (["--reach", "5"], ["--storm", "--samples", "0"], ["--storm", "--link", "11:0-1"]):
        assert run("risk", "valley", *wrong).exit_code == 2


@pytest.mark.slow
def test_people_of_a_raster_set_out_from_where_they_live(tmp_path):
    people = raster(tmp_path / "people.tif", 10.0)
    own, counted = answer(*FAST), answer(*FAST, "--population", people)
    assert next(row for row in own["places"] if row["id"] == "village")["population"] == 4000
    places = counted["places"]
    # Ten in each cell of 1 by 2 km: no block has more than two of them, nor the village 4,000.
    assert len(places) > len(own["places"])
    assert {row["population"] for row in places} <= {10.0, 20.0}
    assert {row["name_en"] for row in places} <= {row["name_en"] for row in own["places"]}
    along = corridor(counted, "Road to the village")["people_cut_off"]
    assert 0 < along < sum(row["population"] for row in places)
    assert any("where they live" in note for note in counted["notes"])


def test_settlements_of_unknown_size_count_one_each(home):
    nobody = WITH_HOSPITAL.replace("4000,5801", ",5801").replace("1000,5801", ",5801")
    write_valley(home, places=nobody, highways=RING)
    found = answer(*FAST)
    assert corridor(found, "11")["people_cut_off"] == 2
    assert any("counts as one person" in note for note in found["notes"])


def raster(path, value):
    cells = np.full((40, 200), value, np.float32)
    affine = from_origin(97.6, 19.3, 0.01, 0.02)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=200,
        height=40,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=affine,
    ) as made:
        made.write(cells, 1)
    return path


@pytest.mark.slow
def test_hazards_make_a_road_worth_protecting(tmp_path):
    assert all(row["rank_worth"] == 0 for row in answer(*FAST)["corridors"])
    slides = raster(tmp_path / "slides.tif", 1.0)
    found = corridor(answer(*FAST, "--hazard", f"landslide={slides}"), "1095")
    assert found["closed_days"] == pytest.approx(30 * 0.01 * 2)
    assert found["lost_h"] == pytest.approx(found["closed_days"] * found["extra_h"])
    assert found["worth_thb"] == pytest.approx(78.5 * found["lost_h"])
    assert found["rank_worth"] == 1
    deep, deeper = raster(tmp_path / "10.tif", 0.5), raster(tmp_path / "100.tif", 2.0)
    one = corridor(answer(*FAST, "--hazard", f"flood:10={deep}"), "1095")
    assert one["closed_days"] == pytest.approx(2 / 10)
    two = answer(*FAST, "--hazard", f"flood:10={deep}", "--hazard", f"flood:100={deeper}")
    assert corridor(two, "1095")["closed_days"] == pytest.approx(2 * (1 / 10 - 1 / 100))
    assert "must be 0 to 1" in problem("risk", "valley", *FAST, "--hazard", f"landslide={deeper}")


@pytest.mark.parametrize("wrong", ["flood=a.tif", "landslide:10=a.tif", "fire=a.tif", "a.tif"])
def test_a_hazard_of_no_kind_is_wrong_usage(wrong):
    result = run("risk", "valley", *FAST, "--hazard", wrong)
    assert result.exit_code == 2
    assert "flood:YEARS=FILE" in result.stderr


@pytest.mark.slow
def test_what_if_a_stretch_fails():
    people = ("--demand", "people")
    one, week = (answer(*people, "--link", "1095:5-10", *days) for days in ((), ("--days", "7")))
    (day,), (seven,) = one["totals"], week["totals"]
    assert day["delayed"] == 5000
    assert day["cut_off"] == 0
    assert seven["extra_h"] == pytest.approx(7 * day["extra_h"])
    assert seven["extra_thb"] == pytest.approx(7 * day["extra_thb"]) != 0
    assert all(row["after_s"] > row["before_s"] for row in one["detours"])
    both = answer(*people, "--link", "1095:5-10", "--link", "Way round:0-60")["totals"][0]
    assert both["cut_off"] == 5000
    assert both["extra_h"] == 0


@pytest.mark.slow
def test_a_failure_agrees_with_the_ranking():
    ranked = corridor(answer(*FAST), "1095")["extra_h"]
    lost = answer("--demand", "people", "--link", "1095:0-30")["totals"][0]["extra_h"]
    assert lost == pytest.approx(ranked)


@pytest.mark.slow
def test_what_is_printed_can_be_asked_again_and_closed(tmp_path):
    rows = answer(*FAST)["corridors"]
    assert {row["stretch"] for row in rows} >= {"1095:0-30", "Road to the village:0-12"}
    village = corridor({"corridors": rows}, "Road to the village")
    people = ("--demand", "people")
    text = village["stretch"].replace(":", " km ")
    lost = answer(*people, "--link", text)["totals"][0]
    assert lost["cut_off"] == village["people_cut_off"] == 4000
    path = tmp_path / "shut.toml"
    path.write_text(
        'title_en = "Shut"\ntitle_th = "ปิด"\nsource = "test"\nquality = "E"\n'
        f'[[changes]]\nkind = "close-roads"\nwhere = {{ stretch = "{village["stretch"]}" }}\n',
        encoding="utf-8",
    )
    told = done("risk", "valley", *FAST, "--scenario", path).stderr
    assert "Road to the village:0-12: 12.0 km in 1 segment" in told


def test_a_wrong_link_gives_the_choices():
    assert "there are: 1095" in problem("risk", "valley", *FAST, "--link", "1096:1-2")
    line = problem("risk", "valley", *FAST, "--link", "ถนน:1-2")
    assert "there are: 11, 12, R3, 1095" in line
    line = problem("risk", "valley", *FAST, "--link", "1095:40-50")
    assert "runs from km 0 to 30.0, not 40 to 50" in line
    for wrong in ("1095", "1095:4", "1095 km", "1095:a-b", ":1-2"):
        assert run("risk", "valley", *FAST, "--link", wrong).exit_code == 2
    assert run("risk", "valley", "--days", "3").exit_code == 2
    assert run("risk", "valley", "--demand", "tonnes", "--to", "market").exit_code == 2


def test_a_scenario_changes_the_ranking(tmp_path):
    path = tmp_path / "shut.toml"
    path.write_text(
        'title_en = "Shut"\ntitle_th = "ปิด"\nsource = "test"\nquality = "E"\n'
        '[[changes]]\nkind = "close-roads"\nwhere = { ref = "1095" }\n',
        encoding="utf-8",
    )
    found = answer(*FAST, "--scenario", path)
    assert not any(row["ref"] == "1095" for row in found["corridors"])
    assert corridor(found, "Way round")["people_cut_off"] == 5000


@pytest.mark.slow
def test_formats():
    rows = list(
        csv.DictReader(io.StringIO(done("risk", "valley", *FAST, "--format", "csv").stdout))
    )
    assert rows[0]["rank"] == "1"
    drawn = json.loads(done("risk", "valley", *FAST, "--format", "geojson").stdout)
    assert drawn["features"][0]["properties"]["ref"] == rows[0]["ref"]
    assert drawn["features"][0]["geometry"]["type"] in {"LineString", "MultiLineString"}
    table = done("risk", "valley", *FAST).stdout
    assert "1095:0-30" in table
    assert "worst link of" in table
    assert "rank correlation" in table
    thai = done("risk", "valley", *FAST, "--lang", "th").stdout
    assert "หมู่บ้าน" in thai


@pytest.mark.slow
def test_files(tmp_path):
    folder = tmp_path / "out"
    done("risk", "valley", *FAST, "--output", folder, "--map", tmp_path / "one.html")
    names = {
        "corridors.csv",
        "links.csv",
        "correlation.csv",
        "places.csv",
        "map.html",
        "map.png",
        "chart_ranks.png",
        "risk.xlsx",
        "risk.gpkg",
    }
    assert {path.name for path in folder.iterdir()} == names
    assert (tmp_path / "one.html").read_bytes() == (folder / "map.html").read_bytes()
    with sqlite3.connect(folder / "risk.gpkg") as database:
        styled = {row[0] for row in database.execute("SELECT f_table_name FROM layer_styles")}
    assert styled == {"corridors", "links", "places"}
    assert "already there" in problem("risk", "valley", *FAST, "--output", folder)
    before = (folder / "map.html").read_bytes()
    done("risk", "valley", *FAST, "--output", folder, "--overwrite")
    assert (folder / "map.html").read_bytes() == before
    lost = tmp_path / "lost"
    done("risk", "valley", *FAST, "--link", "1095:0-30", "--output", lost)
    assert {path.name for path in lost.iterdir()} == {
        "detours.csv",
        "totals.csv",
        "map.html",
        "map.png",
        "risk.xlsx",
        "risk.gpkg",
    }
    assert "1095 km 0\N{EN DASH}30" in (lost / "map.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_two_ways_out_of_the_province_come_first():
    few = ("--demand", "people", "--samples", "0", "--source", "strategic")
    found = answer(*few, area="mae_hong_son")["corridors"]
    # 105 alone leads from Sop Moei to Mae Sariang, without another way within hours.
    assert {row["ref"] for row in found[:4]} == {"108", "1095", "105"}
    assert [row["rank"] for row in found[:4]] == [1, 2, 3, 4]
    # A day of a highway is tens of thousands of hours, not hundreds and not millions.
    assert 10_000 < found[1]["extra_h"] <= found[0]["extra_h"] < 100_000
    assert found[0]["place_to"] == "mae_hong_son"
    assert found[4]["extra_h"] < found[3]["extra_h"]


@pytest.mark.slow
def test_a_whole_corridor_loses_what_its_closure_does():
    """Beside the worst link of a corridor stands the loss of all of it, as `--link` has it."""
    few = ("--demand", "people", "--to", "hospital", "--samples", "0")
    found = [row for row in answer(*few)["corridors"] if row["whole_extra_h"] is not None]
    assert found
    for row in found:
        assert row["whole_people_cut_off"] >= row["people_cut_off"]
    one = max(found, key=lambda row: row["whole_extra_h"])
    lost = answer(*few[:4], "--link", one["stretch"])["totals"][0]
    assert one["whole_extra_h"] == pytest.approx(lost["extra_h"])
    assert one["whole_people_cut_off"] == pytest.approx(lost["cut_off"])
