"""The report in a real browser: its maps live in it, its pictures stand in for them."""

from __future__ import annotations

import re
import shutil

import pytest
from browsing import DESKTOP, LANGUAGES, PHONE, axe, opening
from hostile import IMAGE, SCRIPT

from tests.browser.test_pages import INJECTED
from tests.browser.test_phone import CUT

pytestmark = pytest.mark.slow

FIGURE = "figure.view"


@pytest.fixture(scope="module")
def beside(hostile_pages):
    """Return the pages that lie beside the report."""
    index = hostile_pages["report"]
    return [path for path in index.parent.glob("*.html") if path != index]


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def opened(request, browser, hostile_pages, beside):
    with opening(browser, hostile_pages["report"], also=beside, size=request.param) as page:
        yield page


@pytest.fixture(autouse=True)
def _nothing_is_asked_for_or_complained_of(opened):
    yield
    assert opened.quiet()


def test_the_first_map_of_each_chapter_comes_alive_when_it_is_seen(opened):
    page = opened.page
    for chapter in page.locator("section.chapter:has(figure.view)").all():
        figure = chapter.locator(FIGURE).first
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[contains(@class, 'live')]").wait_for()
        assert not figure.locator("img").is_visible()
        box = figure.locator("iframe").bounding_box()
        assert box["height"] >= 320
        assert box["width"] == pytest.approx(figure.bounding_box()["width"], abs=3)


def test_another_map_of_a_chapter_takes_the_place_of_the_first(opened):
    views = opened.page.locator(".views:has(.tabs)").first
    figures, tabs = views.locator(FIGURE).all(), views.locator("button[data-view]").all()
    assert [one.is_visible() for one in figures] == [True, *[False] * (len(figures) - 1)]
    tabs[1].focus()
    opened.page.keyboard.press("Enter")
    assert [one.is_visible() for one in figures][:2] == [False, True]
    assert tabs[1].get_attribute("aria-pressed") == "true"
    views.locator(f"{FIGURE}.live >> nth=0").or_(
        figures[1].locator("iframe.waiting")
    ).first.wait_for(state="attached")
    tabs[0].click()
    assert figures[0].is_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_is_that_of_every_map(opened, lang):
    first = opened.page.locator(FIGURE).first
    first.scroll_into_view_if_needed()
    first.locator("xpath=self::*[contains(@class, 'live')]").wait_for()
    opened.speak(lang)
    frames = opened.page.frames[1:]
    assert frames
    for frame in frames:
        frame.wait_for_load_state()
        frame.locator(f"html[lang={lang}]").wait_for(state="attached")


def test_names_are_text(opened):
    assert opened.page.evaluate(INJECTED) == []
    text = opened.page.evaluate("document.body.textContent")
    assert SCRIPT in text
    assert IMAGE in text
    assert opened.dialogs == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_no_barrier(opened, lang):
    opened.speak(lang)
    assert axe(opened.page) == []


def test_nothing_is_beside_the_screen_or_cut(opened):
    width = opened.page.viewport_size["width"]
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    if width == PHONE[0]:
        assert opened.page.evaluate(CUT) == []


def test_on_paper_every_map_is_a_picture(opened):
    page = opened.page
    page.emulate_media(media="print")
    for figure in page.locator(FIGURE).all():
        assert figure.locator("img").is_visible()
        assert not figure.locator("iframe").is_visible()
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="screen")


def test_a_chapter_begins_a_sheet_with_its_first_map(browser, hostile_pages, beside):
    with opening(browser, hostile_pages["report"], also=beside, lang="en") as page:
        pictures = [
            len(re.findall(rb"/Subtype\s*/Image", page.page.pdf(format="A4", page_ranges=sheet)))
            for sheet in ("1", "2")
        ]
        assert page.quiet()
    # The first sheet is the summary; it has no map.
    assert pictures[0] == 0
    assert pictures[1] > 0


def test_alone_it_still_shows_every_map(browser, hostile_pages, tmp_path):
    alone = tmp_path / "ฉบับ เดียว.html"
    shutil.copy(hostile_pages["report"], alone)
    with opening(browser, alone, lang="th") as page:
        figure = page.page.locator(FIGURE).first
        figure.scroll_into_view_if_needed()
        page.page.wait_for_timeout(300)
        assert figure.locator("img").is_visible()
        assert "live" not in figure.get_attribute("class").split()
        assert page.page.evaluate("document.querySelector('figure.view img').naturalWidth") == 120
        # Its pages are missing: that is all it may have asked for.
        assert all(url.startswith("file://") for url in page.requests)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_brief_is_one_sheet_of_a4(browser, hostile_pages, lang):
    path = hostile_pages["report"].with_name("brief.html")
    with opening(browser, path, lang=lang) as page:
        pdf = page.page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
        assert page.quiet()
