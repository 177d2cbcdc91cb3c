"""How `chaidaen freight` prints total costs of corridors, and a ranking of crossings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from scripts.freight.rows import name_of, records, short
from scripts.table import as_table
from scripts.words import said

HEADS: Final[Mapping[str, str]] = {
    "total_thb_per_t": "total/t",
    "cost_thb_per_t": "baht/t",
    "hours": "h",
    "passable_wet": "open in the rains",
    "max_grade_pct": "max %",
    "gate_h": "h at gate",
    "gate_p90_h": "h at gate, P90",
    "transload": "transloading",
    "open_h_week": "open h/week",
    "open": "open now",
    "people_2h": "people within 2 h",
}
"""Of figures of crossings; those of a survey are called as it calls them."""

if TYPE_CHECKING:
    from geo.freight.corridors import Freight
    from geo.freight.crossing_ranking import CrossingRanking
    from geo.study import Study


def totals_text(found: Freight, rows: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Lay out total costs, the least first.

    Parameters
    ----------
    found
        The corridors.
    rows
        Of `geo.freight.total_cost.total_costs`.
    lang
        `en` or `th`, for names.
    """
    valued = any(row["cargo_share"] is not None for row in rows)
    header = (
        "total cost",
        "way",
        "baht/t",
        "h mean",
        "h spread",
        "of hours",
        "of spread",
        "total/t",
        "rank",
        "by total",
        *(("of value",) if valued else ()),
        "by road",
    )
    body = [
        (
            name_of(row, found.places, lang),
            f"{row['way']}",
            f"{row['cost_thb_per_t']:,.0f}",
            f"{row['mean_h']:,.1f}",
            f"{row['spread_h']:,.1f}",
            f"{row['time_thb_per_t']:,.0f}",
            f"{row['variability_thb_per_t']:,.0f}",
            f"{row['total_thb_per_t']:,.0f}",
            f"{row['rank_cost']}",
            f"{row['rank_total']}",
            *((f"{row['cargo_share']:.1%}",) if valued else ()),
            row["roads"],
        )
        for row in rows
    ]
    return as_table(header, body, left=frozenset({0, len(header) - 1}))


def ranking_text(study: Study, found: CrossingRanking, lang: str) -> str:
    """Lay out a ranking of crossings, and how it hangs on the weights.

    Parameters
    ----------
    study
        The area, for names.
    found
        The ranking.
    lang
        `en` or `th`.
    """
    both = {one.id: (one.name_en, one.name_th) for one in study.crossings.values()}
    names = {one: short(each[lang == "th"] or each[0]) for one, each in both.items()}
    criteria = found.weights.criteria
    rows = [
        (
            f"{row['rank']}",
            names[row["crossing"]],
            f"{row['score']:.2f}",
            *(_told(one, row[f"{one} value"]) for one in criteria),
        )
        for row in records(found.ranking)
    ]
    heads = [HEADS.get(one, one) for one in criteria]
    table = as_table(("", "crossing", "score", *heads), rows, left=frozenset({1}))
    turns = [
        (
            HEADS.get(row["criterion"], row["criterion"]),
            f"{row['weight']:.0%}",
            f"{row['weight_low']:.0%} - {row['weight_high']:.0%}",
            names.get(row["other"], "-"),
        )
        for row in records(found.sensitivity)
    ]
    first = names[str(pd.DataFrame(found.ranking)["crossing"].iloc[0])]
    turned = ("criterion", "weight", "first from - to", "beyond it")
    return f"{table}\n\n{said('first')}: {first}\n{as_table(turned, turns, left=frozenset({0, 3}))}"


def _told(figure: str, value: float | None) -> str:
    if value is None:
        return "-"
    if figure in {"open", "transload"}:
        return "yes" if value else "no"
    if figure.startswith("passable"):
        return f"{value:.0%}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"  # noqa: PLR2004
