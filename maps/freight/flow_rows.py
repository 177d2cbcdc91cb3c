"""Sales as rows of the flow map: origins, markets, and what lies between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.freight.value_chain import Product, Sale
from layers.tables.places import Place
from maps.base import figures
from maps.base.i18n import Text, either, text
from maps.base.subject import place_name
from maps.freight.rows import chain, changes, short, spread


@dataclass(frozen=True)
class SaleRow:
    """One product from one origin to one market.

    Attributes
    ----------
    at
        Its position among the ways drawn.
    sale
        The sale.
    product, origin, market
        Names.
    chain
        Vehicles in order.
    changes
        Where goods change vehicles.
    spread
        The 10th and 90th percentile of hours where they differ, else empty.
    share, spoilt, margin
        Per cent of the farm-gate price, per cent spoilt, baht per kg; `figures.NONE` where
        not known.
    tonnes
        A year to this market, NaN where nobody knows.
    """

    at: int
    sale: Sale
    product: Text
    origin: Text
    market: Text
    chain: Text
    changes: tuple[Text, ...]
    spread: str
    share: str
    spoilt: str
    margin: str
    tonnes: float


@dataclass(frozen=True)
class End:
    """An origin or a market on the map.

    Attributes
    ----------
    place, name
        Which.
    tonnes
        A year from an origin or to a market, NaN where nobody knows.
    rows
        Its sales, the cheapest first.
    """

    place: Place
    name: Text
    tonnes: float
    rows: tuple[SaleRow, ...]


@dataclass(frozen=True)
class Crop:
    """What grows at one place, and where it can be sold: a heading of the list."""

    title: Text
    tonnes: float
    rows: tuple[SaleRow, ...]


def sale_rows(
    sold: Sequence[Sale],
    products: Mapping[str, Product],
    harvests: pd.DataFrame,
    to_market: pd.DataFrame,
    *,
    places: Mapping[str, Place],
    titles: Mapping[str, Text],
) -> tuple[SaleRow, ...]:
    """Gather what the list says of sales that get there.

    Parameters
    ----------
    sold
        Sales, also those that do not get there.
    products
        By id.
    harvests
        Columns `product, place_id, tonnes_per_year`.
    to_market
        Columns `product, from_id, to_id, tonnes_per_year`.
    places, titles
        Places and titles of vehicles, by id.

    Returns
    -------
    rows
        In the order of `sold`; a market that nothing of a known harvest goes to has 0 t.
    """
    keys = zip(to_market["product"], to_market["from_id"], to_market["to_id"], strict=True)
    sent = dict(zip(keys, to_market["tonnes_per_year"], strict=True))
    grown = harvest_tonnes(harvests)
    found: list[SaleRow] = []
    for sale in sold:
        haul = sale.haul
        if not haul.reached:
            continue
        known = math.isfinite(grown.get((sale.product, haul.from_id), math.nan))
        tonnes = float(sent.get((sale.product, haul.from_id, haul.to_id), 0.0))
        found.append(
            SaleRow(
                at=len(found),
                sale=sale,
                product=product_name(products[sale.product]),
                origin=place_name(places[haul.from_id]),
                market=short(place_name(places[haul.to_id])),
                chain=chain(haul, titles),
                changes=changes(haul, places, titles),
                spread=spread(haul),
                share=figures.whole(sale.logistics_share * 100),
                spoilt=figures.whole(sale.spoilage * 100),
                margin=f"{sale.margin_thb_per_kg:.2f}"
                if math.isfinite(sale.margin_thb_per_kg)
                else figures.NONE,
                tonnes=tonnes if known else math.nan,
            )
        )
    return tuple(found)


def harvest_tonnes(harvests: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return tonnes a year by product and place; NaN where nobody knows."""
    keys = zip(harvests["product"], harvests["place_id"], strict=True)
    return dict(zip(keys, harvests["tonnes_per_year"].astype(float), strict=True))


def crops(rows: Sequence[SaleRow], grown: Mapping[tuple[str, str], float]) -> list[Crop]:
    """Group rows by product and origin; known harvests first, the largest before others."""
    found: dict[tuple[str, str], list[SaleRow]] = {}
    for row in rows:
        found.setdefault((row.sale.product, row.sale.haul.from_id), []).append(row)
    made = [
        Crop(
            text("crop_at", product=own[0].product, place=own[0].origin),
            grown.get(key, math.nan),
            tuple(own),
        )
        for key, own in found.items()
    ]
    return sorted(made, key=lambda crop: -crop.tonnes if math.isfinite(crop.tonnes) else 1.0)


def ends(
    rows: Sequence[SaleRow],
    grown: Mapping[tuple[str, str], float],
    places: Mapping[str, Place],
) -> tuple[list[End], list[End]]:
    """Return origins and markets, each with its sales.

    A place has the tonnes of all its products that are known; NaN if none is.
    """
    by_origin: dict[str, list[SaleRow]] = {}
    by_market: dict[str, list[SaleRow]] = {}
    for row in rows:
        by_origin.setdefault(row.sale.haul.from_id, []).append(row)
        by_market.setdefault(row.sale.haul.to_id, []).append(row)
    products = {row.sale.product for row in rows}
    origins = [
        _end(places[one], own, [grown.get((name, one), math.nan) for name in sorted(products)])
        for one, own in by_origin.items()
    ]
    markets = [
        _end(places[one], own, [row.tonnes for row in own]) for one, own in by_market.items()
    ]
    return origins, markets


def product_name(product: Product) -> Text:
    """Return a product's name in both languages."""
    return either(product.name_en, product.name_th)


def _end(place: Place, rows: Sequence[SaleRow], tonnes: Sequence[float]) -> End:
    known = [one for one in tonnes if math.isfinite(one)]
    cheapest = sorted(rows, key=lambda row: row.sale.haul.cost_thb_per_t)
    return End(place, place_name(place), sum(known) if known else math.nan, tuple(cheapest))
