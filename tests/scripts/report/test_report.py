"""`chaidaen report` on a small area drawn by hand: everything in one folder, told in one page."""

from __future__ import annotations

import codecs
import hashlib
import html
import json
import re
import sqlite3
import zipfile

import docx
import geopandas as gpd
import pandas as pd
import pytest
from commands import content, done, problem, run
from docx.oxml.ns import qn
from lxml import etree
from thai_text import english_in, thai_of
from valley import PLACES, write_busy_valley, write_valley

from layers.area import load_area
from layers.goals.history import read_history
from tests.maps.report.test_report import Tags

pytestmark = pytest.mark.slow

HOSPITAL = (
    "clinic,Hospital,โรงพยาบาล,hospital,98.01,19.00,300,,,,drawn,,E\n"
    "bazaar,Market,ตลาด,market,98.21,19.00,350,,,,drawn,,E\n"
)
EVIL = "<script>alert(1)</script>"
DAY = "1795564800"  # 2026-11-25


def valley_of(home, *, name="Village"):
    """Write an area that every part of a report has something to say about."""
    places = PLACES.replace(",Village,", f",{name},") + HOSPITAL
    return write_busy_valley(home, places=places)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Report on the valley once, in a folder with a space and Thai letters."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("home")
    patch.setenv("CHAIDAEN_HOME", str(home))
    patch.setenv("SOURCE_DATE_EPOCH", DAY)
    valley_of(home, name=EVIL)
    folder = tmp_path_factory.mktemp("out") / "รายงาน ของฉัน"
    result = done("report", "valley", "--output", folder, "--lang", "en", "--resolution", 1000)
    yield folder, result, home
    patch.undo()


def test_one_page_tells_all_of_it(made):
    folder, result, _ = made
    page = Tags((folder / "index.html").read_text(encoding="utf-8"))
    ids = {attrs.get("id") for _, attrs in page.found}
    assert {"access", "freight", "scenarios", "risk", "monitor", "sources"} <= ids
    assert "25 November 2026" in page.text
    assert "25 พฤศจิกายน พ.ศ. 2569" in page.text
    # Town, Village and Upland; the road to the village is unpaved, so the rains cut it off.
    assert "index.html: access, freight, scenarios, risk;" in result.stdout


def test_no_english_is_left_on_a_thai_page(made):
    folder, _, _ = made
    # Names that the tables have in English only, and who must be named.
    names = ["Road to the village", "Road to the upland", "drawn", "none"]
    left = {
        (path.name, text)
        for path in folder.glob("*.html")
        for text in english_in(thai_of(path.read_text(encoding="utf-8")), names)
        if EVIL not in text
    }
    assert left == set()


def test_every_file_that_the_page_names_is_there(made):
    folder, _, _ = made
    page = Tags((folder / "index.html").read_text(encoding="utf-8"))
    links = {attrs["href"] for tag, attrs in page.found if tag == "a"}
    links |= {attrs["data-page"] for _, attrs in page.found if "data-page" in attrs}
    beside = {link for link in links if not re.match(r"#|https?:", link)}
    assert beside
    assert [link for link in beside if not (folder / link).is_file()] == []


def test_who_the_rains_cut_off_is_named_as_text(made):
    folder, _, _ = made
    told = (folder / "index.html").read_text(encoding="utf-8")
    page = Tags(told)
    assert EVIL in page.text
    assert told.count("<script") == len([tag for tag, _ in page.found if tag == "script"])
    assert not [attrs for _, attrs in page.found if any(key.startswith("on") for key in attrs)]
    for path in folder.glob("*.html"):
        assert EVIL not in re.sub(r"&lt;", "", path.read_text(encoding="utf-8")), path.name


def test_tables_say_the_same_as_the_commands(made):
    folder, _, _ = made
    places = pd.read_csv(folder / "tables" / "access_hospital_places.csv").set_index("id")
    own = json.loads(
        done(
            "access",
            "valley",
            "--to",
            "hospital",
            "--vehicle",
            "pickup",
            "--format",
            "json",
            "--quiet",
        ).stdout
    )
    for row in own["places"]:
        assert places["minutes_dry"][row["id"]] == pytest.approx(row["minutes_dry"])
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
    assert {"access_hospital_places", "freight_corridors", "risk_corridors"} <= set(names)


def test_the_geopackage_has_every_maps_layers_with_styles(made):
    folder, _, _ = made
    layers = set(gpd.list_layers(folder / "report.gpkg")["name"])
    assert {"access_hospital_dry_places", "freight_corridors", "risk_corridors"} <= layers
    with sqlite3.connect(folder / "report.gpkg") as database:
        styled = {name for (name,) in database.execute("SELECT f_table_name FROM layer_styles")}
    assert styled == layers - {"layer_styles"}


@pytest.mark.slow
def test_what_it_was_made_from_makes_it_again(made, tmp_path):
    folder, _, home = made
    made_from = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    toml = home / "areas" / "valley" / "area.toml"
    digest = hashlib.sha256(toml.read_bytes()).hexdigest()
    assert made_from["inputs"]["area/area.toml"] == digest
    assert made_from["inputs"]["scenarios/faster.toml"]
    assert str(home) not in json.dumps(made_from)
    again = tmp_path / "again"
    name, *arguments = made_from["command"]
    assert name == "chaidaen"
    done(*arguments, "--output", again)
    first, second = content(folder), content(again)
    assert set(first) == set(second)
    assert [one for one in first if first[one][1] != second[one][1]] == []


@pytest.mark.usefixtures("made")
def test_its_key_figures_join_the_history_once_a_day():
    history = read_history(load_area("valley"))
    assert set(history["date"]) == {"2026-11-25"}
    assert not history["id"].duplicated().any()
    found = history.set_index("id")["value"]
    # 1,000 of 95,000 settled people live up the hill, 4,000 in the village that is cut off.
    assert found["people_cut_off_wet"] == pytest.approx(4000)


def test_a_second_run_with_nothing_changed_touches_nothing(made):
    folder, _, _ = made
    before = content(folder)
    said = done(
        "report", "valley", "--output", folder, "--lang", "en", "--resolution", 1000, "--overwrite"
    )
    assert "nothing changed since it was made" in said.stdout
    assert content(folder) == before


def test_what_changed_since_is_told_by_name(made):
    folder, _, home = made
    assert "nothing changed since 2026-11-25" in done("report", "--check", folder).stdout
    scenario = home / "areas" / "valley" / "scenarios" / "faster.toml"
    page = folder / "risk.html"
    old, whole = scenario.read_bytes(), page.read_bytes()
    try:
        scenario.write_bytes(old + b"# once more\n")
        page.write_bytes(whole + b" ")
        result = run("report", "--check", folder)
    finally:
        scenario.write_bytes(old)
        page.write_bytes(whole)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "input scenarios/faster.toml: changed",
        "file risk.html: is not as the report wrote it",
    ]


def test_a_folder_without_a_report_has_nothing_to_check(tmp_path):
    assert "provenance.json: is not there" in problem("report", "--check", tmp_path)


def test_a_report_of_parts_of_an_unknown_name_is_refused(home):
    valley_of(home)
    result = run("report", "valley", "--only", "acess")
    assert result.exit_code == 2
    assert "'acess' is no part of the report; there are access, freight" in result.stderr


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_document_can_be_edited_and_tells_the_same(made, lang):
    folder, _, _ = made
    paper = docx.Document(str(folder / f"report_{lang}.docx"))
    text = "\n".join(one.text for one in paper.paragraphs)
    words = "\n".join(
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    )
    assert lang == "th" or EVIL in words
    heads = [one.text for one in paper.paragraphs if one.style.name == "Heading 1"]
    page = Tags((folder / "index.html").read_text(encoding="utf-8")).text
    assert len(heads) == 7  # summary, four chapters, goals, sources
    for head in heads[1:-1]:
        assert head.split(". ", 1)[-1] in page
    assert ("ผู้" in text or "คน" in text) == (lang == "th")
    normal = paper.styles["Normal"].element.rPr.rFonts
    assert normal.get(qn("w:cs")) == "TH Sarabun New"
    pictures = paper.element.body.findall(f".//{qn('wp:docPr')}")
    assert len(pictures) >= 9
    assert all(one.get("descr") for one in pictures)
    with zipfile.ZipFile(folder / f"report_{lang}.docx") as archive:
        assert {one.date_time for one in archive.infolist()} == {(2026, 11, 25, 12, 0, 0)}


def test_every_picture_is_there_as_lines_too(made):
    folder, _, _ = made
    drawn = {path.stem for path in folder.glob("*.png")}
    assert {"risk", "risk_ranks", "freight", "access_hospital_wet_people"} <= drawn
    assert drawn == {path.stem for path in folder.glob("*.svg")}
    for path in folder.glob("*.svg"):
        assert etree.parse(path).getroot().tag.endswith("svg")


def test_the_workbook_has_heads_in_words_and_notes(made):
    folder, _, _ = made
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        strings = re.findall(r"<t[^>]*>([^<]*)</t>", archive.read("xl/sharedStrings.xml").decode())
        cells = archive.read("xl/worksheets/sheet2.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert names[0] == "notes"
    assert {"minutes (wet)", "minutes_wet", html.escape(EVIL)} <= set(strings)
    assert 'ySplit="2"' in cells
    assert "<f>" not in cells
    assert 'formatCode="0.0 %"' in styles


def test_tables_open_in_excel(made):
    folder, _, _ = made
    for path in (folder / "tables").glob("*.csv"):
        assert path.read_bytes().startswith(codecs.BOM_UTF8)


def test_what_is_there_is_not_touched_unasked(made):
    folder, _, _ = made
    before = content(folder)
    line = problem("report", "valley", "--output", folder)
    assert "index.html: is already there; --overwrite replaces it" in line
    assert content(folder) == before


@pytest.mark.slow
def test_other_files_of_the_folder_stay(home, tmp_path):
    valley_of(home)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    done(
        "report",
        "valley",
        "--output",
        tmp_path,
        "--to",
        "hospital",
        "--resolution",
        1000,
        "--only",
        "access",
        "--overwrite",
    )
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.glob("*.html")} == {
        "index.html",
        "brief.html",
        "access_hospital_dry.html",
        "access_hospital_wet.html",
    }
    assert not list(tmp_path.glob(".writing-*"))


@pytest.mark.slow
def test_only_kinds_of_facilities_that_are_there_are_told(home, tmp_path):
    write_valley(home)
    done(
        "report",
        "valley",
        "--output",
        tmp_path / "out",
        "--skip",
        "risk",
        "--skip",
        "scenarios",
        "--skip",
        "freight",
        "--resolution",
        1000,
    )
    assert {path.name for path in (tmp_path / "out").glob("access_*.html")} == {
        "access_collection_point_dry.html",
        "access_collection_point_wet.html",
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("report", "nowhere"), "area 'nowhere' is not known"),
        (("report", "valley", "--scenario", "fastr"), "did you mean 'faster'"),
        (("report", "valley", "--to", "hospitl"), "did you mean 'hospital'"),
    ],
)
def test_what_is_not_known_is_one_line_and_nothing_is_written(home, tmp_path, arguments, told):
    valley_of(home)
    assert told in problem(*arguments, "--output", tmp_path / "out", "--resolution", 1000)
    assert not (tmp_path / "out").exists()


def test_scenarios_cannot_be_asked_for_and_left_out(home):
    valley_of(home)
    result = run("report", "valley", "--scenario", "shut", "--skip", "scenarios")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


@pytest.mark.slow
def test_the_whole_report_in_a_changed_world(made, tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setenv("CHAIDAEN_HOME", str(home))
    valley_of(home)
    out = tmp_path / "out"
    args = ("report", "valley", "--output", out, "--resolution", 1000, "--skip", "risk")
    said = done(*args, "--world", "shut", "--lang", "en").stdout
    assert "index.html: access, freight;" in said
    assert "shut" in Tags((out / "index.html").read_text(encoding="utf-8")).text
    made_from = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert made_from["command"][made_from["command"].index("--world") + 1] == "shut"
    assert "scenarios/shut.toml" in made_from["inputs"]
    changed = pd.read_csv(out / "tables" / "access_hospital_places.csv", comment="#")
    today = pd.read_csv(made[0] / "tables" / "access_hospital_places.csv", comment="#")
    both = changed.merge(today, on="id", suffixes=("_shut", "_today"))
    slower = both["minutes_dry_shut"].fillna(1e9) - both["minutes_dry_today"]
    assert (slower >= -1e-9).all()
    assert slower.max() > 1, "a closed road makes somebody later"
    assert not len(read_history(load_area("valley"))), "what is followed is the world as it is"


def test_a_changed_world_compares_no_others(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path))
    valley_of(tmp_path)
    refused = run("report", "valley", "--world", "shut", "--scenario", "faster")
    assert refused.exit_code == 2
    assert "--world and --scenario exclude each other" in refused.stderr


def strings_of(workbook):
    """Return the name and text cells of every sheet of a workbook: row, column, text."""
    with zipfile.ZipFile(workbook) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        shared = [
            "".join(re.findall(r"<t[^>]*>([^<]*)</t>", one))
            for one in re.findall(
                r"<si>(.*?)</si>", archive.read("xl/sharedStrings.xml").decode(), re.DOTALL
            )
        ]
        for at, name in enumerate(names, start=1):
            cells = archive.read(f"xl/worksheets/sheet{at}.xml").decode()
            found = re.findall(r'<c r="([A-Z]+)(\d+)"[^>]*t="s"[^>]*><v>(\d+)</v>', cells)
            yield name, [(int(row), col, html.unescape(shared[int(at)])) for col, row, at in found]


@pytest.mark.slow
def test_no_english_is_left_in_thai_papers_and_pictures(made, tmp_path):
    folder, _, _ = made
    out = tmp_path / "th"
    done(
        "report",
        "valley",
        "--output",
        out,
        "--lang",
        "th",
        "--resolution",
        1000,
        "--only",
        "access,scenarios",
    )
    # Names that the tables have in English only, and who must be named.
    names = ["Road to the village", "Road to the upland", "drawn", "none"]
    paper = docx.Document(str(folder / "report_th.docx"))
    told = [one.text for one in paper.paragraphs]
    told += [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    for picture in out.glob("*.svg"):
        texts = etree.parse(picture).iter("{*}text", "{*}title", "{*}desc")
        told += ["".join(one.itertext()) for one in texts]
    assert {one for one in english_in(told, names) if EVIL not in one} == set()
    heads = []
    for sheet, cells in strings_of(out / "tables.xlsx"):
        heads += [one for row, _, one in cells if row == 1 or sheet == "ข้อสังเกต"]
    assert set(english_in(heads, names)) == set()


def test_ids_have_names_in_the_workbook_and_stay_in_the_tables(made):
    folder, _, _ = made
    sheets = dict(strings_of(folder / "tables.xlsx"))
    keys = {col: one for row, col, one in sheets["access_hospital_places"] if row == 2}
    nearest = {
        one
        for row, col, one in sheets["access_hospital_places"]
        if row > 2 and keys[col] == "nearest_dry"
    }
    assert nearest == {"Hospital"}
    table = pd.read_csv(folder / "tables" / "access_hospital_places.csv")
    assert set(table["nearest_dry"].dropna()) == {"clinic"}
