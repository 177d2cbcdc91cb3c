"""A workbook names what its tables have as codes, once."""

import zipfile
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from scripts.workbook import write_workbook
from tests.scripts.report.test_report import strings_of


@pytest.mark.parametrize(("lang", "named"), [("en", "Pai Hospital"), ("th", "รพ.ปาย")])
def test_ids_become_names_and_codes_keep_theirs_beside_them(tmp_path, lang, named):
    table = pd.DataFrame(
        {
            "id": ["a"],
            "district": ["5803"],
            "district_en": ["Pai"],
            "district_th": ["ปาย"],
            "nearest_dry": ["hospital_pai"],
            "nearest_dry_en": ["Pai Hospital"],
            "nearest_dry_th": ["รพ.ปาย"],
        }
    )
    names = {"hospital_pai": ("Pai Hospital", "รพ.ปาย")}
    path = tmp_path / "tables.xlsx"
    write_workbook(
        path,
        {"places": table},
        [],
        lang=lang,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        names=names,
    )
    cells = dict(strings_of(path))["places"]
    assert {text for row, _, text in cells if row == 3} == {"a", "5803", "Pai", "ปาย", named}
    heads = [text for row, _, text in cells if row == 2]
    assert heads == ["id", "district", "district_en", "district_th", "nearest_dry"]


def test_text_is_text_and_what_is_unknown_is_empty(tmp_path):
    path = tmp_path / "tables.xlsx"
    table = pd.DataFrame({"name": ["=1+1", "ปาย", "https://x.org"], "minutes": [1.5, np.nan, 3.0]})
    tables = {"places": table, "districts": table}
    write_workbook(path, tables, [], lang="en", created=datetime(2026, 1, 1, tzinfo=UTC))
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(f"xl/worksheets/sheet{at}.xml").decode() for at in (1, 2, 3)]
    assert not [one for one in sheets if "<f>" in one or "<hyperlink" in one]
    cells = dict(strings_of(path))["districts"]
    assert [text for row, _, text in cells if row > 2] == ["=1+1", "ปาย", "https://x.org"]
    assert sheets[2].count("<v>1.5</v>") == 1
    assert 'r="B4"' not in sheets[2]


def test_sentences_are_said_in_thai(tmp_path):
    path = tmp_path / "tables.xlsx"
    why = "the nearest road that bears one is 14.5 km away; nobody gets there"
    table = pd.DataFrame({"id": ["a"], "why": [why]})
    write_workbook(
        path, {"unreached": table}, [], lang="th", created=datetime(2026, 1, 1, tzinfo=UTC)
    )
    cells = dict(strings_of(path))["unreached"]
    assert cells[-1][2] == "ถนนสายใกล้ที่สุดที่ใช้ได้อยู่ห่าง 14.5 กม.; ไม่มีใครไปถึง"
