"""Parameters of freight: empty trips, hours and dwell where none are known, transloading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from layers.io.toml_file import read_toml


@dataclass(frozen=True)
class Trips:
    """How goods are carried; see `freight.toml`."""

    empty_share: float = field(metadata={"min": 0, "max": 1})
    vehicles: tuple[str, ...]
    max_changes: int = field(metadata={"min": 0, "max": 5})


@dataclass(frozen=True)
class Dwell:
    """Minutes at a crossing, lognormal by its median and 90th percentile."""

    median_min: float = field(metadata={"min": 0.1, "max": 100_000, "unit": "min"})
    p90_min: float = field(metadata={"min": 0.1, "max": 100_000, "unit": "min"})


@dataclass(frozen=True)
class Transload:
    """Moving a load to another vehicle."""

    minutes: float = field(metadata={"min": 0, "max": 10_000, "unit": "min"})
    thb_per_t: float = field(metadata={"min": 0, "max": 100_000, "unit": "baht/t"})


@dataclass(frozen=True)
class Choice:
    """How shippers choose between ways and markets."""

    theta_per_thb_t: float = field(metadata={"min": 0, "max": 100, "unit": "t/baht"})
    alternatives: int = field(metadata={"min": 0, "max": 5})


@dataclass(frozen=True)
class Departures:
    """Over which departures times at gates are counted."""

    every_min: int = field(metadata={"min": 1, "max": 1440, "unit": "min"})
    draws: int = field(metadata={"min": 1, "max": 100_000})
    seed: int = field(metadata={"min": 0, "max": 2**32 - 1})


@dataclass(frozen=True)
class FreightRules:
    """All parameters of `freight.toml`; `hours` by type of crossing, `dwell` by class."""

    trips: Trips
    hours: Mapping[str, str]
    dwell: Mapping[str, Dwell]
    transload: Transload
    choice: Choice
    departures: Departures
    sources: Mapping[str, str]


@cache
def read_freight_rules() -> FreightRules:
    """Read the parameters that ship with the package."""
    return read_toml(Path(__file__).parent / "freight.toml", FreightRules, what="freight rules")
