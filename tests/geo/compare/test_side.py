"""Answers kept between runs are those that were given, of the same world and no other."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.compare import side
from geo.compare.access import Asked, ends
from geo.compare.compare import compare
from geo.study import open_study
from layers.store.kept import kept_folder

ASKED = Asked(("car",), ("wet",), ("hospital",))
SCENARIO = "landslide_108_huai_pong"


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def same(one, other):
    """Say that two answers are equal to the last bit."""
    assert one.journeys.keys() == other.journeys.keys()
    for key, mine in one.journeys.items():
        its = other.journeys[key]
        assert (mine.season, mine.rural) == (its.season, its.rural)
        for ways, those in ((mine.corridors, its.corridors), *_pairs(mine.ways, its.ways)):
            assert all(np.array_equal(ways.sums[name], those.sums[name]) for name in ways.sums)
        for kind in mine.minutes:
            assert np.array_equal(mine.minutes[kind], its.minutes[kind], equal_nan=True)
            assert mine.nearest[kind].tolist() == its.nearest[kind].tolist()
    pd.testing.assert_frame_equal(one.freight, other.freight)
    lost, loss = one.criticality, other.criticality
    assert all(np.array_equal(*both) for both in zip(lost.links, loss.links, strict=True))
    pd.testing.assert_frame_equal(lost.losses, loss.losses)
    pd.testing.assert_frame_equal(
        lost.corridors.drop(columns="segments"), loss.corridors.drop(columns="segments")
    )
    links = ([list(row) for row in each.corridors["segments"]] for each in (lost, loss))
    assert next(links) == next(links)
    assert (lost.vehicle, lost.season, one.notes) == (loss.vehicle, loss.season, other.notes)


def _pairs(one, other):
    return [(ways, other[kind]) for kind, ways in one.items()]


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["truck_ban_1095", "close_1095", "monsoon"])
def test_today_lent_to_a_world_changes_no_answer(study, scenario, monkeypatch):
    monkeypatch.setattr(side, "read_kept", lambda _: None)
    monkeypatch.setattr(side, "write_kept", lambda *_: False)
    asked = replace(ASKED, seasons=("dry",))
    world, given = study.with_scenarios(scenario), ends(study, asked.kinds)
    today = side.side_of(study, asked, given, ())
    lent = side.side_of(world, asked, given, (), today)
    same(lent, side.side_of(world, asked, given, ()))
    key = next(iter(today.journeys))
    assert (lent.journeys[key] is today.journeys[key]) == (scenario == "truck_ban_1095")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["", SCENARIO])
def test_what_is_kept_is_what_was_answered(study, scenario, monkeypatch):
    world = study.with_scenarios(scenario) if scenario else study
    given = ends(study, ASKED.kinds)
    first = side.side_of(world, ASKED, given, ())

    def never(*_):
        raise AssertionError("it is kept")

    monkeypatch.setattr(side, "_asked", never)
    same(first, side.side_of(world, ASKED, given, ()))
    with pytest.raises(AssertionError, match="it is kept"):
        side.side_of(world, replace(ASKED, seasons=("dry",)), given, ())


def test_what_is_damaged_is_asked_again(study):
    given, skip = ends(study, ASKED.kinds), ("freight", "criticality")
    first = side.side_of(study, ASKED, given, skip)
    for path in kept_folder().glob("*.arrays"):
        whole = path.read_bytes()
        path.unlink()
        path.write_bytes(whole[: len(whole) // 2])
    again = side.side_of(study, ASKED, given, skip)
    for key, one in first.journeys.items():
        found = again.journeys[key].minutes["hospital"]
        assert np.array_equal(found, one.minutes["hospital"], equal_nan=True)


@pytest.mark.slow
def test_every_world_has_a_key_of_its_own(study, tmp_path):
    often = replace(study.rules.freight.trips, empty_share=0.9)
    rules = replace(study.rules, freight=replace(study.rules.freight, trips=often))
    worlds = [
        study,
        study.with_scenarios("monsoon"),
        study.with_scenarios(SCENARIO),
        study.with_scenarios("monsoon", SCENARIO),
        study.with_scenarios(opened=["ban_pak_huai"]),
        replace(study, rules=rules),
        open_study("mae_hong_son", roads="strategic", surfaces="cautious"),
        open_study("mae_hong_son", roads="strategic", home="Pai"),
        open_study("tak", roads="strategic"),
    ]
    keys = [one.key for one in worlds]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert open_study("mae_hong_son", roads="strategic").key == study.key
    # Of lines in a file beside a scenario nobody knows whether they changed.
    beside = tmp_path / "cut.toml"
    (tmp_path / "cut.geojson").write_text(
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates":'
        " [[[97.9, 19.2], [98.1, 19.2], [98.1, 19.4], [97.9, 19.4], [97.9, 19.2]]]}}"
    )
    beside.write_text(
        'title_en = "A"\ntitle_th = "ก"\nsource = "a"\nquality = "E"\n[[changes]]\n'
        'kind = "close-roads"\nwhere = {file = "cut.geojson"}\n'
    )
    assert study.with_scenarios(str(beside)).key == ""


@pytest.mark.slow
def test_a_comparison_from_what_is_kept_is_the_same(study):
    asked = {"vehicles": ["car"], "to": ["hospital"], "skip": ["criticality", "freight"]}
    first, again = (compare(study, [SCENARIO], **asked) for _ in range(2))
    assert first.tables().keys() == again.tables().keys()
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(table, again.tables()[name])
