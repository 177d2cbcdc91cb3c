"""A part of a road network, as a network of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from layers.arrays import Ints
from layers.roads.network import RoadNetwork, empty_restrictions
from layers.roads.profile import Profile


def with_neighbours(network: RoadNetwork, segments: Ints) -> Ints:
    """Return segments and all that meet them, ascending: what junctions are made of."""
    ends = network.ends
    touched = np.zeros(len(network.nodes), bool)
    touched[ends[segments]] = True
    meets: Ints = np.flatnonzero(touched[ends].any(axis=1))
    return meets


def part_of(network: RoadNetwork, segments: Ints) -> RoadNetwork:
    """Return some segments of a network as one of its own, without turn restrictions.

    Parameters
    ----------
    network
        The roads.
    segments
        Positions, ascending.
    """
    nodes, at = np.unique(network.ends[segments], return_inverse=True)
    ends = at.reshape(-1, 2)
    old = network.profile
    size = np.diff(old.offsets)[segments]
    offsets = np.concatenate([[0], np.cumsum(size)])
    sample = np.arange(offsets[-1]) + np.repeat(old.offsets[segments] - offsets[:-1], size)
    return replace(
        network,
        nodes=network.nodes.iloc[nodes].reset_index(drop=True),
        segments=network.segments.iloc[segments]
        .reset_index(drop=True)
        .assign(u=ends[:, 0], v=ends[:, 1]),
        profile=Profile(
            offsets, old.distance_m[sample], old.elevation_m[sample], old.radius_m[sample]
        ),
        restrictions=empty_restrictions(),
    )
