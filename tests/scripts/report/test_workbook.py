"""The workbook of a report names what its tables have as codes, once."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from scripts.report.workbook import write_tables
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
    write_tables(
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
