"""`chaidaen import`: an area from files, once, whole, and again only when asked."""

from __future__ import annotations

import gzip
import json
import re
import shutil

import geopandas as gpd
import pytest
from commands import (
    POINTS,
    ROADS,
    content,
    dem_file,
    done,
    nothing_written,
    osm_file,
    polygon_file,
    problem,
    run,
)
from diamond import diamond

from layers.area import SHIPPED

SUMMARY = re.compile(
    r"(?P<name>\w+): (?P<nodes>[\d,]+) nodes, (?P<segments>[\d,]+) segments, (?P<km>[\d,.]+) km "
    r"\((?P<main>[\d.]+)% connected, (?P<parts>\d+) parts\), .*CRS (?P<crs>EPSG:\d+)"
)


def summary(result) -> dict[str, str]:
    found = SUMMARY.fullmatch(result.stdout.strip())
    assert found, result.stdout
    return found.groupdict()


def areas() -> dict[str, dict]:
    return {row["area"]: row for row in json.loads(done("areas", "--format", "json").stdout)}


def route(area, *args) -> dict:
    points = args or ("98.0,19.0", "98.2,19.0")
    return json.loads(done("route", area, *points, "--format", "json", "--quiet").stdout)


def test_a_real_file_becomes_an_area(sample_data, home):
    folder = sample_data / "andorra"
    files = ("--osm", folder / "andorra.osm.pbf", "--dem", folder / "andorra_srtm3.tif")
    result = done("import", "andorra", *files)
    found = summary(result)
    assert found["crs"] == "EPSG:32631"
    assert 700 < float(found["km"]) < 1000
    assert float(found["main"]) > 90
    assert "OpenStreetMap (andorra.osm.pbf), 2013-05-28" in result.stdout
    assert "flat" not in result.stderr
    assert areas()["andorra"] | {"title_th": ""} == {
        "area": "andorra",
        "title_en": "Andorra",
        "title_th": "",
        "problem": "",
        "roads": "osm",
        "shipped": False,
    }
    before = content(home)
    again = done("import", "andorra", *files)
    assert "nothing to do" in again.stderr
    assert "nothing to do" not in result.stderr
    assert again.stdout == result.stdout
    assert content(home) == before


def test_names_with_spaces_and_thai(home, tmp_path):
    folder = tmp_path / "งาน สำรวจ"
    osm = osm_file(folder / "ถนน ปาย.osm")
    dem = dem_file(folder / "ความสูง 1.tif", slope=1)
    boundary = polygon_file(folder / "ขอบเขต จังหวัด.geojson", 97.95, 18.95, 98.25, 19.1)
    result = done("import", "pai", "--osm", osm, "--dem", dem, "--boundary", boundary)
    assert "OpenStreetMap (ถนน ปาย.osm)" in result.stdout
    assert summary(result)["crs"] == "EPSG:32647"
    assert 60 < route("pai")["climb_m"] < 220
    assert (home / "areas" / "pai" / "area.toml").is_file()


def test_the_same_files_under_other_names_are_recognised(home, tmp_path):
    done("import", "pai", "--osm", osm_file(tmp_path / "a.osm"))
    before = content(home)
    assert "nothing to do" in done("import", "pai", "--osm", osm_file(tmp_path / "b.osm")).stderr
    assert content(home) == before


def test_other_files_are_refused_then_replace(home, tmp_path):
    old = osm_file(tmp_path / "old.osm")
    new = osm_file(tmp_path / "new.osm", roads=ROADS[:2])
    assert summary(done("import", "pai", "--osm", old))["segments"] == "3"
    before = content(home)
    assert "--overwrite" in problem("import", "pai", "--osm", new)
    assert content(home) == before
    assert summary(done("import", "pai", "--osm", new, "--overwrite"))["segments"] == "1"
    assert "new.osm" in route("pai")["source"]["title"]
    assert content(home) != before
    assert not [path for path in home.rglob("*") if path.name.startswith(".")]


def test_terrain_is_a_part_of_what_is_recognised(home, tmp_path):
    osm, dem = osm_file(tmp_path / "a.osm"), dem_file(tmp_path / "a.tif", slope=1)
    done("import", "pai", "--osm", osm)
    assert "--overwrite" in problem("import", "pai", "--osm", osm, "--dem", dem)
    done("import", "pai", "--osm", osm, "--dem", dem, "--overwrite")
    assert (home / "areas" / "pai" / "network" / "terrain.tif").is_file()
    done("import", "pai", "--osm", osm, "--overwrite")
    assert not (home / "areas" / "pai" / "network" / "terrain.tif").exists()


@pytest.mark.usefixtures("home")
def test_without_terrain_roads_are_flat_and_it_is_said(tmp_path):
    result = done("import", "pai", "--osm", osm_file(tmp_path / "a.osm"))
    assert "No terrain was given: all roads are flat." in result.stderr
    found = route("pai")
    assert found["climb_m"] == found["descent_m"] == found["max_grade_pct"] == 0
    assert "No terrain was given: all roads are flat." in found["source"]["notes"]


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_terrain_from_several_files_and_a_folder(tmp_path):
    # Two tiles that meet at 98.1: only both together cover the road.
    osm = osm_file(tmp_path / "a.osm")
    folder = tmp_path / "tiles"
    folder.mkdir()
    left = dem_file(folder / "left.tif", west=97.7, slope=1)
    right = dem_file(folder / "right.tif", west=98.1, slope=1)
    one = done("import", "one", "--osm", osm, "--dem", left)
    assert "no data in the terrain" in one.stderr
    assert any("The terrain has no data for" in note for note in route("one")["source"]["notes"])
    both = done("import", "both", "--osm", osm, "--dem", left, "--dem", right)
    assert "no data in the terrain" not in both.stderr
    within = done("import", "within", "--osm", osm, "--dem", folder)
    assert "no data in the terrain" not in within.stderr
    assert route("both")["climb_m"] == route("within")["climb_m"] > 60


def test_a_boundary_clips(home, tmp_path):
    # 10 km are kept around a boundary: a road 40 km off is not.
    points = POINTS | {"E": (98.6, 19.0), "F": (98.65, 19.0)}
    osm = osm_file(tmp_path / "a.osm", points, [*ROADS, ("EF", {})])
    boundary = polygon_file(tmp_path / "edge.geojson", 97.99, 18.99, 98.21, 19.06)
    clipped = done("import", "clipped", "--osm", osm, "--boundary", boundary)
    whole = done("import", "whole", "--osm", osm)
    assert summary(clipped)["segments"] == "3"
    assert summary(whole)["segments"] == "4"
    before = content(home)
    again = done("import", "clipped", "--osm", osm, "--boundary", boundary)
    assert "nothing to do" in again.stderr
    other = polygon_file(tmp_path / "other.geojson", 97.0, 18.0, 99.0, 20.0)
    line = problem("import", "clipped", "--osm", osm, "--boundary", other, "--overwrite")
    assert "boundary of its own" in line
    assert content(home) == before


def test_a_boundary_in_metres_is_recognised_again(home, tmp_path):
    boundary = tmp_path / "edge.gpkg"
    degrees = polygon_file(tmp_path / "edge.geojson", 97.99, 18.99, 98.21, 19.06)
    gpd.read_file(degrees).to_crs("EPSG:32647").to_file(boundary)
    osm = osm_file(tmp_path / "a.osm")
    done("import", "pai", "--osm", osm, "--boundary", boundary)
    assert "nothing to do" in done("import", "pai", "--osm", osm, "--boundary", boundary).stderr
    assert (home / "areas" / "pai" / "boundary.geojson").is_file()


@pytest.mark.slow
def test_a_shipped_area_gets_roads_and_keeps_its_tables(home, tmp_path):
    points = {"P": (98.4394, 19.3590), "M": (97.9654, 19.3020), "X": (98.2, 19.4)}
    osm = osm_file(tmp_path / "a.osm", points, [("PXM", {"highway": "primary"})])
    shipped = content(SHIPPED)
    assert areas()["mae_hong_son"]["roads"] == "shipped"
    done("import", "mae_hong_son", "--osm", osm)
    assert content(SHIPPED) == shipped
    assert areas()["mae_hong_son"] | {"roads": "osm", "shipped": True} == areas()["mae_hong_son"]
    ends = ("ปาย", "mae_hong_son")
    assert route("mae_hong_son", *ends)["source"]["kind"] == "osm file"
    strategic = route("mae_hong_son", *ends, "--source", "strategic")
    assert strategic["source"]["kind"] == "strategic"
    assert strategic["distance_m"] > 90_000
    assert not (home / "areas" / "mae_hong_son" / "area.toml").exists()


def test_an_own_area_keeps_its_tables(home, tmp_path):
    own = home / "areas" / "own"
    shutil.copytree(SHIPPED / "mae_hong_son", own)
    before = content(own)
    points = {"P": (98.4394, 19.3590), "M": (97.9654, 19.3020)}
    done("import", "own", "--osm", osm_file(tmp_path / "a.osm", points, [("PM", {})]))
    after = content(own)
    assert {name: after[name] for name in before} == before
    assert {name.replace("\\", "/").split("/")[0] for name in set(after) - set(before)} == {
        "network"
    }


def test_a_folder_that_is_no_area_is_not_replaced(home, tmp_path):
    draft = home / "areas" / "pai" / "places.csv"
    draft.parent.mkdir(parents=True)
    draft.write_text("my work of weeks", encoding="utf-8")
    line = problem("import", "pai", "--osm", osm_file(tmp_path / "a.osm"), "--overwrite")
    assert "holds no area.toml" in line
    assert draft.read_text(encoding="utf-8") == "my work of weeks"


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("network.roads", 0),
        ("network.roads", 40),
        ("network.roads", 200),
        ("network.roads", 2000),
        ("network.json", 200),
    ],
)
def test_damaged_roads_are_told_and_imported_again(home, tmp_path, name, left):
    osm = osm_file(tmp_path / "a.osm")
    done("import", "pai", "--osm", osm)
    file = home / "areas" / "pai" / "network" / name
    file.write_bytes(file.read_bytes()[:left])
    for command in (("route", "pai", "98.0,19.0", "98.2,19.0"), ("import", "pai", "--osm", osm)):
        line = problem(*command)
        assert "is damaged" in line
        assert "--overwrite" in line
    done("import", "pai", "--osm", osm, "--overwrite")
    done("route", "pai", "98.0,19.0", "98.2,19.0")


def test_quiet_says_nothing_but_the_summary(home, tmp_path):
    result = done("import", "pai", "--osm", osm_file(tmp_path / "a.osm"), "--quiet")
    assert result.stderr == ""
    assert summary(result)["name"] == "pai"
    assert home.is_dir()


def test_a_packed_file(home, tmp_path):
    plain = osm_file(tmp_path / "a.osm")
    packed = tmp_path / "a.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert summary(done("import", "pai", "--osm", packed))["segments"] == "3"
    shutil.rmtree(home)
    packed.write_bytes(gzip.compress(plain.read_bytes())[:-40])
    assert "a.osm.gz" in problem("import", "pai", "--osm", packed)
    assert nothing_written(home)


@pytest.mark.parametrize("name", ["Pai", "../pai", "pai/x", "ปาย", "nul", "com1", "", "_pai", "9"])
def test_a_name_that_no_folder_can_have(home, tmp_path, name):
    result = run("import", name, "--osm", osm_file(tmp_path / "a.osm"))
    assert result.exit_code == 1
    assert "area name" in result.stderr
    assert not home.exists()


@pytest.mark.usefixtures("home")
def test_what_was_read_and_left_out_is_a_table_and_json(tmp_path):
    whole = diamond({"hgv": "no"}).xml()
    path = tmp_path / "in.osm"
    ways = whole[whole.index("<way") : whole.index("</osm>")]
    path.write_text(whole.replace("</osm>", ways + "</osm>"), encoding="utf-8")
    asked = ("import", "drawn", "--osm", path)
    assert "ways that stand twice" in done(*asked).stderr
    told = json.loads(done(*asked, "--format", "json", "--quiet").stdout)
    assert (told["nodes"], told["segments"], told["fresh"]) == (4, 4, False)
    rows = {(row["step"], row["what"]): row["count"] for row in told["tally"]}
    assert rows["left out", "ways that stand twice"] == 4
    assert rows["inferred", "surface of segments"] == 4
    assert rows["read", "segments with rules of who may pass, when and how fast"] == 1


@pytest.mark.parametrize(
    "ends", [((98.0, 19.0), (98.05, 19.0)), ((98.0, 19.0003), (98.05, 19.0003))]
)
@pytest.mark.usefixtures("home")
def test_a_road_along_a_parallel_climbs_as_its_terrain_does(tmp_path, ends):
    """The extent of such roads has no height: the terrain that is kept reaches beyond it."""
    points = dict(zip("AB", ends, strict=True))
    dem = dem_file(tmp_path / "d.tif", slope=2.0)
    osm = osm_file(tmp_path / "a.osm", points, [("AB", {})])
    done("import", "pai", "--osm", osm, "--dem", dem)
    found = route("pai", *(f"{lon},{lat}" for lon, lat in ends))
    # 0.05 degrees are 50 cells of 2 m.
    assert found["climb_m"] == pytest.approx(100, abs=3)
    assert "no data" not in done("route", "pai", *(f"{x},{y}" for x, y in ends)).stderr


@pytest.mark.usefixtures("home")
def test_a_road_along_a_meridian_has_terrain_too(tmp_path):
    points = {"A": (98.0, 19.0), "B": (98.0, 19.05)}
    osm = osm_file(tmp_path / "a.osm", points, [("AB", {})])
    result = done("import", "pai", "--osm", osm, "--dem", dem_file(tmp_path / "d.tif"))
    assert "no data" not in result.stderr
    assert "no data" not in done("route", "pai", "98.0,19.0", "98.0,19.05").stderr
