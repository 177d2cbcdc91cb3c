"""A country's file: only what is near the area is kept, and nothing else changes."""

from __future__ import annotations

import bz2
import gzip
import re
import zipfile
import zlib

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from commands import osm_file, polygon_file, problem
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import DataError
from layers.io import expansion
from layers.osm.near import near_nodes
from layers.osm.pbf_nodes import OddPbfError, node_blocks
from layers.osm.points import scan_points
from layers.osm.roads import read_osm, scan_osm, to_roads
from layers.osm.water import scan_water
from layers.terrain.terrain import open_terrain

HERE = (98.0, 19.0, 98.2, 19.05)
BOX = (1.5, 42.5, 1.56, 42.53)


def quiet(_: str) -> None:
    """Tell nobody."""


def written(path, nodes, ways=()):
    """Write a file with osmium; nodes are (id, lon, lat), ways rows of ids."""
    writer = osmium.SimpleWriter(str(path))
    for number, lon, lat in nodes:
        writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat), version=1))
    for number, refs in enumerate(ways, start=1):
        tags = {"highway": "primary"}
        writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags, version=1))
    writer.close()
    return path


@given(
    st.lists(
        st.tuples(
            st.integers(-(2**40), 2**40),
            st.integers(-1_800_000_000, 1_800_000_000),
            st.integers(-900_000_000, 900_000_000),
        ),
        max_size=30,
    )
)
def test_nodes_are_those_that_osmium_reads(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("pbf") / "a.osm.pbf"
    written(path, [(number, x / 1e7, y / 1e7) for number, x, y in rows])
    expected = [
        (one.id, one.location.x, one.location.y)
        for one in osmium.FileProcessor(str(path), osmium.osm.NODE)
    ]
    blocks = [np.column_stack(block[:3]) for block in node_blocks(path)]
    assert np.concatenate(blocks).tolist() == [list(row) for row in expected]


def test_a_real_file_has_the_same_nodes(sample_data):
    path = sample_data / "andorra" / "andorra.osm.pbf"
    found = np.concatenate([block.node for block in node_blocks(path)])
    expected = [one.id for one in osmium.FileProcessor(str(path), osmium.osm.NODE)]
    assert found.tolist() == expected
    near = near_nodes(path, BOX, progress=quiet)
    assert near.count == len(expected)
    assert (np.diff(near.node) > 0).all()


def test_a_part_of_a_real_file_is_the_same_read_near_or_whole(sample_data):
    path = sample_data / "andorra" / "andorra.osm.pbf"
    within = shapely.box(*BOX)
    near = near_nodes(path, BOX, progress=quiet)
    for scan, tables in ((scan_points, ("facilities", "settlements")), (scan_water, ())):
        whole, part = scan(path, within=within), scan(path, within=within, near=near)
        pairs = [(getattr(whole, t), getattr(part, t)) for t in tables] or [(whole, part)]
        for one, other in pairs:
            assert len(one)
            pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    all_roads = to_roads(scan_osm(path), crs="EPSG:32631", within=within)
    roads = read_osm(path, crs="EPSG:32631", within=within)
    pd.testing.assert_frame_equal(all_roads.nodes, roads.nodes)
    pd.testing.assert_frame_equal(pd.DataFrame(all_roads.segments), pd.DataFrame(roads.segments))


@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm"])
def test_what_is_kept_follows_the_area_and_not_the_file(tmp_path, name):
    here = [(at, 98.0 + at / 1000, 19.0) for at in range(1, 6)]
    far = [(at, 10.0 + at / 1e5, 50.0) for at in range(100, 5000)]
    path = written(tmp_path / name, [*here, *far], [[1, 2, 3, 4, 5], [100, 101], [200, 201]])
    near = near_nodes(path, HERE, progress=quiet)
    assert near.node.tolist() == [1, 2, 3, 4, 5]
    assert near.count == 4905
    ways = scan_osm(path, bounds=HERE)
    assert (ways.way_id.tolist(), ways.found) == ([1], 3)
    assert ways.bounds == pytest.approx((10.001, 19.0, 98.005, 50.0))


def test_a_road_that_leaves_is_whole_and_one_that_only_passes_is_kept(tmp_path):
    nodes = [(1, 98.1, 19.0), (2, 99.5, 19.0), (3, 98.1, 19.2), (4, 98.1, 18.85)]
    path = written(tmp_path / "a.osm.pbf", nodes, [[1, 2], [3, 4]])
    ways = scan_osm(path, bounds=HERE)
    assert ways.way_id.tolist() == [1, 2]
    assert ways.whole.all()
    assert ways.lon.max() == pytest.approx(99.5)


@pytest.mark.parametrize("cut", [3, 20, 60, -5])
def test_a_damaged_file_is_one_clear_error(tmp_path, cut):
    path = written(tmp_path / "a.osm.pbf", [(at, 98.0, 19.0) for at in range(1, 400)], [[1, 2]])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(OddPbfError):
        list(node_blocks(path))
    with pytest.raises(DataError, match=r"a\.osm\.pbf: is damaged"):
        scan_osm(path, bounds=HERE)


def test_a_blob_that_says_less_than_it_holds_is_no_bomb(tmp_path):
    body = zlib.compress(bytes(10_000_000))
    blob = b"\x10\x01\x1a" + _varint(len(body)) + body
    head = b"\x0a\x07OSMData\x18" + _varint(len(blob))
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(len(head).to_bytes(4, "big") + head + blob)
    with pytest.raises(OddPbfError):
        list(node_blocks(path))


def _varint(value):
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_a_bomb_is_refused_and_a_packed_file_read(tmp_path, monkeypatch, ending, pack):
    monkeypatch.setattr(expansion, "SMALL", 200_000)
    plain = osm_file(tmp_path / "a.osm")
    sound, bomb = tmp_path / f"sound.osm{ending}", tmp_path / f"bomb.osm{ending}"
    sound.write_bytes(pack(plain.read_bytes()))
    assert len(scan_osm(sound).way_id) == 3
    text = plain.read_bytes().replace(b"</osm>", b" " * 20_000_000 + b"</osm>")
    bomb.write_bytes(pack(text))
    boundary = polygon_file(tmp_path / "b.geojson", *HERE)
    for more in ((), ("--boundary", boundary)):
        line = problem("import", "bomb", "--osm", bomb, *more)
        assert re.search(rf"bomb.osm{ending}: its [\d,]+ bytes unpack to more than", line)
        assert "refused" in line


def test_a_bomb_of_terrain_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "SMALL", 200_000)
    path = tmp_path / "N19E098.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("N19E098.hgt", bytes(2 * 3601 * 3601))
    with pytest.raises(
        DataError, match=r"N19E098\.zip: its [\d,]+ bytes unpack to more than 26 MB"
    ):
        open_terrain(path)


def test_entities_of_xml_are_not_expanded(tmp_path):
    path = tmp_path / "a.osm"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        '<osm version="0.6"><node id="1" lon="98" lat="19"><tag k="x" v="&b;"/></node></osm>',
        encoding="utf-8",
    )
    with pytest.raises(DataError, match=r"a\.osm: is damaged or no OpenStreetMap file: .*entities"):
        scan_osm(path)
