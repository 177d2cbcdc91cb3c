"""Scenarios in files: what is read, and every fault told by file and entry, all at once."""

from pathlib import Path

import pytest

from geo.scenario.apply import apply
from geo.scenario.changes import KINDS, CloseRoads, Landslide, SetSeason
from geo.scenario.scenario_file import find_scenarios, read_scenario, read_scenarios
from geo.scenario.selection import Select
from layers.area import load_area
from layers.errors import DataError, MissingFileError, UnknownNameError
from tests.geo.scenario.test_apply import world

HEAD = 'title_en = "T"\ntitle_th = "ท"\nsource = "me"\nquality = "E"\n'
CLOSE = '[[changes]]\nkind = "close-roads"\nwhere = { ref = "1" }\n'
WET = '[[changes]]\nkind = "set-season"\nseason = "wet"\n'


@pytest.fixture
def area(home: Path):
    """Return the shipped area, with scenarios of the user's."""
    (home / "scenarios").mkdir(parents=True)
    return load_area("mae_hong_son")


def write(home: Path, name: str, text: str) -> Path:
    path = home / "scenarios" / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_becomes_a_scenario(home, area):
    path = write(
        home, "mine", f"{HEAD}{CLOSE}[[changes]]\nkind = 'landslide'\ndays = 3\nat = [98.1, 19.2]\n"
    )
    assert find_scenarios(area)["mine"] == path
    (one,) = read_scenarios(area, ["mine"])
    assert (one.id, one.title("th"), one.quality) == ("mine", "ท", "E")
    assert one.changes == (CloseRoads(Select(ref="1")), Landslide(3.0, at=(98.1, 19.2)))
    assert read_scenarios(area, [str(path)]) == (one,)


def test_what_is_extended_comes_first_and_once(home, area):
    write(home, "wet", HEAD + WET)
    write(home, "shut", f'{HEAD}extends = ["wet"]\n{CLOSE}')
    write(home, "both", f'{HEAD}extends = ["wet", "shut"]\n')
    read = read_scenarios(area, ["both", "shut"])
    assert [one.id for one in read] == ["wet", "shut", "both"]
    changed, touched = apply(world(), read)
    assert changed.season == "wet"
    assert [type(one.change) for one in touched] == [SetSeason, CloseRoads]


def test_a_scenario_of_the_user_takes_the_place_of_a_shipped_one(home, area):
    path = write(home, "monsoon", HEAD + CLOSE)
    assert find_scenarios(area)["monsoon"] == path


def test_a_circle_is_an_error_that_shows_it(home, area):
    write(home, "a", f'{HEAD}extends = ["b"]\n')
    write(home, "b", f'{HEAD}extends = ["a"]\n')
    with pytest.raises(DataError, match="a.toml: key 'extends': .* circle: a → b → a"):
        read_scenarios(area, ["a"])


def test_an_unknown_scenario_lists_those_there_are(area):
    with pytest.raises(UnknownNameError, match="did you mean 'monsoon'.*samoeng_highway"):
        read_scenarios(area, ["monsun"])
    with pytest.raises(MissingFileError, match="nowhere.toml"):
        read_scenarios(area, ["nowhere.toml"])


ROAD = """kind = 'add-road'
name_en = 'N'
name_th = 'น'
highway = 'primary'
surface = 'asphalt'
lanes = 2
line = [[98, 19], [98, 'x']]"""
FAULTS = [
    ("kind = 'close-road'", "key 'changes.1.kind': 'close-road' .* did you mean 'close-roads'"),
    ("where = { ref = '1' }", "key 'changes.1.kind': missing; kinds: close-roads, change-roads"),
    ("kind = 'close-roads'", "key 'changes.1.where': missing"),
    ("kind = 'close-roads'\nwhere = { reff = '1' }", "where.reff': unknown; did you mean"),
    ("kind = 'close-roads'\nwhere = { ref = 1 }", "changes.1.where.ref': must be text, not 1"),
    ("kind = 'close-roads'\nwhere = { ref = '1' }\nreason = 'x'", "changes.1.reason': unknown"),
    (
        "kind = 'change-roads'\nwhere = { ref = '1' }\nmaxspeed_percent = -120",
        "changes.1.maxspeed_percent': -120.0 % is not within -100 to 1000 %",
    ),
    ("kind = 'change-price'\nitem = 'fuel_thb_per_l'\npercent = -101", "not within -100"),
    ("kind = 'change-roads'\nwhere = { ref = '1' }\nsurface = 'asphlat'", "is none of asphalt"),
    ("kind = 'set-season'\nseason = 'hot'", "'hot' is none of dry, wet"),
    (ROAD, "changes.1.line.2.2': must be a number"),
    ("kind = 'landslide'\ndays = nan\nat = [98, 19]", "changes.1.days': nan"),
]


@pytest.mark.parametrize(("entry", "words"), FAULTS, ids=[words[:40] for _, words in FAULTS])
def test_what_is_wrong_in_an_entry(home, entry, words, area):  # noqa: ARG001
    path = write(home, "bad", f"{HEAD}[[changes]]\n{entry}\n")
    with pytest.raises(DataError, match=words) as caught:
        apply(world(), [read_scenario(path)])
    assert str(caught.value).startswith(f"{path}: ")


def test_faults_of_the_file_and_of_the_roads_come_in_one_message(home, area):
    entries = "".join(f"[[changes]]\n{entry}\n" for entry, _ in FAULTS)
    nowhere = "[[changes]]\nkind = 'close-roads'\nwhere = { ref = '77' }\n"
    write(
        home, "bad", f"{HEAD}colour = 'red'\nextends = ['none']\n{entries}{nowhere}{CLOSE}{CLOSE}"
    )
    write(home, "worse", f"{HEAD}{WET}{WET}")
    with pytest.raises(DataError) as caught:
        apply(world(), read_scenarios(area, ["bad", "worse"]))
    text = str(caught.value)
    last = len(FAULTS)
    twice = f"key 'changes.{last + 3}' (close-roads): sets access of 12.0 km of road, as "
    for words in (
        "key 'colour': unknown",
        f"'changes.{last + 1}' (close-roads): selects no road",
        twice + f"bad.toml, key 'changes.{last + 2}'",
        "worse.toml: key 'changes.2' (set-season): sets the season",
    ):
        assert words in text
    assert all(f"changes.{number}." in text for number in range(1, last + 1))


def test_a_file_without_changes_is_an_error(home, area):  # noqa: ARG001
    for text in ("", "changes = 5\n", "changes = [5]\n"):
        with pytest.raises(DataError, match="changes"):
            apply(world(), [read_scenario(write(home, "empty", HEAD + text))])
    with pytest.raises(DataError, match="not valid TOML"):
        read_scenario(write(home, "broken", "title_en = "))


def test_every_kind_says_what_it_is():
    assert all(cls.__doc__ and cls.kind == kind for kind, cls in KINDS.items())
