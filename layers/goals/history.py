"""Key figures of an area over time: one table in the user's data folder, a run at a time."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd

from layers.area import Area, data_folder
from layers.errors import DataError
from layers.io.files import locked, write_text
from layers.io.tables import Column, read_table
from layers.io.toml_file import read_date
from layers.store.store import SOURCES


def _hex(text: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{32,128}", text):
        raise DataError(f"{text!r} is no fingerprint (32 hexadecimal digits or more)")


HISTORY_COLUMNS = (
    Column("date", required=True, check=read_date),
    Column("id", required=True),
    Column("value", "number"),
    Column("unit"),
    Column("source", required=True, choices=SOURCES),
    Column("fingerprint", required=True, check=_hex),
    Column("version", required=True),
)
"""One row per run and key figure; `value` is empty where a run did not know it, `source`
is that of the roads, `fingerprint` of all that the run was computed from, `version` that of
the program."""


def followed_folder(area: Area) -> Path:
    """Return the user's folder of what is followed in an area: its history, own targets.

    It stands apart from imported roads, which are replaced as a whole.
    """
    return data_folder() / "monitor" / area.slug


def history_path(area: Area) -> Path:
    """Return where the history of an area is kept."""
    return followed_folder(area) / "history.csv"


def read_history(area: Area) -> pd.DataFrame:
    """Read the history of an area.

    Returns
    -------
    history
        Columns as `HISTORY_COLUMNS`, runs in the order in which they were made; no row
        where there was none.

    Raises
    ------
    DataError
        A line is damaged; the message names file, row and column.
    """
    path = history_path(area)
    return read_table(path if path.is_file() else None, HISTORY_COLUMNS, what="a history")


def append_history(
    area: Area,
    figures: pd.DataFrame,
    *,
    date: date,
    source: str,
    fingerprint: str,
    version: str,
) -> Path:
    """Add a run to the history of an area.

    Two runs at once both get in, one after the other. A run of the same date and
    fingerprint takes the place of the earlier one.

    Parameters
    ----------
    area
        Whose history.
    figures
        Columns `id, value, unit`, each id once; NaN where a value is not known.
    date
        Of the run.
    source
        Of the roads, one of `layers.store.store.SOURCES`.
    fingerprint
        Hexadecimal digits of a hash of everything the figures were computed from.
    version
        Of the program.

    Returns
    -------
    path
        The file, written as a whole.

    Raises
    ------
    DataError
        The history is damaged, or what is to be added cannot stand in it; nothing is written.
    WriteError
        It cannot be written, or another run holds it for too long.
    """
    _check(figures, source, fingerprint)
    path = history_path(area)
    day = date.isoformat()
    with locked(path):
        before = read_history(area)
        again = (before["date"] == day) & (before["fingerprint"] == fingerprint)
        added = figures[["id", "value", "unit"]].assign(
            date=day, source=source, fingerprint=fingerprint, version=version
        )
        names = [column.name for column in HISTORY_COLUMNS]
        write_text(path, _as_csv(pd.concat([before.loc[~again, names], added[names]])))
    return path


def _check(figures: pd.DataFrame, source: str, fingerprint: str) -> None:
    """Refuse what would damage a history."""
    _hex(fingerprint)
    if source not in SOURCES:
        raise DataError(f"source {source!r} is none of {', '.join(SOURCES)}")
    twice = figures.loc[figures["id"].duplicated(), "id"].tolist()
    if twice:
        raise DataError(f"key figures: {', '.join(twice)} stands twice in one run")
    endless = figures["value"].abs() == float("inf")
    if endless.any():
        raise DataError(f"key figures: {figures.loc[endless, 'id'].iloc[0]} is no finite number")


def _as_csv(rows: pd.DataFrame) -> str:
    """Write rows so that every number reads back as it is; what is not known is empty."""
    text: str = rows.to_csv(index=False, lineterminator="\n")
    return text
