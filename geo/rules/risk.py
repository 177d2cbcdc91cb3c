"""Parameters of hazards, of losing a road, and of protecting it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from layers.io.toml_file import read_toml

SHIPPED: Final = Path(__file__).parent / "risk.toml"


@dataclass(frozen=True)
class Landslides:
    """Parameters of the landslide index; see `risk.toml`."""

    slope_low: float = field(metadata={"min": 0, "max": 10})
    slope_high: float = field(metadata={"min": 0, "max": 10})
    hollow_per_m: float = field(metadata={"min": 1e-6, "max": 1, "unit": "1/m"})
    hollow_share: float = field(metadata={"min": 0, "max": 1})
    step_m: float = field(metadata={"min": 1, "max": 1000, "unit": "m"})
    cuts_per_km_year: float = field(metadata={"min": 0, "max": 1000})
    days: float = field(metadata={"min": 0, "max": 365, "unit": "days"})


@dataclass(frozen=True)
class Protection:
    """What an hour is worth and protecting a road costs; see `risk.toml`."""

    time_thb_per_h: float = field(metadata={"min": 0, "max": 1e6, "unit": "THB/h"})
    cost_thb_per_km: float = field(metadata={"min": 1, "max": 1e10, "unit": "THB/km"})
    life_years: float = field(metadata={"min": 1, "max": 200, "unit": "years"})
    discount_rate: float = field(metadata={"min": 0, "max": 1})


@dataclass(frozen=True)
class Travel:
    """How often people go, and how many together; see `risk.toml`."""

    trips_per_person_day: float = field(metadata={"min": 0, "max": 20, "unit": "1/day"})
    people_per_vehicle: float = field(metadata={"min": 0.1, "max": 100})


@dataclass(frozen=True)
class Storm:
    """How links near one another fail together; see `risk.toml`."""

    correlation: float = field(metadata={"min": 0, "max": 1})
    reach_km: float = field(metadata={"min": 2, "max": 1000, "unit": "km"})


@dataclass(frozen=True)
class Risk:
    """Parameters of hazards; see `risk.toml`."""

    closing_depth_m: float = field(metadata={"min": 0, "max": 10, "unit": "m"})
    flood_days: float = field(metadata={"min": 0, "max": 365, "unit": "days"})
    landslide: Landslides
    travel: Travel
    protection: Protection
    storm: Storm


def storm_of(storm: Storm, correlation: float | None, reach_km: float | None) -> Storm:
    """Return storms with another correlation or reach, None for theirs."""
    return replace(
        storm,
        correlation=storm.correlation if correlation is None else correlation,
        reach_km=storm.reach_km if reach_km is None else reach_km,
    )


def read_risk(path: Path | None = None) -> Risk:
    """Read the parameters of hazards from a file; those shipped by default."""
    return read_toml(path or SHIPPED, Risk, what="the hazards")
