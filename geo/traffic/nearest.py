"""Ways to the nearest of each kind, out of the ways to all goals."""

from __future__ import annotations

import numpy as np

from geo.traffic.assignment import Ways
from layers.arrays import Floats, Ints


def nearest_goals(time_s: Floats, group: Ints, kinds: int) -> Ints:
    """Find the nearest goal of each kind.

    Parameters
    ----------
    time_s
        Shape (origins, goals), inf where nothing leads.
    group
        Kind of every goal, shape (goals,).
    kinds
        How many kinds there are.

    Returns
    -------
    goal
        Shape (origins, kinds); any one where none is reached.

    Examples
    --------
    >>> nearest_goals(np.array([[5.0, 2.0, 9.0]]), np.array([0, 0, 1]), 2).tolist()
    [[1, 2]]
    """
    goal = np.zeros((len(time_s), kinds), np.int64)
    for kind in range(kinds):
        members = np.flatnonzero(group == kind)
        if len(members):
            goal[:, kind] = members[time_s[:, members].argmin(axis=1)]
    return goal


def to_goals(demand: Floats, goal: Ints, goals: int) -> Floats:
    """Send the trips to each kind to the goal that was found; shape (origins, goals)."""
    trips = np.zeros((len(demand), goals))
    np.add.at(trips, (np.arange(len(demand))[:, None], goal), demand)
    return trips


def to_kinds(ways: Ways, goal: Ints) -> Ways:
    """Return the ways to the goals that were found, shape (origins, kinds) each."""
    row = np.arange(len(goal))[:, None]
    sums = {name: values[row, goal] for name, values in ways.sums.items()}
    return Ways(sums, ways.use, ways.over[:, row, goal])
