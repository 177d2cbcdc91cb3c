"""Who gets through in the rains, and who has no second way."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.risk.ends import joined
from geo.risk.loaded_roads import Flow, Roads, on_links
from geo.risk.redundancy import second_ways
from geo.risk.reliability import Draws, wet_season
from geo.routing.graph import Metric
from geo.routing.stretch import TOUCH_KM, stretches_of
from layers.arrays import Floats


def places(roads: Roads, flow: Flow, *, days: int, seed: int) -> pd.DataFrame:
    """Tell of every settlement how likely it reaches what in the rains.

    Parameters
    ----------
    roads
        The roads.
    flow
        People on them.
    days
        How many days of the rains are drawn; 0 for none.
    seed
        Of the draws.

    Returns
    -------
    places
        Columns `id, name_en, name_th, lon, lat, population`; for every kind, `second_way_…`
        (no single link lost leaves it without) and `minutes_…` of driving in the rains, NaN
        where nothing leads; with days drawn also `reached_…`, the probability on a day of the
        rains, `reached_error_…`, `lost_h_…` (hours per year of one who goes there every day of the
        rains) and `unreached_days_…` per year; `second_way`, to all that it reaches;
        `only_by_en, only_by_th`, the roads and kilometres without which it reaches less; and
        `worst_reached`, the least of the probabilities. The least likely first.
    """
    demand = flow.demand
    found = demand.origins.copy()
    # Nobody hangs on the last metres to where they go, here as in what a loss cuts off.
    ways = second_ways(flow.metric, flow.origins, flow.goals, group=demand.group, lost=flow.lost)
    tables = {"second_way": _by_kind(ways, "second_way")}
    # A day of the rains is drawn in the rains, whatever season the rest is about.
    metric, chance = in_the_rains(roads, demand.vehicle)
    draws = Draws(max(days, 1), seed, roads.study.rules.seasons.season_days)
    season = wet_season(
        metric,
        chance,
        joined([flow.origins, flow.firm]),
        flow.goals,
        group=demand.group,
        place=np.append(np.arange(len(flow.origins)), flow.firm_of),
        draws=draws,
    )
    open_s = _by_kind(season, "open_s")
    tables["minutes"] = np.where(np.isfinite(open_s), open_s / 60, np.nan)
    if days:
        names = ("reached", "reached_error", "lost_h", "unreached_days")
        tables |= {name: _by_kind(season, name) for name in names}
    for name, table in tables.items():
        found = found.assign(
            **{f"{name}_{kind}": table[:, at] for at, kind in enumerate(demand.kinds)}
        )
    reached = _by_kind(ways, "reached")
    found = found.assign(
        second_way=(tables["second_way"] | ~reached.astype(bool)).all(axis=1),
        only_by_en=_only_by(roads, ways, len(found), "name_en"),
        only_by_th=_only_by(roads, ways, len(found), "name_th"),
    )
    if not days:
        return found.sort_values("second_way", kind="stable", ignore_index=True)
    found = found.assign(
        worst_reached=tables["reached"].min(axis=1), lost_h=tables["lost_h"].sum(axis=1)
    )
    keys = ["worst_reached", "lost_h"]
    return found.sort_values(keys, ascending=[True, False], kind="stable", ignore_index=True)


def in_the_rains(roads: Roads, vehicle: str) -> tuple[Metric, Floats]:
    """Return seconds on the links in the rains, all open, and the chance that each is.

    Parameters
    ----------
    roads
        The roads.
    vehicle
        Id of what goes there.

    Returns
    -------
    metric, passable
        The latter on a day, with recorded cuts, shape (links,).
    """
    trip = roads.study.trip(vehicle, "wet", 1.0, "time")
    share = roads.split.stop - roads.split.start
    metric = on_links(roads.split, roads.graph, trip, trip.costs.time_s)
    return metric, trip.costs.passable[roads.split.segment] ** share


def _by_kind(table: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column as an array, shape (origins, kinds)."""
    ordered = table.sort_values(["origin", "group"], kind="stable")
    kinds = int(table["group"].max()) + 1
    return ordered[column].to_numpy().reshape(-1, kinds)


def _only_by(roads: Roads, ways: pd.DataFrame, count: int, name: str) -> list[str]:
    """Name the stretches that each origin depends on, those that touch as one."""
    lost = ways[["origin", "only_by"]].explode("only_by").dropna().drop_duplicates()
    link = lost["only_by"].to_numpy(np.int64)
    columns = ["road", "part", "km_from", "km_to"]
    table = roads.chain.iloc[link][columns].assign(link=link)
    table = table.assign(origin=lost["origin"].to_numpy(np.int64))
    table = table.sort_values(["origin", "road", "part", "km_from"], kind="stable")
    keys = ["origin", "road", "part"]
    same = (table[keys] == table[keys].shift()).all(axis=1) & (table["road"] != "")
    run = (~(same & (table["km_from"] <= table["km_to"].shift() + TOUCH_KM))).cumsum()
    links = table.groupby(run)["link"].agg(list)
    named = stretches_of(roads.kilometres, links.tolist(), (name, "name"))
    said = pd.Series(["-" if one is None else str(one) for one in named], links.index, dtype=str)
    text = said.groupby(table.groupby(run)["origin"].first()).agg("; ".join)
    return text.reindex(range(count)).fillna("").tolist()
