"""Who drives which roads: speeds when they are asked for, of all roads or of some intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.vehicle import Traveller
from layers.arrays import Floats, Ints
from layers.io.files import fingerprint
from layers.roads.network import RoadNetwork
from layers.store.kept import read_kept, write_kept

if TYPE_CHECKING:
    from geo.driving.speed import Speeds

Driven = tuple[Floats, Floats, NDArray[np.int8]]
"""Speed at both ends of intervals and what holds it, as in `Speeds`, shape (n,) each."""

PARTS: Final = ("start_kph", "stop_kph", "limit")


@dataclass(frozen=True, eq=False)
class Near:
    """Speeds on some segments.

    Attributes
    ----------
    segments
        Which, ascending.
    first
        Where the intervals of each begin, shape (segments,).
    driven
        On all their intervals, shape (intervals, 2) each.
    """

    segments: Ints
    first: Ints
    driven: Driven

    def has(self, segment: Ints) -> bool:
        """Say whether all of some segments are among them."""
        return bool(np.isin(segment, self.segments).all())

    def at(self, segment: Ints, step: Ints, way: Ints) -> Driven:
        """Pick the speeds on some intervals; arguments as for `on_intervals`."""
        row = self.first[np.searchsorted(self.segments, segment)] + step
        start, stop, limit = self.driven
        return start[row, way], stop[row, way], limit[row, way]


@dataclass(frozen=True, eq=False)
class Drive:
    """Who drives which roads, when and how laden; called, it gives the speeds.

    Attributes
    ----------
    network
        The roads.
    traveller, season, load, at
        As for `geo.driving.speed.speeds`.
    key
        Hash of all that the speeds depend on; empty where nobody knows.
    """

    network: RoadNetwork
    traveller: Traveller
    season: str
    load: float
    at: datetime | None = None
    key: str = ""

    def __call__(self, network: RoadNetwork | None = None) -> Speeds:
        """Drive the roads, or a part of them."""
        # Most runs find kept what driving gave: the compiled part is a fifth of their start.
        from geo.driving.speed import speeds

        roads = network or self.network
        return speeds(roads, self.traveller, season=self.season, load=self.load, at=self.at)

    def near(self, segments: Ints) -> Near:
        """Drive some segments, and only the roads around them; kept between runs.

        Parameters
        ----------
        segments
            Positions, ascending.
        """
        size = np.diff(self.network.profile.offsets)[segments] - 1
        first = np.cumsum(size) - size
        name = fingerprint("driven", self.key, segments.tobytes())
        kept = read_kept(name) if self.key else None
        if kept is None:
            driven = self._driven(segments, size, first)
            if self.key:
                write_kept(name, dict(zip(PARTS, driven, strict=True)))
        else:
            start, stop, limit = (kept.arrays[one] for one in PARTS)
            driven = start, stop, limit
        return Near(segments, first, driven)

    def _driven(self, segments: Ints, size: Ints, first: Ints) -> Driven:
        from geo.driving.around import around

        place = around(self.network, segments, reach=0)
        found, offsets = self(place.part), place.part.profile.offsets
        begin = offsets[place.inner] - place.inner - first
        row = np.arange(size.sum()) + np.repeat(begin, size)
        return found.start_kph[row], found.stop_kph[row], found.limit[row]


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
