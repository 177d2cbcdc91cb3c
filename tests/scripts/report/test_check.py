"""What a report's provenance says is read with care: the folder may come from anybody."""

import hashlib
import json

import pytest

from layers.errors import DataError
from scripts.report.check import FILE, changes, files_of, read_provenance, stale


def told(folder, files):
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(json.dumps({"files": files}), encoding="utf-8")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_only_files_of_the_report_itself_are_of_an_earlier_run(tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("known to everybody", encoding="utf-8")
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "old.html").write_text("old", encoding="utf-8")
    (folder / "link").symlink_to(tmp_path, target_is_directory=True)
    names = ["../victim.txt", str(victim), "link/victim.txt", "old.html"]
    told(folder, {name: digest(folder / name) for name in names})
    assert stale(folder, ["index.html"]) == ["old.html"]
    assert files_of(folder, names) == {"old.html": digest(folder / "old.html")}


def test_endless_devices_are_not_hashed(tmp_path):
    told(tmp_path, {"/dev/zero": "0", "../../../../../../dev/zero": "0"})
    before = read_provenance(tmp_path)
    assert changes(before, before, tmp_path) == [
        "file /dev/zero: is gone",
        "file ../../../../../../dev/zero: is gone",
    ]


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"files": 3}', "\x00"])
def test_what_is_no_provenance_is_said_in_one_line(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=FILE):
        read_provenance(tmp_path)
