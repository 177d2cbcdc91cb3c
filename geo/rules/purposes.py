"""Why people go, and how often: the purposes of trips that `economics.toml` states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

DAYS_A_YEAR: Final = 365.0
UNIT: Final = "trips of people, one way"


@dataclass(frozen=True)
class Purpose:
    """Why people go, and how often; see `economics.toml`.

    Attributes
    ----------
    to
        A kind of facility, of which the nearest counts; `capital`, `city`, `towns`; or `places`.
    source
        Where it is from.
    rate
        Trips of each person of the area per day, of who takes `minutes`.
    minutes
        Who takes longer goes less often, by the elasticity of the demand.
    wet
        Trips in the rains, of the year's average.
    per_year
        People who come and leave again, where `to` is `places`.
    origin
        Id of the place that they come from.
    places
        Share of them by id of the place where they go.
    """

    to: str
    source: str
    rate: float = field(default=0.0, metadata={"min": 0, "max": 20, "unit": "trips per day"})
    minutes: float = field(default=30.0, metadata={"min": 1, "max": 3000, "unit": "min"})
    wet: float = field(default=1.0, metadata={"min": 0, "max": 2})
    per_year: float = field(default=0.0, metadata={"min": 0, "max": 1e9, "unit": "people"})
    origin: str = ""
    places: Mapping[str, float] = field(default_factory=dict, metadata={"min": 0, "max": 1})

    def season_factor(self, season: str, wet_days: float) -> float:
        """Return trips per day of a season, of those of the year's average."""
        if season == "wet":
            return self.wet
        return (DAYS_A_YEAR - wet_days * self.wet) / (DAYS_A_YEAR - wet_days)

    def __str__(self) -> str:
        """Say where it leads and how often."""
        rains = f", in the rains {self.wet:g} of the average" if self.wet != 1 else ""
        if self.to != "places":
            often = f"{self.rate:g} trips per person and day at {self.minutes:g} min"
            return f"to {self.to}, {often}{rains}"
        where = ", ".join(f"{place} {share:.0%}" for place, share in self.places.items())
        return f"{self.per_year:,.0f} people a year from {self.origin} to {where}{rains}"


def faults(one: Purpose) -> list[str]:
    """Say what of a purpose does not belong together."""
    if one.to != "places":
        return [] if one.rate > 0 else ["rate: must be above 0"]
    needed = ("per_year", "origin", "places")
    found = [f"{key}: missing" for key in needed if not getattr(one, key)]
    total = sum(one.places.values())
    if one.places and abs(total - 1) > 1e-6:  # noqa: PLR2004
        found.append(f"places: shares add up to {total:g}, not 1")
    return found
