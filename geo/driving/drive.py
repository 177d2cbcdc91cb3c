"""Who drives which roads: speeds when they are asked for, of all roads or of some intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from geo.driving.speed import Speeds, speeds
from geo.driving.vehicle import Traveller
from layers.arrays import Floats, Ints
from layers.roads.network import RoadNetwork

Driven = tuple[Floats, Floats, NDArray[np.int8]]
"""Speed at both ends of intervals and what holds it, as in `Speeds`, shape (n,) each."""


@dataclass(frozen=True, eq=False)
class Drive:
    """Who drives which roads, when and how laden; called, it gives the speeds.

    Attributes
    ----------
    network
        The roads.
    traveller, season, load, at
        As for `geo.driving.speed.speeds`.
    """

    network: RoadNetwork
    traveller: Traveller
    season: str
    load: float
    at: datetime | None = None

    def __call__(self, network: RoadNetwork | None = None) -> Speeds:
        """Drive the roads, or a part of them."""
        roads = network or self.network
        return speeds(roads, self.traveller, season=self.season, load=self.load, at=self.at)


def on_intervals(
    found: Speeds, network: RoadNetwork, segment: Ints, step: Ints, way: Ints
) -> Driven:
    """Pick the speeds on some intervals.

    Parameters
    ----------
    found
        On `network`.
    network
        The roads.
    segment, step
        The segment, and the number of the interval in it; shape (n,).
    way
        0 along the geometry, 1 against it.
    """
    row = network.profile.offsets[segment] - segment + step
    return found.start_kph[row, way], found.stop_kph[row, way], found.limit[row, way]
