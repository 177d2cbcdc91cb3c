"""Passing a border: who may, when, and how long it takes.

A crossing is not a constant: time to cross = wait until it opens + dwell + transload.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from geo.border.crossing import Crossing, Refusal
from geo.driving.vehicle import Traveller, Vehicle
from geo.rules.border import BorderRules, Dwell
from layers.arrays import Floats
from layers.errors import DataError
from layers.tables.opening_hours import WEEK_MIN, wait_min

QUANTILES: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Passage:
    """What passing a crossing takes, in seconds; inf where it may not be passed.

    Attributes
    ----------
    wait_s
        Until the gate opens.
    dwell_s
        Papers, queue and checks.
    transload_s
        Moving the load to another vehicle.
    refusal
        Why it may not be passed, None if it may.
    """

    wait_s: float
    dwell_s: float
    transload_s: float
    refusal: Refusal | None = None

    @property
    def total_s(self) -> float:
        """Seconds from arriving to leaving on the other side."""
        return self.wait_s + self.dwell_s + self.transload_s


def refusal(
    crossing: Crossing, traveller: Traveller, *, load: float = 1.0, goods: bool = True
) -> Refusal | None:
    """Say why a vehicle or its goods may not pass, None if they may.

    What is not known to be open is not counted on. Where goods change vehicles, the vehicle
    itself need not pass: neither its class nor its weight matters.

    Parameters
    ----------
    crossing
        Which.
    traveller
        Who.
    load
        0 empty, 1 full.
    goods
        Whether goods are to pass; else persons.

    Returns
    -------
    refusal
        The first reason of several.
    """
    why = (
        (crossing.status != "open", crossing.status, crossing.status_date),
        (not crossing.hours.windows, "hours", crossing.hours.text),
        (goods and crossing.goods is False, "goods", ""),
        (not goods and crossing.persons is False, "persons", ""),
    )
    told = next((Refusal(kind, detail) for holds, kind, detail in why if holds), None)
    if told or not isinstance(traveller, Vehicle) or (goods and crossing.transload):
        return told
    if crossing.vehicles is False:
        return Refusal("class", "people on foot")
    return turned_back(crossing, traveller, load=load)


def turned_back(crossing: Crossing, vehicle: Vehicle, *, load: float = 1.0) -> Refusal | None:
    """Say why a crossing does not bear a vehicle, for its class or weight; None if it does."""
    if crossing.classes and vehicle.kind not in crossing.classes:
        return Refusal("class", ", ".join(crossing.classes))
    if vehicle.mass_t(load) > crossing.max_gross_t:
        return Refusal("gross", f"{crossing.max_gross_t:g}")
    return None


def crossing_time(
    crossing: Crossing, traveller: Traveller, arrival: datetime, *, quantile: float = 0.5
) -> Passage:
    """Compute what passing takes who arrives at a moment, local time.

    Parameters
    ----------
    crossing, traveller
        Which and who, with a full load.
    arrival
        At the gate.
    quantile
        Of the dwell: 0.5 is its median.

    Returns
    -------
    passage
        Who comes before the gate closes is still served.

    Raises
    ------
    DataError
        The quantile is not between 0 and 1.
    """
    if not 0 < quantile < 1:
        raise DataError(f"quantile {quantile!r} is not between 0 and 1")
    why = refusal(crossing, traveller)
    if why:
        return Passage(np.inf, np.inf, np.inf, why)
    wait = float(wait_min(crossing.hours, np.array(minute_of_week(arrival)))) * 60
    dwell = float(dwell_s(crossing.dwell[traveller.kind], np.array(quantile)))
    return Passage(wait, dwell, crossing.transload_min * 60)


def dwell_s(dwell: Dwell, quantile: Floats) -> Floats:
    """Return quantiles of a lognormal dwell in seconds, any shape.

    ln t is normal with mean ln(median) and deviation ln(p90 / median) / z(0.9).

    Examples
    --------
    >>> dwell_s(Dwell(60.0, 120.0), np.array([0.5, 0.9])).round(6).tolist()
    [3600.0, 7200.0]
    """
    from scipy.special import ndtri

    spread = np.log(dwell.p90_min / dwell.median_min) / ndtri(0.9)
    seconds: Floats = dwell.median_min * 60 * np.exp(spread * ndtri(quantile))
    return seconds


def departures(rules: BorderRules) -> Floats:
    """Return the departures over which times are counted, minutes of the week."""
    return np.arange(0.0, WEEK_MIN, rules.departures.every_min)


def passing_s(
    crossing: Crossing, traveller: Traveller, arrival_min: Floats, rules: BorderRules
) -> Floats:
    """Draw what passing takes for many arrivals.

    Every arrival has the same draws of the dwell, so that two cases differ by what differs
    in them and not by chance.

    Parameters
    ----------
    crossing, traveller
        Which and who.
    arrival_min
        Minutes of the week, any shape.
    rules
        How many draws, and their seed.

    Returns
    -------
    seconds
        Shape (*arrivals, draws), inf where it may not be passed.
    """
    arrival_min = np.asarray(arrival_min, np.float64)
    draws = rules.departures.draws
    if refusal(crossing, traveller):
        return np.full((*arrival_min.shape, draws), np.inf)
    # One draw in each of equal parts of the distribution: few draws already tell its tail.
    generator = np.random.default_rng(rules.departures.seed)
    quantile = (np.arange(draws) + generator.random(draws)) / draws
    dwell = dwell_s(crossing.dwell[traveller.kind], np.clip(quantile, 1e-9, 1 - 1e-9))
    wait = wait_min(crossing.hours, arrival_min) * 60
    total: Floats = wait[..., None] + dwell + crossing.transload_min * 60
    return total


def minute_of_week(moment: datetime) -> float:
    """Return minutes since Monday 00:00.

    Examples
    --------
    >>> minute_of_week(datetime(2026, 11, 24, 1, 30))
    1530.0
    """
    at = moment.weekday() * 1440 + moment.hour * 60 + moment.minute + moment.second / 60
    return float(at)


def departure_table(
    crossing: Crossing,
    traveller: Traveller,
    rules: BorderRules,
    *,
    before_s: float,
    after_s: float = 0.0,
) -> pd.DataFrame:
    """Tell for every departure of a week how long one waits, and when one is through.

    Parameters
    ----------
    crossing, traveller
        Which and who.
    rules
        Which departures, and how often the dwell is drawn.
    before_s, after_s
        Driving to the gate, and on from it.

    Returns
    -------
    departures
        Columns `departure_min, arrival_min` (minutes of the week, the latter at the gate),
        `wait_s`, and `time_p50_s, time_p90_s` from leaving to being there; inf where the
        crossing may not be passed.
    """
    leave = departures(rules)
    arrive = leave + before_s / 60
    if refusal(crossing, traveller):
        wait = p50 = p90 = np.full(len(leave), np.inf)
    else:
        through = passing_s(crossing, traveller, arrive, rules) + before_s + after_s
        p50, p90 = np.quantile(through, QUANTILES[1:], axis=1)
        wait = wait_min(crossing.hours, arrive) * 60
    return pd.DataFrame(
        {
            "departure_min": leave,
            "arrival_min": np.mod(arrive, WEEK_MIN),
            "wait_s": wait,
            "time_p50_s": p50,
            "time_p90_s": p90,
        }
    )
