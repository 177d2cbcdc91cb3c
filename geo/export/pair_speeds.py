"""Speeds between neighbouring nodes of drawn ways, as routers take them for traffic."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from pyproj import Geod

from geo.driving.cost import EdgeCosts
from layers.arrays import Floats
from layers.osm.drawn_ways import DrawnWays
from layers.roads.network import RoadNetwork

DECIMALS: Final = 6
"""Of a degree, as OSRM keeps coordinates."""


def pair_speeds(network: RoadNetwork, costs: EdgeCosts, drawn: DrawnWays) -> pd.DataFrame:
    """Compute the speed from every node of a way to the next, in both directions.

    It is the distance between them on the ground, as a router measures it, over the time that
    the road takes: its times are ours even where a drawn line is shorter than the road.

    Parameters
    ----------
    network, costs
        The roads and what driving them takes.
    drawn
        From `layers.osm.drawn_ways.draw_ways`.

    Returns
    -------
    speeds
        Columns `from_node, to_node` (positions in `drawn`) and `kph`, 0 where one may not
        drive; all pairs forward, then all backward.
    """
    line = drawn.lines.line
    inner = np.flatnonzero(line[1:] == line[:-1])
    one, other = drawn.lines.node[inner], drawn.lines.node[inner + 1]
    lon, lat = np.round(drawn.lon, DECIMALS), np.round(drawn.lat, DECIMALS)
    metres = Geod(ellps="WGS84").inv(
        lon[one], lat[one], lon[other], lat[other], return_back_azimuth=False
    )[2]
    parts = []
    for at, (start, stop) in enumerate(((one, other), (other, one))):
        seconds = _seconds(network, costs, drawn, at)[inner]
        open_ = np.isfinite(costs.time_s[line[inner], at]) & (seconds > 0)
        kph = np.divide(metres * 3.6, seconds, out=np.zeros(len(inner)), where=open_)
        parts.append(pd.DataFrame({"from_node": start, "to_node": stop, "kph": kph}))
    pairs = pd.concat(parts, ignore_index=True)
    return pairs[np.tile(metres > 0, len(parts))].reset_index(drop=True)


def _seconds(network: RoadNetwork, costs: EdgeCosts, drawn: DrawnWays, at: int) -> Floats:
    """Return seconds from every vertex to the next, shape (vertices - 1,); `at` is the way."""
    profile, count = network.profile, len(network.segments)
    spent = np.zeros(len(profile.distance_m))
    spent[profile.starts + 1] = profile.run() / (costs.speeds.mean_kph[:, at] / 3.6)
    # Segments stand one after the other on one axis, so that one table answers for all.
    before = np.cumsum(np.append(0.0, network.length_m + 1.0))[:count]
    where = before[drawn.lines.line] + drawn.share * network.length_m[drawn.lines.line]
    axis = before[profile.segment] + profile.distance_m
    return np.diff(np.interp(where, axis, np.cumsum(np.nan_to_num(spent))))
