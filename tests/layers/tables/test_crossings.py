"""Crossings and how long they take: every fault by row and column, all at once."""

from __future__ import annotations

import pytest

from layers.area import Area, Layers
from layers.errors import DataError
from layers.setup.checking import check_area
from layers.tables.crossings import (
    CROSSING_COLUMNS,
    DWELL_COLUMNS,
    check_crossings,
    read_crossings,
    read_dwell,
)
from layers.tables.places import PLACE_COLUMNS, read_places

HEADER = [column.name for column in CROSSING_COLUMNS]
GATE = {
    "id": "gate",
    "name_en": "Gate",
    "neighbour": "Laos",
    "lon": "100",
    "lat": "20",
    "type": "permanent",
    "status": "open",
    "source": "drawn",
    "quality": "E",
}
TOWN = {
    "id": "abroad",
    "name_en": "Abroad",
    "kind": "foreign_city",
    "lon": "100",
    "lat": "20.1",
    "source": "drawn",
    "quality": "E",
}
DWELL = {
    "id": "d",
    "crossing_id": "gate",
    "vehicle_class": "truck",
    "median_min": "60",
    "p90_min": "180",
    "source": "drawn",
    "quality": "E",
}


def write(folder, name, columns, *rows, leave_out=()):
    names = [column.name for column in columns if column.name not in leave_out]
    lines = [",".join(names)]
    for row in rows:
        assert set(row) <= set(names)
        lines.append(",".join(f'"{row.get(name, "")}"' for name in names))
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def area(folder, gates=(GATE,), dwell=(DWELL,)):
    return Area(
        "drawn",
        folder,
        "Drawn",
        "",
        "EPSG:32647",
        Layers(
            boundary=folder / "none.geojson",
            places=write(folder, "places.csv", PLACE_COLUMNS, TOWN),
            crossings=write(folder, "crossings.csv", CROSSING_COLUMNS, *gates),
            dwell=write(folder, "dwell.csv", DWELL_COLUMNS, *dwell),
        ),
    )


def faults(read, *given):
    with pytest.raises(DataError) as caught:
        read(*given)
    return str(caught.value).split(": ", 1)[1].split("; row ")


def test_a_good_table(tmp_path):
    gate = GATE | {
        "hours": "Mo-Su 06:00-18:00",
        "classes": "car;truck",
        "max_gross_t": "25",
        "transload_min": "0",
        "fee_thb": "500",
        "beyond": "abroad",
    }
    drawn = area(tmp_path, [gate])
    check_crossings(drawn, read_places(drawn))
    found = read_crossings(drawn).iloc[0]
    assert (found["classes"], found["max_gross_t"], found["fee_thb"]) == ("car;truck", 25, 500)
    assert found[["transload_thb_per_t"]].isna().all()
    assert read_dwell(drawn)["p90_min"].tolist() == [180]


def test_a_file_without_the_newer_columns_stays_valid(tmp_path):
    optional = [column.name for column in CROSSING_COLUMNS if column.optional]
    assert len(optional) == 6
    drawn = area(tmp_path)
    write(tmp_path, "crossings.csv", CROSSING_COLUMNS, GATE, leave_out=optional)
    check_crossings(drawn, read_places(drawn))
    found = read_crossings(drawn)
    assert found.columns.tolist() == HEADER
    assert found["classes"].tolist() == [""]


def test_an_area_without_dwell_times(tmp_path):
    drawn = Area("x", tmp_path, "X", "", "EPSG:32647", Layers(tmp_path / "none.geojson"))
    check_crossings(drawn, read_places(drawn))
    assert read_dwell(drawn).columns.tolist() == [column.name for column in DWELL_COLUMNS]


def test_all_faults_of_a_table_at_once(tmp_path):
    gates = [
        GATE | {"hours": "Mo-Su 25:00-26:00", "classes": "car;tank"},
        GATE | {"id": "night", "hours": "Mo-Su 20:00-04:00", "max_gross_t": "-1"},
        GATE | {"id": "far", "beyond": "nowhere", "transload_min": "soon", "classes": "bus;bus"},
    ]
    drawn = area(tmp_path, gates)
    found = faults(check_crossings, drawn, read_places(drawn))
    for start, middle in (
        ("row 2, column 'hours': ", "'25:00' is no time from 00:00 to 24:00"),
        (
            "3, column 'hours': ",
            "over midnight is written with midnight: '00:00-04:00,20:00-24:00'",
        ),
        ("2, column 'classes': ", "'tank' is none of motorcycle, car, bus, truck"),
        ("4, column 'classes': ", "names a value twice"),
        ("3, column 'max_gross_t': ", "'-1' is not within 0.1 to 200"),
        ("4, column 'transload_min': ", "'soon' is not a number"),
        ("4, column 'beyond': ", "'nowhere' is no id of a place"),
    ):
        assert [text for text in found if text.startswith(start) and middle in text], (start, found)
    assert len(found) == 7


def test_all_faults_of_dwell_times_at_once(tmp_path):
    rows = [
        DWELL,
        DWELL | {"id": "again"},
        DWELL | {"id": "x", "crossing_id": "nowhere", "vehicle_class": "tank"},
        DWELL | {"id": "y", "vehicle_class": "car", "median_min": "90", "p90_min": "60"},
        DWELL | {"id": "z", "vehicle_class": "bus", "median_min": "0"},
        DWELL | {"id": "n", "vehicle_class": "motorcycle", "p90_min": ""},
    ]
    assert sorted(faults(read_dwell, area(tmp_path, dwell=rows))) == [
        "3, column 'vehicle_class': 'truck' stands twice for 'gate'",
        "4, column 'vehicle_class': 'tank' is none of motorcycle, car, bus, truck",
        "5, column 'p90_min': '60' is below the median 90",
        "6, column 'median_min': '0' is not above 0",
        "7, column 'p90_min': '' is empty; a value is required",
        "row 4, column 'crossing_id': 'nowhere' is no id of a crossing",
    ]


def test_rows_are_those_of_the_file(tmp_path):
    """A spreadsheet leaves rows of commas, which are skipped and still counted."""
    drawn = area(tmp_path)
    path = drawn.layers.dwell
    head, *rest = path.read_text(encoding="utf-8").splitlines()
    bad = rest[0].replace('"d"', '"e"').replace('"180"', '"50"').replace("truck", "car")
    path.write_text("\n".join([head, "," * (len(DWELL_COLUMNS) - 1), *rest, bad]), encoding="utf-8")
    assert faults(read_dwell, drawn) == ["row 4, column 'p90_min': '50' is below the median 60"]


def test_the_check_tells_a_bad_table_once(tmp_path):
    drawn = area(tmp_path, [GATE | {"hours": "Mo 25:00-26:00", "beyond": "nowhere"}])
    told = [text for text in check_area(drawn).problems if "crossings.csv" in text]
    assert len(told) == 1
    assert "25:00" in told[0]
    assert "'nowhere' is no id of a place" in told[0]
