"""The script of a map: light, and nothing in it ends it."""

import json
import re
import warnings

import folium
import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from maps.base.i18n import spans
from maps.base.leaflet import offline_map, render
from maps.base.marks import bind_card
from maps.base.png import png, reduced, webp

HOSTILE = '</script><!-- <script>"\\u003c\\\\u003cแม่ \u2028\u2029 \U0001f600 {{ 7*7 }} \\" \\'


def script_of(text):
    made = offline_map((97.5, 17.5, 98.5, 19.8))
    circle = folium.CircleMarker([19.3, 97.97], color="#1b2530", fill=True)
    bind_card(circle, Markup("<b>{}</b>").format(text)).add_to(made)
    return str(render(made).script)


def html_of(text):
    return str(Markup("<b>{}</b>").format(text)).replace("{", "&#123;")


def text_in(script):
    """Return what the card's text is to JavaScript, whose strings here are those of JSON."""
    found = re.search(r"bindPopup\(\s*(\"(?:[^\"\\]|\\.)*\")", script)
    assert found
    return str(json.loads(found[1]))


@pytest.mark.parametrize("text", [HOSTILE, "บ้านแม่สามแลบ", "<SCRIPT>", "</ScRiPt >"])
def test_a_card_says_what_it_was_given_and_cannot_end_the_script(text):
    script = script_of(text)
    assert text_in(script) == html_of(text)
    assert not re.search(r"<!--|</?script", script, re.IGNORECASE)
    assert not re.search("[\u2028\u2029]", script)


@given(st.text(max_size=60))
def test_any_text_stays_itself(text):
    assert text_in(script_of(text)) == html_of(text)


def test_words_in_both_languages_are_written_short_where_they_are_text():
    made = offline_map((97.5, 17.5, 98.5, 19.8))
    first, other = spans(("Pai & co", "ปาย")), spans(("\ue000", "<b>"))
    bind_card(folium.CircleMarker([19.3, 97.97]), Markup("{}{}").format(first, other)).add_to(made)
    told = text_in(str(render(made).script))
    assert told == "\ue000Pai &amp; co\ue001ปาย\ue002" + str(other)


def test_names_of_layers_stay_as_they_are():
    made = offline_map((97.5, 17.5, 98.5, 19.8))
    folium.FeatureGroup(name=str(spans(("Hills", "ภูเขา")))).add_to(made)
    assert '"<span lang=\\"en\\">Hills</span>' in str(render(made).script)


def test_thai_is_written_as_it_is_and_what_leaflet_knows_is_left_out():
    script = script_of("บ้านแม่สามแลบ")
    assert "บ้านแม่สามแลบ" in script
    assert '"lineCap"' not in script
    assert '"color": "#1b2530"' in script
    assert script.count('"fill": true') == 1


def test_a_picture_for_a_page_is_light_and_looks_the_same():
    x, y = np.meshgrid(np.linspace(0, 9, 400), np.linspace(0, 7, 300))
    hills = 170 + 50 * np.sin(x) * np.cos(y) + np.random.default_rng(4).normal(0, 2, x.shape)
    rgb = np.clip(hills[..., None] + [0, 10, 20], 0, 255).astype(np.uint8)
    made = webp(rgb)
    assert made == webp(rgb)
    assert len(made) < len(png(*reduced(rgb))) / 2
    nowhere = warnings.catch_warnings(action="ignore")  # It lies nowhere on Earth.
    with nowhere, rasterio.MemoryFile(made) as file, file.open() as opened:
        again = np.moveaxis(opened.read(), 0, -1).astype(float)
    assert np.abs(again - rgb).mean() < 3


def test_what_many_cards_have_alike_is_written_once():
    made = offline_map((97.5, 17.5, 98.5, 19.8))
    head = Markup('<thead><tr><th class="n">baht/t</th></tr></thead>')
    for at in range(9):
        card = Markup("<table>{}<tbody><tr><td>{}</td></tr></tbody></table>").format(head, at)
        bind_card(folium.CircleMarker([19.3, 97.97]), card).add_to(made)
    script = str(render(made).script)
    assert script.count("<thead>") == 1
    told = dict(re.findall(r'var (alike_\d+) = ("<thead>.*");\n', script))
    cards = re.findall(r'bindPopup\(\s*"(.*)" \+ (alike_\d+) \+ "(.*)",', script)
    texts = [json.loads(f'"{before}{told[name][1:-1]}{after}"') for before, name, after in cards]
    assert texts == [
        f"<table>{head}<tbody><tr><td>{at}</td></tr></tbody></table>" for at in range(9)
    ]
