"""`chaidaen route`: what it prints and writes, and that every option does something."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import json
import math
import shutil

import numpy as np
import pytest
import resvg_py
from commands import POINTS, content, dem_file, done, osm_file, problem, process, run

from layers.store.kept import read_kept, write_kept
from maps.picture import lettering

KEYS = (
    "from",
    "to",
    "via",
    "vehicle",
    "season",
    "scenario",
    "source",
    "distance_m",
    "time_s",
    "fuel_l",
    "co2_kg",
    "cost_thb",
    "climb_m",
    "descent_m",
    "time_p10_s",
    "time_p50_s",
    "time_p90_s",
    "driving_s",
    "passengers_s",
    "rests_s",
    "nights_s",
    "max_grade_pct",
    "passable",
    "legs",
    "geometry",
)
ANDORRA = ("andorra", "1.5218,42.5063", "1.6670,42.5775")

# From A to C: the highway round by B, a shorter gravel road straight on, a third way by D.
#
#     F
#     D           AC  gravel   21 km
#   /   \         ABC primary  24 km
#  A-----C        ADC by a smaller road, 26 km
#   \   /
#     B           At B and D side roads to E and F lead off.
#     E
WAYS = {
    "A": (98.0, 19.0),
    "B": (98.1, 18.95),
    "C": (98.2, 19.0),
    "D": (98.1, 19.07),
    "E": (98.1, 18.94),
    "F": (98.1, 19.08),
}
ROADS = (
    ("AC", {"highway": "tertiary", "surface": "gravel", "name": "ทางลัด", "name:en": "Short Cut"}),
    ("ABC", {"highway": "primary", "surface": "asphalt", "ref": "108"}),
    ("ADC", {"highway": "secondary", "surface": "asphalt", "name": "Third"}),
    ("BE", {"highway": "residential"}),
    ("DF", {"highway": "residential"}),
)
ENDS = ("drawn", "98.0,19.0", "98.2,19.0")


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory):
    """Import the drawn area once for the whole module."""
    folder = tmp_path_factory.mktemp("areas")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(folder / "home"))
        files = ("--osm", osm_file(folder / "a.osm", WAYS, ROADS))
        done("import", "drawn", *files, "--dem", dem_file(folder / "a.tif", slope=2))
        yield folder / "home"


@pytest.fixture(scope="module")
def andorra(drawn_home, sample_data):
    """Import the real area once for the whole module."""
    folder = sample_data / "andorra"
    files = ("--osm", folder / "andorra.osm.pbf", "--dem", folder / "andorra_srtm3.tif")
    done("import", "andorra", *files)
    return drawn_home


def found(*args) -> dict:
    return json.loads(done("route", *args, "--format", "json", "--quiet").stdout)


def drawn(*options) -> dict:
    return found(*ENDS, *options)


pytestmark = pytest.mark.usefixtures("drawn_home")


def metres(one, other) -> float:
    """Distance of two near points in degrees."""
    across = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(across, one[1] - other[1]) * 111_320


@pytest.mark.usefixtures("andorra")
def test_a_real_route_as_json():
    route = found(*ANDORRA, "--vehicle", "truck_10w")
    assert tuple(route) == KEYS
    assert 17_000 < route["distance_m"] < 21_000
    assert 700 < route["climb_m"] < 1500
    # Canillo and Soldeu lie higher than Andorra la Vella: the way is mostly upwards.
    assert 0 < route["descent_m"] < 0.5 * route["climb_m"]
    assert 5 < route["max_grade_pct"] <= 30
    assert 20 * 60 < route["time_s"] < 60 * 60
    assert 20 < route["fuel_l"] / route["distance_m"] * 1e5 < 200
    assert route["co2_kg"] == pytest.approx(route["fuel_l"] * 2.68)
    assert route["cost_thb"] > route["fuel_l"] * 30
    assert (route["from"]["lon"], route["from"]["lat"]) == (1.5218, 42.5063)
    assert (route["vehicle"], route["season"], route["scenario"]) == ("truck_10w", "dry", [])
    assert route["via"] == []
    assert route["source"]["title"] == "OpenStreetMap (andorra.osm.pbf)"
    assert route["source"]["date"] == "2013-05-28"


@pytest.mark.usefixtures("andorra")
def test_the_geometry_is_the_route():
    route = found(*ANDORRA)
    assert route["geometry"]["type"] == "LineString"
    line = route["geometry"]["coordinates"]
    assert metres(line[0], (1.5218, 42.5063)) < 300
    assert metres(line[-1], (1.6670, 42.5775)) < 300
    length = sum(metres(a, b) for a, b in itertools.pairwise(line))
    assert length == pytest.approx(route["distance_m"], rel=0.01)


@pytest.mark.usefixtures("andorra")
@pytest.mark.parametrize("name", ["distance_m", "time_s", "climb_m", "descent_m"])
def test_the_legs_sum_to_the_route(name):
    route = found(*ANDORRA)
    assert len(route["legs"]) > 2
    assert sum(leg[name] for leg in route["legs"]) == pytest.approx(route[name])
    assert max(leg["max_grade_pct"] for leg in route["legs"]) == route["max_grade_pct"]
    assert "CG-2" in {leg["ref"] for leg in route["legs"]}


def test_csv():
    rows = list(csv.DictReader(io.StringIO(done("route", *ENDS, "--format", "csv").stdout)))
    route = drawn()
    assert len(rows) == 1
    assert float(rows[0]["distance_m"]) == route["distance_m"]
    assert float(rows[0]["cost_thb"]) == route["cost_thb"]
    assert (rows[0]["from"], rows[0]["to"]) == ("98.0000,19.0000", "98.2000,19.0000")
    assert rows[0]["roads"] == "108"
    assert set(KEYS) - {"legs", "geometry"} <= set(rows[0])


def test_geojson():
    collection = json.loads(done("route", *ENDS, "--format", "geojson").stdout)
    assert collection["type"] == "FeatureCollection"
    (feature,) = collection["features"]
    assert feature["geometry"] == drawn()["geometry"]
    assert feature["properties"]["time_s"] == drawn()["time_s"]


def test_table():
    out = done("route", *ENDS).stdout
    route = drawn()
    assert f"{route['distance_m'] / 1000:,.1f} km" in out
    assert f"{route['fuel_l']:,.1f} L" in out
    assert "roads: OpenStreetMap (a.osm), undated" in out
    assert [line.split()[0] for line in out.splitlines()[4:]] == ["108"]


def test_results_and_messages_go_apart():
    args = ("route", *ENDS, "--format", "json", "--alternatives", "5")
    loud = done(*args)
    json.loads(loud.stdout)
    assert "other way(s) that really differ" in loud.stderr
    quiet = done(*args, "--quiet")
    assert quiet.stderr == ""
    assert quiet.stdout == loud.stdout


@pytest.mark.slow
def test_the_program_itself(drawn_home):
    ran = process("route", *ENDS, "--format", "json", CHAIDAEN_HOME=str(drawn_home))
    assert ran.returncode == 0
    assert json.loads(ran.stdout.decode("utf-8")) == drawn()


# ── One test per option ─────────────────────────────────────────────────────────────────


def test_via():
    direct, around = drawn(), drawn("--via", "98.1,19.07")
    assert [place["lat"] for place in around["via"]] == [19.07]
    assert around["distance_m"] > direct["distance_m"]
    near = [metres(point, (98.1, 19.07)) for point in around["geometry"]["coordinates"]]
    assert min(near) < 10
    twice = drawn("--via", "98.1,19.07", "--via", "98.1,18.95")
    assert len(twice["via"]) == 2
    assert twice["distance_m"] > around["distance_m"]


def test_vehicle():
    assert drawn("--vehicle", "car")["time_s"] < drawn("--vehicle", "truck_10w")["time_s"]
    assert drawn("--vehicle", "car")["fuel_l"] < drawn("--vehicle", "truck_10w")["fuel_l"] / 3


def test_the_wet_season_is_slow_on_gravel():
    gravel = ("--via", "98.1,19.0")
    dry, wet = drawn(*gravel), drawn(*gravel, "--season", "wet")
    assert wet["season"] == "wet"
    assert wet["distance_m"] == pytest.approx(dry["distance_m"])
    assert wet["time_s"] > 1.2 * dry["time_s"]
    paved = drawn("--season", "wet")
    assert paved["time_s"] == pytest.approx(drawn()["time_s"], rel=0.05)


def test_load():
    empty, full = drawn("--load", "0"), drawn("--load", "1")
    assert empty["fuel_l"] < 0.8 * full["fuel_l"]
    assert empty["cost_thb"] < full["cost_thb"]
    assert empty["fuel_l"] < drawn("--load", "0.5")["fuel_l"] < full["fuel_l"]
    assert full == drawn()


def test_optimise():
    time, distance = drawn("--optimise", "time"), drawn("--optimise", "distance")
    assert [leg["ref"] for leg in time["legs"]] == ["108"]
    assert [leg["name_en"] for leg in distance["legs"]] == ["Short Cut"]
    assert distance["distance_m"] < time["distance_m"]
    assert distance["time_s"] > time["time_s"]
    cost = drawn("--optimise", "cost")
    assert cost["cost_thb"] <= min(time["cost_thb"], distance["cost_thb"])


@pytest.mark.usefixtures("andorra")
def test_optimise_on_real_roads():
    by = {what: found(*ANDORRA, "--optimise", what) for what in ("time", "distance", "cost")}
    for what, key in (("time", "time_s"), ("distance", "distance_m"), ("cost", "cost_thb")):
        # The engine counts whole milliseconds, centimetres and milli-baht.
        assert all(by[what][key] <= other[key] * 1.0001 for other in by.values())


@pytest.mark.slow
def test_alternatives():
    assert "alternatives" not in drawn()
    best = drawn("--alternatives", "1")
    assert {key: best[key] for key in KEYS} == drawn()
    (other,) = best["alternatives"]
    assert tuple(other) == KEYS
    assert other["time_s"] > best["time_s"]
    assert [leg["name"] for leg in other["legs"]] == ["Third"]
    rows = done("route", *ENDS, "--alternatives", "1", "--format", "csv").stdout.splitlines()
    assert len(rows) == 3
    collection = json.loads(
        done("route", *ENDS, "--alternatives", "1", "--format", "geojson").stdout
    )
    assert len(collection["features"]) == 2
    assert done("route", *ENDS, "--alternatives", "1").stdout.count("roads: ") == 2


def test_alternatives_that_are_not_there():
    near = ("drawn", "98.1,18.945", "98.1,18.941", "--alternatives", "2")
    assert found(*near)["alternatives"] == []
    assert "0 other way(s) that really differ" in done("route", *near).stderr


@pytest.mark.slow
def test_lang(tmp_path):
    english = done("route", *ENDS, "--optimise", "distance").stdout
    thai = done("route", *ENDS, "--optimise", "distance", "--lang", "th").stdout
    assert "Short Cut" in english
    assert "Short Cut" not in thai
    assert "ทางลัด" in thai
    places = ("route", "mae_hong_son", "Pai", "แม่ฮ่องสอน", "--source", "strategic")
    assert done(*places).stdout.startswith("Pai → Mae Hong Son")
    assert done(*places, "--lang", "th").stdout.startswith("ปาย → แม่ฮ่องสอน")
    pages = []
    for lang in ("en", "th"):
        done("route", *ENDS, "--lang", lang, "--map", tmp_path / f"{lang}.html")
        pages.append((tmp_path / f"{lang}.html").read_text(encoding="utf-8"))
        assert f'lang="{lang}"' in pages[-1][:500]
    assert pages[0] != pages[1]


@pytest.mark.slow
def test_source():
    osm = drawn("--source", "osm")
    assert osm == drawn()
    shipped = found("mae_hong_son", "Pai", "mae_hong_son", "--source", "strategic")
    assert shipped["source"]["kind"] == "strategic"
    assert run("route", "northern_border", "Mae Sot", "Tak", "--source", "osm").exit_code == 1


@pytest.mark.parametrize(
    ("format_", "name"),
    [
        ("table", "route.txt"),
        ("json", "route.json"),
        ("csv", "route.csv"),
        ("geojson", "route.geojson"),
    ],
)
def test_output_holds_what_is_printed(tmp_path, format_, name):
    folder = tmp_path / "ผล ลัพธ์" / "new"
    result = done("route", *ENDS, "--format", format_, "--output", folder)
    assert [path.name for path in folder.iterdir()] == [name]
    text = (folder / name).read_bytes().decode("utf-8")
    # A file for people opens in Excel, what is printed goes on to other programs.
    assert text.startswith("\ufeff") == (format_ == "csv")
    text = text.removeprefix("\ufeff")
    assert text.rstrip("\n") == result.stdout.rstrip("\n")
    assert "\r" not in text


def test_overwrite(tmp_path):
    args = ("route", *ENDS, "--output", tmp_path, "--map", tmp_path / "map.html")
    done(*args)
    (tmp_path / "map.html").unlink()
    before = content(tmp_path)
    # One of the two is there: neither is written.
    assert "route.txt: is already there; --overwrite replaces it" in problem(*args)
    assert content(tmp_path) == before
    done(*args, "--season", "wet", "--overwrite")
    assert set(content(tmp_path)) == {"route.txt", "map.html"}
    assert "wet" in (tmp_path / "route.txt").read_text(encoding="utf-8")


def test_map(tmp_path):
    file = tmp_path / "แผนที่ 1.html"
    result = done("route", *ENDS, "--map", file)
    assert result.stdout == done("route", *ENDS).stdout
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!")
    assert "© OpenStreetMap contributors" in page
    assert "--overwrite" in problem("route", *ENDS, "--map", file)


@pytest.mark.slow
def test_a_map_may_be_a_picture(tmp_path):
    png, svg = tmp_path / "แผนที่ 1.PNG", tmp_path / "map.svg"
    result = done("route", *ENDS, "--map", png, "--lang", "th")
    assert result.stdout == done("route", *ENDS, "--lang", "th").stdout
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    done("route", *ENDS, "--map", svg, "--lang", "th")
    drawn = svg.read_text(encoding="utf-8")
    assert drawn.startswith("<svg ")
    assert "OpenStreetMap contributors" in drawn
    assert ">กม<" in drawn
    assert "--overwrite" in problem("route", *ENDS, "--map", png)


@pytest.mark.slow
def test_a_picture_is_as_fine_as_is_asked_for(tmp_path, monkeypatch):
    def width(path):
        done("route", *ENDS, "--map", path, "--quiet")
        return int.from_bytes(path.read_bytes()[16:20])

    monkeypatch.setenv("CHAIDAEN_DPI", "150")
    assert width(tmp_path / "coarse.png") == 1240
    monkeypatch.delenv("CHAIDAEN_DPI")
    # 21 cm, the width of A4, at 300 pixels an inch of 2.54 cm.
    assert width(tmp_path / "fine.png") == round(21 / 2.54 * 300)
    monkeypatch.setenv("CHAIDAEN_DPI", "fine")
    refused = run("route", *ENDS, "--map", tmp_path / "none.png")
    assert refused.exit_code == 2
    assert "CHAIDAEN_DPI=fine: is no whole number of 30 to 1200" in refused.stderr


@pytest.mark.slow
def test_without_a_thai_font_one_line_says_so(tmp_path, monkeypatch):
    bare = functools.partial(resvg_py.svg_to_bytes, skip_system_fonts=True)
    monkeypatch.setattr(resvg_py, "svg_to_bytes", bare)
    # Widths without fonts are for this test alone.
    monkeypatch.setattr(lettering, "_measured", dict)
    said = done("route", *ENDS, "--map", tmp_path / "a.png", "--lang", "th").stderr
    assert sum("no font with Thai letters" in line for line in said.splitlines()) == 1
    assert "Sarabun" in said
    assert "font" not in done("route", *ENDS, "--map", tmp_path / "a.html").stderr
    quiet = done("route", *ENDS, "--map", tmp_path / "b.png", "--quiet")
    assert quiet.stderr == ""


@pytest.mark.parametrize("order", [np.arange(2), np.arange(500), np.zeros(6)])
def test_a_damaged_node_order_is_made_anew(drawn_home, order):
    shutil.rmtree(drawn_home / "cache", ignore_errors=True)
    route = drawn()
    keys = [path.stem for path in (drawn_home / "cache").iterdir()]
    (key,) = [one for one in keys if set(read_kept(one).arrays) == {"order"}]
    good = read_kept(key).arrays["order"].tolist()
    write_kept(key, {"order": order.astype(np.uint32)})
    assert drawn() == route
    assert read_kept(key).arrays["order"].tolist() == good


# ── Coordinates ─────────────────────────────────────────────────────────────────────────


def test_negative_longitudes_are_no_options(home, tmp_path):
    points = {name: (lon - 98.5, lat) for name, (lon, lat) in POINTS.items()}
    done("import", "west", "--osm", osm_file(tmp_path / "a.osm", points))
    for ends in (("-0.5,19.0", "-0.3,19.0"), ("-0.5, 19", "-0.3 ,19"), ("-0.5;19", "-0.3;19")):
        route = found("west", *ends)
        assert route["distance_m"] == pytest.approx(21_050, rel=0.01)
        assert (route["from"]["lon"], route["to"]["lon"]) == (-0.5, -0.3)
    via = found("west", "-0.5,19.0", "-0.3,19.0", "--via", "-0.4,19.05")
    assert via["via"][0]["lon"] == -0.4
    assert home.is_dir()


def test_points_are_snapped_along_a_segment():
    """The ends lie in the middle of a road of 21 km, not at its junctions."""
    part = found("drawn", "98.05,19.001", "98.10,18.999", "--optimise", "distance")
    assert part["distance_m"] == pytest.approx(5_263, rel=0.01)
    assert part["geometry"]["coordinates"][0] == pytest.approx([98.05, 19.0], abs=1e-3)
    back = found("drawn", "98.10,18.999", "98.05,19.001", "--optimise", "distance")
    assert back["distance_m"] == pytest.approx(part["distance_m"])
    assert back["climb_m"] == pytest.approx(part["descent_m"])
    assert np.allclose(back["geometry"]["coordinates"][::-1], part["geometry"]["coordinates"])


def test_two_points_at_one_position():
    """Beyond the end of a road both are snapped to it: a way of no length, and no fault."""
    route = found("drawn", "97.99,19.0", "97.98,19.0")
    assert route["distance_m"] == route["time_s"] == route["fuel_l"] == 0
    assert len(route["geometry"]["coordinates"]) >= 2
