"""The file of roads: what goes in comes out, the same bytes every time, damage is told."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawing import draw
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import DataError, MissingFileError
from layers.io.columns_file import packed_columns, read_columns
from layers.osm.chains import join_chains
from layers.roads.bare import bare_of, packed_roads, read_roads
from layers.roads.schema import SEGMENT_COLUMNS

PICTURE = """
A----B----+
|    v    |
C->--D----+
|    |
+----E----F"""


@pytest.fixture
def roads():
    network = draw(
        PICTURE,
        name_th={"AB": "ถนน <ก>"},
        surface={"AB": "asphalt"},
        maxspeed_kph={"AB": 50.0},
        bridge={"CD": True},
        country={"EF": "MM"},
        osm_id={"AB": 2**40},
    )
    return bare_of(network, {"breaks": [[1, 2]]})


@pytest.fixture
def file(tmp_path, roads):
    path = tmp_path / "a.roads"
    path.write_bytes(packed_roads(roads))
    return path


def test_what_goes_in_comes_out(roads, file):
    found = read_roads(file)
    assert found.about == {"breaks": [[1, 2]]}
    assert found.source == roads.source
    for name in SEGMENT_COLUMNS:
        if name not in {"length_m", "inferred"}:
            old, new = roads.segments[name], found.segments[name]
            assert old.dtype.kind == "O" or str(old.dtype) == str(new.dtype), name
            assert old.astype(str).tolist() == new.astype(str).tolist(), name
    assert found.segments["length_m"].to_numpy() == pytest.approx(
        roads.segments["length_m"].to_numpy(), abs=0.005
    )
    # Positions to a hundredth of a metre; ends lie at their nodes exactly.
    old, new = (shapely.get_coordinates(one.segments.geometry) for one in (roads, found))
    assert np.abs(old - new).max() < 0.012
    first = shapely.get_coordinates(shapely.get_point(found.segments.geometry.to_numpy(), 0))
    assert (first == found.nodes[["x", "y"]].to_numpy()[found.ends[:, 0]]).all()


def test_the_same_roads_are_the_same_bytes(roads, file):
    assert packed_roads(roads) == file.read_bytes()
    again = read_roads(file)
    assert packed_roads(again) == file.read_bytes(), "and what was read is written the same"


@pytest.mark.parametrize("at", [0, 20, 60, 400, -1])
def test_damage_is_told(file, at):
    raw = bytearray(file.read_bytes())
    raw[at] ^= 0xFF
    file.write_bytes(raw)
    with pytest.raises(DataError, match=r"a\.roads: is damaged"):
        read_roads(file)


@pytest.mark.parametrize("size", [0, 10, 50, 500])
def test_a_file_that_is_cut_off_is_told(file, size):
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(DataError, match="is damaged"):
        read_roads(file)


def test_another_file_is_told(tmp_path):
    path = tmp_path / "b.roads"
    path.write_bytes(packed_columns({"a": np.arange(3)}, {"format": 99}))
    with pytest.raises(DataError, match="another version"):
        read_roads(path)
    with pytest.raises(MissingFileError):
        read_roads(tmp_path / "none.roads")


@given(
    st.lists(st.integers(-(2**62), 2**62), max_size=30),
    st.lists(st.integers(-300, 300), max_size=30),
    st.booleans(),
)
def test_columns_of_any_numbers(tmp_path_factory, large, small, ordered):
    path = tmp_path_factory.mktemp("columns") / "a"
    columns = {"large": np.array(large, np.int64), "small": np.array(small, np.int64)}
    order = frozenset({"small"} if ordered else ())
    path.write_bytes(packed_columns(columns, {"x": "ก"}, ordered=order))
    found = read_columns(path, "a file")
    assert found.about == {"x": "ก"}
    assert {name: values.tolist() for name, values in found.columns.items()} == {
        "large": large,
        "small": small,
    }


def test_chains_are_joined_where_nothing_happens(roads):
    """Without the dead end F only E, D, B, A, C are left; A has two roads alike."""
    whole = roads.take(np.ones(len(roads.segments), bool))
    joined = join_chains(whole, np.zeros(0, np.int64))
    assert len(joined.segments) <= len(roads.segments)
    assert joined.segments["length_m"].sum() == pytest.approx(roads.segments["length_m"].sum())
    kept = join_chains(whole, np.arange(len(roads.nodes)))
    assert len(kept.segments) == len(roads.segments)
