"""Other ways for a haul within the country: the same vehicles on roads that really differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.freight.haul import Drive, Haul, Terms
from geo.routing.alternatives import find_alternatives
from geo.routing.trip import sums


def other_ways(terms: Terms, haul: Haul, wanted: int) -> tuple[Haul, ...]:
    """Find other ways for goods that stay in the country.

    Vehicles and hubs stay as they are; one drive takes other roads out, and comes back
    empty as before.

    Parameters
    ----------
    terms, haul
        Who hauls, and the best way.
    wanted
        How many at most.

    Returns
    -------
    hauls
        The cheapest first; none where goods do not get there or cross a border.
    """
    if haul.crossing or not haul.reached or wanted < 1:
        return ()
    found = [
        _instead(terms, haul, at, other)
        for at, drive in enumerate(haul.inland)
        for other in _others(terms, drive, wanted)
    ]
    return tuple(sorted(found, key=lambda one: one.cost_thb_per_t)[:wanted])


def _others(terms: Terms, drive: Drive, wanted: int) -> list[Drive]:
    """Return a drive's other ways out."""
    at = list(terms.fleet.vehicles).index(drive.stage.vehicle)
    hauler = terms.fleet.haulers[at]
    ends = terms.fleet.at(at, [drive.stage.from_id, drive.stage.to_id]).snapped
    ways = find_alternatives(hauler.laden.network, hauler.out, ends, drive.path, wanted)
    return [replace(drive, path=way, out=sums(hauler.laden, way)) for way in ways]


def _instead(terms: Terms, haul: Haul, at: int, drive: Drive) -> Haul:
    """Return a haul with one drive instead of another, all its sums by what differs."""
    share, old = terms.rules.trips.empty_share, haul.inland[at]
    drives = (*haul.inland[:at], drive, *haul.inland[at + 1 :])
    longer_s = drive.out.time_s - old.out.time_s
    more = {
        f"{name}_per_t": drive.per_t(name, share) - old.per_t(name, share)
        for name in ("cost_thb", "fuel_l", "co2_kg")
    }
    p10, p50, p90 = haul.time_s
    return replace(
        haul,
        inland=drives,
        time_s=(p10 + longer_s, p50 + longer_s, p90 + longer_s),
        before_s=haul.before_s + longer_s,
        distance_m=haul.distance_m + drive.out.distance_m - old.out.distance_m,
        passable=float(np.prod([one.out.passable for one in drives])),
        **{name: getattr(haul, name) + by for name, by in more.items()},
    )
