"""Classes of a scale, as map, legend and QGIS show them, and which of them a value is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maps.base.i18n import Text

UNREACHED: Final = -1
"""The class of what cannot be reached, or is not known."""


@dataclass(frozen=True)
class LegendClass:
    """One class of a scale: above `low`, up to and with `high`.

    Attributes
    ----------
    low, high
        In the unit of the scale; -inf or inf at an open end.
    colour
        As `#rrggbb`, or a name in `maps.base.style.PALETTE`.
    label
        For the legend.
    """

    low: float
    high: float
    colour: str
    label: Text


def class_of(values: ArrayLike, breaks: Sequence[float]) -> NDArray[np.int8]:
    """Return the class of every value, 0 for the lowest, `UNREACHED` for NaN and inf.

    Parameters
    ----------
    values
        Any shape.
    breaks
        Growing; a break belongs to the class below it.

    Returns
    -------
    class
        Same shape.

    Examples
    --------
    >>> class_of([0, 30, 30.1, 900, np.inf, np.nan], (30, 60)).tolist()
    [0, 0, 1, 2, -1, -1]
    >>> class_of([-5, 0, 1, 2], (-1.0, 1.0)).tolist()
    [0, 1, 1, 2]
    """
    given = np.asarray(values)
    found = np.searchsorted(np.asarray(breaks, given.dtype), given, side="left")
    return np.where(np.isfinite(given), found, UNREACHED).astype(np.int8)
