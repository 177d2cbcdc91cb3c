"""Tables as readers see them, in both languages, for pages, papers and terminals alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from maps.base import figures
from maps.base.i18n import Text

UNKNOWN: Final = -1.0
"""What a cell without a number sorts as."""


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
    """A table, its first column naming the row."""

    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text | None = None


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
