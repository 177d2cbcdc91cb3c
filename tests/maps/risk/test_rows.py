"""How stretches of roads are named."""

from __future__ import annotations

from maps.risk.rows import road_name


def test_a_short_number_is_not_read_as_kilometres():
    row = {"ref": "1", "km_from": 786.2, "km_to": 838.9, "name_en": "", "name_th": ""}
    assert road_name(row)[0] == "Highway 1 km 786\N{EN DASH}839"
    assert road_name(row | {"ref": "1095"})[0] == "1095 km 786\N{EN DASH}839"
    named = road_name(row | {"ref": "", "name_en": "Old road", "km_to": 787.0})
    assert named[0] == "Old road km 786.2\N{EN DASH}787.0"
