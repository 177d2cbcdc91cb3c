"""The history of an area: runs are added whole, replaced, never lost, and damage is told."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest
from commands import ROOT

from layers.area import load_area
from layers.errors import DataError, WriteError
from layers.goals.history import append_history, history_path, read_history
from layers.io.files import locked

AREA = load_area("mae_hong_son")
ONE, OTHER = "a" * 64, "b" * 64

pytestmark = pytest.mark.usefixtures("home")


def figures(**values: float) -> pd.DataFrame:
    return pd.DataFrame({"id": list(values), "value": list(values.values()), "unit": "min"})


def add(day: str, fingerprint: str, source: str = "strategic", **values: float) -> None:
    append_history(
        AREA,
        figures(**values),
        date=date.fromisoformat(day),
        source=source,
        fingerprint=fingerprint,
        version="1.0",
    )


def test_where_nothing_was_run_there_is_no_row():
    assert read_history(AREA).empty
    assert not history_path(AREA).exists()


def test_runs_follow_one_another_and_what_is_not_known_is_empty(home):
    add("2026-01-01", ONE, mean_minutes_hospital=1 / 3, open_crossings=np.nan)
    add("2027-01-01", ONE, mean_minutes_hospital=2.0)
    path = home / "monitor" / AREA.slug / "history.csv"
    assert path.read_text(encoding="utf-8").splitlines() == [
        "date,id,value,unit,source,fingerprint,version",
        f"2026-01-01,mean_minutes_hospital,0.3333333333333333,min,strategic,{ONE},1.0",
        f"2026-01-01,open_crossings,,min,strategic,{ONE},1.0",
        f"2027-01-01,mean_minutes_hospital,2.0,min,strategic,{ONE},1.0",
    ]
    assert read_history(AREA)["value"].tolist()[::2] == [1 / 3, 2.0]


def test_the_same_day_and_fingerprint_replaces_and_another_does_not():
    add("2026-01-01", ONE, mean_minutes_hospital=1.0, open_crossings=5.0)
    add("2026-01-01", OTHER, mean_minutes_hospital=2.0)
    add("2026-01-01", ONE, mean_minutes_hospital=3.0)
    found = read_history(AREA)
    assert found[["fingerprint", "value"]].to_numpy().tolist() == [[OTHER, 2.0], [ONE, 3.0]]


@pytest.mark.slow
def test_runs_at_once_all_get_in():
    code = (
        "import sys, datetime, pandas as pd\n"
        "from layers.area import load_area\n"
        "from layers.goals.history import append_history\n"
        "area, n = load_area('mae_hong_son'), sys.argv[1]\n"
        "for at in range(5):\n"
        "    append_history(area, pd.DataFrame({'id': ['x'], 'value': [float(at)], 'unit': ''}),\n"
        "        date=datetime.date(2026, 1, 1 + at), source='osm', fingerprint=n * 32,\n"
        "        version='1')\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, n], cwd=ROOT) for n in "abc"]
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
    found = read_history(AREA)
    assert len(found) == 15
    assert found.groupby("fingerprint")["date"].nunique().tolist() == [5, 5, 5]


def test_who_waits_too_long_is_told(tmp_path):
    path = tmp_path / "history.csv"
    with (
        locked(path),
        pytest.raises(WriteError, match="history.csv: not written: another run holds it for 0 s"),
        locked(path, wait_s=0),
    ):
        pytest.fail("the lock must not be given twice")
    with locked(path, wait_s=0):
        pass


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-13-01,x,1,,osm,{f},1", "row 3, column 'date': '2026-13-01' is no date"),
        ("20260101,x,1,,osm,{f},1", "row 3, column 'date'"),
        ("2026-01-01,x,many,,osm,{f},1", "row 3, column 'value': 'many' is not a number"),
        ("2026-01-01,x,inf,,osm,{f},1", "row 3, column 'value'"),
        ("2026-01-01,x,1,,google,{f},1", "row 3, column 'source': 'google' is none of osm"),
        ("2026-01-01,x,1,,osm,zz,1", "row 3, column 'fingerprint': 'zz' is no fingerprint"),
        ("2026-01-01,x,1", "row 3: 3 cells where the header has 7"),
    ],
)
def test_a_damaged_line_is_told_and_nothing_is_added(line, said):
    add("2026-01-01", ONE, mean_minutes_hospital=1.0)
    path = history_path(AREA)
    damaged = path.read_text(encoding="utf-8") + line.format(f=ONE) + "\n"
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(DataError, match="history.csv: ") as caught:
        read_history(AREA)
    assert said in str(caught.value)
    with pytest.raises(DataError, match="history.csv: "):
        add("2027-01-01", ONE, mean_minutes_hospital=1.0)
    assert path.read_text(encoding="utf-8") == damaged


def test_what_cannot_stand_in_a_history_is_refused():
    twice = pd.concat([figures(open_crossings=1.0)] * 2)
    for wrong, said in (
        ({"figures": twice}, "open_crossings stands twice"),
        ({"figures": figures(open_crossings=np.inf)}, "open_crossings is no finite number"),
        ({"source": "google"}, "'google' is none of osm, strategic"),
        ({"fingerprint": "../../x"}, "is no fingerprint"),
    ):
        given = {
            "figures": figures(open_crossings=1.0),
            "date": date(2026, 1, 1),
            "source": "osm",
            "fingerprint": ONE,
            "version": "1",
        } | wrong
        with pytest.raises(DataError, match=said):
            append_history(AREA, **given)
    assert not history_path(AREA).exists()
