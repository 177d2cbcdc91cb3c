"""Scales of colours for lines: hours, baht per tonne; and their legends."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from maps.base.i18n import Text, text

CLASSES: Final = 5
"""Colours `hours-1` to `hours-5` of `maps.base.style.PALETTE`, from little to much."""


@dataclass(frozen=True)
class Shade:
    """One step of a scale.

    Attributes
    ----------
    colour
        A name in `maps.base.style.PALETTE`.
    label
        For the legend.
    """

    colour: str
    label: Text


def shades(edges: Sequence[str], *, below: str, between: str, above: str) -> list[Shade]:
    """Return the steps of a scale, from little to much.

    Parameters
    ----------
    edges
        Its breaks as readers see them; one colour more than there are breaks.
    below, between, above
        Keys of phrases with `{high}`, `{low}` and `{high}`, `{low}`.

    Returns
    -------
    shades
        None where there is no break: all is of one colour.
    """
    if not edges:
        return []
    labels = [
        text(below, high=edges[0]),
        *(text(between, low=low, high=high) for low, high in itertools.pairwise(edges)),
        text(above, low=edges[-1]),
    ]
    return [Shade(f"hours-{at}", label) for at, label in enumerate(labels, start=1)]


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
