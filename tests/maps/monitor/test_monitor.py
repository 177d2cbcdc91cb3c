"""The page of goals and indicators: both languages, text kept text, charts that tell the truth."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from browsing import axe, opening

from geo.goals.standing import STATES, STEP_STATES, standings
from layers.area import load_area
from layers.errors import UnknownNameError
from layers.goals.indicators import UNITS, indicators
from layers.goals.targets import Goal, Step, Target, Targets
from layers.store.store import SOURCES
from maps.monitor import words
from maps.monitor.monitor import monitor_page, monitor_section
from tests.maps.report.test_report import EVIL, Tags

AREA = load_area("mae_hong_son")
TODAY = date(2027, 7, 1)
FALL = Target(
    "mean_minutes_hospital",
    50,
    date(2026, 1, 1),
    40,
    date(2029, 1, 1),
    "Health office",
    "สาธารณสุขจังหวัด",
    "plan of the province",
    "A",
)
RISE = Target(
    "rural_access_index_pct",
    80,
    date(2026, 1, 1),
    90,
    date(2028, 12, 31),
    "Roads",
    "แขวงทางหลวง",
    "plan",
    "B",
)
STEPS = (
    Step("Survey", "สำรวจ", date(2026, 1, 1), date(2026, 12, 31), "Roads", "แขวงทางหลวง"),
    Step("Build", "ก่อสร้าง", date(2027, 1, 1), date(2029, 12, 31), "Roads", "แขวงทางหลวง"),
)
TARGETS = Targets((Goal("Near", "ใกล้", (FALL, RISE)),), STEPS, "A draft", "ฉบับร่าง")
HISTORY = pd.DataFrame(
    [
        ("2026-01-01", FALL.indicator, 50.0),
        ("2027-06-30", FALL.indicator, 44.0),
        ("2027-06-30", "open_crossings", 3.0),
    ],
    columns=["date", "id", "value"],
)


def page(targets=TARGETS, *, history=HISTORY, lang="en", day=TODAY):
    found = standings(targets, history, day)
    return monitor_page(
        area=AREA,
        standings=found,
        targets=targets,
        day=day,
        source="strategic" if len(history) else "",
        lang=lang,
    )


def test_the_page_says_it_in_both_languages():
    html = page()
    text = Tags(html).text
    for said in (
        "Goals and indicators of Mae Hong Son",
        "เป้าหมายและตัวชี้วัด แม่ฮ่องสอน",
        "44.0 min, 30 June 2027",
        "44.0 นาที เมื่อ 30 มิถุนายน พ.ศ. 2570 (ค.ศ. 2027)",
        "40.0 min by 1 January 2029",
        "on track",
        "เป็นไปตามแผน",
        "no data yet",
        "better than the run before (-6.0)",
        "สาธารณสุขจังหวัด",
        "plan of the province · A",
        "A draft",
        "ฉบับร่าง",
        "late",
        "ล่าช้ากว่ากำหนด",
        "under way",
        "3 crossings",
        "Days with figures: 2, on the strategic network",
    ):
        assert said in text, said
    assert page() == html
    assert '<html lang="th">' in page(lang="th")
    with pytest.raises(UnknownNameError, match="'de'"):
        page(lang="de")


def test_what_comes_from_outside_is_text():
    one = replace(FALL, owner_en=EVIL, owner_th=EVIL, source=EVIL)
    step = replace(STEPS[0], title_en=EVIL, title_th=EVIL, responsible_en=EVIL)
    html = page(Targets((Goal(EVIL, EVIL, (one,)),), (step,), EVIL, EVIL))
    assert "<script>alert(1)" not in html
    assert str(191 * 7000003) not in html
    assert Tags(html).text.count(EVIL) >= 6


def test_every_figure_unit_and_state_has_words():
    assert set(words.MEASURES) == {one.measure for one in indicators().values()}
    assert set(words.UNITS) == set(UNITS)
    assert set(words.STATES) == set(STATES)
    assert set(words.STEP_STATES) == set(STEP_STATES)
    assert set(words.SOURCES) == set(SOURCES)
    for one in indicators().values():
        english, thai = words.name_of(one)
        assert "_" not in english
        assert re.search("[ก-๙]", thai)
        assert not re.search("[a-z]", thai), thai
        assert all(words.value_of(one, 1234.5))


def points(html):
    """Return the recorded points of the first chart, and the straight line of its plan."""
    (chart,) = re.findall(r'<svg class="followed-chart" role="img".*?</svg>', html, re.DOTALL)[:1]
    line = re.search(r'class="line" points="([^"]+)"', chart)[1]
    recorded = [tuple(map(float, pair.split(","))) for pair in line.split()]
    plan = re.search(r'class="plan" x1="(.+?)" y1="(.+?)" x2="(.+?)" y2="(.+?)"', chart)
    now = float(re.search(r'class="now" x1="(.+?)"', chart)[1])
    return recorded, tuple(map(float, plan.groups())), now, chart


def test_the_chart_stands_in_its_years():
    recorded, (x1, y1, x2, y2), now, chart = points(page())
    # The first value is the baseline; 44 lies six tenths of the way from 50 to 40.
    assert recorded[0] == (x1, y1)
    assert recorded[1][1] == pytest.approx(y1 + 0.6 * (y2 - y1), abs=0.1)
    days = (date(2027, 6, 30) - date(2026, 1, 1)).days / (date(2029, 1, 1) - date(2026, 1, 1)).days
    assert recorded[1][0] == pytest.approx(x1 + days * (x2 - x1), abs=0.1)
    assert recorded[1][0] < now < x2
    assert re.findall(r'<text lang="en"[^>]*>(\d+)<', chart) == [
        "2026",
        "2027",
        "2028",
        "2029",
        "2030",
    ]
    assert re.findall(r">(\d+)<tspan[^>]*>\((\d+)\)", chart)[0] == ("2569", "2026")


def test_one_run_or_none_and_no_targets_draw_too():
    first = page(history=HISTORY[:1])
    assert "<polyline" not in points_free(first)
    assert "no data yet" in Tags(page(history=HISTORY[:0])).text
    assert "No figures yet" in Tags(page(history=HISTORY[:0])).text
    alone = Tags(page(None)).text
    assert "No targets are set" in alone
    assert "44.0 min" in alone
    assert "Timetable" not in alone
    assert "has no steps" in Tags(page(replace(TARGETS, steps=()))).text


def points_free(html):
    """Return a page's charts of indicators only, without the legend."""
    return "".join(re.findall(r'<svg class="followed-chart" role="img".*?</svg>', html, re.DOTALL))


def test_a_section_for_the_page_of_a_report():
    found = standings(TARGETS, HISTORY, TODAY)
    html = monitor_section(standings=found, targets=TARGETS, day=TODAY, source="osm", lang="th")
    assert html.startswith('<section id="monitor"')
    assert "<html" not in html
    assert html.count("<section") == html.count("</section>")
    assert "on roads of OpenStreetMap" in html


def test_the_page_opens_without_a_map_and_changes_language(browser, tmp_path):
    path = tmp_path / "เป้า หมาย.html"
    path.write_text(page(), encoding="utf-8")
    with opening(browser, path) as opened:
        for lang in ("th", "en"):
            opened.speak(lang)
            assert axe(opened.page) == []
        assert opened.quiet()
    assert "leaflet" not in page().split("<style>")[0]
