"""`chaidaen batch` as a person gives it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from commands import done, problem, run
from valley import write_valley

from geo.batch.worker import forget

PLAN = 'areas = ["valley"]\nto = ["collection_point"]\nseasons = ["dry", "wet"]\n'


@pytest.fixture
def plan(home: Path, tmp_path: Path) -> Path:
    write_valley(home)
    forget()
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_results_are_where_they_are_said_to_be(plan, tmp_path):
    said = done("batch", plan, "--scheduler", "none", "--output", tmp_path / "out")
    assert "2 of 2 tasks done: 0 stood there before, 2 computed now" in said.stdout
    assert len(pd.read_parquet(tmp_path / "out" / "places.parquet")) == 2 * 2
    again = done(
        "batch", plan, "--scheduler", "none", "--output", tmp_path / "out", "--format", "json"
    )
    told = json.loads(again.stdout)
    assert (told["done_before"], told["computed"], told["failed"]) == (2, 0, 0)
    assert told["tables"] == {str(tmp_path / "out" / "places.parquet"): 4}


def test_a_plan_with_a_fault_is_one_line_and_no_result(plan, tmp_path):
    plan.write_text(PLAN + 'vehicles = ["cart"]\n', encoding="utf-8")
    line = problem("batch", plan, "--scheduler", "none", "--output", tmp_path / "out")
    assert "plan.toml: key 'vehicles.1': vehicle 'cart' is not known; did you mean 'car'?" in line
    assert not (tmp_path / "out").exists()


def test_a_failed_task_is_told_with_exit_code_1_and_the_rest_is_there(plan, tmp_path):
    """No hospital is drawn in the valley: that cannot be answered, the other can."""
    plan.write_text(PLAN.replace('["coll', '["hospital", "coll'), encoding="utf-8")
    result = run("batch", plan, "--scheduler", "none", "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert "2 of 4 tasks done" in result.stdout
    last = result.stderr.splitlines()[-1]
    assert last.startswith("chaidaen: 2 of 4 tasks failed, the first of valley in today: ")
    assert "hospital" in last
    assert set(pd.read_parquet(tmp_path / "out" / "places.parquet")["to"]) == {"collection_point"}


def test_options_of_a_cluster_here_are_refused_with_a_scheduler_elsewhere(plan):
    for words in (("--workers", "2"), ("--memory", "1GB")):
        result = run("batch", plan, "--scheduler", "none", *words)
        assert result.exit_code == 2
        assert "are of a cluster on this machine" in result.stderr


def test_a_cluster_that_cannot_start_is_one_line(plan, tmp_path):
    line = problem("batch", plan, "--memory", "much", "--output", tmp_path / "out")
    assert "no cluster starts on this machine" in line
