"""Charts as inline SVG: text stays text, and takes its colours from the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import ArrayLike, NDArray

from maps.i18n import Text
from maps.page import fragment

SIZE = 1000.0
"""Side of the square that a curve is drawn in; the page stretches it."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, in per cent of its length, and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class Band:
    """A stretch under the distance axis: from, to in per cent, and what it says."""

    start: float
    end: float
    label: str


def ticks(low: float, high: float, count: int) -> list[float]:
    """Return round numbers within a range, about `count` of them.

    Parameters
    ----------
    low, high
        The range.
    count
        How many are wanted.

    Returns
    -------
    values
        Multiples of 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> ticks(230, 1440, 5)
    [400.0, 600.0, 800.0, 1000.0, 1200.0, 1400.0]
    >>> ticks(0, 0.9, 3)
    [0.0, 0.5]
    """
    step = 10.0 ** math.floor(math.log10((high - low) / count))
    step *= min((1, 2, 5, 10), key=lambda factor: abs((high - low) / (step * factor) - count))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(at * step, 9) for at in range(first, last + 1)]


def elevation_profile(
    distance_m: ArrayLike,
    elevation_m: ArrayLike,
    *,
    title: Text,
    description: Text,
    bands: Sequence[tuple[float, str]] = (),
) -> Markup:
    """Draw heights along a way.

    Parameters
    ----------
    distance_m, elevation_m
        Shape (samples,), at least two, distance growing.
    title, description
        What a screen reader says of it.
    bands
        Roads along the way: length in metres and number of each, in order.

    Returns
    -------
    svg
        An `svg` element in a `figure`; curves carry no colour of their own.

    Examples
    --------
    >>> drawn = elevation_profile([0, 5000], [200, 900], title=("Up", "ขึ้น"),
    ...     description=("It climbs.", "ขึ้นเขา"))
    >>> "<title" in drawn and ">600<" in drawn
    True
    """
    distance, elevation = np.asarray(distance_m, float), np.asarray(elevation_m, float)
    length = max(float(distance[-1] - distance[0]), 1.0)
    low, high = _height_range(elevation)
    x = (distance - distance[0]) / length * SIZE
    y = SIZE - (elevation - low) / (high - low) * SIZE
    points = shapely.get_coordinates(shapely.LineString(np.column_stack([x, y])).simplify(1.2))
    curve = " ".join(f"{at:.1f},{height:.1f}" for at, height in points)
    return fragment(
        "elevation_profile.html",
        title=title,
        description=description,
        curve=curve,
        ground=f"0,{SIZE:.0f} {curve} {SIZE:.0f},{SIZE:.0f}",
        x_ticks=[Tick(at * 100_000 / length, f"{at:g}") for at in ticks(0, length / 1000, 7)],
        y_ticks=[
            Tick(100 - (at - low) / (high - low) * 100, f"{at:,.0f}") for at in ticks(low, high, 4)
        ],
        bands=_bands(bands),
    )


def _height_range(elevation: NDArray[np.float64]) -> tuple[float, float]:
    """Return the range of the height axis: never less than 100 m, so that flat looks flat."""
    low, high = float(elevation.min()), float(elevation.max())
    low, high = math.floor(low / 100) * 100.0, math.ceil(high / 100) * 100.0
    return low, max(high, low + 100.0)


def _bands(lengths: Sequence[tuple[float, str]]) -> list[Band]:
    """Lay roads end to end under the axis, neighbours with one number as one."""
    total = sum(length for length, _ in lengths) or 1.0
    made: list[Band] = []
    start = 0.0
    for length, label in lengths:
        end = start + length / total * 100
        if made and made[-1].label == label:
            made[-1] = Band(made[-1].start, end, label)
        else:
            made.append(Band(start, end, label))
        start = end
    return made
