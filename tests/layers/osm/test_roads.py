"""OpenStreetMap files, written by the tests themselves."""

import bz2
import gzip
import tempfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely

from layers.errors import CrsError, DataError, MissingFileError
from layers.osm.roads import osm_bounds, read_osm, scan_osm, to_roads
from layers.roads.network import components
from layers.roads.schema import NODE_COLUMNS, ONEWAY, RESTRICTION_COLUMNS, SEGMENT_COLUMNS

UTM = "EPSG:32647"
PRIMARY = {"highway": "primary"}

Way = tuple[int, list[int], dict[str, str]]
Relation = tuple[int, list[tuple[str, int, str]], dict[str, str]]


def place(node: int) -> tuple[float, float]:
    """Lon and lat of a node: a grid of 0.01 degrees, ten to a row."""
    return 98.0 + node % 10 * 0.01, 19.0 + node // 10 * 0.01


def xml(
    ways: list[Way],
    relations: list[Relation] | None = None,
    *,
    missing: tuple[int, ...] = (),
    nodes_last: bool = False,
    way_date: str = "",
) -> str:
    """An OSM XML text with the nodes that the ways name."""

    def tags(pairs: dict[str, str]) -> str:
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in pairs.items())

    ids = sorted({ref for _, refs, _ in ways for ref in refs} - set(missing))
    nodes = "".join(
        f'<node id="{ref}" lon="{place(ref)[0]:.7f}" lat="{place(ref)[1]:.7f}"/>' for ref in ids
    )
    drawn = "".join(
        f'<way id="{way}"{way_date}>{"".join(f"<nd ref={quoteattr(str(ref))}/>" for ref in refs)}'
        f"{tags(pairs)}</way>"
        for way, refs, pairs in ways
    )
    related = "".join(
        f'<relation id="{osm_id}">'
        + "".join(f'<member type="{t}" ref="{ref}" role="{role}"/>' for t, ref, role in members)
        + f"{tags(pairs)}</relation>"
        for osm_id, members, pairs in relations or []
    )
    body = drawn + related + nodes if nodes_last else nodes + drawn + related
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{body}</osm>'


@pytest.fixture
def read(tmp_path):
    """Write a file with `xml` and read it."""

    def write_and_read(*args, within=None, **kwargs):
        path = tmp_path / "roads.osm"
        path.write_text(xml(*args, **kwargs), encoding="utf-8")
        return read_osm(path, crs=UTM, within=within)

    return write_and_read


def ends(roads) -> list[tuple[int, int]]:
    """OSM ids of both ends of every segment."""
    osm_id = roads.nodes["osm_id"].to_numpy()
    return [
        (int(osm_id[u]), int(osm_id[v]))
        for u, v in zip(roads.segments["u"], roads.segments["v"], strict=True)
    ]


def test_columns_and_types(read):
    roads = read([(1, [0, 1, 2], PRIMARY), (2, [1, 11], {"highway": "track"})])
    assert list(roads.segments) == [*SEGMENT_COLUMNS, "geometry"]
    assert {name: str(roads.segments[name].dtype) for name in SEGMENT_COLUMNS} == SEGMENT_COLUMNS
    assert {name: str(kind) for name, kind in roads.nodes.dtypes.items()} == NODE_COLUMNS
    assert list(roads.restrictions) == list(RESTRICTION_COLUMNS)
    assert roads.segments.crs == UTM
    assert roads.segments.index.tolist() == [0, 1, 2]
    assert set(roads.segments["source"]) == {"osm"}
    assert roads.nodes["elevation_m"].isna().all()
    text = roads.segments.select_dtypes("category")
    assert not text.isna().any().any()
    assert all(column.cat.categories.dtype == "str" for _, column in text.items())
    assert roads.segments[["lanes", "width_m", "maxspeed_kph"]].isna().all().all()
    assert ends(roads) == [(0, 1), (1, 2), (1, 11)]


def test_geometry_ends_at_the_nodes_and_length_is_geodesic(read):
    roads = read([(1, [0, 10], PRIMARY), (2, [0, 1], {"highway": "track"})])
    for _, row in roads.segments.iterrows():
        start, stop = roads.nodes.iloc[row["u"]], roads.nodes.iloc[row["v"]]
        assert row.geometry.coords[0] == (start["x"], start["y"])
        assert row.geometry.coords[-1] == (stop["x"], stop["y"])
    # 0.01 degrees at 19° N on WGS 84: 1106.98 m of meridian, 1052.9 m of parallel.
    assert roads.segments["length_m"].tolist() == pytest.approx([1106.9, 1052.97], rel=3e-4)


def test_components(read):
    roads = read([(1, [0, 1], PRIMARY), (2, [20, 21, 22], PRIMARY), (3, [21, 31], PRIMARY)])
    assert roads.segments["component"].tolist() == [1, 0, 0, 0]
    expected = components(len(roads.nodes), roads.segments[["u", "v"]].to_numpy())
    assert np.array_equal(roads.nodes["component"], expected)


def test_ways_are_joined_and_keep_the_first_id(read):
    roads = read([(7, [0, 1, 2], PRIMARY), (8, [3, 2], PRIMARY), (9, [3, 4], {"highway": "track"})])
    assert ends(roads) == [(0, 3), (3, 4)]
    assert roads.segments["osm_id"].tolist() == [7, 9]
    assert shapely.get_num_coordinates(roads.segments.geometry.to_numpy()).tolist() == [4, 2]


def test_names_in_thai(read):
    names = {
        "name": "ทางหลวงหมายเลข 108",
        "name:th": "ถนน<b>",
        "name:en": "Route 108",
        "ref": "108",
    }
    row = read([(1, [0, 1], PRIMARY | names)]).segments.iloc[0]
    assert (row["name"], row["name_th"], row["name_en"], row["ref"]) == tuple(names.values())


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, "both"),
        ({"oneway": "yes"}, "forward"),
        ({"oneway": "true"}, "forward"),
        ({"oneway": "1"}, "forward"),
        ({"oneway": "-1"}, "backward"),
        ({"oneway": "reverse"}, "backward"),
        ({"oneway": "no", "highway": "motorway"}, "both"),
        ({"highway": "motorway"}, "forward"),
        ({"highway": "motorway_link"}, "both"),
        ({"oneway": "reversible"}, "both"),
    ],
)
def test_oneway(read, tags, expected):
    column = read([(1, [0, 1], PRIMARY | tags)]).segments["oneway"]
    assert column.tolist() == [expected]
    assert tuple(column.cat.categories) == ONEWAY


def test_oneway_of_a_line_that_runs_against_its_first_way(read):
    """4-->0-->1-->2 , where the first way of the line, 3, was drawn from 0 to 4."""
    roads = read(
        [
            (1, [0, 1], PRIMARY | {"oneway": "yes"}),
            (2, [2, 1], PRIMARY | {"oneway": "-1"}),
            (3, [0, 4], PRIMARY | {"oneway": "-1"}),
        ]
    )
    assert ends(roads) == [(4, 2)]
    assert roads.segments["oneway"].tolist() == ["forward"]
    assert roads.segments["osm_id"].tolist() == [3]


def test_roundabout(read):
    roads = read(
        [
            (1, [1, 2, 12, 11, 1], PRIMARY | {"junction": "roundabout"}),
            (2, [0, 1], PRIMARY),
            (3, [12, 22], PRIMARY),
        ]
    )
    assert ends(roads) == [(1, 12), (12, 1), (0, 1), (12, 22)]
    assert roads.segments["oneway"].tolist() == ["forward", "forward", "both", "both"]


def test_closed_way_alone(read):
    roads = read([(1, [0, 1, 11, 0], PRIMARY)])
    assert ends(roads) == [(0, 0)]
    assert roads.segments.geometry.iloc[0].is_closed


def test_ferry(read):
    roads = read(
        [
            (1, [0, 10], {"route": "ferry", "duration": "00:10", "motor_vehicle": "no"}),
            (2, [10, 20, 30], {"route": "ferry", "maxspeed": "12"}),
            (3, [30, 40], {"route": "bus"}),
        ]
    )
    assert roads.segments["highway"].tolist() == ["ferry", "ferry"]
    assert roads.segments["access"].tolist() == ["no", ""]
    first, second = roads.segments["maxspeed_kph"]
    assert first == pytest.approx(roads.segments["length_m"][0] / 600 * 3.6)
    assert second == 12


def test_ferry_cut_by_the_edge_of_the_file_has_no_speed(read):
    tags = {"route": "ferry", "duration": "00:10"}
    assert read([(1, [0, 10, 20], tags)], missing=(20,)).segments["maxspeed_kph"].isna().all()


def test_what_is_no_road_is_left_out(read):
    roads = read(
        [
            (1, [0, 1], PRIMARY),
            (2, [1, 2], {"highway": "construction"}),
            (3, [2, 3], {"highway": "proposed"}),
            (4, [3, 4, 14, 3], {"highway": "pedestrian", "area": "yes"}),
            (5, [4, 5], {"waterway": "river"}),
            (6, [5], PRIMARY),
            (7, [6, 6], PRIMARY),
        ]
    )
    # Of a square one goes along the outline.
    assert roads.segments["osm_id"].tolist() == [1, 4]
    assert "1 road is drawn as an area; one goes along its outline." in roads.notes


def test_nodes_at_one_place_do_not_cut_a_road(tmp_path):
    text = xml([(1, [0, 1], PRIMARY), (2, [2, 3], PRIMARY), (3, [1, 2], PRIMARY)])
    here, there = ('lon="98.0100000"', 'lon="98.0200000"')
    path = tmp_path / "roads.osm"
    path.write_text(text.replace(there, here), encoding="utf-8")
    roads = read_osm(path, crs=UTM)
    assert ends(roads) == [(0, 3)]
    assert (
        (np.diff(shapely.get_coordinates(roads.segments.geometry), axis=0) != 0).any(axis=1).all()
    )


CROSSING = [
    (1, [0, 1], PRIMARY),
    (2, [1, 2], PRIMARY),
    (3, [1, 11], {"highway": "track"}),
]


def turn(start: int, via: int, stop: int, **tags: str) -> Relation:
    members = [("way", start, "from"), ("node", via, "via"), ("way", stop, "to")]
    return (5, members, {"type": "restriction", "restriction": "no_left_turn"} | tags)


def test_restriction(read):
    roads = read(CROSSING, [turn(1, 1, 3, **{"except": "Bus; hgv"})])
    assert {name: str(kind) for name, kind in roads.restrictions.dtypes.items()} == {
        name: "str" if kind == "str" else kind for name, kind in RESTRICTION_COLUMNS.items()
    }
    (row,) = roads.restrictions.to_dict("records")
    assert roads.segments["osm_id"][row["from_segment"]] == 1
    assert roads.segments["osm_id"][row["to_segment"]] == 3
    assert roads.nodes["osm_id"][row["via_node"]] == 1
    assert (row["kind"], row["except_vehicles"], row["osm_id"]) == ("no_left_turn", "bus;hgv", 5)
    assert roads.notes == ()


def test_restriction_keeps_a_node_where_two_ways_meet(read):
    ways = [(1, [0, 1, 2], PRIMARY), (2, [2, 3, 4], PRIMARY)]
    assert ends(read(ways)) == [(0, 4)]
    roads = read(ways, [turn(1, 2, 2, restriction="no_straight_on")])
    assert ends(roads) == [(0, 2), (2, 4)]
    assert roads.restrictions[["from_segment", "to_segment"]].to_numpy().tolist() == [[0, 1]]


def test_restriction_for_trucks_spares_the_others(read):
    relation = turn(1, 1, 3)
    tags = {"type": "restriction", "restriction:hgv": "no_right_turn"}
    row = read(CROSSING, [(*relation[:2], tags)]).restrictions.iloc[0]
    assert row["kind"] == "no_right_turn"
    assert "motorcar" in row["except_vehicles"].split(";")
    assert "hgv" not in row["except_vehicles"].split(";")


def test_restriction_from_several_ways(read):
    members = [("way", 1, "from"), ("way", 2, "from"), ("node", 1, "via"), ("way", 3, "to")]
    relation = (5, members, {"type": "restriction", "restriction": "no_entry"})
    roads = read(CROSSING, [relation])
    assert roads.restrictions[["from_segment", "to_segment"]].to_numpy().tolist() == [
        [0, 2],
        [1, 2],
    ]


@pytest.mark.parametrize(
    "relation",
    [
        turn(1, 1, 99),
        turn(1, 2, 3),
        turn(1, 77, 3),
        (5, [("way", 1, "from"), ("way", 2, "via"), ("way", 3, "to")], turn(1, 1, 1)[2]),
    ],
    ids=["way not there", "node not on both", "node not there", "over a way"],
)
def test_restriction_that_is_not_there_is_counted(read, relation):
    roads = read(CROSSING, [relation])
    assert len(roads.restrictions) == 0
    assert roads.notes == ("1 turn restriction could not be matched to roads and is left out.",)


@pytest.mark.parametrize(
    "tags",
    [
        {"type": "route", "route": "bus"},
        {"type": "restriction", "restriction:bicycle": "no_left_turn"},
        {"type": "restriction", "restriction": "maybe"},
    ],
)
def test_other_relations_are_no_restrictions(read, tags):
    roads = read(CROSSING, [(*turn(1, 1, 3)[:2], tags)])
    assert (len(roads.restrictions), roads.notes) == (0, ())


def test_restriction_through_the_middle_of_a_way(read):
    """The way goes on beyond the node; only a one-way leaves no doubt where one arrives."""
    ways = [(1, [0, 1, 2], PRIMARY), (3, [1, 11], PRIMARY)]
    assert len(read(ways, [turn(1, 1, 3)]).restrictions) == 0
    ways = [(1, [0, 1, 2], PRIMARY | {"oneway": "yes"}), (3, [1, 11], PRIMARY)]
    roads = read(ways, [turn(1, 1, 3)])
    assert ends(roads)[roads.restrictions["from_segment"][0]] == (0, 1)


ROW = [
    (1, [0, 1, 2, 3], PRIMARY),
    (2, [3, 13], PRIMARY),
    (3, [3, 4], PRIMARY),
    (4, [33, 34], PRIMARY),
]


def test_clip_keeps_segments_whole(read):
    roads = read(ROW, within=shapely.box(97.9, 18.9, 98.005, 19.005))
    assert ends(roads) == [(0, 3)]


def test_clip_by_the_shape_not_its_extent(read):
    triangle = shapely.Polygon([(97.99, 18.99), (98.045, 18.99), (97.99, 19.035)])
    assert set(ends(read(ROW, within=triangle))) == {(0, 3), (3, 13), (3, 4)}
    with pytest.raises(DataError, match="none of its 4 roads lies in the area"):
        read(ROW, within=shapely.Polygon([(98.05, 19.0), (98.05, 19.04), (98.044, 19.04)]))


def test_clip_joins_where_the_third_road_is_gone(read):
    ways = [(1, [0, 1], PRIMARY), (2, [1, 2], PRIMARY), (3, [1, 11], PRIMARY)]
    box = shapely.box(98.0, 18.99, 98.02, 18.9999999).union(shapely.Point(98.0, 19.0))
    assert ends(read(ways, within=box.union(shapely.Point(98.02, 19.0)))) == [(0, 2)]


def test_clip_while_reading_or_afterwards_is_the_same(tmp_path):
    path = tmp_path / "roads.osm"
    crossing = [(number + 10, *rest) for number, *rest in CROSSING]
    path.write_text(xml(ROW + crossing, [turn(1, 1, 3)]), encoding="utf-8")
    area = shapely.box(98.025, 18.9, 98.05, 19.005)
    one = read_osm(path, crs=UTM, within=area)
    two = to_roads(scan_osm(path), crs=UTM, within=area)
    pd.testing.assert_frame_equal(one.segments, two.segments)
    pd.testing.assert_frame_equal(one.nodes, two.nodes)
    assert not shapely.is_prepared(area)


def test_no_road_in_the_area(read):
    with pytest.raises(DataError) as error:
        read(ROW, [turn(1, 1, 3)], within=shapely.box(10, 10, 11, 11))
    assert "none of its 4 roads lies in the area" in str(error.value)
    assert "lon 98.000…98.040, lat 19.000…19.030" in str(error.value)
    assert "roads.osm" in str(error.value)


def test_roads_without_length(read):
    with pytest.raises(DataError, match="none of its 1 roads has a length"):
        read([(7, [6, 6], PRIMARY)])


def test_missing_nodes_cut_a_way(read):
    roads = read([(1, [0, 1, 2, 3, 4, 5], PRIMARY), (2, [5, 15], PRIMARY)], missing=(2, 15))
    assert ends(roads) == [(0, 1), (3, 5)]
    assert roads.notes == (
        "1 road has fewer than two nodes in the file and is left out.",
        "1 road lacks nodes in the file; the stretches that are there are kept.",
    )


def test_all_nodes_missing(read):
    with pytest.raises(DataError, match="2 roads but none of the nodes"):
        read([(1, [0, 1], PRIMARY), (2, [1, 2], PRIMARY)], missing=(0, 1, 2))


def test_nodes_after_ways_as_overpass_writes_them(read):
    assert ends(read(ROW, nodes_last=True)) == ends(read(ROW))


@pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".OSM"])
def test_every_ending(tmp_path, ending):
    path = tmp_path / f"roads{ending}"
    write(path, ROW)
    assert ends(read_osm(path, crs=UTM)) == [(0, 3), (3, 13), (3, 4), (33, 34)]


@pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.pbf"])
def test_thai_path(tmp_path, ending):
    path = tmp_path / "แม่ฮ่องสอน" / f"ถนน{ending}"
    path.parent.mkdir()
    write(path, ROW)
    assert len(read_osm(path, crs=UTM).segments) == 4


def write(path: Path, ways: list[Way]) -> None:
    """Write a file of the kind that its name says."""
    text = xml(ways).encode()
    if path.name.endswith(".gz"):
        path.write_bytes(gzip.compress(text))
    elif path.name.endswith(".bz2"):
        path.write_bytes(bz2.compress(text))
    elif path.name.endswith(".pbf"):
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "plain.osm.pbf"
            with osmium.SimpleWriter(str(plain)) as writer:
                for entity in osmium.FileProcessor(osmium.io.FileBuffer(text, "osm")):
                    writer.add(entity)
            path.write_bytes(plain.read_bytes())
    else:
        path.write_bytes(text)


def test_bounds(tmp_path):
    path = tmp_path / "roads.osm"
    path.write_text(xml(ROW), encoding="utf-8")
    assert osm_bounds(path) == pytest.approx((98.0, 19.0, 98.04, 19.03))
    assert scan_osm(path).bounds == osm_bounds(path)


@pytest.mark.parametrize(
    ("way_date", "expected"),
    [(' timestamp="2023-11-12T01:02:03Z"', "2023-11-12"), ("", "")],
)
def test_date_of_the_newest_way(read, way_date, expected):
    assert read(ROW, way_date=way_date).date == expected


def test_date_of_the_pbf_header(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2025-01-31T21:00:00Z")
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for node in (0, 1):
            writer.add_node(osmium.osm.mutable.Node(id=node + 1, location=place(node)))
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags=PRIMARY))
    assert read_osm(path, crs=UTM).date == "2025-01-31"


def test_progress_is_told(tmp_path):
    path = tmp_path / "roads.osm"
    path.write_text(xml(ROW), encoding="utf-8")
    told: list[str] = []
    read_osm(path, crs=UTM, progress=told.append)
    assert told == ["roads.osm: reading nodes", "roads.osm: reading roads"]


def test_missing_file(tmp_path):
    with pytest.raises(MissingFileError, match=r"nowhere\.osm\.pbf: no such file"):
        read_osm(tmp_path / "nowhere.osm.pbf", crs=UTM)


def test_folder(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        read_osm(tmp_path, crs=UTM)


def test_unknown_ending(tmp_path):
    path = tmp_path / "roads.shp"
    path.write_text("x")
    with pytest.raises(DataError, match=r"roads\.shp: its ending is not one of \.osm\.pbf, .*gz"):
        read_osm(path, crs=UTM)


def test_truncated_pbf(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    write(path, ROW)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(DataError, match=r"roads\.osm\.pbf: is damaged or no OpenStreetMap file"):
        read_osm(path, crs=UTM)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.osm.pbf", b"hello" * 100),
        ("a.osm", b"<html></html>"),
        ("a.osm", b'{"elements": []}'),
        ("a.osm", b'<osm version="0.6"><node id="1" lat="x" lon="2"/></osm>'),
        ("a.osm", b'<osm version="0.6"><way id="x"/></osm>'),
        ("a.osm.gz", gzip.compress(xml(ROW).encode())[:-40]),
        ("a.osm.bz2", b"hello"),
    ],
)
def test_no_osm_inside(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DataError) as error:
        read_osm(path, crs=UTM)
    assert str(error.value).startswith(f"{path}: is damaged or no OpenStreetMap file: ")
    assert "\n" not in str(error.value)


def test_empty_file(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    path.touch()
    with pytest.raises(DataError, match=r"roads\.osm\.pbf: is empty"):
        read_osm(path, crs=UTM)


@pytest.mark.parametrize("name", ["roads.osm", "roads.osm.pbf"])
@pytest.mark.parametrize("ways", [[], [(1, [0, 1], {"waterway": "river"})]])
def test_no_roads(tmp_path, name, ways):
    path = tmp_path / name
    write(path, ways)
    with pytest.raises(DataError, match="has no roads: no way with highway=… was found"):
        read_osm(path, crs=UTM)


@pytest.mark.parametrize("crs", ["EPSG:4326", "nonsense"])
def test_crs_in_degrees_or_unknown(tmp_path, crs):
    path = tmp_path / "roads.osm"
    path.write_text(xml(ROW), encoding="utf-8")
    with pytest.raises(CrsError):
        read_osm(path, crs=crs)
