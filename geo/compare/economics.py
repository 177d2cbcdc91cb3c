"""Trips, links, freight and economics of `chaidaen compare`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.people import named
from geo.compare import tables as compare
from geo.compare.access import Key, Trips
from geo.economics.appraisal import Appraisal, appraise
from geo.economics.cash_flows import Project, Savings
from geo.economics.construction import total, works
from geo.freight.terms import freight_terms
from geo.freight.value_chain import Product, sales
from geo.routing.stops import BESIDE_M, stops_at
from geo.routing.trip import Trip
from geo.rules.economics import Assumptions, read_economics
from geo.study import Study
from geo.traffic.assignment import Ways, best_ways
from geo.traffic.gravity import Scale, class_shares, counted_on, gravity, scaled, widened, zones
from layers.area import Area
from layers.store.facilities import settlements
from layers.tables.places import read_places
from layers.tables.products import read_harvests, read_markets, read_products
from layers.tables.traffic_counts import read_traffic

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Traffic:
    """Trips of the base, fitted to the counts.

    Attributes
    ----------
    rules
        Assumptions, traffic as uncertain as it shows to be.
    zones
        Where trips begin and end.
    demand
        Counted vehicles per day, shape (zones, zones); zero where no count tells.
    shares
        Of every class in them.
    scale
        How well they fit.
    season
        Of the base.
    ways
        Of the base, by class.
    """

    rules: Assumptions
    zones: pd.DataFrame
    demand: Floats
    shares: Mapping[str, float]
    scale: Scale
    season: str
    ways: Mapping[str, Ways]

    @property
    def known(self) -> bool:
        """Whether a count told how much traffic there is."""
        return self.scale.known


@dataclass(frozen=True, eq=False)
class Money:
    """What a scenario changes for the economy.

    Attributes
    ----------
    use
        Vehicles per day on every segment, before and after.
    works
        What is built.
    savings
        By id of vehicle.
    appraisal
        Whether it pays.
    """

    use: tuple[Floats, Floats]
    works: pd.DataFrame
    savings: Mapping[str, Savings]
    appraisal: Appraisal


def rules_of(area: Area) -> Assumptions:
    """Read the area's own assumptions of the economics, or the shipped ones."""
    return read_economics(area.layers.economics)


def traffic(base: Study, trips: Trips, season: str, rules: Assumptions) -> Traffic:
    """Estimate the trips of the base.

    Parameters
    ----------
    base
        The area in its base world.
    trips
        In it, for all of `keys_of`.
    season
        Of the trips.
    rules
        Assumptions.
    """
    places = zones(named(settlements(base.area)), read_places(base.area), base.network,
                   rules.demand)  # fmt: skip
    first, keys = next(iter(rules.classes)), keys_of(rules, season)
    counts = read_traffic(base.area)
    segment = counted_on(base.network, counts)
    ways_first = _ways(trips[keys[first]], places, watched=segment)
    prior = gravity(
        ways_first.sums["time_s"], places["population"].to_numpy(np.float64), rules.demand
    )
    scale = scaled(prior, ways_first.over, counts, rules)
    demand, rules = scale.trips, widened(rules, scale)
    shares = class_shares(rules, scale.heavy)
    ways = {
        name: _ways(trips[keys[name]], places, demand=demand * share)
        for name, share in shares.items()
    }
    return Traffic(rules, places, demand, shares, scale, season, ways)


def money(base: Study, scenario: Study, known: Traffic, trips: Trips) -> Money:
    """Judge a scenario.

    Parameters
    ----------
    base, scenario
        Sessions of one area.
    known
        Traffic of the base.
    trips
        In the changed world, for all of `keys_of`.
    """
    rules = known.rules
    saved, use = {}, np.zeros(len(scenario.network.segments))
    for name, share in known.shares.items():
        demand = known.demand * share
        trip = trips[keys_of(rules, known.season)[name]]
        ways = _ways(trip, known.zones, demand=demand)
        saved[name] = compare.savings(demand, known.ways[name], ways, rules.classes[name])
        use += ways.use
    before = np.sum([ways.use for ways in known.ways.values()], axis=0)
    built = works(base.world, scenario.world, scenario.touched, rules)
    project = Project(saved, total(built, "construction"), total(built, "maintenance"))
    return Money(
        (before, use),
        built,
        saved,
        appraise(project, rules),
    )


def links(base: Study, scenario: Study, trips: Sequence[Trip], found: Money | None) -> pd.DataFrame:
    """Compare every link: speeds of a vehicle in a season, and use where it is known.

    Parameters
    ----------
    base, scenario
        Sessions of one area.
    trips
        The vehicle's in each.
    found
        None where nobody knows how many vehicles there are.

    Returns
    -------
    links
        Of `geo.compare.tables.links`.
    """
    none = [np.zeros(len(one.network.segments)) for one in (base, scenario)]
    use = found.use if found else (none[0], none[1])
    times = trips[0].costs.time_s, trips[1].costs.time_s
    return compare.links(base.world, scenario.world, times, use)


def keys_of(rules: Assumptions, season: str) -> dict[str, Key]:
    """Return which trips the classes of traffic need, by id of vehicle."""
    return {name: (name, season, own.load) for name, own in rules.classes.items()}


def _ways(
    trip: Trip,
    places: pd.DataFrame,
    *,
    demand: Floats | None = None,
    watched: NDArray[np.int64] | None = None,
) -> Ways:
    stops = stops_at(trip.network, trip.costs, places, beside_m=BESIDE_M)
    return best_ways(trip, stops, stops, demand=demand, watched=watched)


def freight(study: Study, season: str) -> pd.DataFrame:
    """Find the cheapest chain of every product from where it is harvested to a market.

    Returns
    -------
    freight
        Columns `product, name_en, name_th, from_id, to_id, cost_thb_per_t, vehicles`; NaN
        and empty where no market is reached; no row where the area has no products.
    """
    columns = ["product", "name_en", "name_th", "from_id", "to_id", "cost_thb_per_t", "vehicles"]
    products = read_products(study.area)
    grown, markets = read_harvests(study.area), read_markets(study.area)
    if products.empty:
        return pd.DataFrame(columns=columns)
    terms = freight_terms(study, (), season)
    rows = []
    for row in products.to_dict("records"):
        own = markets[markets["product"] == row["id"]]
        origins = grown.loc[grown["product"] == row["id"], "place_id"].drop_duplicates().tolist()
        keeps = math.inf if math.isnan(row["perish_h"]) else float(row["perish_h"])
        product = Product(str(row["id"]), str(row["name_en"]), str(row["name_th"]), (), keeps,
                          float(row["farmgate_thb_per_kg"]), str(row["vehicle"]))  # fmt: skip
        sold = sales(terms, product, origins, own)
        for origin in origins:
            mine = [sale.haul for sale in sold if sale.haul.from_id == origin]
            best = min(mine, key=lambda haul: haul.cost_thb_per_t, default=None)
            reached = best is not None and best.reached
            rows.append(
                (
                    product.id, product.name_en, product.name_th, origin,
                    best.to_id if best and reached else "",
                    best.cost_thb_per_t if best and reached else math.nan,
                    " > ".join(best.vehicles) if best and reached else "",
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def freight_change(base: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Set the cheapest chains of a scenario beside those of the base, row by row."""
    return base.rename(columns={"to_id": "to_id_base", "cost_thb_per_t": "cost_thb_per_t_base",
                                "vehicles": "vehicles_base"}).assign(
        to_id=changed["to_id"],
        cost_thb_per_t=changed["cost_thb_per_t"],
        cost_thb_per_t_change=changed["cost_thb_per_t"] - base["cost_thb_per_t"],
        vehicles=changed["vehicles"],
    )  # fmt: skip


def economics_rows(found: Appraisal, built: pd.DataFrame) -> Sequence[tuple[str, float, str]]:
    """Return the figures of an appraisal: name, value (NaN if there is none), unit."""
    low, middle, high = found.band_thb()
    first = {kind: float(flow[0, found.flows.opens]) for kind, flow in found.flows.benefits.items()}
    return [
        ("construction", float(built["construction_thb"].sum()), "baht"),
        ("construction_low", float(built["construction_low_thb"].sum()), "baht"),
        ("construction_high", float(built["construction_high_thb"].sum()), "baht"),
        ("maintenance", float(built["maintenance_thb_per_year"].sum()), "baht/year"),
        ("first_year_benefit", found.first_year_thb, "baht/year"),
        *((f"first_year_{kind}", value, "baht/year") for kind, value in first.items()),
        ("npv", found.npv_thb, "baht"),
        ("npv_p10", low, "baht"),
        ("npv_p50", middle, "baht"),
        ("npv_p90", high, "baht"),
        ("bcr", found.bcr, ""),
        ("irr", found.irr, "per year"),
        ("fyrr", found.fyrr, "per year"),
        ("probability_pays", found.pays, "0 to 1"),
    ]
