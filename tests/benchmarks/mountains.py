"""Mountain networks of any size: valleys, passes between them, settlements, roads along both.

The same size and seed give the same network to the last bit. Country is laid out in valleys
side by side, each a winding main road with a village lane grid at every settlement and dead
ends up the slopes; every few kilometres a pass crosses the ridge to the next valley.
"""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.roads.network import RoadNetwork, Source, components, empty_restrictions
from layers.roads.profile import Profile
from layers.roads.schema import SEGMENT_COLUMNS

CRS = "EPSG:32647"
MIDDLE = (500_000.0, 2_100_000.0)
"""Where the middle of a country is."""
ALONG_M = 250.0
"""Between junctions of a valley's road."""
VALLEY_M = 3_500.0
"""Between neighbouring valleys."""
SETTLEMENT_EVERY = 8
"""Junctions of the valley's road from one settlement to the next."""
LANES = 4
"""A settlement is a grid of so many by so many junctions."""
PASS_EVERY = 24
"""Junctions of the valley's road from one pass to the next."""
PASS_PARTS = 12
"""Segments of the road over a pass."""
SPUR_PARTS = 3
"""Segments of a dead end up a slope; one at every second junction."""
RELIEF_M = 900.0
"""From a valley to the pass above it."""
SAMPLE_M = 20.0


class Mountains(NamedTuple):
    """Junctions and roads as arrays, before they are a network.

    `xy` (nodes, 2) in m, `height` (nodes,), `ends` (segments, 2), `kind` (segments,): 0 the
    valley's road, 1 a pass, 2 a lane, 3 a spur.
    """

    xy: NDArray[np.float64]
    height: NDArray[np.float64]
    ends: NDArray[np.int64]
    kind: NDArray[np.int8]


HIGHWAY = ("secondary", "tertiary", "residential", "track")


def mountains(segments: int, seed: int = 1) -> Mountains:
    """Lay out a country of about so many segments.

    Parameters
    ----------
    segments
        How many are wanted; within a few per cent where there are at least 10,000.
    seed
        Of how valleys wind.
    """
    per_settlement = SETTLEMENT_EVERY + 2 * LANES * (LANES - 1) + 1
    per_settlement += (
        SPUR_PARTS * SETTLEMENT_EVERY // 2 + PASS_PARTS * SETTLEMENT_EVERY / PASS_EVERY
    )
    settlements = max(1, round(segments / per_settlement))
    valleys = max(1, round(np.sqrt(settlements * SETTLEMENT_EVERY * ALONG_M / VALLEY_M)))
    length = max(1, round(settlements / valleys)) * SETTLEMENT_EVERY
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, 2 * np.pi, (valleys, 3))
    wave = np.array([97.0, 31.0, 11.0])
    step = np.arange(length)
    bend = sum(
        size * np.sin(2 * np.pi * step / wave[at] + phase[:, at, None])
        for at, size in enumerate((900.0, 400.0, 120.0))
    )
    main = np.arange(valleys * length).reshape(valleys, length)
    x = np.arange(valleys)[:, None] * VALLEY_M + bend
    y = np.broadcast_to(step * ALONG_M, x.shape)
    floor = 300.0 + 0.02 * y + rng.uniform(0, 60, x.shape)
    xy, height = [np.stack([x, y], -1).reshape(-1, 2)], [floor.ravel()]
    ends = [np.column_stack([main[:, :-1].ravel(), main[:, 1:].ravel()])]
    kind = [np.zeros(len(ends[0]), np.int8)]
    count = main.size

    def add(points: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.int64]:
        nonlocal count
        numbers = np.arange(count, count + up.size).reshape(up.shape)
        xy.append(points.reshape(-1, 2))
        height.append(up.ravel())
        count += up.size
        return numbers

    def join(one: NDArray[np.int64], other: NDArray[np.int64], of: int) -> None:
        ends.append(np.column_stack([one.ravel(), other.ravel()]))
        kind.append(np.full(one.size, of, np.int8))

    _settle(main, xy[0], height[0], add, join, rng)
    _cross(main, xy[0], height[0], add, join)
    _climb(main, xy[0], height[0], add, join, rng)
    every = np.concatenate(xy)
    every += np.array(MIDDLE) - (every.min(axis=0) + every.max(axis=0)) / 2
    return Mountains(every, np.concatenate(height), np.concatenate(ends), np.concatenate(kind))


def _settle(main, xy, height, add, join, rng) -> None:
    """Lay a grid of lanes beside the road at every settlement."""
    at = main[:, SETTLEMENT_EVERY // 2 :: SETTLEMENT_EVERY].ravel()
    lane = np.arange(LANES) * 90.0
    offset = np.stack(np.meshgrid(60.0 + lane, lane - lane.mean(), indexing="ij"), -1)
    points = xy[at][:, None, None] + offset + rng.uniform(-20, 20, (len(at), LANES, LANES, 2))
    up = height[at][:, None, None] + rng.uniform(0, 15, (len(at), LANES, LANES))
    grid = add(points, up)
    join(grid[:, :-1], grid[:, 1:], 2)
    join(grid[:, :, :-1], grid[:, :, 1:], 2)
    join(at, grid[:, 0, LANES // 2], 2)


def _cross(main, xy, height, add, join) -> None:
    """Lead a road over the ridge to the next valley every few kilometres."""
    if len(main) < 2:
        return
    one, other = (side[:, PASS_EVERY // 2 :: PASS_EVERY].ravel() for side in (main[:-1], main[1:]))
    share = np.arange(1, PASS_PARTS)[:, None] / PASS_PARTS
    # Hairpins: the road swings to both sides of the straight line.
    swing = 300.0 * np.sin(np.arange(1, PASS_PARTS) * np.pi / 2)[:, None]
    points = xy[one] + share[..., None] * (xy[other] - xy[one])[None]
    points[..., 1] += swing
    up = height[one] + share * (height[other] - height[one]) + RELIEF_M * np.sin(np.pi * share)
    way = np.concatenate([one[None], add(points, up), other[None]])
    join(way[:-1], way[1:], 1)


def _climb(main, xy, height, add, join, rng) -> None:
    """Let a dead end climb the slope at every second junction."""
    at = main[:, 1::2].ravel()
    side = np.where(rng.random(len(at)) < 0.5, -1.0, 1.0)
    part = np.arange(1, SPUR_PARTS + 1)[:, None]
    points = xy[at] + np.stack([-part * side * 150.0, part * 40.0 + 0 * side], -1)
    up = height[at] + part * rng.uniform(8, 25, len(at))
    way = np.concatenate([at[None], add(points, up)])
    join(way[:-1], way[1:], 3)


def bends(made: Mountains) -> NDArray[np.float64]:
    """Return a point beside the middle of every road, shape (segments, 2)."""
    rng = np.random.default_rng(7)
    start, stop = made.xy[made.ends[:, 0]], made.xy[made.ends[:, 1]]
    across = (stop - start)[:, ::-1] * (-1, 1)
    return (start + stop) / 2 + across * rng.uniform(-0.12, 0.12, (len(made.ends), 1))


def height_at(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return heights of the ground: valleys and ridges run north, both rise and fall."""
    across = (x - MIDDLE[0]) / VALLEY_M * 2 * np.pi
    ridge = 0.5 - 0.5 * np.cos(across)
    return 300.0 + RELIEF_M * ridge * (0.8 + 0.2 * np.sin(y / 9000.0)) + 40.0 * np.sin(y / 2300.0)


def network_of(made: Mountains) -> RoadNetwork:
    """Make a network of it: roads bend, and have heights every 20 m."""
    xy, height, ends = made.xy, made.height, made.ends
    rng = np.random.default_rng(7)
    start, stop, middle = xy[ends[:, 0]], xy[ends[:, 1]], bends(made)
    lines = shapely.linestrings(np.stack([start, middle, stop], axis=1))
    length = shapely.length(lines)
    values = {name: _blank(kind, len(ends)) for name, kind in SEGMENT_COLUMNS.items()}
    part = components(len(xy), ends)
    values |= {
        "u": ends[:, 0],
        "v": ends[:, 1],
        "length_m": length,
        "component": part[ends[:, 0]],
        "highway": pd.Categorical.from_codes(made.kind, categories=pd.Index(HIGHWAY, dtype="str")),
        "oneway": _one("both", len(ends)),
        "source": _one("drawn", len(ends)),
        "lanes": np.full(len(ends), 2.0),
    }
    segments = gpd.GeoDataFrame(
        {name: values[name] for name in SEGMENT_COLUMNS}, geometry=lines, crs=CRS
    )
    counts = np.maximum(2, np.ceil(length / SAMPLE_M).astype(np.int64) + 1)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    inner = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    share = inner / np.repeat(counts - 1, counts)
    rise = np.repeat(height[ends[:, 1]] - height[ends[:, 0]], counts)
    up = np.repeat(height[ends[:, 0]], counts) + share * rise
    radius = np.where(rng.random(offsets[-1]) < 0.1, 60.0, np.inf)
    profile = Profile(offsets, share * np.repeat(length, counts), up, radius)
    from layers.crs import to_lon_lat

    lon, lat = to_lon_lat(CRS).transform(xy[:, 0], xy[:, 1])
    nodes = pd.DataFrame(
        {
            "x": xy[:, 0],
            "y": xy[:, 1],
            "lon": lon,
            "lat": lat,
            "elevation_m": height,
            "osm_id": 0,
            "component": part,
        }
    )
    source = Source("drawn", "a generated mountain country")
    return RoadNetwork(nodes, segments, profile, empty_restrictions(), source)


def _blank(kind: str, count: int) -> object:
    """Return a column in which nothing is said."""
    if kind == "category":
        return _one("", count)
    return np.full(count, {"float64": np.nan, "bool": False}.get(kind, 0)).astype(kind)


def _one(text: str, count: int) -> pd.Categorical:
    """Return a column of one text."""
    return pd.Categorical.from_codes(np.zeros(count, np.int8), pd.Index([text], dtype="str"))
