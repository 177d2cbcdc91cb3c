"""What happens while stretches of road are lost together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.driving.usual import GOODS, PEOPLE
from geo.driving.vehicle import Vehicle
from geo.risk.criticality import if_lost
from geo.risk.loaded_roads import Flow, Progress, Roads, load_roads, on_links
from geo.risk.lost_traffic import closed_study, demand_words, with_traffic
from geo.routing.stretch import Stretch, rows_on
from geo.study import Study
from geo.traffic.changes import changes
from geo.traffic.estimate import estimate_traffic
from layers.arrays import Bools
from layers.crs import LON_LAT
from layers.errors import UnknownNameError


@dataclass(frozen=True, eq=False)
class Failure:
    """What happens while stretches of road are lost together.

    Attributes
    ----------
    roads
        With what goes over them.
    stretches, days
        What is lost, and for how long.
    lost
        Links that are lost, shape (links,).
    shape
        Of what is lost, in lon, lat.
    detours, totals
        Of `failure`.
    notes
        What the reader must know.
    """

    roads: Roads
    stretches: tuple[Stretch, ...]
    days: float
    lost: Bools
    shape: shapely.Geometry
    detours: pd.DataFrame
    totals: pd.DataFrame
    notes: tuple[str, ...]


def link_failure(  # noqa: PLR0913 - what may be asked
    study: Study,
    stretches: Sequence[Stretch],
    *,
    days: float = 1.0,
    demand: str = "both",
    to: Sequence[str] = (),
    vehicle: str = PEOPLE,
    truck: str = GOODS,
    season: str = "dry",
    trips: float | None = None,
    population: Path | None = None,
    progress: Progress = lambda _: None,
) -> Failure:
    """Lose stretches of road together, and say who is how much later.

    Parameters
    ----------
    study
        The area.
    stretches
        What is lost: links that are touched are lost as a whole, since between two places
        it does not matter where a road is cut.
    days
        For how long.
    demand, to, vehicle, truck, season, trips, population, progress
        Who goes where, as for `geo.risk.loaded_roads.load_roads`.

    Raises
    ------
    UnknownNameError
        There is no such road, or it has no such kilometres; the message names the choices.
    DataError, UnknownNameError
        As `load_roads`.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> lost = link_failure(study, [Stretch("1095", 150, 160)], days=7, demand="people")
    >>> lost.totals[["unit", "cut_off"]].values.tolist()
    [['vehicles', 0.0], ['people', 0.0]]
    """
    roads, notes = load_roads(
        study,
        demand,
        to=to,
        vehicle=vehicle,
        truck=truck,
        season=season,
        trips=trips,
        population=population,
        progress=progress,
    )
    lost = lost_links(roads, stretches)
    lines = roads.network.segments.geometry.to_crs(LON_LAT).to_numpy()[lost]
    km = roads.network.length_m[lost].sum() / 1000
    said = (
        f"Lost for {days:g} days: {' and '.join(map(str, stretches))}; links {int(lost.sum())}, "
        f"{km:,.1f} km: between two places it does not matter where a road is cut."
    )
    tables = failure(roads, lost, days)
    if roads.whole and demand != "tonnes":
        traffic = estimate_traffic(study, season)
        if traffic.known:
            progress("the same traffic on other ways")
            found = changes(traffic, closed_study(study, stretches, days))
            tables = with_traffic(tables, found, days)
            said = (
                f"{said} Hours and baht are of the traffic that `compare` has, by its classes of "
                f"vehicles, {demand_words(traffic)}; the baht of goods' vehicles are among those "
                "of all vehicles."
            )
    shape = shapely.line_merge(shapely.union_all(lines))
    return Failure(
        roads,
        tuple(stretches),
        days,
        lost,
        shape,
        tables["detours"],
        tables["totals"],
        (said, *notes),
    )


def lost_links(roads: Roads, wanted: Sequence[Stretch]) -> Bools:
    """Select the links of stretches.

    Returns
    -------
    lost
        Shape (links,).

    Raises
    ------
    UnknownNameError
        There is no such road, or it has no such kilometres; the message names the choices.
    """
    lost = np.zeros(len(roads.chain), bool)
    link = roads.kilometres["segment"].to_numpy(np.int64)
    for one in wanted:
        try:
            lost[link[rows_on(roads.kilometres, one)]] = True
        except UnknownNameError as error:
            raise UnknownNameError(f"{one}: {error}") from error
    return lost


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
        are worth), `cut_off` (people, each once, or tonnes over all days). With the one
        traffic `geo.risk.lost_traffic.with_traffic` says what stands in their place.
    """
    parts = [_detours(roads, flow, lost, days) for flow in roads.flows]
    detours = pd.concat(parts, ignore_index=True)
    totals = pd.DataFrame(
        [_total(roads, flow, part) for flow, part in zip(roads.flows, parts, strict=True)]
    )
    return {"detours": detours, "totals": totals.groupby("unit", sort=False).sum().reset_index()}


def _detours(roads: Roads, flow: Flow, lost: Bools, days: float) -> pd.DataFrame:
    demand = flow.demand
    cost = on_links(roads.split, roads.graph, flow.trip, flow.trip.costs.cost_thb, step="cost")
    hours, baht = (
        if_lost(
            metric,
            flow.origins,
            flow.goals,
            demand.amount,
            lost=lost,
            days=days,
            group=demand.group,
        )
        for metric in (flow.metric, cost)
    )
    pairs = ["origin", "destination"]
    more = (baht["after_s"] - baht["before_s"]).where(np.isfinite(baht["after_s"]))
    told = hours.merge(baht[pairs].assign(more=more), on=pairs, how="left")
    spared = np.atleast_1d(flow.doorsteps[lost].all(axis=0))[told["destination"].to_numpy(np.int64)]
    later = told["after_s"] > told["before_s"]
    told = told[later & ~(spared & np.isinf(told["after_s"]))].reset_index(drop=True)
    who = demand.origins.iloc[told["origin"]].reset_index(drop=True)
    cut = np.isinf(told["after_s"])
    amount = told["demand"] * days
    return pd.DataFrame(
        {
            "unit": demand.unit,
            "id": who["id"],
            "name_en": who["name_en"],
            "name_th": who["name_th"],
            "to": [demand.kinds[at] for at in told["destination"]],
            "population": who["population"],
            "demand": amount,
            "before_s": told["before_s"],
            "after_s": told["after_s"],
            "extra_h": told["extra_demand_h"],
            "extra_thb": told["more"].mask(cut) * amount / _load(roads, flow),
            "cut_off": np.where(cut, "yes", "no"),
        }
    ).sort_values(["after_s", "before_s"], ascending=False, kind="stable", ignore_index=True)


def _total(roads: Roads, flow: Flow, table: pd.DataFrame) -> dict[str, Any]:
    cut = table["cut_off"] == "yes"
    people = flow.demand.unit == "people"

    def count(part: pd.DataFrame) -> float:
        one = part.drop_duplicates("id")["population"] if people else part["demand"]
        return float(one.sum())

    hours = float(table["extra_h"].sum())
    rules = roads.study.rules
    # What crew and truck cost is in the baht of the ways.
    own = rules.risk.protection.time_thb_per_h
    price = own if people else rules.economics.inputs["goods_thb_per_t_h"].mid
    return {
        "unit": flow.demand.unit,
        "delayed": count(table[~cut]),
        "extra_h": hours,
        "extra_thb": float(table["extra_thb"].sum()),
        "time_thb": hours * price,
        "cut_off": count(table[cut]) if flow.demand.needs else 0.0,
    }


def _load(roads: Roads, flow: Flow) -> float:
    """Return the people or tonnes that one vehicle carries."""
    vehicle = flow.trip.vehicle
    if flow.demand.unit == "people" or not isinstance(vehicle, Vehicle):
        return roads.study.rules.risk.travel.people_per_vehicle
    return vehicle.payload_t
