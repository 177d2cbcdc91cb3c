"""Chapters of the report: sentences, figures, tables and maps, whatever they tell of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from maps.base.i18n import Text, text
from maps.base.tabled import Table

SHOWN: Final = 15
"""Rows of a table that a report shows; the workbook has all."""


@dataclass(frozen=True)
class Number:
    """One key figure: what, how much, and where or of how many."""

    label: Text
    value: Text
    detail: Text | None = None


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
