"""Names beside the codes and ids of tables: a spreadsheet's reader knows no code."""

from __future__ import annotations

from typing import Final

import pandas as pd

CODED: Final = ("district", "tambon")
"""Columns that hold the code of a zone."""


def no_zones() -> pd.DataFrame:
    """Return names of no zones: columns `code, name_en, name_th` without a row."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in ("code", "name_en", "name_th")})


def with_names(table: pd.DataFrame, zones: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    """Put names beside the codes of zones, and beside the ids of the facilities that are nearest.

    Parameters
    ----------
    table
        Columns `district`, `tambon`, and those that begin with `nearest`, are named.
    zones
        Columns `code, name_en, name_th`.
    goals
        Columns `id, name_en, name_th`.

    Returns
    -------
    table
        After each such column `<column>_en` and `<column>_th`: empty where there is no code or
        no name; what has a name in one language alone is called by that.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "district": ["5803"], "nearest_dry": ["h"]})
    >>> zones = pd.DataFrame({"code": ["5803"], "name_en": ["Pai"], "name_th": ["ปาย"]})
    >>> goals = pd.DataFrame({"id": ["h"], "name_en": [""], "name_th": ["รพ.ปาย"]})
    >>> with_names(table, zones, goals).iloc[0].to_list()
    ['a', '5803', 'Pai', 'ปาย', 'h', 'รพ.ปาย', 'รพ.ปาย']
    """
    named = table.copy()
    for column in map(str, table.columns):
        if column in CODED:
            called = _called(zones, "code")
        elif column.startswith("nearest"):
            called = _called(goals, "id")
        else:
            continue
        at = named.columns.to_list().index(column)
        for nth, lang in enumerate(("en", "th"), start=1):
            words = called[f"name_{lang}"].reindex(table[column].astype(str), fill_value="")
            words = words.set_axis(table.index)
            named.insert(at + nth, f"{column}_{lang}", words)
    return named


def _called(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the names of codes or ids, in the other language where one is missing."""
    english, thai = (table[name].fillna("").astype(str) for name in ("name_en", "name_th"))
    found = pd.DataFrame(
        {
            "name_en": english.where(english != "", thai),
            "name_th": thai.where(thai != "", english),
        }
    )
    return found.set_axis(table[key].astype(str)).loc[lambda one: ~one.index.duplicated()]
