"""Hauls: goods carried from one place to another, and the terms on which they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from geo.border.crossing import Crossing, Refusal
from geo.driving.stops import STANDS_NOWHERE, Halts
from geo.freight.chains import Chains, Stage, cheapest_chains
from geo.freight.fleet import Fleet, Hauler
from geo.routing.path import Path
from geo.routing.trip import Sums
from geo.rules.border import BorderRules
from geo.rules.freight import FreightRules


@dataclass(frozen=True, eq=False)
class Terms:
    """Who hauls, and on what terms.

    Attributes
    ----------
    fleet
        Vehicles that may be used, and all places.
    hubs
        Columns `id, transload_min, transload_thb_per_t`: where goods may change vehicles.
    crossings
        By id.
    rules
        Parameters.
    first
        Ids of vehicles that may load at the origin; all if empty.
    driven
        Drives within the country that were found: hauls to many markets share them.
    """

    fleet: Fleet
    hubs: pd.DataFrame
    crossings: Mapping[str, Crossing]
    rules: FreightRules
    border: BorderRules
    first: tuple[str, ...] = ()
    driven: dict[tuple[Hauler, str, str], Drive | None] = field(default_factory=dict, repr=False)

    @cached_property
    def changing(self) -> Mapping[str, tuple[float, float]]:
        """Minutes and baht per tonne of changing vehicles, by id of the hub."""
        told = (self.hubs[name] for name in ("id", "transload_min", "transload_thb_per_t"))
        return {hub: (minutes, thb) for hub, minutes, thb in zip(*told, strict=True)}

    @property
    def season(self) -> str:
        """The season that holds: that of the trips of the fleet."""
        return self.fleet.haulers[0].laden.season

    def chains(self, origins: Sequence[str], targets: Sequence[str]) -> Chains:
        """Find the cheapest chains between places of the country."""
        return cheapest_chains(
            self.fleet,
            origins,
            targets,
            self.hubs,
            empty_share=self.rules.trips.empty_share,
            max_changes=self.rules.trips.max_changes,
            first=self.first,
        )


@dataclass(frozen=True, eq=False)
class Drive:
    """One drive of a haul: laden there, and empty back.

    Attributes
    ----------
    stage
        Which vehicle, from where to where.
    payload_t
        Tonnes carried.
    out, back
        What the way out takes laden, and the way back empty.
    path
        The way out.
    halts
        How long the vehicle stands on the way out: the driver's rest, and nights.
    log_spread
        Standard deviation of the logarithm of the time of driving out.
    """

    stage: Stage
    payload_t: float
    out: Sums
    back: Sums
    path: Path
    halts: Halts = STANDS_NOWHERE
    log_spread: float = 0.0

    @property
    def time_s(self) -> float:
        """Seconds of the way out, halts included."""
        return self.out.time_s + self.halts.total_s

    def per_t(self, name: str, empty_share: float) -> float:
        """Return a sum such as `fuel_l` by the tonne, with the empty share of the way back."""
        there, back = getattr(self.out, name), getattr(self.back, name)
        return float(there + empty_share * back) / self.payload_t

    def thb_per_t(self, empty_share: float) -> float:
        """Return baht per tonne."""
        return self.per_t("cost_thb", empty_share)


@dataclass(frozen=True, eq=False)
class Haul:
    """Carrying goods from one place to another.

    Attributes
    ----------
    from_id, to_id
        Places.
    crossing
        Id of the crossing that is passed, empty if none.
    inland, onward
        The drives to the destination or the gate, and beyond the gate; none where goods do
        not get there.
    time_s
        10th, 50th and 90th percentile over drivers and days, departures of a week and the
        dwell at the gate, the driver's rest included.
    handling_thb_per_t
        Transloading at hubs and at the gate, fees, and the vehicle's time at the gate.
    cost_thb_per_t, fuel_l_per_t, co2_kg_per_t
        All of it by the tonne, the empty share of ways back included.
    before_s
        From leaving to the gate, or to the destination where there is none.
    distance_m, passable
        Along the ways out.
    refusals
        Why goods do not get there.
    """

    from_id: str
    to_id: str
    crossing: str
    inland: tuple[Drive, ...] = ()
    onward: tuple[Drive, ...] = ()
    time_s: tuple[float, float, float] = (np.inf, np.inf, np.inf)
    before_s: float = np.inf
    handling_thb_per_t: float = np.inf
    cost_thb_per_t: float = np.inf
    fuel_l_per_t: float = np.inf
    co2_kg_per_t: float = np.inf
    distance_m: float = np.inf
    passable: float = 0.0
    refusals: tuple[Refusal, ...] = ()

    @property
    def drives(self) -> tuple[Drive, ...]:
        """All drives in order."""
        return (*self.inland, *self.onward)

    @property
    def reached(self) -> bool:
        """Whether goods get there."""
        return bool(self.drives)

    @property
    def vehicles(self) -> tuple[str, ...]:
        """The vehicles in order, each change once."""
        return tuple(drive.stage.vehicle for drive in self.drives)


def why_not(terms: Terms, haul: Haul) -> str:
    """Say why goods do not get there, with the source of what is known; empty if they do."""
    if haul.reached:
        return ""
    said = "; ".join(str(one) for one in haul.refusals)
    crossing = terms.crossings.get(haul.crossing)
    if crossing and any(one.kind in {"closed", "unknown"} for one in haul.refusals):
        said = f"{said} ({crossing.source})"
    return said
