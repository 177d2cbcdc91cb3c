"""Who goes where: people to what they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.access.cells import block_note, blocks, named_by, read_cells
from geo.access.people import named, offices, people_raster
from geo.risk.criticality import check_demand
from geo.study import Study
from layers.arrays import Floats, Ints
from layers.errors import DataError, UnknownNameError
from layers.tables.facility_kinds import facility_kinds

GOAL: Final = ["id", "name_en", "name_th", "lon", "lat"]
ORIGIN: Final = [*GOAL, "population"]
USUAL: Final = ("hospital", "market", "capital", "city")
"""Where people go if nothing was said."""


@dataclass(frozen=True, eq=False)
class Demand:
    """Who goes where, per day.

    Attributes
    ----------
    unit
        `people` (trips of them) or `tonnes`.
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
    """

    unit: str
    vehicle: str
    origins: pd.DataFrame
    goals: pd.DataFrame
    kinds: tuple[str, ...]
    group: Ints
    amount: Floats


def people(
    study: Study,
    to: Sequence[str],
    vehicle: str,
    trips: float,
    *,
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
        Of each person per day to each of them.
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
    found = {kind: _goals(study, kind, there) for kind in wanted}
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
    amount = np.tile(origins["population"].fillna(0.0).to_numpy(np.float64)[:, None], len(found))
    demand = Demand(
        "people",
        vehicle,
        origins,
        goals,
        tuple(found),
        np.repeat(np.arange(len(found)), sizes),
        amount * trips,
    )
    return demand, tuple(notes)


def _goals(study: Study, kind: str, there: Mapping[str, int]) -> pd.DataFrame:
    """Return what a word means: facilities, the capital, the next city, or one place.

    Where it is known how many there are of each kind, nobody asked for them: some may be
    missing.
    """
    area, every, asked = study.area, study.gazetteer, not there
    if kind in facility_kinds():
        if not asked and not there[kind]:
            return pd.DataFrame(columns=GOAL)
        return named(study.tables.facilities(kind))[GOAL]
    if kind in {"capital", "city"}:
        if not area.home and not asked:
            return pd.DataFrame(columns=GOAL)
        home = places_by_id(study, [study.tables.home])
        if kind == "capital":
            return home
        others = every[(every["kind"] == "province_capital") & (every["id"] != area.home)]
        flat = np.cos(np.radians(home["lat"].iloc[0]))
        apart = np.hypot(
            (others["lon"] - home["lon"].iloc[0]) * flat, others["lat"] - home["lat"].iloc[0]
        )
        nearest: pd.DataFrame = others.loc[apart.nsmallest(1).index, GOAL].reset_index(drop=True)
        return nearest
    try:
        place = study.place(kind)
    except UnknownNameError as error:
        kinds = ", ".join(("capital", "city", *facility_kinds()))
        raise UnknownNameError(f"to {kind!r}: no kind of facility ({kinds}); {error}") from error
    row = (place.id or place.name_en, place.name_en, place.name_th, place.lon, place.lat)
    return pd.DataFrame([row], columns=GOAL)


def places_by_id(study: Study, ids: list[str]) -> pd.DataFrame:
    """Return places of the gazetteer in the order of their ids."""
    table = study.gazetteer.drop_duplicates("id").set_index("id", drop=False)
    found: pd.DataFrame = table.loc[ids, GOAL].reset_index(drop=True)
    return found


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
