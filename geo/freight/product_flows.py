"""Products from where they grow to their markets: chains, tonnes on roads, tonnes by market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.freight.flows import Flows, flows, loaded_links
from geo.freight.haul import Terms
from geo.freight.terms import freight_terms, place_of, places_by_id, season_notes, unlisted
from geo.freight.value_chain import (
    EVERY,
    Product,
    Sale,
    chosen_products,
    places_of_harvest,
    sale_table,
    sales,
)
from geo.study import Study
from layers.errors import DataError
from layers.tables.places import Place


@dataclass(frozen=True, eq=False)
class ProductFlows:
    """What it takes products to get to their markets, and how much goes where.

    Attributes
    ----------
    chains
        A row per product, origin and market, as `geo.freight.value_chain.sale_table`.
    links
        Roads that carry anything, as `geo.freight.flows.loaded_links`.
    to_market
        Columns `product, from_id, to_id, tonnes_per_year`.
    unknown
        Columns `product, place_id`: harvests whose tonnes nobody knows; they are in no sum.
    sales
        What is behind the rows of `chains`, in the same order.
    flows
        Tonnes on every segment.
    products
        By id.
    harvests
        Of these products.
    split
        How tonnes were shared: `all` or `logit`.
    terms
        Who hauls, when, and on what terms.
    places
        By id.
    notes
        What the reader must know.
    """

    chains: pd.DataFrame
    links: gpd.GeoDataFrame
    sales: tuple[Sale, ...]
    flows: Flows
    products: Mapping[str, Product]
    harvests: pd.DataFrame
    split: str
    terms: Terms
    places: Mapping[str, Place]
    notes: tuple[str, ...] = ()

    @property
    def to_market(self) -> pd.DataFrame:
        """Tonnes from every origin to every market."""
        return self.flows.to_market

    @property
    def unknown(self) -> pd.DataFrame:
        """Harvests whose tonnes nobody knows."""
        return self.flows.unknown


def product_flows(  # noqa: PLR0913 - what a planner may ask
    study: Study,
    product: str = EVERY,
    origin: Place | str | None = None,
    to: str = EVERY,
    *,
    vehicles: Sequence[str] = (),
    season: str = "dry",
    empty_share: float | None = None,
    split: str = "all",
    harvests: pd.DataFrame | None = None,
) -> ProductFlows:
    """Find what it takes products to get to their markets, and how much goes where.

    Parameters
    ----------
    study
        The area in its world.
    product
        Id or name, or `all`.
    origin
        The one place where goods start; by default all places of harvest and the settlements
        of their districts.
    to
        The one market, or `all`.
    vehicles, season, empty_share
        As for `geo.freight.terms.freight_terms`.
    split
        `all` to the best market and way, or `logit`: shared by cost, as in
        `geo.freight.flows.flows`.
    harvests
        Columns `product, place_id, tonnes_per_year`; the area's own by default.

    Raises
    ------
    UnknownNameError
        There is no such product, place or vehicle.
    DataError
        A vehicle carries no goods, or a product is not sold there.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> found = product_flows(study, "cabbage", "mae_sariang", "chiang_mai")
    >>> found.chains[["from_id", "to_id", "tonnes_per_year"]].to_numpy().tolist()
    [['mae_sariang', 'chiang_mai', 31000.0]]
    """
    chosen = {one.id: one for one in chosen_products(study, product)}
    start = None if origin is None else place_of(study, origin)
    extra = unlisted(study, start) if start else ()
    terms = freight_terms(study, vehicles, season, empty_share=empty_share, extra=extra)
    grown, markets = (
        table[table["product"].isin(list(chosen))].reset_index(drop=True)
        for table in (study.tables.harvests if harvests is None else harvests, study.tables.markets)
    )
    sold: list[Sale] = []
    for name, one in chosen.items():
        own = _markets(study, to, markets[markets["product"] == name])
        mine = grown[grown["product"] == name]
        origins = [start.id] if start else places_of_harvest(study, mine)
        sold += sales(terms, one, origins, own)
    sent = flows(terms, sold, grown, markets, split=split)
    places = places_by_id(study, extra)
    return ProductFlows(
        sale_table(terms, sold, chosen, grown, study.rules.seasons.months),
        loaded_links(study.network, sent.tonnes),
        tuple(sold),
        sent,
        chosen,
        grown,
        split,
        terms,
        places,
        (*season_notes(study), *_unknown_notes(sent.unknown, places)),
    )


def _markets(study: Study, to: str, markets: pd.DataFrame) -> pd.DataFrame:
    """Keep the one market that was asked for, if one was.

    Raises
    ------
    DataError
        The product is not sold there.
    """
    if to == EVERY:
        return markets
    one = study.place(to)
    if one.id not in set(markets["place_id"]):
        known = ", ".join(markets["place_id"])
        raise DataError(f"{one.name_en} is no market of it; markets: {known}")
    return markets[markets["place_id"] == one.id]


def _unknown_notes(unknown: pd.DataFrame, places: Mapping[str, Place]) -> tuple[str, ...]:
    """Say which harvests are in no sum since nobody knows their tonnes."""
    if unknown.empty:
        return ()
    named = "; ".join(
        f"{product}: {', '.join(places[one].name_en for one in group['place_id'])}"
        for product, group in unknown.groupby("product")
    )
    return (f"tonnes not known, in no sum: {named}",)
