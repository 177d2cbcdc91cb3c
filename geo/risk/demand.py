"""Who goes where for `chaidaen risk`: people to what they need, tonnes to where they are sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.people import named, offices, people_raster, with_people
from geo.driving.vehicle import Vehicle, find_vehicles, load_vehicle
from geo.freight.flows import flows
from geo.freight.terms import freight_terms
from geo.freight.value_chain import Sale, chosen_products, sales
from geo.risk.criticality import demand_matrix
from geo.study import Study
from layers.errors import DataError, UnknownNameError
from layers.store.facilities import count_facilities, facilities, settlements
from layers.tables.facility_kinds import facility_kinds
from layers.tables.places import find_place
from layers.tables.products import check_products, read_harvests, read_markets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GOAL: Final = ["id", "name_en", "name_th", "lon", "lat"]
ORIGIN: Final = [*GOAL, "population"]
USUAL: Final = ("hospital", "market", "capital", "city")
"""Where people go if nothing was said."""
DAYS_A_YEAR: Final = 365.0


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
        Raster of people, counted around settlements; by default their own numbers, or the
        raster that was fetched where some are not known.

    Returns
    -------
    demand, notes
        And what the reader must know.

    Raises
    ------
    UnknownNameError
        It is neither a kind nor a place.
    """
    every = named(settlements(study.area))
    raster = people_raster(study, every, population)
    origins = (with_people(study, every, raster) if raster else every)[ORIGIN]
    wanted = dict.fromkeys(to or USUAL)
    there = {} if to else count_facilities(study.area)
    found = {kind: _goals(study, kind, there) for kind in wanted}
    notes = [f"There is no {kind} in this area." for kind, goals in found.items() if goals.empty]
    notes += [] if population else offices(every)
    found = {kind: goals for kind, goals in found.items() if len(goals)}
    if not found:
        raise DataError("there is nowhere to go: name a kind of facility or a place with --to")
    unknown = int(origins["population"].isna().sum())
    if unknown == len(origins):
        origins = origins.assign(population=1.0)
        notes.append("Nobody's number of people is known: every settlement counts as one person; "
                     "--population counts them on a raster.")  # fmt: skip
    elif unknown:
        notes.append(f"People of {unknown} of {len(origins)} settlements are not known: they "
                     "count in no figure of people.")  # fmt: skip
    goals = pd.concat(list(found.values()), ignore_index=True)
    sizes = [len(one) for one in found.values()]
    amount = np.tile(origins["population"].fillna(0.0).to_numpy(np.float64)[:, None], len(found))
    demand = Demand("people", vehicle, origins, goals, tuple(found),
                    np.repeat(np.arange(len(found)), sizes), amount * trips)  # fmt: skip
    return demand, tuple(notes)


def tonnes(study: Study, vehicle: str, season: str) -> tuple[Demand | None, tuple[str, ...]]:
    """Send harvests whose tonnes are known to where they sell best.

    Parameters
    ----------
    study
        The area.
    vehicle
        Id of what carries them over the roads here; which market is best is told by the
        chain of vehicles of `chaidaen freight`.
    season
        `dry` or `wet`.

    Returns
    -------
    demand, notes
        None where no tonnes are known; harvests left out are named.

    Raises
    ------
    DataError
        The vehicle carries no goods.
    """
    area, truck = study.area, load_vehicle(vehicle)
    if not (isinstance(truck, Vehicle) and truck.payload_t > 0):
        raise DataError(f"{vehicle}: carries no goods; name another one with --truck")
    check_products(area, vehicles=set(find_vehicles()))
    grown, markets = read_harvests(area), read_markets(area)
    known = grown[grown["tonnes_per_year"] > 0].reset_index(drop=True)
    missing = grown[grown["tonnes_per_year"].isna()]
    notes = []
    if len(missing):
        left = "; ".join(f"{product}: {', '.join(group['place_id'])}"
                         for product, group in missing.groupby("product"))  # fmt: skip
        notes.append(f"Tonnes not known, in no sum: {left}.")
    if known.empty:
        return None, (*notes, "No tonnes are known in this area: only people count.")
    terms = freight_terms(study, (), season)
    sold: list[Sale] = []
    for one in chosen_products(study, "all"):
        mine = known.loc[known["product"] == one.id, "place_id"].unique().tolist()
        if mine:
            sold += sales(terms, one, mine, markets[markets["product"] == one.id])
    sent = flows(terms, sold, known, markets).to_market
    if sent.empty:
        return None, (*notes, "No harvest of known tonnes reaches a market: only people count.")
    total, there = float(known["tonnes_per_year"].sum()), float(sent["tonnes_per_year"].sum())
    notes.append(f"Tonnes: {there:,.0f} of {total:,.0f} t a year that are known reach a market.")
    origins, goals = (
        _by_id(study, list(dict.fromkeys(sent[side]))) for side in ("from_id", "to_id")
    )
    amount = demand_matrix(
        sent.assign(demand=sent["tonnes_per_year"] / DAYS_A_YEAR),
        origins["id"].tolist(),
        goals["id"].tolist(),
    )
    demand = Demand("tonnes", vehicle, origins.assign(population=np.nan), goals,
                    tuple(goals["id"]), np.arange(len(goals)), amount)  # fmt: skip
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
        return named(facilities(area, kind))[GOAL]
    if kind in {"capital", "city"}:
        if not area.home and not asked:
            return pd.DataFrame(columns=GOAL)
        home = _by_id(study, [study.tables.home])
        if kind == "capital":
            return home
        others = every[(every["kind"] == "province_capital") & (every["id"] != area.home)]
        flat = np.cos(np.radians(home["lat"].iloc[0]))
        apart = np.hypot((others["lon"] - home["lon"].iloc[0]) * flat,
                         others["lat"] - home["lat"].iloc[0])  # fmt: skip
        nearest: pd.DataFrame = others.loc[apart.nsmallest(1).index, GOAL].reset_index(drop=True)
        return nearest
    try:
        place = find_place(kind, every)
    except UnknownNameError as error:
        kinds = ", ".join(("capital", "city", *facility_kinds()))
        raise UnknownNameError(f"--to {kind}: no kind of facility ({kinds}); {error}") from error
    row = (place.id or place.name_en, place.name_en, place.name_th, place.lon, place.lat)
    return pd.DataFrame([row], columns=GOAL)


def _by_id(study: Study, ids: list[str]) -> pd.DataFrame:
    """Return places of the gazetteer in the order of their ids."""
    table = study.gazetteer.drop_duplicates("id").set_index("id", drop=False)
    found: pd.DataFrame = table.loc[ids, GOAL].reset_index(drop=True)
    return found
