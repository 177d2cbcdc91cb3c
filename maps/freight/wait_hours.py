"""How long one waits at each crossing by the hour of leaving: a row of hours for every gate."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from geo.freight.departures import HourlyWaits
from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.base.style import PALETTE

BREAKS: Final = (0.25, 1.0, 3.0, 8.0)
"""Hours at which the colour changes."""

COLOURS: Final = ("surface", "time-1", "time-3", "time-5", "time-7")
"""Light to dark, so that it is read in grey too."""

HALF: Final = 0.5
"""Hours that round to one."""

DARK: Final = 3
"""From this colour on numbers are white."""

LEFT, TOP, CELL, STEP = 220.0, 48.0, 27.0, 25.0
"""Where cells begin, and how wide and high they are, in pixels of a page."""

WIDTH: Final = 900


@dataclass(frozen=True)
class Cell:
    """One hour of one gate."""

    x: float
    colour: str
    said: str
    light: bool


@dataclass(frozen=True)
class Gate:
    """One row."""

    name: Text
    y: float
    cells: tuple[Cell, ...]


def wait_hours(found: Sequence[tuple[Text, HourlyWaits]], lang: str) -> Markup:
    """Draw the mean wait at every gate by hour of leaving.

    Parameters
    ----------
    found
        Names of the gates, the nearest first, and their waits.
    lang
        The language the page opens in.

    Returns
    -------
    figure
        Empty where there is no gate. A number is whole hours of waiting.
    """
    known = [(name, one) for name, one in found if np.isfinite(one.wait_s).all()]
    if not known:
        return Markup("")
    rows = [_row(name, one, TOP + STEP * at) for at, (name, one) in enumerate(known)]
    edges = [f"{value:g}" for value in BREAKS]
    labels = [
        text("hours_below", high=edges[0]),
        *(text("hours_between", low=low, high=high) for low, high in itertools.pairwise(edges)),
        text("hours_above", low=edges[-1]),
    ]
    return fragment(
        "wait_hours.html",
        title=text("wait_hours"),
        lang=lang,
        width=WIDTH,
        height=round(TOP + STEP * len(rows) + 30),
        left=LEFT,
        cell=CELL,
        step=STEP,
        bottom=TOP + STEP * len(rows),
        keys=[
            (LEFT + at * 132, PALETTE[colour], label)
            for at, (colour, label) in enumerate(zip(COLOURS, labels, strict=True))
        ],
        hours=[(LEFT + CELL * hour, f"{hour:02d}") for hour in range(0, 24, 3)],
        rows=rows,
        x_title=text("leave_hour"),
        note=text("wait_hours_note"),
    )


def _row(name: Text, one: HourlyWaits, y: float) -> Gate:
    hours = one.wait_s / 3600
    at = np.searchsorted(BREAKS, hours, side="right").tolist()
    return Gate(
        name,
        y,
        tuple(
            Cell(
                LEFT + CELL * hour,
                PALETTE[COLOURS[which]],
                f"{value:.0f}" if value >= HALF else "",
                which >= DARK,
            )
            for hour, (which, value) in enumerate(zip(at, hours.tolist(), strict=True))
        ),
    )
