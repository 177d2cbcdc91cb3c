"""A plan is read strictly: what it names must be there, and one message tells all that is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from valley import write_valley

from geo.batch.plan import Plan, asked_of, read_plan
from geo.batch.task import area_key, tasks_of
from layers.area import load_area
from layers.errors import DataError, MissingFileError

PLAN = 'areas = ["valley"]\nroads = "strategic"\nto = ["collection_point"]\n'
CLOSED = """title_en = "Cut"
title_th = "ขาด"
source = "drawn"
quality = "E"
[[changes]]
kind = "close-roads"
where = { ref = "1095" }
"""


@pytest.fixture
def plan(home: Path, tmp_path: Path) -> Path:
    write_valley(home)
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    (tmp_path / "cut.toml").write_text(CLOSED, encoding="utf-8")
    return path


def keys(path: Path) -> list[str]:
    return [task.key for task in tasks_of(read_plan(path), path.parent)]


def with_(path: Path, text: str) -> Path:
    path.write_text(PLAN + text, encoding="utf-8")
    return path


def test_every_cell_is_a_task_in_the_order_of_the_plan(plan):
    with_(plan, 'scenarios = ["today", "cut.toml"]\nvehicles = ["car", "pickup"]\n')
    tasks = tasks_of(read_plan(plan), plan.parent)
    assert [(t.asked.scenario, t.asked.vehicle) for t in tasks] == [
        ("today", "car"),
        ("today", "pickup"),
        ("cut.toml", "car"),
        ("cut.toml", "pickup"),
    ]
    assert len({task.key for task in tasks}) == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'vehicles = ["cart"]',
            "key 'vehicles.1': vehicle 'cart' is not known; did you mean 'car'",
        ),
        ('vehicles = ["car", "car"]', "key 'vehicles.2': 'car' stands twice"),
        ("vehicles = []", "key 'vehicles': is empty"),
        ('seasons = ["monsoon"]', "key 'seasons.1': 'monsoon' is none of dry, wet"),
        ('answers = ["all"]', "'all' is none of places, people, od, surface"),
        ('scenarios = ["flood"]', "key 'scenarios.1': in area 'valley': scenario 'flood' is not"),
        (
            'scenarios = ["tak:flood"]',
            "scenario 'flood' of area 'tak' is not known; scenarios: clo",
        ),
        ('scenarios = ["nowhere:flood"]', "key 'scenarios.1': in area 'valley': area 'nowhere'"),
        ('scenarios = ["none.toml"]', "none.toml: no such file"),
        ("minutes = [60, 30]", "key 'minutes': must rise"),
        ("colour = 1", "key 'colour': unknown; valid keys: areas, scenarios, vehicles"),
    ],
)
def test_what_there_is_not_is_refused_by_its_key(plan, text, told):
    with pytest.raises(DataError) as error:
        read_plan(with_(plan, text))
    assert str(error.value).startswith(str(plan))
    assert told in str(error.value)


def test_one_message_tells_all(plan):
    with pytest.raises(DataError, match=r"vehicles\.1.*to\.1"):
        read_plan(
            with_(plan, "").write_text(
                'areas = ["valley"]\nvehicles = ["cart"]\nto = ["moon"]\n', encoding="utf-8"
            )
            and plan
        )


def test_a_plan_must_be_there(tmp_path):
    with pytest.raises(MissingFileError, match="the plan of a batch was expected there"):
        read_plan(tmp_path / "none.toml")


def test_a_key_changes_with_what_the_answer_depends_on_and_with_nothing_else(plan, home):
    first = keys(with_(plan, 'scenarios = ["cut.toml"]\n'))
    assert keys(with_(plan, 'title = "other"\nminutes = [5]\nscenarios = ["cut.toml"]\n')) == first
    cut = plan.parent / "cut.toml"
    cut.write_text(CLOSED.replace("1095", "11"), encoding="utf-8")
    other = keys(plan)
    assert other != first
    cut.write_text(CLOSED, encoding="utf-8")
    assert keys(plan) == first
    (home / "vehicles").mkdir()
    (home / "vehicles" / "mine.toml").write_text("", encoding="utf-8")
    assert keys(plan) != first
    (home / "vehicles" / "mine.toml").unlink()
    places = home / "areas" / "valley" / "places.csv"
    places.write_text(places.read_text("utf-8").replace("4000", "4001"), encoding="utf-8")
    assert keys(plan) != first


def test_limits_of_people_are_in_the_keys_of_people_alone(plan):
    wanted = 'answers = ["places", "people"]\nminutes = [{}]\n'
    first, other = (keys(with_(plan, wanted.format(minutes))) for minutes in (30, 60))
    assert first[0] == other[0]
    assert first[1] != other[1]


def test_an_area_has_the_same_key_wherever_it_lies(home, tmp_path, monkeypatch):
    write_valley(home)
    here = area_key(load_area("valley"))
    write_valley(tmp_path / "elsewhere")
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path / "elsewhere"))
    assert area_key(load_area("valley")) == here


def test_cells_are_as_many_as_the_product():
    plan = Plan(("a", "b"), ("today", "x", "y"), ("car",), ("dry", "wet"), ("school", "market"))
    assert len(list(asked_of(plan))) == 2 * 3 * 1 * 2 * 2
