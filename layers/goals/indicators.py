"""Key figures of an area that can be followed over the years, and which way is better."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from layers.tables.facility_kinds import facility_kinds

WITHIN_MIN: Final = 60
"""Minutes that count as near."""

LOWER: Final = "lower"
HIGHER: Final = "higher"


@dataclass(frozen=True)
class Indicator:
    """One key figure.

    Attributes
    ----------
    id
        By which targets and histories name it.
    measure
        What it measures, the same for every kind and season; `maps.monitor.words` has the
        words for it.
    unit
        One of `UNITS`.
    better
        `lower` or `higher`.
    kind
        Kind of facility it is about, empty if none.
    season
        `dry` or `wet`, empty where it is about neither or both.
    """

    id: str
    measure: str
    unit: str
    better: str
    kind: str = ""
    season: str = ""

    def gain(self, before: float, after: float) -> float:
        """Return by how much a value got better; negative if it got worse.

        Examples
        --------
        >>> Indicator("m", "mean_minutes", "min", LOWER).gain(50, 42)
        8
        """
        return after - before if self.better == HIGHER else before - after


UNITS: Final = ("%", "min", "h", "people", "THB/t", "h/day", "crossings")
"""Percentages are of people, of kilometres, or of days."""

_BY_KIND: Final = (
    ("people_within", "%", HIGHER, "dry"),
    ("people_within", "%", HIGHER, "wet"),
    ("mean_minutes", "min", LOWER, "dry"),
)
_ALONE: Final = (
    ("rural_access_index_pct", "%", HIGHER),
    ("people_cut_off_wet", "people", LOWER),
    ("freight_thb_per_t_provinces", "THB/t", LOWER),
    ("freight_thb_per_t_crossing", "THB/t", LOWER),
    ("hours_to_next_city", "h", LOWER),
    ("open_crossings", "crossings", HIGHER),
    ("passable_wet_probability_pct", "%", HIGHER),
    ("person_hours_lost_worst_link", "h/day", LOWER),
    ("share_of_km_paved_pct", "%", HIGHER),
)


@cache
def indicators() -> Mapping[str, Indicator]:
    """Return every key figure by its id; `geo.goals.key_figures` says how each is computed.

    Examples
    --------
    >>> indicators()["people_within_60_min_hospital_wet"].better
    'higher'
    >>> indicators()["mean_minutes_market"].unit
    'min'
    """
    made = [
        Indicator(figure_id(measure, kind, season), measure, unit, better, kind, season)
        for kind in facility_kinds()
        for measure, unit, better, season in _BY_KIND
    ]
    made += [Indicator(measure, measure, unit, better) for measure, unit, better in _ALONE]
    return MappingProxyType({one.id: one for one in made})


def figure_id(measure: str, kind: str, season: str) -> str:
    """Return the id of a figure about a kind of facility.

    Examples
    --------
    >>> figure_id("people_within", "school", "dry"), figure_id("mean_minutes", "school", "dry")
    ('people_within_60_min_school_dry', 'mean_minutes_school')
    """
    if measure == "people_within":
        return f"people_within_{WITHIN_MIN}_min_{kind}_{season}"
    return f"{measure}_{kind}"


def unknown(name: str) -> str:
    """Say that an id is none, with the nearest and all valid ones."""
    near = difflib.get_close_matches(name, indicators(), n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{name!r} is no key figure; {hint}key figures: {', '.join(indicators())}"
