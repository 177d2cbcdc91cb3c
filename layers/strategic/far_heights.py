"""Heights of detailed roads beyond the terrain, by what the strategic network knows of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import shapely

from layers.arrays import Bools, Floats, Ints
from layers.crs import Bounds, from_lon_lat
from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile, sample_fractions
from layers.strategic.network import NO_TERRAIN
from layers.strategic.profile import class_by_rise, read_terrain_classes, waves

NEIGHBOURS: Final = 60
"""Known heights that count for a node, each by the inverse square of its distance."""

BLUR_M: Final = 4_000.0
"""Lines of the strategic roads lie so far beside the real ones, and sights on hilltops beside
roads: nearer than this none counts for more than another, or a road would climb to each of these
points as to a peak."""

EDGE_DEG: Final = 0.02
"""So near to its edge the terrain itself tells the heights that the roads beyond begin with."""

NOWHERE: Final = (np.inf, np.inf, -np.inf, -np.inf)
"""Bounds that hold nothing."""

EVERY_M: Final = 2_000.0
"""So often the heights along strategic roads count as known: between towns and summits."""


def beyond_terrain(
    network: RoadNetwork,
    bounds: Bounds | None,
    places: pd.DataFrame,
    strategic: RoadNetwork | None = None,
) -> RoadNetwork:
    """Give roads outside of a terrain heights, from node to node.

    Nodes are as high as what is known around them: towns, the terrain at its edge, and the
    strategic roads with their summits. Between nodes roads rise and fall as those of the class
    of terrain do that the nearest strategic road is of; straight without such roads.

    Parameters
    ----------
    network
        Draped; outside of the terrain its heights mean nothing.
    bounds
        Extent of the terrain in lon, lat; None without terrain.
    places
        Columns `lon, lat, elevation_m`; NaN where it is not known.
    strategic
        Roads in the same system that know how high and how hilly the country is.

    Returns
    -------
    network
        Its source's notes say how many kilometres lie outside.
    """
    west, south, east, north = bounds or NOWHERE
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
    x, y = from_lon_lat(network.crs).transform(
        known["lon"].to_numpy(np.float64), known["lat"].to_numpy(np.float64)
    )
    place = network.nodes[["x", "y"]].to_numpy(np.float64)
    points = [np.column_stack([x, y]), place[near]]
    heights = [known["elevation_m"].to_numpy(np.float64), height[near]]
    blur = [np.full(len(known), BLUR_M), np.ones(int(near.sum()))]
    along = _along(strategic) if strategic is not None else None
    if along is not None:
        points.append(along.place)
        heights.append(along.height_m)
        blur.append(np.full(len(along.height_m), BLUR_M))
    height[outside] = _weighted(
        np.concatenate(points), np.concatenate(heights), np.concatenate(blur), place[outside]
    )
    profile = _straight(network.profile, height[network.ends], rows)
    if along is not None:
        profile = _rolling(network, profile, rows, along)
    km = network.length_m[rows].sum() / 1000
    note = (
        f"{km:,.0f} km of road lie outside the terrain: their heights are those known of towns "
        "and summits around, with the rise and fall of a class of terrain between."
    )
    if bounds is None:
        note = NO_TERRAIN
    source = replace(network.source, notes=(*network.source.notes, note))
    nodes = network.nodes.assign(elevation_m=height)
    return replace(network, nodes=nodes, profile=profile, source=source)


@dataclass(frozen=True, eq=False)
class _Along:
    """Points along strategic roads: where they are, how high, and how hilly the road is."""

    place: Floats
    height_m: Floats
    rise_fall_m_per_km: Floats


def _along(strategic: RoadNetwork) -> _Along:
    """Return points along the strategic roads of the country."""
    profile, inland = strategic.profile, strategic.inland
    length = strategic.length_m
    counts = np.where(inland, np.ceil(length / EVERY_M).astype(np.int64), 0)
    segment = np.repeat(np.arange(len(length)), counts)
    share = (np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / (
        counts[segment]
    )
    at = shapely.line_interpolate_point(strategic.lines[segment], share, normalized=True)
    # One axis for all segments, each between its own whole number and the next.
    axis = profile.segment + 0.999 * sample_fractions(profile.offsets)
    climb = profile.sum_by_segment(np.abs(profile.grade()) * profile.run()) / length * 1000.0
    return _Along(
        np.column_stack([shapely.get_x(at), shapely.get_y(at)]),
        np.interp(segment + 0.999 * share, axis, profile.elevation_m),
        climb[segment],
    )


def _rolling(network: RoadNetwork, profile: Profile, rows: Bools, along: _Along) -> Profile:
    """Let some segments rise and fall as the nearest strategic road does."""
    from scipy.spatial import cKDTree

    at = np.flatnonzero(rows)
    middle = shapely.line_interpolate_point(network.lines[at], 0.5, normalized=True)
    xy = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    kind = np.full(len(rows), "", "U20")
    kind[at] = class_by_rise(along.rise_fall_m_per_km[cKDTree(along.place).query(xy)[1]])
    height = profile.elevation_m.copy()
    segment: Ints = profile.segment
    for name, one in read_terrain_classes().items():
        mine = np.flatnonzero((kind == name)[segment])
        whole = network.length_m[segment[mine]]
        height[mine] += waves(one, profile.distance_m[mine], whole, segment[mine])
    return replace(profile, elevation_m=height)


def _weighted(points: Floats, heights: Floats, blur: Floats, wanted: Floats) -> Floats:
    """Average the nearest known heights by the inverse square of their distance.

    The weight of the farthest is 0, so that nothing jumps where another one takes its place
    (Franke and Nielson 1980).
    """
    from scipy.spatial import cKDTree

    count = min(NEIGHBOURS, len(points))
    far, at = cKDTree(points).query(wanted, k=np.arange(1, count + 1))
    reach = far[:, -1:] * (1 + 1e-6) + 1.0
    weight = (1.0 - far / reach) ** 2 / (far**2 + blur[at] ** 2)
    mean: Floats = (weight * heights[at]).sum(axis=1) / weight.sum(axis=1)
    return mean


def _straight(profile: Profile, ends: Floats, rows: Bools) -> Profile:
    """Let some segments run straight from the height of one end to that of the other."""
    chosen = rows[profile.segment]
    share = sample_fractions(profile.offsets)
    low, high = ends[profile.segment].T
    height = np.where(chosen, low + (high - low) * share, profile.elevation_m)
    return replace(profile, elevation_m=height)
