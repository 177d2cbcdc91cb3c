"""The comparison page in a browser: swiped by keys and by drag, one scenario at a time."""

from __future__ import annotations

import re

import pytest
from browsing import opening
from hostile import SCRIPT

pytestmark = pytest.mark.slow

CLIPS = """() => ["before", "after-0", "after-1"].map((name) => {
  const { clip, display } = document.querySelector(`.leaflet-${name}-pane`).style;
  return [clip, display];
})"""


@pytest.fixture
def opened(browser, hostile_pages):
    with opening(browser, hostile_pages["compare"], lang="en") as page:
        yield page
        assert page.quiet()


def edges(page):
    """Return where today ends and where the shown scenario begins, px from the map's left."""
    found = [
        ([float(at) for at in re.findall(r"(-?[\d.]+)px", clip)], display)
        for clip, display in page.evaluate(CLIPS)
    ]
    (_, end, _, left), _ = found[0]  # rect(top, right, bottom, left)
    (shown,) = [clip for clip, display in found[1:] if display != "none"]
    return end - left, shown[3] - left, shown[1] - left


def test_keys_move_the_swipe(opened):
    page = opened.page
    swipe = page.get_by_role("slider")
    swipe.focus()
    end, begin, width = edges(page)
    assert end == begin == pytest.approx(width * 0.15, abs=1)
    for _ in range(55):
        page.keyboard.press("ArrowRight")
    end, begin, _ = edges(page)
    assert end == begin == pytest.approx(width * 0.7, abs=1)
    assert swipe.get_attribute("aria-valuetext") == "70 %"
    page.keyboard.press("Home")
    assert edges(page)[0] == pytest.approx(0)
    page.keyboard.press("End")
    assert edges(page)[1] == pytest.approx(width)


def test_a_drag_moves_the_swipe_and_not_the_map(opened):
    page = opened.page
    opened.shown().scroll_into_view_if_needed()
    before = opened.map("map.getCenter()")
    box = opened.shown().bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.15, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=5)
    page.mouse.up()
    end, begin, width = edges(page)
    assert end == begin == pytest.approx(width / 2, abs=15)
    assert opened.map("map.getCenter()") == before
    handle = page.locator("#swipe .divider i").bounding_box()
    assert handle["x"] + handle["width"] / 2 - box["x"] == pytest.approx(end, abs=2)


def test_the_map_is_still_dragged_aside_of_the_handle(opened):
    page = opened.page
    opened.shown().scroll_into_view_if_needed()
    before = opened.map("map.getCenter().lng")
    box = opened.shown().bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3 + 90, box["y"] + box["height"] / 4, steps=5)
    page.mouse.up()
    opened.until(f"map.getCenter().lng < {before}")
    end, begin, width = edges(page)
    assert end == begin == pytest.approx(width * 0.15, abs=1)


def test_the_other_scenario_takes_the_place_of_the_first(opened):
    page = opened.page
    assert page.evaluate(CLIPS)[2][1] == "none"
    page.click("button[data-scenario='1']")
    assert page.evaluate(CLIPS)[1][1] == "none"
    assert page.evaluate(CLIPS)[2][1] == ""
    pressed = page.locator("button[data-scenario][aria-pressed=true]")
    assert pressed.inner_text() == f"Shut {SCRIPT}"
    assert page.locator("#swipe .right").inner_text() == f"Shut {SCRIPT}"
