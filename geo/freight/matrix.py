"""The freight matrix: every place to every crossing, by vehicle and season."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.freight.fleet import Fleet, thb_per_t
from geo.freight.terms import fleet_of, place_of, season_notes, unlisted
from geo.routing.engine import customise, matrix
from geo.routing.trip import STEPS
from geo.study import Study
from layers.errors import DataError
from layers.tables.places import Place

SEASONS: Final = ("dry", "wet")


@dataclass(frozen=True, eq=False)
class FreightMatrix:
    """What every place pays to every crossing.

    Attributes
    ----------
    costs
        Columns `from_id, to_id, vehicle, season, cost_thb_per_t, travel_time_s`, each
        vehicle for itself; NaN where nothing leads.
    notes
        What the reader must know.
    """

    costs: pd.DataFrame
    notes: tuple[str, ...] = ()


def freight_matrix(
    study: Study,
    origins: Sequence[Place | str] = (),
    *,
    vehicles: Sequence[str] = (),
    seasons: Sequence[str] = SEASONS,
    empty_share: float | None = None,
) -> FreightMatrix:
    """Compute what every settlement pays to every crossing, by vehicle and season.

    Parameters
    ----------
    study
        The area in its world.
    origins
        Places where goods start; all settlements if empty.
    vehicles
        Ids; the usual ones if empty.
    seasons
        Of `dry` and `wet`; where a scenario sets the season, only that one is computed.
    empty_share
        Part of the trips that come back empty; the usual one by default.

    Returns
    -------
    matrix
        Up to the gates, in the order of seasons, vehicles, origins and crossings.

    Raises
    ------
    UnknownNameError
        There is no such place or vehicle.
    DataError
        A vehicle carries no goods, nobody is known to live in the area, or it has no
        crossing.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic", scenarios=["monsoon"])
    >>> found = freight_matrix(study, ["pai"], vehicles=["truck_10w"])
    >>> found.costs["season"].unique().tolist(), found.notes
    (['wet'], ('season: wet, set by a scenario',))
    """
    if not study.crossings:
        raise DataError(f"area {study.area.slug!r} has no crossing to carry goods to")
    starts = [place_of(study, one) for one in origins]
    extra = pd.DataFrame(
        [(one.id, one.lon, one.lat) for one in unlisted(study, *starts)],
        columns=["id", "lon", "lat"],
    )
    places = pd.concat([study.gazetteer[["id", "lon", "lat"]], extra], ignore_index=True)
    rules = study.rules.with_empty_share(empty_share).freight
    wanted = tuple(vehicles) or rules.trips.vehicles
    fleets = {
        season: fleet_of(study, wanted, season, places)
        for season in dict.fromkeys(study.season(one) for one in seasons)
    }
    ids = [one.id for one in starts] or study.tables.settlements["id"].tolist()
    costs = fleet_matrix(
        fleets, ids, list(study.crossings), empty_share=rules.trips.empty_share
    ).replace(np.inf, np.nan)
    return FreightMatrix(costs, season_notes(study))


def fleet_matrix(
    fleets: Mapping[str, Fleet],
    origins: Sequence[str],
    targets: Sequence[str],
    *,
    empty_share: float,
) -> pd.DataFrame:
    """Compute costs and times within the country, each vehicle for itself.

    Parameters
    ----------
    fleets
        By season.
    origins, targets
        Ids of places, such as crossings: up to the gate.
    empty_share
        Part of the trips that come back empty.

    Returns
    -------
    table
        Columns `from_id, to_id, vehicle, season, cost_thb_per_t, travel_time_s`: the least
        cost, and the least time, which may be another way; inf where nothing leads.
    """
    parts = []
    for season, fleet in fleets.items():
        for hauler in fleet.haulers:
            start, stop = (fleet.at(hauler.vehicle.id, ids) for ids in (origins, targets))
            trip = hauler.laden
            fastest = np.where(np.isfinite(hauler.out.weight), trip.costs.time_s, np.inf)
            metric = customise(trip.graph, fastest, step=STEPS["time"])
            seconds = matrix(metric, start.snapped, stop.snapped)
            near = start.near[:, None] & stop.near
            cost = thb_per_t(hauler, start, stop, empty_share=empty_share)
            parts.append(
                pd.DataFrame(
                    {
                        "from_id": np.repeat(np.array(origins, object), len(targets)),
                        "to_id": np.tile(np.array(targets, object), len(origins)),
                        "vehicle": hauler.vehicle.id,
                        "season": season,
                        "cost_thb_per_t": cost.ravel(),
                        "travel_time_s": np.where(near, seconds, np.inf).ravel(),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)
