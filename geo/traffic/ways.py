"""Best ways of one class of traffic between places; kept between runs."""

from __future__ import annotations

import pandas as pd

from geo.routing.stops import BESIDE_M, stops_at
from geo.study import Study
from geo.traffic.assignment import Ways, best_ways
from geo.traffic.kept_ways import kept_ways
from geo.traffic.unchanged import roads_for
from layers.arrays import Floats, Ints


def ways_between(
    study: Study,
    origins: pd.DataFrame,
    goals: pd.DataFrame,
    vehicle: str,
    season: str,
    *,
    demand: Floats | None = None,
    watched: Ints | None = None,
) -> Ways:
    """Find the best ways of a class of traffic between all pairs of places.

    Parameters
    ----------
    study
        The area in its world.
    origins, goals
        Columns `id, lon, lat`.
    vehicle, season
        A class of `study.rules.economics`, at its usual load.
    demand, watched
        As for `geo.traffic.assignment.best_ways`.
    """
    load, season = study.rules.economics.classes[vehicle].load, study.season(season)
    study = roads_for(study, vehicle, season, load)

    def make() -> Ways:
        trip = study.trip(vehicle, season, load, "time")
        starts, stops = (
            stops_at(trip.network, trip.costs, places, beside_m=BESIDE_M)
            for places in (origins, goals)
        )
        return best_ways(trip, starts, stops, demand=demand, watched=watched)

    where = [places[["id", "lon", "lat"]].to_csv(index=False) for places in (origins, goals)]
    given = [None if one is None else (one.shape, one.tobytes()) for one in (demand, watched)]
    return kept_ways(study.key_of("ways", vehicle, season, load, *where, *given), make)
