"""The key figures of an area, from tables that were computed anyway."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.access.equity import share_within
from geo.access.rural_access import RuralAccess
from geo.economics.construction import PAVED
from layers.arrays import Floats
from layers.crs import LON_LAT
from layers.goals.indicators import WITHIN_MIN, figure_id, indicators
from layers.roads.network import RoadNetwork

NO_MOTORS = ("ferry", "pedestrian", "path", "footway", "steps", "bridleway", "cycleway")
"""Of `layers.roads.schema.HIGHWAYS`: what no vehicle drives on, and what has no surface."""

ON_BORDER_M = 5000.0
"""A boundary is drawn coarsely: a crossing so near beyond it is one of the area."""

NAN = float("nan")


def key_figures(
    *,
    access: Mapping[str, pd.DataFrame] | None = None,
    rural: RuralAccess | None = None,
    freight: pd.DataFrame | None = None,
    risk: pd.DataFrame | None = None,
    crossings: pd.DataFrame | None = None,
    network: RoadNetwork | None = None,
    boundary: BaseGeometry | None = None,
) -> pd.DataFrame:
    """State the key figures of an area.

    Parameters
    ----------
    access
        Settlements by kind of facility: columns `id, population` (NaN where unknown),
        `minutes_dry, minutes_wet` (NaN where nothing leads).
    rural
        The Rural Access Index.
    freight
        Hauls from one place, one row each: `to_id, kind` (of the destination), `crossing`
        (empty within the country), `cost_thb_per_t`, `time_p50_s`, `passable_wet` (0 to 1);
        missing where goods do not get there.
    risk
        Links or corridors, column `people_extra_h`: person-hours lost per day of its loss.
    crossings
        A table of crossings, columns `lon, lat, status, goods`; with a boundary only those on
        it or within `ON_BORDER_M` count.
    network, boundary
        The roads, and the area in lon, lat: what lies outside is no road of it; without one
        all roads count.

    Returns
    -------
    figures
        Columns `id, value, unit`, ids of `layers.goals.indicators.indicators`: those of every kind
        in `access` and all that are about no kind; value NaN where it is not known.

        - `people_within_…`: per cent of people with a facility of the kind within an hour.
        - `mean_minutes_…`: of the people who reach one in the dry season.
        - `people_cut_off_wet`: who in the rains reaches none of a kind that they reach in the
          dry season; each counted once.
        - `freight_thb_per_t_provinces`: median over all province capitals, those that goods
          do not reach counting as the dearest; `freight_thb_per_t_crossing`: through the
          cheapest crossing.
        - `hours_to_next_city`: of goods, to the nearest province capital, median.
        - `passable_wet_probability_pct`: mean over province capitals of how likely the way
          can be driven on a day of the rains; 0 where there is no way.
        - `person_hours_lost_worst_link`: per day of the loss of the worst link.
        - `share_of_km_paved_pct`: of roads for vehicles; surfaces that were inferred count.
    """
    values: dict[str, float] = {}
    for kind, places in (access or {}).items():
        values |= _access(kind, places)
    values["rural_access_index_pct"] = rural.index * 100 if rural is not None else NAN
    values["people_cut_off_wet"] = _cut_off(access or {})
    values |= _freight(freight)
    values["open_crossings"] = _open(crossings, boundary)
    lost = risk["people_extra_h"].to_numpy(np.float64) if risk is not None else np.zeros(0)
    values["person_hours_lost_worst_link"] = float(lost.max()) if len(lost) else NAN
    values["share_of_km_paved_pct"] = NAN
    if network is not None:
        values["share_of_km_paved_pct"] = _paved(network, boundary)
    known = indicators()
    rows = [(name, value, known[name].unit) for name, value in values.items()]
    return pd.DataFrame(rows, columns=["id", "value", "unit"])


def _access(kind: str, places: pd.DataFrame) -> dict[str, float]:
    """Return what is about one kind of facility, over settlements whose people are known."""
    known = places[places["population"].notna()]
    people = known["population"].to_numpy(np.float64)
    values = {}
    for season in ("dry", "wet"):
        time_s = known[f"minutes_{season}"].to_numpy(np.float64) * 60
        share = share_within(time_s, people, WITHIN_MIN)
        values[figure_id("people_within", kind, season)] = share * 100
    minutes = known["minutes_dry"].to_numpy(np.float64)
    reached = np.isfinite(minutes) & (people > 0)
    mean = np.average(minutes[reached], weights=people[reached]) if reached.any() else NAN
    return values | {figure_id("mean_minutes", kind, "dry"): float(mean)}


def _cut_off(access: Mapping[str, pd.DataFrame]) -> float:
    """Count who loses a kind of facility in the rains, each once; NaN if nobody is known."""
    if not access:
        return NAN
    every = pd.concat(
        [
            places[["id", "population"]].assign(
                lost=places["minutes_dry"].notna() & places["minutes_wet"].isna()
            )
            for places in access.values()
        ]
    )
    one = every.groupby("id").agg({"population": "first", "lost": "any"})
    if one["population"].notna().sum() == 0:
        return NAN
    return float(one.loc[one["lost"], "population"].sum())


def _freight(rows: pd.DataFrame | None) -> dict[str, float]:
    names = (
        "freight_thb_per_t_provinces",
        "freight_thb_per_t_crossing",
        "hours_to_next_city",
        "passable_wet_probability_pct",
    )
    if rows is None or rows.empty:
        return dict.fromkeys(names, NAN)
    capitals = rows[(rows["kind"] == "province_capital") & (rows["crossing"] == "")]
    gates = rows[(rows["crossing"] != "") & (rows["crossing"] == rows["to_id"])]
    cost, time_s = (_numbers(capitals, name, np.inf) for name in ("cost_thb_per_t", "time_p50_s"))
    passable = _numbers(capitals, "passable_wet", 0.0)
    through = _numbers(gates, "cost_thb_per_t", np.inf)
    found = (
        np.median(cost) if len(cost) else NAN,
        through.min(initial=np.inf),
        time_s.min(initial=np.inf) / 3600,
        passable.mean() * 100 if len(passable) else NAN,
    )
    return {
        name: float(value) if np.isfinite(value) else NAN
        for name, value in zip(names, found, strict=True)
    }


def _numbers(rows: pd.DataFrame, name: str, missing: float) -> Floats:
    """Return a column whose cells may be None as numbers, shape (rows,)."""
    values = pd.to_numeric(rows[name]).to_numpy(np.float64)
    return np.where(np.isnan(values), missing, values)


def _open(crossings: pd.DataFrame | None, boundary: BaseGeometry | None) -> float:
    """Count the crossings that are open to goods."""
    if crossings is None:
        return NAN
    counts = ((crossings["status"] == "open") & (crossings["goods"] != "no")).to_numpy()
    if boundary is not None:
        own = gpd.GeoSeries([boundary], crs=LON_LAT)
        metric = own.estimate_utm_crs()
        at = gpd.GeoSeries(gpd.points_from_xy(crossings["lon"], crossings["lat"]), crs=LON_LAT)
        away_m = at.to_crs(metric).distance(own.to_crs(metric).iloc[0])
        counts = counts & (away_m <= ON_BORDER_M).to_numpy()
    return float(counts.sum())


def _paved(network: RoadNetwork, boundary: BaseGeometry | None) -> float:
    """Return the per cent of kilometres that are paved; cut segments count by their share."""
    segments = network.segments
    roads = ~segments["highway"].astype(str).isin(NO_MOTORS).to_numpy()
    length = np.where(roads, network.length_m, 0.0)
    if boundary is not None:
        own = gpd.GeoSeries([boundary], crs=LON_LAT).to_crs(segments.crs).iloc[0]
        shapely.prepare(own)
        lines = segments.geometry.to_numpy()
        drawn = shapely.length(lines)
        inside = shapely.length(shapely.intersection(lines, own))
        length = length * np.divide(inside, drawn, out=np.zeros(len(drawn)), where=drawn > 0)
    paved = segments["surface"].astype(str).isin(PAVED).to_numpy()
    total = float(length.sum())
    return float(length[paved].sum() / total * 100) if total > 0 else NAN
