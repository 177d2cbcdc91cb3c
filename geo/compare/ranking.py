"""Scenarios ranked by many criteria, and which of them a budget buys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.compare.compare import Comparison, Comparisons
from geo.compare.figures import FIGURES
from geo.economics.ahp import Ranking, rank_by
from geo.economics.packages import best_package
from geo.rules.priorities import Criterion, Priorities
from layers.errors import DataError, UnknownNameError


def rank_scenarios(found: Comparisons, priorities: Priorities) -> Ranking:
    """Rank the scenarios of a comparison (analytic hierarchy process).

    Parameters
    ----------
    found
        At least two scenarios.
    priorities
        Criteria and judgements.

    Raises
    ------
    UnknownNameError
        A criterion is no key figure.
    DataError
        There are fewer than two scenarios, judgements do not fit, or it is not said whether
        more of a figure is better.
    """
    if len(found) < 2:  # noqa: PLR2004
        raise DataError("ranking: at least two scenarios are needed")
    criteria = priorities.criteria
    for one in criteria:
        if one.figure not in FIGURES:
            raise UnknownNameError(
                f"priorities: figure {one.figure!r} is not known; figures: {', '.join(FIGURES)}"
            )
    names = [one.name for one in criteria]
    better = [_better(one) for one in criteria]
    ids = [one.id for one in found]
    values = pd.DataFrame(
        [[_value(one, criterion) for criterion in criteria] for one in found], ids, names
    )
    return rank_by(values, priorities.matrix(), better, "scenario")


def with_ranking(
    found: Comparisons, priorities: Priorities | None = None, budget_thb: float | None = None
) -> Comparisons:
    """Add to a comparison a ranking by criteria, and what a budget buys.

    Parameters
    ----------
    found
        The comparison.
    priorities
        As for `rank_scenarios`; None for no ranking.
    budget_thb
        As for `package_of`; None for no package.
    """
    extra, told = dict(found.extra), dict(found.told)
    if priorities is not None:
        ranked = rank_scenarios(found, priorities)
        extra |= {"ranking": ranked.ranking, "sensitivity": ranked.sensitivity}
        told["ranking"] = ranked.notes
    if budget_thb is not None:
        extra["package"], told["package"] = package_of(found, budget_thb)
    notes = tuple(note for said in told.values() for note in said)
    return replace(found, extra=extra, told=told, notes=(*found.notes, *notes))


def package_of(found: Comparisons, budget_thb: float) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Choose the scenarios of the greatest present value that a budget buys.

    Scenarios are judged each alone: two that serve the same trips are worth less together.

    Parameters
    ----------
    found
        A comparison with economics.
    budget_thb
        For construction, at its likeliest cost.

    Returns
    -------
    package, notes
        Columns `scenario, construction_thb, npv_thb, npv_per_baht, chosen` (yes or no).
    """
    rows: list[tuple[str, float, float, float]] = []
    for one in found:
        built = one.economics is not None and len(one.economics.works) > 0
        if one.appraisal is None or one.economics is None or not built:
            continue
        needed = float(one.economics.works["construction_thb"].sum())
        rows.append((one.id, needed, one.appraisal.npv_thb, one.appraisal.npv_per_baht))
    table = pd.DataFrame(rows, columns=["scenario", "construction_thb", "npv_thb", "npv_per_baht"])
    cost, worth = (table[name].to_numpy(np.float64) for name in ("construction_thb", "npv_thb"))
    chosen = best_package(worth, cost, budget_thb)
    table["chosen"] = np.where(chosen, "yes", "no")
    left = [one.id for one in found if one.id not in set(table["scenario"])]
    said = (
        f"Budget {budget_thb:,.0f} baht: {int(chosen.sum())} of {len(table)} scenarios, "
        f"{cost[chosen].sum():,.0f} baht to build, present value {worth[chosen].sum():,.0f} baht; "
        "each is judged alone, and what does not pay is not bought."
    )
    notes = [said]
    if left:
        notes.append(f"Nothing is built by {', '.join(left)}.")
    return table, tuple(notes)


def _better(one: Criterion) -> int:
    better = one.better or FIGURES[one.figure].better
    if not better and one.figure.startswith(("npv", "bcr", "irr", "saved", "probability")):
        better = 1
    if not better:
        raise DataError(f"priorities: key 'better' of {one.figure}: say 1 or -1, more or less")
    return better


def _value(found: Comparison, one: Criterion) -> float:
    """Return the change of a figure, or its value where there is no base."""
    table = found.figures[found.figures["figure"] == one.figure]
    if one.to_kind:
        table = table[table["to_kind"] == one.to_kind]
    if table.empty:
        return float("nan")
    first = table.iloc[0]
    return float(first["change"] if pd.notna(first["change"]) else first["value"])
