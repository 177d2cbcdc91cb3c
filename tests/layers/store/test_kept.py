"""What is kept between runs: read back as it was written, and never trusted when it was not."""

import os
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from layers.store.kept import code_fingerprint, kept_folder, read_kept, trim, write_kept

ABOUT = {"blocked_h": 24.0, "words": ["", "ปาย"]}
TABLE = {
    "time_s": np.array([[1.0, np.inf], [np.nan, 0.0]]),
    "open": np.array([True, False, True]),
    "code": np.arange(5, dtype=np.int8),
    "none": np.zeros((0, 2)),
}


@pytest.fixture
def kept(home):  # noqa: ARG001
    assert write_kept("key", TABLE, ABOUT)
    return kept_folder() / "key.arrays"


@pytest.mark.usefixtures("kept")
def test_what_is_kept_is_read_back():
    found = read_kept("key")
    assert found is not None
    assert found.about == ABOUT
    assert set(found.arrays) == set(TABLE)
    for name, array in TABLE.items():
        np.testing.assert_array_equal(found.arrays[name], array)
        assert found.arrays[name].dtype == array.dtype


@pytest.mark.usefixtures("kept")
def test_what_is_read_cannot_be_written_into():
    with pytest.raises(ValueError, match="read-only"):
        read_kept("key").arrays["time_s"][0] = 7.0


@pytest.mark.usefixtures("kept")
def test_another_key_holds_nothing():
    assert read_kept("other") is None


def test_any_changed_byte_is_noticed(kept):
    whole = kept.read_bytes()
    written = [at for at, byte in enumerate(whole) if byte]
    for at in written:
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert read_kept("key") is None, f"byte {at}"


@pytest.mark.parametrize("size", [0, 1, 20, 60, -1])
def test_a_short_file_counts_as_none(kept, size):
    kept.write_bytes(kept.read_bytes()[:size])
    assert read_kept("key") is None


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"PAR1" * 100, pickle.dumps([1, 2]), b"chaidaen arrays 1\n"]
)
def test_a_foreign_file_counts_as_none(kept, content):
    kept.write_bytes(content)
    assert read_kept("key") is None


def test_a_folder_in_the_way_counts_as_none(kept):
    kept.unlink()
    kept.mkdir()
    assert read_kept("key") is None
    assert not write_kept("key", TABLE)


@pytest.mark.usefixtures("home")
def test_objects_are_never_kept():
    with pytest.raises(TypeError, match="a: object is not kept"):
        write_kept("key", {"a": np.array([{}], object)})
    assert read_kept("key") is None


@pytest.mark.usefixtures("home")
def test_who_was_not_used_for_longest_goes_first():
    for at, name in enumerate(("old", "used", "new")):
        write_kept(name, {"a": np.zeros(1000)})
        os.utime(kept_folder() / f"{name}.arrays", (at, at))
    assert read_kept("old") is not None
    trim(kept_folder(), 20_000)
    assert sorted(path.stem for path in kept_folder().glob("*.arrays")) == ["new", "old"]


def test_another_version_of_the_code_is_another_key(tmp_path):
    (tmp_path / "a.py").write_text("x = 1", encoding="utf-8")
    before = code_fingerprint(tmp_path)
    assert code_fingerprint(tmp_path) == before
    (tmp_path / "a.py").write_text("x = 2", encoding="utf-8")
    assert code_fingerprint(tmp_path) != before


@given(arrays(np.float64, st.tuples(st.integers(0, 9), st.integers(0, 3))))
def test_any_array_comes_back(array):
    assert write_kept("any", {"a": array})
    np.testing.assert_array_equal(read_kept("any").arrays["a"], array)
