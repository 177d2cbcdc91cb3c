"""Parameters of border crossings: hours and dwell where none are known, transloading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from layers.io.toml_file import read_toml

SHIPPED: Final = Path(__file__).parent / "border.toml"


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
class Departures:
    """Over which departures times at gates are counted."""

    every_min: int = field(metadata={"min": 1, "max": 1440, "unit": "min"})
    draws: int = field(metadata={"min": 1, "max": 100_000})
    seed: int = field(metadata={"min": 0, "max": 2**32 - 1})


@dataclass(frozen=True)
class BorderRules:
    """All parameters of `border.toml`; `hours` by type of crossing, `dwell` by class."""

    hours: Mapping[str, str]
    dwell: Mapping[str, Dwell]
    transload: Transload
    departures: Departures
    sources: Mapping[str, str]


def read_border_rules(path: Path | None = None) -> BorderRules:
    """Read the parameters of crossings from a file; those shipped by default."""
    return read_toml(path or SHIPPED, BorderRules, what="border rules")
