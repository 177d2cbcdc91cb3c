"""How far roads from OpenStreetMap can be trusted: what is tagged, and what looks wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.quality.gaps import dead_ends, untagged_crossings
from geo.quality.parts import disconnected, one_ways
from layers.arrays import Bools
from layers.crs import LON_LAT
from layers.roads.network import RoadNetwork
from layers.roads.schema import HIGHWAYS

WALKED: Final = ("pedestrian", "path", "footway", "steps", "bridleway", "cycleway")
"""Classes that no vehicle relies on; they are counted, and not checked."""

TAGS: Final = ("surface", "lanes", "maxspeed", "width")
"""What speeds are computed from, and a mapper may have left out."""

KINDS: Final = ("dead_end", "disconnected", "no_way_out", "no_way_in", "no_way", "bridge")
"""Findings: a road that ends just before another; a part that no road joins to the rest; a
stretch that can be entered and not left, left and not entered, neither; water crossed with
neither bridge, tunnel nor ford."""

CONNECTIONS: Final = ("disconnected", "no_way_out", "no_way_in", "no_way")
"""Those that any network may have, wherever it is from."""

REACH_M: Final = 20.0
"""A road that ends nearer than this to another was probably meant to join it."""

FINDING_COLUMNS: Final[dict[str, str]] = {
    "kind": "str",
    "lon": "float64",
    "lat": "float64",
    "osm_way": "int64",
    "osm_node": "int64",
    "other_way": "int64",
    "highway": "str",
    "name": "str",
    "km": "float64",
    "gap_m": "float64",
    "at_edge": "bool",
}
"""One row per finding. `osm_way` is the first way of the stretch, `osm_node` the node at a dead
end, `other_way` the road or the water that is near; 0 where there is none. `km` of the stretch or
part, `gap_m` to the other road. `at_edge`: it reaches out of the area, where roads were cut off, so
that nothing may be wrong."""


@dataclass(frozen=True, eq=False)
class Quality:
    """What was found.

    Attributes
    ----------
    tags
        Of every class of road, and of all (`all`): `highway, km` and the share of km with each
        of `TAGS`.
    findings
        Columns `FINDING_COLUMNS`, in the order of `KINDS`, the most important roads first.
    checked
        Kinds that could be looked for; bridges only where water is known.
    """

    tags: pd.DataFrame
    findings: pd.DataFrame
    checked: tuple[str, ...]


def quality(
    network: RoadNetwork,
    *,
    water: gpd.GeoDataFrame | None = None,
    boundary: shapely.Geometry | None = None,
    reach_m: float = REACH_M,
) -> Quality:
    """Look for what is missing and what looks wrong.

    Parameters
    ----------
    network
        The roads.
    water
        Rivers, canals and fords, columns `layers.osm.water.WATER_COLUMNS`; without any, bridges
        are not looked for.
    boundary
        Of the area, in lon, lat.
    reach_m
        How near a dead end must be to another road to be told.

    Returns
    -------
    quality
        Findings are hints: whoever knows the place decides.
    """
    driven = ~network.segments["highway"].astype(str).isin(WALKED).to_numpy()
    edge = _outside(network, boundary)
    parts = [
        dead_ends(network, driven, reach_m),
        disconnected(network, driven, edge),
        one_ways(network, driven, edge),
    ]
    checked: tuple[str, ...] = KINDS[:-1]
    if water is not None and (water["kind"] != "ford").any():
        parts.append(untagged_crossings(network, driven, water.to_crs(network.segments.crs)))
        checked = KINDS
    return Quality(tag_shares(network), _findings(network, parts), checked)


def tag_shares(network: RoadNetwork) -> pd.DataFrame:
    """Return the share of km that has each tag, by class of road and in all.

    Parameters
    ----------
    network
        The roads; what was inferred counts as not tagged.

    Returns
    -------
    shares
        `highway` (a link belongs to the class it links; the last row is `all`), `km` and the
        columns `TAGS`, 0 to 1.
    """
    segments = network.segments
    inferred = segments["inferred"].astype(str).str.split()
    there = {
        "surface": segments["surface"].astype(str) != "",
        "lanes": segments["lanes"].notna(),
        "maxspeed": segments["maxspeed_kph"].notna(),
        "width": segments["width_m"].notna(),
    }
    for tag in ("surface", "lanes"):
        there[tag] &= ~inferred.map(lambda names, tag=tag: tag in names)
    km = pd.Series(network.length_m / 1000, index=segments.index)
    kind = segments["highway"].astype(str).str.removesuffix("_link")
    table = pd.DataFrame({"km": km} | {tag: km * there[tag] for tag in TAGS}).groupby(kind).sum()
    table = table.loc[sorted(table.index, key=_rank)]
    table.loc["all"] = table.sum()
    table[list(TAGS)] = table[list(TAGS)].div(table["km"].where(table["km"] > 0), axis=0)
    return table.rename_axis("highway").reset_index()


def _rank(highway: str) -> int:
    """Return how important a class is, 0 for the most."""
    return HIGHWAYS.index(highway) if highway in HIGHWAYS else len(HIGHWAYS)


def _outside(network: RoadNetwork, boundary: shapely.Geometry | None) -> Bools:
    """Say which nodes lie outside the area, shape (nodes,)."""
    nodes = network.nodes
    if boundary is None:
        return np.zeros(len(nodes), bool)
    lon, lat = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
    outside: Bools = ~shapely.intersects_xy(boundary, lon, lat)
    return outside


def _findings(network: RoadNetwork, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Join the findings: `kind, segment` and what each kind knows; points in metres."""
    found = pd.concat(parts, ignore_index=True)
    segments = network.segments.iloc[found["segment"].to_numpy(np.int64)]
    xy = gpd.GeoSeries(gpd.points_from_xy(found["x"], found["y"]), crs=network.segments.crs).to_crs(
        LON_LAT
    )
    name = segments["ref"].astype(str).where(segments["ref"].astype(str) != "", segments["name"])
    table = found.assign(
        lon=xy.x,
        lat=xy.y,
        osm_way=segments["osm_id"].to_numpy(),
        highway=segments["highway"].astype(str).to_numpy(),
        name=name.astype(str).to_numpy(),
    )
    defaults = {"osm_node": 0, "other_way": 0, "gap_m": np.nan, "at_edge": False}
    for column, value in defaults.items():
        known = table[column] if column in table else pd.Series(value, index=table.index)
        table[column] = known.where(known.notna(), value)
    table["rank"] = table["highway"].str.removesuffix("_link").map(_rank)
    table["order"] = table["kind"].map(KINDS.index)
    table = table.sort_values(
        ["order", "at_edge", "rank", "km", "osm_way", "lon"],
        ascending=[True, True, True, False, True, True],
    )
    return table[list(FINDING_COLUMNS)].astype(FINDING_COLUMNS).reset_index(drop=True)
