"""Economic prices beside those that are paid, and how what is paved wears."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Conversion:
    """Economic price of a baht that is paid, by item; see `economics.toml`."""

    construction: float = field(metadata={"min": 0.1, "max": 3})
    maintenance: float = field(metadata={"min": 0.1, "max": 3})
    vehicles: float = field(metadata={"min": 0.1, "max": 3})
    source: str

    def __str__(self) -> str:
        """Write the factors."""
        return (
            f"construction {self.construction:g}, maintenance {self.maintenance:g}, "
            f"vehicles {self.vehicles:g}"
        )


@dataclass(frozen=True)
class Wear:
    """How what is paved grows rough again; see `economics.toml`."""

    iri_growth: float = field(metadata={"min": 0, "max": 0.5, "unit": "per year"})
    resurfaced_every: int = field(metadata={"min": 1, "max": 50, "unit": "years"})
    source: str

    def __str__(self) -> str:
        """Write both numbers."""
        return f"IRI {self.iri_growth:.1%} a year, resurfaced every {self.resurfaced_every} years"
