"""The freight matrix: every place to every crossing, by vehicle and season."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geo.freight.fleet import Fleet, thb_per_t
from geo.routing.engine import customise, matrix
from geo.routing.trip import STEPS


def freight_matrix(
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
        for at, hauler in enumerate(fleet.haulers):
            start, stop = fleet.at(at, origins), fleet.at(at, targets)
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
