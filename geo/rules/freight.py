"""Parameters of freight: vehicles, empty trips, and how shippers choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from layers.io.toml_file import read_toml

SHIPPED: Final = Path(__file__).parent / "freight.toml"


@dataclass(frozen=True)
class Trips:
    """How goods are carried; see `freight.toml`."""

    empty_share: float = field(metadata={"min": 0, "max": 1})
    vehicles: tuple[str, ...]
    max_changes: int = field(metadata={"min": 0, "max": 5})


@dataclass(frozen=True)
class Choice:
    """How shippers choose between ways and markets, and what unsure hours cost them."""

    theta_per_thb_t: float = field(metadata={"min": 0, "max": 100, "unit": "t/baht"})
    alternatives: int = field(metadata={"min": 0, "max": 5})
    reliability_ratio: float = field(metadata={"min": 0, "max": 10})


@dataclass(frozen=True)
class FreightRules:
    """All parameters of `freight.toml`."""

    trips: Trips
    choice: Choice
    sources: Mapping[str, str]


def read_freight_rules(path: Path | None = None) -> FreightRules:
    """Read the parameters of freight from a file; those shipped by default."""
    return read_toml(path or SHIPPED, FreightRules, what="freight rules")
