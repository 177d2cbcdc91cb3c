"""Roads in the General Modeling Network Specification, for transport models.

https://github.com/zephyr-data-specs/GMNS, version 0.96: tables `node`, `link`, `movement`,
`use_definition` and `config`. Columns that the specification does not have follow those it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.driving.cost import EdgeCosts
from geo.routing.banned import banned_turns
from layers.arrays import Bools, Floats, Ints
from layers.crs import LON_LAT
from layers.osm.osmnx_edges import osmnx_edges
from layers.roads.network import RoadNetwork

VERSION: Final = 0.96

DECIMALS: Final = 7
"""Of a degree: a centimetre."""

MOVEMENT: Final = ("mvmt_id", "node_id", "ib_link_id", "ob_link_id", "type", "allowed_uses")

WAYS: Final = 2
STRAIGHT_DEG: Final = 30.0
BACK_DEG: Final = 170.0
"""Up to how far a turn is none, and from where on it leads back."""


def gmns_tables(
    network: RoadNetwork, costs: EdgeCosts, *, name: str, vehicle: str
) -> dict[str, pd.DataFrame]:
    """Return the tables of a network for one vehicle.

    Parameters
    ----------
    network, costs
        The roads and what driving them takes; what the vehicle may not drive is no link.
    name
        Of the dataset.
    vehicle
        Id of the vehicle: the use that every link allows.

    Returns
    -------
    tables
        By name. `link`: one row per direction; `length` in km, `free_speed` in km/h as the
        vehicle really drives, `grade` in per cent from end to end, `lanes` of one direction;
        `travel_time_s, fuel_l, co2_kg, cost_thb`, then tags. `movement`: all turns that
        are allowed where some are not, as the specification has it; restrictions over several
        roads have no place in it.
    """
    edges = osmnx_edges(network).reset_index()
    segment = edges["segment"].to_numpy(np.int64)
    way = edges["reversed"].to_numpy(bool).astype(np.int64)
    open_ = np.isfinite(costs.time_s[segment, way])
    edges, segment, way = edges[open_].reset_index(drop=True), segment[open_], way[open_]
    tables = {
        "config": _config(name),
        "use_definition": pd.DataFrame(
            {"use": [vehicle], "persons_per_vehicle": "", "pce": "", "description": "chaidaen"}
        ),
        "node": _nodes(network),
        "link": _links(network, edges, costs, segment, way, vehicle),
    }
    banned = _banned(network, costs)
    if len(banned):
        tables["movement"] = _movements(edges, 2 * segment + way, banned, vehicle)
    return tables


def _config(name: str) -> pd.DataFrame:
    """Return units and system, one row."""
    row: Mapping[str, object] = {
        "dataset_name": name,
        "short_length": "m",
        "long_length": "km",
        "speed": "km/h",
        "crs": LON_LAT,
        "geometry_field_format": "WKT",
        "currency": "THB",
        "version_number": VERSION,
        "id_type": "integer",
    }
    return pd.DataFrame([row])


def _nodes(network: RoadNetwork) -> pd.DataFrame:
    """Return junctions and ends; `node_id` is the position in the network."""
    nodes = network.nodes
    return pd.DataFrame(
        {
            "node_id": np.arange(len(nodes)),
            "x_coord": nodes["lon"].round(DECIMALS).to_numpy(),
            "y_coord": nodes["lat"].round(DECIMALS).to_numpy(),
            "z_coord": nodes["elevation_m"].round(2).to_numpy(),
            "osm_id": nodes["osm_id"].to_numpy(),
        }
    )


def _links(
    network: RoadNetwork,
    edges: gpd.GeoDataFrame,
    costs: EdgeCosts,
    segment: Ints,
    way: Ints,
    vehicle: str,
) -> pd.DataFrame:
    """Return one row per direction that is open."""
    seconds = costs.time_s[segment, way]
    length = network.length_m[segment]
    height = network.nodes["elevation_m"].to_numpy(np.float64)
    ends = edges[["u", "v"]].to_numpy(np.int64)
    rise = np.diff(height[ends], axis=1)[:, 0]
    lines = shapely.set_precision(edges.geometry.to_numpy(), 10.0**-DECIMALS, mode="pointwise")
    links = pd.DataFrame(
        {
            "link_id": np.arange(len(edges)),
            "name": edges["name"].to_numpy(),
            "from_node_id": ends[:, 0],
            "to_node_id": ends[:, 1],
            "directed": True,
            "geometry": shapely.to_wkt(lines, rounding_precision=DECIMALS),
            "dir_flag": 1,
            "length": (length / 1000).round(6),
            "grade": np.clip(rise / np.maximum(length, 1.0) * 100, -100, 100).round(2),
            "facility_type": edges["highway"].to_numpy(),
            "free_speed": (length / seconds * 3.6).round(3),
            "lanes": _lanes(network, segment),
            "allowed_uses": vehicle,
            "travel_time_s": seconds.round(3),
            **{
                name: getattr(costs, name)[segment, way].round(4)
                for name in ("fuel_l", "co2_kg", "cost_thb")
            },
        }
    )
    edges = edges.rename(columns={"lanes": "lanes_of_both"})
    told = {"u", "v", "key", "name", "length", "geometry"}
    more = [column for column in edges.columns if column not in told]
    return links.join(pd.DataFrame(edges[more]))


def _lanes(network: RoadNetwork, segment: Ints) -> pd.Series:
    """Return lanes of one direction: half of those of a road both ways, and at least one."""
    roads = network.segments
    both = (roads["oneway"] == "both").to_numpy()[segment]
    lanes = roads["lanes"].to_numpy(np.float64)[segment]
    return pd.Series(np.where(both, np.ceil(lanes / 2), lanes)).astype("Int64")


def _banned(network: RoadNetwork, costs: EdgeCosts) -> Ints:
    """Return pairs of arcs that the vehicle may not drive one after the other, shape (pairs, 2)."""
    arcs = WAYS * len(network.segments)
    pairs = [
        (ban.arrives, ban.leaves)
        for bans in banned_turns(network).at.values()
        for ban in bans
        if costs.banned[ban.row] and ban.arrives < arcs and ban.leaves < arcs
    ]
    return np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)


def _movements(edges: gpd.GeoDataFrame, arcs: Ints, banned: Ints, vehicle: str) -> pd.DataFrame:
    """Return the turns that are left at nodes where some are banned."""
    ends = edges[["u", "v"]].to_numpy(np.int64)
    known = np.isin(banned, arcs).all(axis=1)
    place = pd.Series(np.arange(len(arcs)), arcs)
    shut = {(int(place[one]), int(place[other])) for one, other in banned[known]}
    at = np.unique(ends[[one for one, _ in shut], 1]) if shut else np.zeros(0, np.int64)
    arriving = pd.DataFrame({"node_id": ends[:, 1], "ib_link_id": np.arange(len(ends))})
    leaving = pd.DataFrame({"node_id": ends[:, 0], "ob_link_id": np.arange(len(ends))})
    turns = arriving[arriving["node_id"].isin(at)].merge(leaving, on="node_id")
    allowed = [
        pair not in shut for pair in zip(turns["ib_link_id"], turns["ob_link_id"], strict=True)
    ]
    turns = turns[allowed].sort_values(["node_id", "ib_link_id", "ob_link_id"])
    turned = _turned(edges, turns["ib_link_id"].to_numpy(), turns["ob_link_id"].to_numpy())
    back = (arcs[turns["ib_link_id"]] ^ 1) == arcs[turns["ob_link_id"]]
    turns = turns.assign(type=_kinds(turned, back), allowed_uses=vehicle)
    turns.insert(0, "mvmt_id", np.arange(len(turns)))
    return turns[list(MOVEMENT)].reset_index(drop=True)


def _turned(edges: gpd.GeoDataFrame, arriving: Ints, leaving: Ints) -> Floats:
    """Return by how many degrees one turns from link to link, left above 0."""
    lines = edges.geometry.to_numpy()
    bearing = []
    for links, places in ((arriving, (-2, -1)), (leaving, (0, 1))):
        points = [shapely.get_point(lines[links], at) for at in places]
        x, y = (np.subtract(f(points[1]), f(points[0])) for f in (shapely.get_x, shapely.get_y))
        bearing.append(np.degrees(np.arctan2(y, x * np.cos(np.radians(shapely.get_y(points[0]))))))
    turned: Floats = (bearing[1] - bearing[0] + 180) % 360 - 180
    return turned


def _kinds(turned: Floats, back: Bools) -> list[str]:
    """Name turns as the specification does."""
    back = back | (np.abs(turned) > BACK_DEG)
    kinds = np.where(turned > 0, "left", "right")
    kinds = np.where(np.abs(turned) <= STRAIGHT_DEG, "thru", kinds)
    return [str(kind) for kind in np.where(back, "uturn", kinds)]
