"""Cut segments in two: geometry, length and samples stay what they were."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Floats, Ints
from layers.crs import to_lon_lat
from layers.roads.lines import cut_lines
from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile
from layers.roads.schema import THEN

NEAR_M = 1.0
"""A cut so near to an end, or to another cut, is that end or that cut, unless told otherwise."""

ON_SAMPLE_M = 0.01
"""A cut so near to a sample lies on it, or nearer where cuts may be nearer to each other."""


@dataclass(frozen=True, eq=False)
class Split:
    """A network with cuts, and where its segments come from.

    Attributes
    ----------
    network
        The first part of a cut segment keeps its place; the others follow after all
        segments, and nodes of cuts after all nodes.
    parent
        Segment that each one is a part of, shape (segments,).
    start_m
        Where in it the part begins, shape (segments,).
    cut_segment, cut_m
        Where cuts were made, ascending, shape (cuts,); cut k is node `nodes before + k`.
    """

    network: RoadNetwork
    parent: Ints
    start_m: Floats
    cut_segment: Ints
    cut_m: Floats


def split_segments(
    network: RoadNetwork, segment: Ints, at_m: Floats, *, near_m: float = NEAR_M
) -> Split:
    """Cut segments at distances from their start.

    Heights at a cut are interpolated and the bend of the interval is kept on both sides,
    so that grades, climb and bends do not change.

    Parameters
    ----------
    network
        The roads.
    segment
        Segment of every cut, any order, shape (cuts,).
    at_m
        Metres from its start.
    near_m
        A cut so near to an end, or to another cut, is that end or that cut.

    Returns
    -------
    split
        A new network; the one given is as it was.
    """
    count, length = len(network.segments), network.length_m
    segment, at_m = _real_cuts(network, segment, at_m, near_m)
    parent = np.concatenate([np.arange(count), segment])
    start = np.concatenate([np.zeros(count), at_m])
    if not len(segment):
        return Split(network, parent, start, segment, at_m)
    more = np.append(segment[1:] == segment[:-1], False)
    first = np.concatenate([[True], ~more[:-1]])
    node = len(network.nodes) + np.arange(len(segment))
    ends = network.ends.copy()
    beyond = np.where(more, node + 1, ends[segment, 1])
    ends[segment[first], 1] = node[first]
    ends = np.concatenate([ends, np.column_stack([node, beyond])])
    stop = np.concatenate([length, np.where(more, np.append(at_m[1:], 0.0), length[segment])])
    stop[segment[first]] = at_m[first]
    changed = np.concatenate([segment[first], np.arange(count, len(parent))])

    lines = network.segments.geometry.to_numpy()[parent]
    whole = length[parent[changed]]
    lines[changed] = cut_lines(lines[changed], start[changed] / whole, stop[changed] / whole)
    segments = network.segments.iloc[parent].reset_index(drop=True)
    segments = segments.assign(u=ends[:, 0], v=ends[:, 1], length_m=stop - start)
    segments = gpd.GeoDataFrame(segments, geometry=lines, crs=network.segments.crs)
    profile = _split_profile(network.profile, parent, start, stop, changed)
    heights = profile.elevation_m[profile.offsets[count:-1]]
    nodes = _with_cuts(network, segments.geometry.to_numpy()[count:], heights, segment)
    restrictions = _follow(network, segment, more, ends)
    cut = replace(
        network, nodes=nodes, segments=segments, profile=profile, restrictions=restrictions
    )
    return Split(cut, parent, start, segment, at_m)


def node_at(split: Split, before: RoadNetwork, segment: Ints, at_m: Floats) -> Ints:
    """Return the node at positions along segments of the network before the split.

    Parameters
    ----------
    split
        With a cut at each position that is not an end.
    before
        The network that was cut.
    segment, at_m
        Positions, shape (n,).

    Returns
    -------
    node
        In the split network, shape (n,).
    """
    reach = float(before.length_m.max(initial=0.0)) + 10 * NEAR_M
    axis = split.cut_segment * reach + split.cut_m
    wanted = segment * reach + at_m
    after = np.minimum(np.searchsorted(axis, wanted), max(len(axis) - 1, 0))
    if len(axis):
        previous = np.maximum(after - 1, 0)
        nearer = np.abs(axis[previous] - wanted) < np.abs(axis[after] - wanted)
        after = np.where(nearer, previous, after)
    ends = before.ends[segment]
    node = np.where(at_m <= NEAR_M, ends[:, 0], len(before.nodes) + after)
    return np.where(at_m >= before.length_m[segment] - NEAR_M, ends[:, 1], node)


def in_order(split: Split) -> Split:
    """Put the parts of every segment in its place, one after the other along it.

    Parameters
    ----------
    split
        With the later parts after all segments, as `split_segments` leaves them.

    Returns
    -------
    split
        The same roads; `parent` ascends, and `start_m` within it. Nodes stay as they are.
    """
    network, order = split.network, np.lexsort([split.start_m, split.parent])
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    profile, turns = network.profile, network.restrictions
    counts = np.diff(profile.offsets)[order]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    sample = np.arange(offsets[-1]) + np.repeat(profile.offsets[order] - offsets[:-1], counts)
    moved = {name: place[turns[name].to_numpy()] for name in ("from_segment", "to_segment")}
    sorted_network = replace(
        network,
        segments=network.segments.iloc[order].reset_index(drop=True),
        profile=Profile(
            offsets,
            profile.distance_m[sample],
            profile.elevation_m[sample],
            profile.radius_m[sample],
            profile.repairs,
        ),
        restrictions=turns.assign(**moved),
    )
    return replace(
        split,
        network=sorted_network,
        parent=split.parent[order],
        start_m=split.start_m[order],
    )


def _real_cuts(
    network: RoadNetwork, segment: Ints, at_m: Floats, near_m: float
) -> tuple[Ints, Floats]:
    """Sort cuts, leave out those at ends and twins, and move those near samples onto them."""
    length = network.length_m
    order = np.lexsort([at_m, segment])
    segment, at_m = segment[order].astype(np.int64), at_m[order].astype(np.float64)
    if len(segment):
        profile = network.profile
        before = _sample_before(profile, segment, at_m)
        for sample in (before, before + 1):
            there = profile.distance_m[sample]
            at_m = np.where(np.abs(there - at_m) < min(ON_SAMPLE_M, near_m), there, at_m)
    inside = (at_m > near_m) & (at_m < length[segment] - near_m)
    segment, at_m = segment[inside], at_m[inside]
    apart = (np.diff(segment) > 0) | (np.diff(at_m) >= near_m)
    kept = np.concatenate([np.ones(min(len(segment), 1), bool), apart])
    return segment[kept], at_m[kept]


def _sample_before(profile: Profile, segment: Ints, at_m: Floats) -> Ints:
    """Return the last sample at or before positions, never the last of a segment."""
    reach = float(profile.distance_m.max(initial=0.0)) + 1.0
    axis = profile.distance_m + profile.segment * reach
    found = np.searchsorted(axis, at_m + segment * reach, side="right") - 1
    return np.clip(found, profile.offsets[segment], profile.offsets[segment + 1] - 2)


def _split_profile(
    profile: Profile, parent: Ints, start: Floats, stop: Floats, changed: Ints
) -> Profile:
    """Give every part its share of samples; those not `changed` keep all of theirs."""
    origin = parent[changed]
    sizes = np.diff(profile.offsets)[origin]
    first = np.repeat(profile.offsets[origin] - (np.cumsum(sizes) - sizes), sizes)
    sample = first + np.arange(sizes.sum())
    row = np.repeat(changed, sizes)
    place = profile.distance_m[sample]
    inner = (place > start[row]) & (place < stop[row])
    sample, row = sample[inner], row[inner]
    rows, places, heights, radii = [row], [profile.distance_m[sample]], [], []
    heights.append(profile.elevation_m[sample])
    radii.append(profile.radius_m[sample])
    for at in (start[changed], stop[changed]):
        before = _sample_before(profile, origin, at)
        d, z, r = (
            (values[before], values[before + 1])
            for values in (profile.distance_m, profile.elevation_m, profile.radius_m)
        )
        share = (at - d[0]) / (d[1] - d[0])
        # An interval has the tighter radius of its ends: so do both halves of one.
        radius = np.select([share <= 0, share >= 1], [r[0], r[1]], np.minimum(*r))
        rows.append(changed)
        places.append(at)
        heights.append(z[0] + share * (z[1] - z[0]))
        radii.append(radius)
    row, place = np.concatenate(rows), np.concatenate(places)
    order = np.lexsort([place, row])
    counts = np.diff(profile.offsets)[parent]
    counts[changed] = np.bincount(row, minlength=len(parent))[changed]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    fresh = np.zeros(len(parent), bool)
    fresh[changed] = True
    slot = np.repeat(fresh, counts)
    kept = ~fresh[profile.segment]
    return Profile(
        offsets,
        _filled(slot, profile.distance_m[kept], (place - start[row])[order]),
        _filled(slot, profile.elevation_m[kept], np.concatenate(heights)[order]),
        _filled(slot, profile.radius_m[kept], np.concatenate(radii)[order]),
        profile.repairs,
    )


def _filled(slot: NDArray[np.bool_], old: Floats, new: Floats) -> Floats:
    values = np.empty(len(slot))
    values[~slot], values[slot] = old, new
    return values


def _with_cuts(
    network: RoadNetwork, parts: NDArray[np.object_], heights: Floats, segment: Ints
) -> pd.DataFrame:
    """Add a node where every part after a cut begins."""
    x, y = shapely.get_coordinates(shapely.get_point(parts, 0)).T
    lon, lat = to_lon_lat(network.crs).transform(x, y)
    part = network.segments["component"].to_numpy()[segment]
    added = pd.DataFrame({"x": x, "y": y, "lon": lon, "lat": lat, "elevation_m": heights})
    added = added.assign(osm_id=np.int64(0), component=part)
    return pd.concat(
        [network.nodes, added.reindex(columns=network.nodes.columns)], ignore_index=True
    )


def _follow(
    network: RoadNetwork, segment: Ints, more: NDArray[np.bool_], ends: Ints
) -> pd.DataFrame:
    """Let turn restrictions name the part that touches their node.

    One over several roads goes on over every part of them: rows are added where cuts were made.
    """
    count = len(network.segments)
    last = np.arange(count)
    last[segment[~more]] = count + np.flatnonzero(~more)
    table = network.restrictions
    via = table["via_node"].to_numpy()
    named = {}
    for column in ("from_segment", "to_segment"):
        old = table[column].to_numpy()
        named[column] = np.where(network.ends[old, 0] == via, old, last[old])
    table = table.assign(**named)
    then = np.flatnonzero((table["kind"] == THEN).to_numpy())
    apart = then[table["to_segment"].to_numpy()[then] != table["from_segment"].to_numpy()[then + 1]]
    rows = [table]
    for row in apart.tolist():
        whole = int(network.restrictions["to_segment"].iloc[row])
        parts = np.concatenate([[whole], count + np.flatnonzero(segment == whole)])
        if table["to_segment"].iloc[row] != whole:
            parts = parts[::-1]
        node = np.where(parts[1:] > parts[:-1], ends[parts[1:], 0], ends[parts[:-1], 0])
        between = pd.DataFrame(
            {"from_segment": parts[:-1], "via_node": node, "to_segment": parts[1:]}
        ).assign(kind=THEN, **table.iloc[row][["except_vehicles", "osm_id"]])
        between.index = np.full(len(between), row)
        rows.append(between)
    return pd.concat(rows).sort_index(kind="stable").reset_index(drop=True)[table.columns]
