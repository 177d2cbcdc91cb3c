"""A chart of ranks: the same corridors by three measures, which disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from markupsafe import Markup

from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.risk.rows import MEASURES, Corridor

SHOWN: Final = 10
"""Of every measure, so many of its first ranks."""

STEP: Final = 26
"""Pixels between two ranks."""

COLUMNS: Final = (310, 530, 750)
"""Where the measures stand, of 1180 pixels."""


@dataclass(frozen=True)
class Trace:
    """One corridor: where it stands in every column, None where its rank is not shown."""

    name: Text
    colour: str
    line: str
    dots: tuple[tuple[int, int, str], ...]
    left: int | None
    right: int | None


def rank_chart(rows: Sequence[Corridor], correlation: pd.DataFrame, lang: str) -> Markup:
    """Draw the first ranks of every measure side by side, the same corridor joined.

    Parameters
    ----------
    rows
        The corridors.
    correlation
        Rank correlation of links, index or column `measure` aside, in the order of
        `MEASURES`.
    lang
        The language the page opens in.

    Returns
    -------
    figure
        Inline SVG; what a screen reader says of it are the correlations.
    """
    shown = [row for row in rows if any(0 < rank <= SHOWN for rank in row.ranks)]
    matrix = correlation.select_dtypes("number").to_numpy()
    said = [_signed(matrix[0, 1]), _signed(matrix[0, 2]), _signed(matrix[1, 2])]
    return fragment(
        "rank_chart.html",
        traces=[_trace(row) for row in shown],
        heads=[(x, text(key)) for x, key in zip(COLUMNS, MEASURES.values(), strict=True)],
        height=SHOWN * STEP + 60,
        description=text("correlation_said", first=said[0], second=said[1], third=said[2]),
        lang=lang,
    )


def _trace(row: Corridor) -> Trace:
    inside = [
        (x, 44 + rank * STEP - STEP // 2, str(rank))
        for x, rank in zip(COLUMNS, row.ranks, strict=True)
        if 0 < rank <= SHOWN
    ]
    line = " ".join(f"{x},{y}" for x, y, _ in inside)
    first, last = inside[0], inside[-1]
    return Trace(
        row.name,
        row.looks[0][0],
        line if len(inside) > 1 else "",
        tuple(inside),
        first[1] if first[0] == COLUMNS[0] else None,
        last[1] if last[0] == COLUMNS[-1] else None,
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}" if value == value else "–"  # noqa: PLR0124, RUF001
