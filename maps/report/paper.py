"""The report as a document for Word: text, tables and pictures that an office can go on with."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell as WordCell

from maps.base.i18n import Text, known, text
from maps.base.style import PALETTE
from maps.report.chapter import Cell, Chapter, Number, Table

FONT: Final = {"en": "Calibri", "th": "TH Sarabun New"}
"""Of each language; Thai letters are `TH Sarabun New` in either, as Thai offices write."""

SIZE: Final = {"en": (10.5, 14.0), "th": (15.0, 15.0)}
"""Points of Latin and of Thai letters; Sarabun is small for its points."""

WIDE_MM: Final = 166.0
"""Between the margins of A4."""

CHART_MM: Final = 160.0

NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that no XML can hold."""

NUMBER_COLUMNS: Final = 2
"""Key figures side by side."""


@dataclass(frozen=True)
class Shown:
    """A picture in the document: what it shows, and PNG."""

    title: Text
    png: bytes


@dataclass(frozen=True, eq=False)
class Paper:
    """What the document holds.

    Attributes
    ----------
    title, subtitle
        Of the report.
    chapters
        In their order.
    maps, charts
        By a chapter's id.
    more
        Tables after the chapters, each with its heading.
    limits
        What weakens the figures.
    sources
        Who must be named.
    """

    title: Text
    subtitle: Text
    chapters: tuple[Chapter, ...]
    maps: Mapping[str, Sequence[Shown]]
    charts: Mapping[str, Sequence[Shown]]
    more: tuple[tuple[Text, Sequence[Table]], ...] = ()
    limits: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()


def report_docx(paper: Paper, *, lang: str, created: datetime) -> bytes:
    """Write the report as a document that Word and LibreOffice can edit.

    Parameters
    ----------
    paper
        What it holds.
    lang
        `en` or `th`.
    created
        When; nothing in the file has another time.

    Returns
    -------
    docx
        Headings, lists and tables in styles of their own, so that an office changes them at
        one place. The same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    made = _Writer(known(lang))
    made.begin(paper, created)
    made.summary(paper.chapters)
    for at, chapter in enumerate(paper.chapters, start=1):
        made.heading(f"{at}. {made.say(chapter.title)}", 1)
        made.chapter(chapter, paper.maps.get(chapter.id, ()), paper.charts.get(chapter.id, ()))
    for title, tables in paper.more:
        made.heading(made.say(title), 1)
        for table in tables:
            made.table(table)
    made.heading(made.say(text("sources_limits")), 1)
    made.bullets(paper.limits)
    made.heading(made.say(text("report_sources")), 2)
    made.bullets(paper.sources)
    held = io.BytesIO()
    made.document.save(held)
    return _dated(held.getvalue(), created)


class _Writer:
    """Writes one language of a report into a document."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.at = int(lang == "th")
        self.document: Any = docx.Document()
        self.pictures = 0
        _styled(self.document, lang)

    def say(self, words: str | Text) -> str:
        """Return words of the language, without what XML cannot hold."""
        told = words if isinstance(words, str) else words[self.at]
        return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", told)

    def begin(self, paper: Paper, created: datetime) -> None:
        """Write title and properties."""
        about = self.document.core_properties
        about.title, about.author = self.say(paper.title), "chaidaen"
        about.created = about.modified = created
        about.last_modified_by, about.comments = "chaidaen", ""
        about.language = "th-TH" if self.at else "en-GB"
        self.document.add_heading(self.say(paper.title), 0)
        self.document.add_paragraph(self.say(paper.subtitle), style="Subtitle")
        footer = self.document.sections[0].footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _page_number(footer)

    def summary(self, chapters: Sequence[Chapter]) -> None:
        """Write the answers of all chapters, and their first figures."""
        self.heading(self.say(text("report_summary")), 1)
        self.bullets([chapter.headline for chapter in chapters])
        self.numbers([number for chapter in chapters for number in chapter.numbers[:2]])

    def chapter(self, chapter: Chapter, maps: Sequence[Shown], charts: Sequence[Shown]) -> None:
        """Write one chapter under its heading."""
        self.document.add_paragraph(self.say(chapter.headline), style="Intense Quote")
        for line in chapter.text:
            self.document.add_paragraph(self.say(line))
        self.numbers(chapter.numbers[2:])
        for one in maps:
            self.picture(one, WIDE_MM)
        for one in charts:
            self.picture(one, CHART_MM)
        for table in chapter.tables:
            self.table(table)
        self.bullets(chapter.notes, small=True)

    def heading(self, words: str, level: int) -> None:
        self.document.add_heading(words, level)

    def bullets(self, lines: Sequence[Text], *, small: bool = False) -> None:
        for line in lines:
            added = self.document.add_paragraph(style="List Bullet")
            run = added.add_run(self.say(line))
            if small:
                run.font.size = Pt(SIZE[self.lang][0] - 1.5)

    def numbers(self, found: Sequence[Number]) -> None:
        """Write key figures as a table of what, how much, and where."""
        if not found:
            return
        grid = self.document.add_table(rows=0, cols=2, style="Light List Accent 1")
        for number in found:
            cells = grid.add_row().cells
            cells[0].text = self.say(number.label)
            value = cells[1].paragraphs[0]
            value.add_run(self.say(number.value)).bold = True
            if number.detail:
                value.add_run(f"  {self.say(number.detail)}")
        self.document.add_paragraph()

    def picture(self, one: Shown, wide_mm: float) -> None:
        """Put a picture on the page, with its words for who does not see it."""
        self.pictures += 1
        words = self.say(one.title)
        added = self.document.add_paragraph()
        added.paragraph_format.keep_with_next = True
        placed = added.add_run().add_picture(io.BytesIO(one.png), width=Mm(wide_mm))
        about = placed._inline.docPr  # noqa: SLF001 - python-docx has no word for it
        about.set("descr", words)
        self.document.add_paragraph(f"{self.pictures}. {words}", style="Caption")

    def table(self, table: Table) -> None:
        """Write a table whose head comes again on every page."""
        self.heading(self.say(table.caption), 2)
        grid = self.document.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        head = grid.rows[0]
        _repeat(head)
        for cell, column in zip(head.cells, table.columns, strict=True):
            self.cell(cell, Cell(column.name), numeric=column.numeric)
        for row in table.rows:
            cells = grid.add_row().cells
            for cell, column, one in zip(cells, table.columns, row, strict=True):
                self.cell(cell, one, numeric=column.numeric)
        if table.note:
            self.document.add_paragraph(self.say(table.note), style="Caption")
        self.document.add_paragraph()

    def cell(self, place: WordCell, one: Cell, *, numeric: bool) -> None:
        paragraph = place.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        aside = self.say(one.aside)
        told = self.say(one.shown) + (f" ({aside})" if aside else "")
        paragraph.add_run(told).font.size = Pt(SIZE[self.lang][0] - 1.5)


def _styled(document: Any, lang: str) -> None:  # noqa: ANN401 - python-docx's own
    """Set paper, margins, fonts and colours in the styles, where an office would change them."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    latin, thai = SIZE[lang]
    for style in document.styles:
        if not hasattr(style, "font") or style.name is None:
            continue
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(name), None)
        for name in ("w:ascii", "w:hAnsi"):
            fonts.set(qn(name), FONT[lang])
        fonts.set(qn("w:cs"), FONT["th"])
        size = style.font.size
        if size is not None or style.name == "Normal":
            points = latin if style.name == "Normal" else size.pt * latin / 11
            style.font.size = Pt(round(points * 2) / 2)
            _thai_size(style, round(points * thai / latin))
        if style.name.startswith(("Heading", "Title")):
            style.font.color.rgb = RGBColor.from_string(PALETTE["accent"].removeprefix("#"))
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:bidi"), "th-TH")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _thai_size(style: Any, points: int) -> None:  # noqa: ANN401
    """Set the size of Thai letters, which Word takes for complex script."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    size = OxmlElement("w:szCs")
    size.set(qn("w:val"), str(points * 2))
    after = properties.find(qn("w:sz"))
    after.addnext(size)


def _page_number(paragraph: Any) -> None:  # noqa: ANN401
    """Add the field that Word fills with the number of the page."""
    run = paragraph.add_run()
    for kind, said in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = said or None
        run._r.append(part)  # noqa: SLF001 - python-docx has no word for fields


def _repeat(row: Any) -> None:  # noqa: ANN401
    """Let a row stand at the top of every page that its table reaches."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no word for it


def _dated(data: bytes, created: datetime) -> bytes:
    """Write the parts of a document anew, all with one time: the same inputs, the same bytes."""
    held = io.BytesIO()
    when = created.timetuple()[:6]
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, date_time=when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            new.writestr(info, old.read(name))
    return held.getvalue()
