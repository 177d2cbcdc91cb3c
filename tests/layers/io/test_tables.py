"""Strict CSV and TOML: what is read, and every kind of fault told by place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from layers.errors import DataError, MissingFileError
from layers.io.tables import LON_LAT, Column, list_of, misfits, read_table
from layers.io.toml_file import read_toml

COLUMNS = (
    Column("id", "id", required=True),
    Column("name"),
    Column("kind", choices=("town", "village")),
    Column("open", "flag"),
    *LON_LAT,
    Column("people", "number", low=0),
)
HEADER = "id,name,kind,open,lon,lat,people"
ROW = "pai,ปาย,town,yes,98.44,19.36,2284"


def table(path: Path, *lines: str, encoding: str = "utf-8"):
    file = path / "places.csv"
    file.write_bytes("\n".join(lines).encode(encoding))
    return read_table(file, COLUMNS, what="a table of places")


def fault(path: Path, *lines: str) -> str:
    with pytest.raises(DataError) as caught:
        table(path, *lines)
    message = str(caught.value)
    assert message.startswith(f"{path / 'places.csv'}: ")
    return message.removeprefix(f"{path / 'places.csv'}: ")


def test_a_good_table(tmp_path):
    found = table(tmp_path, HEADER, ROW, "mok,,,, 98.1 ,19.5,", '"a, b","x ""y""",village,no,1,2,0')
    assert list(found.columns) == HEADER.split(",")
    assert found["id"].tolist() == ["pai", "mok", "a, b"]
    assert found["name"].tolist() == ["ปาย", "", 'x "y"']
    assert found["kind"].tolist() == ["town", "", "village"]
    assert found["open"].tolist() == ["yes", "", "no"]
    assert found["lon"].tolist() == [98.44, 98.1, 1.0]
    assert np.isnan(found["people"][1])
    assert found["people"].dtype == np.float64
    assert found.index.tolist() == [0, 1, 2]


def test_checks_and_rules_are_told_with_the_rest(tmp_path):
    def rules(found):
        yield from ((at, "size", "is odd") for at in np.flatnonzero(found["size"] % 2 == 1))

    columns = (
        Column("id", "id", required=True),
        Column("kinds", check=list_of(("a", "b"))),
        Column("size", "number"),
    )
    file = tmp_path / "t.csv"
    file.write_text("id,kinds,size\nx,a;c,1\n,,\nx,,many\ny,b; a,3\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_table(file, columns, what="a table", rules=rules)
    assert str(caught.value).startswith(f"{file}: row 4, column 'id': 'x' stands twice")
    for part in (
        "row 2, column 'kinds': 'c' is none of a, b",
        "row 4, column 'size': 'many' is not a number",
        "row 2, column 'size': is odd",
        "row 5, column 'size': is odd",
    ):
        assert part in str(caught.value)
    assert read_table(None, columns, what="a table", rules=rules).empty


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path, encoding):
    assert table(tmp_path, HEADER, ROW, encoding=encoding)["id"].tolist() == ["pai"]


def test_line_ends_of_windows(tmp_path):
    (tmp_path / "a.csv").write_bytes(f"{HEADER}\r\n{ROW}\r\n".encode())
    assert len(read_table(tmp_path / "a.csv", COLUMNS, what="a table")) == 1


def test_columns_in_another_order(tmp_path):
    found = table(tmp_path, "lat,lon,people,open,kind,name,id", "19.36,98.44,,,,,pai")
    assert (found["lon"][0], found["lat"][0]) == (98.44, 19.36)
    assert list(found.columns) == HEADER.split(",")


def test_a_table_that_is_not_there(tmp_path):
    empty = read_table(None, COLUMNS, what="a table")
    assert list(empty.columns) == HEADER.split(",")
    assert len(empty) == 0
    assert empty["lon"].dtype == np.float64
    assert len(table(tmp_path, HEADER)) == 0
    with pytest.raises(MissingFileError, match=r"nothing\.csv: no such file; a table was expected"):
        read_table(tmp_path / "nothing.csv", COLUMNS, what="a table")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("pai,,,,98,19,many", "row 2, column 'people': 'many' is not a number"),
        ("pai,,,,98,19,nan", "row 2, column 'people': 'nan' is not a number"),
        ("pai,,,,98,19,inf", "row 2, column 'people': 'inf' is not a number"),
        ("pai,,,,98,19,True", "row 2, column 'people': 'True' is not a number"),
        ('pai,,,,98,19,"1,000"', "row 2, column 'people': '1,000' is not a number"),
        ("pai,,,,98,19,1 000", "row 2, column 'people': '1 000' is not a number"),
        ("pai,,,,98,19,0x1F", "row 2, column 'people': '0x1F' is not a number"),
        ("pai,,,,98,19,-1", "row 2, column 'people': '-1' is not within 0 to inf"),
        ("pai,,,,181,19,", "row 2, column 'lon': '181' is not within -180 to 180"),
        ("pai,,,,19,98,", "row 2, column 'lat': '98' is not within -90 to 90"),
        ("pai,,,,,19,", "row 2, column 'lon': '' is empty; a value is required"),
        (",,,,98,19,", "row 2, column 'id': '' is empty; a value is required"),
        ("pai,,city,,98,19,", "row 2, column 'kind': 'city' is none of town, village"),
        ("pai,,Town,,98,19,", "row 2, column 'kind': 'Town' is none of town, village"),
        ("pai,,,true,98,19,", "row 2, column 'open': 'true' is none of yes, no"),
        ("pai,,,,98,19", "row 2: 6 cells where the header has 7"),
        ("pai,,,,98,19,,", "row 2: 8 cells where the header has 7"),
    ],
)
def test_a_bad_cell_is_told_by_row_and_column(tmp_path, cells, says):
    assert fault(tmp_path, HEADER, cells) == says


def test_ids_are_unique(tmp_path):
    says = fault(tmp_path, HEADER, ROW, ROW.replace("pai", "mok"), ROW)
    assert says == "row 4, column 'id': 'pai' stands twice; ids are unique"


def test_all_bad_cells_in_one_message(tmp_path):
    says = fault(tmp_path, HEADER, "pai,,city,,98,19,x", "pai,,,,98,91,")
    assert says.split("; ") == [
        "row 3, column 'id': 'pai' stands twice",
        "ids are unique",
        "row 2, column 'kind': 'city' is none of town, village",
        "row 3, column 'lat': '91' is not within -90 to 90",
        "row 2, column 'people': 'x' is not a number",
    ]


def test_many_bad_cells_are_counted(tmp_path):
    says = fault(tmp_path, HEADER, *[f"p{n},,,,98,19,x" for n in range(50)])
    assert says.count("is not a number") == 20
    assert says.endswith("; and 30 more")


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path):
    """Empty rows, and cells over several lines, do not shift what is told."""
    says = fault(tmp_path, HEADER, "", ",,,,,,", 'pai,"two\nlines",,,98,19,', "", "mok,,,,98,19,x")
    assert says == "row 6, column 'people': 'x' is not a number"
    found = table(tmp_path, HEADER, "", ROW, ",,,,,,", "")
    assert found.index.tolist() == [0]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("id,name,kind,open,lon,people", "column 'lat' is missing; valid columns: id, name"),
        (f"{HEADER},hieght", "column 'hieght' is unknown; valid columns: id, name"),
        (HEADER.replace("lat", "Lat"), "column 'lat' is missing; column 'Lat' is unknown"),
        (f"{HEADER},lat", "column 'lat' stands twice"),
        (HEADER.replace(",", " "), "column 'id' is missing"),
    ],
)
def test_a_bad_header(tmp_path, header, says):
    assert fault(tmp_path, header, ROW).startswith(says)


def test_an_empty_file(tmp_path):
    assert fault(tmp_path) == "is empty; a table of places needs a header row"


def test_a_quote_that_is_never_closed_does_not_swallow_rows(tmp_path):
    # In the last column, all rows after it would become one cell without a word.
    says = fault(tmp_path, HEADER.replace("id,", "").replace("people", "people,id"), '"')
    assert "not valid CSV" in says
    rows = [ROW, 'mok,"never closed,town,yes,98,19,1', ROW.replace("pai", "soppong")]
    assert "line 4: not valid CSV" in fault(tmp_path, HEADER, *rows)


def test_a_cell_of_megabytes(tmp_path):
    assert "not valid CSV: field larger" in fault(tmp_path, HEADER, f"pai,{'x' * 200_000},,,1,1,")


def test_thai_of_an_old_windows(tmp_path):
    with pytest.raises(DataError) as caught:
        table(tmp_path, HEADER, ROW.replace("ปาย", "x"), ROW, encoding="cp874")
    assert "line 3 is not UTF-8 text (it looks like Thai of Windows" in str(caught.value)
    assert "CSV UTF-8" in str(caught.value)


def test_text_of_notepad_in_utf16(tmp_path):
    assert table(tmp_path, HEADER, ROW, encoding="utf-16")["name"].tolist() == ["ปาย"]


@pytest.mark.parametrize("joint", [";", "\t"])
def test_other_joints_of_spreadsheets(tmp_path, joint):
    found = table(tmp_path, HEADER.replace(",", joint), ROW.replace(",", joint))
    assert found["people"].tolist() == [2284]


# ── TOML ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Engine:
    power_kw: float = field(metadata={"min": 1, "max": 1000, "unit": "kW"})
    fuel: str = field(default="diesel", metadata={"choices": ("diesel", "petrol")})


@dataclass(frozen=True)
class Truck:
    title: str
    axles: int
    engine: Engine
    id: str = ""
    hgv: bool = True
    picture: Path | None = None
    tyres: tuple[str, ...] = ()
    engines: tuple[Engine, ...] = ()
    speed_kph: Mapping[str, float] = field(
        default_factory=dict, metadata={"min": 1, "max": 200, "unit": "km/h"}
    )


GOOD = 'title = "รถ"\naxles = 3\n'
ENGINE = "[engine]\npower_kw = 210\n"


def toml(path: Path, text: str, **given: object) -> Truck:
    file = path / "truck.toml"
    file.write_text(text, encoding="utf-8")
    return read_toml(file, Truck, what="a vehicle", **given)


def toml_fault(path: Path, text: str, **given: object) -> str:
    with pytest.raises(DataError) as caught:
        toml(path, text, **given)
    return str(caught.value).removeprefix(f"{path / 'truck.toml'}: ")


def test_a_good_toml(tmp_path):
    text = f"""{GOOD}picture = "a b.png"\ntyres = ["x", "y"]\nhgv = false
[[engines]]\npower_kw = 1.5\nfuel = "petrol"\n[speed_kph]\ntrunk = 80\n{ENGINE}"""
    truck = toml(tmp_path, text, id="t")
    assert (truck.id, truck.title, truck.axles, truck.hgv) == ("t", "รถ", 3, False)
    assert truck.engine == Engine(210.0)
    assert isinstance(truck.engine.power_kw, float)
    assert truck.engines == (Engine(1.5, "petrol"),)
    assert truck.picture == tmp_path / "a b.png"
    assert truck.tyres == ("x", "y")
    assert dict(truck.speed_kph) == {"trunk": 80.0}


def test_what_is_left_out_has_its_default(tmp_path):
    truck = toml(tmp_path, GOOD + ENGINE)
    assert (truck.hgv, truck.picture, truck.tyres, dict(truck.speed_kph)) == (True, None, (), {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("axels = 3\n" + GOOD + ENGINE, "key 'axels': unknown; did you mean 'axles'? valid keys: "),
        ("qqq = 3\n" + GOOD + ENGINE, "key 'qqq': unknown; valid keys: title, axles"),
        (GOOD + ENGINE + "powr_kw = 1", "key 'engine.powr_kw': unknown; did you mean 'power_kw'?"),
        ('title = "x"\n' + ENGINE, "key 'axles': missing"),
        (GOOD, "key 'engine': missing"),
        (GOOD + "[engine]\n", "key 'engine.power_kw': missing"),
        (GOOD.replace("3", '"3"') + ENGINE, "key 'axles': must be a whole number, not '3'"),
        (GOOD.replace("3", "3.5") + ENGINE, "key 'axles': must be a whole number, not 3.5"),
        (GOOD.replace("3", "true") + ENGINE, "key 'axles': must be a whole number, not True"),
        (GOOD.replace('"รถ"', "7") + ENGINE, "key 'title': must be text, not 7"),
        ("hgv = 'no'\n" + GOOD + ENGINE, "key 'hgv': must be true or false, not 'no'"),
        ("hgv = 1\n" + GOOD + ENGINE, "key 'hgv': must be true or false, not 1"),
        ("tyres = 'x'\n" + GOOD + ENGINE, "key 'tyres': must be a list, not 'x'"),
        ("tyres = ['x', 2]\n" + GOOD + ENGINE, "key 'tyres.2': must be text, not 2"),
        ("picture = 3\n" + GOOD + ENGINE, "key 'picture': must be the name of a file, not 3"),
        ("engine = 3\n" + GOOD, "key 'engine': must be a table, not 3"),
        ("speed_kph = 3\n" + GOOD + ENGINE, "key 'speed_kph': must be a table, not 3"),
        (
            "speed_kph = {trunk = 'fast'}\n" + GOOD + ENGINE,
            "key 'speed_kph.trunk': must be a number, not 'fast'",
        ),
        (
            "speed_kph = {trunk = 900}\n" + GOOD + ENGINE,
            "key 'speed_kph.trunk': 900.0 km/h is not within 1 to 200 km/h",
        ),
        (
            GOOD + ENGINE.replace("210", "0"),
            "key 'engine.power_kw': 0.0 kW is not within 1 to 1000 kW",
        ),
        (
            GOOD + ENGINE.replace("210", "nan"),
            "key 'engine.power_kw': nan kW is not within 1 to 1000 kW",
        ),
        (
            GOOD + ENGINE.replace("210", "inf"),
            "key 'engine.power_kw': inf kW is not within 1 to 1000 kW",
        ),
        (GOOD + ENGINE + "fuel = 'coal'", "key 'engine.fuel': 'coal' is none of diesel, petrol"),
        ("engines = [{}]\n" + GOOD + ENGINE, "key 'engines.1.power_kw': missing"),
        (
            "title = 2021-01-01\naxles = 3\n" + ENGINE,
            f"key 'title': must be text, not {dt.date(2021, 1, 1)!r}",
        ),
        ("title = ", "not valid TOML: "),
        ("title = " + "[" * 3000, "not valid TOML: tables or lists are nested too deep"),
        ("axles = 1" + "0" * 5000, "not valid TOML: Exceeds the limit"),
        (
            GOOD + ENGINE.replace("210", "1" + "0" * 400),
            "key 'engine.power_kw': must be a number, not one of 401 digits",
        ),
        (GOOD + GOOD + ENGINE, "not valid TOML: Cannot overwrite a value"),
    ],
)
def test_a_bad_toml(tmp_path, text, says):
    assert toml_fault(tmp_path, text).startswith(says)


def test_what_is_given_may_not_stand_in_the_file(tmp_path):
    assert "key 'id': unknown" in toml_fault(tmp_path, "id = 'x'\n" + GOOD + ENGINE, id="t")


def test_all_problems_in_one_message(tmp_path):
    says = toml_fault(tmp_path, "axles = 'x'\nhvg = false\n[engine]\npower_kw = 5000\nfuel = 'x'")
    for part in (
        "'hvg': unknown",
        "'title': missing",
        "'axles': must be",
        "'engine.power_kw'",
        "'engine.fuel'",
    ):
        assert says.count(part) == 1, says


def test_a_toml_that_is_no_utf8(tmp_path):
    file = tmp_path / "truck.toml"
    file.write_bytes(f"axles = 3\n{GOOD.replace('รถ', 'ปาย')}".encode("cp874"))
    with pytest.raises(DataError, match=r"truck\.toml: line 2 is not UTF-8 text"):
        read_toml(file, Truck)
    file.write_bytes((GOOD + ENGINE).encode("utf-8-sig"))
    assert read_toml(file, Truck).title == "รถ"


def test_a_toml_that_is_not_there(tmp_path):
    with pytest.raises(MissingFileError, match=r"truck\.toml: no such file; a vehicle was"):
        read_toml(tmp_path / "truck.toml", Truck, what="a vehicle")
    with pytest.raises(DataError, match="is a folder; a vehicle is a file"):
        read_toml(tmp_path, Truck, what="a vehicle")


def test_an_optional_column_may_be_left_out(tmp_path):
    file = tmp_path / "wards.csv"
    file.write_text("id\npai\n", encoding="utf-8")
    columns = (Column("id", "id"), Column("beds", "number", optional=True))
    assert np.isnan(read_table(file, columns, what="wards")["beds"]).all()
    file.write_text("id,beds\npai,many\n", encoding="utf-8")
    with pytest.raises(DataError, match="row 2, column 'beds': 'many' is not a number"):
        read_table(file, columns, what="wards")


def two(path: Path, first: str, second: str, **named):
    files = (path / "own.csv", path / "shared.csv")
    for file, rows in zip(files, (first, second), strict=True):
        file.write_text(f"{HEADER}\n{rows}\n", encoding="utf-8")
    return read_table(files, COLUMNS, what="a table of places", **named)


def test_files_of_one_table_stand_below_one_another(tmp_path):
    found = two(tmp_path, "mok,,,,98,19,5", "pai,,,,98.4,19.3,1\nmok,,,,98,19,9\nkan,,,,99,14,2")
    assert found["id"].tolist() == ["mok", "pai", "kan"], (
        "one's own row takes the shared one's place"
    )
    assert found["people"].tolist() == [5, 1, 2]
    assert found.index.tolist() == [0, 1, 2]
    found.loc[0, "people"] = 7
    assert read_table(tmp_path / "own.csv", COLUMNS, what="x")["people"].tolist() == [5]


def test_rows_of_several_files_that_belong_together_give_way_together(tmp_path):
    found = two(tmp_path, "a,x,,,1,1,", "b,x,,,2,2,\nc,x,,,2,2,\nd,y,,,3,3,", key="name")
    assert found["id"].tolist() == ["a", "d"]


def test_faults_of_several_files_are_told_by_file_and_row(tmp_path):
    def rules(found):
        yield from ((at, "people", "is odd") for at in np.flatnonzero(found["people"] % 2 == 1))

    with pytest.raises(DataError) as caught:
        two(tmp_path, "mok,,,,98,19,5", "mok,,,,98,19,9\nkan,,,,x,14,3", rules=rules)
    assert str(caught.value) == (
        f"{tmp_path / 'own.csv'}: row 2, column 'people': is odd; "
        f"{tmp_path / 'shared.csv'}: row 3, column 'lon': 'x' is not a number; "
        "row 3, column 'people': is odd"
    )
    wrong = misfits(tmp_path / "own.csv", COLUMNS, [(0, "lat", "is far")], what="x")
    assert str(wrong) == f"{tmp_path / 'own.csv'}: row 2, column 'lat': is far"
    with pytest.raises(MissingFileError, match=r"none\.csv"):
        read_table((tmp_path / "none.csv",), COLUMNS, what="x")


@dataclass(frozen=True)
class Named:
    tables: tuple[Path, ...]


def test_files_of_named_folders(tmp_path):
    """`name:file` is found wherever the file that names it stands; a drive is no such name."""
    (tmp_path / "all" / "deep").mkdir(parents=True)
    for name in ("roads.csv", "deep/towns.csv"):
        (tmp_path / "all" / name).touch()
    file = tmp_path / "x.toml"

    def read(text: str) -> tuple[Path, ...]:
        file.write_text(f"tables = {text}", encoding="utf-8")
        return read_toml(file, Named, folders={"all": tmp_path / "all"}).tables

    assert read('"own.csv"') == (tmp_path / "own.csv",)
    assert read('["own.csv", "all:roads.csv", "all:deep/towns.csv"]') == (
        tmp_path / "own.csv",
        tmp_path / "all/roads.csv",
        tmp_path / "all/deep/towns.csv",
    )
    with pytest.raises(DataError, match="'D:roads.csv' leads out of the folder of x.toml"):
        read("'D:roads.csv'")
    for wrong in ("all:road.csv", "all:../x.toml", "all:deep"):
        with pytest.raises(DataError, match="is not there; there are: .*all:") as caught:
            read(f"'{wrong}'")
        assert "key 'tables.1'" in str(caught.value)


def test_blank_rows_before_a_fault_are_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f'{HEADER}\n\na,"b\nb",,,98,19,1\n,\nc,,,,x,19,1\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"row 5, column 'lon': 'x' is not a number"):
        read_table(path, COLUMNS, what="places")
