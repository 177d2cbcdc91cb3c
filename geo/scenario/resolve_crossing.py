"""New values of a border crossing, checked as its table would."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from layers.errors import DataError, UnknownNameError
from layers.tables.crossings import CROSSING_COLUMNS

FIXED = ("id", "lon", "lat")
"""Columns of a crossing that tell which one it is."""


def crossing_values(
    crossings: pd.DataFrame, name: str, values: Mapping[str, object]
) -> dict[str, str | float]:
    """Check new values of one crossing.

    Parameters
    ----------
    crossings
        The table of crossings.
    name
        Id of the crossing.
    values
        By column.

    Returns
    -------
    values
        As the table holds them.

    Raises
    ------
    UnknownNameError
        There is no such crossing.
    DataError
        A column is unknown, a value is not valid, or all stand there already.
    """
    ids = crossings["id"].astype(str).tolist()
    if name not in ids:
        raise unknown("crossing", name, ids)
    row = crossings.iloc[ids.index(name)]
    checked = {column: _cell(crossings, column, value) for column, value in values.items()}
    if all(row[column] == value for column, value in checked.items()):
        now = ", ".join(f"{column} {row[column]!r}" for column in checked) or "nothing set"
        raise DataError(f"crossing {name!r}: would change nothing: {now} already")
    return checked


def _cell(table: pd.DataFrame, column: str, value: object) -> str | float:
    """Check one value of a crossing as its table would."""
    valid = [name for name in table.columns if name not in FIXED]
    if column not in valid:
        raise DataError(f"set.{column}: unknown; valid columns: {', '.join(valid)}")
    rule = {known.name: known for known in CROSSING_COLUMNS}.get(column)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if pd.api.types.is_numeric_dtype(table[column]):
        low, high = (rule.low, rule.high) if rule else (-np.inf, np.inf)
        if not isinstance(value, (int, float)) or not low <= value <= high:
            raise DataError(f"set.{column}: {value!r} is no number from {low:g} to {high:g}")
        return float(value)
    choices = ("yes", "no") if rule and rule.kind == "flag" else rule.choices if rule else ()
    if not isinstance(value, str) or (choices and value not in choices):
        what = f"is none of {', '.join(choices)}" if choices else "must be text"
        raise DataError(f"set.{column}: {value!r} {what}")
    try:
        if rule and rule.check and value:
            rule.check(value)
    except ValueError as error:
        raise DataError(f"set.{column}: {value!r}: {error}") from error
    return value


def unknown(what: str, name: str, known: Sequence[str]) -> UnknownNameError:
    """Return the error of a name that is not known, with those that are spelt like it."""
    near = difflib.get_close_matches(name, known, n=5, cutoff=0.3)
    choices = f"near: {', '.join(near)}" if near else f"known: {', '.join(known[:20]) or 'none'}"
    return UnknownNameError(f"{what} {name!r} is not known; {choices}")
