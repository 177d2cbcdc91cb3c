"""Join detailed roads with the strategic network beyond them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.arrays import Bools, Floats, Ints, distinct
from layers.crs import Bounds, from_lon_lat
from layers.roads.network import RoadNetwork, components
from layers.roads.profile import Profile
from layers.roads.schema import MAIN_HIGHWAYS
from layers.roads.splitting import split_segments
from layers.strategic.gates import parted

SAME_ROAD_M: Final = 15_000.0
"""A numbered road goes on at its own nearest node, which is at most so far away: lines of the
strategic network run straight between their known points."""

NEAR_M: Final = 3_000.0
"""A place of the strategic network is the nearest node of the detailed roads, if so near."""

ABROAD: Final = "ZZ"
"""Country of strategic roads abroad: ISO 3166 leaves it free, and their table does not say."""


@dataclass(frozen=True, eq=False)
class Extent:
    """Where detailed roads are whole.

    Attributes
    ----------
    main
        Rectangle in lon, lat with all main roads (`MAIN_HIGHWAYS`).
    every
        Area in the network's system with all roads.
    breaks
        Pairs of nodes at the same place, at home and abroad, shape (breaks, 2).
    """

    main: Bounds
    every: shapely.Geometry
    breaks: Ints


def join_strategic(
    detailed: RoadNetwork, strategic: RoadNetwork, extent: Extent, gates: pd.DataFrame
) -> RoadNetwork:
    """Let the strategic network go on where the detailed roads end.

    - What they have is left out: main roads within `extent.main`, all within `extent.every`,
      and whose number both have; unless it leads to roads that nothing else connects with the
      others, or to a crossing that no detailed road comes near.
    - A road that leaves `extent.main` is cut there and goes on from the nearest node of the
      same number. Its length is that of the strategic line beyond that node.
    - Other places within are the nearest node, crossings their gates.

    Parameters
    ----------
    detailed
        Roads of a part of what `strategic` spans, in the same system.
    strategic
        From `layers.strategic.network.read_strategic`.
    extent
        Where the detailed roads are whole.
    gates
        From `layers.strategic.gates.open_gates`.

    Returns
    -------
    network
        Segments and nodes of `detailed` keep their position.
    """
    cut = _at_seam(detailed, strategic, extent)
    beyond, node = cut.network, cut.node
    inside = shapely.contains_xy(
        shapely.box(*extent.main), *beyond.nodes[["lon", "lat"]].to_numpy().T
    )
    place = pd.MultiIndex.from_frame(gates[["lon", "lat"]])
    at = place.get_indexer(pd.MultiIndex.from_frame(beyond.nodes[["lon", "lat"]]))
    node = np.where(at >= 0, gates["node"].to_numpy(np.int64)[at], node) if len(gates) else node
    abroad = _abroad(beyond)
    free = inside & (node < 0) & ~abroad
    near, far = _nearest(detailed, beyond.nodes[free])
    node[free] = np.where(far <= NEAR_M, near, -1)
    kept = ~_held(detailed, beyond, node, inside, extent)
    kept &= ~(
        (node[beyond.ends] >= 0).all(axis=1) & (node[beyond.ends[:, 0]] == node[beyond.ends[:, 1]])
    )
    node = _anchored(detailed, beyond, node, inside, kept)
    return _together(detailed, beyond, node, kept)


@dataclass(frozen=True, eq=False)
class _Cut:
    """The strategic network with cuts, and the detailed node that each of its nodes is, else -1."""

    network: RoadNetwork
    node: Ints


def _at_seam(detailed: RoadNetwork, strategic: RoadNetwork, extent: Extent) -> _Cut:
    """Cut sections where their road leaves the detailed ones."""
    west, south, east, north = extent.main
    lon, lat = strategic.nodes["lon"].to_numpy(), strategic.nodes["lat"].to_numpy()
    within = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    leaves = within[strategic.ends[:, 0]] != within[strategic.ends[:, 1]]
    rows = np.flatnonzero(leaves & strategic.inland & (strategic.segments["ref"] != "").to_numpy())
    edge = shapely.box(*extent.main).exterior
    edge = shapely.segmentize(edge, 0.05)
    to_metric = from_lon_lat(strategic.segments.crs)
    ring = shapely.transform(edge, lambda xy: np.column_stack(to_metric.transform(*xy.T)))
    refs = detailed.segments["ref"].astype(str)
    where: list[tuple[int, float, int]] = []
    for row in rows.tolist():
        line = strategic.lines[row]
        outside_first = not within[strategic.ends[row, 0]]
        points = shapely.get_parts(shapely.intersection(line, ring))
        along = np.sort(shapely.line_locate_point(line, points))
        # The outermost meeting: beyond it the road stays outside.
        at = along[0] if outside_first else along[-1]
        point = shapely.line_interpolate_point(line, at)
        joint = _same_road(detailed, refs, strategic.segments["ref"].iloc[row], point)
        if joint < 0:
            continue
        place = shapely.Point(*detailed.nodes[["x", "y"]].to_numpy()[joint])
        share = float(shapely.line_locate_point(line, place, normalized=True))
        where.append((row, share, joint))
    segment = np.array([one[0] for one in where], np.int64)
    shares = np.array([one[1] for one in where], np.float64)
    # A joint beyond the end of its section still needs a node of its own.
    shares = np.clip(shares, 1e-4, 1 - 1e-4)
    split = split_segments(strategic, segment, shares * strategic.length_m[segment], near_m=0.0)
    node = np.full(len(split.network.nodes), -1)
    first = len(strategic.nodes)
    for cut, row in enumerate(split.cut_segment.tolist()):
        node[first + cut] = next(joint for one, _, joint in where if one == row)
    return _Cut(split.network, node)


def _same_road(detailed: RoadNetwork, refs: pd.Series, ref: str, point: shapely.Point) -> int:
    """Return the nearest node of a numbered road, -1 if it is too far."""
    wanted = set(ref.split(";"))
    known = {text for text in refs.unique() if wanted & set(text.split(";"))}
    rows = np.flatnonzero(refs.isin(known) & ~detailed.abroad)
    if not len(rows):
        return -1
    at = distinct(detailed.ends[rows])
    at = at[_part(detailed)[at] == 0]
    place = detailed.nodes[["x", "y"]].to_numpy()[at]
    far = np.hypot(place[:, 0] - point.x, place[:, 1] - point.y)
    return int(at[far.argmin()]) if len(at) and far.min() <= SAME_ROAD_M else -1


def _part(network: RoadNetwork) -> Ints:
    """Return the part of every node that is connected without passing a border."""
    return components(len(network.nodes), network.ends[network.inland]).astype(np.int64)


def _abroad(beyond: RoadNetwork) -> Bools:
    """Say which nodes of the strategic network lie abroad: those cut off without crossings."""
    return np.asarray(components(len(beyond.nodes), beyond.ends[beyond.inland]) != 0)


def _nearest(detailed: RoadNetwork, nodes: pd.DataFrame) -> tuple[Ints, Floats]:
    """Return the nearest node at home, of the largest part, and how far it is."""
    from scipy.spatial import cKDTree

    whole = _part(detailed)[detailed.ends[:, 0]] == 0
    home = distinct(detailed.ends[~detailed.abroad & whole])
    tree = cKDTree(detailed.nodes[["x", "y"]].to_numpy()[home])
    far, at = tree.query(nodes[["x", "y"]].to_numpy())
    return home[at], np.asarray(far, np.float64)


def _held(
    detailed: RoadNetwork, beyond: RoadNetwork, node: Ints, inside: Bools, extent: Extent
) -> Bools:
    """Say which sections the detailed roads have."""
    main = beyond.segments["highway"].isin(MAIN_HIGHWAYS).to_numpy(bool)
    middle = shapely.line_interpolate_point(beyond.lines, 0.5, normalized=True)
    shapely.prepare(extent.every)
    within = shapely.contains(extent.every, middle)
    # What begins or ends at a seam lies within if its other end does.
    inner = (inside | (node >= 0))[beyond.ends].all(axis=1) & ~_abroad(beyond)[beyond.ends].any(
        axis=1
    )
    part = _part(detailed)
    joined = node[beyond.ends]
    # What one calls a main road is a minor one to the other.
    numbers = set(";".join(detailed.segments["ref"].astype(str).unique()).split(";")) - {""}
    numbered = beyond.segments["ref"].astype(str).isin(numbers).to_numpy(bool)
    same = numbered & (joined >= 0).all(axis=1)
    # It leads to a gate of which the detailed roads know no way from the others.
    islet = (joined >= 0) & (part[joined] != 0)
    apart = islet[:, 0] != islet[:, 1]
    apart |= _to_far_gates(beyond, node, inside)
    return np.asarray(inner & beyond.inland & (main | within | same) & ~apart)


def _to_far_gates(beyond: RoadNetwork, node: Ints, inside: Bools) -> Bools:
    """Say which sections lead to a crossing that no detailed road comes near."""
    far = (node < 0) & inside & ~_abroad(beyond)
    between = beyond.inland & far[beyond.ends].all(axis=1)
    part = components(len(beyond.nodes), beyond.ends[between])
    gates = distinct(beyond.ends[~beyond.inland])
    led = np.isin(part, part[gates[far[gates]]]) & far
    return np.asarray(beyond.inland & led[beyond.ends].any(axis=1))


def _anchored(
    detailed: RoadNetwork, beyond: RoadNetwork, node: Ints, inside: Bools, kept: Bools
) -> Ints:
    """Join pieces of what is kept that nothing ties with the nearest detailed node, however far."""
    ends = beyond.ends[kept]
    part = components(len(beyond.nodes), ends)
    used = np.zeros(len(beyond.nodes), bool)
    used[ends] = True
    tied = np.zeros(int(part.max(initial=0)) + 1, bool)
    main = _part(detailed) == 0
    tied[part[used & ((node < 0) & ~inside | (node >= 0) & main[node])]] = True
    loose = np.flatnonzero(used & inside & (node < 0) & ~tied[part])
    anchored = node.copy()
    if not len(loose):
        return anchored
    near, far = _nearest(detailed, beyond.nodes.iloc[loose])
    table = pd.DataFrame({"part": part[loose], "at": loose, "near": near, "far": far})
    best = table.sort_values("far", kind="stable").drop_duplicates("part")
    anchored[best["at"]] = best["near"]
    return anchored


def _together(detailed: RoadNetwork, beyond: RoadNetwork, node: Ints, kept: Bools) -> RoadNetwork:
    """Put both networks into one."""
    rows = np.flatnonzero(kept)
    used = np.zeros(len(beyond.nodes), bool)
    used[beyond.ends[rows]] = True
    fresh = used & (node < 0)
    place = node.copy()
    place[fresh] = len(detailed.nodes) + np.arange(int(fresh.sum()))
    nodes = pd.concat([detailed.nodes, beyond.nodes[fresh]], ignore_index=True)
    ends = place[beyond.ends[rows]]
    lines = beyond.lines[rows].copy()
    xy = nodes[["x", "y"]].to_numpy()
    for side, at in ((0, 0), (1, -1)):
        for row in np.flatnonzero(ends[:, side] < len(detailed.nodes)).tolist():
            points = shapely.get_coordinates(lines[row])
            points[at] = xy[ends[row, side]]
            lines[row] = shapely.LineString(points)
    away = ~beyond.inland | _abroad(beyond)[beyond.ends].any(axis=1)
    country = np.where(away[rows], ABROAD, beyond.segments["country"].astype(str).iloc[rows])
    more = beyond.segments.iloc[rows].assign(u=ends[:, 0], v=ends[:, 1], country=country)
    table = pd.concat(
        [pd.DataFrame(one.drop(columns="geometry")) for one in (detailed.segments, more)],
        ignore_index=True,
    )
    for name in detailed.segments.select_dtypes("category"):
        table[name] = table[name].astype("str").astype("category")
    segments = gpd.GeoDataFrame(
        table, geometry=np.concatenate([detailed.lines, lines]), crs=detailed.segments.crs
    )
    profile = _profiles(detailed.profile, _meeting(detailed, beyond, rows, ends), rows)
    return parted(replace(detailed, nodes=nodes, segments=segments, profile=profile))


def _meeting(detailed: RoadNetwork, beyond: RoadNetwork, rows: Ints, ends: Ints) -> Profile:
    """Tilt strategic pieces so that they end as high as the detailed node that they lead to."""
    profile, known = beyond.profile, len(detailed.nodes)
    height = np.append(detailed.nodes["elevation_m"].to_numpy(np.float64), np.nan)
    first, last = profile.offsets[:-1][rows], profile.offsets[1:][rows] - 1
    lift = np.zeros((len(beyond.segments), 2))
    for side, at in ((0, first), (1, last)):
        there = height[np.minimum(ends[:, side], known)] - profile.elevation_m[at]
        lift[rows, side] = np.nan_to_num(there)
    share = profile.distance_m / beyond.length_m[profile.segment]
    more = lift[profile.segment]
    tilted = profile.elevation_m + more[:, 0] * (1 - share) + more[:, 1] * share
    return replace(profile, elevation_m=tilted)


def _profiles(first: Profile, second: Profile, rows: Ints) -> Profile:
    """Put samples of some segments of a second profile after those of a first."""
    counts = np.diff(second.offsets)[rows]
    starts = np.repeat(second.offsets[rows] - (np.cumsum(counts) - counts), counts)
    sample = starts + np.arange(int(counts.sum()))
    offsets = np.concatenate([first.offsets, first.offsets[-1] + np.cumsum(counts)])
    distance, height, radius = (
        np.concatenate([getattr(first, name), getattr(second, name)[sample]])
        for name in ("distance_m", "elevation_m", "radius_m")
    )
    a = first.repairs
    repairs = replace(a, samples=int(offsets[-1]), segments=len(offsets) - 1)
    return Profile(offsets, distance, height, radius, repairs)
