"""Which projects a budget buys: an integer programme."""

from __future__ import annotations

import warnings

import numpy as np

from layers.arrays import Bools, Floats
from layers.errors import DataError


def best_package(worth: Floats, cost: Floats, budget: float) -> Bools:
    """Choose projects whose worth adds up to the most under a ceiling of cost.

    What is worth nothing, or is not known, is not bought.

    Parameters
    ----------
    worth, cost
        Net present value and cost of each, shape (projects,).
    budget
        Ceiling, at least 0.

    Returns
    -------
    chosen
        Shape (projects,).

    Raises
    ------
    DataError
        The budget is below 0, or no solution was proved the best.

    Examples
    --------
    The best ratio alone is not the best package:

    >>> best_package(np.array([60.0, 50, 50]), np.array([6.0, 5, 5]), 10).tolist()
    [False, True, True]
    """
    if not budget >= 0:
        raise DataError(f"budget {budget:g}: must be 0 or more")
    import pulp

    chosen = np.zeros(len(worth), bool)
    some = np.flatnonzero(np.isfinite(worth) & (worth > 0) & np.isfinite(cost))
    if not len(some):
        return chosen
    # Millions: the solver's tolerances are for numbers of usual size.
    scale = 1e6 if cost[some].max() > 1e6 else 1.0  # noqa: PLR2004
    with warnings.catch_warnings():
        # PuLP 3 warns of PuLP 4, which is not used yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        problem = pulp.LpProblem("package", pulp.LpMaximize)
        buy = [pulp.LpVariable(f"buy_{at}", cat="Binary") for at in some]
        problem += pulp.lpDot((worth[some] / scale).tolist(), buy)
        problem += pulp.lpDot((cost[some] / scale).tolist(), buy) <= budget / scale
        problem.solve(pulp.PULP_CBC_CMD(msg=False, threads=1))
    if pulp.LpStatus[problem.status] != "Optimal":
        raise DataError(f"budget: no best package was found ({pulp.LpStatus[problem.status]})")
    chosen[some] = [bool(round(one.value() or 0.0)) for one in buy]
    return chosen
