"""Heights and bends of a road that is drawn but not built."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Bools, Floats
from layers.crs import to_lon_lat
from layers.roads.profile import Profile, sample_fractions
from layers.strategic.profile import Controls, read_terrain_classes, strategic_profile
from layers.terrain.drape import drape
from layers.terrain.heights import SMOOTH_CELLS, SMOOTH_M, meet_ends
from layers.terrain.terrain import Terrain

DESIGN_GRADE = 0.08
"""Steepest base line of a new road over a coarse terrain: where the ground is steeper, the
road is taken to go round or in a cutting (usual limit for a mountain highway, unsourced)."""


@dataclass(frozen=True, eq=False)
class Chain:
    """A new road as pieces in a row; piece i runs from node i to node i + 1.

    Attributes
    ----------
    lines
        LineStrings in the network's CRS, shape (pieces,).
    length_m
        Length of every piece, which may be longer than it is drawn, shape (pieces,).
    structure
        Whether a piece is a tunnel or a bridge, shape (pieces,).
    known_m
        Height of every node where the road joins another, else NaN, shape (pieces + 1,).
    crs
        Of the lines.
    """

    lines: NDArray[np.object_]
    length_m: Floats
    structure: Bools
    known_m: Floats
    crs: str

    @property
    def node_m(self) -> Floats:
        """Distance of every node from the start, shape (pieces + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.length_m)])


def grain_along(chain: Chain, terrain: Terrain) -> float:
    """Return how fine the terrain is where the road runs, in metres."""
    west, south, east, north = shapely.total_bounds(chain.lines)
    bounds = to_lon_lat(chain.crs).transform_bounds(west, south, east, north)
    return terrain.usual_grain_m(bounds)


def new_profile(
    chain: Chain, terrain: Terrain | None, terrain_class: str
) -> tuple[Profile, Floats]:
    """Give a new road its heights and bends.

    Without a class the line is draped: its own bends count, and the terrain under it. With
    one, heights are read from the terrain once per cell, held to `DESIGN_GRADE`, and
    the class adds rise, fall and bends, as for strategic sections: a line drawn over a
    terrain of 2 km has none. Tunnels and bridges are straight between their ends.

    Parameters
    ----------
    chain
        The road.
    terrain
        Where heights are read; without one, heights run straight between those known.
    terrain_class
        As in `terrain_classes.toml`, or empty.

    Returns
    -------
    profile
        Samples at most 20 m apart.
    node_elevation_m
        Height of every node, shape (pieces + 1,).
    """
    made = _by_class(chain, terrain, terrain_class) if terrain_class else _draped(chain, terrain)
    profile, height = made
    counts = np.diff(profile.offsets)
    straight = np.repeat(chain.structure, counts)
    start, stop = np.repeat(height[:-1], counts), np.repeat(height[1:], counts)
    level = start + (stop - start) * sample_fractions(profile.offsets)
    return replace(profile, elevation_m=np.where(straight, level, profile.elevation_m)), height


def _draped(chain: Chain, terrain: Terrain | None) -> tuple[Profile, Floats]:
    """Drape the pieces, and bend their ends to the roads that they join."""
    at = np.arange(len(chain.lines))
    segments = gpd.GeoDataFrame(
        {"u": at, "v": at + 1, "length_m": chain.length_m, "tunnel": False},
        geometry=list(chain.lines),
        crs=chain.crs,
    ).assign(bridge=chain.structure)
    nodes, profile = drape(pd.DataFrame(index=range(len(at) + 1)), segments, terrain)
    height = _settled(chain, nodes["elevation_m"].to_numpy(np.float64))
    ends = np.column_stack([height[:-1], height[1:]])
    window = max(SMOOTH_M, SMOOTH_CELLS * grain_along(chain, terrain)) if terrain else np.inf
    met = meet_ends(profile.elevation_m, profile.distance_m, profile.offsets, ends, window)
    return replace(profile, elevation_m=met), height


def _settled(chain: Chain, height: Floats) -> Floats:
    """Take known heights where there are, and put what lies between structures on a line."""
    height = np.where(np.isnan(chain.known_m), height, chain.known_m)
    ground = ~np.isnan(chain.known_m)
    ground[:-1] |= ~chain.structure
    ground[1:] |= ~chain.structure
    ground[[0, -1]] = True
    settled: Floats = np.interp(chain.node_m, chain.node_m[ground], height[ground])
    return settled


def _by_class(chain: Chain, terrain: Terrain | None, kind: str) -> tuple[Profile, Floats]:
    """Build the pieces as strategic sections are built."""
    place, height = _base_line(chain, terrain)
    nodes = np.interp(chain.node_m, place, height)
    count = len(chain.lines)
    controls = Controls(
        section=np.zeros(count, np.int64),
        start_m=chain.node_m[:-1],
        ends=np.column_stack([np.arange(count), np.arange(count) + 1]),
        node_elevation_m=nodes,
        summits=np.column_stack([np.zeros(len(place)), place, height]),
    )
    classes = read_terrain_classes()
    profile, nodes = strategic_profile(controls, chain.length_m, np.full(count, kind), classes)
    straight = np.repeat(chain.structure, np.diff(profile.offsets))
    return replace(profile, radius_m=np.where(straight, np.inf, profile.radius_m)), nodes


def _base_line(chain: Chain, terrain: Terrain | None) -> tuple[Floats, Floats]:
    """Return heights along the road: those known, and the ground once per cell between."""
    known = ~np.isnan(chain.known_m)
    fixed_m, fixed = chain.node_m[known], chain.known_m[known]
    place, height = fixed_m, fixed
    if terrain is not None:
        place, height = _ground(chain, terrain)
        apart = (
            np.abs(place[:, None] - fixed_m).min(axis=1, initial=np.inf)
            > grain_along(chain, terrain) / 2
        )
        place = np.concatenate([place[apart], fixed_m])
        height = np.concatenate([height[apart], fixed])
    if not len(place):
        return np.array([0.0, chain.node_m[-1]]), np.zeros(2)
    order = np.argsort(place, kind="stable")
    place, height = place[order], height[order]
    # The highest line below all heights that is nowhere too steep, then up to what is known.
    rise = DESIGN_GRADE * place
    ahead = np.minimum.accumulate((height + rise)[::-1])[::-1] - rise
    behind = np.minimum.accumulate(height - rise) + rise
    eased = np.minimum(ahead, behind)
    away = np.abs(place[:, None] - fixed_m) * DESIGN_GRADE
    return place, np.maximum(eased, (fixed - away).max(axis=1, initial=-np.inf))


def _ground(chain: Chain, terrain: Terrain) -> tuple[Floats, Floats]:
    """Read the terrain about once per cell, not over tunnels or under bridges."""
    total = chain.node_m[-1]
    place = np.linspace(0.0, total, max(2, round(total / grain_along(chain, terrain)) + 1))
    piece = np.clip(np.searchsorted(chain.node_m, place, side="right") - 1, 0, len(chain.lines) - 1)
    share = (place - chain.node_m[piece]) / chain.length_m[piece]
    points = shapely.line_interpolate_point(chain.lines[piece], share, normalized=True)
    degrees = to_lon_lat(chain.crs)
    height = terrain.sample(*map(np.asarray, degrees.transform(*shapely.get_coordinates(points).T)))
    good = ~chain.structure[piece] & ~np.isnan(height)
    return place[good], height[good]


def cross_slope(chain: Chain, terrain: Terrain | None) -> float:
    """Compute the mean slope of the ground across the road, where it is on the ground.

    Heights are compared 30 m to each side, or half a cell of a coarser terrain, which
    then reads too low.

    Returns
    -------
    slope
        Rise over run, at least 0; NaN without terrain or ground.
    """
    open_ = chain.lines[~chain.structure]
    if terrain is None or not len(open_):
        return float("nan")
    reach = max(30.0, grain_along(chain, terrain) / 2)
    counts = np.maximum(1, np.rint(shapely.length(open_) / reach)).astype(np.int64)
    line = np.repeat(np.arange(len(open_)), counts)
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    middle = (number + 0.5) / counts[line]
    step = 0.5 / counts[line]
    before, here, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(open_[line], at, normalized=True))
        for at in (middle - step, middle, middle + step)
    )
    ahead = after - before
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    aside = np.column_stack([-ahead[:, 1], ahead[:, 0]]) * reach
    degrees = to_lon_lat(chain.crs)
    left, right = (
        terrain.sample(*map(np.asarray, degrees.transform(*(here + side).T)))
        for side in (aside, -aside)
    )
    slope = np.abs(left - right) / (2 * reach)
    weight = (shapely.length(open_) / counts)[line] * ~np.isnan(slope)
    total = weight.sum()
    return float((np.nan_to_num(slope) * weight).sum() / total) if total else float("nan")
