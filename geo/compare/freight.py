"""What a scenario changes for freight: the cheapest chain of every product."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pandas as pd

from geo.freight.across import hauls_across
from geo.freight.terms import freight_terms
from geo.freight.value_chain import chosen_products, sales
from geo.study import Study

LEAST_SHARE: Final = 0.005
"""A haul whose hours and baht change by less than this share is the same."""

COLUMNS = ("product", "name_en", "name_th", "from_id", "to_id", "cost_thb_per_t", "vehicles")


def cheapest_chains(study: Study, season: str) -> pd.DataFrame:
    """Find the cheapest chain of every product from where it is harvested to a market.

    Returns
    -------
    chains
        Columns `COLUMNS`; NaN and empty where no market is reached; no row where the area
        has no products.
    """
    grown, markets = study.tables.harvests, study.tables.markets
    if study.tables.products.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    terms = freight_terms(study, (), season)
    rows = []
    for product in chosen_products(study):
        own = markets[markets["product"] == product.id]
        origins = grown.loc[grown["product"] == product.id, "place_id"].drop_duplicates().tolist()
        hauls = [sale.haul for sale in sales(terms, product, origins, own)]
        for origin in origins:
            mine = [haul for haul in hauls if haul.from_id == origin]
            best = min(mine, key=lambda haul: haul.cost_thb_per_t, default=None)
            found = ("", math.nan, "")
            if best is not None and best.reached:
                found = best.to_id, best.cost_thb_per_t, " > ".join(best.vehicles)
            rows.append((product.id, product.name_en, product.name_th, origin, *found))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def freight_change(base: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Set the cheapest chains of a scenario beside those of the base, row by row.

    Parameters
    ----------
    base, changed
        Of `cheapest_chains`, for the same area.

    Returns
    -------
    freight
        `product, name_en, name_th, from_id`, and `to_id`, `cost_thb_per_t` and `vehicles` as
        `…_base` and under their own names, with `cost_thb_per_t_change`.
    """
    was = {name: f"{name}_base" for name in ("to_id", "cost_thb_per_t", "vehicles")}
    return base.rename(columns=was).assign(
        to_id=changed["to_id"],
        cost_thb_per_t=changed["cost_thb_per_t"],
        cost_thb_per_t_change=changed["cost_thb_per_t"] - base["cost_thb_per_t"],
        vehicles=changed["vehicles"],
    )


def through_crossings(study: Study, season: str) -> pd.DataFrame:
    """Find the cheapest haul from home through every crossing.

    Parameters
    ----------
    study
        The area in its world.
    season
        That was asked for.

    Returns
    -------
    through
        Columns `cost_thb, time_s` by id of the crossing: baht per tonne and median seconds to
        the city beyond, or to the gate where none is known; no row where nothing gets through.

    Raises
    ------
    DataError
        The area names no `home`, or its crossings cannot be hauled to.
    """
    _, hauls = hauls_across(study, season)
    best: dict[str, tuple[float, float]] = {}
    for haul in sorted(hauls, key=lambda one: (one.to_id == one.crossing, one.cost_thb_per_t)):
        best.setdefault(haul.crossing, (haul.cost_thb_per_t, haul.time_s[1]))
    return pd.DataFrame.from_dict(best, orient="index", columns=["cost_thb", "time_s"])


def crossed_change(base: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Set the cheapest hauls through crossings beside those of the base.

    Parameters
    ----------
    base, changed
        Of `through_crossings`.

    Returns
    -------
    crossed
        Columns `crossing, cost_thb_base, time_s_base, cost_thb, time_s`, a row for each crossing
        where they differ; NaN where nothing gets through.
    """
    table = base.add_suffix("_base").join(changed, how="outer")
    same = np.isclose(table["cost_thb_base"], table["cost_thb"], rtol=LEAST_SHARE)
    same &= np.isclose(table["time_s_base"], table["time_s"], rtol=LEAST_SHARE)
    return table[~same].rename_axis("crossing").reset_index()


def sold_at_home(chains: pd.DataFrame) -> list[str]:
    """Say which products cost nothing to carry, since they are sold where they grow.

    Parameters
    ----------
    chains
        Of `cheapest_chains`.
    """
    stays = (chains["from_id"] == chains["to_id"]).groupby(chains["product"]).transform("all")
    names = chains[stays.astype(bool)].drop_duplicates("product")
    told = [
        f"{one} ({other})" for one, other in zip(names["name_en"], names["name_th"], strict=True)
    ]
    return [f"Sold where it grows, so that no haul is counted: {', '.join(told)}."] if told else []
