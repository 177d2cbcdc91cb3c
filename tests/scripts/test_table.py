"""Tables of a terminal: they fit it, nothing is cut, and they speak its language."""

import click
import pytest
from commands import done
from hypothesis import given
from hypothesis import strategies as st

from scripts.table import as_table, width
from scripts.words import said
from tests.support.thai_text import english_in

words = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=9)
names = st.lists(words, min_size=1, max_size=8).map(" ".join)


@given(
    st.lists(st.tuples(names, words, words, names), min_size=1, max_size=6), st.integers(40, 120)
)
def test_a_wide_table_fits_its_terminal_and_keeps_every_word(rows, most):
    header = ("name of it", "hours a day", "km", "where it lies")
    table = as_table(header, rows, left=frozenset({0, 3}), most=most)
    assert max(map(width, table.split("\n"))) <= most
    for row in rows:
        for cell in row:
            for word in cell.split():
                assert word in table


def test_in_a_file_a_table_is_as_wide_as_it_is():
    row = ("a " * 100, "1")
    assert as_table(("name", "km"), [row]).split("\n")[1].startswith(row[0].strip())


def test_what_does_not_fit_goes_on_in_a_second_table_with_the_same_names():
    header = ("place", *(f"column{at}" for at in range(9)))
    table = as_table(header, [("Pai", *("1,000,000" for _ in range(9)))], most=40)
    parts = table.split("\n\n")
    assert len(parts) > 1
    assert all(part.split("\n")[1].startswith("Pai") for part in parts)
    assert " ".join(part.split("\n")[0] for part in parts).split().count("place") == len(parts)
    assert table.count("1,000,000") == 9


@pytest.mark.parametrize(("lang", "told"), [("th", "คน"), ("en", "people")])
def test_heads_are_in_the_language_of_the_command(lang, told):
    with click.Context(click.Command("x")) as context:
        context.params["lang"] = lang
        assert as_table(("settlement", "people"), [("Pai", "5")]).split("\n")[0].endswith(told)
        assert said("1095") == "1095"


@pytest.mark.parametrize(
    "asked",
    [
        ("access", "mae_hong_son", "--to", "hospital"),
        ("route", "mae_hong_son", "ปาย", "แม่ฮ่องสอน", "--explain"),
    ],
)
def test_a_thai_terminal_has_no_english_heads(asked):
    result = done(*asked, "--source", "strategic", "--lang", "th", "--quiet")
    known = ["Hospital", "strategic network", "Gini", "CO2", "Mae Hong Son"]
    left = [
        line
        for line in result.stdout.split("\n")
        if line and not any("\u0e00" <= letter <= "\u0e7f" for letter in line)
    ]
    assert list(english_in(left, known)) == []


def test_thai_is_broken_between_words_and_never_off_its_vowels():
    """A head that has room, counted in columns, is whole; letters above and below keep theirs."""
    rows = [("ปาย", "17", "ก" * 30), ("เชียงใหม่", "1,234", "ชั้นสูงสุดที่รู้" * 3)]
    table = as_table(("ที่", "ชันสุด %", "ทาง"), rows, left=frozenset({0, 2}), most=34)
    lines = table.split("\n")
    assert max(map(width, lines)) <= 34
    assert "ชันสุด" in table
    assert not [line for line in lines for word in line.split() if not width(word[0])]
