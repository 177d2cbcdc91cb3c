"""Charts as inline SVG: text stays text, and takes its colours from the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from geo.routing.reasons import metres_along, shares
from geo.routing.route import Route
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.route.slow_stretches import PHRASES, Run

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


@dataclass(frozen=True)
class Lane:
    """Where one limit holds, and how much of the way and of the time that is.

    Attributes
    ----------
    name, colour
        The limit for readers; a name in `maps.base.style.PALETTE`.
    time, hours, way, km
        Shares in per cent, and what they are of the whole.
    path
        Its runs, in a strip `SIZE` long and 1 high.
    """

    name: Text
    colour: str
    time: str
    hours: str
    way: str
    km: str
    path: str


def way_chart(
    route: Route, runs: Sequence[Run], *, title: Text, description: Text, lang: str
) -> Markup:
    """Draw height and speed along a way, and what limits the speed.

    Parameters
    ----------
    route
        The way; its profile has at least two samples.
    runs
        Its runs, as `maps.route.slow_stretches.runs` gives them.
    title, description
        What a screen reader says of the heights.
    lang
        The language the page opens in.

    Returns
    -------
    figure
        Charts one above the other over one axis, for `limits.js` to move a cursor over;
        every limit has a lane of its own, so that nothing depends on its colour.
    """
    distance, elevation = metres_along(route.profile), route.profile.elevation_m
    length = max(float(distance[-1]), 1.0)
    low, high = height_range(elevation)
    fastest = math.ceil(max(run.speed_kph for run in runs) / 20 + 0.01) * 20.0
    curve = _curve(distance / length, (elevation - low) / (high - low))
    boxes = boxes_of(runs, length, fastest)
    return fragment(
        "way_chart.html",
        title=title,
        description=description,
        lang=lang,
        km=f"{length / 1000:.1f}",
        curve=curve,
        ground=f"0,{SIZE:.0f} {curve} {SIZE:.0f},{SIZE:.0f}",
        x_ticks=[Tick(at * 100_000 / length, f"{at:g}") for at in ticks(0, length / 1000, 7)],
        y_ticks=ticks_up(low, high, 4),
        v_ticks=ticks_up(0.0, fastest, 3),
        boxes={f"limit-{name}": path for name, path in boxes.items()},
        bands=bands_of([(leg.distance_m, leg.ref) for leg in route.legs]),
        lanes=lanes_of(route, runs, length),
    )


def ticks_up(low: float, high: float, count: int) -> list[Tick]:
    """Return the marks of an axis that goes up, in per cent from its top."""
    return [
        Tick(100 - (at - low) / (high - low) * 100, f"{at:,.0f}") for at in ticks(low, high, count)
    ]


def _curve(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Return the points of a curve from shares of its square, without those nobody sees."""
    return points_of(x * SIZE, (1 - y) * SIZE, 1.2)


def points_of(x: NDArray[np.float64], y: NDArray[np.float64], tolerance: float) -> str:
    """Return the points of a line for SVG, without those nearer to it than a tolerance."""
    line = shapely.LineString(np.column_stack([x, y])).simplify(tolerance)
    return " ".join(f"{at:.1f},{height:.1f}" for at, height in shapely.get_coordinates(line))


def boxes_of(
    runs: Sequence[Run],
    length: float,
    fastest: float,
    plot: tuple[float, float, float, float] = (0.0, 0.0, SIZE, SIZE),
) -> dict[str, str]:
    """Draw each run as a box as high as its mean speed; one path per limit.

    `plot` is its left and upper edge, its width and its height.
    """
    left, upper, wide, high = plot
    base = upper + high
    paths: dict[str, str] = {}
    for run in runs:
        start, end = (round(left + at / length * wide, 1) for at in (run.start_m, run.end_m))
        top = round(base - run.speed_kph / fastest * high, 1 if high < SIZE else None)
        box = f"M{start:g} {base:g}V{top:g}H{end:g}V{base:g}z"
        paths[run.limit] = paths.get(run.limit, "") + box
    return paths


def lanes_of(route: Route, runs: Sequence[Run], length: float) -> list[Lane]:
    """Make a lane of every limit that occurs, the one that takes the most time first."""
    held = shares(route.profile)
    paths = dict.fromkeys((share.limit for share in held), "")
    for run in runs:
        start, end = (round(at / length * SIZE, 1) for at in (run.start_m, run.end_m))
        paths[run.limit] += f"M{start:g} 0H{end:g}V1H{start:g}z"
    times = figures.shares([share.time for share in held])
    ways = figures.shares([share.distance for share in held])
    return [
        Lane(
            name=text(PHRASES[share.limit]),
            colour=f"limit-{share.limit}",
            time=time,
            hours=figures.hours(share.time * route.driving_s),
            way=way,
            km=figures.km(share.distance * route.distance_m),
            path=paths[share.limit],
        )
        for share, time, way in zip(held, times, ways, strict=True)
    ]


def height_range(elevation: NDArray[np.float64]) -> tuple[float, float]:
    """Return the range of the height axis: never less than 100 m, so that flat looks flat."""
    low, high = float(elevation.min()), float(elevation.max())
    low, high = math.floor(low / 100) * 100.0, math.ceil(high / 100) * 100.0
    return low, max(high, low + 100.0)


def bands_of(lengths: Sequence[tuple[float, str]]) -> list[Band]:
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
