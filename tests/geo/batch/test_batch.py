"""Batches in one process: answers equal the verbs', nothing is done twice, faults stay theirs."""

from __future__ import annotations

import json

import numpy as np
import pytest
from commands import content
from valley import write_valley

from geo.access.access import access
from geo.batch.batch import batch
from geo.batch.worker import forget
from geo.study import open_study
from geo.surface.to_facilities import travel_time_surface
from layers.errors import DataError, WriteError
from layers.io.files import locked

PLAN = """areas = ["valley"]
scenarios = ["today", "cut.toml", "wet.toml", "cut.toml + wet.toml"]
vehicles = ["pickup"]
seasons = ["dry", "wet"]
to = ["collection_point"]
answers = ["places", "people", "od"]
"""
HEAD = 'title_en = "T"\ntitle_th = "ท"\nsource = "drawn"\nquality = "E"\n[[changes]]\n'
CUT = HEAD + 'kind = "close-roads"\nwhere = { ref = "1095" }\n'
WET = HEAD + 'kind = "set-season"\nseason = "wet"\n'
NO_SUCH = HEAD + 'kind = "close-roads"\nwhere = { ref = "9999" }\n'


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    """Write the area, the plan and its scenarios once; nothing is held open before or after."""
    home = tmp_path_factory.mktemp("valley")
    write_valley(home)
    for name, text in (("plan", PLAN), ("cut", CUT), ("wet", WET), ("no_such", NO_SUCH)):
        (home / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(home))
        forget()
        yield home
        forget()


@pytest.fixture(scope="module")
def first(valley):
    return batch(valley / "plan.toml", "none", output=valley / "first")


def test_answers_are_those_of_the_verb(first):
    found = access(open_study("valley"), to="collection_point").places.set_index("id")
    ours = first.tables["places"]
    for season in ("dry", "wet"):
        part = ours[(ours["scenario"] == "today") & (ours["season_asked"] == season)]
        part = part.set_index("id")
        np.testing.assert_array_equal(part["minutes"], found.loc[part.index, f"minutes_{season}"])
        assert (part["nearest"] == found.loc[part.index, f"nearest_{season}"]).all()


def test_a_changed_world_is_in_the_answers(first):
    """Without road 1095 nothing leads from Town to Hub, and Village is left with its own point."""
    od = first.tables["od"]
    one = od[(od["from_id"] == "village") & (od["to_id"] == "hub") & (od["season_asked"] == "dry")]
    minutes = one.set_index("scenario")["minutes"]
    assert np.isfinite(minutes["today"])
    assert np.isnan(minutes["cut.toml"])
    assert np.isnan(minutes["cut.toml + wet.toml"])


def test_a_season_that_the_world_sets_is_told_as_it_holds(first):
    rows = first.tables["people"]
    wet = rows[rows["scenario"] == "wet.toml"]
    assert set(wet["season_asked"]) == {"dry", "wet"}
    assert set(wet["season"]) == {"wet"}
    assert any("sets the season to wet" in note for note in first.notes)


def test_the_manifest_says_of_every_task_what_became_of_it(valley, first):
    told = json.loads((valley / "first" / "manifest.json").read_text("utf-8"))
    assert len(told["tasks"]) == 4 * 2 * 3 == first.made
    assert {one["state"] for one in told["tasks"]} == {"done"}
    assert all((valley / "first" / one["file"]).is_file() for one in told["tasks"])
    assert told["tables"]["od"]["rows"] == len(first.tables["od"])


def test_nothing_is_done_twice(valley, first):
    again = batch(valley / "plan.toml", "none", output=valley / "first")
    assert (again.done_before, again.made) == (len(first.tasks), 0)
    elsewhere = batch(valley / "plan.toml", "none", output=valley / "second")
    assert (elsewhere.done_before, elsewhere.made) == (0, 0), "workers had kept them"
    one, other = (
        {k: v[1] for k, v in content(valley / name).items() if k != "log.jsonl"}
        for name in ("first", "second")
    )
    assert one == other


def test_a_grown_plan_does_only_what_is_new(valley, first, tmp_path):
    for name in ("cut", "wet"):
        (tmp_path / f"{name}.toml").write_text(
            (valley / f"{name}.toml").read_text("utf-8"), "utf-8"
        )
    grown = tmp_path / "plan.toml"
    grown.write_text(PLAN.replace('["coll', '["border_checkpoint", "coll'), encoding="utf-8")
    found = batch(grown, "none", output=valley / "first")
    assert found.done_before == len(first.tasks)
    assert found.made == len(first.tasks)
    less = batch(valley / "plan.toml", "none", output=valley / "first")
    assert (less.done_before, less.made) == (len(first.tasks), 0)
    assert len(list((valley / "first" / "answers").glob("*.parquet"))) == len(first.tasks)


def test_a_damaged_answer_is_read_from_the_worker_or_done_again(valley, first):
    folder = valley / "first"
    good = content(folder)
    victim = min((folder / "answers").glob("*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-5] + b"xxxxx")
    found = batch(valley / "plan.toml", "none", output=folder)
    assert found.done_before == len(first.tasks) - 1
    assert content(folder)[f"answers/{victim.name}"][1] == good[f"answers/{victim.name}"][1]


def test_a_poisoned_task_is_reported_and_the_rest_is_done(valley):
    plan = valley / "poisoned.toml"
    plan.write_text(
        'areas = ["valley"]\nscenarios = ["no_such.toml", "today"]\nto = ["collection_point"]\n',
        encoding="utf-8",
    )
    found = batch(plan, "none")
    assert found.tasks["state"].tolist() == ["failed", "done"]
    assert "9999" in found.failed["why"].iloc[0]
    assert set(found.tables["places"]["scenario"]) == {"today"}


def test_a_surface_in_tiles_is_the_one_of_the_study(valley):
    plan = valley / "ground.toml"
    plan.write_text(
        'areas = ["valley"]\nto = ["collection_point"]\nanswers = ["surface"]\n'
        "resolution_m = 2000\ntile_cells = 16\n",
        encoding="utf-8",
    )
    found = batch(plan, "none")
    rows = found.tables["surface"]
    study = open_study("valley")
    whole = travel_time_surface(study, "collection_point", resolution_m=2000)
    assert whole.grid.shape[1] > 2 * 16, "there are several tiles"
    ours = np.stack(rows["minutes"].to_list())
    theirs = np.where(np.isfinite(whole.time_s), whole.time_s / 60, np.nan)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    x, y = whole.grid.centres()
    assert (rows["x_m"] == x[0]).all()
    assert (rows["y_m"] == y).all()
    assert any("No terrain is known" in note for note in found.notes)


def test_another_run_that_holds_the_folder_is_told(valley):
    with (
        locked(valley / "held" / "manifest.json"),
        pytest.raises(WriteError, match="another run holds it"),
    ):
        batch(valley / "plan.toml", "none", output=valley / "held")


def test_a_folder_of_something_else_is_left_alone(valley, tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "an app"}', encoding="utf-8")
    with pytest.raises(DataError, match="is no manifest of a batch"):
        batch(valley / "plan.toml", "none", output=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
