"""Lay two sources of roads side by side: one within a rectangle, the other one around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.arrays import Bools, Ints, distinct
from layers.crs import Bounds, from_lon_lat
from layers.roads.bare import BareRoads, bare_of
from layers.roads.splitting import node_at, split_segments

SAME_M: Final = 60.0
"""Where the same road of two sources meets the seam at most so far apart, it is joined."""


def sew(inner: BareRoads, outer: BareRoads, seam: Bounds) -> tuple[BareRoads, Ints]:
    """Join roads within a rectangle with those of another source around it.

    Both are cut at the rectangle. An end of `outer` there becomes the nearest end of `inner`
    of the same class whose number is not another one; it stays loose where there is none
    within `SAME_M`.

    Parameters
    ----------
    inner, outer
        Of the same places, more or less.
    seam
        The rectangle in lon, lat, within both.

    Returns
    -------
    roads, loose
        And nodes at the seam that found no other end.
    """
    inside, inside_at = _cut(inner, seam, within=True)
    outside, outside_at = _cut(outer, seam, within=False)
    mine, theirs = (
        _end_table(roads, nodes) for roads, nodes in ((inside, inside_at), (outside, outside_at))
    )
    pairs = theirs.merge(mine, on="highway", suffixes=("_outer", "_inner"))
    apart = np.hypot(pairs["x_outer"] - pairs["x_inner"], pairs["y_outer"] - pairs["y_inner"])
    same = pairs["ref_outer"] == pairs["ref_inner"]
    bare = (pairs["ref_outer"] == "") | (pairs["ref_inner"] == "")
    pairs = pairs.assign(other=~same, apart=apart)[(same | bare) & (apart <= SAME_M)]
    pairs = pairs.sort_values(["other", "apart"], kind="stable")
    pairs = pairs.drop_duplicates("node_outer").drop_duplicates("node_inner")
    shift = len(inside.nodes)
    place = shift + np.arange(len(outside.nodes))
    place[pairs["node_outer"]] = pairs["node_inner"]
    moved = place[outside.ends]
    nodes = pd.concat([inside.nodes, outside.nodes], ignore_index=True)
    lines = outside.segments.geometry.to_numpy().copy()
    for side, at in ((0, 0), (1, -1)):
        rows = np.flatnonzero(moved[:, side] < shift)
        for row in rows.tolist():
            xy = shapely.get_coordinates(lines[row])
            xy[at] = nodes[["x", "y"]].to_numpy()[moved[row, side]]
            lines[row] = shapely.LineString(xy)
    joined = outside.segments.assign(u=moved[:, 0], v=moved[:, 1]).set_geometry(
        gpd.GeoSeries(lines, crs=outside.segments.crs)
    )
    table = pd.concat([inside.segments, joined], ignore_index=True)
    for name in inside.segments.select_dtypes("category"):
        table[name] = table[name].astype("str").astype("category")
    whole = replace(inside, nodes=nodes, segments=gpd.GeoDataFrame(table, crs=inner.segments.crs))
    loose = np.setdiff1d(shift + outside_at, shift + pairs["node_outer"].to_numpy())
    return whole, np.concatenate([np.setdiff1d(inside_at, pairs["node_inner"]), loose])


def _cut(roads: BareRoads, seam: Bounds, *, within: bool) -> tuple[BareRoads, Ints]:
    """Cut roads at a rectangle and keep one side, and return its nodes at the cuts."""
    network = roads.flat()
    west, south, east, north = seam
    degrees = np.linspace(0, 1, 200)
    ring = np.concatenate(
        [
            np.column_stack([west + degrees * (east - west), np.full(200, south)]),
            np.column_stack([np.full(200, east), south + degrees * (north - south)]),
            np.column_stack([east - degrees * (east - west), np.full(200, north)]),
            np.column_stack([np.full(200, west), north - degrees * (north - south)]),
        ]
    )
    x, y = from_lon_lat(network.crs).transform(*ring.T)
    area = shapely.Polygon(np.column_stack([x, y]))
    edge = area.exterior
    shapely.prepare(edge)
    rows = np.flatnonzero(shapely.intersects(edge, network.lines))
    points = shapely.intersection(network.lines[rows], edge)
    single, origin = shapely.get_parts(points, return_index=True)
    segment = rows[origin]
    share = shapely.line_locate_point(network.lines[segment], single, normalized=True)
    at_m = share * network.length_m[segment]
    split = split_segments(network, segment, at_m)
    at = distinct(node_at(split, network, segment, at_m))
    cut = split.network
    shapely.prepare(area)
    middle = shapely.line_interpolate_point(cut.lines, 0.5, normalized=True)
    kept: Bools = shapely.contains(area, middle) == within
    left = bare_of(cut, roads.about)
    used = np.zeros(len(left.nodes), bool)
    used[left.ends[kept]] = True
    place = np.cumsum(used) - 1
    return left.take(kept), place[at[used[at]]]


def _end_table(roads: BareRoads, nodes: Ints) -> pd.DataFrame:
    """List the ends at some nodes: what road each is of, and where."""
    ends = roads.ends
    row, side = np.nonzero(np.isin(ends, nodes))
    at = ends[row, side]
    ref, kind = (
        roads.segments[name].astype(str).to_numpy(object)[row] for name in ("ref", "highway")
    )
    place = roads.nodes[["x", "y"]].to_numpy()[at]
    return pd.DataFrame(
        {"node": at, "highway": kind, "ref": ref, "x": place[:, 0], "y": place[:, 1]}
    )
