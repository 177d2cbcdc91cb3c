"""How `chaidaen risk --storm` prints days on which links fail together."""

from __future__ import annotations

import textwrap
from typing import Final

import pandas as pd

from scripts.access.spelling import rows_of
from scripts.table import as_table

WIDE: Final = 60
"""Letters of the settlements of a day; files have all."""


def storms_text(measures: pd.DataFrame, days: pd.DataFrame, lang: str) -> str:
    """Write what storms do beside cuts each by itself, and the worst days.

    Parameters
    ----------
    measures, days
        Of `geo.risk.storms.Storms`.
    lang
        `en` or `th`, for names.
    """
    by_name: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows_of(measures):
        by_name.setdefault(row["measure"], {})[row["drawn"]] = row
    rows = []
    for name, drawn in by_name.items():
        each = [drawn["alone"], drawn["storms"]]
        digits = 0 if name == "people_cut_off" else 1
        cells = [
            f"{row[column]:,.{digits}f}"
            for column in ("mean", "one_in_ten", "worst")
            for row in each
        ]
        rows.append((name.replace("_", " "), *cells))
    header = (
        "on a day of the rains",
        "mean, alone",
        "in storms",
        "1 in 10, alone",
        "in storms",
        "worst, alone",
        "in storms",
    )
    worst = [
        (
            f"{row['day']}",
            f"{row['links_cut']:,.0f}",
            f"{row['roads_cut']:,.0f}",
            f"{row['people_cut_off']:,.0f}",
            f"{row['tonnes_cut_off']:,.1f}",
            textwrap.shorten(row[f"settlements_{lang}"], WIDE, placeholder=" …"),
        )
        for row in rows_of(days)
    ]
    heads = ("worst day", "links", "roads", "people cut off", "t/day", "who is cut off")
    listed = as_table(heads, worst, left=frozenset({0, 5}))
    return f"{as_table(header, rows)}\n\n{listed}"
