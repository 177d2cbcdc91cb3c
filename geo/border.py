"""Border crossings: who may pass, when, and how long it takes.

A crossing is not a constant: time to cross = wait until it opens + dwell + transload.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from geo.freight_rules import Dwell, FreightRules, Transload
from geo.vehicle import Traveller, Vehicle
from layers.errors import DataError
from layers.hours import WEEK_MIN, Hours, parse_hours, wait_min
from layers.network import RoadNetwork
from layers.tables import listed

Floats = NDArray[np.float64]

QUANTILES: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Refusal:
    """Why something may not pass a crossing.

    Attributes
    ----------
    kind
        `closed`, `unknown`, `goods`, `persons`, `class`, `gross` or `hours`.
    detail
        What there is to say of it: a date, a weight, the classes that may pass.
    """

    kind: str
    detail: str

    def __str__(self) -> str:
        """Say it in a sentence."""
        return {
            "closed": f"closed since {self.detail}" if self.detail else "closed",
            "unknown": f"status not known since {self.detail}" if self.detail else "status unknown",
            "goods": "no goods may pass",
            "persons": "no persons may pass",
            "class": f"only {self.detail} may pass",
            "gross": f"no more than {self.detail} t gross may pass",
            "hours": f"never open: {self.detail}",
        }[self.kind]


@dataclass(frozen=True)
class Crossing:
    """One crossing and its rules.

    Attributes
    ----------
    id, name_en, name_th, lon, lat
        Which, and where.
    kind
        `permanent`, `temporary` or `trade_point`.
    status, status_date, source, note
        `open`, `closed` or `unknown`; since when, who says so, and what else is known.
    neighbour, beyond
        The country behind it; the place id of the first foreign city, empty if unknown.
    hours, hours_known
        When it is open; False where the type's usual hours are assumed.
    goods, persons, vehicles
        Whether they may pass; None where nobody says, which counts as yes.
    classes
        Classes of vehicles that may pass, all if empty.
    max_gross_t
        Heaviest vehicle, NaN if there is no limit.
    transload
        Whether goods change vehicles here.
    transload_min, transload_thb_per_t, fee_thb
        What that takes, and what a vehicle pays.
    dwell
        By class of vehicle.
    """

    id: str
    name_en: str
    name_th: str
    lon: float
    lat: float
    kind: str
    status: str
    status_date: str
    source: str
    note: str
    neighbour: str
    beyond: str
    hours: Hours
    hours_known: bool
    goods: bool | None
    persons: bool | None
    vehicles: bool | None
    classes: tuple[str, ...]
    max_gross_t: float
    transload: bool
    transload_min: float
    transload_thb_per_t: float
    fee_thb: float
    dwell: Mapping[str, Dwell]


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


def crossings_by_id(
    crossings: pd.DataFrame, dwell: pd.DataFrame, rules: FreightRules
) -> Mapping[str, Crossing]:
    """Turn tables of crossings and dwell into crossings by id.

    Parameters
    ----------
    crossings, dwell
        Columns `layers.crossings.CROSSING_COLUMNS` and `DWELL_COLUMNS`.
    rules
        What holds where a row says nothing.

    Returns
    -------
    crossings
        In the table's order.
    """
    measured: dict[str, dict[str, Dwell]] = {}
    for row in dwell.to_dict("records"):
        own = measured.setdefault(str(row["crossing_id"]), {})
        own[str(row["vehicle_class"])] = Dwell(float(row["median_min"]), float(row["p90_min"]))
    return {
        str(row["id"]): _crossing(row, measured.get(str(row["id"]), {}), rules)
        for row in crossings.to_dict("records")
    }


def _crossing(
    row: Mapping[Hashable, object], dwell: Mapping[str, Dwell], rules: FreightRules
) -> Crossing:
    """Turn one row into a crossing."""
    text = {str(name): str(cell) for name, cell in row.items()}
    transload = text["transload"] == "yes"
    own = rules.transload if transload else Transload(0.0, 0.0)
    return Crossing(
        id=text["id"],
        name_en=text["name_en"],
        name_th=text["name_th"],
        lon=float(text["lon"]),
        lat=float(text["lat"]),
        kind=text["type"],
        status=text["status"],
        status_date=text["status_date"],
        source=text["source"],
        note=text["note"],
        neighbour=text["neighbour"],
        beyond=text["beyond"],
        hours=parse_hours(text["hours"] or rules.hours[text["type"]]),
        hours_known=bool(text["hours"]),
        goods=_flag(text["goods"]),
        persons=_flag(text["persons"]),
        vehicles=_flag(text["vehicles"]),
        classes=tuple(listed(text["classes"])),
        max_gross_t=float(text["max_gross_t"]),
        transload=transload,
        transload_min=_or(text["transload_min"], own.minutes),
        transload_thb_per_t=_or(text["transload_thb_per_t"], own.thb_per_t),
        fee_thb=_or(text["fee_thb"], 0.0),
        dwell={**rules.dwell, **dwell},
    )


def reopened(network: RoadNetwork, crossings: Sequence[str]) -> RoadNetwork:
    """Return a network whose roads across some crossings may be driven; ids of crossings."""
    segments = network.segments
    across = segments["crossing"].isin(list(crossings)).to_numpy()
    access = np.where(across, "", segments["access"].astype(str))
    return replace(network, segments=segments.assign(access=pd.Categorical(access)))


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
    spread = np.log(dwell.p90_min / dwell.median_min) / ndtri(0.9)
    seconds: Floats = dwell.median_min * 60 * np.exp(spread * ndtri(quantile))
    return seconds


def departures(rules: FreightRules) -> Floats:
    """Return the departures over which times are counted, minutes of the week."""
    return np.arange(0.0, WEEK_MIN, rules.departures.every_min)


def passing_s(
    crossing: Crossing, traveller: Traveller, arrival_min: Floats, rules: FreightRules
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


def _flag(cell: str) -> bool | None:
    return {"yes": True, "no": False}.get(cell)


def _or(cell: str, otherwise: float) -> float:
    number = float(cell)
    return otherwise if np.isnan(number) else number


def departure_table(
    crossing: Crossing,
    traveller: Traveller,
    rules: FreightRules,
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
