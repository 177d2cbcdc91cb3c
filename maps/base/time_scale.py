"""The scale of minutes: classes and their colours, for the map, its legend and QGIS alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from layers.errors import DataError
from maps.base.classes import LegendClass
from maps.base.i18n import text
from maps.base.style import PALETTE

ANCHORS: Final = tuple(PALETTE[f"time-{at}"] for at in range(1, 8))
"""Colours from near to far; a scale of fewer or more classes is mixed of them."""

MOST_BREAKS: Final = 12
"""More classes than this nobody can tell apart, nor do they fit four bits of a pixel."""


def steps(minutes: Sequence[int]) -> tuple[LegendClass, ...]:
    """Return the classes of a scale, near to far.

    Parameters
    ----------
    minutes
        Its breaks, growing.

    Returns
    -------
    steps
        One more than there are breaks.

    Raises
    ------
    DataError
        There is no break, there are more than `MOST_BREAKS`, or they do not grow from above 0.

    Examples
    --------
    >>> [(step.high, step.colour) for step in steps((30, 60))]
    [(30, '#efe350'), (60, '#27928c'), (inf, '#3c0a50')]
    """
    edges = (0, *minutes)
    grow = all(low < high < math.inf for low, high in pairwise(edges))
    if not minutes or len(minutes) > MOST_BREAKS or not grow:
        raise DataError(
            f"minutes {tuple(minutes)}: needs 1 to {MOST_BREAKS} numbers above 0 that grow"
        )
    colours = mixed(len(edges))
    labels = [
        text("minutes_up_to", high=str(minutes[0])),
        *(text("minutes_between", low=str(low), high=str(high)) for low, high in pairwise(minutes)),
        text("minutes_above", low=str(minutes[-1])),
    ]
    return tuple(
        LegendClass(low, high, colour, label)
        for low, high, colour, label in zip(
            edges, (*minutes, math.inf), colours, labels, strict=True
        )
    )


def mixed(count: int) -> tuple[str, ...]:
    """Return `count` colours, evenly spaced over `ANCHORS`.

    Examples
    --------
    >>> mixed(2), mixed(7) == ANCHORS
    (('#efe350', '#3c0a50'), True)
    """
    rgb = np.array([channels(colour) for colour in ANCHORS])
    at = np.linspace(0, len(ANCHORS) - 1, count)
    parts = [np.interp(at, range(len(ANCHORS)), rgb[:, channel]) for channel in range(3)]
    return tuple(
        f"#{red:02x}{green:02x}{blue:02x}"
        for red, green, blue in np.rint(np.column_stack(parts)).astype(int).tolist()
    )


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of `#rrggbb`, each 0 to 255.

    Examples
    --------
    >>> channels("#ff0010")
    (255, 0, 16)
    """
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue
