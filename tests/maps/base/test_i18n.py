"""Phrases: none missing, none left over, the same values in both languages."""

import re
import string
from pathlib import Path

import pytest

from geo.compare.figures import FIGURES
from layers.errors import DataError, UnknownNameError
from layers.osm.tally import ONE, WORDS
from maps.base import i18n

ROOT = Path(__file__).parents[3]
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("maps", "scripts")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".html"}
)


def values_of(phrase):
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_both_languages_have_the_same_keys():
    assert set(i18n.phrases("en")) == set(i18n.phrases("th"))


def test_no_phrase_is_empty_and_thai_is_thai():
    for key, thai in i18n.phrases("th").items():
        assert thai.strip(), key
        if key != "route_title":
            assert re.search("[\u0e00-\u0e7f]", thai), key


def test_phrases_name_the_same_values_in_both_languages():
    for key, english in i18n.phrases("en").items():
        assert values_of(english) == values_of(i18n.phrases("th")[key]), key


def test_no_phrase_is_left_over():
    known = {f"figure_{name}" for name in FIGURES}
    known |= {f"note_{name}" for name in WORDS} | {f"note_{name}_one" for name in ONE}
    others = set(i18n.phrases("en")) - known
    unused = [key for key in others if not re.search(rf"[\"']{key}[\"']", SOURCES)]
    assert unused == []


def test_no_phrase_is_missing():
    called = set(
        re.findall(
            r"\b(?:text|column|layer_of|_base|phrases\(lang\))[\[(]\"([a-z_0-9]+)\"", SOURCES
        )
    )
    assert len(called) > 40
    assert called - set(i18n.phrases("en")) == set()


def test_every_figure_of_a_comparison_has_its_words():
    assert {f"figure_{name}" for name in FIGURES} <= set(i18n.phrases("en"))


def test_an_unknown_phrase_says_which():
    with pytest.raises(UnknownNameError, match="'no_such'"):
        i18n.text("no_such")


def test_a_value_that_was_not_given_says_which():
    with pytest.raises(DataError, match=r"'km_value'.*'value'"):
        i18n.text("km_value")


def test_an_unknown_language_lists_those_there_are():
    with pytest.raises(UnknownNameError, match=r"'de'.*en, th"):
        i18n.known("de")


def test_a_value_may_differ_by_language():
    assert i18n.text("corridors_title", home=("Pai", "ปาย")) == (
        "Freight corridors from Pai",
        "เส้นทางขนส่งสินค้าจากปาย",
    )


def test_spans_escape_both_languages():
    made = i18n.spans(("<i>", "\"'&"))
    assert made == '<span lang="en">&lt;i&gt;</span><span lang="th">&#34;&#39;&amp;</span>'


@pytest.mark.parametrize(
    ("iso", "english", "thai"),
    [
        ("2025-08", "August 2025", "สิงหาคม พ.ศ. 2568 (ค.ศ. 2025)"),
        ("2026-11-05T08:00", "5 November 2026", "5 พฤศจิกายน พ.ศ. 2569 (ค.ศ. 2026)"),
        ("2026-13-05", "2026-13-05", "2026-13-05"),
        ("", "", ""),
    ],
)
def test_dates(iso, english, thai):
    assert i18n.date(iso) == (english, thai)
