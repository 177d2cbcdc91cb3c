"""Value chains: what it takes a product to get from where it grows to each of its markets."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from geo.border.passage import departures, passing_s
from geo.freight.haul import Haul, Terms
from geo.freight.least_cost import hauls, hauls_abroad
from geo.study import Study
from layers.errors import UnknownNameError
from layers.tables.products import harvest_months

EVERY: Final = "all"
"""Names all products at once."""


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
    in_time = float(haul.time_s[1] <= perish_h * 3600)
    if haul.crossing:
        order = list(terms.fleet.vehicles)
        at = order.index(haul.inland[-1].stage.vehicle)
        vehicle = terms.fleet.haulers[at].vehicle
        crossing = terms.crossings[haul.crossing]
        passing = passing_s(crossing, vehicle, departures(terms.border), terms.border)
        rest = haul.time_s[1] - float(np.quantile(passing, 0.5))
        in_time = float((passing + rest <= perish_h * 3600).mean())
    return 1.0 - haul.passable * in_time
