"""With `--lang th` a terminal speaks Thai: heads, kinds, vehicles, reasons and notes."""

from __future__ import annotations

import re

import pytest
from commands import done
from valley import write_busy_valley

from geo.scenario.changes import KINDS
from maps.base.terminal_words import in_thai
from tests.support.thai_text import english_in

STRATEGIC = ("--source", "strategic", "--lang", "th", "--quiet")
NAMES = ["Mae Hong Son", "Hospital Market Upland Village Town", "drawn", "CO2 P10 P90 IRI"]
"""What tables have in English only, and names of programs."""

AS_FILED = re.compile(
    r"\[.*|\(https?://.*|Local road .*|Road to .*|Boat .*|[a-z]+_[a-z0-9_]+|--\w+.*"
)
"""Sources, names of roads, ids and options: as the tables and the program have them."""

BEGUN = ("      ", "  ")
"""Sources of assumptions go on in such lines."""


def left_of(told, names=()):
    """Return what is English in lines of a terminal."""
    lines = [AS_FILED.sub("", line) for line in told.split("\n") if not line.startswith(BEGUN)]
    return list(english_in(lines, [*NAMES, *names]))


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    """Draw an area of which freight, scenarios and risk have something to say."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("CHAIDAEN_HOME", str(home))
        yield write_busy_valley(home)


@pytest.mark.parametrize(
    "asked",
    [
        (
            "compare",
            "--to",
            "provinces",
            "--scenario",
            "faster",
            "--scenario",
            "shut",
            "--budget",
            "5e8",
        ),
        ("risk", "--samples", "20"),
        ("risk", "--link", "1095:5-6", "--days", "3"),
        ("freight",),
        ("quality",),
        ("check",),
        ("scenarios",),
    ],
    ids=lambda asked: " ".join(asked[:2]),
)
@pytest.mark.usefixtures("valley")
def test_a_terminal_of_a_drawn_area_is_thai(asked):
    verb, *more = asked
    quiet = () if verb == "check" else ("--quiet",)
    told = done(verb, "valley", *more, "--lang", "th", *quiet).stdout
    # Ids, kinds of changes, and parts of the program that notes name.
    ids = [
        "faster shut valley rice cabbage village upland town scenarios",
        "Polygon boundary",
        "risk purposes",
    ]
    kinds = [part for one in KINDS for part in one.split("-")] if verb == "scenarios" else []
    assert left_of(told, [*ids, *kinds]) == []


@pytest.mark.usefixtures("valley")
def test_lists_are_thai_but_for_what_one_types():
    """Ids stay as they are: a command takes them so."""
    areas = done("areas", "--lang", "th").stdout
    assert left_of(areas, ["chiang rai mae hong son nan northern border tak valley"]) == []
    vehicles = done("vehicles", "--lang", "th").stdout
    _, *ids = [line.split()[0] for line in done("vehicles").stdout.splitlines()]
    assert [line.split()[0] for line in vehicles.splitlines()][1:] == ids
    assert left_of(vehicles, [" ".join(ids)]) == []


@pytest.mark.slow
def test_errors_of_published_times_are_told_in_thai():
    told = done("calibrate", "mae_hong_son", "--no-fit", *STRATEGIC).stdout
    assert left_of(told) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [
        ("access", "--to", "hospital"),
        ("freight",),
        ("route", "ปาย", "แม่ฮ่องสอน", "--explain", "--depart", "2026-12-01T08:00"),
        ("quality",),
    ],
    ids=lambda asked: asked[0],
)
def test_a_terminal_of_the_shipped_area_is_thai(asked):
    verb, *more = asked
    told = done(verb, "mae_hong_son", *more, *STRATEGIC).stdout
    if verb == "access":
        # Names of settlements stand in both languages, English second.
        told = re.sub(r"(?<=  )[A-Z][A-Za-z ()]+(?=  )", "", told)
    assert left_of(told) == []


@pytest.mark.parametrize(
    ("told", "thai"),
    [
        ("truck_6w > semi_trailer", "รถบรรทุก 6 ล้อ (15 ตัน) > รถกึ่งพ่วง (50.5 ตัน)"),
        ("closed since 2025-06-23 (https://a.b/c)", "ปิดตั้งแต่ 2025-06-23 (https://a.b/c)"),
        ("1095 bears 12 m; the vehicle is 16 m long", "1095 รับได้ 12 ม. รถยาว 16 ม."),
        (
            (
                "Farther than 5 km from every road, or with water before those that are nearer, "
                "in no figure: a, b and 3 more."
            ),
            "ห่างถนนทุกสายเกิน 5 กม. หรือมีน้ำขวางถนนที่ใกล้กว่า ไม่อยู่ในตัวเลขใด: a, b และอีก 3 แห่ง",
        ),
        ("Drawn by hand.", "Drawn by hand."),
    ],
)
def test_what_has_numbers_in_it_is_thai(told, thai):
    assert in_thai(told) == thai
