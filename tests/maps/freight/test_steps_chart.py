"""Charts of corridors across the border: steps where goods stand, waits by the hour."""

import re

import numpy as np
import pytest

from geo.freight.corridor_legs import Leg
from geo.freight.departures import HourlyWaits
from maps.freight.steps_chart import BOTTOM, LEFT, RIGHT, TOP, Way, steps_chart
from maps.freight.wait_hours import wait_hours
from maps.picture.chart import chart_picture, chart_title
from tests.maps.report.test_report import EVIL

NAME = ("City", "เมือง")


def corridor(km=(100, 50), gate=(2.0, 4.0, 9.0), cost=(300, 80, 150)):
    return (
        Leg("drive", "g", "truck", km[0] * 1000, (7200.0,) * 3, cost[0]),
        Leg("border", "g", "", 0.0, tuple(one * 3600 for one in gate), cost[1]),
        Leg("drive", "c", "truck", km[1] * 1000, (3600.0,) * 3, cost[2]),
    )


def strokes(chart):
    return re.findall(r'<path d="(M[^"]+)" fill="none"[^>]*stroke-width="(2|4.5)"', str(chart))


def test_time_rises_at_the_gate_and_the_spread_is_a_band():
    chart = steps_chart([Way(NAME, corridor())], "time", "en")
    (line, _), (step, _) = strokes(chart)
    points = [tuple(map(float, pair.split())) for pair in line[1:].split("L")]
    assert [x for x, _ in points] == pytest.approx(
        [LEFT, *[LEFT + (RIGHT - LEFT) * 100 / 150] * 2, RIGHT], abs=0.06
    )
    # 12 hours is the most at the 90th percentile; 2, 6 and 7 are the median's corners.
    heights = [(BOTTOM - y) / (BOTTOM - TOP) * 12 for _, y in points]
    assert heights == pytest.approx([0, 2, 6, 7], abs=0.01)
    assert step.startswith(f"M{points[1][0]:.1f} {points[1][1]:.1f}V{points[2][1]:.1f}")
    assert 'fill-opacity=".13"' in chart


def test_cost_has_steps_and_no_band_and_the_world_before_is_dotted():
    way = Way(NAME, corridor(), corridor(km=(90, 50)))
    chart = steps_chart([way], "cost", "th")
    assert "fill-opacity" not in chart
    assert 'stroke-dasharray="1 3"' in chart
    assert "Fine dots: present state." in chart


def test_names_of_lines_that_end_together_stand_apart_within_the_plot():
    ways = [Way((f"C{at}", f"ค{at}"), corridor(cost=(300, 80, 150 + at))) for at in range(9)]
    chart = steps_chart(ways, "cost", "en")
    names = sorted(float(y) for y in re.findall(r'y="([\d.]+)" class="key"', str(chart)))
    assert len(names) == 6
    assert np.diff(names).min() >= 16.9
    assert max(names) <= BOTTOM + 5


def test_nothing_to_draw_is_nothing():
    assert not steps_chart([Way(NAME, ())], "time", "en")
    assert not wait_hours([], "en")


def test_waits_are_told_by_colour_and_by_number():
    waits = np.zeros(24)
    waits[18:] = [9 * 3600, 8 * 3600, 7 * 3600, 5400, 1200, 600]
    chart = wait_hours([(NAME, HourlyWaits(3600.0, waits, np.ones(24)))], "en")
    assert re.findall(r'text-anchor="middle" style="[^"]+">(\d+)<', str(chart)) == [
        "9",
        "8",
        "7",
        "2",
    ]
    assert len(set(re.findall(r'height="22.0" fill="(#\w+)"', str(chart)))) == 5


@pytest.mark.parametrize("lang", ["en", "th"])
def test_a_name_is_text_and_the_chart_a_picture(lang):
    way = Way((EVIL, EVIL), corridor())
    waits = HourlyWaits(3600.0, np.full(24, 4000.0), np.ones(24))
    for chart in (steps_chart([way], "time", lang), wait_hours([(way.name, waits)], lang)):
        assert "<script" not in chart
        picture = chart_picture(chart, lang)
        assert picture.startswith("<svg")
        assert "<script" not in picture
        assert all(chart_title(chart))
