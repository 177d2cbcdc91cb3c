"""Who reaches a facility in how long: the rows of the access map."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from maps.base import figures
from maps.base.classes import UNREACHED, class_of
from maps.base.i18n import Text, either, text
from maps.base.style import PALETTE
from maps.base.subject import SEASONS
from maps.base.time_scale import steps

KINDS: Final = {
    "hospital": ("a_hospital", "hospitals"),
    "clinic": ("a_clinic", "clinics"),
    "collection_point": ("a_collection_point", "collection_points"),
    "district_office": ("a_district_office", "district_offices"),
    "border_checkpoint": ("a_checkpoint", "checkpoints"),
    "market": ("a_market", "markets"),
    "school": ("a_school", "schools"),
    "secondary_school": ("a_secondary_school", "secondary_schools"),
    "bus_station": ("a_bus_station", "bus_stations"),
    "police": ("a_police_station", "police_stations"),
    "post_office": ("a_post_office", "post_offices"),
    "nearest_district_office": ("a_district_office", "district_offices"),
    "university": ("a_university", "universities"),
    "fuel": ("a_fuel", "fuels"),
    "airport": ("an_airport", "airports"),
    "district": ("a_district", "districts"),
    "province_capital": ("a_capital", "capitals"),
    "crossing": ("a_crossing", "crossings"),
}
"""Phrases for one facility and for many; another kind is called by its own word."""


@dataclass(frozen=True)
class InSeason:
    """Minutes of one season, NaN where no facility is reached, and the same in words."""

    name: Text
    minutes: float
    time: Text
    shown: bool


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
    seasons
        Its minutes in every season that is known, one of which is shown on the map.
    kind
        `town`, `village` and so forth; empty where nobody said.
    """

    name: Text
    lon: float
    lat: float
    people: float
    minutes: float
    time: Text
    nearest: Text | None
    colour: str
    seasons: tuple[InSeason, ...]
    kind: str = ""

    @property
    def reached(self) -> bool:
        """Whether there is a way to a facility."""
        return math.isfinite(self.minutes)


@dataclass(frozen=True)
class District:
    """One district: its people, the minutes that half of them need, and shares of them.

    Attributes
    ----------
    minutes
        inf or NaN where half of the people reach nothing.
    shares
        Of people within each limit.
    unreached
        Share of people that reach nothing, NaN where it is not known.
    """

    name: Text
    people: float
    minutes: float
    time: Text
    shares: tuple[float, ...]
    unreached: float
    colour: str

    @property
    def reached(self) -> bool:
        """Whether half of the people have a way to a facility."""
        return math.isfinite(self.minutes)


def kind_of(kind: str) -> tuple[Text, Text]:
    """Return what one facility is called, and what many are."""
    if kind in KINDS:
        one, many = KINDS[kind]
        return text(one), text(many)
    word = kind.replace("_", " ")
    return (word, word), (word, word)


def spots(
    places: pd.DataFrame, facilities: pd.DataFrame, minutes: Sequence[int], season: str = "dry"
) -> tuple[Spot, ...]:
    """List places by their minutes, those that reach nothing last.

    Parameters
    ----------
    places
        Columns `name_en, name_th, lon, lat, population, minutes, nearest_id`, and maybe
        `minutes_dry, minutes_wet`.
    facilities
        Columns `id, name_en, name_th`.
    minutes
        Breaks of the scale.
    season
        That of `minutes`.

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
            seasons=_seasons(row, season),
            kind=str(row.get("kind", "")),
        )
        for row in places.to_dict("records")
    ]
    return tuple(sorted(found, key=lambda spot: spot.minutes if spot.reached else math.inf))


def crowd(cells: pd.DataFrame, minutes: Sequence[int], season: str) -> tuple[Spot, ...]:
    """Gather the people of a raster by their minutes, to a tenth of one, rounded up.

    Parameters
    ----------
    cells
        Columns `population` and `minutes_dry, minutes_wet`, those of the seasons there are.
    minutes
        Breaks of the scale.
    season
        That of the map.

    Returns
    -------
    spots
        As of `spots`, without names: all people of equal minutes in every season are one.
    """
    known = [f"minutes_{one}" for one in SEASONS if f"minutes_{one}" in cells]
    tenths = {name: np.ceil(cells[name].to_numpy(np.float64) * 10) / 10 for name in known}
    table = pd.DataFrame({**tenths, "population": cells["population"].to_numpy(np.float64)})
    sums = table.groupby(known, as_index=False, dropna=False).sum()
    empty = dict.fromkeys(("name_en", "name_th", "nearest_id"), "")
    sums = sums.assign(**empty, lon=math.nan, lat=math.nan, minutes=sums[f"minutes_{season}"])
    return spots(sums, pd.DataFrame(columns=["id"]), minutes, season)


def district_rows(districts: gpd.GeoDataFrame, minutes: Sequence[int]) -> tuple[District, ...]:
    """List districts by their minutes; `shares` are those of `share_<minutes>`."""
    found = [
        District(
            name=_name(row),
            people=float(str(row["population"])),
            minutes=float(str(row["minutes"])),
            time=time_of(float(str(row["minutes"]))),
            shares=tuple(float(str(row.get(f"share_{at}", math.nan))) for at in minutes),
            unreached=float(str(row.get("share_unreached", math.nan))),
            colour=_colour(float(str(row["minutes"])), minutes),
        )
        for row in districts.drop(columns="geometry", errors="ignore").to_dict("records")
    ]
    return tuple(sorted(found, key=lambda one: (not math.isfinite(one.minutes), one.minutes)))


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


def season_name(season: str) -> Text:
    """Return what a season is called; another word is called by itself."""
    return text(SEASONS[season]) if season in SEASONS else (season, season)


def _seasons(row: Mapping[Hashable, object], season: str) -> tuple[InSeason, ...]:
    """Return the minutes of both seasons, or of the one there is."""
    known = {one: row[f"minutes_{one}"] for one in SEASONS if f"minutes_{one}" in row}
    return tuple(
        InSeason(season_name(one), float(str(value)), time_of(float(str(value))), one == season)
        for one, value in (known or {season: row["minutes"]}).items()
    )


def _name(row: Mapping[Hashable, object]) -> Text:
    return either(str(row["name_en"]), str(row["name_th"]))


def _colour(minutes: float, breaks: Sequence[int]) -> str:
    at = int(class_of([minutes], breaks)[0])
    return PALETTE["unreached"] if at == UNREACHED else steps(breaks)[at].colour
