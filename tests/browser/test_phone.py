"""Every kind of page on a phone: nothing beside the screen, nothing cut, layers within reach."""

from __future__ import annotations

import pytest
from browsing import PHONE, axe, opening
from hostile import KINDS

pytestmark = pytest.mark.slow

# Words that leave the screen, are cut by their box, or stand one letter below the other.
CUT = """() => {
  const found = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const text = words.currentNode.textContent.trim();
    const box = words.currentNode.parentElement;
    if (text.length < 4 || !box.checkVisibility({ visibilityProperty: true })) continue;
    if (box.closest("script, style, svg, .unseen, .leaflet-map-pane")) continue;
    if (box.closest("details:not([open]) > :not(summary)")) continue;
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size;
    const { left, right } = range.getBoundingClientRect();
    const holder = box.closest(".scroll");
    if (!holder && (left < -1 || right > innerWidth + 1)) found.push(`beside the screen: ${text}`);
    if (lines > Math.max(3, text.length / 4)) found.push(`in ${lines} lines: ${text}`);
    for (let one = box; one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (one === holder || one.matches(".leaflet-container, #swipe")) break;
      if (/hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1) {
        found.push(`cut: ${text}`);
        break;
      }
    }
  }
  return found;
}"""


@pytest.fixture(scope="module", params=KINDS)
def opened(request, browser, hostile_pages):
    with opening(browser, hostile_pages[request.param], size=PHONE) as page:
        yield page


@pytest.fixture(autouse=True)
def _nothing_is_asked_for_or_complained_of(opened):
    yield
    assert opened.quiet()


@pytest.mark.parametrize("lang", ["en", "th"])
def test_nothing_is_beside_the_screen_or_cut(opened, lang):
    page = opened.page
    opened.speak(lang)
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert page.evaluate(CUT) == []
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def test_the_panel_of_layers_opens_and_fits(opened):
    page = opened.page
    opened.shown().scroll_into_view_if_needed()
    page.locator(".leaflet-control-layers-toggle").tap()
    panel = page.locator(".leaflet-control-layers-expanded")
    box, stage = panel.bounding_box(), opened.shown().bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    assert box["y"] >= stage["y"]
    assert box["y"] + box["height"] <= stage["y"] + stage["height"]
    for label in panel.locator("label").all():
        label.scroll_into_view_if_needed()
        assert label.bounding_box()["height"] >= 24
    first = panel.locator(".leaflet-control-layers-overlays label").first
    there = first.locator("input").is_checked()
    first.tap()
    assert first.locator("input").is_checked() != there
    first.tap()
    page.touchscreen.tap(stage["x"] + 60, stage["y"] + stage["height"] - 60)
    assert not panel.is_visible()


@pytest.mark.parametrize("lang", ["en", "th"])
def test_axe_finds_no_barrier(opened, lang):
    opened.page.reload()
    opened.speak(lang)
    assert axe(opened.page) == []
