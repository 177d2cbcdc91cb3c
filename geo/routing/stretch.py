"""Stretches of road by number or name and kilometres: `1095:150-160`."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError, UnknownNameError

NUMBER: Final = r"(\d+(?:\.\d+)?)"
TEXT: Final = re.compile(
    rf"(.+?)(?:#(\d+))?(?:\s*:\s*(?:km\s*)?|\s+(?:km|กม\.?)\s*|\s+){NUMBER}\s*[-\N{{EN DASH}}]"
    rf"\s*{NUMBER}\s*"
)
CALLED: Final = ("ref", "road", "name", "name_en", "name_th")
"""Columns in which a road is looked for, the first first."""
TOUCH_KM: Final = 1e-7
"""Who shares less than this with a stretch only touches it."""
BEYOND_KM: Final = 0.1
"""A road's end may be missed by this: one decimal of a km, as it is told."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of road.

    Attributes
    ----------
    ref
        Its number, or its name where it has none.
    km_from, km_to
        Kilometres of `geo.routing.chainage`.
    part
        One part of the road alone, as one of two carriageways; None for all of its longest
        piece.

    Examples
    --------
    >>> str(Stretch("1095", 150, 160)), str(read_stretch("CG-2#1 km 9.1-13.5"))
    ('1095:150-160', 'CG-2#1:9.1-13.5')
    """

    ref: str
    km_from: float
    km_to: float
    part: int | None = None

    def __str__(self) -> str:
        """Return it as it is typed; `read_stretch` reads it back as it was."""
        low, high = (np.format_float_positional(km, trim="-") for km in (self.km_from, self.km_to))
        return f"{self.road}:{low}-{high}"

    @property
    def road(self) -> str:
        """The road, with its part where that is told: `1095`, `CG-2#1`."""
        return self.ref if self.part is None else f"{self.ref}#{self.part}"


def read_stretch(text: str) -> Stretch:
    """Read `REF:KM-KM`, `REF KM-KM` or `REF km KM-KM`, with `REF#PART` for a part alone.

    Raises
    ------
    DataError
        It is none of these.

    Examples
    --------
    >>> read_stretch("1095 km 150-160")
    Stretch(ref='1095', km_from=150.0, km_to=160.0, part=None)
    """
    match = TEXT.fullmatch(text.strip())
    if not match:
        raise DataError(f"{text!r} is not REF:KM-KM, such as 1095:150-160")
    part = None if match[2] is None else int(match[2])
    return Stretch(match[1].strip(), float(match[3]), float(match[4]), part)


def rows_on(chain: pd.DataFrame, stretch: Stretch) -> Bools:
    """Select what lies on a stretch of road, what only touches it left out.

    Parameters
    ----------
    chain
        Of `geo.routing.chainage.chainage`.
    stretch
        In any direction; equal kilometres select what is there. A number goes before a
        name, and that in the local language before others.

    Returns
    -------
    selected
        Shape (rows of chain,).

    Raises
    ------
    UnknownNameError
        There is no such road, or it has no such kilometres; the message names what it has.
    """
    mine = rows_of_road(chain, stretch)
    low, high = sorted((stretch.km_from, stretch.km_to))
    first, last = (chain[side].to_numpy(np.float64) for side in ("km_from", "km_to"))
    selected: Bools = mine & _held(np.minimum(last, high) - np.maximum(first, low), low, high)
    begin, end = first[mine].min(), last[mine].max()
    if not selected.any() or high > end + BEYOND_KM:
        raise UnknownNameError(
            f"road {stretch.road!r} runs from km {begin:.4g} to {end:.1f}, not {low:g} to {high:g}"
        )
    return selected


def rows_of_road(chain: pd.DataFrame, stretch: Stretch) -> Bools:
    """Select all of the road of a stretch, whatever the kilometres.

    Raises
    ------
    UnknownNameError
        There is no such road; the message names those spelt like it, else the longest.
    """
    for column in CALLED:
        mine = (chain[column] == stretch.ref).to_numpy(bool)
        if stretch.ref and mine.any():
            break
    else:
        every = pd.concat([chain[name] for name in ("road", "name_en", "name_th")]).unique()
        near = difflib.get_close_matches(stretch.ref, [one for one in every if one], 5, 0.5)
        there = f"; there are: {', '.join(near or _longest(chain))}"
        raise UnknownNameError(f"no road has the number or name {stretch.ref!r}{there}")
    if stretch.part is None:
        # The longest piece that is called so; a name may be that of a side piece alone.
        piece = chain["piece"].to_numpy(np.int64)
        return np.asarray(mine & (piece == piece[mine].min()), bool)
    parts = chain.loc[mine, "part"].unique()
    if stretch.part not in parts:
        raise UnknownNameError(
            f"road {stretch.ref!r} has no part {stretch.part}: its parts are 0 to {parts.max()}"
        )
    return mine & (chain["part"] == stretch.part).to_numpy(bool)


def stretches_of(
    chain: pd.DataFrame,
    groups: Sequence[Sequence[int]],
    names: Sequence[str] = ("name_en", "name"),
) -> list[Stretch | None]:
    """Name groups of rows so that the text selects them and nothing else.

    Kilometres are rounded inwards to a metre, more finely on what is shorter than that. The
    part is told only where the number or name alone would select more.

    Parameters
    ----------
    chain
        Of `geo.routing.chainage.chainage`.
    groups
        Positions in it, of one part of a road each, with no other row between them.
    names
        Columns in which to look for the name of a road without number, the first first.

    Returns
    -------
    stretches
        None for a road that is called nothing, or by a name that means another.
    """
    columns = {
        name: chain[name].to_numpy()
        for name in ("segment", "piece", "part", "km_from", "km_to", "ref", "road", *names)
    }
    known = {name: chain.groupby(name, sort=False).indices for name in CALLED}
    return [_named(columns, known, np.asarray(rows, np.int64), names) for rows in groups]


def _named(
    chain: Mapping[str, NDArray[Any]],
    known: Mapping[str, Mapping[Any, Any]],
    rows: Ints,
    names: Sequence[str],
) -> Stretch | None:
    """Try names from the shortest on until one leads back to the same segments."""
    first = rows[0]
    low, high = _inwards(float(chain["km_from"][rows].min()), float(chain["km_to"][rows].max()))
    ref = chain["ref"][first]
    called = [ref] if ref else [*(chain[name][first] for name in names), chain["road"][first]]
    wanted = set(chain["segment"][rows].tolist())
    for part in (None, int(chain["part"][first])):
        for name in dict.fromkeys(one for one in called if one):
            made = Stretch(name, low, high, part)
            back = read_stretch(str(made))
            column = next((column for column in CALLED if back.ref in known[column]), None)
            if column is None:
                continue
            found = _segments_on(chain, np.asarray(known[column][back.ref], np.int64), back)
            if set(found.tolist()) == wanted:
                return made
    return None


def _segments_on(chain: Mapping[str, NDArray[Any]], road: Ints, stretch: Stretch) -> Ints:
    """Return the segments that `rows_on` selects of a road's rows, none where it refuses."""
    pieces, parts = chain["piece"][road], chain["part"][road]
    chosen = pieces == pieces.min() if stretch.part is None else parts == stretch.part
    mine: Ints = road[chosen]
    first, last = chain["km_from"][mine], chain["km_to"][mine]
    low, high = sorted((stretch.km_from, stretch.km_to))
    if high > last.max(initial=0.0) + BEYOND_KM:
        return mine[:0]
    over = np.minimum(last, high) - np.maximum(first, low)
    return np.asarray(chain["segment"][mine[_held(over, low, high)]], np.int64)


def _held(over: Floats, low: float, high: float) -> Bools:
    """Say what lies on kilometres, by how many of its own are within; not what only touches."""
    return np.asarray((over > TOUCH_KM) | ((low == high) & (over >= 0)), bool)


def _inwards(low: float, high: float) -> tuple[float, float]:
    """Round the kilometres of a stretch inwards, to as few decimals as leave something.

    Examples
    --------
    >>> _inwards(1.0000005, 2.9999995), _inwards(1.00000001, 2.99999999)
    ((1.001, 2.999), (1.0, 3.0))
    """
    for digits in range(3, 10):
        unit = 10.0**digits
        # What is as good as a whole number is one; never so much that a neighbour is met.
        slack = min(1e-3, TOUCH_KM / 2 * unit)
        first = math.ceil(low * unit - slack) / unit
        last = math.floor(high * unit + slack) / unit
        if last > first:
            return first, last
    return low, high


def _longest(chain: pd.DataFrame) -> list[str]:
    """Return the numbers of the longest roads."""
    own = chain[chain["ref"] != ""]
    length = (own["km_to"] - own["km_from"]).groupby(own["ref"]).sum()
    return [str(ref) for ref in length.nlargest(8).index]
