"""The one traffic while stretches of road are lost: the hours and baht that `compare` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geo.routing.stretch import Stretch
from geo.scenario.apply import Scenario
from geo.scenario.changes import CloseRoads
from geo.scenario.selection import Select
from geo.study import Study
from geo.traffic.changes import Changes
from geo.traffic.estimate import Traffic

LEAST_H: float = 0.05 / 60
"""Hours per trip below which nobody is later."""


def closed_study(study: Study, stretches: Sequence[Stretch], days: float) -> Study:
    """Return the study with stretches closed, as a scenario of `close-roads` has them."""
    closed = tuple(CloseRoads(Select(stretch=str(one)), days) for one in stretches)
    name = "closed " + " ".join(map(str, stretches))
    return study.with_also(Scenario(name, name, name, closed))


def demand_words(traffic: Traffic) -> str:
    """Say how many vehicles and people the traffic is."""
    vehicles = float(traffic.demand.sum())
    each = traffic.trips.people_per_vehicle
    return f"{each:.2f} people to a counted vehicle" if vehicles else "no vehicle at all"


def with_traffic(
    tables: Mapping[str, pd.DataFrame], found: Changes, days: float
) -> dict[str, pd.DataFrame]:
    """Put what all traffic loses into the tables of a failure.

    Parameters
    ----------
    tables
        `detours` and `totals` of `geo.risk.failure.failure`.
    found
        Traffic before and while the stretches are lost.
    days
        For how long.

    Returns
    -------
    tables
        `detours` of people are those of all traffic to and from each place: `demand` in trips
        of people, `extra_h` in hours of people, `extra_thb` for all vehicles. `totals` begin
        with `vehicles`: hours of vehicles, baht for them, what the hours of people and goods
        are worth, trips of vehicles over all days that have no way. `people` has hours of
        people, no baht of its own, and who is cut off from what they need; `tonnes` the
        harvests among the goods, no baht of their own.
    """
    people, vehicles = tables["detours"]["unit"] == "people", found.traffic.demand
    detours = [_of_places(found, days), tables["detours"][~people]]
    later = found.more_person_h > LEAST_H * vehicles * found.traffic.trips.people_per_vehicle
    later &= ~found.cut_off
    persons = vehicles * found.traffic.trips.people_per_vehicle
    shares = sum(found.traffic.shares.values())
    first = {
        "unit": "vehicles",
        "delayed": float(vehicles[later].sum()) * shares * days,
        "extra_h": float(found.more_vehicle_h.sum()) * days,
        "extra_thb": float(found.more_cost_thb.sum()) * days,
        "time_thb": float(found.more_time_thb.sum()) * days,
        "cut_off": sum(one.cut_off for one in found.savings.values()) * days,
    }
    totals = tables["totals"].assign(extra_thb=np.nan, time_thb=np.nan)
    own = totals["unit"] == "people"
    totals.loc[own, "extra_h"] = float(found.more_person_h.sum()) * days
    totals.loc[own, "delayed"] = float(persons[later].sum()) * days
    every = pd.concat([pd.DataFrame([first]), totals], ignore_index=True)
    return {"detours": pd.concat(detours, ignore_index=True), "totals": every}


def _of_places(found: Changes, days: float) -> pd.DataFrame:
    """List pairs of a place and a kind that are later or cut off."""
    ends, vehicles = found.traffic.trips.ends, found.traffic.demand
    persons = vehicles * found.traffic.trips.people_per_vehicle
    cut = found.cut_off & (vehicles > 0)
    origin, kind = np.nonzero(cut | ((found.after_s > found.before_s + 1) & (vehicles > 0)))
    who = ends.origins.iloc[origin].reset_index(drop=True)
    at = origin, kind
    return pd.DataFrame(
        {
            "unit": "people",
            "id": who["id"],
            "name_en": who["name_en"],
            "name_th": who["name_th"],
            "to": [ends.kinds[one] for one in kind],
            "population": who["population"],
            "demand": persons[at] * days,
            "before_s": found.before_s[at],
            "after_s": np.where(cut[at], np.inf, found.after_s[at]),
            "extra_h": found.more_person_h[at] * days,
            "extra_thb": np.where(cut[at], np.nan, found.more_cost_thb[at] * days),
            "cut_off": np.where(cut[at], "yes", "no"),
        }
    ).sort_values(["after_s", "before_s"], ascending=False, kind="stable", ignore_index=True)
