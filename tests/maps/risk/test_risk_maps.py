"""The maps of risk: three measures, places in the rains, and what if a stretch fails."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from commands import done
from valley import write_valley

from layers.errors import UnknownNameError
from maps.qgis.risk import risk_styles
from tests.maps.report.test_report import EVIL, Tags
from tests.scripts.risk.test_risk import FAST, RING, WITH_HOSPITAL

pytestmark = pytest.mark.slow

QUOTED = '"{}"'.format(EVIL.replace('"', '""'))


@pytest.fixture
def draw(home, tmp_path):
    """Draw a page by the command line; `name` is that of the village."""

    def drawn(*more, name="Village"):
        write_valley(home, places=WITH_HOSPITAL.replace("Village", name), highways=RING)
        path = tmp_path / "page.html"
        done("risk", "valley", *FAST, "--map", path, "--overwrite", *more)
        return path.read_text(encoding="utf-8")

    return drawn


def test_the_page_says_it_in_both_languages(draw):
    html = draw()
    tags = Tags(html)
    for words in (
        "Which roads must not fail: Valley",
        "ถนนที่ต้องไม่ขาด: หุบเขา",
        "Worst to lose",
        "ขาดแล้วเสียหายที่สุด",
        "1095 km 0",
        "1095 กม. 0",
    ):
        assert words in tags.text
    assert "Rank correlation over links" in tags.text
    assert tags.count("svg") >= 2
    assert draw() == html


def test_what_comes_from_outside_is_text(draw):
    for more in ((), ("--link", "1095:0-30")):
        html = draw(*more, name=QUOTED)
        assert "<script>alert(1)" not in html
        assert str(191 * 7000003) not in html
        assert EVIL in Tags(html).text


def test_every_line_has_a_look_for_each_measure(draw):
    data = re.search(r'id="risk-data">(.*?)</script>', draw(), re.DOTALL)[1]
    found = json.loads(data)
    assert len(found["measures"]) == 3
    assert all(len(looks) == 3 for looks in found["looks"])
    assert found["looks"][0][0] == ["#0d0887", 7.0]


def test_a_failure_has_a_map(draw):
    tags = Tags(draw("--link", "1095:0-30", "--link", "Way round:0-60", "--days", "7"))
    assert "fails for 7 days" in tags.text
    assert "ถูกตัดขาด" in tags.text
    assert "5,000 people" in tags.text


@pytest.mark.parametrize("layer", ["corridors", "links", "places", "lost"])
def test_styles_are_those_of_the_page(layer):
    root = ET.fromstring(risk_styles(layer).split("\n", 1)[1])  # noqa: S314
    classes, symbols = list(root.iter("range")), list(root.iter("symbol"))
    assert len(symbols) == max(len(classes), 1)
    assert all(" / " in one.get("label") for one in classes)


def test_a_layer_without_style_is_named():
    with pytest.raises(UnknownNameError, match=r"'roads' has no style; layers: corridors"):
        risk_styles("roads")
