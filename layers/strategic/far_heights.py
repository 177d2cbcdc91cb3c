"""Heights of detailed roads beyond the terrain: straight between places whose height is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from layers.arrays import Bools, Floats
from layers.crs import Bounds, from_lon_lat
from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile, sample_fractions

NEIGHBOURS: Final = 6
"""Known heights that count for a node, each by the inverse square of its distance."""

EDGE_DEG: Final = 0.02
"""So near to its edge the terrain itself tells the heights that the roads beyond begin with."""


def beyond_terrain(network: RoadNetwork, bounds: Bounds, places: pd.DataFrame) -> RoadNetwork:
    """Give roads outside of a terrain heights, straight from node to node.

    Parameters
    ----------
    network
        Draped; outside of the terrain its heights mean nothing.
    bounds
        Extent of the terrain in lon, lat.
    places
        Columns `lon, lat, elevation_m`; NaN where it is not known.

    Returns
    -------
    network
        Its source's notes say how many kilometres lie outside.
    """
    west, south, east, north = bounds
    lon, lat = (network.nodes[name].to_numpy(np.float64) for name in ("lon", "lat"))
    outside = (lon < west) | (lon > east) | (lat < south) | (lat > north)
    rows: Bools = np.asarray(outside[network.ends].any(axis=1), bool)
    known = places[places["elevation_m"].notna()]
    if not rows.any() or known.empty:
        return network
    height = network.nodes["elevation_m"].to_numpy(np.float64).copy()
    near = ~outside & (
        (lon < west + EDGE_DEG)
        | (lon > east - EDGE_DEG)
        | (lat < south + EDGE_DEG)
        | (lat > north - EDGE_DEG)
    )
    x, y = from_lon_lat(network.segments.crs).transform(
        known["lon"].to_numpy(np.float64), known["lat"].to_numpy(np.float64)
    )
    place = network.nodes[["x", "y"]].to_numpy(np.float64)
    points = np.concatenate([np.column_stack([x, y]), place[near]])
    heights = np.concatenate([known["elevation_m"].to_numpy(np.float64), height[near]])
    height[outside] = _weighted(points, heights, place[outside])
    profile = _straight(network.profile, height[network.ends], rows)
    km = network.length_m[rows].sum() / 1000
    note = (
        f"{km:,.0f} km of road lie outside the terrain: their heights run straight between places "
        "of known height, so that hills between them are missing."
    )
    source = replace(network.source, notes=(*network.source.notes, note))
    nodes = network.nodes.assign(elevation_m=height)
    return replace(network, nodes=nodes, profile=profile, source=source)


def _weighted(points: Floats, heights: Floats, wanted: Floats) -> Floats:
    """Average the nearest known heights by the inverse square of their distance."""
    from scipy.spatial import cKDTree

    count = min(NEIGHBOURS, len(points))
    far, at = cKDTree(points).query(wanted, k=np.arange(1, count + 1))
    weight = 1.0 / np.maximum(far, 1.0) ** 2
    mean: Floats = (weight * heights[at]).sum(axis=1) / weight.sum(axis=1)
    return mean


def _straight(profile: Profile, ends: Floats, rows: Bools) -> Profile:
    """Let some segments run straight from the height of one end to that of the other."""
    chosen = rows[profile.segment]
    share = sample_fractions(profile.offsets)
    low, high = ends[profile.segment].T
    height = np.where(chosen, low + (high - low) * share, profile.elevation_m)
    return replace(profile, elevation_m=height)
