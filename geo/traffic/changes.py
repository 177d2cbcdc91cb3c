"""What a change of the roads does to the one traffic: for compare, risk and the report alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.economics.cash_flows import Savings
from geo.study import Study
from geo.traffic.assignment import Ways
from geo.traffic.estimate import Traffic, assigned
from geo.traffic.savings import savings
from layers.arrays import Bools, Floats


@dataclass(frozen=True, eq=False)
class Changes:
    """What trips take in a changed world, beside what they take in another.

    Arrays have the shape (origins, kinds); what is more is per day, all classes of traffic
    together, of trips that have a way before and after.

    Attributes
    ----------
    traffic
        Before.
    ways
        After, by id of vehicle.
    savings
        By id of vehicle.
    more_vehicle_h, more_person_h, more_tonne_h
        Hours more: of vehicles, of the people in them whose hours count, of goods.
    more_cost_thb
        More for vehicles: fuel, tyres, upkeep, crew, capital.
    more_time_thb
        What the hours of people and goods are worth.
    cut_off
        Whether there was a way and is none for any class.
    before_s, after_s
        Seconds of the first class, inf where nothing leads.
    """

    traffic: Traffic
    ways: Mapping[str, Ways]
    savings: Mapping[str, Savings]
    more_vehicle_h: Floats
    more_person_h: Floats
    more_tonne_h: Floats
    more_cost_thb: Floats
    more_time_thb: Floats
    cut_off: Bools
    before_s: Floats
    after_s: Floats

    @property
    def use(self) -> Floats:
        """Vehicles per day on every segment of the changed world."""
        use: Floats = np.sum([ways.use for ways in self.ways.values()], axis=0)
        return use


def changes(traffic: Traffic, changed: Study) -> Changes:
    """Send the same trips over other roads.

    Parameters
    ----------
    traffic
        On the roads before.
    changed
        The same area after.
    """
    rules, demand = traffic.rules, traffic.demand
    after = assigned(changed, traffic.trips, demand, traffic.season)
    goods_h = rules.inputs["goods_thb_per_t_h"].mid
    saved = {}
    zero = np.zeros(demand.shape)
    vehicle_h, person_h, tonne_h, cost, worth = (zero.copy() for _ in range(5))
    lost = np.zeros(demand.shape, bool)
    for name, share in traffic.shares.items():
        own, old, new = rules.classes[name], traffic.ways[name], after[name]
        trips = demand * share
        saved[name] = savings(trips, old, new, own)
        there, still = (np.isfinite(ways.sums["time_s"]) for ways in (old, new))
        both = there & still
        lost |= there & ~still
        with np.errstate(invalid="ignore"):
            hours = np.where(both, new.sums["time_s"] - old.sums["time_s"], 0.0) / 3600 * trips
            cost += np.where(both, new.sums["cost_thb"] - old.sums["cost_thb"], 0.0) * trips
        vehicle_h += hours
        person_h += hours * own.people
        tonne_h += hours * own.goods_t
        worth += hours * (own.time_thb_per_h + own.goods_t * goods_h)
    first = next(iter(traffic.shares))
    ends = [ways[first].sums["time_s"] for ways in (traffic.ways, after)]
    return Changes(
        traffic, after, saved, vehicle_h, person_h, tonne_h, cost, worth, lost, ends[0], ends[1]
    )
