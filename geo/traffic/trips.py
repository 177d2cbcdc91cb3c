"""The one table of trips: who goes where and why, before and after it is held against counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Final

import numpy as np
import pandas as pd

from geo.access.people import named
from geo.rules.economics import Assumptions, Demand
from geo.rules.purposes import Purpose
from geo.study import Study
from geo.traffic.goals import GOAL, goals_of, places_by_id
from geo.traffic.gravity import Scale, towns_around, zones
from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError

TOWNS: Final = "towns"
PLACES: Final = "places"
HEAVY: Final = "heavy"
GOODS: Final = "goods"
HARVEST: Final = "harvest"
MARKETS: Final = "markets"
ALL: Final = "all"
OF_COUNTS: Final = "share of heavy vehicles in the counts, without buses"


@dataclass(frozen=True, eq=False)
class Ends:
    """Where trips begin and end.

    Attributes
    ----------
    origins
        Columns `geo.traffic.gravity.COLUMNS`: settlements, then towns around them.
    own
        Which of them are settlements of the area, shape (origins,).
    goals
        Columns `id, name_en, name_th, lon, lat`.
    kinds
        What goes to the nearest of its goals: `hospital`, or one town, by its id.
    group
        Position in `kinds` of every goal, shape (goals,).
    """

    origins: pd.DataFrame
    own: Bools
    goals: pd.DataFrame
    kinds: tuple[str, ...]
    group: Ints

    @cached_property
    def people(self) -> Floats:
        """People of every origin."""
        return self.origins["population"].to_numpy(np.float64)


@dataclass(frozen=True, eq=False)
class Trips:
    """Trips of a day of the year's average, one way each.

    Attributes
    ----------
    ends
        Where they begin and end.
    stated
        People's trips by purpose as the assumptions state them, shape (origins, kinds) each.
    factor
        What the counts make of them, shape (origins, kinds); 1 where no count tells.
    people_per_vehicle
        Of every counted vehicle, with the motorcycles that are not counted.
    shares
        Of every class in counted vehicles, by id of vehicle.
    scale
        How well they fit.
    harvests
        What goods vehicles carry of them, as of `geo.traffic.harvest_trips`.
    """

    ends: Ends
    stated: Mapping[str, Floats]
    factor: Floats
    people_per_vehicle: float
    shares: Mapping[str, float]
    scale: Scale
    harvests: pd.DataFrame

    def people(self, season_factors: Mapping[str, float] | None = None) -> Floats:
        """Return people's trips per day, all purposes, shape (origins, kinds).

        Parameters
        ----------
        season_factors
            By purpose; the year's average where it is left out.
        """
        factors = season_factors or {}
        total: Floats = np.sum(
            [stated * factors.get(name, 1.0) for name, stated in self.stated.items()], axis=0
        )
        return total * self.factor

    def of(self, purpose: str) -> Floats:
        """Return the trips of one purpose, as the counts have them."""
        return self.stated[purpose] * self.factor

    def table(self, rules: Assumptions) -> pd.DataFrame:
        """Return one row per purpose, then the goods vehicles among them and their harvests.

        Returns
        -------
        purposes
            Columns `purpose, to, part_of, stated_people_per_day, people_per_day,
            vehicles_per_day, wet, source`: trips one way of the year's average, as stated and as
            fitted; `vehicles_per_day` are counted ones, goods vehicles with them. Rows with a
            `part_of` are counted in what it names and add nothing: `goods` (lorries) in `all`
            purposes, `harvest PRODUCT` in `goods`, or in `all` where no lorry carries it;
            nobody's people are in them.
        """
        rows = [
            (
                name,
                rules.purposes[name].to,
                "",
                float(stated.sum()),
                float((stated * self.factor).sum()),
                float((stated * self.factor).sum()) / self.people_per_vehicle,
                rules.purposes[name].wet,
                rules.purposes[name].source,
            )
            for name, stated in self.stated.items()
        ]
        lorries = {
            id_: one.share
            for id_, one in rules.classes.items()
            if one.group == HEAVY and one.goods_t > 0
        }
        goods = self.scale.heavy * sum(lorries.values()) * sum(row[5] for row in rows)
        rows.append((GOODS, "", ALL, nan, nan, goods, nan, OF_COUNTS))
        for one in self.harvests.to_dict("records"):
            told = f"{one['tonnes_per_year']:,.0f} t a year by {one['vehicle']}, back empty"
            name = f"{HARVEST} {one['product']}"
            part = GOODS if one["vehicle"] in lorries else ALL
            rows.append((name, MARKETS, part, nan, nan, one["vehicles_per_day"], nan, told))
        columns = ["purpose", "to", "part_of", "stated_people_per_day", "people_per_day"]
        return pd.DataFrame(rows, columns=[*columns, "vehicles_per_day", "wet", "source"])


def trip_ends(study: Study) -> Ends:
    """Find where the trips of an area begin and end.

    Raises
    ------
    DataError
        A purpose leads to a place that is none.
    """
    rules = study.rules.economics
    settlements = named(study.tables.settlements)
    origins = zones(settlements, study.tables.places, study.network, rules.demand)
    own = origins["id"].isin(settlements["id"]).to_numpy(bool)
    there = study.tables.facility_counts
    parts: dict[str, pd.DataFrame] = {}
    for name, one in rules.purposes.items():
        if one.to == TOWNS:
            towns = towns_around(settlements, study.tables.places, study.network, rules.demand)
            parts |= {
                str(row["id"].iloc[0]): row for _, row in towns[GOAL].groupby("id", sort=False)
            }
        elif one.to == PLACES:
            known = set(study.gazetteer["id"])
            for place in (one.origin, *one.places):
                if place not in known:
                    raise DataError(f"economics: key 'purposes.{name}': no place {place!r}")
            parts |= {place: places_by_id(study, [place]) for place in one.places}
        else:
            found = goals_of(study, one.to, there)
            parts |= {one.to: found} if len(found) else {}
    sizes = [len(part) for part in parts.values()]
    goals = pd.concat([pd.DataFrame(columns=GOAL), *parts.values()], ignore_index=True)
    group = np.repeat(np.arange(len(parts)), sizes)
    return Ends(origins, own, goals, tuple(parts), group)


def stated_trips(
    study: Study, ends: Ends, time_s: Floats, rules: Assumptions
) -> Mapping[str, Floats]:
    """Send people where the assumptions say.

    Parameters
    ----------
    study
        For the people of towns.
    ends
        Where they begin and end.
    time_s
        To the nearest of each kind, shape (origins, kinds), inf where nothing leads.
    rules
        Purposes and the gravity.

    Returns
    -------
    stated
        By purpose, shape (origins, kinds).
    """
    made = {}
    for name, one in rules.purposes.items():
        trips = _of_purpose(study, ends, one, time_s, rules)
        if trips.any():
            made[name] = np.where(np.isfinite(time_s), trips, 0.0)
    return made


def _of_purpose(
    study: Study, ends: Ends, one: Purpose, time_s: Floats, rules: Assumptions
) -> Floats:
    trips = np.zeros((len(ends.origins), len(ends.kinds)))
    if one.to == TOWNS:
        known = study.tables.places.drop_duplicates("id").set_index("id")["population"]
        draw = known.reindex(ends.kinds).fillna(0.0).to_numpy(np.float64)
        near = np.where(draw > 0, time_s, np.inf).min(axis=1, initial=np.inf)
        often = how_often(near, one, rules)
        return often[:, None] * gravity(time_s, ends, draw, rules.demand)
    if one.to == PLACES:
        # Who comes leaves again; where they come from lies beyond the reach of the roads
        # here as often as not, and is then no origin.
        from_ = np.flatnonzero(ends.origins["id"] == one.origin)
        for place, share in one.places.items():
            trips[from_, ends.kinds.index(place)] = 2 * one.per_year * share / 365.0
    elif one.to in ends.kinds:
        at = ends.kinds.index(one.to)
        often = how_often(time_s[:, at], one, rules)
        trips[ends.own, at] = (often * ends.people)[ends.own]
    return trips


def how_often(time_s: Floats, one: Purpose, rules: Assumptions) -> Floats:
    """Return trips per person and day: whoever takes longer goes less often.

    By the elasticity of the demand, 0.6 % of trips for 1 % of time: who takes four times as
    long goes 0.44 times as often; nobody goes more often than who takes `least_minutes`.

    Parameters
    ----------
    time_s
        Any shape, inf where nothing leads.
    one
        The purpose.
    rules
        Elasticity and least minutes.
    """
    minutes = np.maximum(time_s / 60, rules.demand.least_minutes)
    often: Floats = one.rate * (minutes / one.minutes) ** -rules.inputs["elasticity"].mid
    return often


def gravity(time_s: Floats, ends: Ends, draw: Floats, rules: Demand) -> Floats:
    """Share the people of every origin among towns: people / minutes^exponent.

    Nearer than `least_minutes` counts as so far; nobody goes to where they are.

    Parameters
    ----------
    time_s
        Shape (origins, kinds), inf where nothing leads.
    ends
        Where they begin and end.
    draw
        People of each kind that is a town, else 0, shape (kinds,).
    rules
        Exponent and least minutes.

    Returns
    -------
    trips
        One per person and day in all, shape (origins, kinds).
    """
    minutes = np.maximum(time_s / 60, rules.least_minutes)
    pull = draw * minutes**-rules.exponent
    pull[ends.origins["id"].to_numpy(object)[:, None] == np.array(ends.kinds, object)] = 0.0
    total = pull.sum(axis=1, keepdims=True)
    share = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    trips: Floats = ends.people[:, None] * share
    return trips
