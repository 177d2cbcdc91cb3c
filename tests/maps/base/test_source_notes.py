"""Notes of sources: everything that is written into one has its Thai."""

from __future__ import annotations

import re

import pytest
from commands import dem_file, done, osm_file, polygon_file

from layers.area import load_area
from layers.osm.tally import WORDS, sentences
from layers.store.store import load_network
from layers.strategic.network import NO_TERRAIN, NOTE
from maps.base.source_notes import source_note


def in_thai(note):
    return re.search("[\u0e00-\u0e7f]", source_note(note)[1])


@pytest.mark.parametrize("note", [NOTE, NO_TERRAIN])
def test_notes_of_a_strategic_network(note):
    assert in_thai(note)


@pytest.mark.slow
@pytest.mark.parametrize("roads", ["strategic", "osm"])
def test_notes_of_the_embedded_area_keep_their_numbers(roads):
    notes = load_network(load_area("mae_hong_son"), roads).source.notes
    assert notes
    for note in notes:
        assert in_thai(note), note
        assert re.findall(r"\d+%", note) == re.findall(r"\d+%", source_note(note)[1])


def test_notes_of_imports(home, tmp_path):
    roads = osm_file(tmp_path / "roads.osm")
    around = polygon_file(tmp_path / "around.geojson", 97.9, 18.9, 98.3, 19.1)
    done("import", "flat", "--osm", roads, "--boundary", around)
    steep = dem_file(tmp_path / "dem.tif", slope=60.0)
    done("import", "steep", "--osm", roads, "--boundary", around, "--dem", steep)
    for area in ("flat", "steep"):
        notes = load_network(load_area(area), "osm").source.notes
        assert len(notes) > 1
        assert [note for note in notes if not in_thai(note)] == []
    assert home.is_dir()


def test_what_nobody_translated_stays_as_it_is():
    assert source_note("Surveyed on foot in 2026.") == ("Surveyed on foot in 2026.",) * 2


@pytest.mark.parametrize("count", [1, 2, 1234])
def test_what_an_import_says_is_said_in_thai(count):
    for told in sentences(dict.fromkeys(WORDS, count)):
        english, thai = source_note(told)
        assert english == told
        assert not re.search("[A-Za-z]", thai), told
        assert f"{count:,}" in thai
        # One thing is told of as one.
        assert (f"{count:,} roads" in told or f"{count:,} nodes" in told) <= (count > 1)
