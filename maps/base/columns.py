"""What columns of tables are called, and how their numbers look."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from maps.base.i18n import Text

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
    names, endings = _words()
    if column in names:
        return names[column]
    stem, _, ending = column.rpartition("_")
    if ending in endings and stem:
        named, end = column_name(stem), endings[ending]
        return f"{named[0]} ({end[0]})", f"{named[1]} ({end[1]})"
    return column, column


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
def _words() -> tuple[Words, Words]:
    text = resources.files("maps").joinpath("i18n/columns.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    names, endings = (
        {key: (str(value[0]), str(value[1])) for key, value in told[table].items()}
        for table in ("names", "endings")
    )
    return names, endings
