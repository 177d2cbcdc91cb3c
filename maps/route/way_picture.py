"""Height and speed along a way as one drawing for paper, with what limits the speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from geo.routing.reasons import metres_along
from geo.routing.route import Route
from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.route.profile_chart import (
    Tick,
    bands_of,
    boxes_of,
    height_range,
    lanes_of,
    points_of,
    ticks,
    ticks_up,
)
from maps.route.slow_stretches import Run

WIDTH: Final = 900
LEFT, RIGHT = 58.0, 888.0
KEYS: Final = 2
"""Limits in a line of the legend."""


@dataclass(frozen=True)
class Plot:
    """Upper edge and height of one of the two drawings."""

    top: float
    high: float


HEIGHTS: Final = Plot(26.0, 150.0)
SPEEDS: Final = Plot(216.0, 96.0)
BANDS_AT: Final = 356.0


@dataclass(frozen=True)
class Key:
    """One limit in the legend, with its share of the time and of the way."""

    x: float
    y: float
    colour: str
    name: Text


def way_picture(route: Route, runs: Sequence[Run], title: Text) -> Markup:
    """Draw what the page's chart of a way shows, all of it in one SVG.

    Parameters
    ----------
    route, runs
        As for `maps.route.profile_chart.way_chart`.
    title
        Above it.

    Returns
    -------
    figure
        For `maps.picture.chart`; the page itself has a chart that answers a pointer.
    """
    distance, elevation = metres_along(route.profile), route.profile.elevation_m
    length = max(float(distance[-1]), 1.0)
    low, high = height_range(elevation)
    fastest = math.ceil(max(run.speed_kph for run in runs) / 20 + 0.01) * 20.0
    x = LEFT + distance / length * (RIGHT - LEFT)
    y = HEIGHTS.top + (high - elevation) / (high - low) * HEIGHTS.high
    curve = points_of(x, y, 0.3)
    base = HEIGHTS.top + HEIGHTS.high
    lanes = lanes_of(route, runs, length)
    keys = [
        Key(
            LEFT + at % KEYS * 420,
            BANDS_AT + 34 + at // KEYS * 20.0,
            PALETTE[lane.colour],
            _said(lane.name, text("share_time", percent=lane.time), lane.km),
        )
        for at, lane in enumerate(lanes)
    ]
    return fragment(
        "way_picture.html",
        title=title,
        width=WIDTH,
        height=round(BANDS_AT + 38 + 20 * -(-len(lanes) // KEYS)),
        left=LEFT,
        right=RIGHT,
        heights=HEIGHTS,
        speeds=SPEEDS,
        bands_at=BANDS_AT,
        curve=curve,
        ground=f"{LEFT:g},{base:g} {curve} {RIGHT:g},{base:g}",
        boxes=[
            (PALETTE[f"limit-{name}"], path)
            for name, path in boxes_of(
                runs,
                length,
                fastest,
                (LEFT, SPEEDS.top, RIGHT - LEFT, SPEEDS.high),
            ).items()
        ],
        x_ticks=[Tick(at * 100_000 / length, f"{at:g}") for at in ticks(0, length / 1000, 8)],
        y_ticks=ticks_up(low, high, 4),
        v_ticks=ticks_up(0.0, fastest, 3),
        bands=bands_of([(leg.distance_m, leg.ref) for leg in route.legs]),
        keys=keys,
    )


def _said(name: Text, share: Text, km: str) -> Text:
    """Say a limit with its share of the time and its kilometres."""
    far = text("km_value", value=km)
    english, thai = (f"{name[at]}: {share[at]}, {far[at]}" for at in range(2))
    return english, thai
