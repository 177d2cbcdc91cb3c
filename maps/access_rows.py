"""Who reaches a facility in how long: the rows, figures and sentences of the access map."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from maps import figures
from maps.i18n import Text, either, text
from maps.scale import UNREACHED, class_of, steps
from maps.style import PALETTE

KINDS: Final = {
    "hospital": ("a_hospital", "hospitals"),
    "market": ("a_market", "markets"),
    "school": ("a_school", "schools"),
    "university": ("a_university", "universities"),
    "fuel": ("a_fuel", "fuels"),
    "airport": ("an_airport", "airports"),
    "district": ("a_district", "districts"),
    "province_capital": ("a_capital", "capitals"),
    "crossing": ("a_crossing", "crossings"),
}
"""Phrases for one facility and for many; another kind is called by its own word."""

USUAL: Final = 60
"""Minutes of the headline, if the scale has them."""


@dataclass(frozen=True)
class Spot:
    """One place.

    Attributes
    ----------
    name
        In both languages.
    lon, lat
        Degrees.
    people
        NaN where nobody knows.
    minutes
        NaN where no facility is reached.
    time
        The same in words.
    nearest
        Name of the facility, None where there is none.
    colour
        Of its class.
    """

    name: Text
    lon: float
    lat: float
    people: float
    minutes: float
    time: Text
    nearest: Text | None
    colour: str

    @property
    def reached(self) -> bool:
        """Whether there is a way to a facility."""
        return math.isfinite(self.minutes)


@dataclass(frozen=True)
class District:
    """One district: its people, their mean minutes, and which share reaches in time."""

    name: Text
    people: float
    minutes: float
    time: Text
    shares: tuple[float, ...]
    colour: str


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


def kind_of(kind: str) -> tuple[Text, Text]:
    """Return what one facility is called, and what many are."""
    if kind in KINDS:
        one, many = KINDS[kind]
        return text(one), text(many)
    word = kind.replace("_", " ")
    return (word, word), (word, word)


def spots(
    places: pd.DataFrame, facilities: pd.DataFrame, minutes: Sequence[int]
) -> tuple[Spot, ...]:
    """List places by their minutes, those that reach nothing last.

    Parameters
    ----------
    places
        Columns `name_en, name_th, lon, lat, population, minutes, nearest_id`.
    facilities
        Columns `id, name_en, name_th`.
    minutes
        Breaks of the scale.

    Returns
    -------
    spots
        Equal times in the order of the table.
    """
    names = {str(row["id"]): _name(row) for row in facilities.to_dict("records")}
    found = [
        Spot(
            name=_name(row),
            lon=float(str(row["lon"])),
            lat=float(str(row["lat"])),
            people=float(str(row["population"])),
            minutes=float(str(row["minutes"])),
            time=time_of(float(str(row["minutes"]))),
            nearest=names.get(str(row["nearest_id"])),
            colour=_colour(float(str(row["minutes"])), minutes),
        )
        for row in places.to_dict("records")
    ]
    return tuple(sorted(found, key=lambda spot: spot.minutes if spot.reached else math.inf))


def district_rows(districts: gpd.GeoDataFrame, minutes: Sequence[int]) -> tuple[District, ...]:
    """List districts by their mean minutes; `shares` are those of `share_<minutes>`."""
    found = [
        District(
            name=_name(row),
            people=float(str(row["population"])),
            minutes=float(str(row["minutes"])),
            time=time_of(float(str(row["minutes"]))),
            shares=tuple(float(str(row.get(f"share_{at}", math.nan))) for at in minutes),
            colour=_colour(float(str(row["minutes"])), minutes),
        )
        for row in districts.drop(columns="geometry", errors="ignore").to_dict("records")
    ]
    return tuple(sorted(found, key=lambda one: (not math.isfinite(one.minutes), one.minutes)))


def counts(shown: Sequence[Spot], minutes: Sequence[int]) -> tuple[Count, ...]:
    """Count places and people by class, near to far, those that reach nothing last."""
    classes = class_of([spot.minutes for spot in shown], minutes)
    people = np.nan_to_num([spot.people for spot in shown])
    labels = [(step.label, step.colour, True) for step in steps(minutes)]
    labels.append((text("not_reached"), PALETTE["unreached"], False))
    sums = [float(people[classes == at].sum()) for at in (*range(len(labels) - 1), UNREACHED)]
    many = [int((classes == at).sum()) for at in (*range(len(labels) - 1), UNREACHED)]
    total = sum(sums)
    parts = [part / total for part in sums] if total else []
    shares = figures.shares(parts) or [""] * len(labels)
    return tuple(
        Count(label, colour, places, part, share, part / total * 100 if total else 0.0, reached)
        for (label, colour, reached), places, part, share in zip(
            labels, many, sums, shares, strict=True
        )
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
        People whose number is not known are left out of both figures.
    """
    within = USUAL if USUAL in minutes else minutes[len(minutes) // 2]
    values: dict[str, str | Text] = {"minutes": str(within), "kind": kind_of(kind)[0]}
    told = [spot for spot in shown if math.isfinite(spot.people)]
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


def time_of(minutes: float) -> Text:
    """Write minutes, rounded up so that they fit their class; or say that nothing is reached.

    Examples
    --------
    >>> time_of(30.2)[0], time_of(0)[0], time_of(math.inf)[0]
    ('31 min', '0 min', 'not reached')
    """
    if not math.isfinite(minutes):
        return text("not_reached")
    return text("minutes_value", value=f"{math.ceil(minutes - 1e-6):,}")


def percent(share: float) -> str:
    """Write a share in whole per cent; what is not quite none or all does not look like it.

    Examples
    --------
    >>> [percent(share) for share in (0, 0.001, 0.5, 0.999, 1)]
    ['0', '<1', '50', '>99', '100']
    """
    if not math.isfinite(share):
        return figures.NONE
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return "<1"
    return ">99" if rounded == 100 and share < 1 else str(rounded)  # noqa: PLR2004


def _name(row: Mapping[Hashable, object]) -> Text:
    return either(str(row["name_en"]), str(row["name_th"]))


def _colour(minutes: float, breaks: Sequence[int]) -> str:
    at = int(class_of([minutes], breaks)[0])
    return PALETTE["unreached"] if at == UNREACHED else steps(breaks)[at].colour
