"""Strict CSV tables: typed columns, and one error naming every bad cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from layers.errors import DataError, in_file
from layers.io.files import existing_file
from layers.io.toml_file import read_utf8
from layers.io.unseen import UNSEEN


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        As in the header.
    kind
        `text`, `number`, `id` (text, unique) or `flag` (yes, no or empty).
    required
        Whether every row must have a value.
    choices
        Valid values of a text, if they are few.
    low, high
        Range of a number, ends included.
    optional
        Whether the whole column may be left out of a file: its cells are then empty.
    check
        Called with the text of every filled cell; the message of its ValueError is
        reported like every other fault.
    """

    name: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    low: float = -np.inf
    high: float = np.inf
    optional: bool = False
    check: Callable[[str], object] | None = None


QUALITIES = ("A", "B", "C", "M", "E")
"""A official or measured, B good, C weak, M from memory, E estimated."""

PROVENANCE = (
    Column("source", required=True),
    Column("date"),
    Column("quality", required=True, choices=QUALITIES),
)
NAMES = (Column("name_en", required=True), Column("name_th"))
LON_LAT = (
    Column("lon", "number", required=True, low=-180, high=180),
    Column("lat", "number", required=True, low=-90, high=90),
)


Misfit = tuple[int, str, str]
"""A cell that does not fit others: position of its row in the table, its column, and why."""


def read_table(
    path: Path | Sequence[Path] | None,
    columns: Sequence[Column],
    *,
    what: str,
    rules: Callable[[pd.DataFrame], Iterable[Misfit]] | None = None,
    key: str = "id",
) -> pd.DataFrame:
    """Read a CSV file with a header row, or several as one table.

    Parameters
    ----------
    path
        The file, UTF-8, or several in order; without one, the table is empty.
    columns
        What every file must hold; further columns are an error, since they may be misspelt.
    what
        What the table is, for messages.
    rules
        Finds cells that are sound alone but do not fit others; told together with the rest.
    key
        Column by which files after the first add rows: those of a value that an earlier
        file has are left out, so that one's own rows take the place of shared ones.

    Returns
    -------
    table
        One row per line, index 0…n-1; text columns are never missing but empty,
        numbers that are not given are NaN.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        A column is missing or unknown, or cells cannot be read; one message names
        them all by file, row (the header is row 1) and column.
    """
    parts = _parts(path, tuple(columns), what)
    table, origin = _stacked(parts, columns, key)
    problems = {part.path: [*part.problems] for part in parts}
    for at, column, why in rules(table) if rules else ():
        part, row = origin[at]
        problems[parts[part].path].append(f"row {row}, column {column!r}: {why}")
    _raise(problems)
    return table


def misfits(
    path: Path | Sequence[Path], columns: Sequence[Column], wrong: Iterable[Misfit], *, what: str
) -> DataError:
    """Put cells of a table that was read before, by `path` and `columns`, into one error."""
    parts = _parts(path, tuple(columns), what)
    _, origin = _stacked(parts, columns, "id")
    told: dict[Path, list[str]] = {}
    for at, column, why in wrong:
        part, row = origin[at]
        told.setdefault(parts[part].path, []).append(f"row {row}, column {column!r}: {why}")
    return DataError("; ".join(str(in_file(file, lines)) for file, lines in told.items()))


@dataclass(frozen=True, eq=False)
class _Part:
    """One file of a table: its rows, the line each stands on, and what is wrong."""

    path: Path
    table: pd.DataFrame
    lines: tuple[int, ...]
    problems: tuple[str, ...]


def _parts(
    path: Path | Sequence[Path] | None, columns: tuple[Column, ...], what: str
) -> list[_Part]:
    """Parse the files of a table, each once."""
    files = [path] if isinstance(path, Path) else dict.fromkeys(path or ())
    return [_parsed(read_utf8(existing_file(one, what)), one, columns, what) for one in files]


def _stacked(
    parts: Sequence[_Part], columns: Sequence[Column], key: str
) -> tuple[pd.DataFrame, list[tuple[int, int]]]:
    """Put the files of a table below one another; say of every row which part and line it is."""
    if not parts:
        return pd.DataFrame({column.name: _column(column, [], [], []) for column in columns}), []
    tables, origin = [], []
    known: set[str] = set()
    for number, part in enumerate(parts):
        table = part.table
        new = ~table[key].isin(known).to_numpy(bool) if known else np.ones(len(table), bool)
        tables.append(table[new])
        origin += [(number, part.lines[at]) for at in np.flatnonzero(new)]
        if len(parts) > 1:
            known |= set(table[key]) - {""}
    # Copies are written to apart from one another.
    return pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0].copy(), origin


def _raise(problems: dict[Path, list[str]]) -> None:
    """Raise one error for all files in which something is wrong."""
    wrong = [in_file(path, lines) for path, lines in problems.items() if lines]
    if wrong:
        raise wrong[0] if len(wrong) == 1 else DataError("; ".join(map(str, wrong)))


@lru_cache(maxsize=64)
def _parsed(text: str, path: Path, columns: tuple[Column, ...], what: str) -> _Part:
    """Parse the text of a file; kept, since one run reads its tables several times."""
    header, body = _rows(text, path, what)
    names = [column.name for column in columns]
    missing = [c.name for c in columns if not c.optional and c.name not in header]
    unknown = [name for name in header if name not in names]
    twice = [name for name in names if header.count(name) > 1]
    if missing or unknown or twice:
        parts = [f"column {name!r} is missing" for name in missing]
        parts += [f"column {name!r} is unknown" for name in unknown]
        parts += [f"column {name!r} stands twice" for name in twice]
        raise in_file(path, [*parts, f"valid columns: {', '.join(names)}"])
    problems = [
        f"row {at}: {len(row)} cells where the header has {len(header)}"
        for at, row in body.items()
        if len(row) != len(header)
    ]
    if problems:
        raise in_file(path, problems)
    cells = {name: [row[at].strip() for row in body.values()] for at, name in enumerate(header)}
    empty = [""] * len(body)
    table = pd.DataFrame(
        {c.name: _column(c, cells.get(c.name, empty), [*body], problems) for c in columns}
    )
    return _Part(path, table, tuple(body), tuple(problems))


def listed(text: str) -> tuple[str, ...]:
    """Split a cell that holds several values.

    Examples
    --------
    >>> listed("car; bus"), listed("")
    (('car', 'bus'), ())
    """
    return tuple(part.strip() for part in text.split(";")) if text else ()


def list_of(choices: Sequence[str]) -> Callable[[str], None]:
    """Return a check of a cell that lists some of `choices`, each once, with `;` between.

    Examples
    --------
    >>> list_of(("car", "bus"))("car;tank")
    Traceback (most recent call last):
        ...
    layers.errors.DataError: 'tank' is none of car, bus
    """

    def check(text: str) -> None:
        parts = listed(text)
        wrong = [part for part in dict.fromkeys(parts) if part not in choices]
        if wrong:
            raise DataError(f"{', '.join(map(repr, wrong))} is none of {', '.join(choices)}")
        if len(set(parts)) < len(parts):
            raise DataError(f"{text!r} names a value twice")

    return check


def known_in(ids: Collection[str], what: str) -> Callable[[str], None]:
    """Return a check of a cell that names a row of another table by its id.

    Examples
    --------
    >>> known_in({"pai"}, "a place")("pay")
    Traceback (most recent call last):
        ...
    layers.errors.DataError: 'pay' is no id of a place
    """

    def check(text: str) -> None:
        if text not in ids:
            raise DataError(f"{text!r} is no id of {what}")

    return check


def checked(columns: Sequence[Column], **checks: Callable[[str], object]) -> tuple[Column, ...]:
    """Return columns with checks added to those that are named.

    Examples
    --------
    >>> checked([Column("id"), Column("kind")], kind=float)[1].check
    <class 'float'>
    """
    return tuple(replace(one, check=checks.get(one.name, one.check)) for one in columns)


def _rows(text: str, path: Path, what: str) -> tuple[list[str], dict[int, list[str]]]:
    """Split a file into the cells of its header and, by their number in it, of its rows.

    Where the header has no comma, semicolons or tabs part the cells, as spreadsheets of some
    lands write them.
    """
    head = text.partition("\n")[0]
    joint = next((one for one in (",", ";", "\t") if one in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=joint)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise DataError(f"{path}: line {reader.line_num}: not valid CSV: {error}") from error
    if not rows:
        raise DataError(f"{path}: is empty; {what} needs a header row")
    # A row without any cell filled is what a spreadsheet leaves of a deleted one.
    body = {at: row for at, row in enumerate(rows[1:], start=2) if any(c.strip() for c in row)}
    return rows[0], body


def _column(column: Column, cells: list[str], rows: list[int], problems: list[str]) -> pd.Series:
    """Convert one column, adding what is wrong to `problems`; `rows` are those of the file."""
    text = pd.Series(cells, dtype="str")
    given = text != ""

    def report(wrong: pd.Series, why: str) -> None:
        problems.extend(
            f"row {rows[at]}, column {column.name!r}: {text[at]!r} {why}"
            for at in np.flatnonzero(wrong)
        )

    report(text.str.contains(UNSEEN, regex=True), "holds a control character")
    if column.required:
        report(~given, "is empty; a value is required")
    if column.check:
        for at in np.flatnonzero(given):
            try:
                column.check(cells[at])
            except ValueError as error:
                problems.append(f"row {rows[at]}, column {column.name!r}: {error}")
    if column.kind == "number":
        values = pd.to_numeric(text.where(given), errors="coerce").astype("float64")
        report(given & ~np.isfinite(values), "is not a number")
        outside = (values < column.low) | (values > column.high)
        report(outside, f"is not within {column.low:g} to {column.high:g}")
        return values
    choices = ("yes", "no") if column.kind == "flag" else column.choices
    if choices:
        report(given & ~text.isin(choices), f"is none of {', '.join(choices)}")
    if column.kind == "id":
        report(given & text.duplicated(), "stands twice; ids are unique")
    return text
