"""Villages that do not fit their subdistrict are problems of an area."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layers.area import load_area
from layers.errors import DataError
from layers.setup.people_check import check_villages

AREA = load_area("mae_hong_son")


def test_the_shipped_villages_fit():
    assert check_villages(AREA) == "villages: 479, and 155 without a point"


def test_people_too_many_and_a_village_too_far_are_told_together(tmp_path):
    (own,) = AREA.layers.villages
    lines = own.read_text("utf-8").splitlines()
    changed = [
        line.replace(",580101,,7199,", ",580101,,7200,").replace(",97.96661,19.30151,", ",99,18.8,")
        for line in lines
    ]
    path = tmp_path / "villages.csv"
    path.write_text("\n".join(changed), "utf-8")
    with pytest.raises(DataError) as told:
        check_villages(replace(AREA, layers=replace(AREA.layers, villages=(path,))))
    assert "subdistrict 580101: its villages have 7,200 people, its place 7,199" in str(told.value)
    assert "village 'place_580101_01': 1" in str(told.value)
