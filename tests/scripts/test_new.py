"""`chaidaen new`: a copy that works at once, and nothing where it may not be."""

from __future__ import annotations

import re
import tomllib

import pytest
from commands import content, done, nothing_written, osm_file, polygon_file, problem, run

from geo.study import open_study
from layers.area import SHIPPED, load_area, read_boundary
from layers.setup.template import MARK, marked, read_template


@pytest.mark.slow
def test_a_copy_works_at_once(home):
    result = done("new", "kan")
    folder = home / "areas" / "kan"
    assert result.stdout == f"{folder}\n"
    assert "chaidaen check kan" in result.stderr
    assert done("check", "kan").stdout.splitlines()[-1] == "kan: no problems"
    way = ("Pai", "Chiang Mai", "--format", "csv", "--quiet", "--source", "strategic")
    copied, own = (done("route", name, *way).stdout for name in ("kan", "mae_hong_son"))
    assert copied == own.replace("Mae Hong Son: strategic", "Kan: strategic")
    source = SHIPPED / "mae_hong_son"
    same = {name: data for name, (_, data) in content(source).items() if name != "area.toml"}
    made = {name: data for name, (_, data) in content(folder).items() if name != "area.toml"}
    assert made == same


def test_what_has_to_be_changed_is_marked(home):
    done("new", "kan_chana", "--quiet")
    text = (home / "areas" / "kan_chana" / "area.toml").read_text(encoding="utf-8")
    before = (SHIPPED / "mae_hong_son" / "area.toml").read_text(encoding="utf-8")
    titles = {"title_en": "Kan Chana", "title_th": "Kan Chana"}
    assert tomllib.loads(text) == tomllib.loads(before) | titles
    lines = text.splitlines()
    for key in ("title_en", "title_th", "crs", "home", "corridors", "boundary", "harvests"):
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{key} ="))
        assert lines[at - 1].startswith(MARK), key
        assert re.search("[\u0e00-\u0e7f]", lines[at - 1]), key
    assert lines[lines.index("[[sources]]") - 1].startswith(MARK)
    again = marked(text, title="Kan Chana")
    assert again.count(MARK) == text.count(MARK), "a copy of a copy is marked once"
    assert set(read_template().marks) >= {"title_en", "boundary", "sources"}


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_copy_anywhere_of_an_area_that_names_other_areas(tmp_path):
    parent = tmp_path / "งาน ของฉัน"
    done("new", "border", "--from", "northern_border", "--output", parent)
    area = load_area(str(parent / "border"))
    source = load_area("northern_border")
    assert area.layers.harvests == source.layers.harvests
    assert area.layers.places[0] == parent / "border" / "places.csv"
    assert area.layers.places[1:] == source.layers.places[1:]
    last = done("check", parent / "border", "--lang", "th").stdout.splitlines()[-1]
    assert last == f"{parent / 'border'}: ไม่มีปัญหา"


@pytest.mark.parametrize("name", ["../../etc", "..", "a/b", "a\\b", "con", "com1", "Kan", "กาญจน์"])
def test_a_bad_name(home, name):
    assert "area name" in problem("new", name)
    assert nothing_written(home)


def test_what_is_there_stays(home, tmp_path):
    assert "area 'nan' is there already" in problem("new", "nan")
    assert "area 'nowhere' is not known" in problem("new", "kan", "--from", "nowhere")
    assert nothing_written(home)
    done("new", "kan", "--from", "nan", "--quiet")
    before = content(home)
    assert "area 'kan' is there already" in problem("new", "kan")
    (tmp_path / "kan").mkdir()
    assert "is already there" in problem("new", "kan", "--output", tmp_path)
    inside = home / "areas" / "kan"
    assert "lies inside the area" in problem("new", "x", "--from", "kan", "--output", inside)
    assert content(home) == before


def test_files_beside_the_folder_are_not_followed(home):
    """A copy would look for them beside itself."""
    done("new", "kan", "--from", "nan", "--quiet")
    toml = home / "areas" / "kan" / "area.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace('"harvests.csv"', '"../nan/harvests.csv"'), encoding="utf-8")
    line = problem("new", "kan2", "--from", "kan")
    assert "'../nan/harvests.csv' leads out of the folder of area.toml" in line
    assert not (home / "areas" / "kan2").exists()


def test_an_area_begins_with_files_alone(home, tmp_path):
    edge = polygon_file(tmp_path / "ขอบเขต.geojson", 97.9, 18.9, 98.3, 19.1)
    made = done("new", "kan", "--osm", osm_file(tmp_path / "a.osm"), "--boundary", edge)
    assert made.stdout == f"{home / 'areas' / 'kan'}\n"
    assert done("check", "kan").stdout.splitlines()[-1] == "kan: no problems"
    assert "km" in done("route", "kan", "98.0,19.0", "98.2,19.0", "--quiet").stdout
    again = problem("new", "kan", "--osm", tmp_path / "a.osm", "--boundary", edge)
    assert "area 'kan' is there already" in again


@pytest.mark.usefixtures("home")
def test_shared_tables_are_there_where_they_know_a_town(tmp_path):
    points = {"A": (98.43, 19.35), "B": (98.46, 19.37)}
    roads = osm_file(tmp_path / "pai.osm", points, [("AB", {})])
    edge = polygon_file(tmp_path / "edge.geojson", 98.4, 19.3, 98.5, 19.4)
    done("new", "pai_valley", "--osm", roads, "--boundary", edge, "--quiet")
    area = load_area("pai_valley")
    assert area.home == "pai"
    assert {path.name for path in area.layers.crossings} == {"crossings.csv"}
    assert done("check", "pai_valley").stdout.splitlines()[-1] == "pai_valley: no problems"
    # Every crossing of the country is far from these roads: left out, and no mistake of anybody's.
    assert open_study("pai_valley").crossings == {}
    told = run("freight", "pai_valley")
    assert "km from the nearest road" not in told.stderr
    assert "province capitals lie beyond the roads of this area and are left out" in told.stderr
    assert "towns lie beyond" in told.stderr
    assert "no road leads there" not in told.stdout + told.stderr
    # Who names one is told why goods do not get there.
    assert "no road leads there" in done("freight", "pai_valley", "--to", "yala").stdout
    elsewhere = osm_file(tmp_path / "sea.osm", {"A": (10.0, 10.0), "B": (10.1, 10.1)}, [("AB", {})])
    done("new", "sea", "--osm", elsewhere, "--quiet")
    assert load_area("sea").home == ""
    assert load_area("sea").layers.crossings == ()


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_copy_may_begin_with_roads_and_an_outline_of_its_own(tmp_path):
    edge = polygon_file(tmp_path / "edge.geojson", 97.9, 18.9, 98.3, 19.1)
    roads = osm_file(tmp_path / "a.osm")
    done("new", "kan", "--from", "tak", "--osm", roads, "--boundary", edge)
    area = load_area("kan")
    assert read_boundary(area).bounds == pytest.approx((97.9, 18.9, 98.3, 19.1))
    assert area.layers.highways[1:] == load_area("tak").layers.highways[1:]
    told = done("route", "kan", "98.0,19.0", "98.2,19.0", "--format", "json", "--quiet").stdout
    assert "OpenStreetMap" in told


def test_a_copy_whose_roads_cannot_be_read_is_none(home, tmp_path):
    bad = tmp_path / "a.osm"
    bad.write_text("<osm><way", encoding="utf-8")
    assert "a.osm" in problem("new", "kan", "--from", "tak", "--osm", bad)
    assert not (home / "areas" / "kan").exists()


@pytest.mark.usefixtures("home")
def test_terrain_goes_with_roads(tmp_path):
    assert run("new", "kan", "--dem", tmp_path / "d.tif").exit_code == 2
    roads = osm_file(tmp_path / "a.osm")
    assert run("new", "kan", "--osm", roads, "--output", tmp_path).exit_code == 2
