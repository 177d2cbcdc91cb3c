"""Roads that end just before another one, and roads that cross water on nothing."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Bools, Floats
from layers.roads.network import RoadNetwork

Shapes = NDArray[np.object_]

AROUND: Final = 10.0
"""A gap is told only if the way along the road is so many times as long: a spur beside the road
that it leaves is no gap."""

FORD_M: Final = 25.0
"""A ford counts for a crossing within this."""


def dead_ends(network: RoadNetwork, driven: Bools, reach_m: float) -> pd.DataFrame:
    """Find dead ends near another road of the same level: junctions that may be missing.

    Parameters
    ----------
    network
        The roads.
    driven
        Which segments count, shape (segments,).
    reach_m
        Largest gap.

    Returns
    -------
    found
        One row per dead end: `kind, segment, x, y, km, gap_m, osm_node, other_way`.
    """
    segments = network.segments
    driven = driven & (segments["highway"].astype(str) != "ferry").to_numpy()
    degree = np.bincount(network.ends.ravel(), minlength=len(network.nodes))
    pair = np.argwhere((degree[network.ends] == 1) & driven[:, None])
    segment, side = pair[:, 0], pair[:, 1]
    node, other_end = network.ends[segment, side], network.ends[segment, 1 - side]
    points = np.asarray(shapely.points(network.nodes[["x", "y"]].to_numpy()[node]), dtype=object)
    lines = segments.geometry.to_numpy()
    roads = np.flatnonzero(driven)
    at, near = shapely.STRtree(lines[roads]).query(points, predicate="dwithin", distance=reach_m)
    near = roads[near]
    level = segments["bridge"].to_numpy(bool) + 2 * segments["tunnel"].to_numpy(bool)
    kept = (near != segment[at]) & (level[near] == level[segment[at]])
    at, near = at[kept], near[kept]
    gap: Floats = shapely.distance(points[at], lines[near])
    kept = ~_beside(network, points[at], segment[at], other_end[at], near, gap)
    found = pd.DataFrame({"at": at[kept], "near": near[kept], "gap_m": gap[kept]})
    nearest = found.sort_values(["at", "gap_m", "near"]).drop_duplicates("at")
    at = nearest["at"].to_numpy(np.int64)
    return pd.DataFrame(
        {
            "kind": "dead_end",
            "segment": segment[at],
            "x": shapely.get_x(points[at]),
            "y": shapely.get_y(points[at]),
            "km": network.length_m[segment[at]] / 1000,
            "gap_m": nearest["gap_m"].to_numpy(),
            "osm_node": network.nodes["osm_id"].to_numpy()[node[at]],
            "other_way": segments["osm_id"].to_numpy()[nearest["near"].to_numpy(np.int64)],
        }
    )


def untagged_crossings(
    network: RoadNetwork, driven: Bools, water: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Find where roads cross a river or canal with neither bridge, tunnel nor ford.

    Parameters
    ----------
    network, driven
        As for `dead_ends`.
    water
        In the system of the segments. Lines of rivers and canals count, and fords; what runs
        through a culvert is not among them.

    Returns
    -------
    found
        One row per road and river: `kind, segment, x, y, km, other_way`.
    """
    segments = network.segments
    level = (segments["bridge"] | segments["tunnel"]).to_numpy(bool)
    ferry = (segments["highway"].astype(str) == "ferry").to_numpy()
    roads = np.flatnonzero(driven & ~level & ~ferry)
    lines = segments.geometry.to_numpy()[roads]
    flows = water[
        water["kind"].isin(("river", "canal"))
        & water.geom_type.isin(("LineString", "MultiLineString"))
    ]
    rivers = flows.geometry.to_numpy()
    river, road = shapely.STRtree(lines).query(rivers, predicate="crosses")
    points = shapely.intersection(lines[road], rivers[river])
    point = shapely.point_on_surface(points)
    fords = water.geometry[water["kind"] == "ford"].to_numpy()
    dry = np.ones(len(point), bool)
    if len(fords) and len(point):
        wet = shapely.STRtree(fords).query(point, predicate="dwithin", distance=FORD_M)[0]
        dry[wet] = False
    road, river, point = roads[road[dry]], river[dry], point[dry]
    ids = flows["id"].astype(str).to_numpy()[river]
    return pd.DataFrame(
        {
            "kind": "bridge",
            "segment": road,
            "x": shapely.get_x(point),
            "y": shapely.get_y(point),
            "km": network.length_m[road] / 1000,
            "other_way": [int(one[1:]) if one.startswith("w") else 0 for one in ids],
        }
    )


def _beside(
    network: RoadNetwork,
    points: Shapes,
    segment: NDArray[np.int64],
    other_end: NDArray[np.int64],
    near: NDArray[np.int64],
    gap: Floats,
) -> Bools:
    """Say which roads a dead end is only beside: its own road leaves them shortly before."""
    ends = network.ends[near]
    share = shapely.line_locate_point(
        network.segments.geometry.to_numpy()[near], points, normalized=True
    )
    length = network.length_m
    to_end = np.column_stack([share, 1 - share]) * length[near][:, None]
    joined = ends == other_end[:, None]
    way = length[segment] + np.where(joined, to_end, np.inf).min(axis=1)
    beside: Bools = way < AROUND * np.maximum(gap, 1.0)
    return beside
