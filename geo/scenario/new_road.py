"""Add a road to a network: snapped at its ends, joined to the roads that it meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely

from geo.scenario.append_segments import append_segments
from geo.scenario.new_profile import Chain, cross_slope, grain_along, new_profile
from layers.arrays import Bools, Floats, Ints
from layers.crs import to_lon_lat
from layers.errors import DataError
from layers.roads.lines import cut_lines
from layers.roads.network import RoadNetwork
from layers.roads.splitting import NEAR_M, Split, node_at, split_segments
from layers.terrain.terrain import Terrain

JUNCTION_M = 20.0
"""A road that comes so near to an end of another joins it there, not beside it."""

Ranges = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class NewRoad:
    """A road to be added.

    Attributes
    ----------
    line
        LineString in the network's CRS.
    columns
        Values of `layers.roads.schema.SEGMENT_COLUMNS`; the others stay empty.
    snap_m
        An end farther from every road than this is refused.
    length_m
        Length of the whole road, 0 as drawn: a coarse line is shorter than a road.
    tunnels, bridges
        Metres from and to of the whole length, inf for its end; levelled, and there no
        other road is met.
    terrain_class
        As for `geo.scenario.new_profile.new_profile`.
    dead_end
        Whether one of the ends may lie away from all roads.
    """

    line: shapely.LineString
    columns: Mapping[str, object]
    snap_m: float
    length_m: float = 0.0
    tunnels: Ranges = ()
    bridges: Ranges = ()
    terrain_class: str = ""
    dead_end: bool = False


@dataclass(frozen=True)
class Needs:
    """What building a road takes, in numbers that a cost estimate starts from.

    Attributes
    ----------
    highway, surface, lanes, width_m
        As it is to be.
    road_m, tunnel_m, bridge_m
        Metres on the ground, in tunnels and on bridges.
    cross_slope
        Mean slope of the ground across the road, rise over run; NaN without terrain.
    terrain_cell_m
        How fine the terrain is that it was read from: over 2 km it reads far too low.
    """

    highway: str
    surface: str
    lanes: float
    width_m: float
    road_m: float
    tunnel_m: float
    bridge_m: float
    cross_slope: float
    terrain_cell_m: float


@dataclass(frozen=True, eq=False)
class Added:
    """A network with a new road.

    Attributes
    ----------
    split
        The network before the road was added, cut where it joins.
    network
        With the road: its segments come last.
    needs
        What it takes to build.
    """

    split: Split
    network: RoadNetwork
    needs: Needs


def add_road(network: RoadNetwork, road: NewRoad, terrain: Terrain | None) -> Added:
    """Add a road to a network.

    Parameters
    ----------
    network
        The roads; left as they are.
    road
        What to add.
    terrain
        Where heights are read.

    Returns
    -------
    added
        A new network.

    Raises
    ------
    DataError
        An end is too far from every road, or a tunnel or bridge is not on the road.
    """
    ends, line = _snapped_ends(network, road)
    length = road.length_m or float(line.length)
    road = replace(
        road, tunnels=_to_end(road.tunnels, length), bridges=_to_end(road.bridges, length)
    )
    _check_ranges(road, length)
    joints = _joints(network, road, line, ends, length)
    split = split_segments(
        network, joints["segment"].to_numpy(np.int64), joints["at_m"].to_numpy(np.float64)
    )
    at, node = _chain_nodes(network, road, split, joints, length)
    fresh = node < 0
    node = np.where(fresh, len(split.network.nodes) + np.cumsum(fresh) - 1, node)
    middle = (at[:-1] + at[1:]) / 2
    tunnel, bridge = _within(middle, road.tunnels), _within(middle, road.bridges)
    heights = split.network.nodes["elevation_m"].to_numpy(np.float64)
    chain = Chain(
        lines=cut_lines(np.full(len(middle), line, object), at[:-1] / length, at[1:] / length),
        length_m=np.diff(at),
        structure=tunnel | bridge,
        known_m=np.where(fresh, np.nan, heights[np.minimum(node, len(heights) - 1)]),
        crs=str(network.segments.crs),
    )
    profile, elevation = new_profile(chain, terrain, road.terrain_class)
    points = shapely.line_interpolate_point(line, at[fresh] / length, normalized=True)
    columns = {
        "highway": "secondary",
        "oneway": "both",
        "source": "scenario",
        **road.columns,
        "u": node[:-1],
        "v": node[1:],
        "length_m": chain.length_m,
        "tunnel": tunnel,
        "bridge": bridge,
    }
    nodes = np.column_stack([shapely.get_coordinates(points), elevation[fresh]])
    made = append_segments(split.network, columns, chain.lines, profile, nodes)
    return Added(split, made, _needs(road, chain, tunnel, terrain))


def _to_end(ranges: Ranges, length: float) -> Ranges:
    """Let what runs to infinity stop at the end of the road."""
    return tuple((start, length if np.isinf(stop) else stop) for start, stop in ranges)


def _check_ranges(road: NewRoad, length: float) -> None:
    """Refuse tunnels and bridges that overlap or lie beyond the road."""
    ranges = sorted([*road.tunnels, *road.bridges])
    for start, stop in ranges:
        if not 0 <= start < stop <= length + NEAR_M:
            raise DataError(
                f"tunnel or bridge km {start / 1000:g} to {stop / 1000:g} is not within the road, "
                f"which is {length / 1000:.1f} km long"
            )
    for (_, stop), (start, _) in pairwise(ranges):
        if start < stop:
            raise DataError(f"tunnels or bridges overlap at km {start / 1000:g}")


def _snapped_ends(
    network: RoadNetwork, road: NewRoad
) -> tuple[list[tuple[int, float] | None], shapely.LineString]:
    """Find where both ends join, and move them there."""
    usable = np.flatnonzero((network.segments["highway"] != "ferry").to_numpy())
    lines = network.segments.geometry.to_numpy()[usable]
    xy = shapely.get_coordinates(road.line)
    tree = shapely.STRtree(lines)
    degrees = to_lon_lat(network.crs)
    found: list[tuple[int, float] | None] = []
    wrong = []
    for end, name in ((0, "starts"), (-1, "ends")):
        point = shapely.Point(xy[end])
        nearest, distance = tree.query_nearest(point, return_distance=True, all_matches=False)
        if distance[0] > road.snap_m:
            lon, lat = degrees.transform(*xy[end])
            wrong.append(
                f"it {name} at {lon:.4f},{lat:.4f}, {distance[0] / 1000:.1f} km from the nearest "
                f"road; snap_m allows {road.snap_m:g} m"
            )
            found.append(None)
            continue
        line, segment = lines[nearest[0]], int(usable[nearest[0]])
        share = float(shapely.line_locate_point(line, point, normalized=True))
        share = float(_at_junction(np.array([share]), np.array([line.length]))[0])
        xy[end] = shapely.get_coordinates(line.interpolate(share, normalized=True))[0]
        found.append((segment, share * network.length_m[segment]))
    if wrong and not (road.dead_end and len(wrong) == 1):
        raise DataError("; ".join(wrong))
    return found, shapely.LineString(xy)


def _at_junction(share: Floats, drawn_m: Floats) -> Floats:
    """Move positions near an end of a segment to it."""
    share = np.where(share * drawn_m < JUNCTION_M, 0.0, share)
    return np.where((1 - share) * drawn_m < JUNCTION_M, 1.0, share)


def _joints(
    network: RoadNetwork,
    road: NewRoad,
    line: shapely.LineString,
    ends: list[tuple[int, float] | None],
    length: float,
) -> pd.DataFrame:
    """Return where the road joins others: `segment`, `at_m` in it, `along_m` of the new road."""
    lines = network.segments.geometry.to_numpy()
    hit = np.sort(shapely.STRtree(lines).query(line, predicate="intersects"))
    built = network.segments[["bridge", "tunnel"]].to_numpy(bool).any(axis=1)
    ferry = (network.segments["highway"] == "ferry").to_numpy()
    hit = hit[~built[hit] & ~ferry[hit]]
    parts, which = shapely.get_parts(shapely.intersection(lines[hit], line), return_index=True)
    # Where both run together, they join where that begins and ends.
    run = shapely.get_type_id(parts) == 1
    points = np.concatenate(
        [parts[~run], shapely.get_point(parts[run], 0), shapely.get_point(parts[run], -1)]
    )
    segment = hit[np.concatenate([which[~run], which[run], which[run]])]
    along = shapely.line_locate_point(line, points)
    share = shapely.line_locate_point(lines[segment], points, normalized=True)
    share = _at_junction(share, shapely.length(lines[segment]))
    kept = ~_within(along / line.length * length, (*road.tunnels, *road.bridges))
    kept &= (along > JUNCTION_M) | (ends[0] is None)
    kept &= (along < line.length - JUNCTION_M) | (ends[1] is None)
    met = pd.DataFrame(
        {
            "segment": segment[kept],
            "at_m": share[kept] * network.length_m[segment[kept]],
            "along_m": along[kept] / line.length * length,
        }
    )
    joined = pd.DataFrame(
        [(*end, at) for end, at in zip(ends, (0.0, length), strict=True) if end is not None],
        columns=["segment", "at_m", "along_m"],
    )
    return pd.concat([joined, met], ignore_index=True)


def _chain_nodes(
    network: RoadNetwork, road: NewRoad, split: Split, joints: pd.DataFrame, length: float
) -> tuple[Floats, Ints]:
    """Return the nodes along the road: metres from its start, and the node, -1 for a new one."""
    meets = node_at(split, network, joints["segment"].to_numpy(), joints["at_m"].to_numpy())
    bounds = np.array([m for pair in (*road.tunnels, *road.bridges) for m in pair])
    at = np.concatenate([joints["along_m"], bounds, [0.0, length]])
    node = np.concatenate([meets, np.full(len(bounds) + 2, -1)])
    # At one place a node that is there already comes before a new one.
    order = np.lexsort([node < 0, np.rint(at / NEAR_M)])
    at, node = at[order], node[order]
    apart = np.concatenate([[True], np.diff(at) > NEAR_M])
    again = np.concatenate([[False], (node[1:] == node[:-1]) & (node[1:] >= 0)])
    at, node = at[apart & ~again], node[apart & ~again]
    at[0], at[-1] = 0.0, length
    return at, node


def _within(at: Floats, ranges: Ranges) -> Bools:
    """Say which positions lie inside one of some ranges."""
    inside = np.zeros(len(at), bool)
    for start, stop in ranges:
        inside |= (at > start) & (at < stop)
    return inside


def _needs(road: NewRoad, chain: Chain, tunnel: Bools, terrain: Terrain | None) -> Needs:
    """Count what building the road takes."""
    bridge = chain.structure & ~tunnel
    columns = road.columns
    return Needs(
        highway=str(columns.get("highway", "secondary")),
        surface=str(columns.get("surface", "")),
        lanes=float(str(columns.get("lanes", "nan"))),
        width_m=float(str(columns.get("width_m", "nan"))),
        road_m=float(chain.length_m[~chain.structure].sum()),
        tunnel_m=float(chain.length_m[tunnel].sum()),
        bridge_m=float(chain.length_m[bridge].sum()),
        cross_slope=cross_slope(chain, terrain),
        terrain_cell_m=grain_along(chain, terrain) if terrain else float("nan"),
    )
