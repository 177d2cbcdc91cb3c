"""Corridors as ministries and development banks measure them: leg by leg, and in four indicators.

Time and cost over distance, with a step where nothing moves (UNESCAP, after Beresford and Dubey
1990 and Banomyong 2000): the slope of a leg is its pace or its unit cost, and a high step is
the bottleneck. Speeds without and with delay and the trade facilitation indicators are those of
CAREC's Corridor Performance Measurement and Monitoring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from geo.border.passage import QUANTILES, departures, passing_s
from geo.freight.haul import Haul, Terms
from geo.freight.hours import hours_spread

LOAD_T: Final = 20.0
"""Tonnes that CAREC's costs are for."""

SECTION_KM: Final = 500.0
"""Kilometres that CAREC's cost of a corridor is for."""

Spread = tuple[float, float, float]
"""10th, 50th and 90th percentile."""


@dataclass(frozen=True)
class Leg:
    """One piece of a corridor.

    Attributes
    ----------
    kind
        `drive`, the driver's `rest` on it, or a step at one place: `transfer` between vehicles,
        `border`.
    place_id
        Where it ends.
    vehicle
        What drives, empty at a step.
    distance_m
        0 at a step.
    time_s
        10th, 50th and 90th percentile of this piece alone: only medians add up.
    cost_thb_per_t
        The empty share of ways back included.
    """

    kind: Literal["drive", "rest", "transfer", "border"]
    place_id: str
    vehicle: str
    distance_m: float
    time_s: Spread
    cost_thb_per_t: float


@dataclass(frozen=True)
class Measures:
    """Indicators of one corridor.

    Attributes
    ----------
    distance_km
        All of it.
    swod_kph, swd_kph
        Speed without delay: km per hour driven; with delay: per hour of driving and stops.
        CAREC's fourth indicator (TFI4).
    tfi1_h
        Hours to clear the border, waiting and transloading there included: median of a week
        of departures; NaN where none is passed.
    tfi1_p90_h
        What nine of ten departures do not exceed.
    tfi2_thb
        Baht for that, for a load of 20 t.
    tfi3_thb
        Baht for 500 km of the corridor, for a load of 20 t, with all stops.
    """

    distance_km: float
    swod_kph: float
    swd_kph: float
    tfi1_h: float
    tfi1_p90_h: float
    tfi2_thb: float
    tfi3_thb: float

    @property
    def moving(self) -> float:
        """Share of the time that something moves."""
        return self.swd_kph / self.swod_kph


def legs_of(terms: Terms, haul: Haul) -> tuple[Leg, ...]:
    """Take a haul to pieces, in order.

    Parameters
    ----------
    terms
        On which it was hauled.
    haul
        One that gets there; another has no legs.

    Returns
    -------
    legs
        Their median times and their costs add up to those of the haul.
    """
    if not haul.reached:
        return ()
    share = terms.rules.trips.empty_share
    hubs = terms.hubs.set_index("id")[["transload_min", "transload_thb_per_t"]].astype(float)
    legs: list[Leg] = []
    handled = 0.0
    for at, drive in enumerate(haul.drives):
        out = drive.out
        to = drive.stage.to_id
        legs.append(
            Leg(
                "drive",
                to,
                drive.stage.vehicle,
                out.distance_m,
                hours_spread([drive], 0.0),
                drive.thb_per_t(share),
            )
        )
        stands = drive.halts.total_s
        if stands > 0:
            legs.append(Leg("rest", to, drive.stage.vehicle, 0.0, (stands,) * 3, 0.0))
        if at < len(haul.inland) - 1:
            seconds = float(hubs["transload_min"][to]) * 60
            cost = float(hubs["transload_thb_per_t"][to])
            handled += cost
            legs.append(Leg("transfer", to, "", 0.0, (seconds,) * 3, cost))
        elif at == len(haul.inland) - 1 and haul.crossing:
            cost = haul.handling_thb_per_t - handled
            legs.append(Leg("border", haul.crossing, "", 0.0, _passing(terms, haul), cost))
    return tuple(legs)


def _passing(terms: Terms, haul: Haul) -> Spread:
    """Return what the border takes, its median what is left of the haul's."""
    vehicle = terms.fleet[haul.inland[-1].stage.vehicle].vehicle
    crossing = terms.crossings[haul.crossing]
    drawn = passing_s(crossing, vehicle, departures(terms.border), terms.border)
    p10, p50, p90 = (float(one) for one in np.quantile(drawn, QUANTILES))
    left = max(haul.time_s[1] - haul.before_s - sum(one.time_s for one in haul.onward), 0.0)
    return max(p10 + left - p50, 0.0), left, p90 + left - p50


def measures(legs: Sequence[Leg]) -> Measures:
    """Return the indicators of a corridor from its legs.

    Parameters
    ----------
    legs
        At least one drive.

    Examples
    --------
    120 km in 3 h, a border of 2 h, 100 km in 2 h:

    >>> found = measures([
    ...     Leg("drive", "gate", "truck", 120_000, (10800.0,) * 3, 600),
    ...     Leg("border", "gate", "", 0, (7200.0,) * 3, 100),
    ...     Leg("drive", "city", "truck", 100_000, (7200.0,) * 3, 400),
    ... ])
    >>> round(found.swod_kph, 2), round(found.swd_kph, 2), found.tfi1_h
    (44.0, 31.43, 2.0)
    """
    km = sum(leg.distance_m for leg in legs) / 1000
    driven = sum(leg.time_s[1] for leg in legs if leg.kind == "drive") / 3600
    whole = sum(leg.time_s[1] for leg in legs) / 3600
    gates = [leg for leg in legs if leg.kind == "border"]
    cost = sum(leg.cost_thb_per_t for leg in legs)
    return Measures(
        km,
        km / driven if driven else np.nan,
        km / whole if whole else np.nan,
        sum(leg.time_s[1] for leg in gates) / 3600 if gates else np.nan,
        sum(leg.time_s[2] for leg in gates) / 3600 if gates else np.nan,
        LOAD_T * sum(leg.cost_thb_per_t for leg in gates) if gates else np.nan,
        LOAD_T * cost * SECTION_KM / km if km else np.nan,
    )


def break_even_km(fixed: tuple[float, float], per_km: tuple[float, float]) -> float:
    """Return the distance at which two ways of carrying cost the same.

    Parameters
    ----------
    fixed
        What each costs before it moves.
    per_km
        What each costs by the kilometre.

    Returns
    -------
    km
        inf where one is cheaper at any distance.

    Examples
    --------
    >>> break_even_km((0.0, 600.0), (5.0, 2.0))
    200.0
    """
    dearer, cheaper = per_km[0] - per_km[1], fixed[1] - fixed[0]
    if dearer == 0 or cheaper / dearer <= 0:
        return np.inf
    return cheaper / dearer
