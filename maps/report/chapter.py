"""Chapters of the report: sentences, figures, tables and maps, whatever they tell of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from maps.base import figures
from maps.base.i18n import Text, text

SHOWN: Final = 15
"""Rows of a table that a report shows; the workbook has all."""

UNKNOWN: Final = -1.0
"""What a cell without a number sorts as."""


@dataclass(frozen=True)
class Number:
    """One key figure: what, how much, and where or of how many."""

    label: Text
    value: Text
    detail: Text | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand flush right."""

    name: Text
    numeric: bool = True


@dataclass(frozen=True)
class Cell:
    """What a cell shows, and by what its row is sorted; `aside` stands below it, smaller."""

    shown: str | Text
    value: float | str | None = None
    aside: str | Text = ""
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table of a chapter, its first column naming the row."""

    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text | None = None


@dataclass(frozen=True)
class View:
    """A map of a chapter: a page beside the report, and its picture for paper and mail.

    Attributes
    ----------
    page
        Name of its file, in the folder of the report.
    title
        What it shows.
    picture
        The same as WebP or PNG, as it stands in the report; empty where there is none.
    beside
        Name of the picture's file in the folder of the report, for who has no `picture`.
    """

    page: str
    title: Text
    picture: bytes = b""
    beside: str = ""


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Attributes
    ----------
    id
        Its anchor.
    title
        Its question.
    headline
        Its answer in one sentence, which the summary repeats.
    text
        Sentences after it.
    numbers
        Key figures; the summary repeats the first two.
    views, charts, tables
        What shows it.
    notes
        What weakens it.
    """

    id: str
    title: Text
    headline: Text
    text: tuple[Text, ...] = ()
    numbers: tuple[Number, ...] = ()
    views: tuple[View, ...] = ()
    charts: tuple[Markup, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Text, ...] = ()


def more_rows(rows: int, shown: int = SHOWN) -> Text | None:
    """Say how many rows a table has that the page does not show; None where it shows all."""
    return text("report_more_rows", count=str(rows - shown)) if rows > shown else None


def whole(value: object) -> Cell:
    """Show a whole number; what is not known sorts first.

    Examples
    --------
    >>> whole(1234.5).shown, whole(float("nan")).value
    ('1,234', -1.0)
    """
    number = _number(value)
    return Cell(figures.whole(number), number if math.isfinite(number) else UNKNOWN)


def decimal(value: object, digits: int) -> Cell:
    """Show a number with so many decimals."""
    number = _number(value)
    known = math.isfinite(number)
    return Cell(f"{number:,.{digits}f}" if known else figures.NONE, number if known else UNKNOWN)


def share(value: object) -> Cell:
    """Show a share of 1 in per cent."""
    number = _number(value)
    return Cell(per_cent(number), number if math.isfinite(number) else UNKNOWN)


def per_cent(value: float) -> str:
    """Write a share of 1 in whole per cent.

    Examples
    --------
    >>> per_cent(0.256), per_cent(float("nan")) == figures.NONE
    ('26 %', True)
    """
    return f"{value:.0%}".replace("%", " %") if math.isfinite(value) else figures.NONE


def _number(value: object) -> float:
    return math.nan if value is None else float(str(value))
