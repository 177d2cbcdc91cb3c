"""Areas: which there are, whose comes first, and what one must hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from commands import polygon_file

from layers.area import SHIPPED, check_slug, data_folder, find_areas, load_area, read_boundary
from layers.errors import CrsError, DataError, MissingFileError, UnknownNameError
from layers.io.vector import read_polygon
from layers.setup.checking import check_area

AREA = """title_en = "Pai"
title_th = "ปาย"
crs = "EPSG:32647"

[layers]
boundary = "edge.geojson"
"""


def make(folder: Path, text: str = AREA) -> Path:
    folder.mkdir(parents=True)
    (folder / "area.toml").write_text(text, encoding="utf-8")
    polygon_file(folder / "edge.geojson", 98.0, 19.0, 98.5, 19.5)
    return folder


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("slug", sorted(path.parent.name for path in SHIPPED.glob("*/area.toml")))
def test_every_shipped_area_is_sound(slug):
    area = load_area(slug)
    assert area.folder == SHIPPED / slug
    assert area.sources
    assert check_area(area).problems == ()


def test_home_is_chosen_by_the_environment(home):
    assert data_folder() == home
    assert set(find_areas()) == {path.parent.name for path in SHIPPED.glob("*/area.toml")}


def test_an_own_area(home):
    folder = make(home / "areas" / "pai")
    area = load_area("pai")
    assert (area.slug, area.title("en"), area.title("th")) == ("pai", "Pai", "ปาย")
    assert area.layers.boundary == folder / "edge.geojson"
    assert area.layers.places == ()
    assert read_boundary(area).bounds == (98.0, 19.0, 98.5, 19.5)


def test_an_own_area_takes_the_place_of_a_shipped_one(home):
    make(home / "areas" / "mae_hong_son")
    assert load_area("mae_hong_son").title_en == "Pai"
    shutil.rmtree(home / "areas" / "mae_hong_son")
    assert load_area("mae_hong_son").title_en == "Mae Hong Son"


def test_what_is_no_area_is_not_listed(home):
    make(home / "areas" / ".writing-x")
    (home / "areas" / "empty").mkdir()
    (home / "areas" / "file").touch()
    assert set(find_areas()) == {path.parent.name for path in SHIPPED.glob("*/area.toml")}


@pytest.mark.usefixtures("home")
def test_an_area_anywhere_on_disk(tmp_path):
    folder = make(tmp_path / "งาน ของฉัน" / "pai")
    area = load_area(str(folder))
    assert (area.slug, area.folder) == ("pai", folder)
    make(tmp_path / "My Area")
    with pytest.raises(DataError, match="area name 'My Area'"):
        load_area(str(tmp_path / "My Area"))


def test_an_unknown_area_offers_the_nearest(home):
    make(home / "areas" / "pai")
    with pytest.raises(UnknownNameError) as caught:
        load_area("pay")
    known = [*sorted(path.parent.name for path in SHIPPED.glob("*/area.toml")), "pai"]
    assert str(caught.value) == (
        f"area 'pay' is not known; did you mean 'pai'? areas: {', '.join(known)}"
    )
    with pytest.raises(LookupError, match="areas: .*mae_hong_son.*, pai"):
        load_area("zzz")


@pytest.mark.parametrize("slug", ["a", "pai", "mae_hong_son", "tak2", "a" * 63, "console", "com"])
def test_a_good_slug(slug):
    assert check_slug(slug) == slug


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "Pai",
        "2pai",
        "_pai",
        "mae-hong-son",
        "mae hong son",
        "ปาย",
        "a" * 64,
        "..",
        "a/b",
        "a\\b",
        "pai\n",
        "pai.",
        "con",
        "nul",
        "aux",
        "com1",
        "lpt9",
    ],
)
def test_a_bad_slug(slug):
    with pytest.raises(DataError, match="area name"):
        check_slug(slug)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("EPSG:32647", "EPSG:4326", "area.toml: key 'crs': 'EPSG:4326' is not in metres"),
        ("EPSG:32647", "EPSG:1", "area.toml: key 'crs': 'EPSG:1' is no known"),
        ("crs", "csr", "key 'csr': unknown; did you mean 'crs'?"),
        ("boundary =", "bondary =", "key 'layers.boundary': missing"),
        ("[layers]", "margin_km = -1\n[layers]", "-1.0 km is not within 0 to 500 km"),
        ("[layers]", "slug = 'x'\n[layers]", "key 'slug': unknown"),
    ],
)
def test_a_bad_area(home, old, new, says):
    make(home / "areas" / "pai", AREA.replace(old, new))
    with pytest.raises(DataError) as caught:
        load_area("pai")
    assert says in str(caught.value)
    assert str(home / "areas" / "pai" / "area.toml") in str(caught.value)


def test_polygons_of_several_features_become_one(tmp_path):
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]), shapely.box(1, 0, 2, 1)
    features = ",".join(
        f'{{"type":"Feature","properties":{{}},"geometry":{shapely.to_geojson(part)}}}'
        for part in parts
    )
    path = tmp_path / "edge.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[{features}]}}', encoding="utf-8")
    shape = read_polygon(path)
    assert shape.geom_type == "Polygon"
    assert shape.area == pytest.approx(2)


def test_a_boundary_in_metres_is_brought_to_degrees(tmp_path):
    there = gpd.GeoSeries([shapely.box(98.0, 19.0, 98.5, 19.5)], crs="EPSG:4326")
    there.to_crs("EPSG:32647").to_file(tmp_path / "edge.gpkg")
    assert read_polygon(tmp_path / "edge.gpkg").bounds == pytest.approx((98, 19, 98.5, 19.5))


def test_a_boundary_without_a_coordinate_system(tmp_path):
    there = gpd.GeoSeries([shapely.box(98.0, 19.0, 98.5, 19.5)], crs="EPSG:4326")
    there.to_file(tmp_path / "edge.shp")
    assert read_polygon(tmp_path / "edge.shp").bounds == (98.0, 19.0, 98.5, 19.5)
    (tmp_path / "edge.prj").unlink()
    with pytest.raises(CrsError, match=r"edge\.shp: has no coordinate reference system"):
        read_polygon(tmp_path / "edge.shp")


def test_a_boundary_that_is_not_there(tmp_path):
    with pytest.raises(MissingFileError, match=r"edge\.shp: no such file"):
        read_polygon(tmp_path / "edge.shp")
