"""What happens while a stretch of road is lost, for `chaidaen risk --link`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.vehicle import Vehicle
from geo.risk.corridors import stretch
from geo.risk.criticality import lose
from geo.risk.loaded_roads import Flow, Roads, on_links
from geo.routing.engine import matrix
from geo.routing.graph import Metric
from geo.rules.risk import read_risk
from layers.area import read_boundary
from layers.errors import UnknownNameError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Stretch:
    """A stretch of road: its number or name, from and to which kilometre."""

    ref: str
    km_from: float
    km_to: float

    def __str__(self) -> str:
        """Return it as it is typed."""
        return f"{self.ref}:{self.km_from:g}-{self.km_to:g}"


def lost_links(roads: Roads, wanted: tuple[Stretch, ...]) -> Bools:
    """Select the links of stretches.

    Raises
    ------
    UnknownNameError
        There is no such road, or it has no such kilometres; the message names the choices.
    """
    lost = np.zeros(len(roads.chain), bool)
    every = sorted((set(roads.chain["ref"]) | set(roads.chain["name"])) - {""})
    for one in wanted:
        if one.ref not in every:
            near = difflib.get_close_matches(one.ref, every, n=5, cutoff=0.5)
            raise UnknownNameError(
                f"--link {one}: no road has the number or name {one.ref!r}; "
                f"there are: {', '.join(near or _numbers(roads))}"
            )
        try:
            lost |= stretch(roads.chain, one.ref, one.km_from, one.km_to)
        except UnknownNameError as error:
            raise UnknownNameError(f"--link {one}: {error}") from error
    return lost


def _numbers(roads: Roads) -> list[str]:
    """Return the numbers of the longest roads within the area."""
    west, south, east, north = read_boundary(roads.study.area).bounds
    node = roads.network.nodes.iloc[roads.chain["node_from"].to_numpy()]
    inside = node["lon"].between(west, east) & node["lat"].between(south, north)
    own = roads.chain[inside.to_numpy() & (roads.chain["ref"] != "").to_numpy()]
    length = (own["km_to"] - own["km_from"]).groupby(own["ref"]).sum()
    return [str(ref) for ref in length.nlargest(8).index]


def failure(roads: Roads, lost: Bools, days: float) -> dict[str, pd.DataFrame]:
    """Tell who is how much later while links are lost together, and what that costs.

    Parameters
    ----------
    roads
        With what goes over them.
    lost
        Links that fail, shape (links,).
    days
        For how long.

    Returns
    -------
    tables
        `detours`, one row per settlement or harvest and kind that is later or cut off:
        `unit, id, name_en, name_th, to, population` (NaN for tonnes), `demand` (trips or
        tonnes over all days), `before_s, after_s` (inf: cut off), `extra_h` (over all days),
        `extra_thb` (more for vehicles, cheapest ways, there and laden, over all days; NaN where cut
        off), `cut_off` (yes or no). `totals`, one row per unit: `unit, delayed`
        (people or tonnes that still arrive), `extra_h, extra_thb, time_thb` (what the hours
        are worth), `cut_off` (people, each once, or tonnes over all days).
    """
    parts = [_detours(roads, flow, lost, days) for flow in roads.flows]
    detours = pd.concat(parts, ignore_index=True)
    totals = [_total(flow, part) for flow, part in zip(roads.flows, parts, strict=True)]
    return {"detours": detours, "totals": pd.DataFrame(totals)}


def _detours(roads: Roads, flow: Flow, lost: Bools, days: float) -> pd.DataFrame:
    demand = flow.demand
    cost = on_links(roads.split, roads.graph, flow.trip, flow.trip.costs.cost_thb, step="cost")
    before, after = (_nearest(flow, each) for each in (flow.metric, lose(flow.metric, lost)))
    cheap, dear = (_nearest(flow, each) for each in (cost, lose(cost, lost)))
    later = np.isfinite(before) & (after > before) & (demand.amount > 0)
    origin, kind = np.nonzero(later)
    amount = demand.amount[origin, kind] * days
    late_h = (after - before)[origin, kind] / 3600
    more = np.where(np.isfinite(late_h), (dear - cheap)[origin, kind], np.nan)
    who = demand.origins.iloc[origin].reset_index(drop=True)
    return pd.DataFrame(
        {
            "unit": demand.unit,
            "id": who["id"],
            "name_en": who["name_en"],
            "name_th": who["name_th"],
            "to": [demand.kinds[at] for at in kind],
            "population": who["population"],
            "demand": amount,
            "before_s": before[origin, kind],
            "after_s": after[origin, kind],
            "extra_h": np.where(np.isfinite(late_h), late_h, 0.0) * amount,
            "extra_thb": more * amount / _load(flow),
            "cut_off": np.where(np.isinf(late_h), "yes", "no"),
        }
    ).sort_values(["after_s", "before_s"], ascending=False, kind="stable", ignore_index=True)


def _total(flow: Flow, table: pd.DataFrame) -> dict[str, Any]:
    cut = table["cut_off"] == "yes"
    people = flow.demand.unit == "people"

    def count(part: pd.DataFrame) -> float:
        one = part.drop_duplicates("id")["population"] if people else part["demand"]
        return float(one.sum())

    hours = float(table["extra_h"].sum())
    return {
        "unit": flow.demand.unit,
        "delayed": count(table[~cut]),
        "extra_h": hours,
        "extra_thb": float(table["extra_thb"].sum()),
        "time_thb": hours * read_risk().protection.time_thb_per_h,
        "cut_off": count(table[cut]),
    }


def _nearest(flow: Flow, metric: Metric) -> Floats:
    """Return the least weight from every origin to any goal of every kind."""
    weight = matrix(metric, flow.origins, flow.goals)
    least = np.full((len(flow.origins), len(flow.demand.kinds)), np.inf)
    np.minimum.at(least.T, flow.demand.group, weight.T)
    return least


def _load(flow: Flow) -> float:
    """Return the people or tonnes that one vehicle carries."""
    vehicle = flow.trip.vehicle
    if flow.demand.unit == "people" or not isinstance(vehicle, Vehicle):
        return read_risk().travel.people_per_vehicle
    return vehicle.payload_t
