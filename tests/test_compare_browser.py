"""The comparison page in a real browser: offline, swiped, in both languages."""

from __future__ import annotations

import re

import pytest
from test_maps import Tags, browse
from test_maps_compare import EVIL, page, shown

WATCH = """<head><script>
const errors = [];
addEventListener("error", (event) => errors.push(event.message), true);
addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
console.error = (...words) => errors.push(words.join(" "));
</script>"""

DO = """<script>addEventListener("load", () => setTimeout(() => {
  const range = document.querySelector("#swipe input");
  const panes = [...document.querySelectorAll(".leaflet-pane")];
  const pane = (name) => panes.find((one) => one.classList.contains(`leaflet-${name}-pane`));
  const seen = (key) => {
    const clips = ["before", "after-0", "after-1"].map((name) => pane(name).style);
    const told = range.getAttribute("aria-valuetext");
    document.body.dataset[key] = JSON.stringify(
      clips.map((style) => [style.clip, style.display]).concat([told])
    );
  };
  const move = (act) => { act(); range.dispatchEvent(new Event("input", { bubbles: true })); };
  seen("first");
  range.focus();
  document.body.dataset.focus = String(document.activeElement === range);
  move(() => range.stepUp(20));
  seen("keys");
  move(() => { range.value = 10; });
  seen("drag");
  document.querySelector('button[data-scenario="1"]').click();
  seen("second");
  document.querySelector("[data-lang=th]").click();
  document.body.dataset.lang = document.documentElement.lang;
  document.querySelector("[data-lang=en]").click();
  document.body.dataset.errors = JSON.stringify(errors);
}, 300));</script></body>"""


def clips(body, key):
    """Return where both panes are clipped, in px, which are shown, and what is said."""
    text = body[f"data-{key}"]
    edges = [[float(at) for at in re.findall(r"(-?[\d.]+)px", clip)]
             for clip in re.findall(r"rect\(([^)]*)\)", text)]  # fmt: skip
    return edges, text


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    html = page(shown(EVIL), shown("Second"))
    made = html.replace("<head>", WATCH, 1).replace("</body>", DO)
    dom = browse(made, tmp_path_factory.mktemp("browser"))
    tags = Tags(dom)
    (body,) = (attrs for tag, attrs in tags.found if tag == "body")
    return dom, tags, body


def test_no_error_is_told_and_the_map_is_there(opened):
    _, tags, body = opened
    assert body["data-errors"] == "[]"
    classes = [attrs.get("class") or "" for _, attrs in tags.found]
    assert any("leaflet-container" in one for one in classes)


def test_keys_and_fingers_move_the_swipe(opened):
    _, _, body = opened
    assert body["data-focus"] == "true"
    found = {key: clips(body, key) for key in ("first", "keys", "drag")}
    # rect(top, right, bottom, left): today ends where the scenario begins.
    for edges, _ in found.values():
        assert edges[0][1] == pytest.approx(edges[1][3])
    at = {key: edges[0][1] for key, (edges, _) in found.items()}
    assert at["drag"] < at["first"] < at["keys"]
    width = found["first"][0][1][1] - found["first"][0][0][3]
    assert at["keys"] - at["first"] == pytest.approx(width * 0.2, abs=1)
    assert at["first"] - at["drag"] == pytest.approx(width * 0.4, abs=1)
    assert "70 %" in found["keys"][1]


def test_the_other_scenario_takes_the_place_of_the_first(opened):
    _, tags, body = opened
    assert re.findall(r'"(none|)"\]', body["data-keys"]) == ["", "", "none"]
    assert re.findall(r'"(none|)"\]', body["data-second"]) == ["", "none", ""]
    pressed = [a["data-scenario"] for _, a in tags.found
               if a.get("aria-pressed") == "true" and "data-scenario" in a]  # fmt: skip
    assert pressed == ["1"]


def test_both_languages_are_a_click_away(opened):
    _, tags, body = opened
    assert body["data-lang"] == "th"
    assert ("html", {"lang": "en"}) in tags.found


def test_a_hostile_title_stays_text(opened):
    dom, tags, _ = opened
    assert not any(attrs.get("onerror") for _, attrs in tags.found)
    assert not any(tag == "img" and attrs.get("src") == "x" for tag, attrs in tags.found)
    assert "{{ 7 * 7 }}" in dom
