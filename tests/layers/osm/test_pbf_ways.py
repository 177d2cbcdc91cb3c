"""Ways read as arrays: what osmium reads, and nothing that is written in another way."""

from __future__ import annotations

import zlib

import numpy as np
import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import DataError
from layers.osm import scan
from layers.osm.pbf_nodes import OddPbfError
from layers.osm.pbf_ways import way_blocks
from layers.osm.roads import read_osm

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
TAGS = st.dictionaries(
    st.one_of(st.sampled_from(["highway", "name:th", "hgv:conditional", "oneway"]), TEXT),
    st.one_of(st.sampled_from(["primary", "track", "yes", "ถนน"]), TEXT),
    max_size=4,
)
WAY = st.tuples(TAGS, st.lists(st.integers(-(2**40), 2**40), max_size=6), st.integers(1, 2**31 - 1))


def written(path, ways, **more):
    """Write ways of tags, ids of nodes and a version, and a node for each id."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number in sorted({ref for _, refs, _ in ways for ref in refs}):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(98.0, 19.0), version=1))
        for number, (tags, refs, version) in enumerate(ways, start=1):
            way = {"id": number, "nodes": refs, "tags": tags, "version": version}
            writer.add_way(osmium.osm.mutable.Way(**way, **more))
    return path


@given(st.lists(WAY, max_size=12))
def test_ways_are_those_that_osmium_reads(tmp_path_factory, ways):
    path = written(tmp_path_factory.mktemp("pbf") / "a.osm.pbf", ways)
    found = []
    for block in way_blocks(path):
        last = np.cumsum(block.size)
        for row in range(len(block.way)):
            mine = np.flatnonzero(block.tag_way == row).tolist()
            texts = [(block.strings[block.key[i]], block.strings[block.value[i]]) for i in mine]
            refs = block.node[last[row] - block.size[row] : last[row]].tolist()
            found.append((int(block.way[row]), dict(texts), refs, int(block.version[row])))
    wanted = [
        (way.id, {tag.k: tag.v for tag in way.tags}, [node.ref for node in way.nodes], way.version)
        for way in osmium.FileProcessor(str(path), osmium.osm.WAY)
    ]
    assert found == wanted


def test_roads_are_the_same_whoever_reads_them(monkeypatch, sample_data):
    path = sample_data / "andorra" / "andorra.osm.pbf"
    ours = scan.scan_osm(path)
    monkeypatch.setattr(scan, "way_blocks", odd)
    theirs = scan.scan_osm(path)
    assert (ours.way_id == theirs.way_id).all()
    assert (ours.lines.node == theirs.lines.node).all()
    assert (ours.lon == theirs.lon).all()
    assert ours.tags.astype(str).equals(theirs.tags.astype(str))
    assert (ours.date, ours.found, ours.counts) == (theirs.date, theirs.found, theirs.counts)


def odd(path):
    """Refuse a file as one that only osmium can read."""
    raise OddPbfError(str(path))


def test_a_date_is_that_of_the_newest_road(tmp_path):
    path = written(
        tmp_path / "a.osm.pbf",
        [({"highway": "primary"}, [1, 2], 3)],
        timestamp="2021-08-06T12:00:00Z",
    )
    (block,) = way_blocks(path)
    assert np.datetime64(int(block.date_s[0]), "s") == np.datetime64("2021-08-06T12:00:00")


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_file_that_is_cut_off_is_left_to_osmium(tmp_path, keep):
    ways = [({"highway": "primary", "name": f"{n}"}, [n, n + 1], 1) for n in range(1, 200)]
    whole = written(tmp_path / "a.osm.pbf", ways).read_bytes()
    path = tmp_path / "b.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(OddPbfError):
        list(way_blocks(path))


def test_positions_on_ways_are_left_to_osmium(tmp_path):
    path = tmp_path / "a.osm.pbf"
    kind = osmium.io.File(str(path), "pbf,locations_on_ways=true")
    header = osmium.io.Header()
    with osmium.SimpleWriter(kind, 4096, header) as writer:
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags={"highway": "path"}))
    with pytest.raises(OddPbfError):
        list(way_blocks(path))


def blob(kind, raw):
    """Return a blob of a file, pressed."""
    packed = zlib.compress(raw)
    body = b"\x10" + varint(len(raw)) + b"\x1a" + varint(len(packed)) + packed
    head = b"\x0a" + varint(len(kind)) + kind + b"\x18" + varint(len(body))
    return len(head).to_bytes(4, "big") + head + body


def varint(number):
    made = b""
    while number > 127:
        made, number = made + bytes([number & 127 | 128]), number >> 7
    return made + bytes([number])


@pytest.mark.parametrize("inside", [b"\0", b"\x08\0"], ids=["nothing", "fields"])
def test_a_block_that_unpacks_to_a_thousand_times_its_size_is_refused_at_once(tmp_path, inside):
    path = written(tmp_path / "a.osm.pbf", [({"highway": "primary"}, [1, 2], 1)])
    full = inside * (30 * 1024**2 // len(inside))
    path.write_bytes(path.read_bytes() + blob(b"OSMData", full) * 50)
    with pytest.raises(DataError, match="a blob of .* unpacks to 31,457,280"):
        read_osm(path, crs="EPSG:32647")
