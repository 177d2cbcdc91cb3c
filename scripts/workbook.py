"""Tables as one workbook: heads in words, numbers as an office writes them, notes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]

from layers.io.files import write_bytes
from maps.base.columns import cell_text, column_name, number_format
from maps.base.credits import credits_of
from maps.base.i18n import Text, text
from maps.base.source_notes import for_answers, source_note
from maps.base.terminal_words import in_thai
from maps.report.report import titles_of
from scripts.names import names_of

if TYPE_CHECKING:
    from geo.study import Study

WIDEST: Final = 44
"""Letters of the widest column."""

SHEET_NAME: Final = 31
"""Letters that a sheet's name may have."""

SENTENCES: Final = frozenset({"why"})
"""Columns of which every cell is a sentence."""

NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When a file without a date of its own was made."""

LONG: Final = 32_000
"""Letters that a cell may hold."""


def write_workbook(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    notes: Sequence[Text],
    *,
    lang: str,
    created: datetime,
    names: Mapping[str, Text] | None = None,
) -> None:
    """Write tables as sheets of one workbook, the first of which has notes.

    Parameters
    ----------
    path
        File to write.
    tables
        By name.
    notes
        What the reader must know, and who must be named.
    lang
        Of the heads; the names of the CSV files' columns stand below them.
    created
        The time that the workbook says: no clock, so that the same tables give the same file.
    names
        What ids are called; the CSV files have the ids.
    """
    at = int(lang == "th")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    # A full disk is met once, by the one write at the end.
    made = BytesIO()
    with xlsxwriter.Workbook(made, options | {"in_memory": True}) as book:
        book.set_properties({"created": created})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        about = book.add_worksheet("ข้อสังเกต" if at else "notes")
        about.set_column(0, 0, 110)
        for row, note in enumerate((text("report_notes"), *notes)):
            about.write_string(row, 0, note[at][:LONG], wrapped)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        small = book.add_format({"font_color": "#5b6672", "font_size": 8, "bottom": 1})
        formats: dict[str, Any] = {"": None}
        for name, every in tables.items():
            table = every.drop(columns=_told_twice(every, names or {}))
            sheet = book.add_worksheet(name[:SHEET_NAME])
            sheet.freeze_panes(2, 1)
            for column, key in enumerate(map(str, table.columns)):
                words = column_name(key)[at]
                sheet.write_string(0, column, words, head)
                sheet.write_string(1, column, key, small)
                values = _in_words(table.iloc[:, column], key, names or {}, at)
                form = number_format(key) if pd.api.types.is_numeric_dtype(values) else ""
                if form not in formats:
                    formats[form] = book.add_format({"num_format": form})
                wide = max([len(words) // 2 + 4, len(key), *(len(str(v)) for v in values[:200])])
                if form:
                    wide = max(len(words) // 2 + 4, 10)
                sheet.set_column(column, column, min(wide + 1, WIDEST), formats[form])
                _write(sheet, column, values)
            if len(table):
                sheet.autofilter(1, 0, len(table) + 1, max(len(table.columns) - 1, 0))
    write_bytes(path, made.getvalue())


def save_workbook(
    path: Path,
    study: Study,
    tables: Mapping[str, pd.DataFrame],
    notes: Iterable[str],
    *,
    lang: str,
    kinds: Iterable[str] = (),
    more: Mapping[str, Text] | None = None,
) -> None:
    """Write the tables of an answer, names in place of ids.

    Parameters
    ----------
    path, tables, lang
        As for `write_workbook`.
    study
        The area in its world.
    notes
        What is said of the answer.
    kinds
        As for `scripts.names.names_of`.
    more
        Further names, by id.
    """
    told = [(note, in_thai(note)) for note in notes]
    names = names_of(study, kinds) | dict(more or {})
    # No clock: the same question gives the same file tomorrow.
    write_workbook(path, tables, notes_of(study, told), lang=lang, created=NEVER, names=names)


def limits_of(study: Study, notes: Sequence[Text]) -> tuple[Text, ...]:
    """Say what weakens the figures."""
    return (
        *(source_note(note) for note in for_answers(study.network.source.notes)),
        *notes,
    )


def notes_of(study: Study, notes: Sequence[Text], created: str = "") -> list[Text]:
    """Gather what a workbook begins with: titles (with a date, if any), limits and sources."""
    return [
        *titles_of(study.area, study.network, created, study.scenario),
        *limits_of(study, notes),
        text("report_sources"),
        *((one, one) for one in credits_of(study.area, study.network)),
    ]


def _told_twice(table: pd.DataFrame, names: Mapping[str, Text]) -> list[str]:
    """List columns of names beside ids that become names themselves."""
    stems = [str(one)[:-3] for one in table.columns if str(one).endswith("_en")]
    told = [one for one in stems if one in table and table[one].astype(str).isin(names).any()]
    return [f"{one}_{lang}" for one in told for lang in ("en", "th")]


def _in_words(values: pd.Series, key: str, names: Mapping[str, Text], at: int) -> pd.Series:
    """Put a column of text into words: names in place of ids."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return values
    every = {one for one in values if isinstance(one, str)}
    if key in SENTENCES:
        words = {one: (one, in_thai(one))[at] for one in every}
    else:
        words = {one: cell_text(key, one, names, at) for one in every}
    return values.map(lambda one: words.get(one, one) if isinstance(one, str) else one)


def _write(sheet: Any, column: int, values: pd.Series) -> None:  # noqa: ANN401
    """Write a column: text stays text, what is not known stays empty."""
    if pd.api.types.is_bool_dtype(values):
        for row, one in enumerate(values.tolist(), start=2):
            sheet.write_boolean(row, column, one)
    elif pd.api.types.is_numeric_dtype(values):
        for row, number in enumerate(values.astype(float).tolist(), start=2):
            if number - number == 0:  # neither NaN nor infinite
                sheet.write_number(row, column, number)
    else:
        for row, one in enumerate(values.tolist(), start=2):
            if one is None or one != one:  # noqa: PLR0124 - NaN
                continue
            if isinstance(one, (int, float)) and not isinstance(one, bool):
                sheet.write_number(row, column, one)
            else:
                sheet.write_string(row, column, str(one)[:LONG])
