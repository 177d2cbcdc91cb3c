"""Trips between places: by gravity, scaled to what was counted on the roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.economic_rules import Assumptions
from geo.economic_rules import Demand as Rules
from layers.crs import LON_LAT
from layers.network import RoadNetwork

Floats = NDArray[np.float64]

COLUMNS = ("id", "name_en", "name_th", "lon", "lat", "population")


@dataclass(frozen=True, eq=False)
class Scale:
    """Trips held against counts.

    Attributes
    ----------
    factor
        What estimated trips are multiplied by; NaN where no count tells.
    heavy
        Share of heavy vehicles, 0 to 1.
    counts
        The counts, with `modelled_per_day`, scaled; NaN where the road is not there.
    """

    factor: float
    heavy: float
    counts: pd.DataFrame


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


def gravity(time_s: Floats, people: Floats, rules: Rules) -> Floats:
    """Estimate trips between places, of no scale yet.

    people · people / minutes^exponent, none from a place to itself; nearer than
    `least_minutes` counts as so far.

    Parameters
    ----------
    time_s
        Shape (places, places), inf where nothing leads.
    people
        Shape (places,).
    rules
        Exponent and least minutes.

    Returns
    -------
    trips
        Same shape, the same there and back.

    Examples
    --------
    >>> rules = Rules(2.0, 10.0, 100.0, 10, 10.0, "")
    >>> gravity(np.array([[0.0, 1200], [1200, 0]]), np.array([40.0, 10.0]), rules).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    minutes = np.maximum(time_s / 60, rules.least_minutes)
    trips = people[:, None] * people * minutes**-rules.exponent
    trips = (trips + trips.T) / 2
    np.fill_diagonal(trips, 0.0)
    return trips


def scaled(use: Floats, network: RoadNetwork, counts: pd.DataFrame, rules: Assumptions) -> Scale:
    """Hold estimated trips against counts.

    Parameters
    ----------
    use
        Estimated vehicles per segment, shape (segments,).
    network
        The roads.
    counts
        Table of `layers.traffic`.
    rules
        `demand.heavy_percent` where no count tells.

    Returns
    -------
    scale
        The factor is the median of counted / estimated over the rows with `scales`.
    """
    modelled = np.full(len(counts), np.nan)
    refs = (
        network.segments["ref"].astype(str).str.split(";").map(lambda row: [r.strip() for r in row])
    )
    points = np.asarray(shapely.points(_metres(network, counts)), object)
    for ref in dict.fromkeys(counts["ref"]):
        own = np.flatnonzero(refs.map(lambda row, ref=ref: ref in row).to_numpy(bool))
        rows = np.flatnonzero((counts["ref"] == ref).to_numpy())
        if len(own):
            tree = shapely.STRtree(network.segments.geometry.to_numpy()[own])
            modelled[rows] = use[own[tree.nearest(points[rows])]]
    good = (counts["scales"] == "yes").to_numpy(bool) & (modelled > 0)
    counted = counts["vehicles_per_day"].to_numpy(np.float64)
    factor = float(np.median(counted[good] / modelled[good])) if good.any() else float("nan")
    share = counts["heavy_percent"].to_numpy(np.float64)[good]
    weight = counted[good] * np.isfinite(share)
    known = weight.sum() > 0
    heavy = float((np.nan_to_num(share) * weight).sum() / weight.sum()) if known else np.nan
    heavy = heavy if np.isfinite(heavy) else rules.demand.heavy_percent
    return Scale(factor, heavy / 100, counts.assign(modelled_per_day=modelled * factor))


def class_shares(rules: Assumptions, heavy: float) -> dict[str, float]:
    """Return the share of every class in the counted vehicles, by id of vehicle.

    Examples
    --------
    >>> from geo.economic_rules import read_economics
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
