"""How harvests travel: tonnes from where they grow to where they sell best."""

from __future__ import annotations

from typing import Final

import numpy as np

from geo.driving.vehicle import Vehicle, find_vehicles, load_vehicle
from geo.freight.flows import flows
from geo.freight.terms import freight_terms
from geo.freight.value_chain import Sale, chosen_products, sales
from geo.risk.demand import Demand, demand_matrix
from geo.study import Study
from geo.traffic.goals import places_by_id
from layers.errors import DataError
from layers.tables.products import check_products

DAYS_A_YEAR: Final = 365.0


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
    truck = load_vehicle(vehicle)
    if not (isinstance(truck, Vehicle) and truck.payload_t > 0):
        raise DataError(f"{vehicle}: carries no goods; name another truck")
    check_products(study.area, vehicles=set(find_vehicles()))
    grown, markets = study.tables.harvests, study.tables.markets
    known = grown[grown["tonnes_per_year"] > 0].reset_index(drop=True)
    missing = grown[grown["tonnes_per_year"].isna()]
    notes = []
    if len(missing):
        left = "; ".join(
            f"{product}: {', '.join(group['place_id'])}"
            for product, group in missing.groupby("product")
        )
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
        places_by_id(study, list(dict.fromkeys(sent[side]))) for side in ("from_id", "to_id")
    )
    amount = demand_matrix(
        sent.assign(demand=sent["tonnes_per_year"] / DAYS_A_YEAR),
        origins["id"].tolist(),
        goals["id"].tolist(),
    )
    demand = Demand(
        "tonnes",
        vehicle,
        origins.assign(population=np.nan),
        goals,
        tuple(goals["id"]),
        np.arange(len(goals)),
        amount,
    )
    return demand, tuple(notes)
