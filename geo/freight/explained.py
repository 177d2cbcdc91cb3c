"""What the hours of freight corridors are made of, and what holds the speed while driving."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from geo.freight.corridors import Freight
from geo.freight.haul_profile import Delivery
from geo.routing.reasons import intervals, merged_shares

HELD: Final = 4
"""So many reasons of each corridor are told, those that take the most time."""


COLUMNS: Final = (
    "to_id",
    "crossing",
    "time_p50_s",
    "driving_s",
    "rests_s",
    "nights_s",
    "changing_s",
    "gate_s",
    "held_by",
)


def explained(found: Freight) -> pd.DataFrame:
    """Say of each corridor what its hours are made of.

    Parameters
    ----------
    found
        Of `geo.freight.corridors.freight`.

    Returns
    -------
    explained
        A row per corridor that goods get along, in order, columns `to_id, crossing, time_p50_s,
        driving_s, rests_s, nights_s, changing_s, gate_s, held_by`: the driver's breaks, nights
        of long hauls, changes of vehicle at hubs, and what is left of the median for the gate.
        `held_by` is a tuple of `geo.routing.reasons.Share`, the reasons that take most of the
        time of driving.

    Examples
    --------
    >>> from geo.freight.corridors import freight
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> row, = explained(freight(study, to="pai", vehicles=("truck_10w",))).itertuples()
    >>> row.gate_s, row.nights_s, row.held_by[0].limit
    (0.0, 0.0, 'curve')
    """
    rows = [_row(one) for one in found.deliveries if one.profile]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(one: Delivery) -> tuple[Any, ...]:
    """Take the hours of one corridor apart."""
    haul, routes = one.haul, one.profile.routes if one.profile else ()
    driving = sum(drive.out.time_s for drive in haul.drives)
    rests = sum(drive.halts.rests_s for drive in haul.drives)
    nights = sum(drive.halts.nights_s for drive in haul.drives)
    changing = haul.before_s - sum(drive.time_s for drive in haul.inland)
    median = haul.time_s[1]
    gate = median - driving - rests - nights - changing if haul.crossing else 0.0
    held = merged_shares([intervals(route.profile) for route in routes])[:HELD]
    return haul.to_id, haul.crossing, median, driving, rests, nights, changing, gate, held
