"""`chaidaen freight` on a small area drawn by hand, and on the embedded one."""

from __future__ import annotations

import csv
import io
import json

import pytest
from commands import done, problem, run
from valley import CROSSINGS, DWELL, HARVESTS, write_valley

FIELD = ("--vehicle", "pickup", "--vehicle", "truck_6w")
TRUCKS = ("--vehicle", "truck_6w", "--vehicle", "semi_trailer")


@pytest.fixture(autouse=True)
def _valley(home):
    write_valley(home)


def corridors(*arguments: str) -> dict[str, dict]:
    """Ask for corridors, by one small truck unless vehicles are named."""
    by = () if "--vehicle" in arguments else ("--vehicle", "truck_6w")
    result = done("freight", "valley", *arguments, *by, "--format", "json", "--quiet")
    return {row["to_id"]: row for row in json.loads(result.stdout)["corridors"]}


def test_a_ranked_table_of_provinces_crossings_and_cities_beyond():
    rows = corridors(*TRUCKS)
    assert set(rows) == {"city", "north", "far", "west"}
    city, north, far = (rows[name] for name in ("city", "north", "far"))
    assert city["distance_m"] == pytest.approx(180_000)
    assert (north["distance_m"], far["distance_m"]) == (
        pytest.approx(220_000),
        pytest.approx(250_000),
    )
    # No semi-trailer on the winding road: it takes over at the hub.
    assert city["vehicles"] == "truck_6w > semi_trailer"
    assert city["hubs"] == "hub"
    assert city["time_p10_s"] < city["time_p50_s"] < city["time_p90_s"]
    assert north["time_p10_s"] < north["time_p50_s"] < north["time_p90_s"]
    assert city["cost_thb"] == pytest.approx(city["cost_thb_per_t"] * city["load_t"])
    assert city["fuel_l"] == pytest.approx(city["fuel_l_per_t"] * city["load_t"])
    assert city["co2_kg"] == pytest.approx(city["fuel_l"] * 2.68)
    assert list(rows)[:3] == ["city", "north", "far"]  # the cheapest first
    assert city["roads"] == "1095 · 11"
    assert city["climb_m"] > 0 < city["max_grade_pct"]


@pytest.mark.slow
def test_the_answer_says_why_a_semi_trailer_may_not():
    text = done("freight", "valley", *TRUCKS, "--quiet").stdout
    assert "semi_trailer: 1095 bears 12 m; the vehicle is 16 m long" in text
    alone = corridors("--vehicle", "semi_trailer", "--to", "city")["city"]
    assert alone["why_not"] == "no road leads there for semi_trailer"


def test_a_closed_crossing_is_closed_with_its_reason_until_it_is_opened():
    shut = corridors("--to", "west")["west"]
    assert shut["time_p50_s"] is None
    assert shut["why_not"] == "closed since 2025-08-18 (drawn)"
    opened = corridors("--to", "west", "--open", "west")
    assert opened["west"]["why_not"] == ""
    assert opened["near"]["distance_m"] == pytest.approx(36_000)
    line = problem("freight", "valley", "--open", "wets")
    assert "crossing 'wets' is not known; near: west" in line


def test_groups_and_single_places():
    assert set(corridors("--to", "provinces")) == {"city"}
    assert set(corridors("--to", "crossings")) == {"north", "far", "west"}
    assert set(corridors("--to", "นคร")) == {"city"}
    assert set(corridors("--from", "Hub", "--to", "city")) == {"city"}
    by_point = corridors("--from", "98.2,19.0", "--to", "city")["city"]
    assert by_point["distance_m"] == pytest.approx(150_000, rel=1e-3)
    assert by_point["from_id"] == "98.2000,19.0000"


def test_the_empty_share_and_the_season_change_the_cost():
    full, empty = (
        corridors("--to", "city", "--empty-share", share)["city"]["cost_thb_per_t"]
        for share in ("0", "1")
    )
    assert full < empty < 2 * full
    one = ("--from", "village", "--to", "city", "--vehicle", "truck_6w")
    wet = corridors(*one, "--season", "wet")["city"]
    assert wet["passable"] < 1
    dry = corridors(*one)["city"]
    assert dry["passable"] == 1
    assert dry["passable_wet"] == pytest.approx(wet["passable"])
    assert wet["time_p50_s"] > dry["time_p50_s"]


def test_a_departure_gives_the_moments_at_the_gate():
    row = corridors("--to", "north", "--depart", "2026-11-23T23:00", "--vehicle", "truck_10w")[
        "north"
    ]
    assert row["depart"] == "2026-11-23T23:00"
    assert row["at_gate"].startswith("2026-11-24T0")
    # Open from six, and an hour's work for the median truck.
    assert row["through"] == "2026-11-24T07:00"


def test_leave_now_or_wait_for_the_gate():
    result = done(
        "freight",
        "valley",
        "--to",
        "far",
        "--departures",
        "--format",
        "json",
        "--quiet",
        "--vehicle",
        "truck_6w",
    )
    rows = json.loads(result.stdout)
    assert len(rows) == 7 * 24
    assert rows[0]["departure"] == "Mo 00:00"
    waits = [row["wait_s"] for row in rows[:24]]
    assert min(waits) == 0
    assert max(waits) > 10 * 3600
    table = done(
        "freight",
        "valley",
        "--to",
        "north",
        "--departures",
        "--quiet",
        "--depart",
        "2026-11-25T08:00",
        "--vehicle",
        "truck_6w",
    ).stdout
    assert table.count("We ") >= 24
    assert "open Mo-Su 06:00-18:00" in table
    assert "shortest" in table
    assert "must be a crossing" in problem("freight", "valley", "--to", "city", "--departures")
    assert "closed since" in problem("freight", "valley", "--to", "west", "--departures")


def chains(*arguments: str) -> dict:
    """Ask for value chains by the vehicles that leave the field."""
    asked = ("freight", "valley", "--product", *arguments, "--format", "json", "--quiet")
    return json.loads(done(*asked, *FIELD).stdout)


def test_a_value_chain_from_tambon_to_market():
    found = chains("cabbage")
    rows = {(row["from_id"], row["to_id"]): row for row in found["chains"]}
    assert {start for start, _ in rows} == {"town", "village", "upland"}
    row = rows["town", "city"]
    assert row["vehicles"].startswith("truck_6w")
    assert row["logistics_share"] == pytest.approx(row["cost_thb_per_t"] / 5000)
    assert row["margin_thb_per_kg"] == pytest.approx(8 - 5 - row["cost_thb_per_t"] / 1000)
    assert (row["wet_months"], row["months"], row["spoilage"]) == (2, 3, 0.0)
    assert rows["town", "north"]["margin_thb_per_kg"] is None
    assert rows["town", "west"]["why_not"].startswith("closed since")
    # Tonnes where they are known, and nothing where they are not.
    assert row["tonnes_per_year"] == 1000
    assert rows["upland", "city"]["tonnes_per_year"] is None
    assert sum(one["tonnes_per_year"] for one in found["to_market"]) == 1000
    assert found["tonnes_unknown"] == [{"product": "cabbage", "place_id": "upland"}]
    assert {one["ref"] for one in found["flows"]} == {"1095", "11"}


@pytest.mark.slow
def test_what_is_not_known_is_said_and_ones_own_table_replaces_it(tmp_path):
    said = done("freight", "valley", "--product", "cabbage").stderr
    assert "tonnes not known, in no sum: cabbage: Upland" in said
    own = tmp_path / "my harvests.csv"
    own.write_text(HARVESTS.replace("upland,,", "upland,250,"), encoding="utf-8")
    found = chains("cabbage", "--harvests", str(own))
    assert found["tonnes_unknown"] == []
    assert sum(one["tonnes_per_year"] for one in found["to_market"]) == 1250


@pytest.mark.slow
def test_products_by_name_all_of_them_and_unknown_ones():
    assert {row["product"] for row in chains("กะหล่ำปลี")["chains"]} == {"cabbage"}
    assert {row["product"] for row in chains("all")["chains"]} == {"cabbage", "rice"}
    assert {row["to_id"] for row in chains("cabbage", "--to", "city")["chains"]} == {"city"}
    assert {row["from_id"] for row in chains("cabbage", "--from", "hub")["chains"]} == {"hub"}
    line = problem("freight", "valley", "--product", "cabage")
    assert "product 'cabage' is not known; did you mean 'cabbage'? products: cabbage, rice" in line


@pytest.mark.slow
def test_tonnes_may_be_shared_by_cost():
    best, shared = (chains("cabbage", "--split", split)["to_market"] for split in ("all", "logit"))
    assert len(best) == 1
    assert {row["to_id"] for row in shared} == {"city", "north"}
    assert sum(row["tonnes_per_year"] for row in shared) == pytest.approx(1000)


@pytest.mark.slow
def test_sites_for_collection():
    result = done("freight", "valley", "--locate", "1", "--format", "json")
    found = json.loads(result.stdout)
    (site,) = found["sites"]
    # No tonnes by tambon: 4,000 people in the village weigh more than 1,000 above.
    assert site["site"] == "village"
    assert site["weight_people"] == 5000
    assert "weighed by registered people" in result.stderr
    assert "9 sites are wanted; there are 3 candidates" in problem(
        "freight", "valley", "--locate", "9"
    )


def test_sites_are_weighed_by_tonnes_where_they_are_known(tmp_path):
    own = tmp_path / "harvests.csv"
    own.write_text(HARVESTS.replace("upland,,", "upland,900,"), encoding="utf-8")
    result = done("freight", "valley", "--locate", "1", "--harvests", own, "--format", "json")
    (site,) = json.loads(result.stdout)["sites"]
    assert (site["site"], site["weight_t"]) == ("town", 900)


@pytest.mark.slow
def test_the_whole_matrix():
    result = done("freight", "valley", "--matrix", "--format", "csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 2 * 2 * 4 * 2  # tambons, crossings, vehicles, seasons
    assert {row["season"] for row in rows} == {"dry", "wet"}
    assert "cheapest from" in done("freight", "valley", "--matrix", "--quiet").stdout


def test_files_in_a_folder(tmp_path):
    folder = tmp_path / "ผล ลัพธ์"
    done("freight", "valley", "--product", "cabbage", "--output", folder, "--quiet")
    assert {"chains.csv", "flows.csv", "to_market.csv", "freight.xlsx"} <= {
        path.name for path in folder.iterdir()
    }
    line = problem("freight", "valley", "--product", "cabbage", "--output", folder, "--quiet")
    assert "is already there; --overwrite replaces it" in line
    done("freight", "valley", "--product", "cabbage", "--output", folder, "--quiet", "--overwrite")


def test_formats_and_usage():
    lines = json.loads(done("freight", "valley", "--format", "geojson", "--quiet").stdout)
    assert {feature["properties"]["to_id"] for feature in lines["features"]} == {
        "city",
        "north",
        "far",
    }
    assert done("freight", "valley", "--format", "csv", "--quiet").stdout.startswith("from_id,")
    thai = done("freight", "valley", "--lang", "th", "--quiet").stdout
    assert "ด่านเหนือ" in thai
    assert run("freight", "valley", "--matrix", "--departures").exit_code == 2
    assert run("freight", "valley", "--harvests", "x.csv").exit_code == 2
    assert run("freight", "valley", "--vehicle", "lorry").exit_code == 2
    assert "walk: carries no goods" in problem("freight", "valley", "--vehicle", "walk")


def test_every_bad_cell_is_named_at_once(home):
    crossings = CROSSINGS.replace("06:00-18:00", "25:00-18:00").replace("yes,,,no", "yes,ship,,no")
    write_valley(home, crossings=crossings)
    line = problem("freight", "valley")
    assert "row 2, column 'hours': opening hours 'Mo-Su 25:00-18:00'" in line
    assert "row 2, column 'classes'" in line
    write_valley(home, crossings=CROSSINGS.replace("06:00-18:00", "20:00-06:00"))
    assert "over midnight is written with midnight: '00:00-06:00,20:00-24:00'" in problem(
        "freight", "valley"
    )
    write_valley(
        home,
        dwell=DWELL.replace("truck", "lorry"),
        harvests=HARVESTS.replace("town,1000", "town,-1000").replace("upland", "atlantis"),
    )
    assert "row 2, column 'vehicle_class': 'lorry'" in problem("freight", "valley")
    write_valley(home, harvests=HARVESTS.replace("1000", "-1000").replace("upland", "atlantis"))
    line = problem("freight", "valley", "--product", "cabbage")
    assert "row 2, column 'tonnes_per_year': '-1000'" in line
    assert "row 3, column 'place_id': 'atlantis'" in line


def test_a_crossing_far_from_every_road(home):
    write_valley(
        home,
        crossings=CROSSINGS
        + CROSSINGS.splitlines()[2].replace("west,", "lost,").replace("98.00,18.80", "97.50,18.20")
        + "\n",
    )
    line = problem("freight", "valley")
    assert "row 4, column 'lon': 'lost' is" in line
    assert "km from the nearest road (at most 20)" in line


@pytest.fixture(scope="module")
def cabbage() -> dict[str, dict]:
    """Answer for cabbage from Mae Sariang, with Mae Sot's second bridge shut as it is."""
    result = done(
        "freight",
        "mae_hong_son",
        "--source",
        "strategic",
        "--product",
        "cabbage",
        "--from",
        "Mae Sariang",
        "--format",
        "json",
        "--quiet",
    )
    return {row["to_id"]: row for row in json.loads(result.stdout)["chains"]}


def test_cabbage_from_mae_sariang(cabbage):
    wanted = ("chiang_mai", "talat_thai", "mae_sot", "mae_sai_2", "chiang_khong_bridge", "huai_kon")
    assert set(wanted) <= set(cabbage)
    # Published lengths: 192 km to Chiang Mai, 230.5 to Mae Sot.
    assert cabbage["chiang_mai"]["distance_m"] == pytest.approx(192_000, rel=0.01)
    assert cabbage["mae_sot"]["distance_m"] == pytest.approx(230_500, rel=0.01)
    # Half a baht to a baht and a half a kilogram, and within its four days everywhere.
    for name in wanted:
        assert 300 < cabbage[name]["cost_thb_per_t"] < 1600
        assert cabbage[name]["spoilage"] < 0.05
    assert cabbage["chiang_mai"]["tonnes_per_year"] == 31_000
    assert cabbage["mae_sot_2"]["why_not"].startswith("closed since 2025-08-18")


@pytest.mark.slow
def test_the_bridge_reopened_as_a_what_if(cabbage):
    result = done(
        "freight",
        "mae_hong_son",
        "--source",
        "strategic",
        "--product",
        "cabbage",
        "--from",
        "mae_sariang",
        "--to",
        "mae_sot_2",
        "--open",
        "mae_sot_2",
        "--format",
        "json",
        "--quiet",
    )
    (row,) = json.loads(result.stdout)["chains"]
    assert row["why_not"] == ""
    assert row["time_p50_s"] > cabbage["mae_sot"]["time_p50_s"] + 3600
    assert row["cost_thb_per_t"] > cabbage["mae_sot"]["cost_thb_per_t"]
