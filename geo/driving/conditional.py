"""Conditional tags: what holds at a moment for a vehicle, `no @ (06:00-20:00 AND weight>7.5)`.

The syntax is that of the OSM wiki, Conditional restrictions: clauses between `;`, of which the
last that is met counts; conditions joined by AND. Times are read by `opening_hours`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from layers.arrays import Bools
from layers.osm.tags import size_m, weight_t, word
from layers.roads.network import RoadNetwork

if TYPE_CHECKING:
    from geo.driving.vehicle import Body

ENDS: Final = frozenset(
    {
        *("destination", "delivery", "customers", "private", "permit", "residents", "resident"),
        *("employees", "staff", "permissive_destination", "restricted", "visitors", "guests"),
    }
)
"""Values of access, and conditions, that let in whoever has business there, and nobody through."""

USUAL: Final = {
    "dry": datetime.fromisoformat("2026-01-14T10:00"),
    "wet": datetime.fromisoformat("2026-08-19T10:00"),
}
"""When one is taken to drive where nobody says: a working day's daytime (both Wednesdays, no
holidays in Thailand) in the middle of each season."""

_CLAUSE: Final = re.compile(r"\s*([^@;]*?)\s*@\s*(\((?:[^()]|\([^()]*\))*\)|[^;(]*)\s*(?:;|$)")
_COMPARED: Final = re.compile(r"([a-z]+)\s*(<=|>=|=|<|>)\s*(.+)")
_OWN: Final = {
    "weight": ("gross_t", weight_t),
    "weightrating": ("gross_t", weight_t),
    "maxweight": ("gross_t", weight_t),
    "gcweight": ("gross_t", weight_t),
    "maxweightrating": ("gross_t", weight_t),
    "axleload": ("axle_load_t", weight_t),
    "length": ("length_m", size_m),
    "width": ("width_m", size_m),
    "height": ("height_m", size_m),
}
_AXLE_T: Final = 6.5
"""Tonnes a usual axle bears when all are laden: how many axles a vehicle has is told by it."""


@dataclass(frozen=True)
class Who:
    """For whom and when tags are read.

    Attributes
    ----------
    keys
        Modes of the vehicle, from the most general to its own.
    body
        Its weight and size.
    at
        Local time.
    wet
        Whether it is the rainy season.
    """

    keys: tuple[str, ...]
    body: Body
    at: datetime
    wet: bool


def conditional_value(text: str, who: Who) -> str | None:
    """Return the value of a conditional tag that holds, None if none does.

    A value that only those let in who have business there becomes `destination`.

    Parameters
    ----------
    text
        The value of a key that ends in `:conditional`.
    who
        For whom and when.
    """
    found: str | None = None
    for value, conditions in clauses(text):
        met = [_met(condition, who) for condition in conditions]
        if all(met):
            ending = any(word(condition) in ENDS for condition in conditions)
            found = "destination" if ending and word(value) != "no" else value
    return found


@cache
def clauses(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Take a conditional tag apart into values and their conditions.

    Examples
    --------
    >>> clauses("no @ (Mo-Fr 06:00-09:00; PH off); 60 @ (wet AND weight>3.5)")
    (('no', ('Mo-Fr 06:00-09:00; PH off',)), ('60', ('wet', 'weight>3.5')))
    >>> clauses("no @ 22:00-05:00"), clauses("no")
    ((('no', ('22:00-05:00',)),), ())
    """
    found = []
    for value, condition in _CLAUSE.findall(text):
        inner = condition.strip()
        inner = inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner
        parts = tuple(part.strip(" ()") for part in re.split(r"\s+(?:AND|and)\s+", inner))
        found.append((value.strip(), parts))
    return tuple(found)


def has_hours(network: RoadNetwork) -> bool:
    """Tell whether something on any road depends on the hour, the weather or the vehicle."""
    return any(":conditional=" in text for text in network.segments["signs"].cat.categories)


def with_hours(network: RoadNetwork) -> Bools:
    """Say which segments have conditional tags, shape (segments,)."""
    signs = network.segments["signs"].cat
    found = [":conditional=" in text for text in signs.categories]
    mask: Bools = np.array([*found, False], bool)[signs.codes.to_numpy()]
    return mask


def unread(text: str) -> tuple[str, ...]:
    """Return the conditions of a conditional tag that nobody can read; they count as not met."""
    parts = [one for _, conditions in clauses(text) for one in conditions]
    return tuple(one for one in parts if not _known(one)) if parts else (text,)


def _met(condition: str, who: Who) -> bool:
    """Say whether a condition is met."""
    plain = word(condition)
    if plain in {"wet", "rain", "winter", "snow", "ice", "dry", "summer"}:
        return plain in ({"wet", "rain"} if who.wet else {"dry"})
    if plain in ENDS or plain in who.keys:
        return True
    if compared := _COMPARED.fullmatch(plain):
        return _compared(compared[1], compared[2], compared[3], who)
    hours = _hours(condition)
    return hours is not None and bool(hours.is_open(who.at))


def _compared(name: str, sign: str, value: str, who: Who) -> bool:
    """Compare a vehicle's weight, size or number of axles with what stands in a condition."""
    if name == "axles":
        own, limit = max(2.0, round(who.body.gross_t / _AXLE_T)), _plain(value)
    elif name in _OWN:
        column, read = _OWN[name]
        own, limit = float(getattr(who.body, column)), read(value)
    else:
        return False
    results = {"<": own < limit, ">": own > limit, "<=": own <= limit, ">=": own >= limit}
    return results.get(sign, own == limit)


def _plain(value: str) -> float:
    return float(value) if re.fullmatch(r"\d{1,3}", value.strip()) else float("nan")


def _known(condition: str) -> bool:
    """Tell whether a condition can be read."""
    plain = word(condition)
    if plain in ENDS or re.fullmatch(r"[a-z_]+", plain):
        return True
    if compared := _COMPARED.fullmatch(plain):
        return compared[1] in _OWN or compared[1] == "axles"
    return _hours(condition) is not None


class _Hours:
    """Opening hours that were read once."""

    def __init__(self, text: str) -> None:
        """Read them."""
        from opening_hours import OpeningHours

        self._hours = OpeningHours(text)

    def is_open(self, at: datetime) -> bool:
        """Tell whether they hold at a time."""
        return bool(self._hours.is_open(at))


@cache
def _hours(text: str) -> _Hours | None:
    """Read opening hours, None if they are none."""
    from opening_hours import validate

    return _Hours(text) if validate(text) else None
