"""Split roads where places lie on them, so that a link lost leads from place to place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.routing.snap import Snapped
from layers.arrays import Floats, Ints
from layers.roads.network import RoadNetwork
from layers.roads.splitting import in_order, split_segments

SAME_M: Final = 1e-6
"""Places nearer to each other, or to an end, are one: every place gets a node of its own."""


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
        length = self.network.length_m[piece]
        share = (snapped.fraction - self.start[piece]) / (self.stop[piece] - self.start[piece])
        # Where a place was cut at, it lies at the node, however its fraction was rounded.
        share = np.where(
            np.abs(share - np.rint(share)) * length < 10 * SAME_M, np.rint(share), share
        )
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
    whole = network.length_m
    parts = in_order(
        split_segments(
            network, places.segment, places.fraction * whole[places.segment], near_m=SAME_M
        )
    )
    start = parts.start_m / whole[parts.parent]
    last = np.diff(parts.parent, append=len(whole)) > 0
    stop = np.where(last, 1.0, np.append(start[1:], 1.0))
    return Split(parts.network, parts.parent, start, stop)
