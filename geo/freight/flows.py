"""Flows: tonnes a year on every segment, from where goods grow to where they are sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.freight.haul import Drive, Terms
from geo.freight.value_chain import Sale
from geo.routing.alternatives import find_alternatives
from geo.routing.path import Path, weigh
from layers.arrays import Floats
from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork

SPLITS = ("all", "logit")


@dataclass(frozen=True, eq=False)
class Flows:
    """Tonnes a year.

    Attributes
    ----------
    tonnes
        On every segment, both ways together, shape (segments,).
    to_market
        Columns `product, from_id, to_id, tonnes_per_year`, where any go.
    unknown
        Columns `product, place_id`: harvests whose tonnes nobody knows; they are in no sum.
    """

    tonnes: Floats
    to_market: pd.DataFrame
    unknown: pd.DataFrame


def flows(
    terms: Terms,
    sold: Sequence[Sale],
    harvests: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    split: str = "all",
) -> Flows:
    """Send harvests to their markets, and add them up along the ways.

    A market's share is taken where it is known; what is left goes to the markets without
    one: with `all` to the one that leaves most (the price there less the haul; the haul
    alone where not all prices are known), with `logit` to each by exp(-θ·difference),
    and along each way and others that really differ likewise.

    Parameters
    ----------
    terms
        Who hauls.
    sold
        Sales from every place of harvest.
    harvests
        Columns `product, place_id, tonnes_per_year`; NaN where nobody knows.
    shares
        Columns `product, place_id, share`: of markets; NaN where nobody knows.
    split
        `all` or `logit`.

    Returns
    -------
    flows
        What is known, and what is not.
    """
    known = harvests[harvests["tonnes_per_year"].notna()]
    by_origin: dict[tuple[str, str], list[Sale]] = {}
    for sale in sold:
        if sale.haul.reached:
            by_origin.setdefault((sale.product, sale.haul.from_id), []).append(sale)
    tonnes = np.zeros(len(terms.fleet.haulers[0].laden.network.segments))
    rows = []
    for harvest in known.to_dict("records"):
        product, place = str(harvest["product"]), str(harvest["place_id"])
        mine = by_origin.get((product, place), [])
        given = shares[shares["product"] == product].set_index("place_id")["share"]
        parts = _to_markets(terms, mine, given, split)
        for sale, part in zip(mine, parts.tolist(), strict=True):
            load = part * float(harvest["tonnes_per_year"])
            if load > 0:
                rows.append((product, place, sale.haul.to_id, load))
                for drive in sale.haul.drives:
                    tonnes += load * _along(terms, drive, split)
    columns = ["product", "from_id", "to_id", "tonnes_per_year"]
    missing = harvests[harvests["tonnes_per_year"].isna()]
    return Flows(
        tonnes,
        pd.DataFrame(rows, columns=columns),
        missing[["product", "place_id"]].reset_index(drop=True),
    )


def loaded_links(network: RoadNetwork, tonnes: Floats) -> gpd.GeoDataFrame:
    """Return the segments that carry anything, the most first.

    Parameters
    ----------
    network
        The roads.
    tonnes
        A year on every segment, shape (segments,).

    Returns
    -------
    links
        Columns `segment` (position in the network), `ref, name_en, name_th, length_m,
        tonnes_per_year` and the geometry in lon, lat.
    """
    segments = network.segments
    carry = (tonnes > 0).nonzero()[0]
    carry = carry[tonnes[carry].argsort(kind="stable")[::-1]]
    some = segments.iloc[carry]
    return gpd.GeoDataFrame(
        {
            "segment": carry,
            **{name: some[name].astype(str).to_numpy() for name in ("ref", "name_en", "name_th")},
            "length_m": some["length_m"].to_numpy(np.float64),
            "tonnes_per_year": tonnes[carry],
        },
        geometry=some.geometry.to_crs(LON_LAT).to_numpy(),
        crs=LON_LAT,
    )


def logit(cost: Floats, theta: float) -> Floats:
    """Share something among alternatives by cost: exp(-θ·c) over its sum (McFadden 1974).

    Parameters
    ----------
    cost
        Shape (alternatives,).
    theta
        Per unit of the cost; at 0 all share alike.

    Returns
    -------
    share
        Same shape, adds up to 1.

    Examples
    --------
    >>> logit(np.array([100.0, 200.0]), 0.01).round(4).tolist()
    [0.7311, 0.2689]
    """
    weight = np.exp(-theta * (cost - cost.min(initial=np.inf)))
    share: Floats = weight / weight.sum()
    return share


def _to_markets(terms: Terms, sold: Sequence[Sale], given: pd.Series, split: str) -> Floats:
    """Share a harvest among markets, shape (sales,)."""
    if not sold:
        return np.zeros(0)
    fixed = given.reindex([sale.haul.to_id for sale in sold]).to_numpy(np.float64)
    open_ = np.isnan(fixed)
    part = np.where(open_, 0.0, fixed)
    if open_.any():
        price = np.array([sale.price_thb_per_kg for sale in sold]) * 1000
        haul = np.array([sale.haul.cost_thb_per_t for sale in sold])
        cost = haul if np.isnan(price[open_]).any() else haul - price
        left = max(0.0, 1.0 - float(given.sum()))
        at = np.flatnonzero(open_)
        if split == "logit":
            part[at] = left * logit(cost[at], terms.rules.choice.theta_per_thb_t)
        else:
            part[at[int(np.argmin(cost[at]))]] = left
    return part


def _along(terms: Terms, drive: Drive, split: str) -> Floats:
    """Return which part of a load passes every segment, shape (segments,)."""
    hauler = terms.fleet[drive.stage.vehicle]
    network = hauler.laden.network
    ways: list[Path] = [drive.path]
    wanted = terms.rules.choice.alternatives if split == "logit" else 0
    if wanted and drive.stage.to_id not in terms.crossings:
        ends = terms.fleet.at(drive.stage.vehicle, [drive.stage.from_id, drive.stage.to_id]).snapped
        ways += find_alternatives(network, hauler.out, ends, drive.path, wanted)
    cost = np.array([weigh(way, hauler.laden.costs.cost_thb) for way in ways])
    share = logit(cost / drive.payload_t, terms.rules.choice.theta_per_thb_t)
    passed = np.zeros(len(network.segments))
    for way, part in zip(ways, share.tolist(), strict=True):
        # Part of a segment carries part of the load: tonne-km stay right at both ends.
        np.add.at(passed, way.segment, part * (way.stop - way.start))
    return passed
