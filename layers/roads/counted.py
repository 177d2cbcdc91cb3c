"""Counted traffic on the roads that it was counted on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import shapely

from layers.crs import from_lon_lat
from layers.roads.network import RoadNetwork

REACH_M: Final = 25_000.0
"""A count tells of its road so far, as the crow flies."""


def with_counts(network: RoadNetwork, counts: pd.DataFrame | None) -> RoadNetwork:
    """Fill the column `vehicles_per_day` of segments near a count on the same road.

    Parameters
    ----------
    network
        The roads.
    counts
        Columns `ref, lon, lat, vehicles_per_day`.

    Returns
    -------
    network
        A new one; NaN stays where nobody counted. Of several counts the nearest holds.
    """
    if counts is None or counts.empty:
        return network
    segments = network.segments
    at = shapely.get_coordinates(
        shapely.line_interpolate_point(network.lines, 0.5, normalized=True)
    )
    x, y = from_lon_lat(str(segments.crs)).transform(counts["lon"], counts["lat"])
    ref = segments["ref"].astype(str).to_numpy()
    found = np.full(len(segments), np.nan)
    number = counts["ref"].astype(str).to_numpy()
    for one in np.unique(number):
        mine, there = np.flatnonzero(ref == one), np.flatnonzero(number == one)
        away = np.hypot(*(at[mine, None, :] - np.column_stack([x, y])[there]).transpose(2, 0, 1))
        near = away.argmin(axis=1) if len(mine) else np.zeros(0, int)
        holds = away[np.arange(len(mine)), near] <= REACH_M
        told = counts["vehicles_per_day"].to_numpy(np.float64)[there[near]]
        found[mine[holds]] = told[holds]
    return replace(network, segments=segments.assign(vehicles_per_day=found))
