"""Templates of scenarios: read and applied as they are, no key left out."""

import re
from dataclasses import fields

import pytest
from commands import done, problem
from valley import write_valley

from geo.compare.templates import template
from geo.scenario.changes import KINDS
from geo.scenario.scenario_file import read_scenario
from geo.scenario.selection import Select
from geo.study import open_study
from layers.errors import UnknownNameError


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_a_scenario_that_can_be_applied(kind, study, tmp_path):
    path = tmp_path / f"{kind}.toml"
    path.write_text(template(study, kind), encoding="utf-8")
    read = read_scenario(path)
    assert read.problems == ()
    assert [change.kind for change in read.changes] == [kind]
    changed = study.with_scenarios(str(path))
    assert changed.touched or kind in {"set-season", "change-price"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_stands_in_it(kind, study):
    text = template(study, kind)
    keys = set(re.findall(r"^(?:# )?(\w+) =", text, re.MULTILINE))
    assert {one.name for one in fields(KINDS[kind])} <= keys
    if "where" in keys:
        told = re.findall(r"^#   ([a-z_, ]+): ", text, re.MULTILINE)
        assert {name for row in told for name in row.split(", ")} == {
            one.name for one in fields(Select)
        }
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("kind", KINDS)
def test_keys_that_stand_as_comments_are_keys(kind, study, tmp_path):
    """Each is known: with its # taken away a fault is of its value, never of its name."""
    path = tmp_path / "a.toml"
    path.write_text(re.sub(r"^# (\w+ = )", r"\1", template(study, kind), flags=re.MULTILINE))
    assert not [said for said in read_scenario(path).problems if "unknown" in said]


def test_a_road_of_the_area_itself_is_named(study):
    line = next(x for x in template(study, "close-roads").splitlines() if x.startswith("where"))
    assert re.search(r'"(1095|108|1263|105|1265|1194|1337|1285)"', line)


def test_other_kinds_are_named(study):
    with pytest.raises(
        UnknownNameError, match="'explode' is no kind of change; kinds: close-roads"
    ):
        template(study, "explode")


def test_the_command_lists_and_writes(home, tmp_path):
    write_valley(home)
    told = done("scenarios", "mae_hong_son").stdout
    assert "upgrade_1263" in told
    assert "change-roads" in told
    path = tmp_path / "ปิด ถนน.toml"
    done("scenarios", "valley", "--new", "close-roads", "--output", path)
    assert "close-roads" in path.read_text(encoding="utf-8")
    assert "is already there" in problem(
        "scenarios", "valley", "--new", "landslide", "--output", path
    )
    assert "ปิด ถนน: Cl" in done("route", "valley", "town", "village", "--scenario", path).stderr
    assert "'boom' is no kind" in problem("scenarios", "valley", "--new", "boom")
