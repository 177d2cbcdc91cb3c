"""Scales of colours for lines: hours, baht per tonne; and their legends."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from maps.base.classes import LegendClass
from maps.base.figures import whole
from maps.base.i18n import text

CLASSES: Final = 5
"""Colours `hours-1` to `hours-5` of `maps.base.style.PALETTE`, from little to much."""


def shades(breaks: Sequence[float], *, below: str, between: str, above: str) -> list[LegendClass]:
    """Return the classes of a scale, from little to much.

    Parameters
    ----------
    breaks
        Growing; one colour more than there are breaks.
    below, between, above
        Keys of phrases with `{high}`, `{low}` and `{high}`, `{low}`.

    Returns
    -------
    shades
        Coloured `hours-1` and so on; none where there is no break: all is of one colour.
    """
    if not breaks:
        return []
    ends = [whole(cut) for cut in breaks]
    labels = [
        text(below, high=ends[0]),
        *(text(between, low=low, high=high) for low, high in itertools.pairwise(ends)),
        text(above, low=ends[-1]),
    ]
    edges = (-math.inf, *breaks, math.inf)
    return [
        LegendClass(low, high, f"hours-{at}", label)
        for at, (label, (low, high)) in enumerate(
            zip(labels, itertools.pairwise(edges), strict=True), start=1
        )
    ]


def fair_breaks(values: Sequence[float]) -> tuple[float, ...]:
    """Return round breaks that put about as many values into every colour.

    Parameters
    ----------
    values
        Finite, any unit.

    Returns
    -------
    breaks
        At most `CLASSES` - 1, growing, each rounded to two digits; fewer where values are
        few or alike.

    Examples
    --------
    >>> fair_breaks([253, 424, 651, 657, 756, 930, 1153, 1908, 2850, 3094])
    (610.0, 720.0, 1000.0, 2100.0)
    >>> fair_breaks([700.0]), fair_breaks([])
    ((), ())
    """
    if len(set(values)) <= 1:
        return ()
    cuts = np.quantile(np.asarray(values, np.float64), np.arange(1, CLASSES) / CLASSES)
    rounded = sorted({float(_two_digits(cut)) for cut in cuts.tolist()})
    return tuple(cut for cut in rounded if min(values) < cut <= max(values))


def shade_of(value: float, breaks: Sequence[float]) -> str:
    """Return the colour of a value; a break belongs to the colour above it.

    Examples
    --------
    >>> [shade_of(value, (500, 1000)) for value in (499.9, 500, 4e3)]
    ['hours-1', 'hours-2', 'hours-3']
    """
    return f"hours-{1 + sum(value >= cut for cut in breaks)}"


def _two_digits(value: float) -> float:
    if value <= 0:
        return 0.0
    return round(value, 1 - math.floor(math.log10(value)))
