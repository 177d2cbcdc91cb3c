"""Tables of a terminal: as wide as they are in a file, as wide as it is on a terminal."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from scripts.words import filled, said, speaks_thai

if TYPE_CHECKING:
    from maps.base.i18n import Text
    from maps.base.tabled import Cell, Table

LEAST: Final = 12
"""Letters that a column of text has at least."""

GAP: Final = 2


def as_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    left: frozenset[int] = frozenset({0}),
    ids: frozenset[int] = frozenset(),
    most: int | None = None,
) -> str:
    """Lay out rows in columns, those of `left` flush left and the others right.

    Nothing is ever cut. What is wider than the terminal has its text in several lines; what
    is wider still goes on in a second table with the same first column.

    Parameters
    ----------
    header, rows
        In English; heads and cells that are words are said in the language of the terminal.
    left
        Columns of text.
    ids
        Columns of what one types, which is the same in every language.
    most
        Letters of a line; those of the terminal by default, and no limit in a file or pipe.
    """
    if most is None and sys.stdout.isatty():
        most = shutil.get_terminal_size().columns
    words = [[cell if at in ids else said(cell) for at, cell in enumerate(row)] for row in rows]
    table = [[said(cell) for cell in header], *words]
    columns = list(zip(*table, strict=True))
    wide = [max(map(width, column)) for column in columns]
    if most is None or _line(wide) <= most:
        return _laid_out(table, wide, left)
    # Heads of numbers take several lines first, then text does, the widest column first.
    for at in range(len(columns)):
        if at not in left:
            words = columns[at][0].split() or [""]
            wide[at] = max(map(width, [*columns[at][1:], *words]))
    while _line(wide) > most:
        at = max(left, key=lambda one: wide[one])
        if wide[at] <= LEAST:
            break
        wide[at] -= 1
    parts = []
    for own in _split(wide, most):
        kept = frozenset(new for new, at in enumerate(own) if at in left)
        parts.append(
            _laid_out([[r[at] for at in own] for r in table], [wide[at] for at in own], kept)
        )
    return "\n\n".join(parts)


def tabled(table: Table) -> str:
    """Lay out a table of the pages, with its title above and its note below."""
    at = int(speaks_thai())

    def told(shown: str | Text) -> str:
        return shown if isinstance(shown, str) else shown[at]

    def cell(one: Cell) -> str:
        return f"{told(one.shown)} ({told(one.aside)})" if one.aside else told(one.shown)

    names = [told(column.name) for column in table.columns]
    left = frozenset(at for at, column in enumerate(table.columns) if not column.numeric)
    laid = as_table(names, [[cell(one) for one in row] for row in table.rows], left=left)
    lines = [table.caption[at], laid, *([filled(table.note[at])] if table.note else [])]
    return "\n".join(lines)


def width(text: str) -> int:
    """Count the columns a text takes on a terminal; Thai vowels above and below take none."""
    return sum(0 if unicodedata.category(c) in {"Mn", "Me"} else 1 for c in text)


def _line(wide: Sequence[int]) -> int:
    return sum(wide) + GAP * (len(wide) - 1)


def _split(wide: Sequence[int], most: int) -> list[list[int]]:
    """Share columns among tables that fit; the first column begins each of them."""
    tables = [[0]]
    for at in range(1, len(wide)):
        fits = _line([wide[one] for one in (*tables[-1], at)]) <= most
        if fits or len(tables[-1]) == 1:
            tables[-1].append(at)
        else:
            tables.append([0, at])
    return tables


def _laid_out(table: Sequence[Sequence[str]], wide: Sequence[int], left: frozenset[int]) -> str:
    lines = []
    for row in table:
        cells = [_lines(cell, most) for cell, most in zip(row, wide, strict=True)]
        for pieces in zip_longest(*cells, fillvalue=""):
            gaps = [" " * (most - width(one)) for one, most in zip(pieces, wide, strict=True)]
            laid = [
                one + gap if at in left else gap + one
                for at, (one, gap) in enumerate(zip(pieces, gaps, strict=True))
            ]
            lines.append((" " * GAP).join(laid).rstrip())
    return "\n".join(lines)


def _lines(cell: str, most: int) -> list[str]:
    """Break a cell into lines of a width."""
    if width(cell) <= most:
        return [cell]
    lines = [""]
    for word in cell.split():
        for piece in _pieces(word, max(most, 1)):
            told = f"{lines[-1]} {piece}" if lines[-1] else piece
            if width(told) <= most:
                lines[-1] = told
            else:
                lines.append(piece)
    return lines


def _pieces(word: str, most: int) -> list[str]:
    """Break a word that is wider than a line; letters above and below stay with theirs."""
    pieces = [""]
    for letter in word:
        if width(letter) and width(pieces[-1]) == most:
            pieces.append("")
        pieces[-1] += letter
    return pieces
