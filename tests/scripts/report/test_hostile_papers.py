"""Names that are code to a careless program stand as text in Word, Excel, CSV and GeoPackage."""

from __future__ import annotations

import csv
import html
import shutil
import zipfile

import docx
import geopandas as gpd
import pytest
from commands import done
from hostile import IMAGE, LITTLE, SCRIPT, write_area

pytestmark = pytest.mark.slow

FORMULA = "=cmd|' /C calc'!A0"
STARTS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Report on an area of hostile names; its hospital is a formula."""
    made = tmp_path_factory.mktemp("papers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(made / "home"))
        write_area(made / "home")
        places = made / "home" / "areas" / "valley" / "places.csv"
        text = places.read_text(encoding="utf-8")
        rows = list(csv.DictReader(text.splitlines()))
        called = next(row for row in rows if row["id"] == "clinic")
        called |= {"name_en": FORMULA, "name_th": FORMULA}
        with places.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(called))
            writer.writeheader()
            writer.writerows(rows)
        done("report", "valley", "--output", made / "out", *LITTLE, "--quiet")
    yield made / "out"
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize(("lang", "name"), [("en", SCRIPT), ("th", IMAGE)])
def test_word_shows_them_and_links_nothing(folder, lang, name):
    path = folder / f"report_{lang}.docx"
    told = "\n".join(t.text or "" for t in docx.Document(str(path)).element.body.iter("{*}t"))
    assert name in told
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode()
        links = archive.read("word/_rels/document.xml.rels").decode()
    # A field is how Word runs things: page numbers stand in head and foot, not in the body.
    assert "instrText" not in body
    assert "<script" not in body
    assert "script" not in links


def test_excel_shows_them_and_computes_nothing(folder):
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        told = html.unescape(archive.read("xl/sharedStrings.xml").decode())
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    for name in (SCRIPT, IMAGE, FORMULA):
        assert name in told
    assert [sheet for sheet in sheets if b"<f>" in sheet or b"<hyperlink" in sheet] == []


def test_no_cell_of_a_csv_begins_as_a_formula(folder):
    cells = [
        cell
        for path in (folder / "tables").glob("*.csv")
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        for cell in row
    ]
    assert any(SCRIPT in cell for cell in cells)
    assert f"'{FORMULA}" in cells

    def is_number(cell: str) -> bool:
        return cell.lstrip("+-").replace(".", "").replace("e-", "").isdigit()

    assert [cell for cell in cells if cell.startswith(STARTS) and not is_number(cell)] == []


def test_a_geopackage_keeps_them_as_they_are(folder):
    layers = gpd.list_layers(folder / "report.gpkg")["name"]
    places = next(one for one in layers if one.startswith("access_hospital") and "places" in one)
    read = gpd.read_file(folder / "report.gpkg", layer=places)
    told = " ".join(map(str, read.drop(columns="geometry").to_numpy().ravel()))
    assert SCRIPT in told
    assert IMAGE in told
