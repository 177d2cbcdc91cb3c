"""Every kind of page in a real browser: offline, bilingual, worked by keys, printed, accessible."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from browsing import MAP, ONLINE, axe, opening
from hostile import IMAGE, KINDS, SCRIPT

from maps.base.png import read

pytestmark = pytest.mark.slow

CONTROLS = """() => [...document.querySelectorAll(
    "button, a[href], input:not([type=radio]), select, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length)
  .map((one, at) => { one.dataset.control = at; return one.outerHTML.slice(0, 160); })"""

# Which control has the focus, whether it is in sight, and whether an outline is where it is.
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const box = one.getBoundingClientRect();
  const meets = (other) => other.left < box.right + 9 && other.right > box.left - 9
    && other.top < box.bottom + 9 && other.bottom > box.top - 9;
  const outlined = [...document.querySelectorAll("*")].some((other) => {
    const style = getComputedStyle(other);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && meets(other.getBoundingClientRect());
  });
  const seen = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
  return { at: one.dataset.control, html: one.outerHTML.slice(0, 160), outlined, seen };
}"""

POPUPS = """() => {
  const found = [];
  %s.eachLayer((layer) => {
    for (const kind of ["Popup", "Tooltip"]) {
      const bound = layer[`get${kind}`] && layer[`get${kind}`]();
      if (!bound) continue;
      layer[`open${kind}`]();
      const shown = bound.getElement();
      if (shown) found.push(shown.innerText.replace(/\\s+/g, " "));
      layer[`close${kind}`]();
    }
  });
  return found;
}"""

# Whether the layer of a box is on the map, with all that is in it.
DRAWN = """(box) => {
  const map = %s;
  const layer = map._layers[box.layerId];
  return layer !== undefined && (layer.getLayers?.() || []).every((one) => map.hasLayer(one));
}"""

# What only markup that came from a name could have made.
INJECTED = """() => [...document.querySelectorAll("*")].filter((one) =>
  (one.tagName === "IMG" && one.getAttribute("src") === "x")
  || [...one.attributes].some((attribute) => attribute.name.startsWith("on"))
  || (one.tagName === "SCRIPT" && one.textContent.trim() === "alert(1)")
).map((one) => one.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def opened(browser, hostile_pages, kind):
    with opening(browser, hostile_pages[kind]) as page:
        yield page


@pytest.fixture(autouse=True)
def _nothing_is_asked_for_or_complained_of(opened):
    yield
    assert opened.quiet()


def test_the_map_is_there_and_nothing_was_loaded(opened):
    size = opened.map("map.getSize()")
    assert min(size["x"], size["y"]) > 300
    assert " " in opened.page.url or "%20" in opened.page.url
    assert opened.map("map.getBounds().contains(map.options.first)")


def test_the_language_is_a_click_an_address_and_a_memory(opened):
    page, titles = opened.page, {}
    for lang, other in (("th", "en"), ("en", "th")):
        opened.speak(lang)
        titles[lang] = page.title()
        pressed = page.locator("button[data-lang][aria-pressed=true]")
        assert pressed.get_attribute("data-lang") == lang
        assert page.locator(f"h1 [lang={lang}]").first.is_visible()
        assert not page.locator(f"h1 [lang={other}]").first.is_visible()
    assert titles["th"] != titles["en"]
    again = opened.context.new_page()
    again.goto(page.url)
    assert again.evaluate("document.documentElement.lang") == "en"
    again.goto(page.url + "?lang=th")
    assert again.evaluate("document.documentElement.lang") == "th"
    again.close()


def test_names_are_text_wherever_they_are(opened, kind):
    page = opened.page
    for lang, name in (("en", SCRIPT), ("th", IMAGE)):
        opened.speak(lang)
        page.evaluate(
            "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"
        )
        assert name in page.inner_text("body")
        assert name in page.title() or kind in {"osm", "risk", "failure"}
        shown = page.evaluate(POPUPS % MAP)
        assert all(shown)
        if kind not in {"route", "osm"}:
            assert any(name in text for text in shown)
    assert page.evaluate(INJECTED) == []


def test_layers_leave_the_map_and_come_back(opened):
    every = opened.layers()
    boxes = [box for box in every if box.evaluate(ONLINE) is False]
    assert len(boxes) > 1
    for box in boxes:
        there = box.is_checked()
        for wanted in (not there, there):
            box.focus()
            opened.page.keyboard.press("Space")
            assert box.is_checked() == wanted
            assert box.evaluate(DRAWN % MAP) == wanted, box.evaluate(
                "one => one.parentNode.innerText"
            )
    online = [box for box in every if box.evaluate(ONLINE)]
    assert online
    assert not any(box.is_checked() for box in online)


def test_every_control_is_reached_by_tab_and_shows_it(opened):
    page = opened.page
    page.reload()
    controls = dict(enumerate(page.evaluate(CONTROLS)))
    assert len(controls) > 5
    for _ in range(len(controls) + 40):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now is None:
            break
        assert now["seen"], now["html"]
        assert now["outlined"], now["html"]
        if now["at"] is not None:
            controls.pop(int(now["at"]), None)
    assert not controls, list(controls.values())


def test_keys_zoom_and_move_the_map(opened):
    page = opened.page
    page.locator(".leaflet-container").first.focus()
    zoom = opened.map("map.getZoom()")
    page.keyboard.press("Equal")
    opened.until(f"map.getZoom() > {zoom} && !map._animatingZoom")
    page.keyboard.press("Minus")
    opened.until(f"map.getZoom() <= {zoom}")
    west = opened.map("map.getCenter().lng")
    page.keyboard.press("ArrowRight")
    opened.until(f"map.getCenter().lng > {west}")


@pytest.mark.parametrize("lang", ["en", "th"])
def test_axe_finds_no_barrier(opened, lang):
    page = opened.page
    page.reload()
    opened.speak(lang)
    if lang == "en":
        opened.layers()
        opened.map("map.eachLayer((one) => one.getPopup?.() && one.openPopup())")
        # What fades is paler than what is there.
        page.wait_for_timeout(600)
    assert axe(page) == []


def test_the_whole_map_is_on_paper(opened):
    page = opened.page
    page.reload()
    page.emulate_media(media="print")
    opened.until("map.getBounds().contains(map.options.first)")
    # The map hears of its new size a moment after the paper has it.
    opened.until(
        "['x', 'y'].every((side, at) => Math.abs(map.getSize()[side]"
        " - [map.getContainer().clientWidth, map.getContainer().clientHeight][at]) <= 1)"
    )
    box = opened.shown().bounding_box()
    assert box["width"] <= 186 / 25.4 * 96 + 1
    assert box["height"] > 300
    size = opened.map("map.getSize()")
    assert size["x"] == pytest.approx(box["width"], abs=1)
    assert size["y"] == pytest.approx(box["height"], abs=1)
    for control in (".language", ".leaflet-control-zoom", ".leaflet-control-layers"):
        assert not page.locator(control).first.is_visible()
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
    page.emulate_media(media="screen")


BOXES = """() => [".corridors .stage", ".corridors .panel", "figure.map figcaption"].map((one) => {
  const found = document.querySelector(one);
  return found && found.getBoundingClientRect().toJSON();
})"""


@pytest.mark.parametrize("sheet", [(710, 1030), (1496, 1030)], ids=["A4", "A3 landscape"])
def test_on_paper_the_legend_stands_below_its_map_and_above_all_notes(opened, sheet):
    page, before = opened.page, opened.page.viewport_size
    page.set_viewport_size({"width": sheet[0], "height": sheet[1]})
    page.emulate_media(media="print")
    stage, panel, notes = page.evaluate(BOXES)
    if panel and panel["height"]:
        assert stage["bottom"] <= panel["top"] + 1
        assert panel["bottom"] <= notes["top"] + 1
        assert stage["width"] > 0.85 * sheet[0]
    page.emulate_media(media="screen")
    page.set_viewport_size(before)


def test_the_map_is_on_the_first_sheet(opened):
    page = opened.page
    page.emulate_media(media="null")
    page.reload()
    opened.until("map.getBounds().contains(map.options.first)")
    first = page.pdf(format="A4", prefer_css_page_size=True, page_ranges="1")
    assert re.search(rb"/Subtype\s*/Image", first)


def test_a_map_put_on_paper_before_it_is_drawn_is_drawn_after(opened):
    page = opened.page
    page.emulate_media(media="null")
    page.reload()
    opened.until("map.getBounds().contains(map.options.first)")
    # A drawing is asked for, done at once by the move, and its canvas leaves before the next frame.
    drawn = page.evaluate(
        f"""async () => {{
          const map = {MAP};
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const dots = [];
          map.eachLayer((one) => {{ if (one instanceof L.Path && one._map) dots.push(one); }});
          const ours = L.circleMarker(map.getCenter(), {{ radius: 30, color: "#f0f" }});
          ours.addTo(map);
          await frame();
          for (const paper of [true, false]) {{
            for (const dot of dots) dot.redraw();
            map.panBy([1, 1], {{ animate: false }});
            chaidaenPaper(map, paper);
          }}
          await frame();
          ours.setStyle({{ color: "#0f0" }});
          await frame();
          const canvas = ours._renderer._container;
          const ink = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let green = 0;
          for (let at = 0; at < ink.length; at += 4) {{
            const [red, full, blue, cover] = ink.slice(at, at + 4);
            if (red < 9 && full > 200 && blue < 9 && cover > 200) green += 1;
          }}
          ours.remove();
          return green;
        }}"""
    )
    assert drawn > 50


@pytest.mark.parametrize(("wide", "high"), [(50, 300), (300, 90), (40, 40)])
def test_a_map_with_hardly_any_room_is_still_somewhere(opened, wide, high):
    page = opened.page
    page.emulate_media(media="null")
    page.reload()
    page.evaluate(
        f"""(size) => {{
          const frame = {MAP}.getContainer();
          frame.style.cssText += `width: ${{size[0]}}px !important; min-width: 0 !important;
            height: ${{size[1]}}px !important; min-height: 0 !important`;
        }}""",
        [wide, high],
    )
    opened.until(
        f"Math.abs(map.getSize().x - {wide}) <= 2 && Math.abs(map.getSize().y - {high}) <= 2"
    )
    assert opened.map("Number.isFinite(map.getZoom() + map.getCenter().lat)")
    page.reload()


def test_the_ground_of_the_map_is_on_paper_too(opened, tmp_path):
    # A canvas drawn while Chromium prints is white where it should be clear.
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not on the PATH")
    pdf = tmp_path / "page.pdf"
    page = opened.page
    page.emulate_media(media="null")  # Else the medium of another test stays.
    page.reload()
    opened.until("map.getBounds().contains(map.options.first)")
    page.pdf(path=pdf, format="A4", prefer_css_page_size=True)
    subprocess.run(["pdftoppm", "-r", "40", "-l", "3", "-png", pdf, tmp_path / "page"], check=True)
    shares = []
    for one in tmp_path.glob("page-*.png"):
        darkest = read(one.read_bytes())[..., :3].min(axis=2)
        shares.append(((darkest >= 200) & (darkest <= 249)).mean())
    # Land, hills and the province are light, but not white; on white there are but lines.
    assert max(shares) > 0.15
    assert opened.map("[...document.querySelectorAll('.leaflet-pane canvas')].length") > 0
