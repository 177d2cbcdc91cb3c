"""Traffic of a season: the fitted trips on the roads, and what they take each class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.rules.economics import Assumptions
from geo.study import Study
from geo.traffic.assignment import Ways
from geo.traffic.fit import fitted_trips
from geo.traffic.gravity import Scale, widened
from geo.traffic.nearest import nearest_goals, to_goals, to_kinds
from geo.traffic.trips import Ends, Trips
from geo.traffic.ways import ways_between
from layers.arrays import Floats


@dataclass(frozen=True, eq=False)
class Traffic:
    """Trips of one season on the roads of one world.

    Attributes
    ----------
    rules
        Assumptions; the range of traffic is as wide as the counts show it to be.
    trips
        Who goes where and why, of the year's average.
    demand
        Counted vehicles per day of the season, shape (origins, kinds); zero where no count
        tells.
    scale
        How well they fit.
    season
        Of the trips.
    ways
        All-or-nothing assignment, and skims of shape (origins, kinds), by id of vehicle.
    """

    rules: Assumptions
    trips: Trips
    demand: Floats
    scale: Scale
    season: str
    ways: Mapping[str, Ways]

    @property
    def known(self) -> bool:
        """Whether a count told how much traffic there is."""
        return self.scale.known

    @property
    def shares(self) -> Mapping[str, float]:
        """Of every class in counted vehicles, by id of vehicle."""
        return self.trips.shares

    @property
    def use(self) -> Floats:
        """Vehicles per day on every segment, shape (segments,)."""
        use: Floats = np.sum([ways.use for ways in self.ways.values()], axis=0)
        return use


def estimate_traffic(study: Study, season: str = "dry") -> Traffic:
    """Put the trips of an area on its roads.

    Parameters
    ----------
    study
        The area in its world; `study.rules.economics` says who goes where.
    season
        Of the trips, `dry` or `wet`.

    Returns
    -------
    traffic
        Without any vehicle where no road of the area was counted.

    Raises
    ------
    DataError
        Nobody is known to live in the area, or a purpose leads to a place that is none.

    Examples
    --------
    >>> from geo.study import open_study
    >>> traffic = estimate_traffic(open_study("mae_hong_son", roads="strategic"))
    >>> traffic.known, sorted(traffic.ways) == sorted(traffic.shares)
    (True, True)
    """
    trips = fitted_trips(study)
    demand = vehicles_in(study, trips, season)
    ways = assigned(study, trips, demand, season)
    widest = widened(study.rules.economics, trips.scale)
    return Traffic(widest, trips, demand, trips.scale, study.season(season), ways)


def vehicles_in(study: Study, trips: Trips, season: str) -> Floats:
    """Return counted vehicles per day of a season, shape (origins, kinds); 0 without counts."""
    if not trips.scale.known:
        return np.zeros(trips.factor.shape)
    factors = season_factors(study, season)
    return trips.people(factors) / trips.people_per_vehicle


def season_factors(study: Study, season: str) -> Mapping[str, float]:
    """Return the trips of a season by purpose, of those of the year's average."""
    days = study.rules.seasons.season_days
    return {
        name: one.season_factor(study.season(season), days)
        for name, one in study.rules.economics.purposes.items()
    }


def assigned(study: Study, trips: Trips, demand: Floats, season: str) -> Mapping[str, Ways]:
    """Put vehicles on the best ways of a world, each class on its own.

    People go to the kind's goal that is nearest in this world; which that is, the first class
    tells for all.

    Parameters
    ----------
    study
        In its world.
    trips
        Who goes where.
    demand
        Counted vehicles per day, shape (origins, kinds).
    season
        `dry` or `wet`.

    Returns
    -------
    ways
        By id of vehicle; skims of shape (origins, kinds).
    """
    ends: Ends = trips.ends
    first = next(iter(trips.shares))
    time_s = ways_between(study, ends.origins, ends.goals, first, season).sums["time_s"]
    goal = nearest_goals(time_s, ends.group, len(ends.kinds))
    sent = to_goals(demand, goal, len(ends.goals))
    made = {}
    for name, share in trips.shares.items():
        ways = ways_between(study, ends.origins, ends.goals, name, season, demand=sent * share)
        made[name] = to_kinds(ways, goal)
    return made
