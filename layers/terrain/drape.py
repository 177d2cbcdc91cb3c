"""Drape segments over terrain: the profile of a network that comes with geometry only."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Bools, Floats, Ints
from layers.crs import to_lon_lat
from layers.roads.profile import (
    Profile,
    Repairs,
    radii,
    sample_fractions,
    sample_offsets,
)
from layers.terrain.coarse import (
    FINE_M,
    Held,
    Samples,
    coarse_heights,
    coarse_rules,
)
from layers.terrain.heights import (
    SMOOTH_M,
    fill_gaps,
    fit_at_end,
    meet_ends,
    node_heights,
    smooth_along,
)
from layers.terrain.terrain import Terrain

SMOOTH_CELLS: Final = 10 / 3
"""And over at least so many times its grain: 100 m for cells of 30 m, 300 m for 90 m."""


def drape(
    nodes: pd.DataFrame, segments: gpd.GeoDataFrame, terrain: Terrain | None
) -> tuple[pd.DataFrame, Profile]:
    """Give nodes and segments their heights.

    Heights are read at most 20 m apart, gaps filled along the segment, smoothed over
    about 100 m of road, and made to meet at junctions. Where the terrain is told more
    coarsely than that, its heights only make a base line, and rise and fall are what roads
    have on such ground (`layers.terrain.coarse`). Bridges and tunnels run straight between
    their ends; a chain of them between the outer ends of the chain. What is steeper than
    roads of its class are is cut and filled.

    Parameters
    ----------
    nodes, segments
        As in `RoadNetwork`.
    terrain
        Where heights are read; without one, everything is flat.

    Returns
    -------
    nodes
        With `elevation_m` filled.
    profile
        Samples along every segment, and what was mended.
    """
    # Compiled code loads slowly, and most runs drape nothing.
    from layers.terrain.steepest import cut_and_fill, limits, steepest_roads

    length = segments["length_m"].to_numpy(np.float64)
    offsets = sample_offsets(length)
    fraction = sample_fractions(offsets)
    counts = np.diff(offsets)
    distance = fraction * np.repeat(length, counts)
    x, y = points_along(segments.geometry.to_numpy(), fraction, offsets)
    radius = radii(x, y, offsets)
    if terrain is None:
        flat = np.zeros(len(x))
        repairs = Repairs(len(x), len(segments), len(x), len(segments))
        return (
            nodes.assign(elevation_m=0.0),
            Profile(offsets, distance, flat, radius, repairs),
        )
    structure = (segments["bridge"] | segments["tunnel"]).to_numpy(bool)
    degrees = to_lon_lat(segments.crs)
    raw, grain = terrain.sample_with_grain(*degrees.transform(x, y))
    ends = segments[["u", "v"]].to_numpy(np.int64)
    roads = Samples(ends, length, offsets, distance, x, y, raw, grain, structure)

    def slope_at(east: Floats, north: Floats, apart_m: float) -> Floats:
        return terrain.slope(*degrees.transform(east, north), step_m=apart_m / 2)

    coarse = _over_coarse(grain, offsets)
    height, node_height = np.zeros(len(x)), np.full(len(nodes), np.nan)
    if not coarse.all():
        at, part = roads.part(~coarse)
        height[at], told = _read(part, len(nodes))
        node_height = told
    if coarse.any():
        at, part = roads.part(coarse)
        held = np.unique(part.ends)
        held = held[~np.isnan(node_height[held])]
        known = Held(held, node_height[held])
        height[at], told = coarse_heights(part, known, len(nodes), slope_at, coarse_rules())
        node_height = np.where(np.isnan(node_height), told, node_height)
    height = _level(height, node_height, ends, fraction, structure, counts)
    limit = limits(segments, steepest_roads())
    profile = Profile(offsets, distance, height, radius)
    steep = np.abs(np.diff(height)[profile.starts]) > (1 + 1e-6) * profile.run() * np.repeat(
        limit, counts - 1
    )
    if steep.any():
        height, node_height = cut_and_fill(height, distance, offsets, ends, node_height, limit)
        height = _level(height, node_height, ends, fraction, structure, counts)
    missing = np.isnan(raw)
    repairs = Repairs(
        samples=len(x),
        segments=len(segments),
        filled_samples=int(missing.sum()),
        flat_segments=int((np.add.reduceat(~missing, offsets[:-1]) == 0).sum()) if len(x) else 0,
        clamped_samples=int(steep.sum()),
        levelled_segments=int(structure.sum()),
        coarse_km=float(length[coarse].sum() / 1000),
        coarse_grain_m=_middle(grain[np.repeat(coarse, counts)]),
    )
    nodes = nodes.assign(elevation_m=np.nan_to_num(node_height))
    return nodes, Profile(offsets, distance, height, radius, repairs)


def _over_coarse(grain: Floats, offsets: Ints) -> Bools:
    """Say over which segments most of the terrain is too coarse to read grades from."""
    if len(offsets) == 1:
        return np.zeros(0, bool)
    known = np.add.reduceat((~np.isnan(grain)).astype(np.int64), offsets[:-1])
    coarse = np.add.reduceat((grain > FINE_M).astype(np.int64), offsets[:-1])
    over: Bools = 2 * coarse > known
    return over


def _read(roads: Samples, node_count: int) -> tuple[Floats, Floats]:
    """Read heights from a terrain that is fine enough, smoothed, with one height at nodes.

    Returns
    -------
    sample_m, node_m
        Shape (samples,) and (nodes,); NaN at nodes that no segment here meets.
    """
    distance, offsets = roads.distance_m, roads.offsets
    window = max(SMOOTH_M, SMOOTH_CELLS * _middle(roads.grain_m))
    height, _ = fill_gaps(roads.height_m, distance, offsets)
    fitted = np.column_stack(
        [fit_at_end(height, distance, offsets, window, at_last=last) for last in (False, True)]
    )
    numbers, ends = np.unique(roads.ends, return_inverse=True)
    ends = ends.reshape(-1, 2)
    at_node = node_heights(fitted, roads.length_m, window, ends, roads.structure, len(numbers))
    smooth = smooth_along(height, distance, offsets, window)
    node = np.full(node_count, np.nan)
    node[numbers] = at_node
    return meet_ends(smooth, distance, offsets, at_node[ends], window), node


def _level(
    height: Floats, node_m: Floats, ends: Ints, fraction: Floats, structure: Bools, counts: Ints
) -> Floats:
    """Put bridges and tunnels on the straight line between their ends."""
    at_u, at_v = np.repeat(node_m[ends], counts, axis=0).T
    return np.where(np.repeat(structure, counts), at_u + (at_v - at_u) * fraction, height)


def _middle(grain: Floats) -> float:
    """Return the median of what is known, 0 if nothing is."""
    known = grain[~np.isnan(grain)]
    return float(np.median(known)) if len(known) else 0.0


def points_along(
    lines: NDArray[np.object_], fraction: Floats, offsets: Ints
) -> tuple[Floats, Floats]:
    """Interpolate points along lines.

    Parameters
    ----------
    lines
        LineStrings, shape (segments,).
    fraction
        Where along its line every point is, 0 to 1, shape (samples,).
    offsets
        Points of line i are `offsets[i]:offsets[i + 1]`.

    Returns
    -------
    x, y
        Shape (samples,), in the lines' coordinates.
    """
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(coordinates, axis=0).T)
    # Lines stand one after the other on one axis, with a gap that no point falls into.
    step[np.diff(line) > 0] = 1.0
    axis = np.concatenate([[0.0], np.cumsum(step)])
    first = np.searchsorted(line, np.arange(len(lines)), side="left")
    last = np.searchsorted(line, np.arange(len(lines)), side="right") - 1
    counts = np.diff(offsets)
    where = np.repeat(axis[first], counts) + fraction * np.repeat(axis[last] - axis[first], counts)
    return np.interp(where, axis, coordinates[:, 0]), np.interp(where, axis, coordinates[:, 1])
