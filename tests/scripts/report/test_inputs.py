"""A report is of one state of its inputs: of what was there before, or not at all."""

from __future__ import annotations

import pytest

from geo.study import open_study
from layers.errors import DataError
from scripts.report.part import Asked
from scripts.report.provenance import inputs_of, unchanged
from tests.scripts.report.test_report import valley_of


def test_a_file_that_changes_meanwhile_is_named(home):
    folder = valley_of(home)
    study = open_study("valley")
    given = ("hospital",), "pickup", (30, 60), 1000.0, 120, ("shut",), (), "en"
    asked = Asked(*given, quiet=True)
    before = inputs_of(study, asked)
    unchanged(before, inputs_of(study, asked))
    for name in ("places.csv", "scenarios/shut.toml"):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n")
    said = r"^area/places.csv, scenarios/shut.toml: changed while the report was made"
    with pytest.raises(DataError, match=said):
        unchanged(before, inputs_of(study, asked))
