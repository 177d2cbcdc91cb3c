"""What every map has around it: the search for places, and its life within another page."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest
from browsing import ONLINE, axe, opening
from hostile import IMAGE, SCRIPT
from playwright.sync_api import expect

HOST = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Host</title>
<iframe title="Map" src="{}?embed=1" style="width:700px;height:150px;border:0"></iframe>
<script>
const frame = document.querySelector("iframe");
const heard = [];
addEventListener("message", ({{ source, data }}) => {{
  if (source !== frame.contentWindow) return;
  heard.push(data);
  if (data.type === "chaidaen-ready") frame.style.height = `${{data.height}}px`;
}});
const tell = (data) => frame.contentWindow.postMessage(data, "*");
</script></html>"""
VILLAGE = (18.9, 98.0)
NOT_A_WORD = "zzzz"
SELECTED = """() => [...document.querySelectorAll("#found li")]
  .findIndex((one) => one.ariaSelected === "true")"""

RESTS = 50
"""Looks at the map, a fifth of a second apart, until it is where it was."""


@pytest.fixture
def opened(browser, hostile_pages):
    with opening(browser, hostile_pages["routes"], lang="en") as page:
        yield page
        assert page.quiet()


def centre(page):
    """Return the middle of the map once it stands still: on a busy machine that takes a while."""
    before = None
    for _ in range(RESTS):
        found = page.map("map.getCenter()")
        if found == before:
            return found["lat"], found["lng"]
        before = found
        page.page.wait_for_timeout(200)
    raise AssertionError("the map does not come to rest")


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "lang"), [("VILL", "en"), ("หมู่บ", "en"), ("หมู่บ", "th")])
def test_a_place_is_found_by_either_name_and_the_map_goes_there(opened, typed, lang):
    page = opened.page
    opened.speak(lang)
    box = page.get_by_role("combobox")
    assert centre(opened) != pytest.approx(VILLAGE, abs=0.02)
    box.press_sequentially(typed)
    options = page.get_by_role("option")
    expect(options).to_have_count(1)
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert options.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == options.get_attribute("id")
    page.keyboard.press("Enter")
    assert centre(opened) == pytest.approx(VILLAGE, abs=0.01)
    assert box.get_attribute("aria-expanded") == "false"
    name = {"en": f"Village {SCRIPT}", "th": f"หมู่บ้าน {IMAGE}"}[lang]
    assert box.input_value() == name
    assert page.locator(".mark.found .name").inner_text() == name


@pytest.mark.slow
def test_arrows_go_round_the_list_and_names_in_it_are_text(opened):
    page = opened.page
    page.get_by_role("combobox").fill("o")
    options = page.get_by_role("option")
    count = options.count()
    assert 2 < count <= 8
    for text in options.all_inner_texts():
        assert SCRIPT in text
        assert IMAGE in text
    assert page.locator("#found script, #found img").count() == 0
    page.get_by_role("combobox").focus()
    for wanted in (*range(count), 0):
        page.keyboard.press("ArrowDown")
        assert page.evaluate(SELECTED) == wanted
    page.keyboard.press("ArrowUp")
    assert page.evaluate(SELECTED) == count - 1
    options.nth(1).click()
    assert page.locator(".mark.found").count() == 1
    assert axe(page) == []


@pytest.mark.slow
def test_what_is_not_there_is_said_and_escape_clears(opened):
    page, box = opened.page, opened.page.get_by_role("combobox")
    before = centre(opened)
    box.fill(NOT_A_WORD)
    assert page.locator(".find [role=status]").inner_text() != ""
    page.keyboard.press("Enter")
    assert centre(opened) == before
    page.keyboard.press("Escape")
    assert box.input_value() == ""
    assert page.locator(".find [role=status]").inner_text() == ""


@pytest.mark.slow
def test_a_server_is_only_asked_where_somebody_ticks_its_layer(visit, hostile_pages):
    opened = visit(hostile_pages["routes"])
    online = [box for box in opened.layers() if box.evaluate(ONLINE)]
    opened.quiet()
    for box, host in zip(online, ("tile.openstreetmap.org", "tiles.maps.eox.at"), strict=True):
        box.focus()
        opened.page.keyboard.press("Space")
        opened.page.wait_for_timeout(200)
        asked = {urlparse(url).hostname for url in opened.requests}
        assert asked == {host}
        opened.page.keyboard.press("Space")
        opened.requests.clear()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["routes", "route", "freight", "compare", "risk"])
def test_a_map_lives_in_another_page(browser, hostile_pages, tmp_path, kind):
    path, host = hostile_pages[kind], tmp_path / "หน้า แม่.html"
    host.write_text(HOST.format(path.as_uri()), encoding="utf-8")
    with opening(browser, host, also=[path]) as opened:
        page = opened.page
        page.wait_for_timeout(100)
        (frame,) = page.frames[1:]
        frame.locator(".leaflet-container").wait_for()
        told = page.evaluate("heard.at(-1)")
        assert set(told) == {"type", "height"}
        assert told["type"] == "chaidaen-ready"
        assert told["height"] == pytest.approx(page.locator("iframe").bounding_box()["height"])
        assert told["height"] > 340
        for chrome in (".masthead", ".language", "main > section", ".panel"):
            assert not any(one.is_visible() for one in frame.locator(chrome).all()), chrome
        assert frame.locator("figure.map > .title").is_visible()
        assert frame.locator("figure.map > figcaption").is_visible()
        assert frame.locator("figure.map").bounding_box()["height"] == told["height"]
        assert not frame.evaluate(
            "() => document.documentElement.scrollHeight > innerHeight"
            " || document.documentElement.scrollWidth > innerWidth"
        )
        for lang in ("th", "en"):
            page.evaluate(f"tell({{ type: 'chaidaen-lang', lang: '{lang}' }})")
            frame.locator(f"figure.map > .title [lang={lang}]").wait_for()
            assert frame.evaluate("document.documentElement.lang") == lang
        page.evaluate("tell({ type: 'chaidaen-lang', lang: '<b>' })")
        page.evaluate("tell(null)")
        page.wait_for_timeout(50)
        assert frame.evaluate("document.documentElement.lang") == "en"
        assert opened.quiet()


@pytest.mark.slow
def test_the_hour_of_leaving_says_what_the_gates_are_like(browser, hostile_pages):
    """North is 220 km away, four to eight hours by truck, and open from 6 to 18 o'clock."""
    with opening(browser, hostile_pages["freight"], lang="en") as opened:
        page = opened.page
        slider = page.get_by_role("slider")
        page.locator(".departures details").evaluate("one => { one.open = true; }")
        gate = page.locator(".departures li", has_text="North Gate")
        slider.focus()
        states = []
        page.keyboard.press("Home")
        for hour in range(24):
            clock = f"{hour:02}:00"
            assert slider.get_attribute("aria-valuetext") == clock
            assert page.locator(".departures output").inner_text() == clock
            states.append(gate.get_attribute("data-state"))
            page.keyboard.press("ArrowRight")
        assert set(states[4:9]) == {"open"}
        assert set(states[16:22]) == {"wait"}
        said = gate.locator(".said").inner_text()
        page.keyboard.press("Home")
        for _ in range(8):
            page.keyboard.press("ArrowRight")
        assert gate.locator(".said").inner_text() != said
        assert SCRIPT in gate.inner_text()
        opened.speak("th")
        assert IMAGE in page.locator(".departures li").first.inner_text()
        assert opened.quiet()
