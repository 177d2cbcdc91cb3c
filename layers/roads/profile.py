"""Ragged samples of elevation and radius along every segment of a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError

SPACING_M = 20.0
"""Samples are at most this far apart: fine enough for the radius of a hairpin bend,
finer than the 50 m that grades need."""

STRAIGHT = 1e-9
"""Curvature in 1/m below which a road is straight, and metres that are none."""

MAX_GRADE = 0.30
"""A terrain model reads the hillside, not the cut of the road: steeper is not believed."""


@dataclass(frozen=True)
class Repairs:
    """What was mended while a profile was made, in numbers of samples and segments.

    Attributes
    ----------
    samples, segments
        How many there are.
    filled_samples
        Without terrain data; interpolated along their segment.
    flat_segments
        Wholly without terrain data; flat.
    clamped_samples
        Steeper to the next sample than roads of that class are; cut and filled.
    levelled_segments
        Bridges and tunnels, made straight between their ends.
    coarse_km
        Length of roads over terrain too coarse to read grades from.
    coarse_grain_m
        How fine that is in the middle.
    """

    samples: int = 0
    segments: int = 0
    filled_samples: int = 0
    flat_segments: int = 0
    clamped_samples: int = 0
    levelled_segments: int = 0
    coarse_km: float = 0.0
    coarse_grain_m: float = 0.0


@dataclass(frozen=True, eq=False)
class Profile:
    """Samples along every segment, ends included.

    Attributes
    ----------
    offsets
        Samples of segment i are `offsets[i]:offsets[i + 1]`; shape (segments + 1,).
    distance_m
        From the segment's start; shape (samples,).
    elevation_m
        Height of the road; shape (samples,).
    radius_m
        Radius of the bend, inf where straight; shape (samples,).
    repairs
        What was mended.
    """

    offsets: Ints
    distance_m: Floats
    elevation_m: Floats
    radius_m: Floats
    repairs: Repairs = field(default=Repairs())

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together.

        Raises
        ------
        DataError
            The arrays differ in length, or a segment has fewer than two samples.
        """
        size = int(self.offsets[-1])
        if {len(self.distance_m), len(self.elevation_m), len(self.radius_m)} != {size}:
            raise DataError("profile: arrays differ in length")
        if len(self.offsets) > 1 and np.diff(self.offsets).min() < 2:  # noqa: PLR2004
            raise DataError("profile: a segment has fewer than two samples")

    @cached_property
    def segment(self) -> Ints:
        """Segment of every sample, shape (samples,)."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    @property
    def starts(self) -> Ints:
        """Samples that begin an interval: all but the last of each segment.

        Interval k lies between samples `starts[k]` and `starts[k] + 1`. Made anew each time: of
        millions of roads it takes more memory than all else that is kept of them.
        """
        return np.flatnonzero(self._inner())

    def _inner(self) -> Bools:
        """Say of every sample whether an interval of its segment begins there."""
        inner = np.ones(int(self.offsets[-1]), bool)
        inner[self.offsets[1:] - 1] = False
        return inner

    def _step(self, at_samples: Floats) -> Floats:
        """Return by how much a quantity of samples grows over every interval."""
        step: Floats = np.diff(at_samples)[self._inner()[:-1]]
        return step

    def grade(self) -> Floats:
        """Return the grade of every interval along the geometry, clamped.

        Returns
        -------
        grade
            Rise over run, shape (intervals,); against the geometry it is the negative.
        """
        return self._grade

    def run(self) -> Floats:
        """Return the length of every interval in metres, shape (intervals,)."""
        return self._run

    @cached_property
    def _grade(self) -> Floats:
        grade = self._step(self.elevation_m)
        np.divide(grade, self._run, out=grade)
        return np.clip(grade, -MAX_GRADE, MAX_GRADE, out=grade)

    @cached_property
    def _run(self) -> Floats:
        return self._step(self.distance_m)

    def radius(self) -> Floats:
        """Return the tighter radius of the two ends of every interval, shape (intervals,)."""
        at = self.starts
        return np.minimum(self.radius_m[at], self.radius_m[at + 1])

    def sum_by_segment(self, per_interval: Floats) -> Floats:
        """Add up a quantity of the intervals by segment.

        Parameters
        ----------
        per_interval
            Shape (intervals,).

        Returns
        -------
        total
            Shape (segments,).
        """
        if len(self.offsets) == 1:
            return np.zeros(0)
        first = self.offsets[:-1] - np.arange(len(self.offsets) - 1)
        total: Floats = np.add.reduceat(per_interval, first)
        return total

    @cached_property
    def rise_and_fall_m(self) -> Floats:
        """Metres that every segment rises and falls, together, shape (segments,)."""
        return self.sum_by_segment(np.abs(self.grade()) * self.run())

    def climb_m(self) -> Floats:
        """Return metres climbed on every segment, shape (segments, 2).

        Column 0 along the geometry, column 1 against it; the climb one way is the
        descent the other.
        """
        rise = self.grade() * self.run()
        return np.column_stack(
            [self.sum_by_segment(np.maximum(rise, 0)), self.sum_by_segment(np.maximum(-rise, 0))]
        )


def sample_offsets(length_m: Floats, spacing_m: float = SPACING_M) -> Ints:
    """Lay out samples at most `spacing_m` apart, ends included.

    Parameters
    ----------
    length_m
        Length of every segment, shape (segments,).
    spacing_m
        Largest distance between samples.

    Returns
    -------
    offsets
        Shape (segments + 1,).

    Examples
    --------
    >>> sample_offsets(np.array([20.0, 50.0, 1.0])).tolist()
    [0, 2, 6, 8]
    """
    intervals = np.maximum(1, np.ceil(length_m / spacing_m - 1e-9)).astype(np.int64)
    return np.concatenate([[0], np.cumsum(intervals + 1)])


def sample_fractions(offsets: Ints) -> Floats:
    """Return where along its segment every sample lies, 0 to 1, shape (samples,)."""
    counts = np.diff(offsets)
    position = np.arange(int(offsets[-1])) - np.repeat(offsets[:-1], counts)
    fraction: Floats = position / np.repeat(counts - 1, counts)
    return fraction


def radii(x: Floats, y: Floats, offsets: Ints) -> Floats:
    """Compute the radius of the bend at every sample.

    Menger's radius of three points in a row, R = abc / (4 · area), then the median of
    three neighbours. The ends of a segment take their neighbour's.

    Parameters
    ----------
    x, y
        Samples in metres, shape (samples,).
    offsets
        Where segments begin, shape (segments + 1,).

    Returns
    -------
    radius_m
        Shape (samples,); inf where straight.
    """
    if not len(x):
        return np.zeros(0)
    first, last = _bounds(offsets)
    at = np.arange(len(x))
    middle = np.clip(at, np.minimum(first + 1, last), np.maximum(last - 1, first))
    before, after = np.maximum(middle - 1, first), np.minimum(middle + 1, last)
    a = np.hypot(x[middle] - x[before], y[middle] - y[before])
    b = np.hypot(x[after] - x[middle], y[after] - y[middle])
    c = np.hypot(x[after] - x[before], y[after] - y[before])
    twice_area = np.abs(
        (x[middle] - x[before]) * (y[after] - y[before])
        - (y[middle] - y[before]) * (x[after] - x[before])
    )
    sides = a * b * c
    # A road that turns back on itself has c = 0: the tightest bend there is, half the spacing.
    curvature = np.divide(2 * twice_area, sides, out=np.zeros_like(sides), where=sides > 0)
    folded = (c <= STRAIGHT) & (a > 0) & (b > 0)
    curvature[folded] = 2 / a[folded]
    before, after = np.maximum(at - 1, first), np.minimum(at + 1, last)
    low, high = np.minimum(curvature[before], curvature), np.maximum(curvature[before], curvature)
    smooth = np.maximum(low, np.minimum(high, curvature[after]))
    radius: Floats = np.divide(
        1.0, smooth, out=np.full_like(smooth, np.inf), where=smooth > STRAIGHT
    )
    return radius


def _bounds(offsets: Ints) -> tuple[Ints, Ints]:
    """Return the first and last sample of the segment of every sample."""
    counts = np.diff(offsets)
    return np.repeat(offsets[:-1], counts), np.repeat(offsets[1:] - 1, counts)
