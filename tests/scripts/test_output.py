"""Tables as CSV: the numbers that count, text as text."""

import csv
import io
import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from scripts.output import table_csv

numbers = st.lists(st.floats(allow_nan=True, width=64), min_size=1, max_size=30)


def read(text):
    return list(csv.reader(io.StringIO(text)))


@given(numbers)
def test_a_number_is_itself_to_nine_digits(values):
    told = [row[0] if row else "" for row in read(table_csv(pd.DataFrame({"km": values})))[1:]]
    for one, spelt in zip(values, told, strict=True):
        if math.isnan(one):
            assert not spelt
        else:
            assert float(spelt) == one or math.isclose(
                float(spelt), one, rel_tol=1e-8, abs_tol=1e-21
            )
            assert spelt != "-0"


def test_what_is_not_known_is_empty_and_no_text_is_a_formula():
    table = pd.DataFrame(
        {
            "name": ["=1+1", None, 'say "so", he'],
            "there": [True, False, True],
            "people": pd.array([3, None, 5], dtype="Int64"),
            "id": [1234567890123456789, 2, 3],
            "part": [1 / 3, math.nan, math.inf],
        }
    )
    assert read(table_csv(table)) == [
        ["name", "there", "people", "id", "part"],
        ["'=1+1", "True", "3", "1234567890123456789", "0.333333333"],
        ["", "False", "", "2", ""],
        ['say "so", he', "True", "5", "3", "inf"],
    ]


def test_a_table_without_rows_has_its_heads():
    assert table_csv(pd.DataFrame({"a": [], "b": []})) == "a,b\n"
