"""Join segments through nodes at which nothing happens any more."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.arrays import Ints, distinct
from layers.osm.junctions import Lines, join
from layers.roads.bare import BareRoads
from layers.roads.schema import ATTRIBUTE_COLUMNS

MATTER = (*(name for name in ATTRIBUTE_COLUMNS if name != "oneway"), "country", "source")
"""Segments that differ in one of these are not joined."""


def join_chains(roads: BareRoads, keep: Ints) -> BareRoads:
    """Join segments where two meet and nothing that matters changes.

    Parameters
    ----------
    roads
        Without turn restrictions, whose nodes would have to stay.
    keep
        Nodes that stay in any case.

    Returns
    -------
    roads
        The same roads in fewer segments.
    """
    segments, count = roads.segments, len(roads.nodes)
    xy, line = shapely.get_coordinates(segments.geometry.to_numpy(), return_index=True)
    sizes = np.bincount(line, minlength=len(segments))
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    number = count + np.arange(len(xy))
    number[offsets[:-1]], number[offsets[1:] - 1] = roads.ends.T
    place = np.full((count + len(xy), 2), np.nan)
    place[number] = xy
    kind = np.zeros(len(segments), np.int64)
    for name in MATTER:
        codes, values = pd.factorize(segments[name], use_na_sentinel=False)
        kind = pd.factorize(kind * max(1, len(values)) + codes)[0].astype(np.int64)
    way = segments["oneway"].astype(str)
    sign = np.select([way == "forward", way == "backward"], [1, -1])
    stay = np.zeros(len(place), bool)
    stay[keep] = True
    joined = join(Lines(number, offsets), kind, sign, stay)
    used = distinct(joined.lines.ends)
    node = np.full(count, -1)
    node[used] = np.arange(len(used))
    length = np.bincount(joined.line_of, segments["length_m"], len(joined.lines))
    u, v = node[joined.lines.ends].T
    along = sign[joined.first] * np.where(joined.along, 1, -1)
    words = pd.Index(["both", "forward", "backward"], dtype="str")
    fewer = pd.DataFrame(segments.drop(columns="geometry")).iloc[joined.first]
    fewer = fewer.reset_index(drop=True).assign(
        u=u,
        v=v,
        length_m=length,
        oneway=pd.Categorical.from_codes(np.select([along > 0, along < 0], [1, 2]), words),
    )
    lines = shapely.linestrings(place[joined.lines.node], indices=joined.lines.line)
    table = gpd.GeoDataFrame(fewer, geometry=lines, crs=segments.crs)
    nodes = roads.nodes.iloc[used].reset_index(drop=True)
    return replace(roads, nodes=nodes, segments=table)
