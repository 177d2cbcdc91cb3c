"""When to leave for a border crossing: now, or so that one need not wait for the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.border.passage import crossing_time, departure_table
from geo.freight.haul import Haul, Terms, why_not
from geo.freight.least_cost import hauls_abroad
from geo.freight.terms import freight_terms, place_of, season_notes, unlisted
from geo.study import Study
from layers.errors import DataError
from layers.tables.places import Place

DAY_MIN = 24 * 60


@dataclass(frozen=True, eq=False)
class DepartureTimes:
    """What leaving at each time of a week means for goods that pass a crossing.

    Attributes
    ----------
    departures
        Columns `from_id, to_id, departure_min, arrival_min` (minutes of the week, the latter
        at the gate), `wait_s` (until the gate opens), `time_p50_s, time_p90_s` (from leaving
        to being there).
    haul
        How goods get there.
    origin, goal
        From where to where.
    terms
        Who hauls, and the crossing by its id `haul.crossing`.
    notes
        What the reader must know.
    """

    departures: pd.DataFrame
    haul: Haul
    origin: Place
    goal: Place
    terms: Terms
    notes: tuple[str, ...] = ()

    @property
    def vehicle(self) -> str:
        """Id of the vehicle that arrives at the gate."""
        return self.haul.inland[-1].stage.vehicle


@dataclass(frozen=True, eq=False)
class HourlyWaits:
    """What leaving at each hour of the day means at one crossing, on average over a week.

    Attributes
    ----------
    before_s
        Driving to the gate.
    wait_s
        Mean wait for the gate to open by hour of leaving, shape (24,).
    open_share
        How many of the arrivals find it open, 0 to 1, shape (24,).
    """

    before_s: float
    wait_s: NDArray[np.float64]
    open_share: NDArray[np.float64]


def departure_times(
    study: Study,
    to: str,
    origin: Place | str | None = None,
    *,
    vehicles: Sequence[str] = (),
    season: str = "dry",
    empty_share: float | None = None,
) -> DepartureTimes:
    """Tell for every departure of a week how long goods take through a crossing.

    Parameters
    ----------
    study
        The area in its world.
    to
        A crossing, or the first city beyond one.
    origin
        Where goods start; the area's home by default.
    vehicles, season, empty_share
        As for `geo.freight.terms.freight_terms`.

    Returns
    -------
    times
        By the cheapest chain of vehicles.

    Raises
    ------
    UnknownNameError
        There is no such place or vehicle.
    DataError
        The destination is no crossing, or goods do not get through.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> found = departure_times(study, "chiang_khong_bridge", vehicles=("truck_10w",))
    >>> len(found.departures), float(found.departures["wait_s"].min())
    (168, 0.0)
    """
    start, goal = place_of(study, origin), place_of(study, to)
    extra = unlisted(study, start)
    terms = freight_terms(study, vehicles, season, empty_share=empty_share, extra=extra)
    behind = {one.beyond: one.id for one in terms.crossings.values() if one.beyond}
    gate = goal.id if goal.id in terms.crossings else behind.get(goal.id)
    if gate is None:
        known = ", ".join(terms.crossings) or "none in this area"
        raise DataError(
            f"{goal.name_en}: the destination must be a crossing or the first city "
            f"beyond one: {known}"
        )
    found = hauls_abroad(terms, [start.id], [gate])
    haul = next((one for one in found if one.to_id == goal.id), found[0])
    if not haul.reached:
        raise DataError(f"{goal.name_en}: {why_not(terms, haul)}")
    after = sum(drive.time_s for drive in haul.onward)
    table = _table(terms, haul, after_s=after)
    table.insert(0, "to_id", goal.id)
    table.insert(0, "from_id", start.id)
    return DepartureTimes(table, haul, start, goal, terms, season_notes(study))


def hourly_waits(terms: Terms, haul: Haul) -> HourlyWaits:
    """Average the departures of a week by hour of the day.

    Parameters
    ----------
    terms, haul
        Who hauls, and a haul that passes a crossing.
    """
    table = _table(terms, haul)
    hour = (table["departure_min"] % DAY_MIN // 60).astype(int)
    wait, shut = (
        np.asarray(values.groupby(hour).mean().reindex(range(24)).interpolate(), np.float64)
        for values in (table["wait_s"], (table["wait_s"] > 0).astype(float))
    )
    return HourlyWaits(haul.before_s, wait, 1 - shut)


def _table(terms: Terms, haul: Haul, *, after_s: float = 0.0) -> pd.DataFrame:
    vehicle = terms.fleet[haul.inland[-1].stage.vehicle].vehicle
    gate = terms.crossings[haul.crossing]
    return departure_table(gate, vehicle, terms.border, before_s=haul.before_s, after_s=after_s)


def moments_at_gate(terms: Terms, haul: Haul, departure: datetime) -> dict[str, str]:
    """Tell when who leaves at a moment, local time, is at the gate, through it, and there.

    Driving takes what it takes, the gate its median dwell; moments that there are not are
    empty.
    """
    none = {"depart": f"{departure:%Y-%m-%dT%H:%M}", "at_gate": "", "through": "", "arrive": ""}
    if not haul.reached:
        return none
    if not haul.crossing:
        there = departure + timedelta(seconds=haul.time_s[1])
        return none | {"arrive": f"{there:%Y-%m-%dT%H:%M}"}
    vehicle = terms.fleet[haul.inland[-1].stage.vehicle].vehicle
    gate = departure + timedelta(seconds=haul.before_s)
    passage = crossing_time(terms.crossings[haul.crossing], vehicle, gate)
    through = gate + timedelta(seconds=passage.total_s)
    there = through + timedelta(seconds=sum(drive.time_s for drive in haul.onward))
    times = {"at_gate": gate, "through": through, "arrive": there}
    return none | {name: f"{when:%Y-%m-%dT%H:%M}" for name, when in times.items()}
