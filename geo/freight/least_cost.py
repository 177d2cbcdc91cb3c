"""Freight: the cheapest haul from a place to others, within the country and across a border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.border.crossing import Crossing, Refusal
from geo.border.passage import departures, passing_s, refusal, turned_back
from geo.driving.vehicle import Vehicle
from geo.freight.chains import Chains, Stage
from geo.freight.fleet import Fleet, Hauler, across
from geo.freight.haul import Drive, Haul, Terms
from geo.freight.hours import hours_spread
from geo.routing.engine import shortest_path
from geo.routing.graph import Metric
from geo.routing.trip import halts_on, log_spread, sums
from geo.rules.border import BorderRules
from layers.arrays import Floats


def hauls(terms: Terms, origins: Sequence[str], targets: Sequence[str]) -> tuple[Haul, ...]:
    """Find the cheapest haul from every origin to every place of the country.

    Parameters
    ----------
    terms
        Who hauls.
    origins, targets
        Ids of places.

    Returns
    -------
    hauls
        Origin by origin, one for every target.
    """
    chains = terms.chains(origins, targets)
    none = (Refusal("road", ", ".join(terms.fleet.vehicles)),)
    return tuple(
        _haul(terms, chains.stages(i, j)) or Haul(origin, target, "", refusals=none)
        for i, origin in enumerate(origins)
        for j, target in enumerate(targets)
    )


def hauls_abroad(
    terms: Terms, origins: Sequence[str], crossings: Sequence[str]
) -> tuple[Haul, ...]:
    """Find the cheapest haul from every origin through every crossing, and on to the city.

    The vehicle that arrives must be let through; where goods change vehicles at the gate,
    one like it takes them on, or the cheapest that can.

    Parameters
    ----------
    terms
        Who hauls.
    origins
        Ids of places.
    crossings
        Ids of those wanted.

    Returns
    -------
    hauls
        Origin by origin, crossing by crossing: one through the gate, and one on to the
        first city beyond where that is known and a road leads there.
    """
    chains = terms.chains(origins, crossings)
    through = [_gate(terms, terms.crossings[name]) for name in crossings]
    return tuple(
        haul
        for i, origin in enumerate(origins)
        for j, gate in enumerate(through)
        for haul in _through(terms, chains, (i, j), origin, gate)
    )


@dataclass(frozen=True, eq=False)
class _Gate:
    """What a crossing takes each vehicle of a fleet, and who drives on beyond it.

    Attributes
    ----------
    crossing
        Which.
    refusals
        Why it refuses vehicles.
    toll
        Baht per tonne by vehicle, inf where refused.
    onward
        The drive to the city beyond by the vehicle that arrives, None where there is none.
    """

    crossing: Crossing
    refusals: tuple[Refusal, ...]
    toll: Floats
    onward: tuple[Drive | None, ...]


def _gate(terms: Terms, crossing: Crossing) -> _Gate:
    """Gather what passing a crossing is like for each vehicle."""
    vehicles = [hauler.vehicle for hauler in terms.fleet.haulers]
    why = [refusal(crossing, vehicle) for vehicle in vehicles]
    told = tuple(dict.fromkeys(one for one in why if one))
    toll = np.array([gate_thb_per_t(crossing, vehicle, terms.border) for vehicle in vehicles])
    if all(why) or crossing.beyond not in terms.fleet.position:
        return _Gate(crossing, told, toll, (None,) * len(vehicles))
    share = terms.rules.trips.empty_share
    drives: list[Drive | None] = []
    for hauler in terms.fleet.haulers:
        if not terms.fleet.at(hauler.vehicle.id, [crossing.id, crossing.beyond]).near.all():
            drives.append(None)
            continue
        with across(hauler, crossing.id) as ways:
            drives.append(_drive(terms.fleet, (crossing.id, crossing.beyond), hauler, ways))
    if crossing.transload:
        # Whatever takes the goods on must be borne by the bridge too.
        drives = [
            None if turned_back(crossing, vehicle) else drive
            for drive, vehicle in zip(drives, vehicles, strict=True)
        ]
        able = [drive for drive in drives if drive]
        cheapest = min(able, key=lambda drive: drive.thb_per_t(share)) if able else None
        drives = [drive or cheapest for drive in drives]
    return _Gate(crossing, told, toll, tuple(drives))


def _through(
    terms: Terms, chains: Chains, at: tuple[int, int], origin: str, gate: _Gate
) -> list[Haul]:
    """Return the haul through a gate, and the one on to the city beyond."""
    share = terms.rules.trips.empty_share
    crossing = gate.crossing
    ends = [(crossing.id, gate.toll)]
    if any(gate.onward):
        beyond = [drive.thb_per_t(share) if drive else np.inf for drive in gate.onward]
        ends.append((crossing.beyond, gate.toll + beyond))
    found = []
    for number, (there, toll) in enumerate(ends):
        total = chains.cost_thb_per_t[at] + toll
        last = int(np.argmin(total))
        haul = None
        if np.isfinite(total[last]):
            stages = chains.stages(*at, last)
            haul = _haul(terms, stages, gate=gate, onward=gate.onward[last] if number else None)
        road = (Refusal("road", ", ".join(terms.fleet.vehicles)),)
        why = gate.refusals or road
        found.append(haul or Haul(origin, there, crossing.id, refusals=why))
    return found


def gate_thb_per_t(crossing: Crossing, vehicle: Vehicle, rules: BorderRules) -> float:
    """Return what passing a gate costs a tonne, inf where the vehicle may not.

    Fees, transloading, and crew and capital over the mean time there: departures are spread
    over the week, so that it does not depend on how far the vehicle has come.
    """
    seconds = passing_s(crossing, vehicle, departures(rules), rules)
    hourly = vehicle.running.crew_thb_per_h + vehicle.running.capital_thb_per_h
    own = crossing.fee_thb + hourly * float(seconds.mean()) / 3600
    return own / vehicle.payload_t + crossing.transload_thb_per_t


def _haul(
    terms: Terms,
    stages: Sequence[Stage],
    *,
    gate: _Gate | None = None,
    onward: Drive | None = None,
) -> Haul | None:
    """Drive the stages of a chain, pass a gate and go on; None where that cannot be."""
    drives = []
    for stage in stages:
        hauler = terms.fleet[stage.vehicle]
        ends = stage.from_id, stage.to_id
        if (hauler, *ends) not in terms.driven:
            drive = _drive(terms.fleet, ends, hauler, (hauler.out, hauler.back))
            terms.driven[hauler, *ends] = drive
        drive = terms.driven[hauler, *ends]
        if drive is None:
            return None
        drives.append(drive)
    if not drives:
        return None
    every = [*drives, *([onward] if onward else [])]
    changed = [terms.changing[stage.to_id] for stage in stages[:-1]]
    share = terms.rules.trips.empty_share
    changing_s = float(sum(minutes for minutes, _ in changed)) * 60
    before = sum(drive.time_s for drive in drives) + changing_s
    fixed_s = changing_s + sum(drive.halts.total_s for drive in every)
    handling = float(sum(thb for _, thb in changed))
    passing = None
    if gate:
        last = drives[-1].stage.vehicle
        handling += float(gate.toll[terms.fleet.vehicles.index(last)])
        vehicle = terms.fleet[last].vehicle
        passing = passing_s(gate.crossing, vehicle, departures(terms.border), terms.border)
    return Haul(
        from_id=stages[0].from_id,
        to_id=every[-1].stage.to_id,
        crossing=gate.crossing.id if gate else "",
        inland=tuple(drives),
        onward=(onward,) if onward else (),
        time_s=hours_spread(every, fixed_s, passing),
        before_s=before,
        handling_thb_per_t=handling,
        cost_thb_per_t=handling + sum(drive.thb_per_t(share) for drive in every),
        fuel_l_per_t=sum(drive.per_t("fuel_l", share) for drive in every),
        co2_kg_per_t=sum(drive.per_t("co2_kg", share) for drive in every),
        distance_m=sum(drive.out.distance_m for drive in every),
        passable=float(np.prod([drive.out.passable for drive in every])),
    )


def _drive(
    fleet: Fleet, ends: tuple[str, str], hauler: Hauler, metrics: tuple[Metric, Metric]
) -> Drive | None:
    """Find the way out and back of one vehicle, None where there is none."""
    start, stop = (fleet.at(hauler.vehicle.id, [name]) for name in ends)
    if not (start.near.all() and stop.near.all()):
        return None
    out = shortest_path(metrics[0], start.snapped, stop.snapped)
    back = shortest_path(metrics[1], stop.snapped, start.snapped)
    if out is None or back is None:
        return None
    return Drive(
        Stage(hauler.vehicle.id, *ends),
        hauler.vehicle.payload_t,
        sums(hauler.laden, out),
        sums(hauler.empty, back),
        out,
        halts_on(hauler.laden, out),
        log_spread(hauler.laden, out),
    )
