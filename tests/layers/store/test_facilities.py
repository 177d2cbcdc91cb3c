"""Facilities and settlements: of the area's own tables, else of its OpenStreetMap import."""

from __future__ import annotations

import shutil
from dataclasses import replace
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import osmium
import pytest
import shapely
from commands import dem_file, osm_file

from geo.access.measures import nearest, od_times, unreached
from geo.study import open_study
from layers.area import load_area, read_boundary
from layers.errors import DataError, MissingFileError
from layers.osm.points import number, scan_points
from layers.store.facilities import count_facilities, facilities, settlements
from layers.store.importing import import_area
from layers.store.store import FORMAT, imported_folder
from layers.tables.facility_kinds import FACILITY_COLUMNS, SETTLEMENT_COLUMNS, facility_kinds
from layers.tables.facility_table import read_facilities
from layers.tables.places import PLACE_KINDS
from layers.tables.villages import placed, read_villages
from layers.tables.zones import read_zones, zones_of
from layers.terrain.terrain import open_terrain

WANTED = (
    "hospital",
    "clinic",
    "school",
    "secondary_school",
    "market",
    "fuel",
    "airport",
    "university",
    "bus_station",
    "police",
    "post_office",
    "district_office",
    "nearest_district_office",
    "collection_point",
    "border_checkpoint",
)


def tagged(tags):
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def osm(path, nodes=(), ways=(), relations=(), *, ways_first=False):
    """Write OSM XML: nodes (id, lon, lat, tags), ways (id, nodes, tags), relations."""
    point = [
        f'<node id="{i}" version="1" lon="{lon}" lat="{lat}">{tagged(tags)}</node>'
        for i, lon, lat, tags in nodes
    ]
    line = []
    for i, refs, tags in ways:
        inner = "".join(f'<nd ref="{n}"/>' for n in refs)
        line.append(f'<way id="{i}" version="1">{inner}{tagged(tags)}</way>')
    group = []
    for i, members, tags in relations:
        inner = "".join(f'<member type="way" ref="{w}" role="{role}"/>' for w, role in members)
        group.append(f'<relation id="{i}" version="1">{inner}{tagged(tags)}</relation>')
    body = [*group, *line, *point] if ways_first else [*point, *line, *group]
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n'
        + "\n".join(body)
        + "\n</osm>",
        encoding="utf-8",
    )
    return path


def ring(first, lon, lat, side):
    """Return the four nodes of a square by its south-western corner, and the way round."""
    corners = [(0, 0), (side, 0), (side, side), (0, side)]
    nodes = [(first + n, lon + x, lat + y, {}) for n, (x, y) in enumerate(corners)]
    return nodes, [first, first + 1, first + 2, first + 3, first]


def read(path, **options):
    return scan_points(path, **options).facilities.set_index("id")


def test_the_kinds_are_those_asked_for():
    assert set(WANTED) == set(facility_kinds())
    tags = [tag for kind in facility_kinds().values() for tag in kind.tags()]
    assert len(tags) == len(set(tags))
    assert all(key and value for key, value in tags)
    assert {p for kind in facility_kinds().values() for p in kind.places} <= set(PLACE_KINDS)


@pytest.mark.parametrize("kind", WANTED)
def test_every_tag_makes_its_kind(tmp_path, kind):
    tags = facility_kinds()[kind].tags()
    nodes = [(n, 98.0, 19.0 + n / 100, {key: value}) for n, (key, value) in enumerate(tags, 1)]
    found = read(osm(tmp_path / "a.osm", nodes))
    assert found["kind"].tolist() == [kind] * len(tags)


def test_names_capacity_and_types(tmp_path):
    tags = {
        "amenity": "hospital",
        "name": "โรงพยาบาลปาย",
        "name:th": "โรงพยาบาลปาย",
        "name:en": "Pai Hospital",
        "beds": "60",
        "capacity": "200",
    }
    path = osm(tmp_path / "a.osm", [(7, 98.4, 19.3, tags), (8, 98.5, 19.3, {"amenity": "school"})])
    found = scan_points(path).facilities
    assert {name: str(found[name].dtype) for name in found} == FACILITY_COLUMNS
    assert found.iloc[0].tolist() == [
        "n7",
        "โรงพยาบาลปาย",
        "Pai Hospital",
        "โรงพยาบาลปาย",
        "hospital",
        98.4,
        19.3,
        60.0,
        "",
        "OpenStreetMap",
    ]
    assert np.isnan(found["capacity"][1])
    assert found["name"][1] == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60", 60),
        ("1,234", 1234),
        ("24 678", 24678),
        ("~300", 300),
        ("12 (2010)", 12),
        ("1234567", 1234567),
    ],
)
def test_numbers_of_tags(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "yes", "none", "-5", "about 20"])
def test_what_is_no_number(text):
    assert np.isnan(number(text))


@pytest.mark.parametrize("ways_first", [False, True])
def test_an_outline_is_at_its_centroid(tmp_path, ways_first):
    nodes, way = ring(10, 98.0, 19.0, 0.002)
    path = osm(tmp_path / "a.osm", nodes, [(5, way, {"amenity": "school"})], ways_first=ways_first)
    found = read(path)
    assert found.loc["w5", ["lon", "lat"]].tolist() == pytest.approx([98.001, 19.001])


@pytest.mark.parametrize("ways_first", [False, True])
def test_a_multipolygon_of_several_ways(tmp_path, ways_first):
    """Two half rings and a hole that does not count."""
    nodes, way = ring(10, 98.0, 19.0, 0.002)
    hole, inner = ring(20, 98.0001, 19.0001, 0.0005)
    path = osm(
        tmp_path / "a.osm",
        [*nodes, *hole],
        [(1, way[:3], {}), (2, way[2:], {}), (3, inner, {})],
        [
            (
                9,
                [(1, "outer"), (2, "outer"), (3, "inner")],
                {"type": "multipolygon", "amenity": "hospital"},
            )
        ],
        ways_first=ways_first,
    )
    assert read(path).loc["r9", ["lon", "lat"]].tolist() == pytest.approx([98.001, 19.001])


def test_what_lacks_nodes_is_where_the_rest_is(tmp_path):
    nodes, way = ring(10, 98.0, 19.0, 0.002)
    ways = [(5, way, {"amenity": "school"}), (6, [99, 98], {"amenity": "school"})]
    found = read(osm(tmp_path / "a.osm", nodes[:2], ways))
    assert found.index.tolist() == ["w5"]
    assert found.loc["w5", "lat"] == 19.0


def test_drawn_twice_is_one(tmp_path):
    """A nameless outline takes name and beds of the node inside; a school there is another."""
    nodes, way = ring(10, 98.0, 19.0, 0.002)
    nodes += [
        (1, 98.001, 19.001, {"amenity": "hospital", "name": "Pai", "name:en": "Pai", "beds": "60"}),
        (2, 98.0012, 19.001, {"amenity": "school"}),
        (3, 98.01, 19.01, {"amenity": "hospital", "name": "Pai"}),
    ]
    found = read(osm(tmp_path / "a.osm", nodes, [(5, way, {"amenity": "hospital"})]))
    assert found.index.tolist() == ["n2", "n3", "w5"]
    assert found.loc["w5", ["name", "name_en", "capacity"]].tolist() == ["Pai", "Pai", 60]


def test_two_schools_on_one_ground_are_two(tmp_path):
    nodes, way = ring(10, 98.0, 19.0, 0.002)
    nodes += [
        (1, 98.0005, 19.001, {"amenity": "school", "name": "Upper"}),
        (2, 98.0015, 19.001, {"amenity": "school", "name": "Lower"}),
        (3, 98.0015, 19.0015, {"amenity": "school"}),
    ]
    found = read(osm(tmp_path / "a.osm", nodes, [(5, way, {"amenity": "school", "name": "All"})]))
    assert found["name"].tolist() == ["Upper", "Lower", "All"]


def test_only_within_the_area(tmp_path):
    fuel, village = {"amenity": "fuel"}, {"place": "village"}
    nodes = [(1, 98.0, 19.0, fuel), (2, 99.0, 19.0, fuel)]
    nodes += [(3, 98.0, 19.0, village), (4, 99.0, 19.0, village)]
    found = scan_points(osm(tmp_path / "a.osm", nodes), within=shapely.box(97, 18, 98.5, 20))
    assert found.facilities["id"].tolist() == ["n1"]
    assert found.settlements["id"].tolist() == ["n3"]


def test_settlements_with_people_and_heights(tmp_path):
    nodes = [
        (1, 98.0, 19.0, {"place": "village", "name": "บ้าน", "population": "1,200", "ele": "870"}),
        (2, 98.05, 19.0, {"place": "town", "name": "Pai"}),
        (3, 98.06, 19.0, {"place": "locality", "name": "field"}),
    ]
    path = osm(tmp_path / "a.osm", nodes)
    found = scan_points(path).settlements
    assert {name: str(found[name].dtype) for name in found} == SETTLEMENT_COLUMNS
    assert found["kind"].tolist() == ["village", "town"]
    assert found["population"].fillna(-1).tolist() == [1200, -1]
    assert found["elevation_m"].fillna(-1).tolist() == [870, -1]
    ground = open_terrain(dem_file(tmp_path / "dem.tif"))
    filled = scan_points(path, terrain=ground).settlements
    assert filled["elevation_m"].tolist() == pytest.approx([870, 500])


def test_a_file_without_any(tmp_path):
    found = scan_points(osm_file(tmp_path / "a.osm"))
    assert found.facilities.empty
    assert found.settlements.empty
    assert list(found.facilities) == list(FACILITY_COLUMNS)


def test_bad_files_are_named(tmp_path):
    with pytest.raises(MissingFileError):
        scan_points(tmp_path / "none.osm")
    (tmp_path / "a.osm").write_text("<osm", encoding="utf-8")
    with pytest.raises(DataError, match="a.osm: is damaged"):
        scan_points(tmp_path / "a.osm")


# An area with tables of its own.


def test_the_tables_of_an_area():
    area = load_area("mae_hong_son")
    hospitals = facilities(area, "hospital")
    assert {name: str(hospitals[name].dtype) for name in hospitals} == FACILITY_COLUMNS
    assert hospitals["name"].str.contains("โรงพยาบาล").any()
    offices = facilities(area, "district_office")
    assert {"pai", "mae_hong_son"} <= set(offices["id"])
    assert "huai_ton_nun" in set(facilities(area, "border_checkpoint")["id"])
    assert (offices["kind"] == "district_office").all()


def test_the_tambons_of_an_area():
    found = settlements(load_area("mae_hong_son"), villages=False)
    assert {name: str(found[name].dtype) for name in found} == SETTLEMENT_COLUMNS
    assert len(found) == 45
    assert found["tambon"].str.fullmatch(r"58\d{4}").all()
    assert (found["kind"] == "tambon").all()
    assert sorted(found["district"].unique()) == [f"580{n}" for n in range(1, 8)]
    assert 200_000 < found["population"].sum() < 300_000
    assert found["elevation_m"].between(100, 1500).all()


def test_none_of_a_kind_lists_those_there_are():
    area = load_area("tak")
    counts = count_facilities(area)
    assert counts["clinic"] == 0
    told = f"has no clinic; there are: hospital {counts['hospital']}, school {counts['school']}"
    with pytest.raises(DataError, match=told):
        facilities(area, "clinic")
    with pytest.raises(DataError, match="'hospitl' are no known kind; did you mean 'hospital'"):
        facilities(area, "hospitl")


# An imported area.

POINTS = {"A": (98.0, 19.0), "B": (98.1, 19.0)}


def imported(tmp_path, name, *nodes):
    """Import a road with further nodes."""
    ends = [(n, lon, lat, {}) for n, (lon, lat) in enumerate(POINTS.values(), start=1)]
    road = [(100, [1, 2], {"highway": "primary"})]
    return import_area(name, osm(tmp_path / f"{name}.osm", [*ends, *nodes], road)).area


@pytest.mark.usefixtures("home")
def test_what_is_imported_is_kept(tmp_path):
    area = imported(
        tmp_path,
        "pai",
        (11, 98.01, 19.0, {"amenity": "clinic"}),
        (12, 98.02, 19.0, {"place": "hamlet"}),
    )
    assert facilities(area, "clinic")["id"].tolist() == ["n11"]
    assert settlements(area)["id"].tolist() == ["n12"]
    with pytest.raises(DataError, match="there are: clinic 1; none of: hospital"):
        facilities(area, "hospital")


@pytest.mark.usefixtures("home")
def test_an_import_without_any(tmp_path):
    area = imported(tmp_path, "pai")
    with pytest.raises(DataError, match="there are: none of any kind"):
        facilities(area, "hospital")
    with pytest.raises(DataError, match="has no settlements"):
        settlements(area)


@pytest.mark.usefixtures("home")
def test_the_areas_own_table_wins(tmp_path):
    own = facilities(load_area("mae_hong_son"), "hospital")
    points = [
        (11, 97.97, 19.3, {"amenity": "hospital"}),
        (12, 97.97, 19.31, {"amenity": "clinic"}),
        (13, 97.97, 19.31, {"place": "village"}),
        (21, 97.96, 19.3, {}),
        (22, 97.98, 19.3, {}),
    ]
    path = osm(tmp_path / "a.osm", points, [(100, [21, 22], {"highway": "primary"})])
    area = import_area("mae_hong_son", path).area
    assert facilities(area, "hospital")["id"].tolist() == own["id"].tolist()
    assert facilities(area, "clinic")["id"].str.startswith("clinic_osm_").all()
    assert set(settlements(area)["id"]) == set(placed(read_villages(area))["id"])
    assert len(settlements(area, villages=False)) == 45


@pytest.mark.parametrize("name", ["facilities", "settlements"])
@pytest.mark.usefixtures("home")
def test_damaged_tables_are_told(tmp_path, name):
    area = imported(tmp_path, "pai", (11, 98.01, 19.0, {"amenity": "clinic"}))
    file = imported_folder("pai") / f"{name}.parquet"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(DataError, match="is damaged .*--overwrite"):
        facilities(area, "clinic") if name == "facilities" else settlements(area)
    file.unlink()
    with pytest.raises(DataError, match="is damaged .*--overwrite"):
        facilities(area, "clinic") if name == "facilities" else settlements(area)


# Andorra.


def test_andorra_has_its_hospital(sample_data):
    """Way 194554955 is the Hospital Nostra Senyora de Meritxell in Escaldes-Engordany."""
    found = read(sample_data / "andorra" / "andorra.osm.pbf")
    hospital = found.loc["w194554955"]
    assert hospital["kind"] == "hospital"
    assert (hospital["lon"], hospital["lat"]) == pytest.approx((1.534, 42.5115), abs=0.001)


def test_andorra_counted_by_a_tiny_reader(sample_data):
    path = sample_data / "andorra" / "andorra.osm.pbf"
    points = scan_points(path)
    counts = {}
    villages = 0
    for entity in osmium.FileProcessor(str(path)):
        amenity = entity.tags.get("amenity", "")
        counts[amenity] = counts.get(amenity, 0) + 1
        villages += entity.is_node() and entity.tags.get("place") in {"town", "village", "hamlet"}
    found = points.facilities["kind"].value_counts()
    # Nothing in this file is drawn twice.
    assert found["hospital"] == counts["hospital"]
    assert found["fuel"] == counts["fuel"]
    assert 10 < found["fuel"] < 40
    assert len(points.settlements) == villages
    capital = points.settlements.set_index("name").loc["Andorra la Vella"]
    assert capital["population"] == 24_678
    assert capital["name_th"] == "อันดอร์ราลาเบยา"


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_andorra_from_file_to_hospital(sample_data):
    folder = sample_data / "andorra"
    imported = import_area(
        "andorra", folder / "andorra.osm.pbf", dem=(folder / "andorra_srtm3.tif",)
    )
    places, hospitals = settlements(imported.area), facilities(imported.area, "hospital")
    assert places["elevation_m"].between(700, 2600).all()
    trip = open_study("andorra").trip("car", "dry", 1.0, "time")
    times = od_times(trip, places, hospitals)
    assert unreached(times) == ()
    best = nearest(times)
    assert len(best) == len(places)
    minutes = best["travel_time_s"] / 60
    assert 3 < minutes.median() < 20
    assert minutes.max() < 60
    capital = places["id"][places["name"] == "Andorra la Vella"].item()
    assert best.set_index("from_id").loc[capital, "to_id"] in {"w194554955", "n2050364490"}


@pytest.mark.usefixtures("home")
def test_an_import_of_an_older_version_is_told(tmp_path):
    area = imported(tmp_path, "pai", (11, 98.01, 19.0, {"amenity": "clinic"}))
    stored = imported_folder("pai") / "network.json"
    text = stored.read_text(encoding="utf-8").replace(f'"format": {FORMAT}', '"format": 2')
    stored.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="another version"):
        facilities(area, "clinic")
    shutil.rmtree(imported_folder("pai"))
    with pytest.raises(DataError, match="has no clinic"):
        facilities(area, "clinic")


# A table of facilities.


def test_the_table_of_an_area_joins_its_places():
    """The seven hospitals of the province stand once, and none of them in the wrong district."""
    area = load_area("mae_hong_son")
    hospitals = facilities(area, "hospital")
    inside = shapely.contains_xy(read_boundary(area), hospitals[["lon", "lat"]].to_numpy())
    zones = zones_of(read_zones(area), "district")
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*hospitals[inside][["lon", "lat"]].to_numpy().T), crs=4326
    )
    assert sorted(points.sjoin(zones)["code"]) == [f"580{n}" for n in range(1, 8)]
    schools = facilities(area, "school")
    assert set(facilities(area, "secondary_school")["id"]) < set(schools["id"])
    assert len(schools) > 200
    assert schools["id"].is_unique
    assert set(read_facilities(area)["kind"]) <= set(facility_kinds())


def test_offices_know_their_district():
    offices = facilities(load_area("mae_hong_son"), "district_office").set_index("id")["district"]
    assert offices[["mae_hong_son", "pai", "mae_chaem"]].tolist() == ["5801", "5803", "5003"]


def test_an_unknown_kind_in_the_table_is_told(tmp_path):
    path = tmp_path / "facilities.csv"
    path.write_text(
        "id,kind,name_en,name_th,lon,lat,capacity,source,date,quality\na,clinik,A,,98,19,,x,,B\n",
        "utf-8",
    )
    area = load_area("mae_hong_son")
    changed = replace(area, layers=replace(area.layers, facilities=(path,)))
    with pytest.raises(DataError, match="row 2, column 'kind': 'clinik' is none of hospital, cl"):
        read_facilities(changed)
