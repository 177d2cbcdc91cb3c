"""Roads around some segments: all that their speeds depend on, as a small network of its own.

What a segment takes depends on the roads that meet it, on those that meet these, and so on, but
no farther than `REACH` junctions. So what changed on a few segments, or what is asked of a few,
is driven on the roads around them alone, to the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.driving.setting import BESIDE_ROUNDS
from geo.driving.speed import ROUNDS
from layers.arrays import Ints, distinct
from layers.roads.network import RoadNetwork
from layers.roads.part import part_of, with_neighbours

REACH: Final = 2 * ROUNDS + BESIDE_ROUNDS
"""Junctions away from which a road still changes what another one takes: speeds are settled
forwards and backwards, and bends are smoothed along the road."""


@dataclass(frozen=True, eq=False)
class Around:
    """Some segments with the roads around them.

    Attributes
    ----------
    part
        These roads.
    segments
        Where they stand in the whole network, ascending, shape (segments of the part,).
    inner
        Positions in `part` of what is driven there as in the whole network.
    """

    part: RoadNetwork
    segments: Ints
    inner: Ints

    @property
    def rows(self) -> Ints:
        """Where `inner` stands in the whole network."""
        return self.segments[self.inner]


def around(network: RoadNetwork, segments: Ints, *, reach: int = REACH) -> Around:
    """Cut out what the speeds on some segments, and on those they reach, depend on.

    Parameters
    ----------
    network
        The roads.
    segments
        Positions.
    reach
        How many junctions on speeds are wanted besides: `REACH` for all that a change of
        `segments` may change, 0 for themselves alone.
    """
    wanted = distinct(segments)
    for _ in range(reach):
        wanted = with_neighbours(network, wanted)
    every = wanted
    for _ in range(REACH):
        every = with_neighbours(network, every)
    return Around(part_of(network, every), every, np.searchsorted(every, wanted))
