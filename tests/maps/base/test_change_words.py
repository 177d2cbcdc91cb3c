"""Changes of a scenario in plain words."""

from dataclasses import MISSING, fields

import pytest

from geo.scenario.changes import KINDS, ChangePrice, ChangeRoads, Landslide
from geo.scenario.selection import Select
from maps.base.change_words import WORDS, change_text, roads_text

GIVEN = {
    "where": Select(ref="108", km=(3.0, 7.0)),
    "crossing": "mae_sot_2",
    "set": {"dwell_min": 30},
    "season": "wet",
    "days": 3.0,
    "item": "fuel_thb_per_l",
    "name_en": "New",
    "name_th": "ใหม่",
    "highway": "primary",
    "surface": "asphalt",
    "lanes": 2.0,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_says_itself_in_both_languages(kind):
    needed = [f.name for f in fields(KINDS[kind]) if f.default is MISSING]
    change = KINDS[kind](**{name: GIVEN[name] for name in needed})
    english, thai = change_text(change, "en"), change_text(change, "th")
    assert english.isascii()
    assert any("\u0e00" <= c <= "\u0e7f" for c in thai)
    assert "None" not in english


def test_every_column_that_can_be_changed_has_words():
    assert {f.name for f in fields(ChangeRoads)} - {"where"} <= set(WORDS)


def test_what_is_given_is_said():
    wider = ChangeRoads(GIVEN["where"], surface="gravel", width_percent=20.0)
    assert change_text(wider, "en") == "Change highway 108 km 3-7: surface gravel, width (%) +20"
    assert change_text(ChangePrice("fuel_thb_per_l", thb=45), "en").endswith(": 45")
    assert change_text(Landslide(2, hazard="huai_pong"), "th").endswith("2 วัน: huai_pong")
    assert change_text(wider, "th").startswith("ปรับปรุงทางหลวง 108 กม. 3-7: ผิวทาง หินคลุก")


def test_a_selection_says_itself():
    where = Select(ref="9", km=(1, 2))
    assert roads_text(where, "en") == "highway 9 km 1-2"
    assert roads_text(where, "th") == "ทางหลวง 9 กม. 1-2"


def test_what_is_no_change_has_no_words():
    with pytest.raises(TypeError, match="int: no words"):
        change_text(3, "en")
