"""The report as a document for Word: text, tables and pictures that an office can go on with."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell as WordCell

from maps.base.i18n import Text, known, text
from maps.base.tabled import Cell, Column, Table
from maps.report.chapter import Chapter, Number
from maps.report.word import (
    SIZE,
    close,
    dated,
    keep_whole,
    lie,
    page_number,
    repeat,
    styled,
    thai_size,
)

WIDE_MM: Final = 166.0
"""Between the margins of A4."""

CHART_MM: Final = 160.0

NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that no XML can hold."""

ACROSS_MM: Final = 253.0
"""Between the margins of A4 that lies across."""

MANY_COLUMNS: Final = 7
"""With more of them a table has a page that lies across."""

FEW_COLUMNS: Final = 5
"""With more of them, letters of a table are smaller."""


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
    told
        What the summary says of these.
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
    told: tuple[Text, ...] = ()
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
    made.summary(paper.chapters, paper.told)
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
    return dated(held.getvalue(), created)


class _Writer:
    """Writes one language of a report into a document."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.at = int(lang == "th")
        self.document: Any = docx.Document()
        self.pictures = 0
        styled(self.document, lang)

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
        page_number(footer)

    def summary(self, chapters: Sequence[Chapter], told: Sequence[Text]) -> None:
        """Write the answers of all chapters and of what comes after them, and first figures."""
        self.heading(self.say(text("report_summary")), 1)
        self.bullets([*(chapter.headline for chapter in chapters), *told])
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
        # Those that lie across come last, so that no page is left half empty between.
        for table in sorted(chapter.tables, key=_lies_across):
            self.table(table)
        self.bullets(chapter.notes, small=True)

    def heading(self, words: str, level: int) -> None:
        if level == 1:
            lie(self.document, across=False)
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
        # Its first row is a figure as all others are, no head.
        looks = grid._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001
        looks.set(qn("w:firstRow"), "0")
        # LibreOffice reads the same from this number: all but the bit of the first row.
        looks.set(qn("w:val"), f"{int(looks.get(qn('w:val'), '04A0'), 16) & ~0x20:04X}")
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
        across = _lies_across(table)
        lie(self.document, across=across)
        self.heading(self.say(table.caption), 2)
        grid = self.document.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        grid.autofit = False
        close(grid)
        repeat(grid.rows[0])
        wide = widths_mm(table.columns, ACROSS_MM if across else WIDE_MM)
        for column, width in zip(grid.columns, wide, strict=True):
            column.width = Mm(width)
        smaller = 1.5 if len(wide) <= FEW_COLUMNS else 3.0
        heads = tuple(Cell(column.name) for column in table.columns)
        for row in (heads, *table.rows):
            line = grid.rows[0] if row is heads else grid.add_row()
            keep_whole(line)
            cells = line.cells
            for at, (cell, one) in enumerate(zip(cells, row, strict=True)):
                cell.width = Mm(wide[at])
                self.cell(cell, one, numeric=table.columns[at].numeric, smaller=smaller)
        if table.note:
            self.document.add_paragraph(self.say(table.note), style="Caption")
        self.document.add_paragraph()

    def cell(self, place: WordCell, one: Cell, *, numeric: bool, smaller: float) -> None:
        paragraph = place.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        aside = self.say(one.aside)
        told = self.say(one.shown) + (f" ({aside})" if aside else "")
        run = paragraph.add_run(told)
        run.font.size = Pt(SIZE[self.lang][0] - smaller)
        if self.at:
            thai_size(run, round(SIZE[self.lang][1] - smaller))


def _lies_across(table: Table) -> bool:
    return len(table.columns) > MANY_COLUMNS


def widths_mm(columns: Sequence[Column], whole: float = WIDE_MM) -> list[float]:
    """Share the width of the paper among columns: the first names its row, numbers are short.

    Examples
    --------
    >>> one = Column(("a", "a"), numeric=False)
    >>> [round(wide) for wide in widths_mm([one, Column(("b", "b")), Column(("c", "c"))])]
    [91, 38, 38]
    """
    words = 1.6 if whole == WIDE_MM else 2.4
    shares = [1.0 if one.numeric else words for one in columns]
    shares[0] = 2.4
    return [whole * share / sum(shares) for share in shares]
