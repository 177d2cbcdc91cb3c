"""Border crossings by many criteria: what the map and the tables tell of each, and their rank.

The dimensions are those of NESDC's Border Performance Index (Report 66): infrastructure,
institutions and rules, those who carry, those who ship. The index asks officials and users; here
is what can be measured, and what a survey brings. How to weigh it is the analytic hierarchy
process, by which Mae Hong Son's five entry points were compared before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.economics.ahp import Ranking, rank_by
from geo.freight.crossing_figures import BETTER, crossing_figures, own_crossings
from geo.rules.priorities import Priorities
from geo.study import Study
from layers.errors import DataError, UnknownNameError
from layers.io.tables import Column, read_table
from layers.tables.places import Place

DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "infrastructure": ("total_thb_per_t", "cost_thb_per_t", "hours", "passable_wet"),
    "institutions and rules": ("gate_h", "gate_p90_h", "transload", "open_h_week", "open"),
    "those who ship": ("people_2h",),
    "those who carry": (),
}
"""Of the Border Performance Index, and what here belongs to each."""

SURVEY_COLUMNS: Final = (
    Column("crossing_id", required=True),
    Column("figure", "text", required=True),
    Column("value", "number", required=True),
    Column("source", required=True),
)


@dataclass(frozen=True, eq=False)
class CrossingRanking(Ranking):
    """Crossings by many criteria, id `crossing`; notes say what is not measured, too.

    Attributes
    ----------
    figures
        One row per crossing, id the index: what is measured, and what a survey brought.
    """

    figures: pd.DataFrame


def rank_crossings(
    study: Study,
    priorities: Priorities,
    origin: Place | str | None = None,
    *,
    season: str = "dry",
    thb_per_t_h: float | None = None,
    survey: Path | None = None,
) -> CrossingRanking:
    """Rank the crossings of an area by many criteria.

    Parameters
    ----------
    study
        The area in its world.
    priorities
        Criteria and judgements.
    origin
        Where goods start; the area's home by default.
    season
        `dry` or `wet`.
    thb_per_t_h
        Of a tonne under way; that of the economics by default.
    survey
        A CSV file with columns `crossing_id, figure, value, source` of what was asked; more of
        it is better, unless the criterion says -1.

    Returns
    -------
    ranking
        Ways to a crossing are those to its gate as if it were open to goods, so that `open` is a
        criterion of its own and no bar.

    Raises
    ------
    DataError
        The area has fewer than two crossings, judgements do not fit, or the survey is wrong.
    UnknownNameError
        A criterion is no figure.

    Examples
    --------
    >>> from geo.rules.priorities import CROSSINGS, read_priorities
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> found = rank_crossings(study, read_priorities(CROSSINGS))
    >>> int(found.ranking["rank"].min()), found.weights.consistent
    (1, True)
    """
    if len(own_crossings(study)) < 2:  # noqa: PLR2004
        raise DataError(f"area {study.area.slug!r}: at least two crossings are needed to rank")
    figures, told = crossing_figures(study, origin, season=season, thb_per_t_h=thb_per_t_h)
    if survey:
        figures = figures.join(_surveyed(survey, figures))
    criteria = priorities.criteria
    for one in criteria:
        if one.figure not in figures:
            known = ", ".join(figures.columns)
            raise UnknownNameError(
                f"priorities: figure {one.figure!r} is not known of crossings; figures: {known}"
            )
    names = [one.figure for one in criteria]
    better = [one.better or BETTER.get(one.figure, 1) for one in criteria]
    found = rank_by(figures[names], priorities.matrix(), better, "crossing")
    notes = (*found.notes, *_missing(names), *told)
    return CrossingRanking(found.weights, found.ranking, found.sensitivity, notes, figures)


def _surveyed(path: Path, figures: pd.DataFrame) -> pd.DataFrame:
    """Read what was asked, a column per figure.

    Raises
    ------
    DataError
        The file is wrong, names no crossing of the area, or tells something twice.
    """
    table = read_table(path, SURVEY_COLUMNS, what="survey of crossings", key="crossing_id")
    for column, known in (("crossing_id", figures.index),):
        wrong = table[~table[column].isin(known)]
        if len(wrong):
            raise DataError(
                f"{path}: row {wrong.index[0] + 2}: {column} {wrong[column].iloc[0]!r} is not "
                f"known; there are: {', '.join(known)}"
            )
    twice = table.duplicated(["crossing_id", "figure"]) | table["figure"].isin(figures.columns)
    if twice.any():
        at = int(np.flatnonzero(twice)[0])
        raise DataError(
            f"{path}: row {at + 2}: figure {table['figure'].iloc[at]!r} of "
            f"{table['crossing_id'].iloc[at]} is told already"
        )
    wide = table.pivot_table(index="crossing_id", columns="figure", values="value", sort=False)
    return wide.reindex(figures.index)


def _missing(names: list[str]) -> list[str]:
    """Say which dimensions of the Border Performance Index no criterion tells of."""
    asked = set(names) - set(BETTER)
    if asked:
        return [f"Of a survey: {', '.join(sorted(asked))}."]
    empty = [name for name, of_it in DIMENSIONS.items() if not set(of_it) & set(names)]
    if not empty:
        return []
    told = (
        "Of the dimensions of NESDC's Border Performance Index nothing here tells of "
        f"{' or '.join(empty)}: no table has it; a survey (crossing_id, figure, value, source) may."
    )
    return [told]
