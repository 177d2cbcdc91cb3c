"""Files of bytes, damaged or made by somebody else: refused, or read as they were written."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import osmium
import pytest
from drawing import draw as drawn
from fuzzing import drivable, fuzzed, read, read_osm_of
from hypothesis import strategies as st
from odd_bytes import damaged
from osmium.osm import mutable

from layers.io.columns_file import packed_columns, read_columns
from layers.roads.bare import ORDERED, bare_of, packed_roads, read_roads
from layers.store.kept import kept_folder, read_kept, write_kept

pytestmark = pytest.mark.filterwarnings("ignore")

ROADS = drawn("A--B--C\n|  |   \nD--E--F", surface={"AB": "asphalt"}, name={"AB": "ถนน"})
ARRAYS = {"a": np.arange(50.0), "b": np.array(["x", "yy"]), "c": np.zeros((0, 2), bool)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@functools.cache
def osm_bytes() -> bytes:
    """Return a small OSM PBF whose blobs are not pressed: damage reaches what is in them."""
    path = Path(tempfile.mkdtemp()) / "a.osm.pbf"
    file = osmium.io.File(str(path), "pbf,pbf_compression=none")
    with osmium.SimpleWriter(file, overwrite=True) as writer:
        for number in range(1, 9):
            tags = {"barrier": "gate"} if number == 4 else {}
            place = (98 + number / 100, 19.0)
            writer.add_node(mutable.Node(id=number, location=place, tags=tags))
        for number, nodes in enumerate(([1, 2, 3], [3, 4, 5], [5, 6], [3, 7, 8]), start=20):
            tags = {"highway": "primary", "name": "ถนน", "maxspeed": "60", "oneway": "yes"}
            writer.add_way(mutable.Way(id=number, nodes=nodes, tags=tags))
        turn = [("w", 20, "from"), ("n", 3, "via"), ("w", 23, "to")]
        tags = {"type": "restriction", "restriction": "no_left_turn"}
        writer.add_relation(mutable.Relation(id=30, members=turn, tags=tags))
    return path.read_bytes()


@fuzzed(11, content=damaged(osm_bytes()))
def test_pbf(folder, content):
    path = folder / "a.osm.pbf"
    path.write_bytes(content)
    try:
        return read_osm_of(path)
    finally:
        close_left(path)


def close_left(path: Path) -> None:
    """Close what osmium 4.3 leaves open of a PBF that is damaged; thousands are too many."""
    for handle in Path("/proc/self/fd").iterdir() if sys.platform == "linux" else ():
        with suppress(OSError):
            if handle.readlink() == path:
                os.close(int(handle.name))


@functools.cache
def kept_bytes() -> bytes:
    """Return what is written to keep arrays."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", home)
        assert write_kept("0", ARRAYS, {"about": 1})
        return (kept_folder() / "0.arrays").read_bytes()


@fuzzed(12, content=damaged(kept_bytes()))
def test_kept(folder, content):
    """What is damaged is made anew; what is read is what was kept, to the last bit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(folder / "home"))
        kept_folder().mkdir(parents=True, exist_ok=True)
        # Under Windows a file that was mapped cannot be written over: each has a name.
        path = kept_folder() / "0.arrays"
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        kept = read_kept("0")
        if kept is not None:
            assert kept.about == {"about": 1}
            assert kept.arrays.keys() == ARRAYS.keys()
            for name, values in ARRAYS.items():
                assert (kept.arrays[name] == values).all()
    return kept is not None


@functools.cache
def road_bytes() -> bytes:
    """Return the file of a few roads."""
    return packed_roads(bare_of(ROADS, {}))


@fuzzed(13, content=damaged(road_bytes()))
def test_roads(folder, content):
    """Damage of a file of roads is noticed, or is none."""
    path = folder / "damaged.roads"
    path.write_bytes(content)
    roads = read(read_roads, path)
    assert roads is None or content == road_bytes()
    return roads is not None


@functools.cache
def road_columns():
    """Return the columns of a few roads, and what is said of them."""
    with tempfile.TemporaryDirectory() as here:
        path = Path(here, "a.roads")
        path.write_bytes(road_bytes())
        return read_columns(path, "roads")


WHOLE = st.integers(-3, 9) | st.sampled_from([2**31, -(2**31), 2**62, -(2**62), 10**9])
PLAIN = st.sampled_from([None, 0, -1, 1e-300, 1e300, "x", "", [], {}, "EPSG:4326", "nan", 10**12])


@st.composite
def foreign(draw):
    """Draw a file of roads as somebody else's program may write it: whole, and not right."""
    good = road_columns()
    columns = {name: values.copy() for name, values in good.columns.items()}
    about = dict(good.about) | {"words": {n: list(w) for n, w in good.about["words"].items()}}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(columns)))
        values, how = columns[name], draw(st.sampled_from(["value"] * 4 + ["rows", "none", "said"]))
        if how == "value" and len(values):
            values[draw(st.integers(0, len(values) - 1))] = draw(WHOLE)
        elif how == "rows":
            columns[name] = np.append(values, draw(WHOLE))[draw(st.integers(0, 2)) :]
        elif how == "none":
            del columns[name]
        elif draw(st.booleans()):
            about[draw(st.sampled_from(sorted(about)))] = draw(PLAIN)
        else:
            words = about["words"] if isinstance(about.get("words"), dict) else {}
            listed = words[draw(st.sampled_from(sorted(words)))] if words else []
            if listed:
                listed[draw(st.integers(0, len(listed) - 1))] = draw(PLAIN)
    return packed_columns(columns, about, ordered=ORDERED, level=1)


@fuzzed(14, content=foreign())
def test_foreign_roads(folder, content):
    path = folder / "foreign.roads"
    path.write_bytes(content)
    roads = read(read_roads, path)
    if roads is not None:
        drivable(roads)
    return roads is not None
