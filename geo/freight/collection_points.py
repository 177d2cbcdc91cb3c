"""Where a few collection or cold stores would best stand: the p-median."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.errors import DataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sites:
    """Chosen sites, and who goes where.

    Attributes
    ----------
    chosen
        Positions of the sites among the candidates, in order, shape (p,).
    assigned
        Which candidate each place goes to, -1 where it reaches none; shape (places,).
    cost
        Of each place to its site, inf where it reaches none; shape (places,).
    total
        Σ weight · cost over the places that reach a site.
    """

    chosen: Ints
    assigned: Ints
    cost: Floats
    total: float


def p_median(cost: Floats, weight: Floats, sites: int) -> Sites:
    """Choose the sites that make Σ weight · cost least (Hakimi 1964, Operations Research 12).

    Solved exactly as a linear programme by `spopt` (PySAL).

    Parameters
    ----------
    cost
        From every place to every candidate, at least 0, inf where nothing leads; shape
        (places, candidates).
    weight
        Of every place, at least 0; shape (places,).
    sites
        How many.

    Returns
    -------
    sites
        A place that reaches no candidate is left out, and says so.

    Raises
    ------
    DataError
        More sites than candidates are wanted, or nobody reaches any candidate.

    Examples
    --------
    >>> cost = np.array([[0.0, 9.0, 5.0], [9.0, 0.0, 5.0], [9.0, 1.0, 5.0]])
    >>> p_median(cost, np.ones(3), 1).chosen.tolist()
    [1]
    """
    import pulp
    from spopt.locate import PMedian

    count = cost.shape[1]
    if not 1 <= sites <= count:
        raise DataError(f"{sites} sites are wanted; there are {count} candidates")
    reaches = np.isfinite(cost).any(axis=1) & (weight > 0)
    if not reaches.any():
        raise DataError("no place that counts reaches any candidate")
    # So dear that it is never taken while another way is open, yet no infinity for the solver.
    finite = cost[np.isfinite(cost)]
    never = (float(finite.max(initial=1.0)) + 1.0) * len(cost) * max(1.0, weight.max())
    solvable = np.where(np.isfinite(cost), cost, never)[reaches]
    with warnings.catch_warnings():
        # spopt 0.7 calls PuLP as PuLP 3 wants it, which warns of PuLP 4.
        warnings.simplefilter("ignore", DeprecationWarning)
        model = PMedian.from_cost_matrix(solvable, weight[reaches], p_facilities=sites)
        model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1))
    chosen = np.flatnonzero([variable.value() > 0.5 for variable in model.fac_vars])  # noqa: PLR2004
    nearest = chosen[np.argmin(cost[:, chosen], axis=1)]
    own = cost[np.arange(len(cost)), nearest]
    reached = np.isfinite(own)
    return Sites(
        chosen,
        np.where(reached, nearest, -1),
        own,
        float((weight[reached] * own[reached]).sum()),
    )
