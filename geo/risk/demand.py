"""Who goes where: people to what they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.access.cells import block_note, blocks, named_by, read_cells
from geo.access.people import named, offices, people_raster
from geo.risk.criticality import check_demand
from geo.study import Study
from geo.traffic.estimate import season_factors
from geo.traffic.fit import fitted_trips
from geo.traffic.goals import GOAL, goals_of
from geo.traffic.trips import Trips
from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError

ORIGIN: Final = [*GOAL, "population"]
MOST_KINDS: Final = 20
"""Of other kinds and towns that people go to so many are followed when links are lost in turn."""
USUAL: Final = ("hospital", "market", "capital", "city")
"""Where people go if nothing was said."""


@dataclass(frozen=True, eq=False)
class Demand:
    """Who goes where, per day.

    Attributes
    ----------
    unit
        `people` (trips of them, one way) or `tonnes`.
    vehicle
        Id of what they go with.
    origins, goals
        Columns `ORIGIN`, `GOAL`.
    kinds
        What goes to the nearest of its goals: `hospital`, or one goal alone.
    group
        Position in `kinds` of every goal, shape (goals,).
    amount
        Per day, shape (origins, kinds).
    needs
        Whether it is what people need: whoever loses one of these is cut off.
    """

    unit: str
    vehicle: str
    origins: pd.DataFrame
    goals: pd.DataFrame
    kinds: tuple[str, ...]
    group: Ints
    amount: Floats
    needs: bool = True


def people(
    study: Study,
    to: Sequence[str],
    vehicle: str,
    trips: float | None = None,
    *,
    season: str = "dry",
    population: Path | None = None,
) -> tuple[Demand, tuple[str, ...]]:
    """Send everybody of every settlement to the nearest of each kind.

    Parameters
    ----------
    study
        The area.
    to
        Kinds of facilities; `capital`, the area's home; `city`, the province capital
        nearest to it as the crow flies; or a place. The usual ones if empty.
    vehicle
        Id.
    trips
        Of each person per day to each of them; by default those of the one table of trips,
        fitted to counts (`geo.traffic.fit`), of the season.
    season
        `dry` or `wet`.
    population
        Raster of people, counted where they live, in blocks of a kilometre; by default the
        numbers of settlements, or the raster that was fetched where some are not known.

    Returns
    -------
    demand, notes
        And what the reader must know.

    Raises
    ------
    UnknownNameError
        It is neither a kind nor a place.
    """
    every = named(study.tables.settlements)
    raster = people_raster(study, every, population)
    origins = every[ORIGIN]
    if raster:
        living = blocks(study, read_cells(study, every, raster))
        origins = named_by(study, living, every)[ORIGIN]
    wanted = dict.fromkeys(to or USUAL)
    there = {} if to else study.tables.facility_counts
    found = {kind: goals_of(study, kind, there) for kind in wanted}
    notes = [f"There is no {kind} in this area." for kind, goals in found.items() if goals.empty]
    notes += [block_note(raster, len(origins))] if raster else offices(every)
    found = {kind: goals for kind, goals in found.items() if len(goals)}
    if not found:
        raise DataError("there is nowhere to go: name a kind of facility or a place in `to`")
    unknown = int(origins["population"].isna().sum())
    if unknown == len(origins):
        origins = origins.assign(population=1.0)
        notes.append(
            "Nobody's number of people is known: every settlement counts as one person; "
            "a raster (population) would count them."
        )
    elif unknown:
        notes.append(
            f"People of {unknown} of {len(origins)} settlements are not known: they "
            "count in no figure of people."
        )
    goals = pd.concat(list(found.values()), ignore_index=True)
    sizes = [len(one) for one in found.values()]
    many = origins["population"].fillna(0.0).to_numpy(np.float64)
    if trips is not None:
        amount = np.tile(many[:, None] * trips, len(found))
        notes.append(f"Trips are {trips:g} per person and day to each, as asked: no count tells.")
    else:
        fitted = fitted_trips(study) if unknown < len(every) else None
        amount, said = _of_purposes(study, fitted, found, origins, season)
        notes += said
    demand = Demand(
        "people",
        vehicle,
        origins,
        goals,
        tuple(found),
        np.repeat(np.arange(len(found)), sizes),
        amount,
    )
    return demand, tuple(notes)


def others(study: Study, vehicle: str, season: str, besides: Sequence[str]) -> Demand | None:
    """Return the other trips of the one table: to school, to towns, of visitors.

    Those of the area's people, and of others to its towns; of kinds and towns the
    `MOST_KINDS` that most go to, since each takes a search of its own.

    Parameters
    ----------
    study
        The area.
    vehicle
        Id of what they go with.
    season
        `dry` or `wet`.
    besides
        Kinds that are counted already.

    Returns
    -------
    demand
        None where there are none; nobody is cut off from what they need by their loss.
    """
    if not (study.tables.settlements["population"] > 0).any():
        return None
    trips = fitted_trips(study)
    ends, amount = trips.ends, trips.people(season_factors(study, season))
    here = np.isin(ends.kinds, inner_places(study))
    amount = np.where(ends.own[:, None] | here, amount, 0.0)
    amount[:, np.isin(ends.kinds, list(besides))] = 0.0
    total = amount.sum(axis=0)
    kept: Bools = np.asarray((total > 0) & (total >= np.sort(total)[-MOST_KINDS:][0]), bool)
    rows = np.flatnonzero((amount[:, kept] > 0).any(axis=1))
    if not len(rows):
        return None
    of_kept = np.flatnonzero(kept[ends.group])
    return Demand(
        "people",
        vehicle,
        ends.origins.iloc[rows][ORIGIN].reset_index(drop=True),
        ends.goals.iloc[of_kept].reset_index(drop=True),
        tuple(np.array(ends.kinds, object)[kept]),
        (np.cumsum(kept) - 1)[ends.group[of_kept]],
        amount[rows][:, kept],
        needs=False,
    )


def of_kinds(demand: Demand, kinds: Sequence[str], *, needs: bool = True) -> Demand:
    """Return the part of a demand that goes to some of its kinds."""
    at = [demand.kinds.index(kind) for kind in kinds]
    kept = np.flatnonzero(np.isin(demand.group, at))
    return replace(
        demand,
        goals=demand.goals.iloc[kept].reset_index(drop=True),
        kinds=tuple(kinds),
        group=np.array([at.index(one) for one in demand.group[kept]], np.int64),
        amount=demand.amount[:, at],
        needs=needs,
    )


def inner_places(study: Study) -> list[str]:
    """Return ids of the places within the area."""
    every = study.gazetteer.drop_duplicates("id")
    points = shapely.points(every["lon"].to_numpy(float), every["lat"].to_numpy(float))
    inside = np.flatnonzero(shapely.contains(study.tables.boundary, points))
    return every["id"].iloc[inside].tolist()


def _of_purposes(
    study: Study,
    fitted: Trips | None,
    found: Mapping[str, pd.DataFrame],
    origins: pd.DataFrame,
    season: str,
) -> tuple[Floats, list[str]]:
    """Take the trips to each kind from the one table of trips, shape (origins, kinds)."""
    rules, factors = study.rules, season_factors(study, season)
    many = origins["population"].fillna(0.0).to_numpy(np.float64)
    amount = np.zeros((len(origins), len(found)))
    unstated = []
    for at, (kind, goals) in enumerate(found.items()):
        purposes = {
            name: one.rate * factors[name]
            for name, one in rules.economics.purposes.items()
            if one.to == kind
        }
        town = str(goals["id"].iloc[0])
        named_town = fitted is not None and not purposes and town in fitted.ends.kinds
        if fitted is not None and (purposes or named_town):
            column = fitted.ends.kinds.index(town if named_town else kind)
            chosen = fitted.stated if named_town else [p for p in purposes if p in fitted.stated]
            by_origin = np.sum(
                [np.zeros(len(fitted.factor))]
                + [fitted.of(name)[:, column] * factors[name] for name in chosen],
                axis=0,
            )
            of_each = pd.Series(by_origin, fitted.ends.origins["id"].to_numpy(object))
            own = origins["id"].isin(of_each.index).to_numpy(bool)
            if own.any():
                amount[:, at] = of_each.reindex(origins["id"]).fillna(0.0).to_numpy()
            else:
                # Of cells of a raster nobody knows the settlement: all of the area go as often.
                mine = fitted.ends.own
                theirs = fitted.ends.people[mine].sum()
                stated = sum(purposes.values()) or rules.risk.travel.trips_per_person_day
                amount[:, at] = many * (by_origin[mine].sum() / theirs if theirs > 0 else stated)
        elif purposes:
            amount[:, at] = many * sum(purposes.values())
        else:
            amount[:, at] = many * rules.risk.travel.trips_per_person_day
            unstated.append(kind)
    notes = [
        f"Trips to {kind} are in no table: {rules.risk.travel.trips_per_person_day:g} per person "
        "and day (unsourced); no count tells."
        for kind in unstated
    ]
    if len(unstated) < len(found):
        told = fitted is not None and fitted.scale.known
        notes.append(
            "Trips are those of people one way, of the one table of trips (`purposes` of the "
            f"economics), {'fitted to counts of traffic' if told else 'as stated: no count tells'}."
        )
    return amount, notes


def demand_matrix(table: pd.DataFrame, from_ids: list[str], to_ids: list[str]) -> Floats:
    """Turn a table of demand into an array.

    Parameters
    ----------
    table
        Columns `from_id, to_id, demand` (trips, people or tonnes per day); what stands
        several times adds up.
    from_ids, to_ids
        Ids of the rows and columns wanted.

    Returns
    -------
    demand
        Shape (from, to), 0 where nothing is given.

    Raises
    ------
    DataError
        A column is missing, an id is not among those wanted, or a demand is negative or
        no number.
    """
    missing = [name for name in ("from_id", "to_id", "demand") if name not in table.columns]
    if missing:
        raise DataError(f"demand: columns {', '.join(missing)} are missing")
    at = []
    for name, ids in (("from_id", from_ids), ("to_id", to_ids)):
        found = pd.Index(ids).get_indexer(pd.Index(table[name].astype(str)))
        if (found < 0).any():
            raise DataError(
                f"demand: {name} {table[name].iloc[int(found.argmin())]!r} is not known"
            )
        at.append(found)
    demand = np.zeros((len(from_ids), len(to_ids)))
    np.add.at(demand, tuple(at), table["demand"].to_numpy(np.float64))
    check_demand(demand, demand.shape)
    return demand
