"""Where trips begin and end, and trips scaled to what was counted on the roads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.rules.economics import Assumptions
from geo.rules.economics import Demand as Rules
from geo.traffic.calibration import calibrate, misfit
from layers.arrays import Floats, Ints
from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork

FEWEST: Final = 4
"""Counts held out that it takes to tell how far off the model is."""
MOST_OF: Final = 0.8
"""Share of them that the range of traffic holds."""

TOWNS: Final = ("province_capital", "district", "town")
"""Kinds of places that people go to from elsewhere."""

COLUMNS = ("id", "name_en", "name_th", "lon", "lat", "population")


@dataclass(frozen=True, eq=False)
class Scale:
    """Trips held against counts.

    Attributes
    ----------
    trips
        Vehicles per day, shape (places, places); zero where no count tells.
    heavy
        Share of heavy vehicles, 0 to 1.
    counts
        The counts, with `estimated_per_day` (one factor for all trips), `modelled_per_day`
        (fitted) and `held_out_per_day` (fitted to the others only), vehicles; NaN where
        there is none.
    known
        Whether a count told how much traffic there is.
    """

    trips: Floats
    heavy: float
    counts: pd.DataFrame
    known: bool

    def misfits(self) -> dict[str, tuple[float, float]]:
        """Return median and worst misfit of the counts that trips are fitted to.

        By `estimated`, `modelled` and `held_out`; see `geo.traffic.calibration.misfit`.
        """
        counted = self.counts["vehicles_per_day"].to_numpy(np.float64)
        used = (self.counts["scales"] == "yes").to_numpy(bool)
        return {
            name: misfit(self.counts[f"{name}_per_day"].to_numpy(np.float64), counted, used)
            for name in ("estimated", "modelled", "held_out")
        }


def zones(
    settlements: pd.DataFrame, places: pd.DataFrame, network: RoadNetwork, rules: Rules
) -> pd.DataFrame:
    """List where trips begin and end: settlements, and towns around them.

    Parameters
    ----------
    settlements
        Columns `COLUMNS`; those whose people are not known are left out.
    places
        The area's places, columns `COLUMNS` and `code`; what stands for the people of
        settlements that are there already, by its code, is left out.
    network
        For its metric coordinate system.
    rules
        How far away, and how many.

    Returns
    -------
    zones
        Columns `COLUMNS`, the most people first.
    """
    own = settlements[settlements["population"] > 0]
    within = set(settlements["district"]) | set(settlements["id"])
    other = places[(places["population"] > 0) & ~places["id"].isin(within)]
    other = other[~other["code"].isin(within) & (other["kind"] != "tambon")]
    if len(own) and len(other):
        here, there = (_metres(network, table) for table in (own, other))
        apart, _ = cKDTree(here).query(there)
        other = other[apart <= rules.reach_km * 1000]
    both = pd.concat([own[list(COLUMNS)], other[list(COLUMNS)]], ignore_index=True)
    largest = both.sort_values("population", ascending=False, kind="stable", ignore_index=True)
    return largest.head(rules.most_places)


def towns_around(
    settlements: pd.DataFrame, places: pd.DataFrame, network: RoadNetwork, rules: Rules
) -> pd.DataFrame:
    """List the towns that people go to: seats of districts and provinces, and other towns.

    Parameters
    ----------
    settlements, places, network, rules
        As for `zones`.

    Returns
    -------
    towns
        Rows of `places` within reach of the settlements, the most people first.
    """
    towns = places[places["kind"].isin(TOWNS) & (places["population"] > 0)]
    towns = towns.drop_duplicates("id")
    if len(settlements) and len(towns):
        here, there = (_metres(network, table) for table in (settlements, towns))
        apart, _ = cKDTree(here).query(there)
        towns = towns[apart <= rules.reach_km * 1000]
    return towns.sort_values("population", ascending=False, kind="stable").head(rules.most_towns)


def counted_on(network: RoadNetwork, counts: pd.DataFrame) -> Ints:
    """Find the segment that every count is of: the nearest of its road's.

    Parameters
    ----------
    network
        The roads.
    counts
        Table of `layers.tables.traffic_counts`.

    Returns
    -------
    segment
        Shape (counts,), -1 where there is no road of that number.
    """
    found = np.full(len(counts), -1)
    refs = network.segments["ref"].astype("category").cat
    numbers = [[one.strip() for one in str(each).split(";")] for each in refs.categories]
    points = np.asarray(shapely.points(_metres(network, counts)), object)
    for ref in dict.fromkeys(counts["ref"]):
        called = np.flatnonzero([ref in each for each in numbers])
        own = np.flatnonzero(np.isin(refs.codes.to_numpy(), called))
        rows = np.flatnonzero((counts["ref"] == ref).to_numpy())
        if len(own):
            tree = shapely.STRtree(network.segments.geometry.to_numpy()[own])
            found[rows] = own[tree.nearest(points[rows])]
    return found


def scaled(prior: Floats, over: Floats, counts: pd.DataFrame, rules: Assumptions) -> Scale:
    """Bring estimated trips to counts.

    Rows with `scales` are fitted. The others are of roads whose traffic is mostly local,
    which trips between places are not: a ceiling.

    Parameters
    ----------
    prior
        Trips of no scale yet, shape (places, places).
    over
        Share of each counted segment that each pair drives, shape (counts, places, places).
    counts
        Table of `layers.tables.traffic_counts`.
    rules
        `demand.most_factor`; `demand.heavy_percent` where no count tells.

    Returns
    -------
    scale
        Fitted as `geo.traffic.calibration.calibrate` does.
    """
    counted = counts["vehicles_per_day"].to_numpy(np.float64)
    used = (counts["scales"] == "yes").to_numpy(bool)
    found = calibrate(prior, over, counted, used, limit=rules.demand.most_factor)
    good = used & (found.before > 0)
    heavy = heavy_share(counts, rules)
    columns = {
        "estimated_per_day": found.before,
        "modelled_per_day": found.after,
        "held_out_per_day": found.held_out,
    }
    passed = over.any(axis=(1, 2))
    table = counts.assign(
        **{name: np.where(passed, values, np.nan) for name, values in columns.items()}
    )
    return Scale(np.nan_to_num(found.trips), heavy, table, bool(good.any()))


def heavy_share(counts: pd.DataFrame, rules: Assumptions) -> float:
    """Return the share of heavy vehicles in the counts that trips are fitted to, 0 to 1."""
    counted = counts["vehicles_per_day"].to_numpy(np.float64)
    used = (counts["scales"] == "yes").to_numpy(bool)
    share = counts["heavy_percent"].to_numpy(np.float64)
    known = used & (counted > 0) & np.isfinite(share)
    if not known.any():
        return rules.demand.heavy_percent / 100
    return float(np.average(share[known], weights=counted[known]) / 100)


def widened(rules: Assumptions, scale: Scale) -> Assumptions:
    """Let traffic be as uncertain as counts that the model was not fitted to show it to be.

    Parameters
    ----------
    rules
        Assumptions.
    scale
        Trips held against counts.

    Returns
    -------
    rules
        `traffic_factor` reaches at least from 1/f to f, where four of five held-out counts
        are at most f times off; as it was where fewer than `FEWEST` are.
    """
    counted = scale.counts["vehicles_per_day"].to_numpy(np.float64)
    held = scale.counts["held_out_per_day"].to_numpy(np.float64)
    known = (held > 0) & (counted > 0)
    if known.sum() < FEWEST:
        return rules
    off = float(np.exp(np.quantile(np.abs(np.log(held[known] / counted[known])), MOST_OF)))
    old = rules.inputs["traffic_factor"]
    told = (
        f"{old.low:g} to {old.high:g} widened to the misfit: {MOST_OF:.0%} of {known.sum()} "
        f"counts held out are at most {off:.2f} times off"
    )
    wide = 1 / off < old.low or off > old.high
    low, high = min(old.low, 1 / off), max(old.high, off)
    new = replace(old, low=round(low, 2), high=round(high, 2), ratio=True, source=told)
    return replace(rules, inputs={**rules.inputs, "traffic_factor": new}) if wide else rules


def class_shares(rules: Assumptions, heavy: float) -> dict[str, float]:
    """Return the share of every class in the counted vehicles, by id of vehicle.

    Examples
    --------
    >>> from geo.rules.economics import read_economics
    >>> shares = class_shares(read_economics(), 0.1)
    >>> round(shares["car"], 3), round(shares["truck_10w"], 3), shares["motorcycle"]
    (0.405, 0.045, 0.5)
    """
    groups = {"light": 1 - heavy, "heavy": heavy, "more": 1.0}
    return {name: one.share * groups[one.group] for name, one in rules.classes.items()}


def _metres(network: RoadNetwork, table: pd.DataFrame) -> Floats:
    to_metric = Transformer.from_crs(LON_LAT, network.segments.crs, always_xy=True)
    x, y = to_metric.transform(table["lon"].to_numpy(), table["lat"].to_numpy())
    return np.column_stack([x, y])
