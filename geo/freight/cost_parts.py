"""What the cost of a haul is made of: fuel, wear, the vehicle's time, waiting, handling, fees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.driving.vehicle import Vehicle
from geo.freight.haul import Haul, Terms
from geo.scenario.world import Price, priced


@dataclass(frozen=True)
class CostParts:
    """Baht per tonne, the empty share of ways back included; together the haul's cost.

    Attributes
    ----------
    fuel, wear, time
        Of driving: fuel; tyres and maintenance; crew and capital.
    waiting
        Crew and capital over the mean time at the gate.
    transloading
        At hubs and at the gate.
    fees
        Of the gate.
    """

    fuel: float
    wear: float
    time: float
    waiting: float
    transloading: float
    fees: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.fuel + self.wear + self.time + self.waiting + self.transloading + self.fees


def cost_parts(
    terms: Terms, haul: Haul, prices: Mapping[str, Price] | None = None
) -> CostParts | None:
    """Take the cost of a haul to pieces.

    Parameters
    ----------
    terms
        On which it was hauled.
    haul
        The haul.
    prices
        Changed prices of the world, if any.

    Returns
    -------
    parts
        None where goods do not get there. Waiting is what transloading and fees leave of the
        haul's handling.
    """
    if not haul.reached:
        return None
    share = terms.rules.trips.empty_share
    fleet = {one.vehicle.id: one.vehicle for one in terms.fleet.haulers}
    fuel = wear = time = 0.0
    for drive in haul.drives:
        vehicle = priced(fleet[drive.stage.vehicle], prices or {})
        if not isinstance(vehicle, Vehicle):
            continue
        running = vehicle.running
        burnt = drive.per_t("fuel_l", share) * vehicle.engine.fuel_thb_per_l
        hour = running.crew_thb_per_h + running.capital_thb_per_h
        spent = drive.per_t("time_s", share) / 3600 * hour
        fuel, time = fuel + burnt, time + spent
        # Tyres and upkeep depend on the roughness of every road.
        wear += drive.per_t("cost_thb", share) - burnt - spent
    hubs = terms.hubs.set_index("id")["transload_thb_per_t"].astype(float)
    loading = sum(float(hubs[drive.stage.to_id]) for drive in haul.inland[:-1])
    fees = 0.0
    if haul.crossing:
        gate = terms.crossings[haul.crossing]
        fees = gate.fee_thb / haul.inland[-1].payload_t
        loading += gate.transload_thb_per_t
    waiting = haul.handling_thb_per_t - loading - fees
    return CostParts(fuel, wear, time, max(waiting, 0.0), loading, fees)
