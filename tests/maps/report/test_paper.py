"""The document: tables that are wide lie across, and all stay within their paper."""

from __future__ import annotations

import io
from datetime import datetime

import docx
import pytest
from docx.enum.section import WD_ORIENT

from maps.base.tabled import Cell, Column, Table
from maps.report.chapter import Chapter
from maps.report.paper import Paper, report_docx


def table(columns):
    heads = tuple(Column((f"head {at}",) * 2, numeric=at > 0) for at in range(columns))
    row = tuple(Cell("1,000") for _ in range(columns))
    return Table((f"{columns} columns",) * 2, heads, (row, row))


@pytest.mark.parametrize(("columns", "across"), [((3,), 0), ((9,), 1), ((3, 9, 4), 1), ((8, 9), 1)])
def test_wide_tables_lie_across_and_the_next_chapter_stands_upright(columns, across):
    chapter = Chapter("a", ("A",) * 2, ("said",) * 2, tables=tuple(map(table, columns)))
    paper = Paper(("T",) * 2, ("S",) * 2, (chapter,), {}, {})
    made = docx.Document(
        io.BytesIO(report_docx(paper, lang="en", created=datetime(2026, 11, 29)))  # noqa: DTZ001
    )
    lying = [one for one in made.sections if one.orientation == WD_ORIENT.LANDSCAPE]
    assert len(lying) == across
    assert made.sections[-1].orientation == WD_ORIENT.PORTRAIT
    for one in made.sections:
        across_now = one.orientation == WD_ORIENT.LANDSCAPE
        assert (one.page_width > one.page_height) == across_now
    for grid in made.tables:
        wide = sum(column.width for column in grid.columns)
        section = lying[0] if len(grid.columns) > 7 else made.sections[0]
        assert wide <= section.page_width - section.left_margin - section.right_margin
