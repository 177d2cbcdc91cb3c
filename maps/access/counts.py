"""How many people reach a facility in how long: the figures and the sentence of the access map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from layers.arrays import Floats
from maps.access.rows import District, Spot, kind_of, percent
from maps.base import figures
from maps.base.classes import UNREACHED, class_of
from maps.base.i18n import Text, text
from maps.base.style import PALETTE
from maps.base.time_scale import steps

USUAL: Final = 60
"""Minutes of the headline, if the scale has them."""


@dataclass(frozen=True)
class Count:
    """One class of the legend: how many places and people are in it.

    Attributes
    ----------
    label, colour
        Of the class; the last one is of places that reach nothing.
    places, people
        How many.
    share
        Of all people in per cent, as text; empty where no population is known.
    width
        The same as a length in per cent.
    """

    label: Text
    colour: str
    places: int
    people: float
    share: str
    width: float
    reached: bool


def counts(
    shown: Sequence[Spot], minutes: Sequence[int], living: Sequence[Spot] | None = None
) -> tuple[Count, ...]:
    """Count places and people by class, near to far, those that reach nothing last.

    `living` are the people of a raster, each at minutes of their own, who count instead of
    those of the places.
    """
    many = _by_class(np.ones(len(shown)), shown, minutes).astype(int).tolist()
    who = shown if living is None else living
    people = np.nan_to_num([spot.people for spot in who]) * _people_told(who)
    sums = _by_class(people, who, minutes).tolist()
    labels = [(step.label, step.colour, True) for step in steps(minutes)]
    labels.append((text("not_reached"), PALETTE["unreached"], False))
    total = sum(sums)
    parts = [part / total for part in sums] if total else []
    shares = figures.shares(parts) or [""] * len(labels)
    return tuple(
        Count(label, colour, places, part, share, part / total * 100 if total else 0.0, reached)
        for (label, colour, reached), places, part, share in zip(
            labels, many, sums, shares, strict=True
        )
    )


def _by_class(amount: Floats, of: Sequence[Spot], minutes: Sequence[int]) -> Floats:
    """Add up by class, near to far, what reaches nothing last."""
    classes = np.asarray(class_of([spot.minutes for spot in of], minutes))
    last = len(steps(minutes))
    return np.bincount(np.where(classes == UNREACHED, last, classes), amount, last + 1).astype(
        np.float64
    )


def headline(
    shown: Sequence[Spot], districts: Sequence[District], *, minutes: Sequence[int], kind: str
) -> Text:
    """Say how many people are near enough: by places, else by districts, else count places.

    Parameters
    ----------
    shown, districts
        Each person may be counted in one place and in one district only.
    minutes, kind
        As for the map.

    Returns
    -------
    sentence
        People whose number is not known are left out of both figures; where that is most
        places, they are no measure of anything.
    """
    within = USUAL if USUAL in minutes else minutes[len(minutes) // 2]
    values: dict[str, str | Text] = {"minutes": str(within), "kind": kind_of(kind)[0]}
    told = [spot for spot in shown if math.isfinite(spot.people)] if _people_told(shown) else []
    total = sum(spot.people for spot in told)
    near = sum(spot.people for spot in told if spot.minutes <= within)
    if not total:
        at = list(minutes).index(within)
        known = [one for one in districts if math.isfinite(one.people * one.shares[at])]
        total = sum(one.people for one in known)
        near = sum(one.people * one.shares[at] for one in known)
    if not total:
        reached = sum(spot.minutes <= within for spot in shown)
        return text("access_places", near=str(reached), all=str(len(shown)), **values)
    return text(
        "access_people",
        near=figures.whole(near),
        all=figures.whole(total),
        percent=percent(near / total),
        **values,
    )


def _people_told(shown: Sequence[Spot]) -> bool:
    """Say whether the people of half of the places are known, or figures of people mislead."""
    return sum(math.isfinite(spot.people) for spot in shown) * 2 >= len(shown)
