"""The value chain of `chaidaen freight --product`: from where it grows to its markets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geo.driving.vehicle import find_vehicles
from geo.freight.flows import Flows, flows
from geo.freight.haul import Terms
from geo.freight.terms import places_by_id
from geo.freight.value_chain import EVERY, Product, Sale, chosen_products, sales
from geo.study import Study
from layers.errors import DataError
from layers.store.facilities import settlements
from layers.tables.places import Place, find_place, read_places
from layers.tables.products import (
    check_products,
    read_harvests,
    read_markets,
)
from maps.picture.sheet import Sheet
from scripts.freight.files import flow_layers
from scripts.freight.maps import flow_page
from scripts.freight.request import Result, Wanted
from scripts.freight.text import why_not
from scripts.output import as_csv, as_geojson, as_json, as_table, hours, told


def value_chain(
    study: Study,
    wanted: Wanted,
    product: str,
    harvests: Path | None,
    split: str,
    format_: str,
) -> Result:
    """Answer what it takes products to get to their markets, and how much goes where.

    Parameters
    ----------
    study, wanted
        Where, and on what terms; a start or a destination leaves out the others.
    product
        Id, or `all`.
    harvests
        The user's own table in place of the area's.
    split
        `all` or `logit`, as in `geo.freight.flows.flows`.
    format_
        Of the text.

    Returns
    -------
    result
        With tables `chains`, `flows` and `to_market`.
    """
    area = study.area
    check_products(area, harvests=harvests, vehicles=set(find_vehicles()))
    terms = wanted.terms(study)
    chosen = chosen_products(study, product)
    grown, markets = read_harvests(area, harvests), read_markets(area)
    ids = {one.id for one in chosen}
    grown = grown[grown["product"].isin(ids)].reset_index(drop=True)
    markets = markets[markets["product"].isin(ids)].reset_index(drop=True)
    sold: list[Sale] = []
    for one in chosen:
        own = _asked(study, wanted.to, markets[markets["product"] == one.id])
        origins = (
            [wanted.start.id]
            if wanted.start
            else _origins(study, grown[grown["product"] == one.id])
        )
        sold += sales(terms, one, origins, own)
    sent = flows(terms, sold, grown, markets, split=split)
    places = places_by_id(study, [wanted.start] if wanted.start else [])
    products = {one.id: one for one in chosen}
    rows = _rows(terms, sold, products, grown, study.rules.seasons.months)
    links = _links(study, sent)
    tables = {
        "chains": rows,
        "flows": [row for row, _ in links],
        "to_market": [{str(k): v for k, v in r.items()} for r in sent.to_market.to_dict("records")],
    }

    def draw() -> Sheet:
        return flow_page(
            study, wanted, terms, sold=sold, sent=sent, products=products,
            harvests=grown, places=places, split=split,
        )  # fmt: skip

    return Result(
        _text(rows, links, sent, format_, lang=wanted.lang, places=places),
        tables,
        draw=draw,
        layers=lambda: flow_layers(terms, rows, [sale.haul for sale in sold], links),
        messages=_messages(sent, places),
    )


def _origins(study: Study, grown: pd.DataFrame) -> list[str]:
    """Return where a product starts: the places of its harvests, and their districts' tambons."""
    places = read_places(study.area).set_index("id")
    districts = [one for one in grown["place_id"] if one in places.index]
    codes = set(places.loc[districts, "code"].str[:4]) - {""}
    tambons = settlements(study.area)
    own = tambons["id"][tambons["district"].isin(codes)]
    return list(dict.fromkeys([*grown["place_id"], *own]))


def _asked(study: Study, to: str, markets: pd.DataFrame) -> pd.DataFrame:
    """Keep the one market that was asked for, if one was.

    Raises
    ------
    DataError
        The product is not sold there.
    """
    if to == EVERY:
        return markets
    one = find_place(to, study.gazetteer)
    if one.id not in set(markets["place_id"]):
        known = ", ".join(markets["place_id"])
        raise DataError(f"{one.name_en} is no market of it; markets: {known}")
    return markets[markets["place_id"] == one.id]


def _rows(
    terms: Terms,
    sold: Sequence[Sale],
    products: Mapping[str, Product],
    grown: pd.DataFrame,
    rains: tuple[int, ...],
) -> list[dict[str, Any]]:
    """Return sales as rows; None where something is not known."""
    tonnes = dict(
        zip(zip(grown["product"], grown["place_id"], strict=True), grown["tonnes_per_year"],
            strict=True)
    )  # fmt: skip
    found = []
    for sale in sold:
        haul, product = sale.haul, products[sale.product]
        months = product.months
        found.append(
            {
                "product": sale.product,
                "from_id": haul.from_id,
                "to_id": haul.to_id,
                "vehicles": " > ".join(haul.vehicles),
                "hubs": " > ".join(drive.stage.to_id for drive in haul.inland[:-1]),
                "distance_m": _known(haul.distance_m),
                "time_p50_s": _known(haul.time_s[1]),
                "time_p90_s": _known(haul.time_s[2]),
                "cost_thb_per_t": _known(haul.cost_thb_per_t),
                "logistics_share": _known(sale.logistics_share),
                "price_thb_per_kg": _known(sale.price_thb_per_kg),
                "margin_thb_per_kg": _known(sale.margin_thb_per_kg),
                "perish_h": _known(product.perish_h),
                "spoilage": sale.spoilage if haul.reached else None,
                "co2_kg_per_t": _known(haul.co2_kg_per_t),
                "wet_months": sum(month in rains for month in months) if months else None,
                "months": len(months) or None,
                "tonnes_per_year": _known(tonnes.get((sale.product, haul.from_id), math.nan)),
                "why_not": why_not(terms, haul),
            }
        )
    return found


def _links(study: Study, sent: Flows) -> list[tuple[dict[str, Any], Any]]:
    """Return the segments that carry anything, with their tonnes, the most first."""
    segments = study.network.segments
    carry = (sent.tonnes > 0).nonzero()[0]
    carry = carry[sent.tonnes[carry].argsort(kind="stable")[::-1]]
    shapes = segments.geometry.iloc[carry].to_crs("EPSG:4326").to_list()
    names = segments[["ref", "name_en", "name_th", "length_m"]].iloc[carry]
    return [
        (
            {
                "segment": int(at),
                "ref": str(row["ref"]),
                "name_en": str(row["name_en"]),
                "name_th": str(row["name_th"]),
                "length_m": float(row["length_m"]),
                "tonnes_per_year": float(sent.tonnes[at]),
            },
            shape,
        )
        for at, (_, row), shape in zip(carry, names.iterrows(), shapes, strict=True)
    ]


def _text(
    rows: list[dict[str, Any]],
    links: list[tuple[dict[str, Any], Any]],
    sent: Flows,
    format_: str,
    *,
    lang: str,
    places: Mapping[str, Place],
) -> str:
    """Write the answer in a format; as GeoJSON the links with their tonnes."""
    if format_ == "json":
        missing = sent.unknown.to_dict("records")
        to_market = sent.to_market.to_dict("records")
        return as_json({"chains": rows, "flows": [row for row, _ in links],
                        "to_market": to_market, "tonnes_unknown": missing})  # fmt: skip
    if format_ == "csv":
        return as_csv(rows)
    if format_ == "geojson":
        return as_geojson(links)
    header = ("product", "from", "to", "km", "h P50", "P90", "baht/t", "% of farm price",
              "margin/kg", "spoilt", "kg CO2/t", "t/year", "by")  # fmt: skip
    body = [
        (
            row["product"],
            places[row["from_id"]].name(lang),
            places[row["to_id"]].name(lang).split(" (")[0],
            f"{row['distance_m'] / 1000:,.0f}",
            hours(row["time_p50_s"]),
            hours(row["time_p90_s"]),
            f"{row['cost_thb_per_t']:,.0f}",
            told(row["logistics_share"], ".0%"),
            told(row["margin_thb_per_kg"], ".2f"),
            f"{row['spoilage']:.0%}",
            f"{row['co2_kg_per_t']:,.0f}",
            told(row["tonnes_per_year"], ",.0f"),
            row["vehicles"],
        )
        for row in rows
        if not row["why_not"]
    ]
    parts = [as_table(header, body, left=frozenset({0, 1, 2, 12}))]
    shut = {(row["product"], row["to_id"]): row["why_not"] for row in rows if row["why_not"]}
    if shut:
        lines = [(name, places[to].name(lang), why) for (name, to), why in shut.items()]
        parts.append(as_table(("product", "no way to", "why"), lines, left=frozenset({0, 1, 2})))
    return "\n\n".join(parts)


def _messages(sent: Flows, places: Mapping[str, Place]) -> tuple[str, ...]:
    """Say which harvests are in no sum since nobody knows their tonnes."""
    if sent.unknown.empty:
        return ()
    named = "; ".join(
        f"{product}: {', '.join(places[one].name_en for one in group['place_id'])}"
        for product, group in sent.unknown.groupby("product")
    )
    return (f"tonnes not known, in no sum: {named} (your own table: --harvests FILE)",)


def _known(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
