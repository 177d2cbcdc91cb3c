"""Value chains: what it takes a product to get from where it grows to each of its markets."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from geo.border.passage import departures, passing_s
from geo.freight.haul import Haul, Terms, why_not
from geo.freight.hours import drawn_s
from geo.freight.least_cost import hauls, hauls_abroad
from geo.study import Study
from layers.errors import UnknownNameError
from layers.tables.products import harvest_months
from layers.tables.villages import DISTRICT_DIGITS

EVERY: Final = "all"
"""Names all products at once."""

CHAIN_COLUMNS: Final = [
    "product",
    "from_id",
    "to_id",
    "vehicles",
    "hubs",
    "distance_m",
    "time_p50_s",
    "time_p90_s",
    "cost_thb_per_t",
    "logistics_share",
    "price_thb_per_kg",
    "margin_thb_per_kg",
    "perish_h",
    "spoilage",
    "co2_kg_per_t",
    "wet_months",
    "months",
    "tonnes_per_year",
    "why_not",
]
"""Columns of `sale_table`."""


@dataclass(frozen=True)
class Product:
    """What a product is like.

    Attributes
    ----------
    id, name_en, name_th
        Which.
    months
        Of harvest, 1 to 12; none where not known.
    perish_h
        Hours from the field until it is spoilt, inf where it keeps.
    farmgate_thb_per_kg
        Price at the farm, NaN where not known.
    vehicle
        Id of the vehicle that carries it from the field.
    """

    id: str
    name_en: str
    name_th: str
    months: tuple[int, ...]
    perish_h: float
    farmgate_thb_per_kg: float
    vehicle: str


def chosen_products(study: Study, product: str = EVERY) -> list[Product]:
    """Find products.

    Parameters
    ----------
    study
        The area.
    product
        Id or name, or `all`.

    Raises
    ------
    UnknownNameError
        There is no such product; the message lists those there are.
    """
    table = study.tables.products
    wanted = product.casefold()
    named = [table[name].str.casefold() == wanted for name in ("id", "name_en", "name_th")]
    rows = table if product == EVERY else table[named[0] | named[1] | named[2]]
    if rows.empty:
        near = difflib.get_close_matches(product, table["id"], n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        known = ", ".join(table["id"]) or "none"
        raise UnknownNameError(f"product {product!r} is not known; {hint}products: {known}")
    return [
        Product(
            str(row["id"]),
            str(row["name_en"]),
            str(row["name_th"]),
            harvest_months(row),
            math.inf if math.isnan(row["perish_h"]) else float(row["perish_h"]),
            float(row["farmgate_thb_per_kg"]),
            str(row["vehicle"]),
        )
        for _, row in rows.iterrows()
    ]


def places_of_harvest(study: Study, grown: pd.DataFrame) -> list[str]:
    """Return where a product starts: places of its harvests, and settlements of their districts.

    Parameters
    ----------
    study
        The area.
    grown
        Column `place_id`: harvests of the product.

    Returns
    -------
    ids
        Each once, the places of the harvests first.
    """
    places = study.tables.places.set_index("id")
    districts = [one for one in grown["place_id"] if one in places.index]
    codes = set(places.loc[districts, "code"].str[:DISTRICT_DIGITS]) - {""}
    settlements = study.tables.settlements
    own = settlements["id"][settlements["district"].isin(codes)]
    return list(dict.fromkeys([*grown["place_id"], *own]))


@dataclass(frozen=True, eq=False)
class Sale:
    """Carrying a product from one origin to one market.

    Attributes
    ----------
    product
        Id.
    haul
        How it gets there.
    price_thb_per_kg
        Paid at the market, NaN where not known.
    logistics_share
        Cost of the haul by the price at the farm; NaN where that is not known.
    margin_thb_per_kg
        What the market pays more than farm and haul take; NaN where a price is not known.
    spoilage
        Probability that it is spoilt on arrival, or does not get through.
    """

    product: str
    haul: Haul
    price_thb_per_kg: float
    logistics_share: float
    margin_thb_per_kg: float
    spoilage: float


def sales(
    terms: Terms, product: Product, origins: Sequence[str], markets: pd.DataFrame
) -> tuple[Sale, ...]:
    """Find the best chain from every origin to every market of a product.

    Parameters
    ----------
    terms
        Who hauls; the product's own vehicle loads at the origin.
    product
        Which.
    origins
        Ids of places.
    markets
        Columns `place_id` (of a place, or of a crossing that is passed) and
        `price_thb_per_kg`.

    Returns
    -------
    sales
        Origin by origin, the cheapest haul first; those that cannot be reached last.
    """
    own = replace(terms, first=(product.vehicle,))
    ids = markets["place_id"].astype(str)
    gates = [name for name in ids if name in terms.crossings]
    towns = [name for name in ids if name not in terms.crossings]
    found = [
        *hauls(own, origins, towns),
        *(h for h in hauls_abroad(own, origins, gates) if h.to_id == h.crossing),
    ]
    price = dict(zip(ids, markets["price_thb_per_kg"].astype(float), strict=True))
    order = {name: at for at, name in enumerate(origins)}
    made = [_sale(terms, product, haul, price[haul.to_id]) for haul in found]
    return tuple(sorted(made, key=lambda s: (order[s.haul.from_id], s.haul.cost_thb_per_t)))


def sale_table(
    terms: Terms,
    sold: Sequence[Sale],
    products: Mapping[str, Product],
    grown: pd.DataFrame,
    rains: Sequence[int],
) -> pd.DataFrame:
    """Lay out sales as a table; NaN where something is not known.

    Parameters
    ----------
    terms, sold
        Who hauls, and the sales.
    products
        By id.
    grown
        Columns `product, place_id, tonnes_per_year`.
    rains
        Months of the rainy season.

    Returns
    -------
    chains
        Columns `product, from_id, to_id, vehicles, hubs, distance_m, time_p50_s, time_p90_s,
        cost_thb_per_t, logistics_share, price_thb_per_kg, margin_thb_per_kg, perish_h,
        spoilage, co2_kg_per_t, wet_months, months` (of harvest, and how many of them are
        rainy), `tonnes_per_year` (of all harvests there), `why_not`.
    """
    keys = zip(grown["product"], grown["place_id"], strict=True)
    tonnes = dict(zip(keys, grown["tonnes_per_year"].astype(float), strict=True))
    rows = []
    for sale in sold:
        haul, product = sale.haul, products[sale.product]
        months = product.months
        rows.append(
            {
                "product": sale.product,
                "from_id": haul.from_id,
                "to_id": haul.to_id,
                "vehicles": " > ".join(haul.vehicles),
                "hubs": " > ".join(drive.stage.to_id for drive in haul.inland[:-1]),
                "distance_m": haul.distance_m,
                "time_p50_s": haul.time_s[1],
                "time_p90_s": haul.time_s[2],
                "cost_thb_per_t": haul.cost_thb_per_t,
                "logistics_share": sale.logistics_share,
                "price_thb_per_kg": sale.price_thb_per_kg,
                "margin_thb_per_kg": sale.margin_thb_per_kg,
                "perish_h": product.perish_h,
                "spoilage": sale.spoilage if haul.reached else math.nan,
                "co2_kg_per_t": haul.co2_kg_per_t,
                "wet_months": sum(month in rains for month in months) if months else None,
                "months": len(months) or None,
                "tonnes_per_year": tonnes.get((sale.product, haul.from_id), math.nan),
                "why_not": why_not(terms, haul),
            }
        )
    table = pd.DataFrame(rows, columns=CHAIN_COLUMNS).replace(math.inf, math.nan)
    return table.astype({"wet_months": "Int64", "months": "Int64"})


def _sale(terms: Terms, product: Product, haul: Haul, price: float) -> Sale:
    """Put a haul into money."""
    per_kg = haul.cost_thb_per_t / 1000 if haul.reached else np.nan
    return Sale(
        product=product.id,
        haul=haul,
        price_thb_per_kg=price,
        logistics_share=per_kg / product.farmgate_thb_per_kg,
        margin_thb_per_kg=price - product.farmgate_thb_per_kg - per_kg,
        spoilage=spoilage(terms, haul, product.perish_h),
    )


def spoilage(terms: Terms, haul: Haul, perish_h: float) -> float:
    """Compute the probability that goods are spoilt on arrival, or do not get through.

    1 - P(passable) · P(time ≤ perish time), over the departures of a week and the dwell at
    the gate; driving itself is not spread, so that within the country the second is 0 or 1.

    Parameters
    ----------
    terms
        Who hauls.
    haul
        How.
    perish_h
        Hours until it is spoilt, inf where it keeps.

    Returns
    -------
    probability
        1 where goods do not get there at all.
    """
    if not haul.reached:
        return 1.0
    passing = np.zeros(1)
    if haul.crossing:
        vehicle = terms.fleet[haul.inland[-1].stage.vehicle].vehicle
        crossing = terms.crossings[haul.crossing]
        passing = passing_s(crossing, vehicle, departures(terms.border), terms.border)
    driving = sum(drive.out.time_s for drive in haul.drives)
    after = sum(drive.time_s for drive in haul.onward)
    drawn = drawn_s(haul.drives, haul.before_s + after - driving, passing)
    in_time = float((drawn <= perish_h * 3600).mean())
    return 1.0 - haul.passable * in_time
