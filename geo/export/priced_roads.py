"""Roads with what driving them takes, as tables for other programs."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.cost import EdgeCosts
from layers.arrays import Floats
from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork

WAYS: Final = ("forward", "backward")
"""Along the geometry of a segment, and against it: endings of columns of costs."""

COSTS: Final = ("time_s", "fuel_l", "co2_kg", "cost_thb")


def priced_nodes(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return junctions and ends as points.

    Parameters
    ----------
    network
        The roads.

    Returns
    -------
    nodes
        Columns `node` (which `u` and `v` of segments name) and `layers.roads.schema.NODE_COLUMNS`,
        and `geometry`, in the system of the segments.
    """
    table = network.nodes.reset_index(drop=True)
    points = gpd.points_from_xy(table["x"], table["y"])
    rows = table.assign(node=np.arange(len(table)))[["node", *table.columns]]
    return gpd.GeoDataFrame(rows, geometry=points, crs=network.segments.crs)


def priced_segments(network: RoadNetwork, costs: EdgeCosts) -> gpd.GeoDataFrame:
    """Return segments with their costs both ways.

    Parameters
    ----------
    network
        The roads.
    costs
        Of a vehicle, load and season, on these roads.

    Returns
    -------
    segments
        `segment`, every column of the network with text as text, `climb_m, descent_m, grade`
        (rise over run from end to end along the geometry) and `grade_max` (the steepest 20 m,
        up or down), and of each of `WAYS`: whether it may be driven (`open_forward`), `COSTS`
        and `speed_kph`, NaN where it may not; `passable`, the probability that the segment can
        be passed.
    """
    profile, length = network.profile, network.length_m
    climb = profile.climb_m()
    rise = profile.elevation_m[profile.offsets[1:] - 1] - profile.elevation_m[profile.offsets[:-1]]
    steepest = np.zeros(len(length))
    np.maximum.at(steepest, profile.segment[profile.starts], np.abs(profile.grade()))
    facts: dict[str, NDArray[np.generic]] = {
        "climb_m": climb[:, 0],
        "descent_m": climb[:, 1],
        "grade": rise / length,
        "grade_max": steepest,
    }
    open_ = np.isfinite(costs.time_s)
    for at, way in enumerate(WAYS):
        facts[f"open_{way}"] = open_[:, at]
        for name in COSTS:
            facts[f"{name}_{way}"] = _known(getattr(costs, name)[:, at])
        facts[f"speed_kph_{way}"] = _known(length / costs.time_s[:, at] * 3.6, open_[:, at])
    plain = _plain_texts(network.segments.reset_index(drop=True))
    plain.insert(0, "segment", np.arange(len(plain)))
    made = plain.assign(**facts, passable=costs.passable)
    columns = [name for name in made.columns if name != "geometry"]
    return gpd.GeoDataFrame(made[[*columns, "geometry"]], crs=network.segments.crs)


def directed_edges(segments: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one edge for every direction that may be driven, in OSMnx's words.

    Parameters
    ----------
    segments
        From `priced_segments`.

    Returns
    -------
    edges
        Index `u, v, key` as `osmnx.graph_from_gdfs` takes it; columns `osmid, length,
        travel_time, speed_kph, grade, grade_abs, oneway, reversed`, costs, and the attributes of
        the road; geometry in lon, lat, in the direction driven.
    """
    both = segments["open_forward"] & segments["open_backward"]
    parts = [_driven(segments, at, both) for at in range(len(WAYS))]
    edges = pd.concat(parts, ignore_index=True).sort_values(["segment", "reversed"], kind="stable")
    edges["key"] = edges.groupby(["u", "v"]).cumcount()
    return gpd.GeoDataFrame(edges.set_index(["u", "v", "key"]), crs=LON_LAT)


def _driven(segments: gpd.GeoDataFrame, at: int, both: pd.Series) -> gpd.GeoDataFrame:
    """Return the edges of one direction."""
    way, sign = WAYS[at], (1, -1)[at]
    mine = segments[segments[f"open_{way}"]].to_crs(LON_LAT)
    wanted = [column for column in mine.columns if not column.endswith(WAYS)]
    edges = mine[wanted].rename(
        columns={
            "osm_id": "osmid",
            "length_m": "length",
            "maxspeed_kph": "maxspeed",
            "width_m": "width",
        }
    )
    if sign < 0:
        edges = edges.rename(
            columns={"u": "v", "v": "u", "climb_m": "descent_m", "descent_m": "climb_m"}
        ).set_geometry(edges.geometry.reverse())
    return edges.assign(
        oneway=~both[mine.index],
        reversed=sign < 0,
        grade=sign * mine["grade"],
        grade_abs=mine["grade"].abs(),
        travel_time=mine[f"time_s_{way}"],
        speed_kph=mine[f"speed_kph_{way}"],
        **{name: mine[f"{name}_{way}"] for name in COSTS[1:]},
    )


def _known(values: Floats, open_: NDArray[np.bool_] | None = None) -> Floats:
    """Return numbers with NaN where there is no way."""
    return np.where(np.isfinite(values) if open_ is None else open_, values, np.nan)


def _plain_texts(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table with categories as text."""
    texts = frame.select_dtypes("category").columns
    return frame.assign(**{name: frame[name].astype("str") for name in texts})
