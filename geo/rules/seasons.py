"""Parameters of the rainy season."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from layers.io.toml_file import read_toml

SEASONS: Final = ("dry", "wet")

SHIPPED: Final = Path(__file__).parent / "seasons.toml"


@dataclass(frozen=True)
class Rain:
    """Parameters of the rainy season; see `seasons.toml`."""

    months: tuple[int, ...]
    reference_km: float = field(metadata={"min": 0.1, "max": 1000, "unit": "km"})
    steep_grade: float = field(metadata={"min": 0, "max": 1})
    steep_factor: float = field(metadata={"min": 0, "max": 1})
    cut_days: float = field(metadata={"min": 0, "max": 365, "unit": "days"})
    cut_every_years: float = field(metadata={"min": 0.1, "max": 1000, "unit": "years"})
    season_days: float = field(metadata={"min": 1, "max": 366, "unit": "days"})
    cut_reach_m: float = field(metadata={"min": 0, "max": 100_000, "unit": "m"})
    ford: float = field(metadata={"min": 0, "max": 1})
    flood_prone: float = field(metadata={"min": 0, "max": 1})
    all_season: float = field(metadata={"min": 0, "max": 1})
    blocked_h: float = field(metadata={"min": 0, "max": 1000, "unit": "h"})


def read_rain(path: Path | None = None) -> Rain:
    """Read the parameters of the rains from a file; those shipped by default."""
    return read_toml(path or SHIPPED, Rain, what="the seasons")
