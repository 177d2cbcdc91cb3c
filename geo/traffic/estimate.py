"""Base-year traffic: trips by gravity, fitted to counts, and what they take each class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.access.people import named
from geo.routing.stops import BESIDE_M, stops_at
from geo.rules.economics import Assumptions
from geo.study import Study
from geo.traffic.assignment import Ways, best_ways
from geo.traffic.gravity import Scale, class_shares, counted_on, gravity, scaled, widened, zones
from geo.traffic.kept_ways import kept_ways
from layers.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Traffic:
    """Trips of one world, fitted to the counts.

    Attributes
    ----------
    rules
        Assumptions; the range of traffic is as wide as the counts show it to be.
    zones
        Where trips begin and end.
    demand
        Counted vehicles per day, shape (zones, zones); zero where no count tells.
    shares
        Of every class in them, by id of vehicle.
    scale
        How well they fit.
    season
        Of the trips.
    ways
        All-or-nothing assignment and skims, by id of vehicle.
    """

    rules: Assumptions
    zones: pd.DataFrame
    demand: Floats
    shares: Mapping[str, float]
    scale: Scale
    season: str
    ways: Mapping[str, Ways]

    @property
    def known(self) -> bool:
        """Whether a count told how much traffic there is."""
        return self.scale.known

    @property
    def use(self) -> Floats:
        """Vehicles per day on every segment, shape (segments,)."""
        use: Floats = np.sum([ways.use for ways in self.ways.values()], axis=0)
        return use


def estimate_traffic(study: Study, season: str = "dry") -> Traffic:
    """Estimate the trips of an area, and put them on its roads.

    Parameters
    ----------
    study
        The area in its world; `study.rules.economics` says how trips are estimated.
    season
        Of the trips, `dry` or `wet`.

    Returns
    -------
    traffic
        Without any vehicle where no road of the area was counted.

    Raises
    ------
    DataError
        Nobody is known to live in the area.

    Examples
    --------
    >>> from geo.study import open_study
    >>> traffic = estimate_traffic(open_study("mae_hong_son", roads="strategic"))
    >>> traffic.known, sorted(traffic.ways) == sorted(traffic.shares)
    (True, True)
    """
    rules, counts = study.rules.economics, study.tables.traffic
    places = zones(
        named(study.tables.settlements), study.tables.places, study.network, rules.demand
    )
    found = ways_between(
        study,
        places,
        next(iter(rules.classes)),
        season,
        watched=counted_on(study.network, counts),
    )
    people = places["population"].to_numpy(np.float64)
    scale = scaled(gravity(found.sums["time_s"], people, rules.demand), found.over, counts, rules)
    shares = class_shares(rules, scale.heavy)
    ways = {
        name: ways_between(study, places, name, season, demand=scale.trips * share)
        for name, share in shares.items()
    }
    widest = widened(rules, scale)
    return Traffic(widest, places, scale.trips, shares, scale, study.season(season), ways)


def ways_between(
    study: Study,
    places: pd.DataFrame,
    vehicle: str,
    season: str,
    *,
    demand: Floats | None = None,
    watched: Ints | None = None,
) -> Ways:
    """Find the best ways of a class of traffic between all pairs of places; kept between runs.

    Parameters
    ----------
    study
        The area in its world.
    places
        Columns `id, lon, lat`.
    vehicle, season
        A class of `study.rules.economics`, at its usual load.
    demand, watched
        As for `geo.traffic.assignment.best_ways`.
    """
    load = study.rules.economics.classes[vehicle].load

    def make() -> Ways:
        trip = study.trip(vehicle, season, load, "time")
        stops = stops_at(trip.network, trip.costs, places, beside_m=BESIDE_M)
        return best_ways(trip, stops, stops, demand=demand, watched=watched)

    where = places[["id", "lon", "lat"]].to_csv(index=False)
    given = [None if one is None else (one.shape, one.tobytes()) for one in (demand, watched)]
    return kept_ways(study.key_of("ways", vehicle, season, load, where, *given), make)
