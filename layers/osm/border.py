"""Cut roads where they meet the national border, and say in which country each lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.arrays import Bools, Floats, Ints, distinct
from layers.crs import from_lon_lat
from layers.roads.bare import BareRoads, bare_of
from layers.roads.network import RoadNetwork, components
from layers.roads.splitting import node_at, split_segments

NEAR_M: Final = 5.0
"""A point of the border farther from every road than this is of a road that is left out."""

EXCURSION_M: Final = 3000.0
"""What lies over the line for less road than this, and meets it again, is no other country:
a track along a ridge that is the border crosses the drawn line dozens of times."""


@dataclass(frozen=True, eq=False)
class AtBorder:
    """Roads that nowhere lead over the border.

    Attributes
    ----------
    roads
        With `country`; where a road met the border it has two nodes at the same place.
    breaks
        Pairs of these nodes, at home and abroad, shape (breaks, 2).
    """

    roads: BareRoads
    breaks: Ints


def cut_at_border(
    roads: BareRoads, points: pd.DataFrame, country: str, land: BaseGeometry | None = None
) -> AtBorder:
    """Cut roads where they meet the border.

    The largest connected part of what remains is home. Who crosses the line from there is
    abroad, who crosses it again is back, but for short excursions over it (`EXCURSION_M`).

    Parameters
    ----------
    roads
        Of both sides, in one piece.
    points
        Where a road meets the border: columns `lon, lat`.
    country
        ISO 3166 code of the other side.
    land
        The home country in the roads' system, to tell where parts lie that do not meet the
        border; by default they lie where the nearest others do.
    """
    network = roads.flat()
    x, y = from_lon_lat(network.crs).transform(
        points["lon"].to_numpy(np.float64), points["lat"].to_numpy(np.float64)
    )
    tree = shapely.STRtree(network.lines)
    found = tree.query_nearest(shapely.points(x, y), all_matches=False, max_distance=NEAR_M)
    segment, at = found[1], shapely.points(x, y)[found[0]]
    share = shapely.line_locate_point(network.lines[segment], at, normalized=True)
    at_m = share * network.length_m[segment]
    split = split_segments(network, segment, at_m)
    node = distinct(node_at(split, network, segment, at_m))
    cut = split.network
    part, own = _parts(cut, node)
    home = _home(cut, part, own)
    return _separated(bare_of(cut, roads.about), part, home, own, node, (country, land))


def _parts(network: RoadNetwork, node: Ints) -> tuple[Ints, Bools]:
    """Return the part of every segment once the nodes of the border are taken apart.

    Returns
    -------
    part
        0 for the largest, shape (segments,).
    border
        Which ends of segments are at the border, shape (segments, 2).
    """
    ends = network.ends
    border = np.isin(ends, node)
    own = ends.copy()
    own[border] = len(network.nodes) + np.arange(int(border.sum()))
    part = components(len(network.nodes) + int(border.sum()), own)[own[:, 0]]
    return part.astype(np.int64), border


def _home(network: RoadNetwork, part: Ints, border: Bools) -> Bools:
    """Say which parts lie at home, shape (parts,)."""
    count = int(part.max()) + 1
    size = np.bincount(part, network.length_m, count)
    ends = network.ends
    row, side = np.nonzero(border)
    meets = pd.DataFrame({"node": ends[row, side], "part": part[row]})
    touching = np.bincount(meets["part"], minlength=count)
    short = (size <= EXCURSION_M) & (touching > 1)
    pairs = meets.merge(meets, on="node").query("part_x != part_y")
    a, b = pairs["part_x"].to_numpy(), pairs["part_y"].to_numpy()
    # 1 home, -1 abroad, 0 not known yet: by how often the line was crossed, and what counts.
    crossed, counts = np.zeros((2, count), np.int64)
    crossed[0] = counts[0] = 1
    while True:
        # Excursions first: they are as the road that they belong to. Then the line is crossed.
        fresh = (counts[a] != 0) & (counts[b] == 0)
        along = fresh & short[b]
        step = along if along.any() else fresh
        if not step.any():
            return counts > 0
        crossed[b[step]] = -crossed[a[step]]
        counts[b[step]] = np.where(short[b[step]], counts[a[step]], crossed[b[step]])


def _separated(
    roads: BareRoads,
    part: Ints,
    home: Bools,
    border: Bools,
    node: Ints,
    sides: tuple[str, BaseGeometry | None],
) -> AtBorder:
    """Give the far side of every border that is one nodes of its own."""
    country, land = sides
    ends = roads.ends
    at_home = home[part]
    inner = np.zeros(len(roads.nodes), bool)
    inner[ends[at_home & border[:, 0], 0]] = True
    inner[ends[at_home & border[:, 1], 1]] = True
    outer = np.zeros(len(roads.nodes), bool)
    outer[ends[~at_home & border[:, 0], 0]] = True
    outer[ends[~at_home & border[:, 1], 1]] = True
    both = node[(inner & outer)[node]]
    far = np.full(len(roads.nodes), -1)
    far[both] = len(roads.nodes) + np.arange(len(both))
    moved = border & ~at_home[:, None] & (far[ends] >= 0)
    ends = np.where(moved, far[ends], ends)
    nodes = pd.concat([roads.nodes, roads.nodes.iloc[both]], ignore_index=True)
    label = components(len(nodes), ends)[ends[:, 0]].astype(np.int64)
    abroad = _abroad(roads, label, part, home, border, land)
    segments = roads.segments.assign(
        u=ends[:, 0],
        v=ends[:, 1],
        country=pd.Categorical.from_codes(
            abroad.astype(np.int8), pd.Index(["", country], dtype="str")
        ),
    )
    separated = replace(roads, nodes=nodes, segments=segments)
    return AtBorder(separated, np.column_stack([both, far[both]]))


def _abroad(
    roads: BareRoads,
    label: Ints,
    part: Ints,
    home: Bools,
    border: Bools,
    land: BaseGeometry | None,
) -> Bools:
    """Say which segments lie abroad; a part without border is where the nearest other one is."""
    told = np.zeros(int(part.max()) + 1, bool)
    told[part[border.any(axis=1)]] = True
    told |= home
    # `label` is of the parts as they meet again beyond the border.
    known = np.zeros(int(label.max()) + 1, bool)
    known[label[told[part]]] = True
    away = np.zeros(len(known), bool)
    away[label[told[part] & ~home[part]]] = True
    lost = np.flatnonzero(~known)
    if not len(lost):
        return np.asarray(away[label])
    middle = shapely.line_interpolate_point(
        roads.segments.geometry.to_numpy(), 0.5, normalized=True
    )
    if land is not None:
        shapely.prepare(land)
        length = roads.segments["length_m"].to_numpy(np.float64)
        out = np.where(shapely.contains(land, middle), -length, length)
        away[lost] = np.bincount(label, out, len(known))[lost] > 0
    else:
        sure = np.flatnonzero(known[label])
        first = np.unique(label, return_index=True)
        one = first[1][np.searchsorted(first[0], lost)]
        nearest = shapely.STRtree(middle[sure]).nearest(middle[one])
        away[lost] = away[label[sure[nearest]]]
    return np.asarray(away[label])


def share_abroad(roads: BareRoads) -> Floats:
    """Return kilometres at home and abroad, shape (2,)."""
    away = (roads.segments["country"].astype(str) != "").to_numpy()
    return np.bincount(away.astype(int), roads.segments["length_m"], minlength=2) / 1000
