"""Drape segments over terrain: the profile of a network that comes with geometry only."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Floats, Ints
from layers.crs import to_lon_lat
from layers.roads.profile import (
    MAX_GRADE,
    Profile,
    Repairs,
    radii,
    sample_fractions,
    sample_offsets,
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

SMOOTH_CELLS = 10 / 3
"""And over at least so many cells of the terrain: 100 m for cells of 30 m, 300 m for 90 m."""


def drape(
    nodes: pd.DataFrame, segments: gpd.GeoDataFrame, terrain: Terrain | None
) -> tuple[pd.DataFrame, Profile]:
    """Give nodes and segments their heights.

    Heights are read at most 20 m apart, gaps filled along the segment, smoothed over
    about 100 m of road, and made to meet at junctions. Bridges and tunnels run straight
    between their ends; a chain of them between the outer ends of the chain.

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
    length = segments["length_m"].to_numpy(np.float64)
    offsets = sample_offsets(length)
    fraction = sample_fractions(offsets)
    counts = np.diff(offsets)
    distance = fraction * np.repeat(length, counts)
    x, y = points_along(segments.geometry.to_numpy(), fraction, offsets)
    radius = radii(x, y, offsets)
    ends = segments[["u", "v"]].to_numpy(np.int64)
    structure = (segments["bridge"] | segments["tunnel"]).to_numpy(bool)
    if terrain is None:
        flat = np.zeros(len(x))
        repairs = Repairs(len(x), len(segments), len(x), len(segments))
        return (
            nodes.assign(elevation_m=0.0),
            Profile(offsets, distance, flat, radius, repairs),
        )
    lon, lat = to_lon_lat(segments.crs).transform(x, y)
    raw = terrain.sample(lon, lat)
    missing = np.isnan(raw)
    height, flat_segment = fill_gaps(raw, distance, offsets)
    window = max(SMOOTH_M, SMOOTH_CELLS * terrain.cell_m)
    fitted = np.column_stack(
        [fit_at_end(height, distance, offsets, window, at_last=last) for last in (False, True)]
    )
    node_height = node_heights(fitted, length, window, ends, structure, len(nodes))
    smooth = smooth_along(height, distance, offsets, window)
    smooth = meet_ends(smooth, distance, offsets, node_height[ends], window)
    level = np.repeat(structure, counts)
    at_u, at_v = np.repeat(node_height[ends], counts, axis=0).T
    smooth = np.where(level, at_u + (at_v - at_u) * fraction, smooth)
    profile = Profile(offsets, distance, smooth, radius)
    rise = np.abs(np.diff(smooth)[profile.starts])
    repairs = Repairs(
        samples=len(x),
        segments=len(segments),
        filled_samples=int(missing.sum()),
        flat_segments=int(flat_segment.sum()),
        clamped_samples=int((rise > MAX_GRADE * profile.run() * (1 + 1e-9)).sum()),
        levelled_segments=int(structure.sum()),
    )
    return nodes.assign(elevation_m=node_height), replace(profile, repairs=repairs)


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
