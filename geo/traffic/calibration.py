"""A matrix of trips brought to what was counted on the roads, and how far that holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.arrays import Bools, Floats


@dataclass(frozen=True, eq=False)
class Calibration:
    """Trips brought to counts.

    Attributes
    ----------
    trips
        Per day, shape (origins, targets).
    before
        Vehicles per day at every count when all trips have one factor, the median.
    after
        When they are fitted to all counts at once.
    held_out
        When they are fitted to all counts but this one and those of the same trips: what
        the model tells where nobody counts. NaN for ceilings, and for counts no trip passes.
    """

    trips: Floats
    before: Floats
    after: Floats
    held_out: Floats


def calibrate(
    prior: Floats,
    over: Floats,
    counted: Floats,
    used: Bools,
    *,
    limit: float,
    damping: float = 0.5,
    rounds: int = 200,
) -> Calibration:
    """Fit a matrix of trips to counts.

    Of all matrices that give the counts, the one nearest to the estimated one in the sense
    of entropy has T_ij = t_ij · Π_a X_a^p_ij^a, one factor per counted link (Van Zuylen and
    Willumsen 1980, "The most likely trip matrix estimated from traffic counts",
    Transportation Research B 14, 281-293). Each round takes (counted / modelled)^damping
    to every factor at once; factors stay within `limit`, since counts that contradict one
    another have no solution. Counts that trips are not fitted to hold local traffic too:
    they are ceilings, whose factors are at most 1. Ways are all or nothing.

    Parameters
    ----------
    prior
        Estimated trips, of no scale yet, shape (origins, targets).
    over
        Share of each counted link that each pair drives, shape (counts, origins, targets).
    counted
        Vehicles per day, shape (counts,).
    used
        Which of them the trips are fitted to; the others are ceilings.
    limit
        No factor is more than this, or less than 1 by this.
    damping
        Above 0, at most 1.
    rounds
        How often.

    Returns
    -------
    calibration
        All NaN, and no trips, where no trip passes a count that is used.

    Examples
    --------
    >>> over = np.array([[[0.0, 1.0, 0.0]], [[0.0, 1.0, 1.0]]])
    >>> found = calibrate(np.ones((1, 3)), over, np.array([10.0, 40]), np.ones(2, bool), limit=9)
    >>> found.trips.round(3)[0, 1:].tolist(), found.before.tolist()
    ([10.0, 30.0], [15.0, 30.0])
    """
    some = prior.ravel() > 0
    links, trips = over.reshape(len(counted), prior.size)[:, some], prior.ravel()[some]
    passed = (links @ trips > 0) & (counted > 0)
    fitted = used & passed
    start = _scaled(trips, links, counted, fitted)

    def fit(chosen: Bools, apart: Bools) -> Floats:
        told = chosen | (passed & ~used & apart)
        highest = np.where(chosen, np.log(limit), 0.0)[told]
        factor, goal = np.zeros(len(highest)), np.log(counted[told])
        own, first = links[told], _scaled(trips, links, counted, chosen)
        for _ in range(rounds):
            now = own @ (first * np.exp(factor @ own))
            step = damping * (goal - np.log(now))
            factor = np.clip(factor + step, -np.log(limit), highest)
        return np.asarray(first * np.exp(factor @ own), np.float64)

    best = fit(fitted, passed)
    held = np.full(len(counted), np.nan)
    for at in np.flatnonzero(fitted):
        apart = (links != links[at]).any(axis=1)
        if (fitted & apart).any():
            held[at] = links[at] @ fit(fitted & apart, apart)
    whole = np.zeros(prior.size)
    whole[some] = best
    return Calibration(whole.reshape(prior.shape), links @ start, links @ best, held)


def _scaled(trips: Floats, links: Floats, counted: Floats, chosen: Bools) -> Floats:
    """Give all trips one factor: the median of counted by modelled."""
    if not chosen.any():
        return np.full(len(trips), np.nan)
    return np.asarray(trips * np.median(counted[chosen] / (links[chosen] @ trips)), np.float64)


def misfit(modelled: Floats, counted: Floats, chosen: Bools) -> tuple[float, float]:
    """Tell how far modelled vehicles are from counted ones.

    Parameters
    ----------
    modelled, counted
        Vehicles per day, shape (counts,).
    chosen
        Counts that matter; those that nothing is known of do not.

    Returns
    -------
    median, worst
        Median and greatest of how many times more or fewer they are, 1 where equal; NaN
        where there is none.

    Examples
    --------
    >>> misfit(np.array([5.0, 40]), np.array([10.0, 10]), np.ones(2, bool))
    (3.0, 4.0)
    """
    known = chosen & (modelled > 0) & (counted > 0)
    if not known.any():
        return float("nan"), float("nan")
    times = np.exp(np.abs(np.log(modelled[known] / counted[known])))
    return float(np.median(times)), float(times.max())
