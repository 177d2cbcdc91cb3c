"""What columns of tables are called, and how their numbers look."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from maps.base.i18n import Text, phrases, text

Words = dict[str, tuple[str, str]]


def column_name(column: str) -> Text:
    """Return a column's name in words; one that is not known is called as it is.

    Examples
    --------
    >>> column_name("minutes_wet")
    ('minutes (wet)', 'นาที (ฝน)')
    >>> column_name("x")
    ('x', 'x')
    """
    names, endings, _ = _words()
    if column in names:
        return names[column]
    stem, _, ending = column.rpartition("_")
    if ending in endings and stem:
        named, end = column_name(stem), endings[ending]
        return f"{named[0]} ({end[0]})", f"{named[1]} ({end[1]})"
    return column, column


AS_FILED: Final = frozenset(
    {
        "id",
        "code",
        "name",
        "name_en",
        "name_th",
        "stretch",
        "source",
        "note",
        "ref",
        "roads",
        "date",
    }
)
"""Columns whose text stays as the tables have it."""


def cell_text(column: str, told: str, names: Mapping[str, Text], at: int) -> str:
    """Return the text of a cell in words: names in place of ids.

    Parameters
    ----------
    column, told
        Where it stands, and what there is; several with ` > ` between them are each put
        into words.
    names
        Of places, facilities, crossings, vehicles, products and scenarios, by id.
    at
        0 for English, 1 for Thai.

    Examples
    --------
    >>> names = {"pickup": ("Pickup", "รถกระบะ")}
    >>> cell_text("vehicles", "pickup > boat", names, 1), cell_text("id", "pickup", names, 1)
    ('รถกระบะ > boat', 'pickup')
    """
    if column in AS_FILED or column.endswith(("_en", "_th")):
        return told
    if column == "figure" and f"figure_{told}" in phrases("en"):
        return " ".join(text(f"figure_{told}", kind="")[at].split())
    values = _words()[2]
    if told in values:
        return values[told][at]
    if within := re.fullmatch(r"within (\d+) min", told):
        return (told, f"ภายใน {within[1]} นาที")[at]
    return " > ".join(names[one][at] if one in names else one for one in told.split(" > "))


def value_words() -> Mapping[str, Text]:
    """Return words for values that tables have as codes."""
    return _words()[2]


def number_format(column: str) -> str:
    """Return how a spreadsheet shows a column's numbers; empty for codes and ids.

    Examples
    --------
    >>> [number_format(one) for one in ("share_60_wet", "population", "km_to", "district")]
    ['0.0 %', '#,##0', '0.0', '']
    """
    stem = column.removesuffix("_dry").removesuffix("_wet")
    if stem in {"district", "tambon", "code", "id", "lon", "lat", "segment", "rank"}:
        return ""
    if stem.startswith(("share", "reached", "worst_reached", "passable", "spoilage")) or (
        stem.endswith("_share")
    ):
        return "0.0 %"
    if stem.startswith(("km_", "detour_ratio", "max_grade", "tfi1", "swod", "swd", "worth_per")):
        return "0.0"
    if stem.endswith(("_per_kg", "_l_per_t", "_kg_per_t", "_days", "_h")):
        return "#,##0.00"
    if stem.endswith("minutes") or "minutes_" in stem:
        return "#,##0.0"
    return "#,##0"


@cache
def _words() -> tuple[Words, Words, Words]:
    read = resources.files("maps").joinpath("i18n/columns.toml").read_text(encoding="utf-8")
    told = tomllib.loads(read)
    names, endings, values = (
        {key: (str(value[0]), str(value[1])) for key, value in told[table].items()}
        for table in ("names", "endings", "values")
    )
    return names, endings, values
