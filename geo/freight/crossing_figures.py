"""What the map and the tables tell of each border crossing, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.border.crossing import Crossing
from geo.border.passage import QUANTILES, departures, passing_s
from geo.driving.usual import PEOPLE
from geo.freight.corridors import Freight, freight
from geo.freight.haul import Haul
from geo.freight.total_cost import hour_price, priced_hours
from geo.routing.travel_times import od_times
from geo.study import Study
from layers.tables.places import Place

BETTER: Final[Mapping[str, int]] = {
    "total_thb_per_t": -1,
    "cost_thb_per_t": -1,
    "hours": -1,
    "passable_wet": 1,
    "max_grade_pct": -1,
    "gate_h": -1,
    "gate_p90_h": -1,
    "transload": -1,
    "open_h_week": 1,
    "open": 1,
    "people_2h": 1,
}
"""Figures that are measured, and whether more of them is better."""

NEAR_H: Final = 2.0
BESIDE_DEG: Final = 0.09
"""10 km: gates stand beside the line."""


def own_crossings(study: Study) -> Mapping[str, Crossing]:
    """Return the crossings of the area: those within 10 km of it; all if these are no two."""
    every = study.crossings.values()
    points = shapely.points([one.lon for one in every], [one.lat for one in every])
    reach = shapely.buffer(study.tables.boundary, BESIDE_DEG)
    near = {
        one.id: one for one, it in zip(every, shapely.contains(reach, points), strict=True) if it
    }
    return near if len(near) > 1 else study.crossings


def crossing_figures(
    study: Study,
    origin: Place | str | None = None,
    *,
    season: str = "dry",
    thb_per_t_h: float | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Measure every crossing of an area.

    Parameters
    ----------
    study, origin, season, thb_per_t_h
        As for `rank_crossings`.

    Returns
    -------
    figures, notes
        Index the crossings' ids, columns `BETTER`: baht per tonne from the origin through the
        gate, with hours and their spread priced and without; median `hours` there; chance of
        getting there on a day of the rains; steepest grade, %; median and 90th percentile of
        hours at the gate; `transload`, 1 where goods change vehicles; hours a week it is open;
        `open`, 1 if it is now; people of the area within two hours of driving. NaN where no
        road leads.
    """
    crossings = own_crossings(study)
    shut = [one.id for one in crossings.values() if one.status != "open" or one.goods is False]
    opened = study.with_scenarios(opened=shut) if shut and not study.scenario else study
    found = freight(opened, origin, "crossings", season=season)
    hauls = {one.haul.to_id: one for one in found.deliveries if one.haul.to_id == one.haul.crossing}
    price = hour_price(study, thb_per_t_h)
    near = _people_near(opened, crossings, season)
    rows = {}
    for name, crossing in crossings.items():
        delivery = hauls.get(name)
        row = dict.fromkeys(BETTER, np.nan)
        if delivery and delivery.haul.reached and delivery.profile:
            haul, profile = delivery.haul, delivery.profile
            _, _, time, chance = priced_hours(haul, profile.passable_wet, price)
            gate = _gate_h(found, haul)
            row |= {
                "total_thb_per_t": haul.cost_thb_per_t + time + chance,
                "cost_thb_per_t": haul.cost_thb_per_t,
                "hours": haul.time_s[1] / 3600,
                "passable_wet": profile.passable_wet,
                "max_grade_pct": profile.max_grade_pct,
                "gate_h": gate[1],
                "gate_p90_h": gate[2],
            }
        windows = crossing.hours.windows
        rows[name] = row | {
            "transload": float(crossing.transload),
            "open_h_week": sum(stop - start for start, stop in windows) / 60,
            "open": float(crossing.status == "open"),
            "people_2h": near.get(name, np.nan),
        }
    start = found.origin.name_en
    measured = (
        f"Crossings are measured from {start}, each as if it were open to goods; people are "
        f"those of the area within {NEAR_H:g} h of driving."
    )
    notes = [measured]
    assumed = [one.id for one in crossings.values() if not one.hours_known]
    if assumed:
        notes.append(f"Hours of {', '.join(assumed)} are the usual ones of their kind.")
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(BETTER)), tuple(notes)


def _gate_h(found: Freight, haul: Haul) -> tuple[float, float, float]:
    """Return hours at the gate over departures of a week: waiting, dwell, transloading."""
    terms = found.terms
    vehicle = terms.fleet[haul.inland[-1].stage.vehicle].vehicle
    seconds = passing_s(
        terms.crossings[haul.crossing], vehicle, departures(terms.border), terms.border
    )
    p10, p50, p90 = (float(one) / 3600 for one in np.quantile(seconds, QUANTILES))
    return p10, p50, p90


def _people_near(
    study: Study, crossings: Mapping[str, Crossing], season: str
) -> Mapping[str, float]:
    """Count the people of the area within two hours of each crossing."""
    settled = study.tables.settlements
    settled = settled[settled["population"] > 0]
    if settled.empty:
        return {}
    gates = pd.DataFrame(
        [(one.id, one.lon, one.lat) for one in crossings.values()], columns=["id", "lon", "lat"]
    )
    trip = study.trip(PEOPLE, study.season(season), 1.0, "time")
    times = od_times(trip, settled[["id", "lon", "lat"]], gates)
    near = times[times["travel_time_s"] <= NEAR_H * 3600]
    people = near["from_id"].map(settled.set_index("id")["population"])
    return dict.fromkeys(gates["id"], 0.0) | people.groupby(near["to_id"]).sum().to_dict()
