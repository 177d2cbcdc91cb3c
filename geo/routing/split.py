"""Split roads where places lie on them, so that a link lost leads from place to place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.routing.snap import Snapped
from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_LENGTH = 1e-9
"""A place nearer to an end than this share of the segment lies at the end."""

SAME_M = 1e-6
"""Samples nearer to each other than this are one."""


@dataclass(frozen=True, eq=False)
class Split:
    """A network split at places.

    Attributes
    ----------
    network
        Nodes of the old network first, then one for every cut; the pieces of a segment in
        its place, in order.
    segment
        Segment of the old network that every piece is of, shape (pieces,).
    start, stop
        From which to which fraction of it, shape (pieces,).
    """

    network: RoadNetwork
    segment: Ints
    start: Floats
    stop: Floats

    def move(self, snapped: Snapped) -> Snapped:
        """Return positions of the old network on the new one."""
        first = np.searchsorted(self.segment, snapped.segment)
        # Segment number and fraction in one sorted number.
        at = np.searchsorted(self.segment + self.stop, snapped.segment + snapped.fraction)
        last = np.searchsorted(self.segment, snapped.segment, side="right") - 1
        piece = np.clip(at, first, last)
        share = (snapped.fraction - self.start[piece]) / (self.stop[piece] - self.start[piece])
        share = np.where(np.abs(share - np.rint(share)) < NO_LENGTH * 1e3, np.rint(share), share)
        return Snapped(piece, np.clip(share, 0.0, 1.0), snapped.offset_m)


def split_at(network: RoadNetwork, places: Snapped) -> Split:
    """Split segments where places lie on them.

    Parameters
    ----------
    network
        The roads.
    places
        Positions along segments; those at an end split nothing.

    Returns
    -------
    split
        Lengths, heights and bends stay as they are.
    """
    count = len(network.segments)
    inside = (places.fraction > NO_LENGTH) & (places.fraction < 1 - NO_LENGTH)
    cuts = np.unique(
        np.column_stack([places.segment[inside], np.round(places.fraction[inside], 9)]), axis=0
    )
    at, share = cuts[:, 0].astype(np.int64), cuts[:, 1]
    more = np.bincount(at, minlength=count)
    segment = np.repeat(np.arange(count), more + 1)
    first = np.concatenate([[0], np.cumsum(more + 1)[:-1]]).astype(np.int64)
    # The cut number k begins the piece that follows it.
    begins = np.arange(len(at)) + at + 1
    start, stop = np.zeros(len(segment)), np.ones(len(segment))
    start[begins], stop[begins - 1] = share, share
    nodes, u, v = network.nodes, *network.ends[segment].T.copy()
    u[begins] = v[begins - 1] = len(nodes) + np.arange(len(at))
    lines = network.segments.geometry.to_numpy()
    segments = network.segments.iloc[segment].reset_index(drop=True)
    pieces = segments.assign(
        u=u, v=v, length_m=network.length_m[segment] * (stop - start)
    ).set_geometry(_pieces_of_lines(lines, at, share, segment), crs=network.segments.crs)
    profile, height = _cut_profile(network.profile, at, share)
    points = shapely.line_interpolate_point(lines[at], share, normalized=True)
    x, y = shapely.get_x(points), shapely.get_y(points)
    lon, lat = Transformer.from_crs(network.segments.crs, LON_LAT, always_xy=True).transform(x, y)
    added = pd.DataFrame({"x": x, "y": y, "lon": lon, "lat": lat, "elevation_m": height})
    added = added.assign(osm_id=0, component=network.segments["component"].to_numpy()[at])
    whole = pd.concat([nodes, added.astype(nodes.dtypes[added.columns].to_dict())],
                      ignore_index=True) if len(at) else nodes  # fmt: skip
    turns = network.restrictions
    moved = {
        column: _piece_at(network.ends, turns[column], turns["via_node"], first, more)
        for column in ("from_segment", "to_segment")
    }
    cut = replace(
        network,
        nodes=whole,
        segments=pieces,
        profile=profile,
        restrictions=turns.assign(**moved),
    )
    return Split(cut, segment, start, stop)


def _pieces_of_lines(
    lines: NDArray[np.object_], at: Ints, share: Floats, segment: Ints
) -> NDArray[np.object_]:
    """Cut lines; every cut ends one piece and begins the next."""
    found = lines[segment]
    cut = np.unique(at)
    coordinates, index = shapely.get_coordinates(lines[cut], return_index=True)
    step = np.hypot(*np.diff(coordinates, axis=0, prepend=coordinates[:1]).T)
    step[np.diff(index, prepend=-1) != 0] = 0.0
    along = np.cumsum(step)
    along -= along[np.searchsorted(index, index)]
    line = np.searchsorted(cut, at)
    length = shapely.length(lines[at])
    points = shapely.get_coordinates(shapely.line_interpolate_point(lines[at], share * length))
    along = np.concatenate([along, share * length, share * length])
    piece, order = _pieces(np.concatenate([index, line, line]), along, len(index))
    every = np.concatenate([coordinates, points, points])[order]
    found[np.isin(segment, cut)] = shapely.linestrings(every, indices=piece) if len(cut) else []
    return found


def _cut_profile(profile: Profile, at: Ints, share: Floats) -> tuple[Profile, Floats]:
    """Put two samples at every cut; return the profile and the heights there."""
    segment, distance = profile.segment, profile.distance_m
    ends = profile.offsets[1:] - 1
    where = share * distance[ends[at]]
    # All samples in one row, every segment beginning after the one before it.
    shift = np.concatenate([[0.0], np.cumsum(distance[ends] + 1.0)[:-1]]) if len(ends) else where
    row, cut = distance + shift[segment], where + shift[at]
    height = np.interp(cut, row, profile.elevation_m)
    after = np.searchsorted(row, cut)
    # The tighter radius counts on a whole interval: both its parts keep it.
    radius = np.minimum(profile.radius_m[after - 1], profile.radius_m[after])
    near = np.where(cut - row[after - 1] < row[after] - cut, after - 1, after)
    met = np.abs(row[near] - cut) < SAME_M
    radius = np.where(met, profile.radius_m[near], radius)
    kept = np.ones(len(row), bool)
    kept[near[met]] = False
    kept[profile.offsets[:-1]] = kept[ends] = True
    owner = np.concatenate([segment[kept], at, at])
    along = np.concatenate([distance[kept], where, where])
    piece, order = _pieces(owner, along, int(kept.sum()))
    begins = np.flatnonzero(np.diff(piece, prepend=-1))
    along = along[order]
    heights = np.concatenate([profile.elevation_m[kept], height, height])[order]
    bends = np.concatenate([profile.radius_m[kept], radius, radius])[order]
    offsets = np.append(begins, len(piece)).astype(np.int64)
    return Profile(offsets, along - along[begins][piece], heights, bends, profile.repairs), height


def _pieces(owner: Ints, along: Floats, count: int) -> tuple[Ints, Ints]:
    """Put points in a row, those from number `count` on being cuts, each there twice.

    The first of a cut's two ends a piece, the second begins one.

    Returns
    -------
    piece, order
        Piece of every point, and where it stood; shape (points,).
    """
    cuts = (len(owner) - count) // 2
    turn = np.concatenate([np.zeros(count), np.repeat([1, 2], cuts)])
    order = np.lexsort((turn, along, owner))
    new = np.diff(owner[order], prepend=-1) != 0
    piece: Ints = np.cumsum(new | (turn[order] == 2)) - 1  # noqa: PLR2004
    return piece, order


def _piece_at(ends: Ints, segment: pd.Series, node: pd.Series, first: Ints, more: Ints) -> Ints:
    """Return the piece of a segment that touches one of its ends."""
    old = segment.to_numpy(np.int64)
    at_end = ends[old, 1] == node.to_numpy(np.int64)
    piece: Ints = first[old] + np.where(at_end, more[old], 0)
    return piece
