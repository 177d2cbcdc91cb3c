"""The analytic hierarchy process: weights from comparing criteria in pairs, and ranks by them.

Saaty 1980, The Analytic Hierarchy Process. Thai agencies choose border roads and crossings so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from layers.arrays import Floats
from layers.errors import DataError

RANDOM_INDEX: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Consistency index of random judgements, by the number of criteria from 1 on (Saaty)."""

ACCEPTED: Final = 0.10
"""Judgements of a higher consistency ratio contradict one another too much."""

STEPS: Final = 1001


@dataclass(frozen=True, eq=False)
class Weights:
    """What criteria weigh.

    Attributes
    ----------
    criteria
        Their names.
    weight
        Adding up to 1, shape (criteria,).
    eigenvalue
        The greatest of the matrix of judgements.
    consistency_index, consistency_ratio
        (λ - n) / (n - 1), and that by the one of random judgements; 0 for one or two criteria.
    """

    criteria: tuple[str, ...]
    weight: Floats
    eigenvalue: float
    consistency_index: float
    consistency_ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the judgements agree well enough."""
        return self.consistency_ratio < ACCEPTED


@dataclass(frozen=True, eq=False)
class Ranking:
    """Alternatives by many criteria.

    Attributes
    ----------
    weights
        Of the criteria, with their consistency ratio.
    ranking
        One row per alternative, the best first: its id, the value and the score (0 to 1) of
        each criterion, `score`, `rank`.
    sensitivity
        Of `sensitivity`.
    notes
        What the reader must know.
    """

    weights: Weights
    ranking: pd.DataFrame
    sensitivity: pd.DataFrame
    notes: tuple[str, ...]


def rank_by(values: pd.DataFrame, pairwise: Floats, better: Sequence[int], of: str) -> Ranking:
    """Rank alternatives by judgements.

    Parameters
    ----------
    values, better
        As for `scored`; the columns are the criteria.
    pairwise
        As for `ahp_weights`.
    of
        What the alternatives are: the column of their ids.

    Raises
    ------
    DataError
        The judgements do not fit.
    """
    weights = ahp_weights(values.columns.astype(str).tolist(), pairwise)
    scores = scored(values, better, weights)
    table = pd.concat([values.loc[scores.index].add_suffix(" value"), scores], axis=1)
    return Ranking(
        weights,
        table.rename_axis(of).reset_index(),
        sensitivity(scores, weights),
        (weights_note(weights), *unknown_note(values)),
    )


def ahp_weights(criteria: Sequence[str], pairwise: Floats) -> Weights:
    """Find what criteria weigh from judgements in pairs.

    Parameters
    ----------
    criteria
        At most ten names.
    pairwise
        How many times as important the criterion of the row is as that of the column, shape
        (criteria, criteria); across the diagonal stands the inverse.

    Raises
    ------
    DataError
        The judgements are no such matrix; the message names the pair.

    Examples
    --------
    >>> found = ahp_weights("abc", np.array([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]))
    >>> found.weight.round(5).tolist(), round(found.consistency_ratio, 4)
    ([0.63699, 0.25828, 0.10473], 0.0332)
    """
    names, count = tuple(criteria), len(criteria)
    if not 0 < count <= len(RANDOM_INDEX) or pairwise.shape != (count, count):
        raise DataError(
            f"judgements: {count} criteria (1 to {len(RANDOM_INDEX)}) need {count} rows of {count} "
            "numbers"
        )
    bad = ~(np.isfinite(pairwise) & (pairwise > 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        bad |= np.abs(pairwise * pairwise.T - 1) > 0.01  # noqa: PLR2004
    if bad.any():
        row, column = (int(at) for at in np.argwhere(bad)[0])
        raise DataError(
            f"judgements: {names[row]} against {names[column]} is {pairwise[row, column]:g} and "
            f"the other way {pairwise[column, row]:g}: both above 0, one the inverse of the other"
        )
    values, vectors = np.linalg.eig(pairwise)
    at = int(values.real.argmax())
    weight = np.abs(vectors[:, at].real)
    index = (values[at].real - count) / (count - 1) if count > 1 else 0.0
    random = RANDOM_INDEX[count - 1]
    return Weights(
        names,
        np.asarray(weight / weight.sum(), np.float64),
        float(values[at].real),
        float(index),
        float(index / random) if random else 0.0,
    )


def weights_note(weights: Weights) -> str:
    """Say what criteria weigh, and whether the judgements agree."""
    told = [f"{n} {w:.0%}" for n, w in zip(weights.criteria, weights.weight, strict=True)]
    agreed = "accepted" if weights.consistent else "too high"
    return (
        f"Weights {', '.join(told)}; consistency ratio {weights.consistency_ratio:.3f} "
        f"({agreed}: below {ACCEPTED:g} judgements agree)."
    )


def unknown_note(values: pd.DataFrame) -> list[str]:
    """Say of which alternatives a criterion is not known, if of any."""
    unknown = [f"{row} {name}" for name in values for row in values.index[values[name].isna()]]
    return [f"Not known, counted as the worst: {', '.join(unknown)}."] if unknown else []


def scored(values: pd.DataFrame, better: Sequence[int], weights: Weights) -> pd.DataFrame:
    """Score and rank alternatives.

    Parameters
    ----------
    values
        One row per alternative, its id the index; a column per criterion, in the order of the
        weights. Of each the worst counts 0 and the best 1, straight between; where all are
        equal all count 1, and what is not known counts 0.
    better
        1 where more is better, -1 where less is.
    weights
        Of the criteria.

    Returns
    -------
    ranking
        Index as before, the best first: the score of each criterion, `score` (0 to 1) and `rank`.
    """
    raw = values.to_numpy(np.float64) * np.asarray(better, np.float64)
    known = np.isfinite(raw)
    low, high = (
        f(raw, axis=0, where=known, initial=i) for f, i in ((np.min, np.inf), (np.max, -np.inf))
    )
    span = high - low
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(span > 0, (raw - low) / span, 1.0)
    part = np.where(known, part, 0.0)
    made = pd.DataFrame(part, values.index, list(weights.criteria))
    made["score"] = part @ weights.weight
    made["rank"] = made["score"].rank(ascending=False, method="min").astype(int)
    return made.sort_values(["rank"], kind="stable")


def sensitivity(ranking: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Tell how much a weight must change before another alternative comes first.

    Parameters
    ----------
    ranking
        Of `scored`.
    weights
        That it was scored by; the others keep their proportions.

    Returns
    -------
    sensitivity
        One row per criterion: `criterion, weight, first, other, weight_low, weight_high`:
        `first` stays first while the weight is between the two; `other` comes first beyond
        the nearer one, empty where no weight of this criterion changes it.
    """
    part = ranking[list(weights.criteria)].to_numpy(np.float64)
    ids, tried = ranking.index.to_numpy(object), np.linspace(0.0, 1.0, STEPS)
    rows = []
    for at, name in enumerate(weights.criteria):
        own = weights.weight[at]
        rest = np.delete(weights.weight, at)
        share = rest / rest.sum() if rest.sum() > 0 else rest
        others = np.delete(part, at, axis=1) @ share if len(rest) else np.zeros(len(part))
        score = tried[:, None] * part[:, at] + (1 - tried[:, None]) * others
        leads = score[:, 0] >= score.max(axis=1) - 1e-12
        here = round(float(own) * (STEPS - 1))
        low = here - int(np.argmin(leads[here::-1])) + 1 if not leads[: here + 1].all() else 0
        high = here + int(np.argmin(leads[here:])) - 1 if not leads[here:].all() else STEPS - 1
        ends = [(here - low, low - 1), (high - here, high + 1)]
        beyond = [one for one in ends if 0 <= one[1] < STEPS]
        other = str(ids[score[min(beyond)[1]].argmax()]) if beyond else ""
        rows.append((name, own, str(ids[0]), other, tried[low], tried[high]))
    columns = ["criterion", "weight", "first", "other", "weight_low", "weight_high"]
    return pd.DataFrame(rows, columns=columns)
