"""`chaidaen fetch`: a province from servers on this machine, whole, once, and offline."""

from __future__ import annotations

import json
import re
import socket
import tomllib

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from commands import ROOT, content, done, nothing_written, osm_file, problem, run
from fetching import country, edge_file
from overpass import read_data
from server import Fault, Web, serving

from layers.area import Area, load_area
from layers.fetch.fetching import WHAT
from layers.rasters.population import people_in
from layers.rasters.population_raster import open_population
from layers.store.points import read_points
from layers.store.store import imported_folder, load_network, read_network
from scripts.fetch import PARTS

HERE = ("--boundary", "edge.geojson")
AB = ("98.0,19.0", "98.2,19.0")


@pytest.fixture
def web(home, tmp_path, monkeypatch):
    """Serve the drawn country; `sources.toml` of the data folder points to it."""
    edge_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    with serving(country(tmp_path)) as web:
        web.sources(home / "sources.toml")
        yield web


def route(area: str) -> dict:
    return json.loads(done("route", area, *AB, "--format", "json").stdout)


def test_one_command_gets_all_of_a_province(home, web):
    result = done("fetch", "pai", "--place", "Pai, Thailand", "--country", "th")
    # 21 km along and 5.5 km to the north, as `commands.ROADS` draws them.
    assert re.match(
        r"pai: 4 nodes, 3 segments, 26\.\d km; OpenStreetMap \(Overpass\), "
        r"2026-11-20\n",
        result.stdout,
    )
    parts = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    assert parts == ["boundary", "roads", "facilities", "dem", "population"]
    area = load_area("pai")
    assert area.country == "TH"
    assert area.crs == "EPSG:32647"
    found = route("pai")
    assert found["distance_m"] == pytest.approx(21_060, abs=50)
    # The ground rises by 1000 m per degree: 0.2 degrees are 200 m.
    assert found["climb_m"] == pytest.approx(200, abs=5)
    assert not [path for end in (".lock*", ".writing*", "*.part*") for path in home.rglob(end)]
    are_named(area)
    # A second time no server is asked.
    before, asked = content(home), len(web.asked)
    assert "nothing new" in done("fetch", "pai").stderr
    assert len(web.asked) == asked
    assert content(home) == before


def are_named(area: Area) -> None:
    """Every source stands in the area with its licence, and in what maps show of its roads."""
    shipped = tomllib.loads(
        (ROOT / "layers" / "fetch" / "sources.toml").read_text(encoding="utf-8")
    )
    named = {source.name: source for source in area.sources}
    assert named["OpenStreetMap"].date == "2026-11-20"
    for key in ("dem", "population"):
        source = named[shipped[key]["name"]]
        assert source.licence == shipped[key]["licence"]
        assert source.attribution == shipped[key]["attribution"]
        assert source.date == shipped[key]["date"]
    network = load_network(area)
    assert network.source.kind == "osm live"
    assert network.source.licence == f"ODbL 1.0; {shipped['dem']['licence']}"
    assert shipped["dem"]["attribution"] in network.source.attribution


def test_a_refresh_asks_again_and_brings_what_is_new(web, tmp_path):
    done("fetch", "pai", "--what", "roads", *HERE)
    more = {"A": (98.0, 19.0), "B": (98.1, 19.0), "C": (98.2, 19.0), "D": (98.1, 19.05)}
    web.osm = read_data(osm_file(tmp_path / "b.osm", more, [("AB", {}), ("BC", {})]))
    assert "3 segments" in done("fetch", "pai", "--what", "roads").stdout
    assert "1 segments" in done("fetch", "pai", "--what", "roads", "--refresh").stdout
    assert len(load_network(load_area("pai")).segments) == 1


def test_parts_can_come_one_after_another(web):
    done("fetch", "pai", "--what", "roads", "--place", "Pai, Thailand")
    assert route("pai")["climb_m"] == 0
    assert not web.count("/dem/") + web.count("/pop/")
    done("fetch", "pai", "--what", "dem")
    assert route("pai")["climb_m"] == pytest.approx(200, abs=5)
    roads = web.count("/interpreter")
    # The new area does not know its country.
    line = run("fetch", "pai", "--what", "population").stderr.splitlines()[-1]
    assert line == (
        "chaidaen: population: the country of the area is not known; give it, as in --country TH"
    )
    done("fetch", "pai", "--what", "population", "--country", "TH")
    assert web.count("/interpreter") == roads
    # What came after the area was there is named like what came with it.
    are_named(load_area("pai"))


@pytest.mark.usefixtures("web")
def test_terrain_before_roads_is_kept_for_them(home, tmp_path):
    edge = edge_file(tmp_path)
    result = done("fetch", "pai", "--what", "dem", "--boundary", edge)
    assert result.stdout.split()[0] == "boundary"
    assert not (home / "areas" / "pai").exists()
    done("fetch", "pai", "--what", "roads", "--boundary", edge)
    assert route("pai")["climb_m"] == pytest.approx(200, abs=5)


def test_only_the_window_of_the_terrain_is_read(home, web):
    done("fetch", "pai", "--what", "dem", *HERE)
    dem = home / "fetched" / "pai" / "dem.tif"
    with rasterio.open(dem) as raster:
        west, south, east, north = raster.bounds
        # 10 km around the boundary, which are 0.09 degrees, and 0.05 for roads on the edge.
        assert (south, north) == (pytest.approx(18.85, abs=0.003), pytest.approx(19.20, abs=0.003))
        assert west == pytest.approx(97.845, abs=0.003)
        assert east == pytest.approx(98.355, abs=0.003)
        # One file of four tiles without a seam: heights rise by 1000 m per degree both ways.
        grid = raster.transform
        x = grid.c + grid.a * (np.arange(raster.width) + 0.5)
        y = grid.f + grid.e * (np.arange(raster.height) + 0.5)
        expected = 1000 * (x[None, :] - 97 + y[:, None] - 18)
        assert np.allclose(raster.read(1), expected, atol=0.01)
    asked = [part for verb, path, part in web.asked if verb == "GET" and "/dem/" in path]
    assert all(asked), "every request for terrain is for a part"


def test_a_tile_on_the_sea_is_said_and_left_out_and_not_asked_again(web):
    del web.files["dem/Copernicus_N18_00_E097_00_DEM.tif"]
    result = done("fetch", "pai", "--what", "dem,roads", *HERE)
    assert "dem: tile 1 of 4: the server has none, as for the sea; left out" in result.stderr
    asked = len(web.asked)
    done("fetch", "pai", "--what", "dem,roads")
    assert len(web.asked) == asked


def test_people_of_the_area_are_those_of_the_country_file(home, web, tmp_path):
    done("fetch", "pai", "--what", "population", *HERE, "--country", "TH")
    cut = home / "fetched" / "pai" / "population.tif"
    whole = tmp_path / "whole.tif"
    whole.write_bytes(web.files["pop/2025/THA/tha.tif"])
    zone = gpd.read_file(edge_file(tmp_path))
    people = [float(people_in(zone, open_population(path)).sum()) for path in (cut, whole)]
    # Two a cell of 0.001 degrees south of 19.0; nobody north of it.
    assert people[0] == pytest.approx(2 * 220 * 10, rel=1e-6)
    assert people[0] == pytest.approx(people[1], rel=1e-9)


def test_a_server_without_ranges_sends_the_whole(home, web):
    web.faults += [Fault("no-ranges", "/pop/"), Fault("no-ranges", "/pop/")]
    done("fetch", "pai", "--what", "population", *HERE, "--country", "TH")
    assert web.count("/pop/") == 2
    with rasterio.open(home / "fetched" / "pai" / "population.tif") as raster:
        assert raster.width < 450
    left = [path.name for path in (home / "fetched" / "pai").iterdir()]
    assert sorted(left) == ["population.tif", "population.tif.json", "sources.toml"]


def test_offline_opens_no_socket_and_says_what_is_missing(web, monkeypatch):
    done("fetch", "pai", "--what", "roads,dem", *HERE)
    asked = len(web.asked)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert "nothing new" in done("fetch", "pai", "--what", "roads,dem", "--offline").stderr
    result = run("fetch", "pai", "--offline", "--country", "TH")
    assert result.exit_code == 1
    assert result.stdout.startswith("pai: 4 nodes")
    assert result.stderr.splitlines()[-2:] == [
        "chaidaen: facilities: 1 of 1 tiles were never fetched; run it once without --offline",
        (
            "chaidaen: population: WorldPop Global 2015-2030, R2025A, constrained, 100 m was never "
            "fetched for this area; run it once without --offline"
        ),
    ]
    assert len(web.asked) == asked


def test_offline_before_anything_was_fetched(home, web):
    line = problem("fetch", "pai", "--place", "Pai, Thailand", "--offline")
    assert line == (
        "chaidaen: the outline of 'Pai, Thailand' was never fetched; run it once without --offline"
    )
    assert not web.asked
    assert not (home / "areas" / "pai").exists()


@pytest.mark.usefixtures("web")
def test_a_new_area_without_a_place():
    assert problem("fetch", "pai") == (
        "chaidaen: area 'pai' is not known; say where it is: "
        "--place 'NAME OF PROVINCE, COUNTRY', or --boundary FILE"
    )


@pytest.mark.usefixtures("web")
def test_a_place_that_nobody_knows(home):
    line = problem("fetch", "pai", "--place", "Atlantis")
    assert "knows no place 'Atlantis' with an outline" in line
    assert not (home / "areas" / "pai").exists()


@pytest.mark.parametrize("name", ["../../etc", "..", "/etc", "a/b", "C:\\x", "Pai", "nul", ""])
def test_a_name_that_no_folder_can_have(home, name):
    result = run("fetch", name, *HERE)
    assert result.exit_code == 1
    assert "area name" in result.stderr
    assert not home.exists() or nothing_written(home)


def test_roads_of_a_file_are_not_replaced_unasked(web, tmp_path):
    osm = osm_file(tmp_path / "mine.osm")
    done("import", "pai", "--osm", osm, "--boundary", edge_file(tmp_path))
    line = problem("fetch", "pai", "--what", "roads")
    assert "roads imported from a file are there (OpenStreetMap (mine.osm)); --overwrite" in line
    assert not web.asked
    done("fetch", "pai", "--what", "roads", "--overwrite")
    assert load_network(load_area("pai")).source.kind == "osm live"


def test_a_shipped_area_gets_roads_and_keeps_its_tables(home, tmp_path):
    points = {"P": (98.4394, 19.3590), "M": (97.9654, 19.3020), "X": (98.2, 19.4)}
    drawn = country(tmp_path, points, [("PXM", {"highway": "primary"})])
    with serving(drawn) as web:
        web.sources(home / "sources.toml", overpass="tile_km = 400.0")
        done("fetch", "mae_hong_son", "--what", "roads")
    assert not (home / "areas" / "mae_hong_son" / "area.toml").exists()
    found = done("route", "mae_hong_son", "ปาย", "mae_hong_son", "--format", "json")
    assert json.loads(found.stdout)["source"]["kind"] == "osm live"


def test_damaged_files_are_fetched_again(home, web):
    done("fetch", "pai", *HERE, "--country", "TH")
    dem = home / "fetched" / "pai" / "dem" / "+18+097.tif"
    dem.write_bytes(dem.read_bytes()[:-9])
    record = next((home / "cache" / "osm").glob("*/record.json"))
    answer = next(path for path in record.parent.glob("*.json") if path != record)
    answer.write_bytes(answer.read_bytes()[:-9])
    asked = len(web.asked)
    done("fetch", "pai")
    assert web.count("/dem/") > 4
    assert len(web.asked) > asked
    asked = len(web.asked)
    done("fetch", "pai")
    assert len(web.asked) == asked


def test_options_win_over_files(home, web, tmp_path):
    own = home / "sources.toml"
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace(f"{web.url}/api", "http://127.0.0.1:9/api"), encoding="utf-8")
    args = ("fetch", "pai", "--what", "roads", "--boundary", edge_file(tmp_path))
    assert run(*args).stderr.splitlines()[-1] == (
        "chaidaen: roads: http://127.0.0.1:9/api/status: cannot be reached; is there internet?; "
        "given up after 3 tries: run this again later (0 of 1 tiles were fetched and are kept)"
    )
    assert done(*args, "--overpass", f"{web.url}/api").stdout
    asked = len(web.asked)
    done(*args, "--refresh", "--sources", web.sources(tmp_path / "other.toml"))
    assert len(web.asked) > asked


@pytest.mark.slow
def test_fetched_andorra_is_imported_andorra(sample_data, home, tmp_path):
    """Four tiles of roads, facilities and water through Overpass give what the file gives."""
    folder = sample_data / "andorra"
    edge = tmp_path / "edge.geojson"
    gpd.GeoSeries.from_wkt(
        ["POLYGON ((1.50 42.50, 1.57 42.49, 1.55 42.55, 1.50 42.50))"], crs="EPSG:4326"
    ).to_file(edge)
    with serving(Web(osm=read_data(folder / "andorra.osm.pbf"))) as web:
        web.sources(home / "sources.toml", overpass="tile_km = 20.0")
        done("fetch", "web", "--what", "roads,facilities", "--boundary", edge)
        assert web.count("/interpreter") == 4 * 4, "four tiles: roads, ferries, turns, the rest"
    done("import", "disk", "--osm", folder / "andorra.osm.pbf", "--boundary", edge)
    fetched, imported = (imported_folder(slug) for slug in ("web", "disk"))
    here, there = read_network(fetched), read_network(imported)
    assert len(here.segments) == len(there.segments) > 2000
    assert (
        here.segments.drop(columns="geometry")
        .astype(str)
        .equals(there.segments.drop(columns="geometry").astype(str))
    )
    assert here.segments.geometry.geom_equals(there.segments.geometry).all()
    assert here.length_m.sum() == there.length_m.sum()
    for name in ("facilities", "settlements"):
        assert read_points(fetched, name).equals(read_points(imported, name))
    water = [gpd.read_parquet(path / "water.parquet") for path in (fetched, imported)]
    assert len(water[0]) > 10
    assert water[0].equals(water[1])


def test_fetched_people_are_counted_where_nobody_knows_them(home, tmp_path):
    points = {"A": (98.0, 19.0), "B": (98.1, 19.0), "C": (98.2, 19.0)}
    drawn = country(tmp_path, points, [("ABC", {"highway": "primary"})])
    drawn.osm.add_node(901, 98.0, 18.999, {"amenity": "hospital", "name": "H"})
    drawn.osm.add_node(902, 98.2, 18.999, {"place": "village", "name": "V"})
    with serving(drawn) as web:
        web.sources(home / "sources.toml")
        done("fetch", "pai", "--place", "Pai, Thailand", "--country", "TH")
    result = done("access", "pai", "--to", "hospital", "--format", "json")
    assert "… people of" in result.stderr
    answer = json.loads(result.stdout)
    (village,) = answer["places"]
    assert village["name_en"] == "V"
    # Whoever is counted by cell goes as often as the table of trips says, not unknown times.
    assert any("cannot be drawn: people are known by cells" in note for note in answer["notes"])
    lost = json.loads(done("risk", "pai", "--demand", "people", "--format", "json").stdout)
    hours = [row["people_extra_h"] for row in lost["corridors"]]
    assert hours
    assert None not in hours
    # The one settlement has the whole province, 220 by 10 cells of two people each; its edge
    # is straight in metres, some of them off the parallel of 18.99.
    assert village["population"] == pytest.approx(4400, rel=5e-3)


def test_turn_restrictions_are_fetched(home, tmp_path):
    drawn = country(tmp_path)
    # From A by B not to D: the second and fourth way of `commands.ROADS`.
    members = [
        {"type": kind, "ref": ref, "role": role}
        for kind, ref, role in (("way", 100, "from"), ("node", 2, "via"), ("way", 102, "to"))
    ]
    drawn.osm.add_relation(1, members, {"type": "restriction", "restriction": "no_left_turn"})
    with serving(drawn) as web:
        web.sources(home / "sources.toml")
        done("fetch", "pai", "--what", "roads", "--place", "Pai, Thailand")
    assert len(load_network(load_area("pai")).restrictions) == 1


def test_terrain_for_roads_of_a_file_is_kept_beside_them(home, web, tmp_path):
    done("fetch", "pai", "--what", "roads", *HERE)
    done("import", "pai", "--osm", osm_file(tmp_path / "mine.osm"), "--overwrite")
    result = done("fetch", "pai", "--what", "dem")
    assert "roads stay those of OpenStreetMap (mine.osm)" in result.stderr
    assert (home / "fetched" / "pai" / "dem.tif").is_file()
    assert load_network(load_area("pai")).source.kind == "osm file"
    assert web.count("/dem/")


def test_a_part_that_there_is_not(home):
    assert PARTS == WHAT
    result = run("fetch", "pai", "--what", "roads,rails")
    assert result.exit_code == 2
    assert (
        "'roads,rails': choose from boundary, roads, facilities, dem, population" in result.stderr
    )
    assert not home.exists()
