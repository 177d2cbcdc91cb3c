"""`chaidaen monitor` as a person runs it: figures recorded, followed, drawn."""

from __future__ import annotations

import csv
import json
from datetime import date

import pandas as pd
import pytest
from commands import content, done, problem, process, run
from valley import write_valley

from layers.area import load_area
from layers.goals.history import history_path, read_history
from scripts.monitor.command import record
from tests.layers.goals.test_targets import GOOD
from tests.maps.report.test_report import EVIL

ONE, OTHER = "1" * 64, "2" * 64
JULY_2028 = "1846065600"  # 2028-07-01, half of the way from 2026-01-01 to 2030-12-31


@pytest.fixture
def valley(home, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JULY_2028)
    write_valley(home)
    return load_area("valley")


def add(area, value, day=None, fingerprint=ONE, source="strategic"):
    figures = pd.DataFrame(
        [("mean_minutes_hospital", value, "min"), ("open_crossings", float("nan"), "crossings")],
        columns=["id", "value", "unit"],
    )
    return record(area, figures, source=source, fingerprint=fingerprint, day=day)


def own_targets(home, text=GOOD):
    path = home / "monitor" / "valley" / "targets.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_figures_are_followed_against_targets(valley, home):
    own_targets(home)
    add(valley, 50.0, date(2026, 1, 1))
    add(valley, 46.0, fingerprint=OTHER)
    found = json.loads(done("monitor", "valley", "--format", "json").stdout)
    assert found["date"] == "2028-07-01"
    (row,) = found["indicators"]
    # 912 of 1825 days of the way from 50 to 40.
    assert row["expected"] == pytest.approx(50 - 10 * 912 / 1825)
    assert row["state"] == "behind"
    assert (row["value"], row["value_date"], row["change"], row["trend"], row["runs"]) == (
        46.0,
        "2028-07-01",
        -4.0,
        "better",
        2,
    )
    assert [step["state"] for step in found["steps"]] == ["late"]


def test_a_table_in_both_languages(valley, home):
    own_targets(home)
    add(valley, 44.0)
    result = done("monitor", "valley")
    assert "Mean minutes to a hospital, dry season" in result.stdout
    assert "on track" in result.stdout
    assert "only proposed" in result.stderr
    assert str(history_path(valley)) in result.stderr
    thai = done("monitor", "valley", "--lang", "th", "--quiet")
    assert "เวลาเดินทางเฉลี่ยถึงโรงพยาบาล (ฤดูแล้ง)" in thai.stdout
    assert "44.0 นาที" in thai.stdout
    assert thai.stderr == ""


def test_files_are_written_whole_and_never_over_others(valley, home, tmp_path):
    own_targets(home)
    add(valley, 44.0)
    out, alone = tmp_path / "ผล ลัพธ์", tmp_path / "หน้า.html"
    done("monitor", "valley", "--output", out, "--page", alone)
    assert sorted(content(out)) == ["history.csv", "indicators.csv", "monitor.html", "steps.csv"]
    assert alone.read_bytes() == (out / "monitor.html").read_bytes()
    before = content(out)
    assert "--overwrite" in problem("monitor", "valley", "--output", out)
    assert content(out) == before
    done("monitor", "valley", "--map", alone, "--overwrite")
    with (out / "indicators.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["indicator"], row["state"], row["due"]) == (
        "mean_minutes_hospital",
        "on_track",
        "2030-12-31",
    )


def test_the_same_run_again_replaces(valley):
    for value in (44.0, 43.0):
        path = add(valley, value)
    assert path == history_path(valley)
    found = read_history(valley)
    assert found["value"].dropna().tolist() == [43.0]
    assert set(found["date"]) == {"2028-07-01"}


def test_roads_of_another_source_are_not_mixed_in(valley, home):
    own_targets(home)
    add(valley, 40.0, date(2026, 1, 1), source="osm")
    add(valley, 48.0, date(2027, 1, 1))
    result = done("monitor", "valley", "--format", "csv")
    (row,) = csv.DictReader(result.stdout.splitlines())
    assert (row["value"], row["change"]) == ("48.0", "")
    assert "runs on other roads than strategic are left out" in result.stderr
    (row,) = csv.DictReader(
        done("monitor", "valley", "--format", "csv", "--source", "osm").stdout.splitlines()
    )
    assert row["state"] == "reached"


@pytest.mark.usefixtures("valley")
def test_targets_from_a_file_that_is_named(home, tmp_path):
    own_targets(home, "this is not read")
    path = tmp_path / "my targets.toml"
    path.write_text(GOOD.replace("Survey", "=cmd|' /C calc'!A0"), encoding="utf-8")
    done("monitor", "valley", "--targets", path, "--output", tmp_path / "out")
    assert "'=cmd" in (tmp_path / "out" / "steps.csv").read_text(encoding="utf-8")
    assert "targets.toml: not valid TOML" in problem("monitor", "valley")
    line = problem("monitor", "valley", "--targets", tmp_path / "none.toml")
    assert "none.toml: no such file; a file of targets was expected there" in line


def test_hostile_titles_stay_text(valley, home, tmp_path):
    own_targets(home, GOOD.replace('"Near"', json.dumps(EVIL)))
    add(valley, 44.0)
    done("monitor", "valley", "--page", tmp_path / "a.html")
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in html
    assert str(191 * 7000003) not in html


def test_without_targets_and_without_figures(valley):
    result = done("monitor", "valley")
    assert result.stdout.strip() == ""
    assert "no targets are set" in result.stderr
    assert "no figures yet: chaidaen report valley adds its own" in result.stderr
    assert done("monitor", "valley", "--format", "csv").stdout.startswith("indicator,unit,")
    assert json.loads(done("monitor", "valley", "--format", "json").stdout)["indicators"] == []
    add(valley, 44.0)
    assert "no target" in done("monitor", "valley").stdout


def test_a_damaged_history_is_one_clear_line(valley):
    path = add(valley, 44.0)
    path.write_text(path.read_text(encoding="utf-8").replace("44.0", "4x"), encoding="utf-8")
    line = problem("monitor", "valley")
    assert "history.csv: row 2, column 'value': '4x' is not a number" in line


@pytest.mark.slow
def test_check_reads_targets_too(valley, home):
    own_targets(home)
    assert "ok       targets: 1, steps: 1" in done("check", valley.slug).stdout
    own_targets(home, GOOD.replace("target = 40", "target = 60"))
    result = run("check", valley.slug)
    assert result.exit_code == 1
    assert "PROBLEM" in result.stdout
    assert "key 'goals.1.indicators.1.target'" in result.stdout


def test_wrong_usage_and_a_wrong_date(valley, monkeypatch):
    assert run("monitor", valley.slug, "--format", "geojson").exit_code == 2
    assert "'nowhere' is not known" in problem("monitor", "nowhere")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert "SOURCE_DATE_EPOCH=yesterday" in problem("monitor", valley.slug)


def test_the_shipped_area_has_targets_and_a_process_of_its_own_says_so(home):
    ran = process("monitor", "mae_hong_son", "--lang", "th", CHAIDAEN_HOME=str(home))
    assert ran.returncode == 0, ran.stderr.decode()
    assert "ยังไม่มีข้อมูล" in ran.stdout.decode()
    assert "ไม่ใช่เป้าหมายของทางราชการ" in ran.stderr.decode()
