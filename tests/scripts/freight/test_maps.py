"""Maps and GeoPackages of `chaidaen freight`, on a small area drawn by hand."""

from __future__ import annotations

import json
import re
import sqlite3

import geopandas as gpd
import pytest
from commands import done
from valley import HARVESTS, HIGHWAYS, PLACES, write_valley

from tests.maps.report.test_report import Tags

pytestmark = pytest.mark.slow

FAST = ("--vehicle", "truck_6w", "--vehicle", "semi_trailer", "--quiet")
DETOUR = (
    "hm,13,Road round,,hub,mid,90,trunk,rolling,asphalt,4,14,,,,,,,drawn,,E\n"
    "mc,13,Road round,,mid,city,80,trunk,rolling,asphalt,4,14,,,,,,,drawn,,E\n"
)
MID = "mid,Mid,กลาง,junction,98.70,19.15,350,,,,drawn,,E\n"


@pytest.fixture(autouse=True)
def _valley(home):
    write_valley(home, places=PLACES + MID, highways=HIGHWAYS + DETOUR)


def drawn(tmp_path, *arguments):
    path = tmp_path / "map.html"
    done("freight", "valley", *arguments, *FAST, "--map", path, "--overwrite")
    return path.read_text(encoding="utf-8")


def test_the_map_of_corridors(tmp_path):
    html = drawn(tmp_path)
    text = Tags(html).text
    assert "6-wheel truck → Semi-trailer" in text
    assert "Hub: 6-wheel truck to Semi-trailer" in text
    assert "ปิดตั้งแต่ 18 สิงหาคม พ.ศ. 2568 (ค.ศ. 2025)" in text
    assert "1095 lets 12 m of length pass; the vehicle is 16 m long" in text
    assert html.count('"className": "route route-') == 3
    assert drawn(tmp_path) == html


def test_alternatives_are_drawn_as_many_as_are_wanted(tmp_path):
    one = drawn(tmp_path, "--to", "city")
    assert one.count('"className": "other other-0"') == 1
    assert re.search(r"200 km · [\d:]+ h · [\d,]+ baht/t \(\d+ % dearer\)", Tags(one).text)
    none = drawn(tmp_path, "--to", "city", "--alternatives", "0")
    assert '"className": "other' not in none


def test_a_what_if_says_what_the_table_says(tmp_path):
    plain, supposed = drawn(tmp_path, "--to", "west"), drawn(tmp_path, "--open", "west")
    said = "counted as open here; the table says: closed"
    assert said not in plain
    assert said in supposed


def test_the_map_of_flows(tmp_path):
    html = drawn(tmp_path, "--product", "cabbage")
    text = Tags(html).text
    assert "1,000 t a year" in text
    assert re.search(r"Tonnes not known.*Cabbage.*Upland", text, re.DOTALL)
    shared = drawn(tmp_path, "--product", "cabbage", "--split", "logit")
    count = 'className": "flow"'
    assert shared.count(count) > html.count(count)


def test_the_map_of_collection_points(tmp_path):
    text = Tags(drawn(tmp_path, "--locate", "1")).text
    assert "No tonnes are known by settlement" in text
    own = tmp_path / "own.csv"
    own.write_text(HARVESTS.replace("c,rice,village,,", "c,rice,village,500,"), encoding="utf-8")
    text = Tags(drawn(tmp_path, "--locate", "1", "--harvests", own)).text
    assert "500 t" in text


@pytest.mark.parametrize(
    ("arguments", "layers"),
    [
        ((), {"corridors", "crossings"}),
        (("--product", "cabbage"), {"flows", "chains", "crossings"}),
        (("--locate", "1"), {"sites", "assigned"}),
    ],
)
def test_a_geopackage_has_layers_and_their_styles(tmp_path, arguments, layers):
    done("freight", "valley", *arguments, *FAST, "--output", tmp_path / "out")
    path = tmp_path / "out" / "freight.gpkg"
    assert (tmp_path / "out" / "map.html").exists()
    names = set(gpd.list_layers(path)["name"]) - {"layer_styles"}
    assert names == layers
    for name in layers:
        assert gpd.read_file(path, layer=name).crs == "EPSG:32647"
    with sqlite3.connect(path) as database:
        styles = dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    database.close()
    assert set(styles) == layers
    assert all(qml.startswith("<!DOCTYPE qgis") for qml in styles.values())


def test_the_corridors_of_a_geopackage_are_those_of_the_table(tmp_path):
    out = tmp_path / "out"
    result = done("freight", "valley", *FAST, "--format", "json", "--output", out)
    rows = {row["to_id"]: row for row in json.loads(result.stdout)["corridors"]}
    lines = gpd.read_file(out / "freight.gpkg", layer="corridors")
    best = lines[lines["way"] == 0].set_index("to_id")
    assert set(best.index) == {name for name, row in rows.items() if not row["why_not"]}
    for name, row in best.iterrows():
        assert row["cost_thb_per_t"] == pytest.approx(rows[name]["cost_thb_per_t"])
    other = lines[lines["way"] == 1]
    assert (other["to_id"] == "city").all()
    assert (other["cost_thb_per_t"] > best["cost_thb_per_t"]["city"]).all()
    gates = gpd.read_file(out / "freight.gpkg", layer="crossings").set_index("id")
    assert gates["why_not"]["west"] == "closed since 2025-08-18"
    assert gates["why_not"]["north"] == ""
