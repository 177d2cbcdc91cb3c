"""Rivers, lakes and fords of OpenStreetMap."""

from __future__ import annotations

import pytest
import shapely

from layers.area import load_area
from layers.errors import DataError
from layers.osm.water import WATER_COLUMNS, barriers, fords, scan_water
from layers.store.importing import import_area
from layers.store.points import load_water
from layers.store.store import imported_folder
from tests.layers.store.test_facilities import osm, ring

LINE = [(1, 98.0, 19.0, {}), (2, 98.01, 19.01, {}), (3, 98.02, 19.01, {})]
ROAD = (100, [1, 2], {"highway": "primary"})


def kinds(tmp_path, *ways, nodes=LINE, **options):
    found = scan_water(osm(tmp_path / "a.osm", nodes, ways), **options)
    return dict(zip(found["id"], found["kind"], strict=True))


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"waterway": "river"}, "river"),
        ({"waterway": "canal"}, "canal"),
        ({"waterway": "stream"}, None),
        ({"waterway": "ditch"}, None),
        ({"waterway": "river", "tunnel": "yes"}, None),
        ({"waterway": "canal", "tunnel": "culvert"}, None),
        ({"waterway": "river", "tunnel": "no"}, "river"),
        ({"highway": "track", "ford": "yes"}, "ford"),
        ({"highway": "track", "ford": "stepping_stones"}, "ford"),
        ({"highway": "track", "ford": "no"}, None),
        ({"highway": "track", "bridge": "yes"}, None),
    ],
)
def test_what_a_line_is(tmp_path, tags, kind):
    assert kinds(tmp_path, (5, [1, 2, 3], tags)) == ({"w5": kind} if kind else {})


@pytest.mark.parametrize(
    ("tags", "side", "kind"),
    [
        ({"natural": "water"}, 0.002, "water"),
        ({"natural": "water"}, 0.0005, None),
        ({"natural": "water", "water": "reservoir"}, 0.002, "water"),
        ({"natural": "water", "water": "pond"}, 0.002, None),
        ({"natural": "water", "water": "river"}, 0.0005, "river"),
        ({"waterway": "riverbank"}, 0.0005, "river"),
        ({"natural": "wood"}, 0.002, None),
    ],
)
def test_what_an_area_is(tmp_path, tags, side, kind):
    nodes, way = ring(10, 98.0, 19.0, side)
    assert kinds(tmp_path, (5, way, tags), nodes=nodes) == ({"w5": kind} if kind else {})


def test_a_lake_has_its_island_and_a_moat_its_land(tmp_path):
    outer, way = ring(10, 98.0, 19.0, 0.01)
    inner, hole = ring(20, 98.004, 19.004, 0.002)
    moat, around = ring(30, 98.1, 19.0, 0.01)
    path = osm(
        tmp_path / "a.osm",
        [*outer, *inner, *moat],
        [(1, way, {}), (2, hole, {}), (3, around, {"waterway": "canal"})],
        [(9, [(1, "outer"), (2, "inner")], {"type": "multipolygon", "natural": "water"})],
    )
    shapes = scan_water(path).set_index("id").geometry
    assert not shapes["r9"].contains(shapely.Point(98.005, 19.005))
    assert shapes["r9"].contains(shapely.Point(98.002, 19.002))
    assert shapes["w3"].length == pytest.approx(0.04)
    assert shapes["w3"].area == 0


def test_fords_are_points_or_lines_and_seasons_differ(tmp_path):
    nodes = [*LINE[:1], (2, 98.01, 19.01, {"ford": "yes"}), LINE[2]]
    ways = [
        (5, [1, 2, 3], {"waterway": "river", "intermittent": "yes"}),
        (6, [1, 2], {"highway": "track", "ford": "yes"}),
        (7, [2, 3], {"waterway": "river"}),
    ]
    water = scan_water(osm(tmp_path / "a.osm", nodes, ways, ways_first=True))
    assert {name: str(water[name].dtype) for name in WATER_COLUMNS} == WATER_COLUMNS
    assert [shape.geom_type for shape in fords(water)] == ["Point", "LineString"]
    assert len(barriers(water, wet=False)) == 1
    assert len(barriers(water, wet=True)) == 2


def test_only_what_touches_the_area(tmp_path):
    rivers = [(5, [1, 2], {"waterway": "river"}), (6, [2, 3], {"waterway": "river"})]
    within = shapely.box(97.9, 18.9, 98.005, 19.1)
    assert set(kinds(tmp_path, *rivers, within=within)) == {"w5"}
    assert kinds(tmp_path, ROAD, within=within) == {}


@pytest.mark.usefixtures("home")
def test_an_import_keeps_them(tmp_path):
    river = (5, [2, 3], {"waterway": "river"})
    area = import_area("pai", osm(tmp_path / "a.osm", LINE, [ROAD, river])).area
    water = load_water(area)
    assert water["id"].tolist() == ["w5"]
    assert water.crs == area.crs
    assert load_water(load_area("mae_hong_son")).empty
    file = imported_folder("pai") / "water.parquet"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(DataError, match="is damaged .*--overwrite"):
        load_water(area)


def test_andorra_has_its_rivers_and_lakes(sample_data):
    """Counted in the file: 15 rivers and 2 canals above ground; the Valira runs through."""
    water = scan_water(sample_data / "andorra" / "andorra.osm.pbf")
    lines = water[water.geom_type == "LineString"]
    assert lines["kind"].value_counts().to_dict() == {"river": 15, "canal": 2}
    assert 30 < (water["kind"] == "water").sum() < 82
    assert water.is_valid.all()
