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
from layers.terrain.along import Smoother, smoother
from layers.terrain.coarse import coarse_rules, wanted_slopes, waves
from layers.terrain.heights import fit_at_end
from layers.terrain.samples import FINE_M, Samples
from layers.terrain.terrain import Terrain

LEAST_REACH_M: Final = 30.0
"""Heights are smoothed along the road over at least this far each way: the noise of a 30 m
terrain model on a winding valley road reads as grades of 20 % otherwise."""


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
    lon, lat = degrees.transform(x, y)
    raw, grain = terrain.sample_with_grain(lon, lat)
    ends = segments[["u", "v"]].to_numpy(np.int64)
    samples = Samples(ends, length, offsets, x, y, raw, grain)
    along, held_m = _along(samples, structure, distance, len(nodes))
    height, node_height = along.smooth(raw, held_m)
    coarse = _over_coarse(grain, offsets)
    middle = _middle(grain[np.repeat(coarse, counts)])
    if coarse.any():
        at = wanted_slopes(offsets)
        at = at[grain[at] > FINE_M]
        told = terrain.slope(lon[at], lat[at], step_m=middle / 2)
        slope = np.interp(np.arange(len(x)), at, np.nan_to_num(told))
        waved, node_waved = waves(samples, height, slope, along, len(nodes), coarse_rules())
        height, node_height = height + waved, node_height + node_waved
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
        flat_segments=int((_sums(~missing, offsets) == 0).sum()),
        clamped_samples=int(steep.sum()),
        levelled_segments=int(structure.sum()),
        coarse_km=float(length[coarse].sum() / 1000),
        coarse_grain_m=middle,
    )
    return nodes.assign(elevation_m=node_height), Profile(
        offsets, distance, height, radius, repairs
    )


def _along(
    samples: Samples, structure: Bools, distance: Floats, node_count: int
) -> tuple[Smoother, Floats]:
    """Make ready to smooth heights along roads, and say how high their dead ends are.

    A dead end is told by a straight line fitted to the last stretch of its road: a ramp
    keeps its climb, which smoothing alone would level out there.
    """
    offsets, grain = samples.offsets, samples.grain_m
    known = _sums(~np.isnan(grain), offsets)
    own = _sums(np.nan_to_num(grain), offsets) / np.maximum(known, 1)
    own = np.where(known > 0, own, _middle(grain))
    share = coarse_rules().reach
    reach = np.maximum(np.where(own > FINE_M, np.maximum(share * own, FINE_M), own), LEAST_REACH_M)
    ground = ~np.isnan(samples.height_m) & ~np.repeat(structure, np.diff(offsets))
    roads_there = np.bincount(samples.ends.ravel(), minlength=node_count)
    long = samples.length_m >= reach
    at, told = [], []
    for side, edge in ((0, offsets[:-1]), (1, offsets[1:] - 1)):
        dead = np.flatnonzero((roads_there[samples.ends[:, side]] == 1) & long & ground[edge])
        fitted = fit_at_end(samples.height_m, distance, offsets, 2 * reach, at_last=bool(side))
        at.append(samples.ends[dead, side])
        told.append(fitted[dead])
    along = smoother(
        offsets,
        samples.ends,
        samples.length_m,
        node_count,
        reach_m=reach,
        weight=ground.astype(np.float64),
        held=np.concatenate(at),
    )
    return along, np.concatenate(told)


def _over_coarse(grain: Floats, offsets: Ints) -> Bools:
    """Say over which segments most of the terrain is too coarse to read grades from."""
    over: Bools = 2 * _sums(grain > FINE_M, offsets) > _sums(~np.isnan(grain), offsets)
    return over


def _sums(values: Floats | Bools, offsets: Ints) -> Floats:
    """Add up samples by segment."""
    if len(offsets) == 1:
        return np.zeros(0)
    total: Floats = np.add.reduceat(values.astype(np.float64), offsets[:-1])
    return total


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
