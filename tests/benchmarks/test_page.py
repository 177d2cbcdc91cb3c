"""The page of benchmarks says what was measured, what was met, and what was not there."""

from __future__ import annotations

from datetime import date

from tests.benchmarks.page import page

MACHINE = dict.fromkeys(("processor", "memory", "system", "python", "numpy", "numba"), "x")
MACHINE |= {"commit": "abc1234", "load": "0.1"}


def made(ours_s: float, theirs_s: float) -> str:
    def figure(seconds: float) -> dict:
        return {"seconds": 2 * seconds, "cpu": seconds, "note": ""}

    found = {
        "osrm": {"rows": {"matrix ch": figure(theirs_s)}, "version": "9.9"},
        "ours": {
            "rows": {"matrix": figure(ours_s)},
            "about": {"segments": 1000, "nodes": 900, "km": 12.0},
        },
    }
    problems = {"valhalla": "no wheel"}
    return page(found, problems, MACHINE, "roads.osm.pbf", (date(2026, 11, 29), 90.0))


def test_a_ratio_is_of_processor_seconds_and_held_against_its_target():
    text = made(0.2, 1.0)
    assert "| 300 by 300 travel times | 200 ms (400 ms) | OSRM CH | 1 s (2 s) | 0.2 |" in text
    assert "| matrix, against OSRM CH | ≤ 0.5 | 0.2 | met |" in text


def test_a_missed_target_says_why():
    assert "| matrix, against OSRM CH | ≤ 0.5 | 2 | **missed**: both in memory" in made(2.0, 1.0)


def test_who_is_not_there_is_named_with_the_reason():
    text = made(1.0, 1.0)
    assert "| Valhalla | not measured: no wheel |" in text
    assert "| import with terrain, against Valhalla | ≤ 0.7 | - | not measured |" in text
    assert "| OSRM | 9.9 |" in text
