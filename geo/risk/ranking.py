"""What the loss of every link does, and links together as corridors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from geo.driving.vehicle import Vehicle
from geo.risk.corridors import NAMED, between, corridors
from geo.risk.criticality import criticality, ranked
from geo.risk.hazard import worth_of_protection
from geo.risk.loaded_roads import Flow, Roads
from geo.risk.redundancy import bridges, second_ways
from geo.routing.stretch import stretches_of
from layers.arrays import Floats

SIMILAR: Final = ("extra_h", "people_cut_off", "tonnes_cut_off")
"""What must be much the same for links to be one corridor."""
SUMS: Final = ("length_m", "closed_days", "lost_h", "cut_off_days", "worth_thb", "cost_thb")
"""What adds up over the links of a corridor: each is lost by itself, now and then."""
SPUR_M: Final = 3000.0
"""A corridor up to so long that cuts off one settlement alone is its own spur, and no risk."""
WORST: Final = (
    "hours_thb",
    "extra_h",
    "demand_on_link",
    "detour_ratio_mean",
    "detour_ratio_max",
    "people_cut_off",
    "places_cut_off",
    "people_extra_h",
    "people_on_link",
    "tonnes_extra_h",
    "tonnes_on_link",
    "tonnes_cut_off",
    "bridge",
)
"""What is told of its worst link."""


def links(roads: Roads, closed_days: Floats) -> pd.DataFrame:
    """Measure every link of the roads.

    Parameters
    ----------
    roads
        With what goes over them.
    closed_days
        Expected days per year on which hazards close each link, shape (links,).

    Returns
    -------
    links
        One row per link, in order. Which: `ref, name_en, name_th, name, part, km_from, km_to,
        node_from, node_to, length_m`, and `bridge` (nothing else joins its ends). Per day of
        its loss, trips and tonnes together: `hours_thb` (what the hours of all that still
        arrive are worth, of `hour_prices`; by this links rank), `extra_demand_s`, `extra_h` (the
        hours, of whatever kind), `demand_on_link`, `detour_ratio_mean`, `detour_ratio_max` (NaN
        where nobody makes one), `cut_off_demand`. Apart: `people_extra_h`, `people_on_link`
        (trips), `places_cut_off` (settlements), `people_cut_off` (who no longer reach
        one of those that they reached),
        `tonnes_extra_h`, `tonnes_on_link`, `tonnes_cut_off`. The columns of
        `geo.risk.hazard.worth_of_protection`, its rank as `rank_worth`; and `rank` and
        `rank_cut_off`, 1 the worst, 0 where there is nothing.
    """
    count = len(roads.chain)
    names = ("demand_on_link", "extra_demand_s", "cut_off_demand", "detour_ratio_max")
    total = pd.DataFrame(np.zeros((count, 4)), columns=list(names))
    own = pd.DataFrame(
        np.zeros((count, 6)),
        columns=[
            f"{unit}_{what}"
            for unit in ("people", "tonnes")
            for what in ("extra_h", "on_link", "cut_off")
        ],
    )
    ratio, weight, places = np.zeros(count), np.zeros(count), np.zeros(count)
    for flow in roads.flows:
        loss = _critical(flow)
        left = (loss["demand_on_link"] - loss["cut_off_demand"]).to_numpy(np.float64)
        ratio += np.nan_to_num(loss["detour_ratio_mean"].to_numpy(np.float64)) * left
        weight += np.where(loss["detour_ratio_mean"].notna(), left, 0.0)
        total[list(names[:3])] += loss[list(names[:3])]
        total["detour_ratio_max"] = np.fmax(total["detour_ratio_max"], loss["detour_ratio_max"])
        unit = flow.demand.unit
        own[f"{unit}_extra_h"] += loss["extra_demand_s"] / 3600
        own[f"{unit}_on_link"] += loss["demand_on_link"]
        if flow.demand.needs:
            cut = loss["cut_off_demand"].to_numpy(np.float64)
            if unit == "people":
                cut, places = _cut_off(flow, count)
            own[f"{unit}_cut_off"] = cut
    known = weight > 0
    prices = hour_prices(roads)
    total = total.assign(
        hours_thb=sum(own[f"{unit}_extra_h"] * price for unit, price in prices.items()),
        extra_h=total["extra_demand_s"] / 3600,
        detour_ratio_mean=np.divide(ratio, weight, out=np.full(count, np.nan), where=known),
        detour_ratio_max=np.where(known, total["detour_ratio_max"], np.nan),
    )
    worth = worth_of_protection(total, closed_days, roads.network.length_m, roads.study.rules.risk)
    found = pd.concat(
        [named_chain(roads), total, own, worth.rename(columns={"rank": "rank_worth"})], axis=1
    )
    return found.assign(
        length_m=roads.network.length_m,
        places_cut_off=places,
        bridge=bridges(len(roads.network.nodes), roads.network.ends),
        rank=ranked(found, ("hours_thb", "demand_on_link")),
        rank_cut_off=ranked(found, ("people_cut_off", "tonnes_cut_off", "hours_thb")),
    )


def hour_prices(roads: Roads) -> Mapping[str, float]:
    """Return baht per hour of a person, and of a tonne.

    A person's is that of `risk.toml`; a tonne's is that of goods under way in the economics, and
    the crew and capital of the truck that carries it, full.
    """
    rules = roads.study.rules
    prices = {"people": rules.risk.protection.time_thb_per_h, "tonnes": 0.0}
    prices["tonnes"] = rules.economics.inputs["goods_thb_per_t_h"].mid
    for flow in roads.flows:
        truck = flow.trip.vehicle
        if flow.demand.unit == "tonnes" and isinstance(truck, Vehicle):
            running = truck.running
            own = running.crew_thb_per_h + running.capital_thb_per_h
            prices["tonnes"] += own / truck.payload_t
    return prices


def as_corridors(roads: Roads, table: pd.DataFrame) -> pd.DataFrame:
    """Put links of one road together whose loss does much the same.

    Parameters
    ----------
    roads
        The roads.
    table
        Of `links`.

    Returns
    -------
    corridors
        The worst first: `rank, stretch` (a text that leads back to these links and no
        other, in `geo.routing.stretch.read_stretch` and in a scenario; empty where the road
        is called nothing), `ref, name_en, name_th, part, km_from, km_to, place_from,
        place_to` (ids), what is told of the worst link (`WORST`), what adds up (`SUMS`),
        `worth_per_cost`, `rank_cut_off` and `rank_worth` (0 where there is nothing) and
        `segments`, the positions of the links.
    """
    found = corridors(roads.chain, table, list(SIMILAR))
    every = roads.study.gazetteer
    places = every[every["kind"].isin(NAMED)]
    places = places if len(places) else roads.flows[0].demand.origins
    found = between(roads.network, found, places)
    found = found.drop(columns=[*SIMILAR, "node_from", "node_to"])
    link = found["segments"].explode()
    mine = table.iloc[link.to_numpy(np.int64)].groupby(link.index.to_numpy())
    found = found.join(mine[["name_en", "name_th"]].first())
    found = found.join(mine[list(WORST)].max()).join(mine[list(SUMS)].sum())
    ratio = found["worth_thb"] / found["cost_thb"].where(found["cost_thb"] > 0)
    found = found.assign(worth_per_cost=ratio.fillna(0.0))
    found = found.assign(
        rank=ranked(found, ("hours_thb", "demand_on_link")),
        rank_cut_off=ranked(
            found.assign(people_cut_off=found["people_cut_off"].where(~_spurs(found), 0.0)),
            ("people_cut_off", "tonnes_cut_off", "hours_thb"),
        ),
        rank_worth=ranked(found, ("worth_per_cost", "cut_off_days")),
    )
    named = stretches_of(roads.kilometres, found["segments"].tolist())
    found = found.assign(stretch=["" if one is None else str(one) for one in named])
    first = [
        "rank",
        "stretch",
        "ref",
        "name_en",
        "name_th",
        "part",
        "km_from",
        "km_to",
        "place_from",
        "place_to",
    ]
    last = ["worth_per_cost", "rank_cut_off", "rank_worth", "segments"]
    found = found[[*first, *WORST, *SUMS, *last]]
    unranked = found["rank"] == 0
    order = np.lexsort((found["rank_cut_off"], found["rank"], unranked))
    return found.iloc[order].reset_index(drop=True)


def _spurs(found: pd.DataFrame) -> pd.Series[bool]:
    """Tell which corridors are short and lead to one settlement alone."""
    return (found["places_cut_off"] <= 1) & (found["length_m"] <= SPUR_M)


def named_chain(roads: Roads) -> pd.DataFrame:
    """Return kilometres of links with the names of roads in both languages, where they have one.

    Returns
    -------
    chain
        One row per link: `ref, name_en, name_th, name, part, km_from, km_to, node_from,
        node_to`.
    """
    segments, name = roads.network.segments, roads.chain["name"]
    own = {one: segments[one].astype(str).to_numpy() for one in ("name_en", "name_th")}
    numbered = (roads.chain["ref"] != "").to_numpy()
    chain = roads.chain.assign(
        **{one: np.where((text == "") | numbered, name, text) for one, text in own.items()}
    )
    return chain[["ref", "name", "part", "km_from", "km_to", "node_from", "node_to", *own]]


def _critical(flow: Flow) -> pd.DataFrame:
    demand = flow.demand
    return criticality(
        flow.metric, flow.origins, flow.goals, demand.amount, group=demand.group, lost=flow.lost
    )


def _cut_off(flow: Flow, count: int) -> tuple[Floats, Floats]:
    """Count who no longer reaches one of the kinds, each once: people, and settlements."""
    ways = second_ways(
        flow.metric, flow.origins, flow.goals, group=flow.demand.group, lost=flow.lost
    )
    lost = ways[["origin", "only_by"]].explode("only_by").dropna().drop_duplicates()
    who = flow.demand.origins["population"].fillna(0.0).to_numpy(np.float64)
    at = lost["only_by"].to_numpy(np.int64)
    people = np.bincount(at, who[lost["origin"].to_numpy(np.int64)], count)
    return np.asarray(people, np.float64), np.bincount(at, minlength=count).astype(np.float64)
