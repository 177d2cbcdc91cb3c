"""The scale of changes: less to one side, more to the other, told apart by everybody."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from maps.base.classes import LegendClass
from maps.base.i18n import text
from maps.base.style import PALETTE

MINUTES: Final = (-30.0, -10.0, -1.0, 1.0, 10.0, 30.0)
"""Breaks of minutes gained (negative) and lost."""

VEHICLES: Final = (-1000.0, -200.0, -20.0, 20.0, 200.0, 1000.0)
"""Breaks of vehicles per day less and more."""

COLOURS: Final = tuple(PALETTE[f"change-{at}"] for at in range(1, 8))
"""From much less to much more: blue to orange, which differ for people without red or
green cones, with grey between."""


def changes(breaks: Sequence[float], unit: str) -> tuple[LegendClass, ...]:
    """Return the classes of a scale.

    Parameters
    ----------
    breaks
        As many below 0 as above, growing.
    unit
        `minutes` or `vehicles`.

    Returns
    -------
    changes
        One more than there are breaks.

    Examples
    --------
    >>> [one.label[0] for one in changes((-1.0, 1.0), "minutes")]
    ['more than 1 min less', 'about the same', 'more than 1 min more']
    """
    edges = (-math.inf, *breaks, math.inf)
    made = []
    for at, (low, high) in enumerate(pairwise(edges)):
        ends = sorted(f"{abs(edge):,.0f}" for edge in (low, high) if math.isfinite(edge))
        ends.sort(key=lambda end: float(end.replace(",", "")))
        middle = low < 0 < high
        side = "less" if high <= 0 else "more"
        if middle:
            label = text("change_same")
        elif math.isinf(low) or math.isinf(high):
            label = text(_PHRASES[unit, side, "beyond"], value=ends[0])
        else:
            label = text(_PHRASES[unit, side, "between"], low=ends[0], high=ends[1])
        colour = COLOURS[round(at * (len(COLOURS) - 1) / (len(edges) - 2))]
        made.append(LegendClass(low, high, colour, label))
    return tuple(made)


_PHRASES: Final = {
    ("minutes", "less", "beyond"): "minutes_less_beyond",
    ("minutes", "less", "between"): "minutes_less_between",
    ("minutes", "more", "beyond"): "minutes_more_beyond",
    ("minutes", "more", "between"): "minutes_more_between",
    ("vehicles", "less", "beyond"): "vehicles_less_beyond",
    ("vehicles", "less", "between"): "vehicles_less_between",
    ("vehicles", "more", "beyond"): "vehicles_more_beyond",
    ("vehicles", "more", "between"): "vehicles_more_between",
}
