"""`chaidaen access` on the embedded area and on an imported one."""

from __future__ import annotations

import csv
import io
import json

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from click.testing import CliRunner
from commands import done
from pyproj import Transformer
from rasterio.transform import from_origin
from valley import write_valley

from geo.study import Study, open_study
from geo.surface.to_facilities import travel_time_surface
from layers.rasters.population import people_cells
from layers.rasters.population_raster import open_population
from layers.store.importing import import_area
from scripts.access.files import Ground, ways_of
from scripts.access.options import with_rivers_of
from scripts.cli import chaidaen


def run(*arguments: str, code: int = 0):
    source = ["--source", "strategic"] if arguments[:1] == ("mae_hong_son",) else []
    result = CliRunner().invoke(chaidaen, ["access", *arguments, *source])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study("mae_hong_son", roads="strategic")


def seconds(study: Study, **ground):
    """Return the seconds that `--output` writes on cells of 1 km, inf where not reached."""
    ways = ways_of(study, "dry", Ground(1000, 480, **ground))
    return travel_time_surface(study, "hospital", resolution_m=1000, ways=ways)


@pytest.fixture(scope="module")
def plain(study):
    return seconds(study)


@pytest.fixture(scope="module")
def hospitals() -> dict:
    return json.loads(run("mae_hong_son", "--to", "hospital", "--format", "json", "--quiet").output)


def test_every_tambon_has_its_minutes_dry_and_wet(hospitals):
    places = hospitals["places"]
    assert len(places) == 45
    assert all(0 < place["minutes_dry"] < 240 for place in places)
    for place in places:
        wet = place["minutes_wet"]
        assert wet is None or wet >= place["minutes_dry"], place["id"]


def test_the_rains_cut_off_who_lives_on_dirt_roads(hospitals):
    """Mae Sam Laep's road 1194 is unpaved; Chong Kham is the town itself."""
    by_id = {place["id"]: place for place in hospitals["places"]}
    assert by_id["tambon_mae_sam_laep"]["minutes_wet"] is None
    assert by_id["tambon_chong_kham"]["minutes_wet"] is not None


def test_people_are_counted_once(hospitals):
    groups = {(row["season"], row["group"]): row for row in hospitals["people"]}
    assert sum(place["population"] for place in hospitals["places"]) == 285_916
    dry = [groups["dry", f"within {m} min"]["people"] for m in (30, 60, 120)]
    assert dry == sorted(dry)
    for season in ("dry", "wet"):
        far = [
            place["population"]
            for place in hospitals["places"]
            if (place[f"minutes_{season}"] or 0) > 120
        ]
        reached = groups[season, "within 120 min"]["people"] + sum(far)
        assert reached + groups[season, "not reached"]["people"] == 285_916


@pytest.mark.slow
def test_an_ambulance_is_faster_than_walking():
    minutes = {}
    for vehicle in ("ambulance", "walk"):
        text = run(
            "mae_hong_son", "--to", "hospital", "--vehicle", vehicle, "--format", "csv"
        ).stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        minutes[vehicle] = {row["id"]: float(row["minutes_dry"]) for row in rows}
    slower = [minutes["walk"][one] >= minutes["ambulance"][one] for one in minutes["walk"]]
    assert all(slower)


@pytest.mark.slow
def test_minutes_choose_the_groups_and_output_writes_tables(tmp_path):
    folder = tmp_path / "การเข้าถึง"
    coarse = ("mae_hong_son", "--to", "market", "--resolution", "1000")
    found = run(*coarse, "--minutes", "15, 45", "--output", str(folder))
    assert "dry, within 15 min" in found.stdout
    assert "within 30 min" not in found.stdout
    with (folder / "places.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 45
    refused = run(*coarse, "--output", str(folder), code=1)
    assert "is already there; --overwrite replaces it" in refused.stderr


def test_geojson_has_a_point_for_every_settlement():
    text = run("mae_hong_son", "--to", "school", "--format", "geojson", "--quiet").stdout
    features = json.loads(text)["features"]
    assert len(features) == 45
    assert {feature["geometry"]["type"] for feature in features} == {"Point"}


@pytest.mark.parametrize("typed", ["Hospitals", "โรงพยาบาล"])
def test_a_kind_may_be_called_by_another_name(hospitals, typed):
    text = run("mae_hong_son", "--to", typed, "--format", "json", "--quiet").output
    assert json.loads(text)["places"] == hospitals["places"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("mae_hong_son", "--to", "hospitl"), 1, "did you mean 'hospital'? there are: hospital"),
        (("tak", "--to", "clinic"), 1, "has no clinic; there are: hospital"),
        (("mae_hong_son", "--to", "hospital", "--minutes", "soon"), 2, "is not minutes such as"),
        (("mae_hong_son",), 2, "Missing option '--to'"),
        (("nowhere", "--to", "hospital"), 1, "area 'nowhere' is not known"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_line(arguments, code, message):
    assert message in run(*arguments, code=code).stderr


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_an_imported_area_answers_from_its_own_file(sample_data):
    folder = sample_data / "andorra"
    import_area("andorra", folder / "andorra.osm.pbf", dem=(folder / "andorra_srtm3.tif",))
    places = json.loads(
        run("andorra", "--to", "hospital", "--vehicle", "car", "--format", "json", "--quiet").output
    )["places"]
    assert len(places) > 30
    by_name = {place["name_en"] or place["id"]: place["minutes_dry"] for place in places}
    reached = [minutes for minutes in by_name.values() if minutes is not None]
    # Andorra is 30 km across: nobody is farther than an hour from one of its hospitals.
    assert len(reached) > 0.9 * len(places)
    assert max(reached) < 60


def test_output_is_a_whole_folder_that_other_programs_read(tmp_path):
    folder = tmp_path / "out"
    run(
        "mae_hong_son",
        "--to",
        "hospital",
        "--season",
        "wet",
        "--resolution",
        "500",
        "--output",
        str(folder),
        "--map",
        str(tmp_path / "map.html"),
        "--lang",
        "th",
    )
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "map.html",
        "map.png",
        "chart_people.png",
        "surface.tif",
        "access.gpkg",
        "tables.xlsx",
        "places.csv",
        "people.csv",
        "measures.csv",
        "districts.csv",
        "highland.csv",
        "losers.csv",
        "subdistricts.csv",
        "surface.qml",
    }
    layers = set(gpd.list_layers(folder / "access.gpkg")["name"])
    assert {"isochrones", "places", "facilities", "districts", "layer_styles"} <= layers
    isochrones = gpd.read_file(folder / "access.gpkg", layer="isochrones").sort_values("minutes")
    assert isochrones["minutes"].tolist() == [30, 60, 120]
    assert isochrones.geometry.is_valid.all()
    assert isochrones.area.is_monotonic_increasing
    districts = gpd.read_file(folder / "access.gpkg", layer="districts")
    assert len(districts) == 7
    assert districts["population"].sum() == 285_916
    with rasterio.open(folder / "surface.tif") as raster:
        seconds = raster.read(1)
        town = next(raster.sample([next(transform(raster.crs, 97.9666, 19.3015))]))
    assert 0 <= np.nanmin(seconds) < np.nanmax(seconds) <= 480 * 60
    assert town[0] < 30 * 60, "the town of Mae Hong Son has a hospital"
    assert 'lang="th"' in (tmp_path / "map.html").read_text(encoding="utf-8")[:2000]


def transform(crs, lon, lat):
    """Yield a point in a raster's system."""
    yield Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)


@pytest.mark.slow
def test_people_of_a_raster_are_counted_by_the_command(tmp_path):
    """Every cell of 0.01 degrees holds 2 people."""
    people = raster(tmp_path / "people.tif", np.float32(2), nodata=-99999)
    asked = ("mae_hong_son", "--to", "hospital", "--population", str(people))
    text = run(*asked, "--resolution", "1000", "--format", "json", "--quiet").output
    counted = sum(place["population"] for place in json.loads(text)["places"])
    # 12,899 km² in cells of about 1.053 by 1.107 km.
    assert counted == pytest.approx(2 * 12_899 / (1.053 * 1.107), rel=0.02)


def test_a_river_without_a_bridge_stops_walkers(study, plain, tmp_path):
    """It runs across the whole province."""
    river = tmp_path / "แม่น้ำ.geojson"
    line = {"type": "LineString", "coordinates": [[97.2, 18.7], [98.8, 18.7]]}
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    river.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    wet, dry = seconds(with_rivers_of(study, river, none=False)).time_s, plain.time_s
    assert (wet >= dry - 1).all()
    assert (np.minimum(wet, 1e6) > np.minimum(dry, 1e6) + 60).any()


@pytest.mark.slow
def test_land_cover_decides_how_the_ground_is_crossed(tmp_path):
    """West of 98° E lies class 2, which cannot be crossed; east of it the ground is walked."""
    classes = np.where(np.arange(180) < 100, 2, 1) * np.ones((250, 1))
    cover = raster(tmp_path / "cover.tif", classes.astype(np.uint8))
    speeds = tmp_path / "speeds.toml"
    speeds.write_text('[classes.1]\nkph = 5.0\n[classes.2]\nkph = 0.0\nmode = "walking"\n', "utf-8")
    out = tmp_path / "out"
    run(
        "mae_hong_son",
        "--to",
        "hospital",
        "--resolution",
        "1000",
        "--output",
        str(out),
        "--landcover",
        str(cover),
        "--speeds",
        str(speeds),
    )
    with rasterio.open(out / "surface.tif") as surface:
        west = next(surface.sample([next(transform(surface.crs, 97.55, 18.30))]))
        east = next(surface.sample([next(transform(surface.crs, 98.15, 19.10))]))
    assert np.isnan(west[0]), "an island is not reached, and not a large number"
    assert np.isfinite(east[0])
    found = run("mae_hong_son", "--to", "hospital", "--landcover", str(cover), code=2)
    assert "--landcover and --speeds go together" in found.stderr


def raster(path, values, *, crs="EPSG:4326", corner=(97.0, 20.0), cell=0.01, nodata=None):
    """Write a raster of 250 by 180 cells; the usual corner and cell cover the province."""
    cells = np.broadcast_to(np.asarray(values), (250, 180))
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=250,
        width=180,
        count=1,
        dtype=cells.dtype,
        crs=crs,
        transform=from_origin(*corner, cell, cell),
        nodata=nodata,
    ) as file:
        file.write(cells, 1)
    return path


def speeds_of_one(folder):
    """Write a table of speeds with class 1 alone."""
    path = folder / "speeds.toml"
    path.write_text("[classes.1]\nkph = 5.0\n", "utf-8")
    return path


def total(study, path):
    return people_cells(open_population(path), study.tables.boundary)["population"].sum()


def test_people_in_another_system_are_as_many(study, tmp_path):
    """2 people on every 1.21 km² of 12,762; in Web Mercator those are smaller."""
    corner = next(transform("EPSG:32647", 97.1, 20.0))
    two = np.float32(2)
    metres = raster(tmp_path / "utm.tif", two, crs="EPSG:32647", corner=corner, cell=1100)
    assert total(study, metres) == pytest.approx(2 * 12_762 / 1.21, rel=0.01)
    corner = next(transform("EPSG:3857", 97.0, 20.0))
    web = raster(tmp_path / "web.tif", two, crs="EPSG:3857", corner=corner, cell=1100)
    shrunk = np.cos(np.radians(18.75)) ** 2 * 1.1**2
    assert total(study, web) == pytest.approx(2 * 12_899 / shrunk, rel=0.02)


@pytest.mark.parametrize("nodata", [-99999, None])
def test_negative_people_are_nobody(study, tmp_path, nodata):
    """The northern half has no data, said or not."""
    values = np.where(np.arange(250)[:, None] < 120, -99999, 2).astype(np.float32)
    whole = total(study, raster(tmp_path / "whole.tif", np.float32(2)))
    half = total(study, raster(tmp_path / "half.tif", values, nodata=nodata))
    assert 0 < half < whole


@pytest.mark.slow
@pytest.mark.parametrize("north", [250, 90])
def test_districts_without_people_divide_nothing(tmp_path, north):
    """Nobody lives in the first rows of the raster, or nowhere."""
    values = np.where(np.arange(250)[:, None] < north, 0, 2).astype(np.float32)
    people, out = raster(tmp_path / "people.tif", values), tmp_path / "out"
    found = run(
        "mae_hong_son",
        "--to",
        "hospital",
        "--population",
        str(people),
        "--resolution",
        "1000",
        "--output",
        str(out),
    )
    assert "nan" not in found.stdout.lower()
    districts = gpd.read_file(out / "access.gpkg", layer="districts")
    empty = districts[districts["population"] == 0]
    assert len(districts) == 7
    assert len(empty) == 7 if north == 250 else 0 < len(empty) < 7
    assert empty["share_60"].isna().all()


def test_land_cover_in_another_system_is_reprojected(study, plain, tmp_path):
    """All of class 1 at 5 km/h, in Web Mercator: as the ground without land cover."""
    corner = next(transform("EPSG:3857", 97.0, 20.0))
    ones = raster(tmp_path / "one.tif", np.uint8(1), crs="EPSG:3857", corner=corner, cell=1300)
    covered = seconds(study, landcover=ones, speeds=speeds_of_one(tmp_path))
    assert np.array_equal(plain.time_s, covered.time_s, equal_nan=True)


@pytest.mark.parametrize(
    ("option", "values", "where", "message"),
    [
        ("--population", np.float32(2), {"corner": (10, 50)}, "lies elsewhere: it covers lon 10"),
        ("--population", np.float32(2), {"crs": None}, "no coordinate reference system"),
        ("--landcover", np.uint8(1), {"corner": (10, 50)}, "land cover lies elsewhere"),
        ("--landcover", np.uint8(1), {"crs": None}, "no coordinate reference system"),
        ("--landcover", np.uint8(7), {}, "land cover 7 has no speed; classes with one: 1"),
    ],
)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_raster_that_does_not_fit_is_one_line_and_no_file(
    tmp_path, option, values, where, message
):
    path, out = raster(tmp_path / "wrong.tif", values, **where), tmp_path / "out"
    more = ("--speeds", str(speeds_of_one(tmp_path))) if option == "--landcover" else ()
    written = ("--output", str(out), "--map", str(tmp_path / "map.html"), "--quiet")
    asked = ("mae_hong_son", "--to", "hospital", "--resolution", "1000", option, str(path))
    found = run(*asked, *more, *written, code=1)
    assert message in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert found.stdout == ""
    assert not out.exists()
    assert not (tmp_path / "map.html").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_rivers_of_the_import_stop_walkers(sample_data, tmp_path):
    """In Andorra the Valira parts the valley; nobody is nearer for it."""
    folder = sample_data / "andorra"
    import_area("andorra", folder / "andorra.osm.pbf", dem=(folder / "andorra_srtm3.tif",))
    andorra = open_study("andorra")
    rivers, none = (
        travel_time_surface(study, ways=ways_of(study, "dry", Ground(100, 480)))
        for study in (andorra, with_rivers_of(andorra, None, none=True))
    )
    reached = np.isfinite(rivers.time_s)
    longer = rivers.time_s[reached] - none.time_s[reached]
    assert longer.min() > -1
    assert (longer > 300).any()
    assert np.isfinite(none.time_s[reached]).all()
    both = ("--no-rivers", "--rivers", str(tmp_path / "none.geojson"))
    assert "exclude each other" in run("andorra", "--to", "hospital", *both, code=2).stderr


@pytest.mark.parametrize("option", ["--population", "--rivers"])
def test_a_layer_that_is_not_there_is_said(tmp_path, option):
    found = run(
        "mae_hong_son",
        "--to",
        "hospital",
        option,
        str(tmp_path / "none.tif"),
        "--map",
        str(tmp_path / "map.html"),
        code=1,
    )
    assert "none.tif: no such file" in found.stderr
    assert not (tmp_path / "map.html").exists()


def test_without_terrain_the_ground_is_flat(home, tmp_path):
    write_valley(home)
    page = tmp_path / "map.html"
    wanted = ("--to", "district_office", "--map", page, "--resolution", "1000")
    result = done("access", "valley", *wanted)
    assert "ground that is walked counts as flat" in result.stderr
    assert "Village" in page.read_text(encoding="utf-8")


def test_the_answer_says_what_was_asked_of_which_area():
    text = run("mae_hong_son", "--to", "district_office", "--vehicle", "pickup").stdout
    assert text.startswith("Mae Hong Son: to the nearest district office by Pickup")


@pytest.mark.slow
def test_a_world_is_told_and_its_season_holds():
    text = run("mae_hong_son", "--to", "hospital", "--scenario", "monsoon").stdout
    assert "scenario monsoon" in text.splitlines()[0]
    assert "dry" not in text
    assert "Nobody loses access against today." in text
    refused = run(
        "mae_hong_son", "--to", "hospital", "--scenario", "monsoon", "--season", "dry", code=2
    )
    assert "--season dry: a scenario sets the season to wet" in refused.stderr
    cut = run(
        "mae_hong_son",
        "--to",
        "hospital",
        "--scenario",
        "landslide_108_huai_pong",
        "--format",
        "json",
        "--quiet",
    )
    assert "losers_since" in json.loads(cut.stdout)


@pytest.mark.usefixtures("home")
def test_places_of_an_import_are_known_by_name(sample_data):
    import_area("andorra", sample_data / "andorra" / "andorra.osm.pbf")
    text = run("andorra", "--to", "hospital", "--quiet").stdout
    assert "hospital at " in text
    assert "n2050364490" not in text
    route = done("route", "andorra", "Andorra la Vella", "Canillo", "--vehicle", "pickup")
    assert route.stdout.startswith("Andorra la Vella → Canillo")


@pytest.mark.parametrize("format_", ["table", "json"])
def test_a_note_is_told_once(format_):
    result = done(
        "access", "mae_hong_son", "--to", "hospital", "--source", "strategic", "--format", format_
    )
    told = " ".join((result.stdout + result.stderr).split())
    assert told.count("stand for a whole district") + told.count("are weak (quality") == 1
