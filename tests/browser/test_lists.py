"""Lists beside the map: one is chosen, sorted, or measured otherwise, and the map follows."""

from __future__ import annotations

import pytest
from browsing import opening

pytestmark = pytest.mark.slow

LOOKS = """Object.values(map._layers).map(({ options }) => options)
  .filter((one) => /^route /.test(one.className)).map((one) => [one.color, one.weight])"""
PRESSED = "[aria-pressed=true][data-route]"


@pytest.mark.parametrize("kind", ["routes", "freight", "flow", "sites", "risk"])
def test_a_row_is_chosen_and_left_again(visit, hostile_pages, kind):
    opened = visit(hostile_pages[kind], lang="en")
    page = opened.page
    before = opened.map(LOOKS)
    assert before
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.locator(".row[data-route]").first.click()
    assert page.locator(PRESSED).first.is_visible()
    assert opened.map(LOOKS) != before
    page.keyboard.press("Escape")
    assert page.locator(PRESSED).count() == 0
    assert opened.map(LOOKS) == before
    assert opened.quiet()


def test_a_table_is_sorted_by_any_column_both_ways(browser, hostile_pages):
    index = hostile_pages["report"]
    with opening(browser, index, also=list(index.parent.glob("*.html")), lang="en") as opened:
        table = opened.page.locator("#risk table.sortable").first
        header = table.locator("th[aria-sort]").nth(1)
        cells = "one => [...one.tBodies[0].rows].map((row) => Number(row.cells[%d].dataset.v))"
        cells %= header.evaluate("one => one.cellIndex")
        for order, reverse in (("ascending", False), ("descending", True)):
            header.locator("button").click()
            assert header.get_attribute("aria-sort") == order
            found = table.evaluate(cells)
            assert found == sorted(found, reverse=reverse)
            assert len(set(found)) > 1
        assert opened.quiet()


def test_the_other_base_layer_takes_the_place_of_the_surface(visit, hostile_pages):
    opened = visit(hostile_pages["access"])
    assert opened.page.locator(".leaflet-image-layer.surface").count() == 1
    opened.layers()
    opened.page.locator(".leaflet-control-layers-base input").nth(0).press("ArrowDown")
    assert opened.page.locator(".leaflet-control-layers-base input").nth(1).is_checked()
    assert opened.page.locator(".leaflet-image-layer.surface").count() == 0
    assert opened.quiet()


def test_another_measure_orders_the_list_anew(visit, hostile_pages):
    opened = visit(hostile_pages["risk"], lang="en")
    page = opened.page
    before = page.locator("#ranked").inner_text()
    page.click("button[data-measure='1']")
    assert page.locator("button[data-measure='1']").get_attribute("aria-pressed") == "true"
    assert page.locator("#ranked").inner_text() != before
    assert opened.quiet()
