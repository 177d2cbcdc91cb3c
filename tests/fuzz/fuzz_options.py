"""Whatever is typed after a verb: an answer, one clear line, or how the verb is used."""

from __future__ import annotations

import re

import click
import pytest
from commands import run
from fuzzing import fuzzed
from hypothesis import strategies as st
from valley import write_busy_valley

from scripts.cli import chaidaen

pytestmark = pytest.mark.filterwarnings("ignore")

VERBS = (
    *(
        "access",
        "areas",
        "calibrate",
        "check",
        "compare",
        "export",
        "freight",
        "monitor",
        "quality",
    ),
    *("risk", "route", "scenarios", "vehicles"),
)
PLACES = ["town", "City", "เมือง", "village", "hub", "98.0,19.0", "19.0,98.0", "nowhere", "nan,inf"]
ODD = ["", "-", "x", "0", "1", "-1", "nan", "inf", "-inf", "1e308", "1e-320", "9" * 19, "๑๒", "½"]
ODD += ["30,60", "60,30", "1,,2", "hospital", "truck_6w", "car", "walk", "dry", "faster", "shut"]
ODD += ["1095:3-5", "5-3", "1095", "th", "2026-02-30", "2569-01-01", "24:00", "06:00", "\x1b[31m"]
ODD += [
    "\u202egnp.exe",
    "a" * 300,
    "a/b",
    "..",
    "../up",
    "con",
    "new.html",
    "new",
    "/dev/null",
    ".",
]


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """Go to a folder of one's own, with an area in the data folder."""
    base = tmp_path_factory.mktemp("ที่ นี่")
    write_busy_valley(base / "home")
    (base / "work").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(base / "home"))
        patch.chdir(base / "work")
        yield base / "work"


@st.composite
def commands(draw):
    """Draw a verb, mostly with an area and places that there are, and up to three options."""
    verb = draw(st.sampled_from(VERBS))
    command = chaidaen.get_command(click.Context(chaidaen), verb)
    assert command is not None
    words = [verb]
    for one in command.params:
        if isinstance(one, click.Argument):
            # One of the areas that ship is called `nan`.
            area = ["valley"] * 40 + [word for word in ODD if word != "nan"]
            words.append(draw(st.sampled_from(area if one.name == "area" else PLACES * 4 + ODD)))
    options = [one for one in command.params if isinstance(one, click.Option)]
    for one in draw(st.lists(st.sampled_from(options), max_size=3)):
        words.append(draw(st.sampled_from(one.opts)))
        if not one.is_flag:
            choices = list(one.type.choices) if isinstance(one.type, click.Choice) else PLACES
            words.append(draw(st.sampled_from([*choices * 3, *ODD]) | st.text(max_size=6)))
    return words


@fuzzed(21, of=10, words=commands())
def test_options(here, words):
    before = beside(here)
    result = run(*[word.replace("\x00", "") for word in words])
    ended = result.exception
    assert ended is None or isinstance(ended, SystemExit), f"{words}: {ended!r}"
    assert result.exit_code in {0, 1, 2}, words
    last = (result.stderr.strip().splitlines() or [""])[-1]
    if result.exit_code == 1:
        assert last.startswith("chaidaen: "), f"{words}: {last}"
    for told in (result.stdout, result.stderr):
        assert "Traceback" not in told, words
        assert "\x1b" not in told, words
    if not result.exit_code:
        assert words[0] == "areas" or not re.search(r"\bnan\b", result.stdout), words
    assert beside(here) == before, words
    return result.exit_code == 0


def beside(folder):
    """Return what lies beside a folder but `up`, where results go that are wanted in `../up`."""
    return {one.name for one in folder.parent.iterdir()} - {"up"}
